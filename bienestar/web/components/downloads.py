"""Tables as files: CSV for any program, XLSX for spreadsheets, with the same rows as the page."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

import xlsxwriter
from django.http import HttpResponse

from bienestar.foundation.storage.cells import harmless

Sheet = tuple[str, Sequence[str], Iterable[Sequence[Any]]]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def csv_text(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Head and rows as CSV; None is an empty cell."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([str(words) for words in head])
    writer.writerows([[harmless(cell) for cell in row] for row in rows])
    return out.getvalue()


def csv_file(name: str, head: Sequence[str], rows: Iterable[Sequence[Any]]) -> HttpResponse:
    """A CSV to download."""
    return text_file(name, csv_text(head, rows))


def text_file(name: str, text: str) -> HttpResponse:
    """A CSV whose text is ready. The mark at its start tells Excel that it is UTF-8."""
    return _file(name, "text/csv; charset=utf-8", ("\ufeff" + text).encode())


def xlsx_file(name: str, sheets: Iterable[Sheet]) -> HttpResponse:
    """A workbook to download: (title, head, rows) of each sheet; the head stays in view."""
    out = io.BytesIO()
    # Words are never read as formulas or links: a unit's name comes from a file of somebody else.
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    bold = book.add_format({"bold": True, "bottom": 1})
    for title, head, rows in sheets:
        sheet = book.add_worksheet(str(title)[:31])
        sheet.write_row(0, 0, [str(words) for words in head], bold)
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, max(len(head) - 1, 0), 20)
        for number, row in enumerate(rows, start=1):
            for column, cell in enumerate(row):
                if cell is not None:
                    sheet.write(number, column, cell if isinstance(cell, int | float) else str(cell))
    book.close()
    return _file(name, XLSX, out.getvalue())


def _file(name: str, kind: str, content: bytes) -> HttpResponse:
    answer = HttpResponse(content, content_type=kind)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
