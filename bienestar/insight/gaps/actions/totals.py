"""Adding lines and services up over the run's area, its states and its municipalities."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from bienestar.calculations.formulas import Array
from bienestar.insight.gaps.choices import Readiness
from bienestar.insight.gaps.queries.readings import Numbers
from bienestar.insight.gaps.queries.reckoning import LineColumns, Reckoned

AREA_TOTAL_FIELDS = (
    *("run_id", "area_id", "resource", "required", "existing", "usable", "gap"),
    *("units_required", "units_short", "units_unknown"),
)
AREA_SERVICE_FIELDS = (
    *("run_id", "area_id", "service", "units_required", "units_ready", "units_unknown", "people", "people_ready"),
)


def area_totals(run_id: int, lines: LineColumns, areas: list[Numbers], size: int) -> Iterator[tuple[Any, ...]]:
    """Rows of AreaTotal. ``areas``: for each level, the area id of every unit in the readings (``size`` units)."""
    width = len(lines.codes)
    for area_of in areas:
        ids, place = np.unique(area_of, return_inverse=True)
        cell = place[lines.unit] * width + lines.resource
        cells = len(ids) * width

        def added(weights: Array, cell: Numbers = cell, cells: int = cells) -> list[float]:
            found: list[float] = np.bincount(cell, np.nan_to_num(weights), cells).tolist()
            return found

        sums = [added(figures) for figures in (lines.required, lines.existing, lines.usable, lines.gap)]
        counts = [
            [round(n) for n in added(flags.astype(float))]
            for flags in (np.ones(len(lines), dtype=bool), lines.gap > 0, np.isnan(lines.gap))
        ]
        for i in np.flatnonzero(np.array(counts[0]) > 0).tolist():
            resource = lines.codes[i % width]
            yield run_id, int(ids[i // width]), resource, *(s[i] for s in sums), *(c[i] for c in counts)


def area_services(run_id: int, found: Reckoned, areas: list[Numbers]) -> Iterator[tuple[Any, ...]]:
    """Rows of AreaService, for each level of ``areas``."""
    for area_of in areas:
        totals: dict[tuple[int, str], list[float]] = {}
        for row in found.services:
            total = totals.setdefault((int(area_of[row.unit]), row.service), [0, 0, 0, 0.0, 0.0])
            ready = row.readiness == Readiness.READY
            total[0] += 1
            total[1] += ready
            total[2] += row.readiness == Readiness.UNKNOWN
            total[3] += row.people or 0
            total[4] += (row.people or 0) if ready else 0
        for (area, service), total in sorted(totals.items()):
            yield run_id, area, service, *total
