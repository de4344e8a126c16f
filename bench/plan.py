"""How fast and how near the best plans are: ``python -m bench.plan [--country]``, a table of ratios on this machine.

Invented problems, the same for the same seed: states of random size, then a country of 12,600 units. Beside each, the
same whole-number problem given to HiGHS alone, to the same gap (states only unless ``--alone`` is given).
"""

from __future__ import annotations

import random
import sys
import time
from dataclasses import dataclass

import highspy
import numpy as np

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
from bienestar.calculations.optimiser.relaxation import model_of, solver_for
from bienestar.calculations.optimiser.solve import ladder, solve

GAP = 0.005
HEAD = f"{'problem':28} {'candidates':>10} {'steps':>7} {'seconds':>8} {'gap %':>8} {'value/greedy':>12} {'alone s':>8}"


@dataclass(frozen=True)
class Case:
    """A problem with one set of limits."""

    name: str
    problem: Problem
    limits: Limits


def invent(units: int, seed: int) -> Problem:
    """Units with five services each: staff, devices, rooms, and shared water, power and opening days."""
    dice = random.Random(seed)
    acquire = {f"staff.{n}": Price(dice.randint(200, 900) * 100_000, "payroll", f"staff.{n}") for n in range(10)}
    acquire |= {f"device.{n}": Price(dice.randint(5, 900) * 100_000, "equipment") for n in range(20)}
    acquire |= {f"room.{n}": Price(dice.randint(500, 3000) * 100_000, "works") for n in range(6)}
    acquire |= {f"shared.{n}": Price(dice.randint(50, 900) * 100_000, "works") for n in range(8)}
    acquire["days"] = Price(10_000_000, "operation")
    repair = {f"device.{n}": Price(dice.randint(1, 90) * 100_000, "operation") for n in range(20)}
    services = []
    for unit in range(units):
        people, degree = dice.lognormvariate(7, 1), dice.choice([1, 2, 3, 4, 5])
        lacking = [n for n in range(8) if dice.random() < 0.35]
        closed = dice.randint(0, 3)
        for number in range(5):
            needs = [Need(f"shared.{n}", 0, 1, True) for n in lacking if dice.random() < 0.5]
            if closed and dice.random() < 0.6:
                needs.append(Need("days", 0, dice.randint(1, closed), True))
            needs += [Need(f"staff.{n}", 0, dice.randint(1, 3)) for n in dice.sample(range(10), dice.randint(0, 2))]
            needs += [Need(f"device.{n}", dice.randint(0, 1), 1) for n in dice.sample(range(20), dice.randint(0, 5))]
            if dice.random() < 0.2:
                needs.append(Need(f"room.{dice.randint(0, 5)}", 0, 1))
            value = people * dice.choice([1, 0.5, 0.8, 2]) * dice.uniform(0.3, 1) * (0.7 + 0.1 * degree)
            services.append(Service(unit, f"service {number}", value, people, tuple(needs), degree))
    return build_problem(services, Prices(acquire, repair))


def cases(name: str, problem: Problem, share: float) -> list[Case]:
    """One problem under a budget alone, under kinds of money too, and under everything."""
    whole = problem.used_by(range(len(problem.services)))
    budget = int(whole["all"] * share)
    kinds = [key for key in whole if key.startswith("money:")]
    money = {key[6:]: int(whole[key] * part) for key, part in zip(kinds, (0.3, 0.2, 0.35, 0.25), strict=True)}
    hires = {key[6:]: whole[key] / 1000 * 0.2 for key in whole if key.startswith("hires:")}
    equity = (EquityFloor(frozenset({4, 5}), 0.6), EquityFloor(frozenset({5}), 0.35))
    return [
        Case(f"{name}, budget {share:.0%}", problem, Limits(budget)),
        Case(f"{name}, and kinds", problem, Limits(budget, money)),
        Case(f"{name}, and people, equity", problem, Limits(budget, money, hires, equity)),
    ]


def alone(case: Case) -> float:
    """Seconds that HiGHS takes for the same problem by itself, to the same gap."""
    model = model_of(case.problem, case.limits)
    solver = solver_for(model)
    count = len(model.values)
    kinds = np.array([highspy.HighsVarType.kInteger] * count)
    solver.changeColsIntegrality(count, np.arange(count, dtype=np.int32), kinds)
    solver.setOptionValue("mip_rel_gap", GAP)
    solver.setOptionValue("time_limit", 120.0)
    started = time.perf_counter()
    solver.run()
    return time.perf_counter() - started


def row(case: Case, beside: bool) -> None:
    """Solve one case and print its line."""
    started = time.perf_counter()
    plan = solve(case.problem, case.limits, GAP)
    seconds = time.perf_counter() - started
    ratio = plan.value / plan.greedy_value if plan.greedy_value else 1.0
    other = f"{alone(case):8.2f}" if beside else f"{'-':>8}"
    size = f"{len(case.problem.services):>10,} {len(case.problem.users):>7,}"
    print(f"{case.name:28} {size} {seconds:8.2f} {plan.gap * 100:8.4f} {ratio:12.4f} {other}", flush=True)


def main(arguments: list[str]) -> None:
    """Print the table; ``--country`` adds 12,600 units, ``--alone`` HiGHS by itself there too."""
    print(HEAD)
    dice = random.Random(2026)
    for seed in range(4):
        units = dice.randint(40, 700)
        for case in cases(f"{units} units", invent(units, seed), dice.choice([0.05, 0.2, 0.5])):
            row(case, beside=True)
    state = invent(300, 7)
    budgets = [int(state.used_by(range(len(state.services)))["all"] * n / 12) for n in range(1, 13)]
    started = time.perf_counter()
    ladder(state, Limits(budgets[-1]), budgets, GAP)
    print(f"{'300 units, curve of 12':28} {len(state.services):>10,} {'':7} {time.perf_counter() - started:8.2f}")
    if "--country" in arguments:
        started = time.perf_counter()
        country = invent(12_600, 7)
        print(f"{'(country laid out)':28} {len(country.services):>10,} {'':7} {time.perf_counter() - started:8.2f}")
        for case in cases("12,600 units", country, 0.3):
            row(case, beside="--alone" in arguments)


if __name__ == "__main__":
    main(sys.argv[1:])
