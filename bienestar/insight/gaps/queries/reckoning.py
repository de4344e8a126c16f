"""From readings and standards to gaps: every type of unit at once, then laid out as columns to freeze."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from bienestar.calculations import gaps, staffing
from bienestar.calculations.formulas import Array, parse
from bienestar.foundation.definitions.catalogue import catalogue
from bienestar.foundation.definitions.standards import Standards
from bienestar.insight.gaps.choices import Readiness
from bienestar.insight.gaps.queries.readings import Flags, Numbers, Readings

READINESS = {gaps.READY: Readiness.READY, gaps.HELD: Readiness.HELD, gaps.UNKNOWN: Readiness.UNKNOWN}


@dataclass(frozen=True)
class LineColumns:
    """Gap lines as columns, in the order of unit uid and resource code. ``unit`` is a place in the readings."""

    unit: Numbers
    resource: Numbers
    codes: list[str]
    required: Array
    existing: Array
    usable: Array
    gap: Array
    to_repair: Array
    to_acquire: Array

    def __len__(self) -> int:
        return len(self.unit)

    def group_is(self, group: str) -> Flags:
        """Lines whose resource belongs to a group of the catalogue."""
        belongs = np.array([code.startswith(f"{group}.") for code in self.codes], dtype=bool)
        return belongs[self.resource] if len(self.codes) else np.zeros(0, dtype=bool)


@dataclass(frozen=True)
class ServiceRow:
    """One service in one unit (a place in the readings)."""

    unit: int
    service: str
    readiness: Readiness
    people: float | None
    missing: list[list[str | float]]
    unknown: list[list[str | float | None]]


@dataclass(frozen=True)
class WisnRow:
    """Staff of one category that a unit's activity calls for."""

    unit: int
    resource: str
    required: float
    current: float
    ratio: float | None


@dataclass(frozen=True)
class Reckoned:
    """All results of a run, before they are frozen."""

    lines: LineColumns
    services: list[ServiceRow]
    wisn: list[WisnRow]


def reckon(found: Readings, values: dict[str, Array], chosen: Flags, rules: Standards) -> Reckoned:
    """Gaps of the chosen units, all of types that have a standard."""
    blocks: list[tuple[Numbers, gaps.TypeGaps]] = []
    services: list[ServiceRow] = []
    for code in sorted(set(found.types[chosen].tolist())):
        places = np.flatnonzero(chosen & (found.types == code))
        names = {name: array[places] for name, array in values.items()} | rules.parameter_values(code)
        result = _assess_type(found, code, places, names, rules)
        blocks.append((places, result))
        services += _services(code, places, names, result, rules)
    order = {place: i for i, place in enumerate(np.flatnonzero(chosen).tolist())}
    services.sort(key=lambda row: (order[row.unit], row.service))
    return Reckoned(_columns(blocks), services, _wisn(found, chosen, rules))


def _assess_type(
    found: Readings, code: str, places: Numbers, names: dict[str, Array | float], rules: Standards
) -> gaps.TypeGaps:
    shared = {name: resource.shared for name, resource in catalogue().resources.items()}
    lines = rules.requirements(code)
    needs = [
        gaps.Need(
            line.service, line.resource, shared.get(line.resource, False), _evaluate(line.quantity, names, places)
        )
        for line in lines
    ]
    stocks = {line.resource: found.stock(line.resource, places) for line in lines}
    offered = {
        service: _evaluate(rules.services[service].offered_when or "1", names, places)
        for service in rules.unit_types[code].services
    }
    return gaps.assess(needs, stocks, offered)


def _evaluate(text: str, names: dict[str, Array | float], places: Numbers) -> Array:
    return np.array(np.broadcast_to(parse(text, names).evaluate(names), (len(places),)))


def _columns(blocks: list[tuple[Numbers, gaps.TypeGaps]]) -> LineColumns:
    codes = sorted({resource for _, result in blocks for resource in result.resources})
    number_of = {code: i for i, code in enumerate(codes)}
    parts: list[list[Any]] = [[] for _ in range(8)]
    for places, result in blocks:
        for resource, one in result.resources.items():
            keep = one.needed
            figures = (one.required, one.existing, one.usable, one.gap, one.to_repair, one.to_acquire)
            rows = [places[keep], np.full(int(keep.sum()), number_of[resource]), *(f[keep] for f in figures)]
            for part, column in zip(parts, rows, strict=True):
                part.append(column)
    empty: list[Any] = [np.zeros(0, dtype=np.int64)] * 2 + [np.zeros(0)] * 6
    joined = [np.concatenate(part) if part else empty[i] for i, part in enumerate(parts)]
    # Readings are in the order of uid, so this is the order of uid and resource code.
    order = np.lexsort((joined[1], joined[0]))
    columns: list[Any] = [column[order] for column in joined]
    return LineColumns(columns[0], columns[1], codes, *columns[2:])


def _services(
    code: str, places: Numbers, names: dict[str, Array | float], result: gaps.TypeGaps, rules: Standards
) -> list[ServiceRow]:
    """One row for each unit and service that it must offer."""
    rows: list[ServiceRow] = []
    for service in rules.unit_types[code].services:
        missing: list[list[list[str | float]]] = [[] for _ in places]
        unknown: list[list[list[str | float | None]]] = [[] for _ in places]
        for share in result.shares[service]:
            for i in np.flatnonzero(share.to_repair + share.to_acquire > 0).tolist():
                missing[i].append([share.resource, float(share.to_repair[i]), float(share.to_acquire[i])])
            for i in np.flatnonzero(share.unknown).tolist():
                asked = float(share.asked[i])
                unknown[i].append([share.resource, None if np.isnan(asked) else asked])
        users = _evaluate(rules.services[service].users, names, places).tolist()
        for i, ready in enumerate(result.readiness[service].tolist()):
            if ready != gaps.NOT_OFFERED:
                people = None if users[i] != users[i] else users[i]
                rows.append(ServiceRow(int(places[i]), service, READINESS[ready], people, missing[i], unknown[i]))
    return rows


def _wisn(found: Readings, chosen: Flags, rules: Standards) -> list[WisnRow]:
    """WISN beside the standard, for units where every activity of the category and its staff are known."""
    places = np.flatnonzero(chosen)
    rows: list[WisnRow] = []
    for category, terms in rules.wisn.items():
        volumes = np.stack([found.stock(a.activity, places).existing for a in terms.activities], axis=1)
        minutes = np.array([activity.minutes for activity in terms.activities])
        required = staffing.wisn_required(
            volumes, minutes, terms.available_hours(), terms.support_share, terms.individual_hours
        )
        current = found.stock(category, places).usable
        ratio = staffing.wisn_ratio(current, required)
        for i in np.flatnonzero(~np.isnan(required) & ~np.isnan(current)).tolist():
            known_ratio = None if np.isnan(ratio[i]) else float(ratio[i])
            rows.append(WisnRow(int(places[i]), category, float(required[i]), float(current[i]), known_ratio))
    return sorted(rows, key=lambda row: (row.unit, row.resource))
