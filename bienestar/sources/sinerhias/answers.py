"""From a unit's cells to what was seen: how many exist and how many can be used.

A blank cell is not known, never 0. A sum with a part that is not known is not known. What contradicts itself (more
occupied than posts) is kept as far as it can be true, with a doubt.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

from bienestar.operations.census.actions import Seen
from bienestar.sources import cells
from bienestar.sources.cells import BadValue
from bienestar.sources.job import Job
from bienestar.sources.sinerhias.variables import Variable, variables
from bienestar.sources.sinerhias.workbook import LEFT_OVER, PLAIN, TOTAL, USABLE, Found, Sheet

NONE_WORDS = {"NO", "NO TIENE", "NINGUNO", "NINGUNA", "SIN SERVICIO"}


@dataclass(frozen=True, slots=True)
class Told:
    """One cell of a mapped column."""

    sheet: str
    row: int
    column: Found
    value: Any


@dataclass
class Form:
    """What the workbook says of one unit. ``entry`` numbers it; ``row`` and ``sheet`` are where it first stands."""

    key: str
    entry: int
    row: int
    sheet: str
    contradicted: bool = False
    told: dict[str, list[Told]] = field(default_factory=dict)

    def add(self, sheet: Sheet, number: int, values: Sequence[Any]) -> None:
        """Add the unit's cells on one sheet."""
        for column, value in zip(sheet.columns, values, strict=True):
            self.told.setdefault(column.resource, []).append(Told(sheet.name, number, column, value))

    def seen(self, job: Job) -> Iterator[Seen]:
        """What was seen, of every resource that the file has a column for."""
        for resource, variable in variables().resources.items():
            if told := self.told.get(resource):
                existing, usable = _counts(job, self, variable, told)
                yield Seen(resource, existing, usable, _origin(told))

    @staticmethod
    def missing(sheets: Sequence[Sheet]) -> list[str]:
        """Mapped resources of which no sheet has any column."""
        there = {column.resource for sheet in sheets for column in sheet.columns}
        return [resource for resource in variables().resources if resource not in there]


def _origin(told: list[Told]) -> str:
    """Where in the workbook: sheet, row and variable codes."""
    codes = dict.fromkeys(t.column.code or t.column.heading for t in told)
    listed = ", ".join(list(codes)[:6]) + ("…" if len(codes) > 6 else "")
    return f"{told[0].sheet}, {told[0].row}: {listed}"[:120]


def _counts(job: Job, form: Form, variable: Variable, told: list[Told]) -> tuple[float | None, float | None]:
    if variable.answer != "number":
        answers = [_answer(job, form, cell, variable.answer) for cell in told]
        value = 1.0 if 1 in answers else None if None in answers else 0.0
        return value, value
    columns: dict[int, list[Told]] = {}
    for cell in told:
        columns.setdefault(cell.column.index, []).append(cell)
    existing, usable = zip(*(_column(job, form, same) for same in columns.values()), strict=True)
    total, used = _sum(existing), _sum(usable)
    return total, used if total is not None else None


def _sum(parts: Sequence[float | None]) -> float | None:
    known = [part for part in parts if part is not None]
    return float(sum(known)) if len(known) == len(parts) else None


def _column(job: Job, form: Form, same: list[Told]) -> tuple[float | None, float | None]:
    """(existing, usable) of one column of the mapping, which the file splits into parts or asks on several sheets."""
    parts: dict[str, float | None] = {}
    for cell in same:
        value = _number(job, form, cell)
        part = cell.column.part
        if value is not None:
            parts[part] = (parts.get(part) or 0) + value
        else:
            parts.setdefault(part, None)
    if TOTAL not in parts:
        plain = parts.get(PLAIN)
        return plain, plain
    total, usable = parts[TOTAL], parts.get(USABLE)
    left = parts.get(LEFT_OVER)
    if total is not None and usable is not None and left is not None and total != usable + left:
        reason = _("the total is not the sum of its parts: %(total)g against %(usable)g + %(left)g")
        _doubt(job, form, same[0], reason, total=total, usable=usable, left=left)
    if total is not None and usable is not None and usable > total:
        _doubt(job, form, same[0], _("more can be used than exist; how many can be used was left not known"))
        usable = None
    return total, usable


def _number(job: Job, form: Form, cell: Told) -> float | None:
    try:
        return cells.whole(cell.value)
    except BadValue as bad:
        _doubt(job, form, cell, bad.reason)
        return None


def _answer(job: Job, form: Form, cell: Told, answer: str) -> int | None:
    if answer == "none_or_some":
        found = cells.plain(cell.value)
        return None if not found else int(found not in NONE_WORDS)
    try:
        return cells.yes_no(cell.value)
    except BadValue as bad:
        _doubt(job, form, cell, bad.reason)
        return None


def _doubt(job: Job, form: Form, cell: Told, reason: Any, **details: Any) -> None:
    code = f"{cell.column.code} " if cell.column.code else ""
    job.doubt(cell.row, code + cell.column.heading, cell.value, reason, cell.sheet, entry=form.entry, **details)
