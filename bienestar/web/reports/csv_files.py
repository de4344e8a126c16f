"""The complete tables as CSV, one file a table; UTF-8 with a mark, so that every spreadsheet reads the accents."""

from __future__ import annotations

import csv
import datetime as dt
import io
import zipfile

from django.utils import translation

from bienestar.foundation.storage.cells import harmless
from bienestar.web.reports.blocks import Document, Table, cell_value
from bienestar.web.reports.workbook import sheet_name

BYTE_ORDER_MARK = "\ufeff"


def csv_files_of(document: Document) -> dict[str, bytes]:
    """File name → content of every table. The same document gives the same bytes."""
    with translation.override(document.language):
        return {f"{sheet_name(table.key)}.csv": csv_of(table) for table in document.files}


def csv_of(table: Table) -> bytes:
    """One table: heads are the columns' words, dates ISO, numbers plain; what is not known says so in words."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([column.label for column in table.columns])
    for row in table.rows:
        cells = [cell_value(value, column.kind) for value, column in zip(row.cells, table.columns, strict=True)]
        writer.writerow([harmless(cell) for cell in cells])
    return (BYTE_ORDER_MARK + out.getvalue()).encode()


def csv_archive_of(document: Document) -> bytes:
    """All CSV files in one zip whose dates are those of the diagnosis."""
    out = io.BytesIO()
    made = document.made_at.astimezone(dt.UTC).timetuple()[:6]
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in csv_files_of(document).items():
            archive.writestr(zipfile.ZipInfo(name, made), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()
