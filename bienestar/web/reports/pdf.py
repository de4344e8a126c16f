"""The document as PDF/A through Typst: the layout is document.typ, this hands it the words. No network, own fonts."""

from __future__ import annotations

import json
from pathlib import Path

import typst

from bienestar.web.reports.blocks import Document
from bienestar.web.reports.layout import layout_of

LAYOUT = Path(__file__).resolve().parent / "document.typ"
# Archivable for decades, with the tags that a screen reader needs.
STANDARDS = ["a-2a", "ua-1"]


def pdf_of(document: Document) -> bytes:
    """The PDF. The same document gives the same bytes: its date is that of the diagnosis, not of the printing."""
    result = typst.compile(
        LAYOUT.read_bytes(),
        format="pdf",
        ignore_system_fonts=True,
        sys_inputs={"document": json.dumps(layout_of(document), ensure_ascii=False)},
        pdf_standards=STANDARDS,
        timestamp=int(document.made_at.timestamp()),
    )
    return bytes(result)
