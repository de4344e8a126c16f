"""Reads the newest scenario of a diagnosis into the plan of the document."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from bienestar.foundation.accounts.queries import Actor
from bienestar.foundation.definitions.catalogue import catalogue, resource_name
from bienestar.foundation.definitions.standards import Standards
from bienestar.foundation.facilities.queries import keys_of
from bienestar.insight.planning.choices import Money, Reason
from bienestar.insight.planning.queries.scenarios import (
    ResourceTotal,
    items,
    purchases_by_resource,
    scenarios_visible_to,
    spent_by_money,
)
from bienestar.insight.planning.queries.sentences import reason_sentence
from bienestar.web.reports.content import Plan, PlanItem, Purchase

if TYPE_CHECKING:
    from bienestar.foundation.territory.models import Area
    from bienestar.insight.gaps.models import DiagnosisRun
    from bienestar.insight.planning.models import ScenarioItem


def plan_of(
    by: Actor, run: DiagnosisRun, area: Area, standards: Standards, language: str, scenario: int | None
) -> Plan | None:
    """The newest scenario, or that of a number; None where there is none that ``by`` may see.

    A number that is not of this diagnosis and area raises Scenario.DoesNotExist.
    """
    known = scenarios_visible_to(by, area).filter(run=run)
    found = known.first() if scenario is None else known.get(pk=scenario)
    if found is None:
        return None
    rows = list(items(found))
    keys = keys_of({row.unit_id for row in rows})
    by_money = spent_by_money(found)
    return Plan(
        number=found.pk,
        name=found.name,
        made_at=found.made_at,
        made_by=found.made_by,
        budget=found.budget,
        spent=found.spent,
        value=found.value,
        bound=found.bound,
        gap=found.gap,
        greedy_value=found.greedy_value,
        people_gaining=found.people_gaining,
        price_of_million=found.price_of_million,
        costs_version=found.costs_version,
        costs_sha256=found.costs_sha256,
        spent_by_money=tuple((str(money.label), by_money[money]) for money in Money if money in by_money),
        items=tuple(item_of(row, keys, standards, language) for row in rows),
        refused_reasons=refusals(rows),
        purchases=tuple(purchase_of(row, language) for row in ordered(purchases_by_resource(found))),
    )


def refusals(rows: list[ScenarioItem]) -> tuple[tuple[str, int], ...]:
    """Why services are left out, and how many for each reason."""
    counted = Counter(row.reason for row in rows if not row.chosen)
    return tuple((str(Reason(code).label), count) for code, count in sorted(counted.items(), key=_most))


def _most(pair: tuple[str, int]) -> tuple[int, str]:
    return -pair[1], pair[0]


def item_of(row: ScenarioItem, keys: dict[int, str], standards: Standards, language: str) -> PlanItem:
    """One item, its reason in words."""
    return PlanItem(
        key=keys.get(row.unit_id, row.unit.uid),
        unit=row.unit.name,
        municipality=row.unit.municipality.name,
        service=standards.service_name(row.service, language),
        chosen=row.chosen,
        cost=row.cost,
        people=row.people,
        value=row.value,
        reason=reason_sentence(row),
    )


def ordered(rows: list[ResourceTotal]) -> list[ResourceTotal]:
    """Purchases in the order of the catalogue."""
    order = {code: place for place, code in enumerate(catalogue().resources)}
    return sorted(rows, key=lambda row: (order.get(row.resource, len(order)), row.resource, row.money))


def purchase_of(row: ResourceTotal, language: str) -> Purchase:
    """One line of the shopping list."""
    return Purchase(
        code=row.resource,
        group=row.resource.split(".")[0],
        name=resource_name(row.resource, language),
        money=str(Money(row.money).label),
        to_repair=row.to_repair,
        to_acquire=row.to_acquire,
        units=row.units,
        cost=row.cost,
    )
