"""Storing invented units: two published lists with the handover between them, hours, catchments."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import shapely

from bienestar.demo import size as story
from bienestar.demo.kinds import typology
from bienestar.demo.units import InventedUnit
from bienestar.foundation.facilities.actions import (
    CatchmentRow,
    HoursRow,
    UnitRow,
    put_catchment,
    put_hours,
    put_units,
)
from bienestar.foundation.facilities.queries import units_by_key
from bienestar.foundation.territory.choices import Level
from bienestar.foundation.territory.queries import areas_by_code

if TYPE_CHECKING:
    from bienestar.foundation.accounts.models import User

Sources = dict[str, Any]


def store_units(by: User, units: Sequence[InventedUnit], sources: Sources) -> list[int]:
    """Store units with their keys, hours and catchments; their ids in the order given."""
    towns = {unit.municipality.code: unit.municipality for unit in units}
    ids = {area.code: area.pk for area in areas_by_code(Level.MUNICIPALITY, sorted(towns)).values()}
    codes = sorted({unit.locality.code for unit in units})
    for start in range(0, len(codes), 900):
        found = areas_by_code(Level.LOCALITY, codes[start : start + 900])
        ids |= {area.code: area.pk for area in found.values()}
    outlines = {code: shapely.Polygon(town.plot.ring) for code, town in towns.items()}
    described = [_described(unit, ids, outlines[unit.municipality.code]) for unit in units]
    put_units(by=by, rows=[_first(u, d) for u, d in zip(units, described, strict=True)], source=sources["first list"])
    second = [row for u, d in zip(units, described, strict=True) for row in _second(u, d)]
    put_units(by=by, rows=second, source=sources["second list"])
    by_key = units_by_key([unit.key for unit in units])
    stored = [by_key[unit.key] for unit in units]
    _hours(by, units, stored, sources["hours"])
    _catchments(by, units, stored, sources["catchment"])
    return stored


def _described(unit: InventedUnit, ids: dict[str, int], outline: shapely.Geometry) -> dict[str, Any]:
    key, key_name = typology(unit.kind, unit.nuclei)
    point = unit.point
    return {
        "name": unit.name,
        "municipality_id": ids[unit.municipality.code],
        "unit_type": unit.kind.unit_type,
        "locality_id": ids[unit.locality.code],
        "locality_name": unit.locality.name,
        "jurisdiction": unit.district,
        "establishment": unit.kind.establishment,
        "typology": key,
        "typology_name": key_name,
        "nuclei": unit.nuclei if unit.kind.code in {"rural", "urban", "mobile", "rural_medical"} else None,
        "care_level": unit.kind.level,
        "stratum": "urban" if unit.locality.people >= 2500 else "rural",
        "latitude": point[1] if point else None,
        "longitude": point[0] if point else None,
        "outside_municipality": not shapely.contains_xy(outline, *point) if point else None,
    }


def _first(unit: InventedUnit, described: dict[str, Any]) -> UnitRow:
    """As the list of before the handover has it: under the state's own key."""
    building = unit.status == "building"
    return UnitRow(
        key=unit.old_key or unit.key,
        key_from=unit.opened,
        status="building" if building else "operating",
        status_from=None if building else unit.opened,
        **described,
    )


def _second(unit: InventedUnit, described: dict[str, Any]) -> list[UnitRow]:
    """As the list of after it has it: a new key and the old one closed; or the same key again."""
    now = {"status": unit.status, "status_from": unit.status_from}
    if not unit.old_key:
        return [UnitRow(key=unit.key, **now, **described)]
    closed = UnitRow(key=unit.old_key, key_open=False, key_to=story.HANDOVER - dt.timedelta(days=1), **described)
    return [UnitRow(key=unit.key, old_key=unit.old_key, key_from=story.HANDOVER, **now, **described), closed]


def _hours(by: User, units: Sequence[InventedUnit], ids: list[int], source: Any) -> None:
    rows = [
        HoursRow(pk, dt.time(unit.hours[0]), dt.time(unit.hours[1]), unit.hours[2])
        for unit, pk in zip(units, ids, strict=True)
        if unit.hours
    ]
    put_hours(by=by, as_of=story.HOURS_DAY, rows=rows, source=source)


def _catchments(by: User, units: Sequence[InventedUnit], ids: list[int], source: Any) -> None:
    rows = [
        CatchmentRow(
            unit_id=pk,
            locality_code=cell.locality,
            block=cell.block,
            population=cell.people,
            entitled=None if cell.uninsured is None else cell.people - cell.uninsured,
            not_entitled=cell.uninsured,
            minutes=round(cell.kilometres * (1.5 + 1.5 * unit.municipality.remote)),
            kilometres=cell.kilometres,
            road="PAV" if cell.kilometres < 8 or unit.municipality.remote < 0.4 else "TER",
        )
        for unit, pk in zip(units, ids, strict=True)
        for cell in unit.cells
    ]
    put_catchment(by=by, as_of=story.CATCHMENT_DAY, rows=rows, source=source)
