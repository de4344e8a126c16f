"""Kind ``geometry``: outlines of states and municipalities as GeoJSON in degrees.

A shape that crosses itself is mended (shapely's ``make_valid``) with a doubt; points and lines are refused.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import shapely
from django.utils.translation import gettext_lazy as _
from shapely.geometry import mapping, shape

from bienestar.foundation.territory.actions import BoundaryRow, put_boundaries
from bienestar.foundation.territory.choices import Level
from bienestar.foundation.territory.queries import areas_by_code
from bienestar.sources import cells
from bienestar.sources.cells import BadValue
from bienestar.sources.job import Job
from bienestar.sources.layouts import Unusable, normal
from bienestar.sources.places import mark_units_outside
from bienestar.sources.reading import open_workbook, sniff

CODE_FIELDS = ("cvegeo", "cve geo", "cve mun", "cve ent")
WORLD = (-180.0, -90.0, 180.0, 90.0)


@dataclass
class Outlines:
    """A GeoJSON file that has been read."""

    features: list[dict[str, Any]]
    about: str = "GeoJSON"
    publisher: str = "INEGI"


def open_file(path: Path) -> Outlines:
    """The features of a GeoJSON file in degrees; Unusable for anything else."""
    found = sniff(path)
    if found == "xlsx":
        open_workbook(path)
    if found != "json":
        raise Unusable(_("Outlines come as GeoJSON; this is a table."))
    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"))
    except (ValueError, RecursionError):
        raise Unusable(_("The file is not valid JSON; it was cut short or is something else.")) from None
    features = content.get("features") if isinstance(content, dict) else None
    if not isinstance(features, list):
        raise Unusable(_("The file is JSON but not a GeoJSON collection of outlines."))
    if not features:
        raise Unusable(_("The file has no rows."))
    crs = json.dumps(content.get("crs") or "CRS84")
    if not any(name in crs for name in ("CRS84", "4326", "6365", "4269")):
        raise Unusable(_("The outlines are not in degrees (WGS 84); convert them first."))
    return Outlines(features)


def load(job: Job, outlines: Outlines) -> None:
    """Store the outlines of areas that are known."""
    known = {
        width: {code: area.pk for code, area in areas_by_code(level).items()}
        for width, level in ((2, Level.STATE), (5, Level.MUNICIPALITY))
    }
    records = []
    for number, feature in enumerate(outlines.features, start=1):
        if number % 100 == 0:
            job.progress(number, len(outlines.features))
        code = _code(job, number, feature)
        if code is None or (job.state and not code.startswith(job.state)):
            continue
        area = known[len(code)].get(code)
        if area is None:
            reason = _("this area is not stored: load the catalogue of municipalities first")
            job.refuse(number, "cvegeo", code, reason)
            continue
        row = _boundary(job, number, code, area, feature.get("geometry"))
        if row:
            records.append((number, row))
    records = job.distinct(records, lambda row: row.area_id, "cvegeo")
    if records:
        stored = put_boundaries(by=job.by, rows=[row for _number, row in records], source=job.source)
        job.settle([number for number, _row in records], stored.outcomes)
        mark_units_outside(job.by, [row.area_id for _number, row in records], job.source)


def _code(job: Job, number: int, feature: Any) -> str | None:
    """The code of a feature's area; None, with the feature refused, when it tells none."""
    properties = feature.get("properties") if isinstance(feature, dict) else None
    fields = {normal(name): cells.text(value) for name, value in (properties or {}).items()}
    try:
        code = _told_code(fields)
    except BadValue as bad:
        job.refuse(number, "cvegeo", " ".join(fields.get(name, "") for name in CODE_FIELDS).strip(), bad.reason)
        return None
    if code is None:
        job.refuse(number, "cvegeo", "", _("the outline has no code of an area"))
    return code


def _told_code(fields: dict[str, str]) -> str | None:
    """From ``cvegeo``; else ``cve_mun``, alone or beside its state's ``cve_ent``; else ``cve_ent``."""
    whole = fields.get("cvegeo") or fields.get("cve geo")
    if whole:
        return cells.code(whole, 2 if len(whole.split(".")[0]) <= 2 else 5)
    municipality, state = fields.get("cve mun", ""), fields.get("cve ent", "")
    if len(municipality.split(".")[0]) > 3:
        return cells.code(municipality, 5)
    if municipality and state:
        return f"{cells.code(state, 2)}{cells.code(municipality, 3)}"
    return cells.code(state, 2)


def _boundary(job: Job, number: int, code: str, area: int, geometry: Any) -> BoundaryRow | None:
    try:
        outline = shape(geometry)
        valid = shapely.is_valid(outline)
    except (AttributeError, TypeError, ValueError, KeyError, IndexError, shapely.errors.ShapelyError):
        job.refuse(number, "geometry", code, _("the outline cannot be read"))
        return None
    if outline.geom_type not in {"Polygon", "MultiPolygon"} or outline.is_empty:
        job.refuse(number, "geometry", outline.geom_type, _("an area's outline is a polygon"))
        return None
    box = outline.bounds
    if not (WORLD[0] <= box[0] <= box[2] <= WORLD[2] and WORLD[1] <= box[1] <= box[3] <= WORLD[3]):
        job.refuse(number, "geometry", code, _("the outline is not in degrees"))
        return None
    if valid:
        return BoundaryRow(area, {"type": geometry["type"], "coordinates": geometry["coordinates"]}, box)
    mended = _polygons(shapely.make_valid(outline))
    if mended is None:
        job.refuse(number, "geometry", code, _("the outline cannot be read"))
        return None
    job.doubt(number, "geometry", code, _("the outline crosses itself; it was mended"))
    return BoundaryRow(area, mapping(mended), mended.bounds)


def _polygons(found: Any) -> Any | None:
    """Only the polygons of a mended shape: what is left of it as an area."""
    parts = [part for part in shapely.get_parts(found) if part.geom_type in {"Polygon", "MultiPolygon"}]
    joined = shapely.union_all(parts) if parts else None
    return joined if joined is not None and joined.geom_type in {"Polygon", "MultiPolygon"} else None
