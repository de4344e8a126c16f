"""Kind ``catchment``: whom each unit serves, by locality or urban block, and by sex and five-year age group.

A cell can be one person. Nothing here is shown but as sums over a unit; no cell is written to the list of issues
beyond the key of its unit and its place.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from bienestar.foundation.facilities.actions import CatchmentRow, GroupRow, put_catchment, put_catchment_groups
from bienestar.foundation.facilities.queries import units_by_key
from bienestar.foundation.territory.choices import Level
from bienestar.foundation.territory.queries import areas_by_code
from bienestar.sources import cells
from bienestar.sources.clues import unit_of
from bienestar.sources.job import ACCEPTED, UNCHANGED, Job, Line
from bienestar.sources.reading import Table, open_table

BLOCK = re.compile(r"[0-9A-Z-]{1,8}")
AGE_HEADING = re.compile(r"([hm])\s*(\d+\s*-\s*\d+|\d+\s*\+|indefinid[oa])\s*(?:a[nñ]os)?", re.IGNORECASE)
UNKNOWN_AGE = "unknown"


@dataclass(frozen=True)
class People:
    """One cell's people by (sex, age group)."""

    unit_id: int
    place: str
    counts: tuple[tuple[str, str, int | None], ...]


def open_file(path: Path) -> Table:
    """A table of one of the two catchment layouts; Unusable for anything else."""
    return open_table(path, "catchment")


def load(job: Job, table: Table) -> None:
    """Store the cells, or the people by sex and age, of units that are known."""
    if table.recognised.name == "catchment_areas":
        _load_areas(job, table)
    else:
        _load_people(job, table)


def _load_areas(job: Job, table: Table) -> None:
    units = units_by_key()
    known = set(areas_by_code(Level.MUNICIPALITY))

    def parse(line: Line) -> CatchmentRow | None:
        unit = _unit(line, units)
        if unit is None:
            return None
        locality = _locality(line, known)
        people = line.need("population", cells.whole)
        entitled = line.take("entitled", cells.whole)
        free = line.take("not_entitled", cells.whole)
        if entitled is not None and free is not None and entitled + free != people:
            line.doubt("population", _("it is not the sum of those with and without entitlement"))
        return CatchmentRow(
            unit_id=unit,
            locality_code=locality,
            block=_block(line),
            population=people,
            entitled=entitled,
            not_entitled=free,
            minutes=_not_negative(line, "minutes"),
            kilometres=_not_negative(line, "kilometres"),
            road=line.words("road", 4),
        )

    records = job.records(table, parse)
    records = job.distinct(records, lambda row: (row.unit_id, row.locality_code, row.block), "CLUES")
    if records:
        rows = [row for _number, row in records]
        outcomes = put_catchment(by=job.by, as_of=job.as_of, rows=rows, source=job.source)
        job.settle([number for number, _row in records], outcomes)


def _load_people(job: Job, table: Table) -> None:
    units = units_by_key()
    columns = _age_columns(table)
    known = set(areas_by_code(Level.MUNICIPALITY))

    def parse(line: Line) -> People | None:
        unit = _unit(line, units)
        if unit is None:
            return None
        place = _locality(line, known) + _block(line)
        return People(unit, place, tuple((s, age, _people(line, i)) for i, s, age in columns))

    records = job.distinct(job.records(table, parse), lambda row: (row.unit_id, row.place), "CLUES")
    sums: Counter[tuple[int, str, str]] = Counter()
    blank: set[tuple[int, str, str]] = set()
    for _number, row in records:
        for sex, age, people in row.counts:
            if people is None:
                blank.add((row.unit_id, sex, age))
            else:
                sums[(row.unit_id, sex, age)] += people
    # A sum with a part that is not known is not known.
    rows = [GroupRow(*key, people=people) for key, people in sorted(sums.items()) if key not in blank]
    if not rows:
        return
    outcomes = put_catchment_groups(by=job.by, as_of=job.as_of, rows=rows, source=job.source)
    written = {row.unit_id for row, outcome in zip(rows, outcomes, strict=True) if outcome != UNCHANGED}
    for number, row in records:
        job.outcomes[number] = ACCEPTED if row.unit_id in written else UNCHANGED


def _age_columns(table: Table) -> list[tuple[int, str, str]]:
    found = []
    for index, heading in enumerate(table.headings):
        match = AGE_HEADING.fullmatch(cells.text(heading))
        if match:
            age = re.sub(r"\s", "", match.group(2)).lower()
            found.append((index, match.group(1).lower(), UNKNOWN_AGE if age.startswith("indef") else age))
    return found


def _people(line: Line, index: int) -> int | None:
    value = line.values[index] if index < len(line.values) else None
    try:
        return cells.whole(value)
    except cells.BadValue as bad:
        line.job.doubt(line.number, line.recognised.headings[index], value, bad.reason)
        return None


def _unit(line: Line, units: dict[str, int]) -> int | None:
    if line.job.elsewhere(cells.plain(line.raw("key"))):
        return None
    return unit_of(line, "key", units)


def _locality(line: Line, known: set[str]) -> str:
    """Nine digits: the state is that of the unit's key, as the file tells only municipality and locality."""
    state = line.job.layouts.state_letters.get(cells.plain(line.raw("key"))[:2])
    municipality = line.need("municipality_code", lambda value: cells.code(value, 3))
    locality = line.need("locality_code", lambda value: cells.code(value, 4))
    if state is None:
        raise line.refused("key", _("neither the column nor the key tells the state"))
    if state + municipality not in known:
        line.doubt("municipality_code", _("this municipality is not stored; the row was kept"))
    return state + municipality + locality


def _block(line: Line) -> str:
    """The AGEB: three digits and one more sign, with the zeros that a spreadsheet took."""
    found = cells.plain(line.raw("block")).removesuffix(".0")
    if found and not BLOCK.fullmatch(found):
        line.doubt("block", _("it is not a block (AGEB); the value was left empty"))
        return ""
    return found.zfill(4) if found else ""


def _not_negative(line: Line, column: str) -> float | None:
    found = line.take(column, cells.decimal)
    if found is not None and found < 0:
        line.doubt(column, _("it is below zero"))
        return None
    return found
