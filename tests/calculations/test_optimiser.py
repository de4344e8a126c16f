"""Plans against full enumeration on small cases, and what must hold of every plan."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain, combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bienestar.calculations.optimiser.ledger import PlanInfeasible, ledger_of
from bienestar.calculations.optimiser.problem import EquityFloor, Limits, Need, Price, Prices, Service, build_problem
from bienestar.calculations.optimiser.solve import Plan, ladder, people_gaining, solve

PRICES = Prices(
    acquire={
        "staff.doctor": Price(700, "payroll", "staff.doctor"),
        "staff.nurse": Price(400, "payroll", "staff.nurse"),
        "device": Price(130, "equipment"),
        "room": Price(900, "works"),
        "water": Price(500, "works"),
        "days": Price(90, "operation"),
    },
    repair={"device": Price(20, "operation"), "water": Price(110, "operation"), "room": Price(200, "works")},
)
SHARED = {"water", "days"}


def needs() -> st.SearchStrategy[tuple[Need, ...]]:
    def need(resource: str) -> st.SearchStrategy[Need]:
        repair = st.integers(0, 2) if resource in PRICES.repair else st.just(0)
        return st.builds(Need, st.just(resource), repair, st.integers(0, 3), st.just(resource in SHARED))

    return st.lists(st.sampled_from(sorted(PRICES.acquire)), max_size=4, unique=True).flatmap(
        lambda names: st.tuples(*(need(name) for name in names))
    )


@st.composite
def services(draw: st.DrawFn, most: int = 9) -> list[Service]:
    found = []
    for unit in range(draw(st.integers(1, 4))):
        group = draw(st.sampled_from([None, 1, 4, 5]))
        for number in range(draw(st.integers(1, 4))):
            if len(found) < most:
                people = draw(st.integers(1, 50))
                weight = draw(st.sampled_from([0.5, 1.0, 1.3]))
                found.append(Service(unit, f"s{number}", people * weight, people, draw(needs()), group))
    return found


@st.composite
def limits(draw: st.DrawFn, count: int) -> Limits:
    money = draw(st.dictionaries(st.sampled_from(["payroll", "equipment", "works"]), st.integers(0, 4000), max_size=2))
    hires = draw(st.dictionaries(st.sampled_from(["staff.doctor", "staff.nurse"]), st.integers(0, 4), max_size=2))
    share = draw(st.sampled_from([None, 0.25, 0.4, 0.7]))
    equity = () if share is None else (EquityFloor(frozenset({4, 5}), share),)
    locks = draw(st.lists(st.integers(0, count - 1), max_size=2, unique=True))
    return Limits(draw(st.integers(0, 9000)), money, hires, equity, locked_out=frozenset(locks))


def by_hand(found: list[Service], chosen: set[int]) -> dict[str, float]:
    """Cost of a set of services written the slow, obvious way: per unit and shared resource, the maximum."""
    used: dict[str, float] = {"all": 0, "floor": 0}
    purchases: list[tuple[str, str, float, int | None]] = []
    shared: dict[tuple[int, str, str], tuple[float, int | None]] = {}
    for i in chosen:
        for need in found[i].needs:
            for done, quantity in (("repair", need.to_repair), ("acquire", need.to_acquire)):
                if quantity and need.shared:
                    key = (found[i].unit, need.resource, done)
                    shared[key] = (max(quantity, shared.get(key, (0, None))[0]), found[i].group)
                elif quantity:
                    purchases.append((need.resource, done, quantity, found[i].group))
    purchases += [(resource, done, quantity, group) for (_, resource, done), (quantity, group) in shared.items()]
    for resource, done, quantity, group in purchases:
        price = (PRICES.repair if done == "repair" else PRICES.acquire)[resource]
        used["all"] += quantity * price.cents
        used[f"money:{price.money}"] = used.get(f"money:{price.money}", 0) + quantity * price.cents
        used["floor"] += quantity * price.cents * (group in {4, 5})
        if price.hires:
            used[f"hires:{price.hires}"] = used.get(f"hires:{price.hires}", 0) + quantity
    return used


def allowed(found: list[Service], chosen: set[int], within: Limits) -> bool:
    used = by_hand(found, chosen)
    return (
        used["all"] <= within.budget
        and all(used.get(f"money:{kind}", 0) <= most for kind, most in within.money.items())
        and all(used.get(f"hires:{who}", 0) <= most for who, most in within.hires.items())
        and all(used["floor"] >= round(floor.share * 1000) * used["all"] / 1000 - 1e-9 for floor in within.equity)
        and within.locked_in <= chosen
        and not within.locked_out & chosen
    )


def best_by_enumeration(found: list[Service], within: Limits) -> float | None:
    everything = range(len(found))
    sets = chain.from_iterable(combinations(everything, size) for size in range(len(found) + 1))
    values = [sum(found[i].value for i in chosen) for chosen in sets if allowed(found, set(chosen), within)]
    return max(values, default=None)


def check(found: list[Service], within: Limits, plan: Plan) -> None:
    assert allowed(found, set(plan.chosen), within)
    used = by_hand(found, set(plan.chosen))
    assert plan.spent == used["all"] <= within.budget
    for name, amount in plan.used.items():
        assert amount == pytest.approx(used.get(name, 0) * (1000 if name.startswith("hires:") else 1))
    assert plan.value == pytest.approx(sum(found[i].value for i in plan.chosen))
    assert plan.greedy_value <= plan.value <= plan.bound
    units = {found[i].unit for i in plan.chosen}
    gaining = sum(max(found[i].people for i in plan.chosen if found[i].unit == unit) for unit in units)
    assert plan.people_gaining == pytest.approx(gaining)


@settings(max_examples=100)
@given(st.data())
def test_the_best_plan_is_the_one_that_enumeration_finds(data: st.DataObject) -> None:
    found = data.draw(services())
    within = data.draw(limits(len(found)))
    plan = solve(build_problem(found, PRICES), within, gap=0.0)
    check(found, within, plan)
    assert plan.value == pytest.approx(best_by_enumeration(found, within), rel=1e-9)
    assert plan.gap <= 1e-6


@settings(max_examples=40)
@given(st.data())
def test_locks_are_kept_or_refused_with_a_sentence(data: st.DataObject) -> None:
    found = data.draw(services(most=7))
    within = data.draw(limits(len(found)))
    locked = frozenset(data.draw(st.lists(st.integers(0, len(found) - 1), max_size=3))) - within.locked_out
    within = replace(within, locked_in=locked)
    best = best_by_enumeration(found, within)
    problem = build_problem(found, PRICES)
    if best is None:
        with pytest.raises(PlanInfeasible, match="locked in"):
            solve(problem, within, gap=0.0)
        return
    plan = solve(problem, within, gap=0.0)
    check(found, within, plan)
    assert plan.value == pytest.approx(best)


@settings(max_examples=40)
@given(st.data(), st.integers(0, 5000))
def test_more_money_is_never_worth_less(data: st.DataObject, more: int) -> None:
    found = data.draw(services())
    within = data.draw(limits(len(found)))
    problem = build_problem(found, PRICES)
    less, richer = (
        solve(problem, replace(within, budget=budget), 0.0) for budget in (within.budget, within.budget + more)
    )
    assert richer.value >= less.value - 1e-9


@settings(max_examples=25)
@given(st.data())
def test_a_ladder_of_budgets_never_goes_down_whatever_the_gap(data: st.DataObject) -> None:
    found = data.draw(services(most=14))
    within = data.draw(limits(len(found)))
    budgets = data.draw(st.lists(st.integers(0, 12000), min_size=2, max_size=6))
    plans = ladder(build_problem(found, PRICES), within, budgets, gap=0.5)
    assert [plan.value for plan in plans] == sorted(plan.value for plan in plans)
    for budget, plan in zip(sorted(budgets), plans, strict=True):
        check(found, replace(within, budget=budget), plan)


@settings(max_examples=40)
@given(st.data())
def test_the_running_account_agrees_with_the_slow_one(data: st.DataObject) -> None:
    found = data.draw(services(most=12))
    problem = build_problem(found, PRICES)
    within = Limits(10**9, equity=(EquityFloor(frozenset({4, 5}), 0.3),))
    ledger = ledger_of(problem, within, [])
    for i in data.draw(st.lists(st.integers(0, len(found) - 1), max_size=20)):
        (ledger.remove if i in ledger.chosen else ledger.add)(i)
    for i in sorted(ledger.chosen):
        before, saved = list(ledger.used), ledger.saves(i)
        ledger.remove(i)
        assert [a - b for a, b in zip(before, ledger.used, strict=True)] == [
            saved.get(column, 0) for column in range(len(before))
        ]
        ledger.add(i)
    used = by_hand(found, ledger.chosen)
    assert problem.used_by_cents(ledger.chosen) == ledger.used[0] == used["all"]
    assert ledger.lead[0] == used["floor"] * 1000 - 300 * used["all"]
    assert {name: amount for name, amount in problem.used_by(ledger.chosen).items() if name[:5] == "money"} == {
        name: used.get(name, 0) for name in problem.scarce if name[:5] == "money"
    }


def test_the_same_input_gives_the_same_plan() -> None:
    found = [Service(u, "s", 10.0 + u % 3, 10, (Need("device", 0, 1 + u % 4),), u % 5 + 1) for u in range(40)]
    plans = [solve(build_problem(found, PRICES), Limits(4000), 0.0) for _ in range(2)]
    assert plans[0] == plans[1]


def test_nothing_to_choose_from_is_an_empty_plan() -> None:
    plan = solve(build_problem([], PRICES), Limits(1000))
    assert (plan.value, plan.bound, plan.gap, plan.spent, plan.price_of_million) == (0, 0, 0, 0, 0)


def test_a_million_more_is_worth_what_the_next_service_gives() -> None:
    """Two services of 1 and 2 million pesos for 500 and 600 people: with one million, the next buys 600 / 2."""
    million = 100_000_000
    prices = Prices(acquire={"a": Price(million, "works")}, repair={})
    found = [Service(u, "s", people, people, (Need("a", 0, u + 1),)) for u, people in enumerate([500, 600])]
    plan = solve(build_problem(found, prices), Limits(million), 0.0)
    assert plan.chosen == {0}
    assert plan.price_of_million == pytest.approx(300)


def test_a_shared_purchase_is_paid_once_at_its_largest() -> None:
    found = [
        Service(1, "a", 5, 5, (Need("days", 0, 1, True),)),
        Service(1, "b", 5, 5, (Need("days", 0, 3, True), Need("device", 1, 0))),
    ]
    plan = solve(build_problem(found, PRICES), Limits(10_000), 0.0)
    assert plan.spent == 3 * 90 + 20
    assert plan.people_gaining == 5


def test_nobody_gains_twice() -> None:
    """Two clinics of 30 and 20 people, the hospital behind both (40), two specialist units of one town (25)."""
    rows = [
        (1, "consultation", 30, "clinic", None),
        (1, "dentist", 10, "clinic", None),
        (2, "consultation", 20, "clinic", None),
        (3, "surgery", 40, "hospital", None),
        (4, "eyes", 25, "town", 7),
        (5, "ears", 25, "town", 7),
    ]
    found = [Service(u, s, n, n, (), None, layer, place) for u, s, n, layer, place in rows]
    assert people_gaining(found) == 30 + 20
    assert people_gaining(found[3:]) == 40
    assert people_gaining(found[4:]) == 25
    assert people_gaining([]) == 0


def test_locked_in_beyond_the_budget_names_both_figures() -> None:
    found = [Service(1, "a", 5, 5, (Need("room", 0, 1),))]
    with pytest.raises(PlanInfeasible, match=r"needs 9 pesos \(all\) and the limit is 5"):
        solve(build_problem(found, PRICES), Limits(500, locked_in=frozenset({0})))
