"""Rows of plans as the tables show them, whether the plan is only looked at or kept."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from bienestar.foundation.facilities.queries import keys_of
from bienestar.insight.planning.choices import Money
from bienestar.insight.planning.queries import sentence_of


@dataclass(frozen=True)
class ItemRow:
    """One service of one unit, chosen or refused, and why."""

    unit_id: int
    unit: str
    municipality: str
    service: str
    service_name: str
    chosen: bool
    cost: float | None
    people: float | None
    value: float
    reason: str
    sentence: str


@dataclass(frozen=True)
class ShoppingRow:
    """One resource that the plan buys, hires or repairs, from one kind of money."""

    resource: str
    money: str
    to_acquire: float
    to_repair: float
    cost: float
    units: int

    @property
    def money_name(self) -> Any:
        """The kind of money in words."""
        return Money(self.money).label


def live_items(done: Any, units: Mapping[int, Any], standards: Any, language: str) -> list[ItemRow]:
    """Every service of a plan that is being looked at: chosen ones by value, then refused ones by value."""
    found = []
    for service, why in zip(done.found.problem.services, done.explained(), strict=True):
        told = (why.chosen, why.cents / 100, service.people, service.value, why.reason, why.figures)
        found.append((service.unit, service.service, *told))
    for item in done.found.refused:
        found.append((item.unit, item.service, False, None, item.people, 0.0, str(item.reason), item.figures))
    found.sort(key=lambda row: (not row[2], -row[5], row[0], row[1]))
    return [_row(row, units.get(row[0]), standards, language) for row in found]


def _row(row: tuple[Any, ...], unit: Any, standards: Any, language: str) -> ItemRow:
    unit_id, service, chosen, cost, people, value, reason, figures = row
    return ItemRow(
        unit_id=unit_id,
        unit=unit.name if unit else "",
        municipality=unit.municipality.name if unit else "",
        service=service,
        service_name=standards.service_name(service, language),
        chosen=chosen,
        cost=cost,
        people=people,
        value=value,
        reason=reason,
        sentence=sentence_of(reason, figures, chosen),
    )


def kept_items(items: Iterable[Any], standards: Any, language: str) -> list[ItemRow]:
    """Items of a saved scenario."""
    rows = []
    for item in items:
        told = (item.chosen, item.cost, item.people, item.value, item.reason, item.figures)
        rows.append(_row((item.unit_id, item.service, *told), item.unit, standards, language))
    return rows


def with_keys(rows: list[ItemRow]) -> list[tuple[ItemRow, str]]:
    """Each row with the key of its unit in use."""
    keys = keys_of({row.unit_id for row in rows})
    return [(row, keys.get(row.unit_id, "")) for row in rows]


def live_shopping(done: Any) -> list[ShoppingRow]:
    """What a plan that is being looked at buys, by resource and kind of money, dearest first."""
    totals: dict[tuple[str, str], list[Any]] = {}
    for row in done.purchases():
        total = totals.setdefault((row.resource, row.money), [0.0, 0.0, 0, set()])
        total[0] += row.to_acquire
        total[1] += row.to_repair
        total[2] += row.cents
        total[3].add(row.unit)
    found = [ShoppingRow(*key, t[0], t[1], t[2] / 100, len(t[3])) for key, t in totals.items()]
    return sorted(found, key=lambda row: (-row.cost, row.resource, row.money))


def better_sentence(gap: float) -> str:
    """How far the best plan there can be lies above this one, in words."""
    if gap <= 0.000_001:
        return _("It is proven that no plan can do better with this money and these limits.")
    percent = gap * 100
    places = 1 if percent >= 0.1 else 2
    up = math.ceil(percent * 10**places - 1e-9) / 10**places  # rounded up: a proof is never overstated
    shown = number_format(up, decimal_pos=places)
    return _("It is proven that no plan can do more than %(percent)s %% better.") % {"percent": shown}


def greedy_sentence(value: float, greedy: float) -> str:
    """This plan beside the best simple one, in words."""
    if greedy <= 0:
        return _("The best simple plan gains nothing.")
    more = 100 * (value / greedy - 1)
    if more < 0.05:
        return _("The best simple plan (most people for each peso first) is worth the same.")
    return _("It is worth %(percent)s %% more than the best simple plan (most people for each peso first).") % {
        "percent": number_format(more, decimal_pos=1)
    }


def money_rows(spent: Mapping[str, Any], limits: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Spent and limit by kind of money; a limit of None is no limit of its own."""
    caps = limits.get("money") or {}
    return [{"name": kind.label, "spent": spent.get(kind.value, 0), "limit": caps.get(kind.value)} for kind in Money]


def equity_rows(limits: Mapping[str, Any]) -> list[str]:
    """The equity floors of a plan, each in a sentence."""
    return [
        _("At least %(share)s %% of the money goes to municipalities of high or very high marginalisation.")
        % {"share": number_format(100 * floor["share"], decimal_pos=1)}
        for floor in limits.get("equity") or []
    ]
