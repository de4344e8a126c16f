"""The best simple plan that a careful person would make by hand: one order after another, keep the best.

Every order starts from what is locked in, walks a list from the best to the worst and takes what still fits. The
walk is repeated while it takes something, because a step that one service pays for makes another service cheaper,
and money spent in a group of high marginalisation opens room under an equity floor.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Sequence

from bienestar.calculations.optimiser.ledger import Ledger, ledger_of
from bienestar.calculations.optimiser.problem import Limits, Problem

PASSES = 8


def start(problem: Problem, limits: Limits) -> Ledger:
    """An account with what is locked in and nothing else."""
    return ledger_of(problem, limits, limits.locked_in)


def free_services(problem: Problem, limits: Limits) -> list[int]:
    """Services that may be taken or left and are worth something."""
    fixed = limits.locked_in | limits.locked_out
    return [i for i, service in enumerate(problem.services) if i not in fixed and service.value > 0]


def best_greedy(problem: Problem, limits: Limits) -> frozenset[int]:
    """The most valuable of four simple plans; ties go to the earlier order. What is locked in must itself fit."""
    free = free_services(problem, limits)
    plans = [
        walk(start(problem, limits), by_ratio(problem, free)),
        walk(start(problem, limits), sorted(free, key=lambda i: (-problem.services[i].value, i))),
        walk(by_falling_price(start(problem, limits), free), by_ratio(problem, free)),
        walk(by_bundle(start(problem, limits), free), by_ratio(problem, free)),
    ]
    feasible = [plan for plan in plans if not plan.broken()]
    if not feasible:
        return frozenset(limits.locked_in)
    return frozenset(max(feasible, key=lambda plan: plan.value).chosen)


def walk(ledger: Ledger, order: Sequence[int]) -> Ledger:
    """Take in order whatever fits, again while something is taken."""
    waiting = [i for i in order if i not in ledger.chosen]
    for _ in range(PASSES):
        left = []
        for i in waiting:
            if ledger.fits(i):
                ledger.add(i)
            else:
                left.append(i)
        if len(left) == len(waiting):
            break
        waiting = left
    return ledger


def by_ratio(problem: Problem, free: Iterable[int]) -> list[int]:
    """Services by value for each cent, each paying for all its steps alone."""
    empty = Ledger(problem, Limits(budget=0))
    return sorted(free, key=lambda i: (-_ratio(problem.services[i].value, empty.adds(i).get(0, 0)), i))


def by_falling_price(ledger: Ledger, free: Sequence[int]) -> Ledger:
    """Always take the best value for each cent at the price of now; sharing makes neighbours cheaper."""
    problem, allowed = ledger.problem, set(free)
    heap = [(-_ratio(problem.services[i].value, ledger.adds(i).get(0, 0)), i) for i in free]
    heapq.heapify(heap)
    while heap:
        _, i = heapq.heappop(heap)
        if i in ledger.chosen or not ledger.fits(i):
            continue
        ledger.add(i)
        cheaper = {j for step in problem.needs[i] for j in problem.users[step] if j not in ledger.chosen}
        for j in sorted(cheaper & allowed):
            heapq.heappush(heap, (-_ratio(problem.services[j].value, ledger.adds(j).get(0, 0)), j))
    return ledger


def by_bundle(ledger: Ledger, free: Sequence[int]) -> Ledger:
    """Take whole units: all free services of a unit together, best value for each cent first, where all fit."""
    problem = ledger.problem
    units: dict[int, list[int]] = {}
    for i in free:
        units.setdefault(problem.services[i].unit, []).append(i)
    rated = []
    for unit, members in units.items():
        value = sum(problem.services[i].value for i in members)
        rated.append((-_ratio(value, problem.used_by_cents(members)), unit))
    for _, unit in sorted(rated):
        taken = []
        for i in units[unit]:
            if not ledger.fits(i):
                break
            ledger.add(i)
            taken.append(i)
        if len(taken) < len(units[unit]):
            for i in reversed(taken):
                ledger.remove(i)
    return ledger


def _ratio(value: float, cents: int) -> float:
    return value / cents if cents else float("inf")
