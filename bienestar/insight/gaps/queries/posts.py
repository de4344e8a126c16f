"""Posts that the workforce register tells: authorised, filled, vacant, over the units of a run."""

from __future__ import annotations

import numpy as np

from bienestar.foundation.territory.models import Area
from bienestar.insight.gaps.queries.readings import Flags, Readings


def posts_by_area(area: Area, found: Readings, chosen: Flags) -> dict[str, dict[str, float]]:
    """Posts by area code, for the run's area and each state in it; only posts of which both numbers are known."""
    states = np.array([f"{number:02d}" for number in found.municipalities.states.tolist()])[found.municipality]
    groups = {area.code: chosen} | {code: chosen & (states == code) for code in sorted(set(states[chosen].tolist()))}
    if len(area.code) > 2:
        groups = {area.code: chosen}
    return {code: _posts(found, inside) for code, inside in groups.items()}


def _posts(found: Readings, inside: Flags) -> dict[str, float]:
    authorised = filled = 0.0
    for resource, counts in found.counts.items():
        if resource.startswith("staff."):
            use = inside & ~np.isnan(counts.existing) & ~np.isnan(counts.usable)
            authorised += float(counts.existing[use].sum())
            filled += float(counts.usable[use].sum())
    return {"authorised": authorised, "filled": filled, "vacant": authorised - filled}
