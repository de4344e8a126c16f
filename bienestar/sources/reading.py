"""Opening a file of rows: what it is by its first bytes, how it is encoded, and its rows one by one.

Nothing is read whole before its first bytes, its size and (for workbooks) the index of its archive have said that it
can be what is asked. CSV text and Parquet are streamed; a workbook is read by calamine, one sheet at a time.
"""

from __future__ import annotations

import codecs
import csv
import hashlib
import io
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import python_calamine
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from bienestar.sources.layouts import Recognised, Unusable, recognise, refuse_duplicates, why_not

SNIFFED = 65_536  # bytes looked at before anything else is read
HEADING_ROWS = 20  # banner rows that may stand above the headings
PARQUET_ROWS = 10_000  # of a batch
MAX_BYTES = 2_000_000_000  # INEGI's national ITER is 0.2 GB
MAX_UNZIPPED = 1_000_000_000  # of a workbook: more is no census form but an attack or a mistake
DELIMITERS = ",;\t|"
KNOWN_STARTS = {
    b"%PDF": _("a PDF document"),
    b"\x89PNG": _("a picture"),
    b"\xff\xd8\xff": _("a picture"),
    b"GIF8": _("a picture"),
    b"\x1f\x8b": _("a compressed file; unpack it first"),
    b"\xd0\xcf\x11\xe0": _("an old Excel file (.xls); save it as .xlsx or CSV"),
    b"7z\xbc\xaf": _("a compressed file; unpack it first"),
    b"Rar!": _("a compressed file; unpack it first"),
    b"SQLite format 3": _("a database"),
    b"\xff\xfe": _("text saved as UTF-16; save it as UTF-8 CSV"),
    b"\xfe\xff": _("text saved as UTF-16; save it as UTF-8 CSV"),
}

Progress = Callable[[int, int | None], None]


@dataclass
class Table:
    """A recognised table: its layout and its data rows with their numbers as a spreadsheet shows them (1-based)."""

    recognised: Recognised
    rows: Iterator[tuple[int, list[Any]]]
    first_row: int
    total: int | None = None
    headings: list[Any] = field(default_factory=list)
    delimiter: str = ""  # of a CSV file

    @property
    def about(self) -> str:
        """What the layout is, in the reader's language."""
        return self.recognised.layout.about.in_language(get_language() or "es")

    @property
    def publisher(self) -> str:
        """Who publishes files of this layout."""
        return self.recognised.layout.publisher


def sniff(path: Path) -> str:
    """ "csv", "xlsx", "parquet" or "json" by the file's first bytes; Unusable for anything else, whatever its name."""
    try:
        size = path.stat().st_size
        if path.is_dir():
            raise Unusable(_("That is a folder, not a file."))
        with path.open("rb") as stream:
            head = stream.read(SNIFFED)
    except OSError as error:
        raise Unusable(_("The file cannot be opened: %(reason)s.") % {"reason": error.strerror}) from None
    if not head.strip():
        raise Unusable(_("The file is empty."))
    if size > MAX_BYTES:
        raise Unusable(_("The file is larger than any file of this kind (%(size)d MB).") % {"size": size // 10**6})
    for start, what in KNOWN_STARTS.items():
        if head.startswith(start):
            raise Unusable(_("This cannot be read: it is %(what)s.") % {"what": what})
    if head.startswith(b"PK"):
        return "xlsx"
    if head.startswith(b"PAR1"):
        return "parquet"
    _refuse_noise(head)
    return "json" if head.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] in (b"{", b"[") else "csv"


def _refuse_noise(head: bytes) -> None:
    if b"\x00" in head:
        raise Unusable(_("This cannot be read: it is not text (CSV) nor a spreadsheet (.xlsx)."))
    odd = sum(byte < 32 and byte not in (9, 10, 13) or byte == 127 for byte in head)
    if odd > len(head) / 1000:
        raise Unusable(_("This cannot be read: it is not text (CSV) nor a spreadsheet (.xlsx)."))


def sha256_of(path: Path) -> str:
    """SHA-256 of a file's bytes, read in pieces."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def open_table(path: Path, kind: str) -> Table:
    """The table of a CSV file or of the first sheet of a workbook that fits a layout of ``kind``; else Unusable."""
    shape = sniff(path)
    if shape == "json":
        raise Unusable(_("This is JSON, not a table; GeoJSON outlines are of kind geometry."))
    read = {"csv": _csv_table, "parquet": _parquet_table, "xlsx": _workbook_table}[shape]
    return read(path, kind)


def _parquet_table(path: Path, kind: str) -> Table:
    """Columns, a batch of rows in memory at a time. Rows are numbered as if the headings were row 1."""
    try:
        file = pq.ParquetFile(path)
    except (pa.ArrowException, OSError, ValueError):
        raise Unusable(_("The Parquet file is damaged or was cut short; ask for it again.")) from None
    headings = file.schema_arrow.names
    _index, found = _heading_row(kind, [headings])
    refuse_nested(file.schema_arrow, found)
    return Table(found, _parquet_rows(file), 2, file.metadata.num_rows, headings=list(headings))


def _parquet_rows(file: pq.ParquetFile) -> Iterator[tuple[int, list[Any]]]:
    number = 1
    try:
        for batch in file.iter_batches(batch_size=PARQUET_ROWS):
            columns = [_values(column) for column in batch.columns]
            for row in zip(*columns, strict=True):
                number += 1
                yield number, list(row)
    except (pa.ArrowException, OSError, ValueError):
        raise Unusable(
            _("After row %(row)d the Parquet file is damaged; ask for it again.") % {"row": number}
        ) from None


def refuse_nested(schema: pa.Schema, found: Recognised) -> None:
    """Raise Unusable when a column that is read holds lists or records: written out they would pass for words."""
    for column, place in found.places.items():
        if pa.types.is_nested(schema.field(place).type):
            raise Unusable(
                _("The column “%(heading)s” holds lists or records, not words, numbers or dates.")
                % {"heading": found.heading(column)}
            )


def _values(column: pa.Array) -> list[Any]:
    """A column's cells. Words that were stored as bytes are read as such; a day no calendar has is told as a number."""
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    if pa.types.is_timestamp(column.type) and column.type.unit == "ns":
        column = column.cast(pa.timestamp("us", column.type.tz), safe=False)
    if pa.types.is_binary(column.type) or pa.types.is_large_binary(column.type):
        return [None if cell is None else _decoded(cell) for cell in column.to_pylist()]
    try:
        return column.to_pylist()
    except (OverflowError, ValueError):
        return [_in_calendar(cell) for cell in column]


def _in_calendar(cell: pa.Scalar) -> Any:
    try:
        return cell.as_py()
    except (OverflowError, ValueError):
        return str(getattr(cell, "value", "?"))


def _csv_table(path: Path, kind: str) -> Table:
    with path.open("rb") as stream:
        sample = stream.read(SNIFFED * 4)
    if b"\n" not in sample and b"\r" not in sample and len(sample) == SNIFFED * 4:
        raise Unusable(_("This cannot be read: its first line never ends, so it is not a table."))
    # The headings are looked at before the whole file is: noise must not cost the reading of 200 MB.
    provisional = _decoded(sample)
    delimiter = max(DELIMITERS, key=lambda mark: _widest(provisional, mark))
    _heading_row(kind, _top(io.StringIO(provisional, newline=""), delimiter))
    encoding = _encoding(path)
    with path.open(encoding=encoding, newline="") as stream:
        top = _top(stream, delimiter)
    index, found = _heading_row(kind, top)
    return Table(
        found, _csv_rows(path, encoding, delimiter, index), index + 2, headings=list(top[index]), delimiter=delimiter
    )


def _decoded(sample: bytes) -> str:
    try:
        return codecs.getincrementaldecoder("utf-8-sig")().decode(sample)
    except UnicodeDecodeError:
        return sample.decode("latin-1")


def _widest(sample: str, mark: str) -> int:
    lines = sample.splitlines()[:HEADING_ROWS]
    return max((line.count(mark) for line in lines), default=0)


def _top(stream: Any, delimiter: str) -> list[list[str]]:
    rows = []
    try:
        for row in csv.reader(stream, delimiter=delimiter):
            rows.append(row)
            if len(rows) >= HEADING_ROWS:
                break
    except csv.Error:
        raise Unusable(cell_without_end()) from None
    return rows


def cell_without_end() -> str:
    """The sentence for a cell beyond what a cell can be, before any row was read."""
    told = _(
        "This cannot be read as a table: a cell has more than %(most)d letters, or its quotation mark never closes."
    )
    return told % {"most": csv.field_size_limit()}


def _heading_row(kind: str, top: list[Any]) -> tuple[int, Recognised]:
    for index, row in enumerate(top):
        found = recognise(kind, row)
        if found:
            refuse_duplicates(row)
            return index, found
    raise why_not(kind, top)


def _csv_rows(path: Path, encoding: str, delimiter: str, heading: int) -> Iterator[tuple[int, list[Any]]]:
    with path.open(encoding=encoding, newline="") as stream:
        lines = _Lines(stream)
        number = 0
        try:
            for number, row in enumerate(csv.reader(lines, delimiter=delimiter), start=1):
                # The reader takes the end of the file for the end of a quotation: the rows within would be lost.
                if len(lines.taken) > 1 and _is_open(lines.taken, delimiter):
                    raise Unusable(
                        _("After row %(row)d a quotation mark is opened and never closed.") % {"row": number - 1}
                    )
                lines.taken.clear()
                if number > heading + 1:
                    yield number, row
        except csv.Error:
            raise Unusable(
                _("After row %(row)d a cell has more than %(most)d letters, or its quotation mark never closes.")
                % {"row": number, "most": csv.field_size_limit()}
            ) from None


class _Lines:
    """The lines of a file, and those that the row at hand was made of."""

    def __init__(self, stream: Iterator[str]) -> None:
        self.stream = stream
        self.taken: list[str] = []

    def __iter__(self) -> Iterator[str]:
        for line in self.stream:
            self.taken.append(line)
            yield line


def _is_open(lines: list[str], delimiter: str) -> bool:
    """Whether these lines end within a quotation: then one more line would belong to their row."""
    return len(list(csv.reader([*lines, "x"], delimiter=delimiter))) == 1


def _encoding(path: Path) -> str:
    """UTF-8 when every byte of the file is; else Windows-1252, else Latin-1, which takes any byte."""
    for encoding in ("utf-8-sig", "cp1252"):
        decoder = codecs.getincrementaldecoder(encoding)()
        try:
            with path.open("rb") as stream:
                while block := stream.read(1 << 20):
                    decoder.decode(block)
                decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            continue
        return encoding
    return "latin-1"


def open_workbook(path: Path) -> python_calamine.CalamineWorkbook:
    """A workbook after its archive has been checked; Unusable when it is broken, locked, huge or something else."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            if sum(entry.file_size for entry in archive.infolist()) > MAX_UNZIPPED:
                raise Unusable(_("The workbook is larger than any file of this kind once unpacked."))
    except (zipfile.BadZipFile, OSError, ValueError):
        raise Unusable(_("The spreadsheet is damaged or was cut short; ask for it again.")) from None
    if not any(name.startswith("xl/") for name in names):
        raise Unusable(_("This cannot be read: it is %(what)s.") % {"what": _("a compressed file; unpack it first")})
    try:
        return python_calamine.CalamineWorkbook.from_path(str(path))
    except Exception:  # calamine raises its own errors and, on broken parts, whatever lies below
        raise Unusable(_("The spreadsheet is damaged or was cut short; ask for it again.")) from None


def sheet_rows(book: python_calamine.CalamineWorkbook, name: str) -> list[list[Any]]:
    """Every row of a sheet from its first; Unusable when the sheet cannot be read."""
    try:
        return book.get_sheet_by_name(name).to_python(skip_empty_area=False)
    except python_calamine.WorksheetNotFound:
        return []  # a chart sheet
    except Exception:
        raise Unusable(_("The sheet “%(sheet)s” cannot be read; the file is damaged.") % {"sheet": name}) from None


def _workbook_table(path: Path, kind: str) -> Table:
    book = open_workbook(path)
    tops: list[Any] = []
    for name in book.sheet_names:
        rows = sheet_rows(book, name)
        top = rows[:HEADING_ROWS]
        tops.extend(top)
        for index, row in enumerate(top):
            found = recognise(kind, row)
            if found:
                refuse_duplicates(row)
                numbered = iter([(number, row) for number, row in enumerate(rows, start=1) if number > index + 1])
                return Table(found, numbered, index + 2, len(rows) - index - 1, headings=list(row))
    raise why_not(kind, tops)


def is_blank(row: list[Any]) -> bool:
    """Whether every cell of a row is empty."""
    return all(cell is None or (isinstance(cell, str) and not cell.strip()) for cell in row)
