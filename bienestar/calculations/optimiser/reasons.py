"""Why each service is in a plan or not, what it costs there, and what the plan buys.

The prices of the relaxation tell what a peso of each kind of money, a post of each category and an equity floor are
worth at the edge of the plan; a service is explained by comparing its value with what it uses at those prices.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bienestar.calculations.optimiser.ledger import Ledger, ledger_of
from bienestar.calculations.optimiser.problem import CENTS_IN_MILLION, HIRE_PARTS, Limits, Prices, Problem, cost_of
from bienestar.calculations.optimiser.solve import Plan

Figures = dict[str, float | str | list[str]]


@dataclass(frozen=True)
class Explained:
    """One service: whether it is chosen, its cost (cents), the code of the reason and the figures of its sentence."""

    chosen: bool
    cents: int
    reason: str
    figures: Figures


@dataclass(frozen=True)
class Purchase:
    """What a plan acquires or repairs of one resource in one unit from one kind of money."""

    unit: int
    resource: str
    money: str
    to_repair: float
    to_acquire: float
    cents: int


def explain(problem: Problem, limits: Limits, plan: Plan) -> list[Explained]:
    """For every service of the problem, in its order. Costs of the chosen add up to what is spent."""
    ledger = ledger_of(problem, limits, plan.chosen)
    uses = _shared_out(problem, plan)
    return [
        _chosen(ledger, plan, i, uses[i].get(0, 0)) if i in uses else _refused(ledger, plan, i)
        for i in range(len(problem.services))
    ]


def _shared_out(problem: Problem, plan: Plan) -> dict[int, dict[int, int]]:
    """What each chosen service uses by column, every shared step split evenly among those that use it."""
    uses = {i: dict(problem.dense_use[i]) for i in sorted(plan.chosen)}
    for step, users in enumerate(problem.users):
        sharing = [i for i in users if i in uses]
        for column, amount in problem.dense_use[len(problem.services) + step] if sharing else []:
            each, rest = divmod(amount, len(sharing))
            for place, i in enumerate(sharing):
                uses[i][column] = uses[i].get(column, 0) + each + (place < rest)
    return uses


def _chosen(ledger: Ledger, plan: Plan, i: int, cents: int) -> Explained:
    """Compare what a service is worth with what giving it up would save, at the prices of the limits."""
    problem, limits = ledger.problem, ledger.limits
    service = problem.services[i]
    figures = _worth(service.value, cents, plan)
    if i in limits.locked_in:
        return Explained(True, cents, "locked_in", figures)
    saved = ledger.saves(i)
    plain = service.value - sum(
        plan.prices.get(problem.scarce[column], 0.0) * amount for column, amount in saved.items()
    )
    favoured = plain + sum(
        plan.prices.get(f"equity:{number}", 0.0) * saved.get(0, 0) * ((service.group in floor.groups) - floor.share)
        for number, floor in enumerate(limits.equity)
    )
    least = -1e-6 * max(service.value, 1.0)
    reason = "fits_rest" if favoured < least else "equity" if plain < least else "best_value"
    if reason == "equity":
        figures["share"] = max(floor.share for floor in limits.equity if service.group in floor.groups)
    return Explained(True, cents, reason, figures)


def _refused(ledger: Ledger, plan: Plan, i: int) -> Explained:
    problem, limits = ledger.problem, ledger.limits
    service, more = problem.services[i], ledger.adds(i)
    cents = more.get(0, 0)
    figures = _worth(service.value, cents, plan)
    if i in limits.locked_out:
        return Explained(False, cents, "locked_out", figures)
    if problem.used_by_cents([i]) > limits.budget:
        return Explained(False, cents, "too_large", figures | {"budget": limits.budget / 100})
    figures["left"] = (limits.budget - ledger.used[0]) / 100
    obstacle = _dearest(ledger, plan, i, more)
    kind, _, key = obstacle.partition(":")
    if kind == "equity":
        return Explained(False, cents, "equity", figures | {"share": max(floor.share for floor in limits.equity)})
    if kind == "all":
        return Explained(False, cents, "budget", figures)
    column = problem.scarce.index(obstacle)
    parts = HIRE_PARTS if kind == "hires" else 100
    needs, left = more[column] / parts, ((ledger.caps[column] or 0) - ledger.used[column]) / parts
    if kind == "hires":
        return Explained(False, cents, "people", figures | {"category": key, "needs": needs, "left": left})
    return Explained(False, cents, "budget_kind", figures | {"money": key, "needs": needs, "left": left})


def _dearest(ledger: Ledger, plan: Plan, i: int, more: Mapping[int, int]) -> str:
    """Of the limits that keep a service out, the one whose scarcity weighs most; the whole budget when equal."""
    found = ledger.obstacles(i)
    weights = {
        name: plan.prices.get(name, 0.0) * more.get(ledger.problem.scarce.index(name), 0)
        for name in found
        if name != "equity"
    }
    if not weights:
        return found[0] if found else "all"
    return max(weights, key=lambda name: (weights[name], name == "all", name))


def _worth(value: float, cents: int, plan: Plan) -> Figures:
    figures: Figures = {"cost": cents / 100, "price_of_million": plan.price_of_million}
    if cents:
        figures["per_million"] = value / cents * CENTS_IN_MILLION
    return figures


def purchases(problem: Problem, prices: Prices, plan: Plan) -> list[Purchase]:
    """What the plan buys by unit, resource and kind of money: own needs added, shared ones at their largest."""
    quantities: dict[tuple[int, str, str], float] = {}
    cents: dict[tuple[int, str, str], int] = {}
    for i in sorted(plan.chosen):
        service = problem.services[i]
        for need in service.needs:
            for done, quantity, price in prices.of(need):
                key, cost = (service.unit, need.resource, done), cost_of(quantity, price)
                if need.shared:
                    quantities[key] = max(quantity, quantities.get(key, 0.0))
                    cents[key] = max(cost, cents.get(key, 0))
                else:
                    quantities[key] = quantities.get(key, 0.0) + quantity
                    cents[key] = cents.get(key, 0) + cost
    rows: dict[tuple[int, str, str], Purchase] = {}
    for (unit, resource, done), quantity in quantities.items():
        money = (prices.repair if done == "repair" else prices.acquire)[resource].money
        repair, acquire = (quantity, 0.0) if done == "repair" else (0.0, quantity)
        row = Purchase(unit, resource, money, repair, acquire, cents[unit, resource, done])
        kept = rows.get((unit, resource, money))
        rows[unit, resource, money] = _joined(kept, row) if kept else row
    return [rows[key] for key in sorted(rows)]


def _joined(one: Purchase, other: Purchase) -> Purchase:
    repair, acquire = one.to_repair + other.to_repair, one.to_acquire + other.to_acquire
    return Purchase(one.unit, one.resource, one.money, repair, acquire, one.cents + other.cents)
