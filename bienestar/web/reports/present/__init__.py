"""From content to document: the words of the state diagnosis, in the language of the content."""

from __future__ import annotations

from django.utils import translation

from bienestar.web.reports.blocks import Document
from bienestar.web.reports.content import Content
from bienestar.web.reports.present.document import document_of


def present(content: Content) -> Document:
    """The document of a diagnosis. Pure: the same content gives the same document."""
    with translation.override(content.language):
        return document_of(content)
