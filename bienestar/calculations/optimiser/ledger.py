"""An exact running account of a plan: what it has used of each scarce thing, and whether one service more fits."""

from __future__ import annotations

from collections.abc import Iterable

from bienestar.calculations.optimiser.problem import HIRE_PARTS, SHARE_PARTS, Limits, Problem


class PlanInfeasible(ValueError):
    """What was locked in cannot be kept within the limits; the message is one sentence for the planner."""

    def __init__(self, message: str, scarce: str = "", needed: float = 0, allowed: float = 0) -> None:
        super().__init__(message)
        self.scarce, self.needed, self.allowed = scarce, needed, allowed


def caps_of(problem: Problem, limits: Limits) -> list[int | None]:
    """For each scarce thing the most that may be used (cents, thousandths of people), or None."""
    caps: list[int | None] = []
    for name in problem.scarce:
        kind, _, key = name.partition(":")
        if kind == "all":
            caps.append(limits.budget)
        elif kind == "money":
            caps.append(limits.money.get(key))
        else:
            people = limits.hires.get(key)
            caps.append(None if people is None else round(people * HIRE_PARTS))
    return caps


class Ledger:
    """Services chosen so far; every figure is a whole number, so that a limit is kept or broken and never nearly."""

    def __init__(self, problem: Problem, limits: Limits) -> None:
        self.problem, self.limits = problem, limits
        self.caps = caps_of(problem, limits)
        self.used = [0] * len(problem.scarce)
        self.chosen: set[int] = set()
        self.step_users = [0] * len(problem.users)
        self._uses = problem.dense_use
        self._offset = len(problem.services)
        self._floors = [(floor.groups, round(floor.share * SHARE_PARTS)) for floor in limits.equity]
        self._groups = problem.item_groups.tolist()
        self.lead = [0] * len(self._floors)  # money for the floor's groups less its share, in thousandths of a cent

    def adds(self, i: int) -> dict[int, int]:
        """What service ``i`` would use more, by column: steps that are already bought cost nothing."""
        more = dict(self._uses[i])
        for step in self.problem.needs[i]:
            if not self.step_users[step]:
                for column, amount in self._uses[self._offset + step]:
                    more[column] = more.get(column, 0) + amount
        return more

    def saves(self, i: int) -> dict[int, int]:
        """What giving chosen service ``i`` up would save, by column: its own use and the steps that only it uses."""
        less = dict(self._uses[i])
        for step in self.problem.needs[i]:
            if self.step_users[step] == 1:
                for column, amount in self._uses[self._offset + step]:
                    less[column] = less.get(column, 0) + amount
        return less

    def obstacles(self, i: int) -> list[str]:
        """The limits that service ``i`` would break now: names of scarce things, "equity" for a floor."""
        more = self.adds(i)
        found = [
            self.problem.scarce[column]
            for column, amount in more.items()
            if amount and (cap := self.caps[column]) is not None and self.used[column] + amount > cap
        ]
        cents = more.get(0, 0)
        return found if self._keeps_floors(i, cents) else [*found, "equity"]

    def fits(self, i: int) -> bool:
        """Whether service ``i`` can be added with every limit kept."""
        more = self.adds(i)
        for column, amount in more.items():
            cap = self.caps[column]
            if amount and cap is not None and self.used[column] + amount > cap:
                return False
        return self._keeps_floors(i, more.get(0, 0))

    def _keeps_floors(self, i: int, cents: int) -> bool:
        """Every floor holds after ``i``; one that locks have already broken is at least not broken further."""
        changes = [self._lead(i, cents, f) for f in range(len(self.lead))]
        return all(change >= 0 or lead + change >= 0 for lead, change in zip(self.lead, changes, strict=True))

    def add(self, i: int) -> None:
        """Choose service ``i`` with the steps it needs."""
        self._book(i, 1)
        for step in self.problem.needs[i]:
            self.step_users[step] += 1
        self.chosen.add(i)

    def remove(self, i: int) -> None:
        """Give service ``i`` up, with the steps that no other chosen service uses."""
        self.chosen.remove(i)
        for step in self.problem.needs[i]:
            self.step_users[step] -= 1
        self._book(i, -1)

    def _book(self, i: int, sign: int) -> None:
        more = self.adds(i)
        for column, amount in more.items():
            self.used[column] += sign * amount
        for f in range(len(self.lead)):
            self.lead[f] += sign * self._lead(i, more.get(0, 0), f)

    def _lead(self, i: int, cents: int, f: int) -> int:
        groups, share = self._floors[f]
        return cents * ((SHARE_PARTS if self._groups[i] in groups else 0) - share)

    def broken(self) -> list[str]:
        """The limits that the plan as it stands breaks."""
        found = [
            name
            for name, used, cap in zip(self.problem.scarce, self.used, self.caps, strict=True)
            if cap is not None and used > cap
        ]
        return found + ["equity"] * any(lead < 0 for lead in self.lead)

    @property
    def value(self) -> float:
        """Weighted people of the services chosen, summed in a fixed order."""
        return float(sum(self.problem.services[i].value for i in sorted(self.chosen)))


def ledger_of(problem: Problem, limits: Limits, chosen: Iterable[int]) -> Ledger:
    """The account of a given set of services."""
    ledger = Ledger(problem, limits)
    for i in sorted(chosen):
        ledger.add(i)
    return ledger
