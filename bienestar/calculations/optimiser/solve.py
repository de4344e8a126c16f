"""Which services to make ready: a plan with its proof, and the best simple plan beside it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from bienestar.calculations.optimiser.greedy import best_greedy, free_services, start, walk
from bienestar.calculations.optimiser.ledger import Ledger, PlanInfeasible, ledger_of
from bienestar.calculations.optimiser.problem import CENTS_IN_MILLION, HIRE_PARTS, Limits, Problem, Service
from bienestar.calculations.optimiser.relaxation import Model, Relaxed, model_of, relax, search

NODES = 200_000
COVERS = 50
EDGE = 120  # services on either side of the edge of a plan that are tried against each other


@dataclass(frozen=True)
class Plan:
    """A plan and its proof: no plan within the limits is worth more than ``bound``."""

    chosen: frozenset[int]
    value: float
    bound: float
    greedy: frozenset[int]
    greedy_value: float
    spent: int  # cents
    used: dict[str, int]  # of each scarce thing: cents, thousandths of people
    people_gaining: float
    prices: dict[str, float]  # value of one more cent, or thousandth of a person, by limit

    @property
    def gap(self) -> float:
        """(bound − value) / bound, 0 when nothing can be gained."""
        return (self.bound - self.value) / self.bound if self.bound > 0 else 0.0

    @property
    def price_of_million(self) -> float:
        """Value that one more million pesos of budget would add."""
        return self.prices.get("all", 0.0) * CENTS_IN_MILLION


def solve(problem: Problem, limits: Limits, gap: float = 0.005, known: Iterable[int] | None = None) -> Plan:
    """The best plan found and the proof of how good it is.

    ``gap`` is the relative distance to the bound at which the search stops; 0 asks for the best plan. ``known`` is a
    plan already known to keep the limits (of a smaller budget): the answer is at least as good. The same input
    gives the same plan. Raises PlanInfeasible when what is locked in cannot be kept within the limits.
    """
    _check_locks(problem, limits)
    if not problem.services:
        return _plan(Ledger(problem, limits), 0.0, frozenset(), {})
    model = model_of(problem, limits)
    relaxed = relax(model)
    if relaxed is None:
        raise _floor_broken(problem, limits)
    greedy = best_greedy(problem, limits)
    ledgers = [ledger_of(problem, limits, greedy), _rounded(problem, limits, relaxed)]
    if known is not None:
        ledgers.append(walk(ledger_of(problem, limits, known), _by_profit(problem, limits, relaxed)))
    sound = [ledger for ledger in ledgers if not ledger.broken()]
    best = max(sound, key=lambda ledger: ledger.value) if sound else None
    bound = relaxed.bound
    if best and bound - best.value > gap * bound:
        _exchange(best, _by_profit(problem, limits, relaxed))
    if best is None or bound - best.value > gap * bound:
        best, bound = _search(problem, limits, model, relaxed, best, gap)
    if best is None:
        raise _floor_broken(problem, limits)
    return _plan(best, bound, greedy if not ledgers[0].broken() else best.chosen, relaxed.prices)


def ladder(problem: Problem, limits: Limits, budgets: Sequence[int], gap: float = 0.005) -> list[Plan]:
    """One plan for each budget (cents), smallest first: each starts from the one before, so value never falls."""
    plans: list[Plan] = []
    for budget in sorted(budgets):
        known = plans[-1].chosen if plans else None
        plans.append(solve(problem, replace(limits, budget=budget), gap, known))
    return plans


def _check_locks(problem: Problem, limits: Limits) -> None:
    ledger = start(problem, limits)
    for name in ledger.broken():
        if name == "equity":
            continue  # other services may restore the floor; the solver tells
        column = problem.scarce.index(name)
        parts = HIRE_PARTS if name.startswith("hires:") else 100
        needed, allowed = ledger.used[column] / parts, (ledger.caps[column] or 0) / parts
        what = "people" if name.startswith("hires:") else "pesos"
        message = f"What is locked in needs {needed:,.0f} {what} ({name}) and the limit is {allowed:,.0f}."
        raise PlanInfeasible(message, name, needed, allowed)


def _floor_broken(problem: Problem, limits: Limits) -> PlanInfeasible:
    return PlanInfeasible("What is locked in cannot be kept together with the equity floor and the limits.", "equity")


def _by_profit(problem: Problem, limits: Limits, relaxed: Relaxed) -> list[int]:
    """Free services, those that the relaxation takes first, then by value for what they use at its prices."""
    priced = _priced(problem, relaxed)
    ratio = problem.values / np.maximum(priced, 1e-12)
    shares = np.round(relaxed.shares[: len(problem.services)], 6)
    return sorted(free_services(problem, limits), key=lambda i: (-shares[i], -ratio[i], i))


def _priced(problem: Problem, relaxed: Relaxed) -> np.ndarray:
    """What each service uses, its share of steps apart, at the prices of the relaxation."""
    prices = np.array([relaxed.prices.get(name, 0.0) for name in problem.scarce])
    return np.asarray(problem.use[: len(problem.services)] @ prices)


def _rounded(problem: Problem, limits: Limits, relaxed: Relaxed) -> Ledger:
    """The relaxation made whole: what it takes entirely, mended, then whatever else fits."""
    whole = set(np.flatnonzero(relaxed.shares[: len(problem.services)] > 1 - 1e-6).tolist())
    ledger = ledger_of(problem, limits, (whole - limits.locked_out) | limits.locked_in)
    order = _by_profit(problem, limits, relaxed)
    _mend(ledger, order)
    return walk(ledger, order)


def _mend(ledger: Ledger, order: Sequence[int]) -> None:
    """Give up the worst services until every limit is kept; under a broken floor first try what helps it."""
    if ledger.broken() == ["equity"]:
        walk(ledger, order)
    for i in reversed(order):
        broken = ledger.broken()
        if not broken:
            return
        if i in ledger.chosen and (broken != ["equity"] or _hurts_floor(ledger, i)):
            ledger.remove(i)


def _hurts_floor(ledger: Ledger, i: int) -> bool:
    group = ledger.problem.services[i].group
    return any(
        lead < 0 and group not in floor.groups for lead, floor in zip(ledger.lead, ledger.limits.equity, strict=True)
    )


def _exchange(ledger: Ledger, order: Sequence[int]) -> None:
    """Give one chosen service up for a more valuable one that then fits, near the edge of the plan, while it pays.

    A search of whole plans does this too and takes a hundred times as long; this is often enough for the gap.
    """
    values = ledger.problem.services
    waiting = [i for i in order if i not in ledger.chosen][:EDGE]
    for i in waiting:
        edge = [j for j in reversed(order) if j in ledger.chosen and values[j].value < values[i].value][:EDGE]
        for j in edge:
            ledger.remove(j)
            ledger.add(i)
            if not ledger.broken():
                walk(ledger, waiting)
                break
            ledger.remove(i)
            ledger.add(j)


def _search(
    problem: Problem, limits: Limits, model: Model, relaxed: Relaxed, best: Ledger | None, gap: float
) -> tuple[Ledger | None, float]:
    """Whole-number search in the core. The solver works to a tolerance and we to the cent: a plan of its that is

    over a limit by less than its tolerance becomes a cut (these services do not fit together), and it looks again.
    """
    order = _by_profit(problem, limits, relaxed)
    covers: list[frozenset[int]] = []
    bound = relaxed.bound
    for _ in range(COVERS):
        value = best.value if best else -1.0
        kept = frozenset(best.chosen) if best else frozenset()
        core = search(model, relaxed, kept, value, gap, covers, NODES)
        if core.chosen is None:
            return best, max(value, 0.0) if best else 0.0
        bound = min(bound, core.bound)
        ledger = ledger_of(problem, limits, core.chosen | limits.locked_in)
        over = [name for name in ledger.broken() if name != "equity"]
        hair = core.chosen if over else None
        _mend(ledger, order)
        walk(ledger, order)
        if not ledger.broken() and (best is None or ledger.value > best.value):
            best = ledger
        if hair is None or (best and bound - best.value <= gap * bound):
            break
        covers.append(hair)
    return best, bound


def _plan(ledger: Ledger, bound: float, greedy: frozenset[int] | set[int], prices: dict[str, float]) -> Plan:
    problem = ledger.problem
    value = ledger.value
    return Plan(
        chosen=frozenset(ledger.chosen),
        value=value,
        bound=max(bound, value),
        greedy=frozenset(greedy),
        greedy_value=float(sum(problem.services[i].value for i in sorted(greedy))),
        spent=ledger.used[0],
        used=dict(zip(problem.scarce, ledger.used, strict=True)),
        people_gaining=people_gaining(problem.services[i] for i in sorted(ledger.chosen)),
        prices=prices,
    )


def people_gaining(gained: Iterable[Service]) -> float:
    """People who gain at least one service, never one person twice.

    A unit counts once, with the most people of its services; so does a place whose units serve the same people. The
    people of a hospital are those of the clinics round it, so the layers are not added: the largest one counts.
    """
    people: dict[tuple[str, bool, int], float] = {}
    for service in gained:
        alone = service.place is None
        key = (service.layer, alone, service.unit if service.place is None else service.place)
        people[key] = max(people.get(key, 0.0), service.people)
    layers: dict[str, float] = {}
    for (layer, _, _), count in people.items():
        layers[layer] = layers.get(layer, 0.0) + count
    return max(layers.values(), default=0.0)
