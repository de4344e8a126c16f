"""Writing the territory: areas, boundaries and figures, in bulk, each call one journal row."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from bienestar.foundation.accounts.choices import Permission
from bienestar.foundation.accounts.models import User
from bienestar.foundation.accounts.queries import require
from bienestar.foundation.journal.actions import record, records_hash
from bienestar.foundation.journal.models import SourceFile
from bienestar.foundation.territory.choices import Level, Measure
from bienestar.foundation.territory.models import Area, AreaBoundary, AreaFigure
from bienestar.foundation.territory.queries import common_path, level_of, path_of


@dataclass(frozen=True)
class AreaRow:
    """One area to store; the parent is told by the code."""

    code: str
    name: str
    latitude: float | None = None
    longitude: float | None = None
    valid_from: dt.date | None = None


@dataclass(frozen=True)
class BoundaryRow:
    """An outline as a GeoJSON geometry and its box in degrees: west, south, east, north."""

    area_id: int
    geometry: dict[str, Any]
    box: tuple[float, float, float, float]


@dataclass(frozen=True)
class FigureRow:
    """One figure about an area on a date."""

    area_id: int
    measure: Measure
    as_of: dt.date
    value: float


@dataclass(frozen=True)
class Stored:
    """What a bulk write did, row by row in the order given: "created", "changed" or "unchanged"."""

    outcomes: tuple[str, ...]

    def count(self, outcome: str) -> int:
        """How many rows had that outcome."""
        return self.outcomes.count(outcome)


@transaction.atomic
def put_areas(*, by: User, rows: Sequence[AreaRow], source: SourceFile | None = None) -> Stored:
    """Create areas or correct their names and points. Parents come before children; ValueError when one is missing.

    An empty coordinate in a row never erases one that is stored.
    """
    where = common_path([path_of(row.code) for row in rows])
    require(by, Permission.IMPORT_FILES, where)
    codes = {row.code for row in rows} | {path_of(row.code).split("/")[-3] for row in rows if row.code != "MX"}
    stored = {(area.level, area.code): area for area in _in_chunks(codes)}
    outcomes = []
    touched = []
    for row in rows:
        area = stored.get((level_of(row.code), row.code))
        if area is None:
            area = _new_area(row, stored, source)
            stored[(area.level, area.code)] = area
            outcomes.append("created")
            touched.append(row)
            continue
        changed = _corrections(area, row)
        if changed:
            area.source = source or area.source
            area.save(update_fields=[*changed, "source"])
            touched.append(row)
        outcomes.append("changed" if changed else "unchanged")
    _record(by, "territory.put_areas", where, touched)
    return Stored(tuple(outcomes))


def _in_chunks(codes: set[str]) -> list[Area]:
    ordered = sorted(codes)
    found: list[Area] = []
    for start in range(0, len(ordered), 900):
        found.extend(Area.objects.filter(code__in=ordered[start : start + 900]))
    return found


def _new_area(row: AreaRow, stored: dict[tuple[str, str], Area], source: SourceFile | None) -> Area:
    level, path = level_of(row.code), path_of(row.code)
    parent = None
    if level != Level.COUNTRY:
        parent_code = path.split("/")[-3]
        parent = stored.get((level_of(parent_code), parent_code))
        if parent is None:
            raise ValueError(f"area {row.code}: its parent {parent_code} is not stored")
    return Area.objects.create(
        level=level,
        code=row.code,
        name=row.name,
        parent=parent,
        path=path,
        latitude=row.latitude,
        longitude=row.longitude,
        valid_from=row.valid_from,
        source=source,
    )


def _corrections(area: Area, row: AreaRow) -> list[str]:
    changed = []
    for field in ("name", "latitude", "longitude", "valid_from"):
        value = getattr(row, field)
        if value is not None and value != getattr(area, field):
            setattr(area, field, value)
            changed.append(field)
    return changed


@transaction.atomic
def put_boundaries(*, by: User, rows: Sequence[BoundaryRow], source: SourceFile | None = None) -> Stored:
    """Store or replace the outlines of areas."""
    paths = dict(Area.objects.filter(pk__in=[row.area_id for row in rows]).values_list("pk", "path"))
    where = common_path(list(paths.values()))
    require(by, Permission.IMPORT_FILES, where)
    kept = {row.area_id: row for row in AreaBoundary.objects.filter(area_id__in=paths)}
    outcomes, fresh, touched = [], [], []
    for row in rows:
        west, south, east, north = row.box
        text = json.dumps(row.geometry, separators=(",", ":"))
        old = kept.get(row.area_id)
        if old and old.geometry == text:
            outcomes.append("unchanged")
            continue
        touched.append(row.area_id)
        fresh.append(
            AreaBoundary(
                area_id=row.area_id,
                geometry=text,
                west=west,
                south=south,
                east=east,
                north=north,
                source=source,
            )
        )
        outcomes.append("changed" if old else "created")
    AreaBoundary.objects.filter(area_id__in=touched).delete()
    AreaBoundary.objects.bulk_create(fresh, batch_size=500)
    _record(by, "territory.put_boundaries", where, touched)
    return Stored(tuple(outcomes))


@transaction.atomic
def put_figures(*, by: User, rows: Sequence[FigureRow], source: SourceFile) -> Stored:
    """Store dated figures; one that is stored for the same area, measure and date is corrected."""
    paths = dict(Area.objects.values_list("pk", "path"))
    where = common_path([paths[row.area_id] for row in rows])
    require(by, Permission.IMPORT_FILES, where)
    dates = {row.as_of for row in rows}
    measures = {row.measure for row in rows}
    kept = {
        (row.area_id, row.measure, row.as_of): row
        for row in AreaFigure.objects.filter(as_of__in=dates, measure__in=measures)
    }
    outcomes, fresh, corrected, touched = [], [], [], []
    for row in rows:
        key = (row.area_id, str(row.measure), row.as_of)
        old = kept.get(key)
        if old is None:
            old = AreaFigure(area_id=row.area_id, measure=row.measure, as_of=row.as_of, value=row.value, source=source)
            kept[key] = old
            fresh.append(old)
            outcomes.append("created")
        elif old.value == row.value:
            outcomes.append("unchanged")
            continue
        else:
            old.value, old.source = row.value, source
            if old.pk:
                corrected.append(old)
            outcomes.append("changed")
        touched.append(row)
    AreaFigure.objects.bulk_create(fresh, batch_size=1000)
    AreaFigure.objects.bulk_update(corrected, ["value", "source"], batch_size=500)
    _record(by, "territory.put_figures", where, touched)
    return Stored(tuple(outcomes))


def _record(by: User, action: str, where: str, touched: Sequence[Any]) -> None:
    """One journal row for a bulk write; none when nothing changed."""
    if touched:
        record(
            by=by,
            action=action,
            subject=f"{len(touched)} rows",
            area_path=where,
            records=len(touched),
            records_sha256=records_hash(touched),
        )
