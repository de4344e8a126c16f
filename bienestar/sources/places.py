"""Is a point inside its municipality? Outlines are simplified and points typed by hand: a doubt, never a refusal."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np
import shapely
from shapely.geometry import shape

from bienestar.foundation.facilities.actions import mark_outside
from bienestar.foundation.facilities.queries import unit_points
from bienestar.foundation.territory.queries import boundaries_of

if TYPE_CHECKING:
    from bienestar.foundation.accounts.models import User
    from bienestar.foundation.journal.models import SourceFile


class Outlines:
    """The stored outlines of some municipalities, ready for many points."""

    def __init__(self, municipality_ids: Iterable[int]) -> None:
        self.shapes = {}
        for area, row in boundaries_of(set(municipality_ids)).items():
            outline = shape(json.loads(row.geometry))
            shapely.prepare(outline)
            self.shapes[area] = outline

    def outside(self, points: Sequence[tuple[int, float | None, float | None]]) -> list[bool | None]:
        """For each (municipality, latitude, longitude): whether it lies outside; None when it cannot be told."""
        found: list[bool | None] = [None] * len(points)
        by_area: dict[int, list[int]] = {}
        for index, (area, latitude, longitude) in enumerate(points):
            if area in self.shapes and latitude is not None and longitude is not None:
                by_area.setdefault(area, []).append(index)
        for area, indexes in by_area.items():
            x = np.array([points[index][2] for index in indexes], dtype=float)
            y = np.array([points[index][1] for index in indexes], dtype=float)
            for index, inside in zip(indexes, shapely.intersects_xy(self.shapes[area], x, y), strict=True):
                found[index] = not inside
        return found


def mark_units_outside(by: User, municipality_ids: Iterable[int], source: SourceFile) -> None:
    """Bring every unit's mark into step with its point and its municipality's outline as they now stand.

    Done after units and after outlines are loaded, so that it does not matter which came first.
    """
    areas = set(municipality_ids)
    units = unit_points(areas)
    told = Outlines(areas).outside([(area, latitude, longitude) for _pk, area, latitude, longitude, _mark in units])
    changed = {pk: found for (pk, _a, _y, _x, mark), found in zip(units, told, strict=True) if mark is not found}
    if changed:
        mark_outside(by=by, found=changed, source=source)
