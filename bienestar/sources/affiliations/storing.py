"""From a file to sorted columns: a draft in the file's order, each row judged; then what is good, sorted by CURP.

All work is done in a folder of its own, closed to other accounts, that is removed whatever happens; the result is
moved whole to its place. DuckDB is given 1 GB and sorts on disk beyond that.
"""

from __future__ import annotations

import datetime as dt
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import numpy as np
from django.utils.translation import gettext_lazy as _
from numpy.typing import NDArray

from bienestar.foundation.storage.sorted_file import ROW_GROUP
from bienestar.sources.affiliations.checking import COLUMNS, DOUBTS, FAULTS, checked, offer_verdict
from bienestar.sources.affiliations.opening import Opened, as_plain_text
from bienestar.sources.issues import DOUBTED, REFUSED
from bienestar.sources.layouts import Unusable
from bienestar.sources.reading import Progress

MEMORY = "1GB"
WORK = ".work-"
LISTED = 100_000  # rows in the list of issues; the rest is counted
SPACE = 3  # times the file's size that the draft, the sort and the result may take together
STEPS = 5
#: What a stored entry has; ``entry`` is the institution's own number as a hash that only this installation can make.
STORED = ("entry", "curp", "holds", *COLUMNS[2:])
NEVER_CLOSED, TOO_LONG = "UNQUOTED VALUE", "LINE SIZE OVER MAXIMUM"
LONGEST_LINE = 2_000_000  # bytes of a row


@dataclass
class Stored:
    """What became of a file's rows. ``groups``: (severity, column, reason, how many, first row).

    ``listed``: (severity, row, column, shown, reason) of the first rows with something to say; ``unlisted``: how many
    more there are.
    """

    read: int = 0
    entries: int = 0
    repeated: int = 0
    refused: int = 0
    doubted: int = 0
    groups: list[tuple[str, str, str, int, int]] = field(default_factory=list)
    listed: list[tuple[str, int, str, str, str]] = field(default_factory=list)
    unlisted: int = 0


@contextmanager
def workplace(home: Path) -> Iterator[Path]:
    """A folder to work in, one run at a time; what a run that was killed left behind is removed first."""
    rolls = home / "rolls"
    rolls.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (rolls / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Unusable(_("Another roll is being loaded; try again when it has ended.")) from None
        # Whoever holds the lock is alone: the system lets go of it when a process dies.
        for left in rolls.glob(f"{WORK}*"):
            shutil.rmtree(left)
        folder = Path(tempfile.mkdtemp(prefix=WORK, dir=rolls))
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def store(
    opened: Opened, folder: Path, target: Path, cut_off: dt.date, sexes: dict[str, str], key: str, progress: Progress
) -> Stored:
    """Write the good entries of a roll, sorted by CURP, to ``target``. ``key`` goes into the hash of their numbers.

    Raises Unusable when the file cannot be read to its end or the disk is full.
    """
    if shutil.disk_usage(folder).free < SPACE * opened.size:
        raise Unusable(_("There is not enough room on the disk for a roll of this size."))
    with duckdb.connect() as con:
        try:
            run = _Run(con, folder, opened, Stored())
            run.settle()
            offer_verdict(con, cut_off)
            run.draft(checked(run.source(), run.places(), cut_off, sexes, opened.fractions))
            progress(1, STEPS)
            run.note_unreadable()
            run.find_repeated()
            progress(2, STEPS)
            run.count()
            progress(3, STEPS)
            run.write(target, key)
            progress(STEPS, STEPS)
        except duckdb.OutOfMemoryException:
            raise Unusable(_("The memory or the disk is full; nothing was stored.")) from None
        except duckdb.Error as error:
            # Its words may hold a row of the file: only its kind is told.
            raise Unusable(
                _("The file cannot be read to its end (%(kind)s); it may be damaged or cut short.")
                % {"kind": type(error).__name__}
            ) from None
    return run.found


@dataclass
class _Run:
    con: duckdb.DuckDBPyConnection
    folder: Path
    opened: Opened
    found: Stored
    unreadable: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, dtype=np.int64))

    def settle(self) -> None:
        """Bounds of memory, and a disk to sort on."""
        for setting in (
            f"memory_limit = '{MEMORY}'",
            f"temp_directory = {_quoted(self.folder / 'sort')}",
            f"threads = {min(os.cpu_count() or 1, 4)}",
            "enable_external_file_cache = false",
            "enable_progress_bar = false",
        ):
            self.con.execute(f"SET {setting}").fetchall()

    def places(self) -> dict[str, str]:
        """Column → its name in the source."""
        names = [f"c{place}" for place in range(len(self.opened.headings))]
        if self.opened.is_parquet:
            names = list(self.opened.headings)
        return {column: names[place] for column, place in self.opened.recognised.places.items()}

    def source(self) -> str:
        """SQL of the file's rows."""
        if self.opened.is_parquet:
            return f"read_parquet({_quoted(self.opened.path)}, binary_as_string = true)"
        path = as_plain_text(self.opened, self.folder)
        columns = ", ".join(f"'c{place}': 'VARCHAR'" for place in range(len(self.opened.headings)))
        return (
            f"read_csv({_quoted(path)}, header = false, auto_detect = false, skip = {self.opened.first_row - 1}, "
            f"max_line_size = {LONGEST_LINE}, "
            f"delim = '{self.opened.delimiter}', quote = '\"', escape = '\"', new_line = '\\n', strict_mode = true, "
            f"store_rejects = true, columns = {{{columns}}})"
        )

    def draft(self, rows: str) -> None:
        """Every row that can be read, in the file's order; its place in this file gives its number."""
        self.con.execute(f"COPY ({rows}) TO {_quoted(self.folder / 'draft.parquet')} (COMPRESSION lz4_raw)").fetchall()
        drafted = f"read_parquet({_quoted(self.folder / 'draft.parquet')}, file_row_number = true)"
        self.con.execute(
            f"CREATE VIEW draft AS SELECT *, file_row_number AS place FROM {drafted}"  # noqa: S608
        ).fetchall()

    def note_unreadable(self) -> None:
        """Rows with more or fewer cells than headings; a quotation mark that never closes ends the whole file."""
        if self.opened.is_parquet:
            return
        kinds = self.con.execute(
            "SELECT line, list(DISTINCT error_type::VARCHAR) FROM reject_errors GROUP BY line ORDER BY line"
        ).fetchall()
        for line, errors in kinds:
            if NEVER_CLOSED in errors:
                raise Unusable(_("After row %(row)d a quotation mark is opened and never closed.") % {"row": line - 1})
            if TOO_LONG in errors:
                told = _("After row %(row)d a cell has more than %(most)d letters, or its quotation mark never closes.")
                raise Unusable(told % {"row": line - 1, "most": LONGEST_LINE})
        few = [line for line, errors in kinds if "MISSING COLUMNS" in errors]
        many = [line for line, errors in kinds if "MISSING COLUMNS" not in errors]
        for lines, reason in (
            (few, _("the row has fewer cells than there are headings: it was cut short")),
            (many, _("the row has more cells than there are headings: it is shifted")),
        ):
            if lines:
                self.found.groups.append((REFUSED, "", str(reason), len(lines), lines[0]))
                self._list([(REFUSED, line, "", "", str(reason)) for line in lines])
        self.found.refused += len(kinds)
        self.unreadable = np.array([line for line, _errors in kinds], dtype=np.int64)

    def find_repeated(self) -> None:
        """The same number twice: the same content counts once; what contradicts itself is refused on both sides."""
        content = ", ".join(COLUMNS[1:])
        self.con.execute(
            f"""CREATE TEMP TABLE repeated AS
            WITH twice AS (SELECT hash(id) AS h FROM draft WHERE fault = 0 GROUP BY h HAVING count(*) > 1),
            same AS (SELECT id, place, hash({content}) AS c FROM draft WHERE fault = 0 AND hash(id) IN (FROM twice)),
            judged AS (SELECT place, min(place) OVER own AS first, max(c) OVER own <> min(c) OVER own AS differ,
                count(*) OVER own AS times FROM same WINDOW own AS (PARTITION BY id))
            SELECT place, first, differ FROM judged WHERE times > 1 AND (differ OR place <> first)"""  # noqa: S608
        ).fetchall()

    def count(self) -> None:
        """Count and list everything that was refused or doubted."""
        rows, bad, doubted = self._row("SELECT count(*), count(*) FILTER (fault > 0), 0 FROM draft")
        differ, again = self._row("SELECT count(*) FILTER (differ), count(*) FILTER (NOT differ) FROM repeated")
        found = self.found
        found.read = rows + len(self.unreadable)
        found.refused += bad + differ
        found.repeated = again
        found.entries = rows - bad - differ - again
        for code, trouble in enumerate(FAULTS, start=1):
            self._note(REFUSED, trouble.column, trouble.told(), f"draft WHERE fault = {code}")
        heading = self.opened.recognised.heading("id")
        self._note_as(REFUSED, heading, str(_("another row has the same number and says something else")), "differ")
        self._note_as(DOUBTED, heading, str(_("it repeats another row; it counts once")), "NOT differ")
        if bits := self._row("SELECT coalesce(bit_or(doubts), 0) FROM draft WHERE fault = 0")[0]:
            for bit, trouble in enumerate(DOUBTS):
                if bits >> bit & 1:
                    where = f"draft WHERE fault = 0 AND doubts & {1 << bit} <> 0"
                    self._note(DOUBTED, trouble.column, trouble.told(), where)
        doubted = self._row("SELECT count(*) FROM draft WHERE fault = 0 AND doubts <> 0")[0]
        found.doubted = doubted + again
        found.groups.sort(key=lambda group: (group[0] != REFUSED, -group[3], group[1:3]))

    def _note_as(self, severity: str, heading: str, reason: str, which: str) -> None:
        self._note(severity, "", reason, f"(SELECT place, NULL AS shown FROM repeated WHERE {which})", heading)  # noqa: S608

    def _note(self, severity: str, column: str, reason: str, rows: str, heading: str = "") -> None:
        count, first = self._row(f"SELECT count(*), min(place) FROM {rows}")  # noqa: S608
        if not count:
            return
        heading = heading or self.opened.recognised.heading(column)
        room = max(LISTED - len(self.found.listed), 0)
        shown = "shown" if column == "curp" else "NULL"
        some = self.con.execute(
            f"SELECT place, {shown} FROM {rows} ORDER BY place LIMIT {room}"  # noqa: S608
        ).fetchall()
        numbers = self._numbers([place for place, _shown in some])
        self.found.groups.append((severity, heading, reason, count, self._numbers([first])[0]))
        self._list([(severity, row, heading, text or "", reason) for row, (_, text) in zip(numbers, some, strict=True)])
        self.found.unlisted += count - len(some)

    def _list(self, rows: list[tuple[str, int, str, str, str]]) -> None:
        room = max(LISTED - len(self.found.listed), 0)
        self.found.listed += rows[:room]
        self.found.unlisted += len(rows[room:])

    def _numbers(self, places: list[int]) -> list[int]:
        """Row numbers as a spreadsheet shows them: the rows that could not be read stand between those of the draft."""
        own = np.array(places, dtype=np.int64)
        before = self.unreadable - self.opened.first_row - np.arange(len(self.unreadable))
        skipped = np.searchsorted(before, own, side="right")
        return [int(number) for number in own + self.opened.first_row + skipped]

    def _row(self, sql: str) -> tuple[int, ...]:
        found: tuple[int, ...] = self.con.execute(sql).fetchall()[0]
        return found

    def write(self, target: Path, key: str) -> None:
        """The good entries, sorted by CURP; those without one at the end."""
        entry = f"sha256({_quoted(key)} || id) AS entry"
        self.con.execute(
            f"COPY (SELECT {', '.join((entry, *STORED[1:]))} FROM draft "  # noqa: S608
            f"WHERE fault = 0 AND place NOT IN (SELECT place FROM repeated) ORDER BY curp NULLS LAST) "
            f"TO {_quoted(target)} (COMPRESSION zstd, COMPRESSION_LEVEL 1, ROW_GROUP_SIZE {ROW_GROUP})"
        ).fetchall()


def _quoted(text: Path | str) -> str:
    return "'" + str(text).replace("'", "''") + "'"
