"""The complete tables as a workbook: one sheet a table, frozen heads, real numbers, and a sheet of notes."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence

import xlsxwriter
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from bienestar.web.reports.blocks import Column, Document, Points, Table, Terms, cell_value

NUMBER_FORMATS = {
    "count": "#,##0.##",
    "people": "#,##0",
    "money": "$ #,##0",
    "percent": "0 %",
    "date": "yyyy-mm-dd",
}
WIDEST = 60


def workbook_of(document: Document) -> bytes:
    """The workbook. Its dates are those of the diagnosis, so that the same document gives the same bytes."""
    with translation.override(document.language):
        return _workbook(document)


def sheet_name(key: str) -> str:
    """The name of a table's sheet and of its CSV file, in the document's language."""
    names = {
        "summary": pgettext("sheet", "summary"),
        "services": pgettext("sheet", "services"),
        "gaps": pgettext("sheet", "gaps"),
        "municipalities": pgettext("sheet", "municipalities"),
        "states": pgettext("sheet", "states"),
        "units": pgettext("sheet", "units"),
        "actions": pgettext("sheet", "actions"),
        "plan": pgettext("sheet", "plan"),
        "shopping": pgettext("sheet", "shopping"),
        "sources": pgettext("sheet", "sources"),
        "notes": pgettext("sheet", "notes"),
        "country": pgettext("sheet", "country"),
        "splits": pgettext("sheet", "splits"),
        "trends": pgettext("sheet", "trends"),
        "completeness": pgettext("sheet", "completeness"),
        "completeness_states": pgettext("sheet", "completeness_by_state"),
        "claims": pgettext("sheet", "claims"),
        "not_recorded": pgettext("sheet", "not_yet_recorded"),
        "rules": pgettext("sheet", "rules"),
    }
    return names.get(key, key)


def _workbook(document: Document) -> bytes:
    out = io.BytesIO()
    # Words are never read as formulas or links: names of units come from files of others.
    book = Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    made = document.made_at.astimezone(dt.UTC).replace(tzinfo=None)
    book.set_properties({"title": document.title, "subject": document.area, "author": "Bienestar", "created": made})
    formats = Formats(book)
    for table in document.files:
        _table_sheet(book.add_worksheet(sheet_name(table.key)), table, formats)
    _notes_sheet(book.add_worksheet(sheet_name("notes")), document, formats)
    book.close()
    return out.getvalue()


class Formats:
    """The cell formats of one workbook."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self.head = book.add_format({"bold": True, "bottom": 2, "text_wrap": True, "valign": "bottom"})
        self.head_number = book.add_format(
            {"bold": True, "bottom": 2, "text_wrap": True, "valign": "bottom", "align": "right"}
        )
        self.words = book.add_format({"valign": "top", "text_wrap": True})
        self.unknown = book.add_format({"italic": True, "font_color": "#5C4A00", "align": "right", "valign": "top"})
        self.title = book.add_format({"bold": True, "font_size": 14})
        self.strong = book.add_format({"bold": True, "valign": "top", "text_wrap": True})
        self.by_kind: dict[tuple[str, bool], Format] = {}
        for kind, pattern in NUMBER_FORMATS.items():
            for bold in (False, True):
                look = {"num_format": pattern, "valign": "top", "align": "right", "bold": bold, "top": int(bold)}
                self.by_kind[(kind, bold)] = book.add_format(look)

    def number(self, column: Column, *, bold: bool) -> Format:
        """The format of a number of that column."""
        return self.by_kind.get((column.kind, bold), self.by_kind[("count", bold)])


def _table_sheet(sheet: Worksheet, table: Table, formats: Formats) -> None:
    rows = [
        [cell_value(value, column.kind) for value, column in zip(row.cells, table.columns, strict=True)]
        for row in table.rows
    ]
    for place, column in enumerate(table.columns):
        sheet.set_column(place, place, _width(column, [row[place] for row in rows]))
        sheet.write_string(0, place, column.label, formats.head_number if column.numeric else formats.head)
    for line, (cells, row) in enumerate(zip(rows, table.rows, strict=True), start=1):
        for place, (cell, column) in enumerate(zip(cells, table.columns, strict=True)):
            bold = row.role == "total"
            if isinstance(cell, dt.date):
                at = dt.datetime.combine(cell, dt.time())
                sheet.write_datetime(line, place, at, formats.number(Column("", "", "date"), bold=bold))
            elif isinstance(cell, int | float):
                sheet.write_number(line, place, cell, formats.number(column, bold=bold))
            elif cell:
                look = formats.unknown if column.numeric else formats.strong if bold else formats.words
                sheet.write_string(line, place, cell, look)
    sheet.freeze_panes(1, 1)
    if table.rows:
        sheet.autofilter(0, 0, len(table.rows), len(table.columns) - 1)
    _print_set_up(sheet)


def _width(column: Column, cells: Sequence[object]) -> float:
    """Wide enough for what the column holds; the head wraps."""
    longest = max((len(str(cell)) for cell in cells), default=0)
    words = max((len(word) for word in column.label.split()), default=0)
    return float(min(max(longest + 2, words + 3, 8), WIDEST))


def _print_set_up(sheet: Worksheet) -> None:
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)


def _notes_sheet(sheet: Worksheet, document: Document, formats: Formats) -> None:
    """What is not known, how figures are made, what words mean: so that the file explains itself."""
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 110)
    sheet.write_string(0, 0, document.title, formats.title)
    sheet.write_string(1, 0, _("Read this first"), formats.strong)
    sheet.write_string(1, 1, document.warning, formats.words)
    line = 3
    for section in document.sections:
        if section.key not in {"unknown", "method", "glossary"}:
            continue
        sheet.write_string(line, 0, section.title, formats.strong)
        for block in section.blocks:
            if isinstance(block, Points):
                for sentence in block.sentences:
                    sheet.write_string(line, 1, sentence, formats.words)
                    line += 1
            elif isinstance(block, Terms):
                for term, meaning in block.rows:
                    sheet.write_string(line, 1, f"{term}: {meaning}", formats.words)
                    line += 1
        line += 1
    _print_set_up(sheet)
