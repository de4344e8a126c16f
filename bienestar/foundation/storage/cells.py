"""Cells of files that people open in a spreadsheet."""

from __future__ import annotations

from typing import Any

STARTS = ("=", "+", "-", "@", "\t", "\r")


def harmless(cell: Any) -> Any:
    """A cell of words that a spreadsheet would run as a formula gets an apostrophe; a number in words is none."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(STARTS) and not _is_number(cell) else cell


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
