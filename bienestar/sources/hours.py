"""Kind ``hours``: the hours of each unit's day. The published file tells no weekdays; where one does, they are kept."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from bienestar.foundation.facilities.actions import HoursRow, put_hours
from bienestar.foundation.facilities.queries import keys_of, units_by_key
from bienestar.sources import cells
from bienestar.sources.clues import unit_of
from bienestar.sources.job import UNCHANGED, Job, Line
from bienestar.sources.reading import Table, open_table

DAYS = ("LUNES", "MARTES", "MIERCOLES", "JUEVES", "VIERNES", "SABADO", "DOMINGO")


def open_file(path: Path) -> Table:
    """A table of opening hours; Unusable for anything else."""
    return open_table(path, "hours")


@dataclass(frozen=True)
class Told:
    """The hours that one row tells under one key."""

    key: str
    hours: HoursRow


def load(job: Job, table: Table) -> None:
    """Store the hours of units that are known; the others are refused, grouped by institution."""
    units = units_by_key()

    def parse(line: Line) -> Told | None:
        key = cells.plain(line.raw("key"))
        if job.elsewhere(key):
            return None
        hours = HoursRow(
            unit_id=unit_of(line, "key", units),
            opens=line.need("opens", cells.clock),
            closes=line.need("closes", cells.clock),
            weekdays=weekdays(line),
        )
        return Told(key, hours)

    heading = table.recognised.heading("key")
    records = job.distinct(job.records(table, parse), lambda told: told.key, heading)
    records = _of_current_keys(job, records, heading)
    if records:
        rows = [told.hours for _number, told in records]
        outcomes = put_hours(by=job.by, as_of=job.as_of, rows=rows, source=job.source)
        job.settle([number for number, _told in records], outcomes)


def _of_current_keys(job: Job, records: list[tuple[int, Told]], heading: str) -> list[tuple[int, Told]]:
    """One row a unit: the file lists a unit that was handed over under both its keys, and the key in use holds."""
    current = keys_of({told.hours.unit_id for _number, told in records})
    by_unit: dict[int, list[tuple[int, Told]]] = {}
    for number, told in records:
        by_unit.setdefault(told.hours.unit_id, []).append((number, told))
    kept = []
    for unit, same in by_unit.items():
        same.sort(key=lambda found: (found[1].key != current.get(unit), found[1].key))
        kept.append(same[0])
        for number, told in same[1:]:
            job.outcomes[number] = UNCHANGED
            if told.hours != same[0][1].hours:
                reason = _("the same unit has other hours under the key in use, %(key)s; those hold")
                job.doubt(number, heading, told.key, reason, key=same[0][1].key)
    return kept


def weekdays(line: Line) -> str:
    """The days as digits, Monday 1: from "LUNES A VIERNES", "LUNES, MIERCOLES Y DOMINGO" or "12345"; "" if not told."""
    told = cells.plain(line.raw("weekdays"))
    if not told:
        return ""
    if re.fullmatch(r"[1-7]{1,7}", told):
        return "".join(sorted(set(told)))
    found: set[int] = set()
    for part in re.split(r"\s*(?:,|/| Y )\s*", told):
        span = [DAYS.index(day) + 1 for day in re.split(r"\s+A\s+|\s*-\s*", part) if day in DAYS]
        if not span or len(span) > 2:
            line.doubt("weekdays", _("these days cannot be read; the value was left empty"))
            return ""
        found |= set(range(span[0], span[-1] + 1)) if span[0] <= span[-1] else set(span)
    return "".join(str(day) for day in sorted(found))
