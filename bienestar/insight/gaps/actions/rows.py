"""Results as rows of the tables that keep them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import numpy as np

from bienestar.calculations.formulas import Array
from bienestar.foundation.definitions.standards import Standards
from bienestar.insight.gaps.choices import Readiness
from bienestar.insight.gaps.queries.readings import Numbers, Readings
from bienestar.insight.gaps.queries.reckoning import LineColumns, Reckoned
from bienestar.insight.gaps.queries.served import Served

LINE_CHUNK = 50_000
RUN_UNIT_FIELDS = (
    *("run_id", "unit_id", "unit_type", "observed", "people", "people_basis", "variables"),
    *("services_required", "services_ready", "services_unknown", "staff_gap", "equipment_gap", "lines_unknown"),
)
SERVICE_FIELDS = ("run_id", "unit_id", "service", "readiness", "people", "missing", "unknown")
WISN_FIELDS = ("run_id", "unit_id", "resource", "required", "current", "ratio")


def known(column: Array) -> list[float | None]:
    """A column as plain numbers; what is not known as None."""
    return [None if value != value else value for value in column.tolist()]


def line_rows(lines: LineColumns) -> Iterator[tuple[Any, ...]]:
    """(place of the unit, resource, required, existing, usable, gap, to_repair, to_acquire), in canonical order."""
    for start in range(0, len(lines), LINE_CHUNK):
        part = slice(start, start + LINE_CHUNK)
        columns = (lines.required, lines.existing, lines.usable, lines.gap, lines.to_repair, lines.to_acquire)
        codes = (lines.codes[number] for number in lines.resource[part].tolist())
        yield from zip(lines.unit[part].tolist(), codes, *(known(column[part]) for column in columns), strict=True)


def run_unit_rows(
    run_id: int, found: Readings, served: Served, values: dict[str, Array], places: Numbers, result: Reckoned
) -> Iterator[tuple[Any, ...]]:
    """Rows of RunUnit: whom each unit serves, what its formulas used, and its summary."""
    lines, size = result.lines, found.size
    staff, equipment = (
        np.bincount(lines.unit, np.where(lines.group_is(group), np.nan_to_num(lines.gap), 0), size)
        for group in ("staff", "equipment")
    )
    unknown = np.bincount(lines.unit, np.isnan(lines.gap), size)
    tallies = _tallies(result, size)
    names = list(values)
    for place in places.tolist():
        figures = json.dumps(dict(zip(names, known(np.array([values[n][place] for n in names])), strict=True)))
        people = served.people[place]
        yield (
            *(run_id, int(found.ids[place]), str(found.types[place]), bool(found.observed[place])),
            *(None if np.isnan(people) else float(people), served.basis[place], figures, *tallies[place]),
            *(float(staff[place]), float(equipment[place]), int(unknown[place])),
        )


def _tallies(result: Reckoned, size: int) -> list[list[int]]:
    """Services required, ready, not known of each unit."""
    found = [[0, 0, 0] for _ in range(size)]
    for row in result.services:
        found[row.unit][0] += 1
        found[row.unit][1] += row.readiness == Readiness.READY
        found[row.unit][2] += row.readiness == Readiness.UNKNOWN
    return found


def service_rows(run_id: int, found: Readings, result: Reckoned) -> Iterator[tuple[Any, ...]]:
    """Rows of ServiceResult."""
    for row in result.services:
        lists = (json.dumps(row.missing), json.dumps(row.unknown))
        yield run_id, int(found.ids[row.unit]), row.service, str(row.readiness), row.people, *lists


def wisn_rows(run_id: int, found: Readings, result: Reckoned) -> Iterator[tuple[Any, ...]]:
    """Rows of WisnLine."""
    for row in result.wisn:
        yield run_id, int(found.ids[row.unit]), row.resource, row.required, row.current, row.ratio


def without_standard(found: Readings, inside: np.ndarray, rules: Standards) -> np.ndarray:
    """Which of the units inside the area are of a type that has no standard."""
    return inside & ~np.isin(found.types, list(rules.unit_types))
