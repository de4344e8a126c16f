"""What a plan chooses from: services to make ready, what each still needs, and what everything costs.

Money is whole cents (int) so that "never over budget" is exact. A service is all or nothing: it is ready only when
everything it needs is bought, hired or repaired. A shared need (water, power) is bought once a unit, at the largest
quantity that any chosen service of the unit asks for. That maximum is modelled by *steps*: the distinct quantities
asked for in a unit, sorted, each step costing the difference to the one below; a service needs every step up to its
own quantity, so the cost of the steps of a set of services is exactly the cost of their maximum.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from scipy import sparse

CENTS_IN_MILLION = 100_000_000
SHARE_PARTS = 1_000  # shares of money are reckoned in thousandths, so that they too are exact
HIRE_PARTS = 1_000  # people in thousandths: a half-time post is half a person


@dataclass(frozen=True)
class Price:
    """What one of a resource costs: cents and the kind of money; ``hires`` names the category that it takes up."""

    cents: int
    money: str
    hires: str | None = None


@dataclass(frozen=True)
class Need:
    """What one service of one unit lacks of one resource; ``shared`` when the unit's services use the same one."""

    resource: str
    to_repair: float
    to_acquire: float
    shared: bool = False


@dataclass(frozen=True)
class Service:
    """A service in a unit that could be made ready: weighted value, people, and everything that it lacks.

    ``layer`` and ``place`` tell which units serve the same people: units of one layer serve different people, but
    those of the same place in it; units of two layers (a clinic, the hospital behind it) may serve the same.
    """

    unit: int
    service: str
    value: float
    people: float
    needs: tuple[Need, ...]
    group: int | None = None  # of its municipality, for equity floors
    layer: str = ""
    place: int | None = None  # None: the unit is the only one of its layer that serves these people


@dataclass(frozen=True)
class Prices:
    """Prices of acquiring and of repairing, by resource."""

    acquire: Mapping[str, Price]
    repair: Mapping[str, Price]

    def of(self, need: Need) -> list[tuple[str, float, Price]]:
        """The purchases that fill a need: (what is done, quantity, price). KeyError when one has no price."""
        found = []
        if need.to_repair > 0:
            found.append(("repair", need.to_repair, self.repair[need.resource]))
        if need.to_acquire > 0:
            found.append(("acquire", need.to_acquire, self.acquire[need.resource]))
        return found

    def lacking(self, needs: Iterable[Need]) -> list[str]:
        """Resources among ``needs`` that have no price for what must be done."""
        without = []
        for need in needs:
            no_repair = need.to_repair > 0 and need.resource not in self.repair
            if no_repair or (need.to_acquire > 0 and need.resource not in self.acquire):
                without.append(need.resource)
        return without


@dataclass(frozen=True)
class EquityFloor:
    """At least ``share`` of the money spent goes to municipalities of these groups."""

    groups: frozenset[int]
    share: float


@dataclass(frozen=True)
class Limits:
    """What a plan must respect. Money in cents, people by category; absent means no limit of its own."""

    budget: int
    money: Mapping[str, int] = field(default_factory=dict)
    hires: Mapping[str, float] = field(default_factory=dict)
    equity: tuple[EquityFloor, ...] = ()
    locked_in: frozenset[int] = frozenset()  # positions in Problem.services
    locked_out: frozenset[int] = frozenset()


@dataclass
class Problem:
    """Services and steps with what each uses, ready for any number of budgets.

    ``use`` has one row an item (services first, then steps) and one column a scarce thing: column 0 is all money,
    then each kind of money (cents), then each category of people (thousandths). ``needs[i]`` are the steps of
    service i; ``users[e]`` the services of step e.
    """

    services: Sequence[Service]
    scarce: list[str]
    use: sparse.csr_matrix
    needs: list[tuple[int, ...]]
    users: list[tuple[int, ...]]

    @cached_property
    def values(self) -> np.ndarray:
        """Value of each service."""
        return np.array([service.value for service in self.services], dtype=float)

    @cached_property
    def item_groups(self) -> np.ndarray:
        """Group of each item, services then steps; -1 where the municipality has none."""
        own = [-1 if service.group is None else service.group for service in self.services]
        return np.array(own + [own[users[0]] for users in self.users], dtype=int)

    @cached_property
    def dense_use(self) -> list[list[tuple[int, int]]]:
        """For each item its (column, amount) pairs as plain integers, for step-by-step work."""
        matrix = self.use
        columns, amounts, starts = matrix.indices.tolist(), matrix.data.tolist(), matrix.indptr.tolist()
        return [list(zip(columns[a:b], amounts[a:b], strict=True)) for a, b in zip(starts, starts[1:], strict=False)]

    def used_by(self, chosen: Iterable[int]) -> dict[str, int]:
        """What a set of services uses of each scarce thing, each shared step once."""
        picked = list(chosen)
        steps = {step for i in picked for step in self.needs[i]}
        items = picked + [len(self.services) + step for step in sorted(steps)]
        totals = np.asarray(self.use[items].sum(axis=0)).ravel() if items else np.zeros(len(self.scarce), dtype=int)
        return {name: int(total) for name, total in zip(self.scarce, totals, strict=True)}

    def used_by_cents(self, chosen: Iterable[int]) -> int:
        """The money that a set of services takes, each shared step once."""
        picked = list(chosen)
        own = sum(amount for i in picked for column, amount in self.dense_use[i] if column == 0)
        steps = {step for i in picked for step in self.needs[i]}
        offset = len(self.services)
        return own + sum(amount for step in steps for column, amount in self.dense_use[offset + step] if column == 0)


def build_problem(services: Sequence[Service], prices: Prices) -> Problem:
    """Lay out services and their shared steps. Every need must have a price (see ``Prices.lacking``)."""
    builder = _Builder(services, prices)
    return builder.problem()


Use = dict[str, int]


class _Builder:
    """Gathers what every service uses of its own and what the services of a unit share."""

    def __init__(self, services: Sequence[Service], prices: Prices) -> None:
        self.services, self.prices = services, prices
        self.own: list[Use] = [{} for _ in services]
        self.needs: list[list[int]] = [[] for _ in services]
        self.steps: list[Use] = []
        self.users: list[tuple[int, ...]] = []

    def problem(self) -> Problem:
        """The finished problem."""
        units: dict[int, list[int]] = {}
        for position, service in enumerate(self.services):
            units.setdefault(service.unit, []).append(position)
        for positions in units.values():
            self._lay_out_unit(positions)
        uses = self.own + self.steps
        names = {name for use in uses for name in use} - {"all"}
        money = sorted(name for name in names if name.startswith("money:"))
        people = sorted(name for name in names if name.startswith("hires:"))
        scarce = ["all", *money, *people]
        return Problem(self.services, scarce, _matrix(uses, scarce), [tuple(n) for n in self.needs], self.users)

    def _lay_out_unit(self, positions: list[int]) -> None:
        """Own purchases go to their service; shared ones become steps, those with the same users merged into one."""
        chains: dict[tuple[str, str], dict[int, float]] = {}
        for position in positions:
            for need in self.services[position].needs:
                for done, quantity, price in self.prices.of(need):
                    if need.shared:
                        chain = chains.setdefault((need.resource, done), {})
                        chain[position] = max(chain.get(position, 0.0), quantity)
                    else:
                        _add(self.own[position], _use(quantity, price))
        merged: dict[tuple[int, ...], Use] = {}
        for (resource, done), quantities in chains.items():
            price = (self.prices.repair if done == "repair" else self.prices.acquire)[resource]
            below: Use = {}
            for level in sorted(set(quantities.values())):
                users = tuple(sorted(position for position, wanted in quantities.items() if wanted >= level))
                reached = _use(level, price)
                _add(merged.setdefault(users, {}), {name: reached[name] - below.get(name, 0) for name in reached})
                below = reached
        for users, use in merged.items():
            if len(users) == 1:
                _add(self.own[users[0]], use)
                continue
            for position in users:
                self.needs[position].append(len(self.steps))
            self.steps.append(use)
            self.users.append(users)


def cost_of(quantity: float, price: Price) -> int:
    """Cents for a quantity at a price, to the nearest cent."""
    return round(quantity * price.cents)


def _use(quantity: float, price: Price) -> Use:
    cents = cost_of(quantity, price)
    use = {"all": cents, f"money:{price.money}": cents}
    if price.hires:
        use[f"hires:{price.hires}"] = round(quantity * HIRE_PARTS)
    return use


def _add(total: Use, more: Use) -> None:
    for name, amount in more.items():
        total[name] = total.get(name, 0) + amount


def _matrix(uses: list[Use], scarce: list[str]) -> sparse.csr_matrix:
    place = {name: column for column, name in enumerate(scarce)}
    rows, columns, amounts = [], [], []
    for row, use in enumerate(uses):
        for name, amount in use.items():
            if amount:
                rows.append(row)
                columns.append(place[name])
                amounts.append(amount)
    shape = (len(uses), len(scarce))
    return sparse.csr_matrix((np.array(amounts, dtype=np.int64), (rows, columns)), shape=shape)
