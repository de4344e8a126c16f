"""One run over one file: its rows, what became of each, and where its values come from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from django.utils.translation import gettext_lazy as _

from bienestar.foundation.definitions.catalogue import Typologies, typologies
from bienestar.sources import cells
from bienestar.sources.cells import BadValue
from bienestar.sources.issues import DOUBTED, REFUSED, Issues
from bienestar.sources.layouts import Layouts, Recognised, layouts
from bienestar.sources.reading import Progress, Table, is_blank

if TYPE_CHECKING:
    from bienestar.foundation.accounts.models import User
    from bienestar.foundation.journal.models import SourceFile

Value = TypeVar("Value")
Record = TypeVar("Record")

UNCHANGED, ACCEPTED = "unchanged", "accepted"


class RowRefused(Exception):
    """The row at hand cannot be used; the issue has been noted."""


@dataclass
class Job:
    """The state of one run. ``outcomes`` says of each data row read: accepted, unchanged or refused."""

    kind: str
    path: Path
    by: User
    source: SourceFile
    published_on: dt.date | None
    as_of: dt.date
    state: str | None = None
    progress: Progress = lambda done, total: None
    issues: Issues = field(default_factory=Issues)
    outcomes: dict[int, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    layouts: Layouts = field(default_factory=layouts)
    typologies: Typologies = field(default_factory=typologies)

    def elsewhere(self, key: str) -> bool:
        """Whether a unit's key is of another state than the one that the run is limited to."""
        return self.state is not None and self.layouts.state_letters.get(key[:2]) != self.state

    def refuse(
        self,
        row: int,
        column: str,
        value: Any,
        reason: Any,
        sheet: str = "",
        entry: int | None = None,
        **details: Any,
    ) -> None:
        """Refuse a row: nothing of it is written. For ``entry`` see Issues.add."""
        self.issues.add(REFUSED, row, column, value, reason, sheet, entry, **details)
        self.outcomes[row if entry is None else entry] = REFUSED

    def doubt(
        self,
        row: int,
        column: str,
        value: Any,
        reason: Any,
        sheet: str = "",
        entry: int | None = None,
        **details: Any,
    ) -> None:
        """Note a doubt: the row is used, as the reason says. Row 0: the whole file."""
        self.issues.add(DOUBTED, row, column, value, reason, sheet, entry, **details)

    def settle(self, rows: Sequence[int], outcomes: Sequence[str]) -> None:
        """Note what the write did with each row; a row that made several records is accepted if any was written."""
        for row, outcome in zip(rows, outcomes, strict=True):
            if outcome != UNCHANGED:
                self.outcomes[row] = ACCEPTED
            else:
                self.outcomes.setdefault(row, UNCHANGED)

    def count(self, outcome: str) -> int:
        """How many data rows had that outcome."""
        return sum(1 for found in self.outcomes.values() if found == outcome)

    def lines(self, table: Table) -> Iterator[Line]:
        """The table's rows that are not blank, each ready to be read by column name."""
        widest = len(table.headings)
        for done, (number, row) in enumerate(table.rows, start=1):
            if done % 500 == 0:
                self.progress(done, table.total)
            if is_blank(row):
                continue
            if any(cells.text(cell) for cell in row[widest:]):
                reason = _("the row has more cells than there are headings: it is shifted")
                self.refuse(number, "", "", swallowed(row) or reason)
                continue
            if any(_holds_a_row(cell, table) for cell in row):
                self.refuse(number, "", "", swallowed(row))
                continue
            yield Line(self, number, row, table.recognised)

    def records(self, table: Table, parse: Callable[[Line], Record | None]) -> list[tuple[int, Record]]:
        """The record of every row that ``parse`` can read; it gives None for a row that is not asked for."""
        found = []
        for line in self.lines(table):
            try:
                record = parse(line)
            except RowRefused:
                continue
            if record is not None:
                found.append((line.number, record))
        return found

    def distinct(
        self, records: list[tuple[int, Record]], key: Callable[[Record], Hashable], column: str
    ) -> list[tuple[int, Record]]:
        """Each key once. A row that repeats another changes nothing.

        Rows that contradict each other are all refused: nothing in the file tells which is right, and taking the
        first would let the order of rows decide.
        """
        by_key: dict[Hashable, list[tuple[int, Record]]] = {}
        for number, record in records:
            by_key.setdefault(key(record), []).append((number, record))
        kept = []
        for told, group in by_key.items():
            first, record = group[0]
            if all(other == record for _number, other in group[1:]):
                kept.append(group[0])
                for number, _same in group[1:]:
                    self.doubt(number, column, _told(told), _("it repeats row %(first)d"), first=first)
                    self.outcomes[number] = UNCHANGED
            else:
                rows = ", ".join(str(number) for number, _other in group[:10])
                for number, _other in group:
                    self.refuse(number, column, _told(told), _("rows %(rows)s say different things of it"), rows=rows)
        return kept


def _holds_a_row(cell: Any, table: Table) -> bool:
    """Whether a cell of a CSV file goes over several lines and has as many delimiters as a row."""
    if not table.delimiter or not isinstance(cell, str) or "\n" not in cell and "\r" not in cell:
        return False
    return cell.count(table.delimiter) >= max(len(table.headings) - 1, 2)


def swallowed(row: Sequence[Any]) -> str:
    """The sentence for a misshapen row that took lines below it into a quotation; "" for any other."""
    lines = sum(cell.count("\n") or cell.count("\r") for cell in row if isinstance(cell, str))
    if not lines:
        return ""
    told = _(
        "its quotation mark closes %(lines)d lines further down, and these were not read: mend it and load it again"
    )
    return str(told) % {"lines": lines}


def _told(key: Hashable) -> str:
    return " ".join(str(part) for part in key if part) if isinstance(key, tuple) else str(key)


@dataclass(slots=True)
class Line:
    """One row, read by the names that its layout gives the columns."""

    job: Job
    number: int
    values: list[Any]
    recognised: Recognised

    def raw(self, column: str) -> Any:
        """The cell as the file has it; None when the file has no such column or the row is too short."""
        place = self.recognised.places.get(column)
        return self.values[place] if place is not None and place < len(self.values) else None

    def text(self, column: str) -> str:
        """The cell as clean text; "" when blank."""
        return cells.text(self.raw(column))

    def words(self, column: str, longest: int) -> str:
        """The cell as clean text of at most ``longest`` letters; what is longer is cut, with a doubt."""
        found = self.text(column)
        if len(found) > longest:
            self.doubt(column, _("it is longer than %(longest)d letters; it was cut"), longest=longest)
        return found[:longest].rstrip()

    def need(self, column: str, parse: Callable[[Any], Value | None]) -> Value:
        """The value of a cell without which the row is refused."""
        try:
            found = parse(self.raw(column))
        except BadValue as bad:
            raise self.refused(column, bad.reason) from None
        if found is None or found == "":
            raise self.refused(column, _("it is blank and must not be"))
        return found

    def take(self, column: str, parse: Callable[[Any], Value | None]) -> Value | None:
        """The value of a cell; None, with a doubt, when it cannot be read."""
        try:
            return parse(self.raw(column))
        except BadValue as bad:
            self.doubt(column, bad.reason)
            return None

    def doubt(self, column: str, reason: Any, **details: Any) -> None:
        """Doubt this cell."""
        heading = self.recognised.heading(column)
        self.job.doubt(self.number, heading, self.raw(column), reason, **details)

    def refused(self, column: str, reason: Any, **details: Any) -> RowRefused:
        """Refuse this row because of a cell; returns the exception to raise."""
        heading = self.recognised.heading(column)
        self.job.refuse(self.number, heading, self.raw(column), reason, **details)
        return RowRefused()
