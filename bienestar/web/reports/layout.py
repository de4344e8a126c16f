"""The document as texts, lists and numbers of layout: what the HTML template and the Typst template read."""

from __future__ import annotations

from typing import Any

from django.utils import translation

from bienestar.web.reports.blocks import (
    Amount,
    Block,
    Column,
    Document,
    Figures,
    NotApplicable,
    Paragraph,
    Picture,
    Points,
    Row,
    Table,
    Terms,
    Value,
    cell_text,
)


def layout_of(document: Document) -> dict[str, Any]:
    """The whole document in plain JSON values, every figure already written in the document's language."""
    with translation.override(document.language):
        return _layout(document)


def _layout(document: Document) -> dict[str, Any]:
    return {
        "language": document.language,
        "title": document.title,
        "facts": [list(fact) for fact in document.facts],
        "warning": document.warning,
        "running": list(document.running),
        "page_words": list(document.page_words),
        "sections": [
            {
                "key": section.key,
                "title": section.title,
                "blocks": [_block(block, section.title) for block in section.blocks],
            }
            for section in document.sections
        ],
    }


def _block(block: Block, section: str) -> dict[str, Any]:
    if isinstance(block, Paragraph):
        return {"kind": "paragraph", "text": block.text, "strong": block.strong}
    if isinstance(block, Points):
        return {"kind": "points", "sentences": list(block.sentences)}
    if isinstance(block, Terms):
        return {"kind": "terms", "rows": [list(row) for row in block.rows]}
    if isinstance(block, Figures):
        figures = [{"label": one.label, "value": one.value, "note": one.note, "url": one.url} for one in block.figures]
        return {"kind": "figures", "figures": figures}
    if isinstance(block, Picture):
        legend = [list(entry) for entry in block.map.legend]
        return {"kind": "picture", "svg": block.map.svg, "alt": block.alt, "caption": block.caption, "legend": legend}
    return _table(block, section)


def _table(table: Table, section: str) -> dict[str, Any]:
    """A table; its title is not said twice where it is the section's."""
    columns = [{"label": column.label, "numeric": column.numeric, "width": column.width} for column in table.columns]
    rows = [{"role": row.role, "cells": _cells(row, table.columns)} for row in table.rows]
    title = "" if table.title == section else table.title
    return {
        "kind": "table",
        "key": table.key,
        "title": title,
        "label": table.title,
        "note": table.note,
        "columns": columns,
        "rows": rows,
    }


def _cells(row: Row, columns: tuple[Column, ...]) -> list[dict[str, Any]]:
    """The cells of a row; a head row has only its first, and a total is empty where nothing can be added."""
    shown = list(zip(row.cells, columns, strict=True))[: 1 if row.role == "head" else None]
    return [
        {
            "words": "" if row.role == "total" and isinstance(value, NotApplicable) else cell_text(value, column.kind),
            "unknown": _unknown(value),
            "url": value.url if isinstance(value, Amount) else "",
            "numeric": column.numeric,
            "code": column.kind == "code",
            "look": _look(value, column),
        }
        for value, column in shown
    ]


def _look(value: Value, column: Column) -> str:
    """Class names of a cell in HTML: a number, not known, a key."""
    marks = (("n", column.numeric), ("u", _unknown(value)), ("k", column.kind == "code"))
    return " ".join(name for name, holds in marks if holds)


def _unknown(value: Value) -> bool:
    """Whether a cell says in words that there is no number."""
    return value is None or (isinstance(value, Amount) and value.value is None)
