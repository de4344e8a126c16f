"""Kind ``hours``: the hours of each unit's day. The published file tells no weekdays; where one does, they are kept."""

from __future__ import annotations

import re
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from bienestar.foundation.facilities.actions import HoursRow, put_hours
from bienestar.foundation.facilities.queries import units_by_key
from bienestar.sources import cells
from bienestar.sources.clues import unit_of
from bienestar.sources.job import Job, Line
from bienestar.sources.layouts import layouts
from bienestar.sources.reading import Table, open_table

DAYS = ("LUNES", "MARTES", "MIERCOLES", "JUEVES", "VIERNES", "SABADO", "DOMINGO")


def open_file(path: Path) -> Table:
    """A table of opening hours; Unusable for anything else."""
    return open_table(path, "hours")


def load(job: Job, table: Table) -> None:
    """Store the hours of units that are known; the others are refused, grouped by institution."""
    units = units_by_key()

    def parse(line: Line) -> HoursRow | None:
        key = cells.plain(line.raw("key"))
        if job.state and layouts().state_letters.get(key[:2]) != job.state:
            return None
        unit = unit_of(line, "key", units)
        return HoursRow(
            unit_id=unit,
            opens=line.need("opens", cells.clock),
            closes=line.need("closes", cells.clock),
            weekdays=weekdays(line),
        )

    heading = table.recognised.heading("key")
    records = job.distinct(job.records(table, parse), lambda row: row.unit_id, heading)
    if records:
        rows = [row for _number, row in records]
        outcomes = put_hours(by=job.by, as_of=job.as_of, rows=rows, source=job.source)
        job.settle([number for number, _row in records], outcomes)


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
