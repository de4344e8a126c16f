"""Standard minus observation: what each unit of a type lacks, and which of its services that holds back.

All units of one type are reckoned at once. Arrays have one column a unit; NaN means "not known" and is never 0.
See docs/methods/gaps.md for the rules in prose and a worked example.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bienestar.calculations.formulas import Array, round_up

Flags = NDArray[np.bool_]
READY, HELD, UNKNOWN, NOT_OFFERED = 0, 1, 2, 3


@dataclass(frozen=True)
class Need:
    """One line of a standard for the units of one type: a service asks a quantity of a resource.

    ``quantity`` has one value a unit; it is rounded up to whole things, and what is below 0 is 0. ``shared``: one
    serves every service of the unit (water, power), so the largest need counts once instead of the sum.
    """

    service: str
    resource: str
    shared: bool
    quantity: Array


@dataclass(frozen=True)
class Stock:
    """What the units have of one resource: how many exist, and how many of those can be used."""

    existing: Array
    usable: Array


@dataclass(frozen=True)
class ResourceGap:
    """One resource over the units of a type. ``to_repair`` + ``to_acquire`` = gap where it is known, else 0."""

    required: Array
    existing: Array
    usable: Array
    gap: Array
    to_repair: Array
    to_acquire: Array

    @property
    def needed(self) -> Flags:
        """Units that need it or may need it: where 0 is required there is no line."""
        return np.asarray(self.required != 0)


@dataclass(frozen=True)
class ServiceShare:
    """What one service lacks of one resource: its share of the unit's gap, and where that is not known.

    ``asked`` is what the service asks for itself: where what exists was not counted, a prudent plan buys that much.
    """

    resource: str
    to_repair: Array
    to_acquire: Array
    unknown: Flags
    asked: Array


@dataclass(frozen=True)
class TypeGaps:
    """The gaps of all units of one type: by resource, and by service its shares and its readiness code."""

    resources: dict[str, ResourceGap]
    shares: dict[str, list[ServiceShare]]
    readiness: dict[str, NDArray[np.int8]]


def assess(needs: Sequence[Need], stocks: dict[str, Stock], offered: dict[str, Array]) -> TypeGaps:
    """Gaps of all units of one type.

    Args:
        needs: lines in the order of the services; what exists is given to the services in this order.
        stocks: by resource; a resource that is not there is not known in any unit.
        offered: by service, 1 where the unit must offer it, 0 where not, NaN where that is not known.

    Returns:
        For non-shared resources the services' shares add up to the unit's gap. A service is ready when every need is
        met, held when at least one gap is known, otherwise not known.
    """
    units = next(iter(offered.values())).shape
    by_resource: dict[str, list[tuple[str, bool, Array]]] = {}
    for need in needs:
        quantity = _quantity(need, offered[need.service], units)
        by_resource.setdefault(need.resource, []).append((need.service, need.shared, quantity))
    resources: dict[str, ResourceGap] = {}
    shares: dict[str, list[ServiceShare]] = {service: [] for service in offered}
    for resource, asked in by_resource.items():
        stock = stocks.get(resource) or Stock(np.full(units, np.nan), np.full(units, np.nan))
        resources[resource], parts = _share_out(resource, asked, stock)
        for (service, _, _), part in zip(asked, parts, strict=True):
            shares[service].append(part)
    readiness = {service: _readiness(offered[service], parts) for service, parts in shares.items()}
    return TypeGaps(resources, shares, readiness)


def _quantity(need: Need, offered: Array, units: tuple[int, ...]) -> Array:
    """Whole things that a line asks of each unit; nothing where the service need not be offered."""
    whole = np.broadcast_to(round_up(np.maximum(need.quantity, 0)), units)
    asked = np.where(offered == 0, 0.0, whole)
    # A line that asks nothing asks nothing even where it is not known whether the service is offered.
    return np.where(np.isnan(offered) & (asked != 0), np.nan, asked)


def _share_out(
    resource: str, asked: list[tuple[str, bool, Array]], stock: Stock
) -> tuple[ResourceGap, list[ServiceShare]]:
    """The unit's gap of a resource, and each service's share of it in the order of the services."""
    # Nothing exists: then nothing can be used, whether or not anybody said so.
    usable = np.where(np.isnan(stock.usable) & (stock.existing == 0), 0.0, stock.usable)
    broken = np.maximum(np.nan_to_num(stock.existing - usable), 0)
    shared = asked[0][1]
    quantities = np.array([quantity for _, _, quantity in asked])
    reached = np.maximum.accumulate(quantities, axis=0) if shared else np.cumsum(quantities, axis=0)
    required = reached[-1]
    gap = np.maximum(required - usable, 0)
    unknown = np.isnan(gap)
    to_repair = np.where(unknown, 0, np.minimum(gap, broken))
    to_acquire = np.where(unknown, 0, gap - to_repair)
    levels = quantities if shared else reached
    lacking = np.where(unknown, 0, np.maximum(levels - usable, 0))
    repaired = np.minimum(lacking, broken)
    acquired = lacking - repaired
    if not shared:
        # Rounded, so that the difference of two sums leaves no hair where nothing is lacking.
        repaired = np.round(np.diff(repaired, axis=0, prepend=0), 6)
        acquired = np.round(np.diff(acquired, axis=0, prepend=0), 6)
    parts = [
        ServiceShare(resource, repaired[i], acquired[i], unknown & (quantities[i] != 0), quantities[i])
        for i in range(len(asked))
    ]
    return ResourceGap(required, stock.existing, usable, gap, to_repair, to_acquire), parts


def _readiness(offered: Array, parts: list[ServiceShare]) -> NDArray[np.int8]:
    held = np.zeros(offered.shape, dtype=bool)
    unknown = np.isnan(offered)
    for part in parts:
        held |= (part.to_repair + part.to_acquire) > 0
        unknown |= part.unknown
    found = np.where(held, HELD, np.where(unknown, UNKNOWN, READY))
    return np.where(offered == 0, NOT_OFFERED, found).astype(np.int8)
