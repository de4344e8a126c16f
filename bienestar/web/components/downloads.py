"""Tables as files: CSV for any program, XLSX for spreadsheets, with the same rows as the page."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterable, Sequence
from typing import Any

import xlsxwriter
from django.http import FileResponse, HttpResponse

from bienestar.foundation.storage.cells import harmless

Sheet = tuple[str, Sequence[str], Iterable[Sequence[Any]]]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
XLSX_ROWS = 1_048_576  # of a sheet


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


class RowsFile:
    """A table written row by row, so that memory holds one row, to a file without a name that ends with the answer.

    ``most``: how many rows fit below the head; None: any number.
    """

    def __init__(self, kind: str, head: Sequence[str]) -> None:
        self.stream = tempfile.TemporaryFile()  # noqa: SIM115  it is closed with the answer
        self.rows = 0
        self.book: xlsxwriter.Workbook | None = None
        self.most: int | None = None
        self.kind = XLSX if kind == "xlsx" else "text/csv; charset=utf-8"
        if kind == "xlsx":
            how = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
            self.book = xlsxwriter.Workbook(self.stream, how)
            self.sheet = self.book.add_worksheet()
            self.sheet.freeze_panes(1, 0)
            self.sheet.set_column(0, len(head) - 1, 20)
            self.most = XLSX_ROWS - 1
            self._write_in_sheet(head, self.book.add_format({"bold": True, "bottom": 1}))
        else:
            self.text = io.TextIOWrapper(self.stream, encoding="utf-8-sig", newline="")
            self.writer = csv.writer(self.text, lineterminator="\n")
            self.writer.writerow(head)

    def put(self, row: Sequence[str]) -> None:
        """Write one row of words."""
        if self.book is None:
            self.writer.writerow([harmless(cell) for cell in row])
        else:
            self.rows += 1
            self._write_in_sheet(row)

    def _write_in_sheet(self, row: Sequence[str], form: Any = None) -> None:
        for column, cell in enumerate(row):
            if cell:
                self.sheet.write_string(self.rows, column, cell, form)  # as words: no formula, no link

    def answer(self, name: str) -> FileResponse:
        """The whole file to download; nobody on its way may keep it."""
        if self.book is None:
            self.text.flush()
            self.text.detach()
        else:
            self.book.close()
        self.stream.seek(0)
        answer = FileResponse(self.stream, as_attachment=True, filename=name, content_type=self.kind)
        answer.headers["Cache-Control"] = "no-store"
        return answer

    def drop(self) -> None:
        """No file after all."""
        (self.text if self.book is None else self.book).close()
        self.stream.close()


def _file(name: str, kind: str, content: bytes) -> HttpResponse:
    answer = HttpResponse(content, content_type=kind)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
