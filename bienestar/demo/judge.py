"""Diagnosing and planning an invented area as a planner would: two dates, the later one published, a few plans."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bienestar.demo.size import FIRST_DIAGNOSIS, SECOND_DIAGNOSIS
from bienestar.foundation.territory.queries import area_with_code
from bienestar.insight.gaps.actions import publish_run, run_diagnosis
from bienestar.insight.gaps.queries.listed import runs_visible_to
from bienestar.insight.planning.actions import make_scenario
from bienestar.insight.planning.queries import scenarios_visible_to, whole_cost

if TYPE_CHECKING:
    from bienestar.foundation.accounts.models import User
    from bienestar.foundation.territory.models import Area
    from bienestar.insight.gaps.models import DiagnosisRun

#: Plans by name: the share of what everything would cost that is there to spend, and limits.
PLANS: dict[str, tuple[float, dict[str, object]]] = {
    "Primer año": (0.25, {}),
    "Dos años": (0.6, {}),
    "Primer año con pocas contrataciones": (
        0.25,
        {"hires": {"staff.general_physician": 20, "staff.general_nurse": 35}},
    ),
}


def diagnose(by: User, code: str) -> DiagnosisRun:
    """The diagnoses of an area on both dates, made if they are not there; the later one is published and returned."""
    area = area_with_code(code)
    made = {run.as_of: run for run in _runs(by, area)}
    for day in (FIRST_DIAGNOSIS, SECOND_DIAGNOSIS):
        if day not in made:
            made[day] = run_diagnosis(by=by, area=area, as_of=day)
    return publish_run(by=by, run=made[SECOND_DIAGNOSIS])


def plan(by: User, run: DiagnosisRun, plans: int = len(PLANS)) -> None:
    """The first few of the demo's plans for a diagnosis, those that are not there yet."""
    made = {scenario.name for scenario in scenarios_visible_to(by, run.area)}
    whole = float(whole_cost(by, run)) / 1e6
    for name, (share, limits) in list(PLANS.items())[:plans]:
        if name not in made:
            millions = max(1, round(whole * share, -1 if whole > 100 else 0))
            make_scenario(by=by, run=run, name=name, budget=int(millions * 1e6), limits=limits)


def _runs(by: User, area: Area) -> list[DiagnosisRun]:
    """Diagnoses of the area that the demo made, oldest first."""
    return list(runs_visible_to(by).filter(area=area, made_by=by.username).order_by("pk"))
