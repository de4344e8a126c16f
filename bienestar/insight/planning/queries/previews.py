"""Plans that are reckoned and not kept: for the budget slider, the curve of value against budget, and new scenarios."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from bienestar.calculations.optimiser.ledger import PlanInfeasible
from bienestar.calculations.optimiser.problem import Limits
from bienestar.calculations.optimiser.reasons import Explained, Purchase, explain, purchases
from bienestar.calculations.optimiser.solve import Plan, ladder, solve
from bienestar.foundation.accounts.choices import Permission
from bienestar.foundation.accounts.queries import Actor, require
from bienestar.insight.gaps.models import DiagnosisRun
from bienestar.insight.planning.queries.limits import (
    PlanRefused,
    cents_of,
    infeasible_sentence,
    read_limits,
    read_uncounted,
    written_limits,
)
from bienestar.insight.planning.queries.problems import RunProblem, run_problem

DEFAULT_GAP = 0.005


@dataclass(frozen=True)
class Preview:
    """A plan with its proof; money in pesos, ``value`` in weighted people. ``limits`` as they were kept."""

    budget: Decimal
    limits: dict[str, Any]
    spent: Decimal
    value: float
    bound: float
    gap: float
    greedy_value: float
    people_gaining: float
    price_of_million: float
    units: int
    services: int
    refused: int
    money: dict[str, Decimal]  # spent by kind
    hires: dict[str, float]  # people by category


@dataclass(frozen=True)
class CurvePoint:
    """One budget on the curve, in pesos, with what the plan and the best simple plan are worth there."""

    budget: Decimal
    spent: Decimal
    value: float
    bound: float
    greedy_value: float
    people_gaining: float


@dataclass(frozen=True)
class Solved:
    """A plan with all that a scenario keeps of it."""

    found: RunProblem
    limits: Limits
    written: dict[str, Any]
    plan: Plan

    def explained(self) -> list[Explained]:
        """Every service of the problem with its reason."""
        return explain(self.found.problem, self.limits, self.plan)

    def purchases(self) -> list[Purchase]:
        """What the plan buys."""
        return purchases(self.found.problem, self.found.prices, self.plan)


def solved(run: DiagnosisRun, budget: Any, limits: Mapping[str, Any], gap: float = DEFAULT_GAP) -> Solved:
    """Solve for a run; asks no permission, the caller has. Raises PlanRefused with a sentence."""
    if isinstance(gap, bool) or not isinstance(gap, int | float) or not 0 <= gap < 1:
        raise PlanRefused(_("The gap to prove must be at least 0 and less than 1."))
    found = _problem(run, limits)
    kept = read_limits(limits, budget, found)
    try:
        plan = solve(found.problem, kept, gap)
    except PlanInfeasible as error:
        raise PlanRefused(infeasible_sentence(error)) from error
    return Solved(found, kept, written_limits(limits, kept), plan)


def preview(
    by: Actor, run: DiagnosisRun, budget: Any, limits: Mapping[str, Any] | None = None, gap: float = DEFAULT_GAP
) -> Preview:
    """What a budget would buy, without keeping it. PermissionDenied without VIEW_PLANS over the run's area."""
    require(by, Permission.VIEW_PLANS, run.area.path)
    return preview_of(solved(run, budget, limits or {}, gap))


def preview_of(done: Solved) -> Preview:
    """The figures of a plan that has been solved, for a page that shows its items too."""
    plan, services = done.plan, done.found.problem.services
    return Preview(
        budget=pesos(done.limits.budget),
        limits=done.written,
        spent=pesos(plan.spent),
        value=plan.value,
        bound=plan.bound,
        gap=plan.gap,
        greedy_value=plan.greedy_value,
        people_gaining=plan.people_gaining,
        price_of_million=plan.price_of_million,
        units=len({services[i].unit for i in plan.chosen}),
        services=len(plan.chosen),
        refused=len(services) - len(plan.chosen) + len(done.found.refused),
        money={name[6:]: pesos(used) for name, used in plan.used.items() if name.startswith("money:")},
        hires={name[6:]: used / 1000 for name, used in plan.used.items() if name.startswith("hires:") and used},
    )


def budget_curve(
    by: Actor,
    run: DiagnosisRun,
    points: int = 12,
    most: Any = None,
    limits: Mapping[str, Any] | None = None,
    gap: float = DEFAULT_GAP,
) -> list[CurvePoint]:
    """Value against budget at ``points`` even steps up to ``most`` pesos (default: what all services cost).

    Each plan starts from the one before, so the curve never falls. PermissionDenied without VIEW_PLANS.
    """
    require(by, Permission.VIEW_PLANS, run.area.path)
    found = _problem(run, limits or {})
    top = cents_of(most, _("The budget")) if most is not None else found.whole_cost
    kept = read_limits(limits or {}, pesos(top), found)
    budgets = [top * step // points for step in range(1, points + 1)]
    try:
        plans = ladder(found.problem, kept, budgets, gap)
    except PlanInfeasible as error:
        raise PlanRefused(infeasible_sentence(error)) from error
    return [
        CurvePoint(pesos(budget), pesos(plan.spent), plan.value, plan.bound, plan.greedy_value, plan.people_gaining)
        for budget, plan in zip(budgets, plans, strict=True)
    ]


def whole_cost(by: Actor, run: DiagnosisRun) -> Decimal:
    """Pesos that would make every service ready that can be planned: the end of the budget slider."""
    require(by, Permission.VIEW_PLANS, run.area.path)
    return pesos(run_problem(run).whole_cost)


def _problem(run: DiagnosisRun, limits: Mapping[str, Any]) -> RunProblem:
    return run_problem(run, read_uncounted(limits) if isinstance(limits, Mapping) else None)


def pesos(cents: int) -> Decimal:
    """Cents as pesos with two decimals."""
    return Decimal(cents) / 100
