"""The document as one HTML file that needs nothing beside it: it can be sent, archived and printed."""

from __future__ import annotations

from pathlib import Path

from django.template.loader import render_to_string
from django.utils import translation

from bienestar.web.reports.blocks import Document
from bienestar.web.reports.layout import layout_of

STYLESHEET = Path(__file__).resolve().parents[1] / "static" / "bienestar" / "document.css"
STYLE_PLACE = "<!-- style -->"


def html_of(document: Document) -> str:
    """The page with its stylesheet inside.

    The style goes in after rendering: templates hold none, because pages served by the product forbid it.
    """
    with translation.override(document.language):
        page = render_to_string("reports/file.html", {"document": layout_of(document)})
    style = STYLESHEET.read_text(encoding="utf-8") + running_rules(document)
    return page.replace(STYLE_PLACE, f"<style>\n{style}\n</style>")


def running_rules(document: Document) -> str:
    """Header and footer of each printed page, where the browser knows margin boxes."""
    title, as_of, standards = (_css_text(words) for words in document.running)
    page, of = (_css_text(words) for words in document.page_words)
    return (
        f"@page {{ @top-left {{ content: {title}; }} @top-right {{ content: {as_of}; }}\n"
        f"  @bottom-left {{ content: {standards}; }}\n"
        f'  @bottom-right {{ content: {page} " " counter(page) " " {of} " " counter(pages); }} }}\n'
        "@page :first { @top-left { content: none; } @top-right { content: none; } }"
    )


def _css_text(words: str) -> str:
    """A CSS string; nothing in it can end the string or the style element."""
    safe = "".join(f"\\{ord(letter):x} " if letter in '"\\<>\n' else letter for letter in words)
    return f'"{safe}"'
