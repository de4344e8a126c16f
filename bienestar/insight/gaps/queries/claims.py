"""Our gap beside the figure that somebody published, with how each is counted."""

from __future__ import annotations

from dataclasses import dataclass

from bienestar.foundation.definitions.staff_groups import StaffGroup, staff_groups
from bienestar.foundation.territory.models import Area
from bienestar.insight.gaps.models import AreaTotal, DiagnosisRun
from bienestar.insight.gaps.queries.pages import totals_in


@dataclass(frozen=True)
class StaffGroupGap:
    """Staff of a group of categories over an area: sums of what is known, and how many lines are not known."""

    code: str
    group: StaffGroup
    required: float
    existing: float
    usable: float
    gap: float
    lines: int
    lines_unknown: int


@dataclass(frozen=True)
class Posts:
    """The register's own count over an area: posts authorised, filled, and vacant."""

    authorised: float
    filled: float
    vacant: float


def staff_gap(run: DiagnosisRun, area: Area) -> list[StaffGroupGap]:
    """The staff gap of an area by groups of categories, in the order of the file; groups not required left out."""
    rows = {row.resource: row for row in totals_in(run, area)}
    found = []
    for code, group in staff_groups().items():
        inside = [rows[resource] for resource in group.resources if resource in rows]
        if inside:
            lines, unknown = _lines(inside)
            found.append(
                StaffGroupGap(
                    code=code,
                    group=group,
                    required=sum(row.required for row in inside),
                    existing=sum(row.existing for row in inside),
                    usable=sum(row.usable for row in inside),
                    gap=sum(row.gap for row in inside),
                    lines=lines,
                    lines_unknown=unknown,
                )
            )
    return found


def census_posts(run: DiagnosisRun, area: Area) -> Posts | None:
    """Posts as the register counts them over the run's area or a state in it; None for other areas."""
    found = run.posts.get(area.code)
    return Posts(**found) if found else None


def _lines(rows: list[AreaTotal]) -> tuple[int, int]:
    """Lines that ask for a resource in a unit, and those of them of which the gap is not known."""
    return sum(row.units_required for row in rows), sum(row.units_unknown for row in rows)
