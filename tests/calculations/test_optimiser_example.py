"""The worked example of docs/methods/plan.md, figure by figure: change one and the page must change too."""

from __future__ import annotations

from itertools import chain, combinations
from pathlib import Path

import pytest

from bienestar.calculations.optimiser.ledger import ledger_of
from bienestar.calculations.optimiser.problem import (
    EquityFloor,
    Limits,
    Need,
    Price,
    Prices,
    Problem,
    Service,
    build_problem,
)
from bienestar.calculations.optimiser.reasons import explain, purchases
from bienestar.calculations.optimiser.solve import solve

PESOS = 100
THOUSAND = 1000 * PESOS
PRICES = Prices(
    acquire={
        "physician": Price(600 * THOUSAND, "payroll", "physician"),
        "nurse": Price(350 * THOUSAND, "payroll", "nurse"),
        "water": Price(180 * THOUSAND, "works"),
        "refrigerator": Price(80 * THOUSAND, "equipment"),
        "dental unit": Price(210 * THOUSAND, "equipment"),
    },
    repair={"dental unit": Price(30 * THOUSAND, "operation")},
)
WATER = Need("water", 0, 1, shared=True)
# Peña: 4,000 people, degree 3 (weight 1.0). Cerro: 1,500, degree 5 (1.2). Vega: 2,500, degree 2 (0.9).
SERVICES = [
    Service(1, "consultation", 4000 * 1.0 * 1.0, 4000, (Need("physician", 0, 1), WATER), 3),
    Service(1, "prevention", 4000 * 0.5 * 1.0, 4000, (Need("refrigerator", 0, 1), WATER), 3),
    Service(2, "consultation", 1500 * 1.0 * 1.2, 1500, (Need("nurse", 0, 1),), 5),
    Service(3, "consultation", 2500 * 1.0 * 0.9, 2500, (Need("physician", 0, 1),), 2),
    Service(3, "dental", 2500 * 0.5 * 0.9, 2500, (Need("dental unit", 1, 0),), 2),
]
BUDGET = 1_250 * THOUSAND


@pytest.fixture(scope="module")
def problem() -> Problem:
    return build_problem(SERVICES, PRICES)


def test_costs_alone_and_together(problem: Problem) -> None:
    alone = [problem.used_by_cents([i]) // THOUSAND for i in range(5)]
    assert alone == [780, 260, 350, 600, 30]
    assert problem.used_by_cents([0, 1]) // THOUSAND == 860


def test_the_best_plan_without_floor(problem: Problem) -> None:
    plan = solve(problem, Limits(BUDGET), gap=0.0)
    assert plan.chosen == {0, 1, 2, 4}
    assert (plan.value, plan.spent // THOUSAND) == (8925, 1240)
    assert plan.people_gaining == 8000


def test_every_plan_in_the_budget_is_worth_less(problem: Problem) -> None:
    sets = chain.from_iterable(combinations(range(5), size) for size in range(6))
    worth = {
        chosen: sum(SERVICES[i].value for i in chosen)
        for chosen in sets
        if not ledger_of(problem, Limits(BUDGET), chosen).broken()
    }
    ranked = sorted(worth.items(), key=lambda pair: -pair[1])
    assert ranked[0] == ((0, 1, 2, 4), 8925)
    assert ranked[1][1] == 7800


def test_the_bound_and_the_price(problem: Problem) -> None:
    """Half a million pesos less than everything: the relaxation takes a share of Vega's consultation."""
    plan = solve(problem, Limits(BUDGET), gap=0.01)
    assert plan.bound == pytest.approx(8925 + 2250 * 10 / 600)
    assert plan.price_of_million == pytest.approx(2250 / 0.6)
    assert plan.gap == pytest.approx(37.5 / 8962.5)


def test_a_floor_of_two_fifths_for_degree_five_changes_the_plan(problem: Problem) -> None:
    limits = Limits(BUDGET, equity=(EquityFloor(frozenset({4, 5}), 0.4),))
    plan = solve(problem, limits, gap=0.0)
    assert plan.chosen == {1, 2, 4}
    assert (plan.value, plan.spent // THOUSAND) == (4925, 640)
    reasons = [row.reason for row in explain(problem, limits, plan)]
    assert reasons[0] == reasons[3] == "equity"


def test_reasons_and_purchases_without_floor(problem: Problem) -> None:
    limits = Limits(BUDGET)
    plan = solve(problem, limits, gap=0.0)
    rows = explain(problem, limits, plan)
    assert [row.reason for row in rows] == ["best_value", "best_value", "best_value", "budget", "best_value"]
    assert [row.cents // THOUSAND for row in rows] == [690, 170, 350, 600, 30]
    bought = {(row.unit, row.resource): row.cents // THOUSAND for row in purchases(problem, PRICES, plan)}
    assert bought == {
        (1, "physician"): 600,
        (1, "refrigerator"): 80,
        (1, "water"): 180,
        (2, "nurse"): 350,
        (3, "dental unit"): 30,
    }


def test_the_page_says_these_figures(root: Path) -> None:
    page = (root / "docs" / "methods" / "plan.md").read_text(encoding="utf-8")
    for figure in ("8,925", "1,240", "7,800", "8,962.5", "3,750", "0.42 %", "4,925", "640", "690", "170"):
        assert figure in page, figure
