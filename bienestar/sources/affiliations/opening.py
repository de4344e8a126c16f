"""Opening a roll: CSV or Parquet by its first bytes, which columns it has, and text that DuckDB can read.

Any encoding and any end of line is taken; what is not UTF-8 with plain line feeds is copied into that, a block at a
time. The copy lies in the run's own folder and goes with it.
"""

from __future__ import annotations

import codecs
import csv
import hashlib
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from django.utils.translation import gettext_lazy as _

from bienestar.sources.layouts import Recognised, Unusable, recognise, refuse_duplicates, why_not
from bienestar.sources.reading import DELIMITERS, HEADING_ROWS, KNOWN_STARTS, SNIFFED, cell_without_end, refuse_nested

KIND = "affiliations"
BLOCK = 1 << 20
PARQUET = b"PAR1"
UTF8_LETTER = re.compile(rb"[\xc3-\xf4][\x80-\xbf]")  # no two letters of Spanish are next to each other like this
ZIP = b"PK"
BYTE_MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}


@dataclass(frozen=True)
class Opened:
    """A roll that can be read. ``first_row``: the number of its first data row as a spreadsheet shows it.

    ``encoding`` and ``delimiter`` are "" for Parquet; ``plain``: UTF-8 with line feeds only, read as it lies.
    ``fractions``: columns of a Parquet file whose numbers may have decimals, as a tool writes 13 where some are blank.
    """

    path: Path
    recognised: Recognised
    headings: tuple[str, ...]
    sha256: str
    size: int
    first_row: int = 1
    encoding: str = ""
    delimiter: str = ""
    plain: bool = True
    fractions: frozenset[str] = frozenset()

    @property
    def is_parquet(self) -> bool:
        """Whether it is columns already."""
        return not self.delimiter


def open_roll(path: Path) -> Opened:
    """The roll in a file; Unusable, with one sentence, for anything else."""
    try:
        if path.is_dir():
            raise Unusable(_("That is a folder, not a file."))
        with path.open("rb") as stream:
            head = stream.read(SNIFFED * 4)
    except OSError as error:
        raise Unusable(_("The file cannot be opened: %(reason)s.") % {"reason": error.strerror}) from None
    if not head.strip():
        raise Unusable(_("The file is empty."))
    if head.startswith(PARQUET):
        return _parquet(path)
    if head.startswith(ZIP):
        raise Unusable(_("A roll is a CSV or Parquet file; save the sheet as CSV, or unpack the archive first."))
    marked = next((name for mark, name in BYTE_MARKS.items() if head.startswith(mark)), "")
    for start, what in KNOWN_STARTS.items():
        if head.startswith(start) and not marked:
            raise Unusable(_("This cannot be read: it is %(what)s.") % {"what": what})
    return _csv(path, head, marked)


def _parquet(path: Path) -> Opened:
    try:
        schema = pq.read_schema(path)
    except (pa.ArrowException, OSError, ValueError):
        raise Unusable(_("The Parquet file is damaged or was cut short; ask for it again.")) from None
    found = _recognised(schema.names)
    refuse_nested(schema, found)
    return Opened(
        path=path,
        recognised=found,
        headings=tuple(schema.names),
        sha256=_sha256(path),
        size=path.stat().st_size,
        fractions=frozenset(c for c, place in found.places.items() if _may_have_fractions(schema.field(place).type)),
    )


def _may_have_fractions(kind: pa.DataType) -> bool:
    return bool(pa.types.is_floating(kind) or pa.types.is_decimal(kind))


def _recognised(headings: list[str]) -> Recognised:
    found = recognise(KIND, headings)
    if not found:
        raise why_not(KIND, [headings])
    refuse_duplicates(headings)
    return found


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _csv(path: Path, head: bytes, marked: str) -> Opened:
    sample = _sample(head, marked)
    if "\x00" in sample:
        raise Unusable(_("This cannot be read: it is not text (CSV) nor a Parquet file."))
    if "\n" not in sample and "\r" not in sample and len(head) == SNIFFED * 4:
        raise Unusable(_("This cannot be read: its first line never ends, so it is not a table."))
    delimiter = max(DELIMITERS, key=lambda mark: max(line.count(mark) for line in sample.splitlines()[:HEADING_ROWS]))
    index, headings, found = _headings(sample, delimiter)
    look = _look_through(path, marked)
    return Opened(
        path=path,
        recognised=found,
        headings=tuple(headings),
        sha256=look.sha256,
        size=path.stat().st_size,
        first_row=index + 2,
        encoding=look.encoding,
        delimiter=delimiter,
        plain=look.plain,
    )


def _sample(head: bytes, marked: str) -> str:
    """The beginning as text: enough of it for the headings, whatever the encoding turns out to be."""
    try:
        return codecs.getincrementaldecoder(marked or "utf-8")().decode(head)
    except UnicodeDecodeError:
        return head.decode("latin-1")


def _headings(sample: str, delimiter: str) -> tuple[int, list[str], Recognised]:
    top: list[list[str]] = []
    try:
        for row in csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter):
            top.append(row)
            found = recognise(KIND, row)
            if found:
                refuse_duplicates(row)
                return len(top) - 1, row, found
            if len(top) >= HEADING_ROWS:
                break
    except csv.Error:
        raise Unusable(cell_without_end()) from None
    raise why_not(KIND, top)


@dataclass
class _Look:
    sha256: str
    encoding: str
    plain: bool


def _look_through(path: Path, marked: str) -> _Look:
    """One reading of every byte: its hash, its encoding, its ends of line.

    UTF-8 when every byte fits, or when it has letters of UTF-8 beside the bytes that do not fit: one file made of two,
    or cut within a letter. Else Windows-1252 unless a byte has no letter there; Latin-1 takes any byte.
    """
    digest = hashlib.sha256()
    letters = False
    fits: dict[str, Any] = {name: codecs.getincrementaldecoder(name)() for name in ("utf-8", "cp1252")}
    returns = False
    for block in _blocks(path):
        digest.update(block)
        returns = returns or b"\r" in block
        letters = letters or (not block.isascii() and UTF8_LETTER.search(block) is not None)
        for name in () if marked == "utf-16" else list(fits):
            # Letters without accents fit everywhere: most blocks of a roll are told apart without decoding them.
            if block.isascii() and not fits[name].getstate()[0]:
                continue
            try:
                fits[name].decode(block)
            except UnicodeDecodeError:
                del fits[name]
    encoding = (
        marked if marked == "utf-16" else "utf-8-sig" if "utf-8" in fits or letters else next(iter(fits), "latin-1")
    )
    return _Look(digest.hexdigest(), encoding, plain="utf-8" in fits and marked != "utf-16" and not returns)


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as stream:
        while block := stream.read(BLOCK):
            yield block


def _as_windows(error: UnicodeError) -> tuple[str, int]:
    """The bytes that are no UTF-8, read as Windows-1252, else Latin-1."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    wrong = error.object[error.start : error.end]
    try:
        return wrong.decode("cp1252"), error.end
    except UnicodeDecodeError:
        return wrong.decode("latin-1"), error.end


codecs.register_error("bienestar-windows", _as_windows)


def _errors(encoding: str) -> str:
    return "bienestar-windows" if encoding == "utf-8-sig" else "strict"


def as_plain_text(opened: Opened, folder: Path) -> Path:
    """The roll as UTF-8 with line feeds: the file itself or a copy; Unusable when it ends within a letter."""
    if opened.plain:
        return opened.path
    target = folder / "plain.csv"
    try:
        # Universal newlines: "\r\n" and a lone "\r" become "\n".
        with (
            opened.path.open(encoding=opened.encoding, errors=_errors(opened.encoding)) as source,
            target.open("w", encoding="utf-8", newline="\n") as to,
        ):
            while text := source.read(BLOCK):
                to.write(text)
    except UnicodeError:
        raise Unusable(_("The file ends in the middle of a letter: it was cut short; ask for it again.")) from None
    return target
