"""Reading saved scenarios: lists, items with their reasons, purchases, a unit's part, and two beside each other."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Q, QuerySet, Sum

from bienestar.foundation.accounts.choices import Permission
from bienestar.foundation.accounts.queries import Actor, access_of
from bienestar.foundation.facilities.models import Unit
from bienestar.foundation.storage.words import holding
from bienestar.foundation.territory.models import Area
from bienestar.insight.gaps.models import DiagnosisRun
from bienestar.insight.planning.models import Scenario, ScenarioItem, ScenarioPurchase

SORTS = {
    "value": ("-value", "unit__uid", "service"),
    "cost": ("-cost", "unit__uid", "service"),
    "people": ("-people", "unit__uid", "service"),
    "unit": ("unit__name", "unit__uid", "service"),
    "service": ("service", "-value", "unit__uid"),
}


def scenarios_visible_to(by: Actor, area: Area | None = None) -> QuerySet[Scenario]:
    """Scenarios over areas where ``by`` may see plans, newest first; those of one area when it is given."""
    found = Scenario.objects.filter(access_of(by).within(Permission.VIEW_PLANS, "area__path"))
    if area is not None:
        found = found.filter(area=area)
    return found.select_related("area", "run__standards").order_by("-made_at", "-id")


def scenario_visible_to(by: Actor, scenario_id: int) -> Scenario:
    """One scenario; Scenario.DoesNotExist when there is none or ``by`` may not see it."""
    return scenarios_visible_to(by).get(pk=scenario_id)


def items(
    scenario: Scenario,
    *,
    chosen: bool | None = None,
    search: str = "",
    service: str = "",
    reason: str = "",
    area: Area | None = None,
    sort: str = "value",
) -> QuerySet[ScenarioItem]:
    """Items of a scenario that was got by a ``…_visible_to`` query, chosen first.

    ``search`` is in the unit's name, key or municipality; ``sort`` is a key of SORTS (another one counts as value).
    """
    found = scenario.items.select_related("unit__municipality")
    if chosen is not None:
        found = found.filter(chosen=chosen)
    if search:
        by_name = holding(("unit__name", "unit__municipality__name"), search)
        by_key = Q(pk__in=scenario.items.filter(unit__identifiers__value__icontains=search).values("pk"))
        found = found.filter(by_name | by_key)
    if service:
        found = found.filter(service=service)
    if reason:
        found = found.filter(reason=reason)
    if area is not None:
        found = found.filter(unit__path__startswith=area.path)
    return found.order_by("-chosen", *SORTS.get(sort, SORTS["value"]))


def reasons_of(scenario: Scenario) -> dict[str, int]:
    """How many items each reason has."""
    rows = scenario.items.values_list("reason").annotate(count=Count("id")).order_by("-count", "reason")
    return dict(rows)


def purchases_of(scenario: Scenario, unit: Unit | None = None) -> QuerySet[ScenarioPurchase]:
    """What a scenario buys, unit by unit, dearest first."""
    found = scenario.purchases.select_related("unit")
    if unit is not None:
        found = found.filter(unit=unit)
    return found.order_by("-cost", "unit__uid", "resource", "money")


@dataclass(frozen=True)
class ResourceTotal:
    """A resource over the whole plan, from one kind of money."""

    resource: str
    money: str
    to_repair: float
    to_acquire: float
    cost: Decimal
    units: int


def purchases_by_resource(scenario: Scenario) -> list[ResourceTotal]:
    """What a scenario buys by resource and kind of money, dearest first."""
    rows = (
        scenario.purchases.values_list("resource", "money")
        .annotate(repaired=Sum("to_repair"), acquired=Sum("to_acquire"), spent=Sum("cost"), units=Count("unit"))
        .order_by("-spent", "resource", "money")
    )
    return [ResourceTotal(*row) for row in rows]


def spent_by_money(scenario: Scenario) -> dict[str, Decimal]:
    """Pesos spent by kind of money."""
    rows = scenario.purchases.values_list("money").annotate(spent=Sum("cost")).order_by("money")
    return {money: spent for money, spent in rows}


@dataclass(frozen=True)
class UnitPart:
    """What one scenario does for one unit."""

    scenario: Scenario
    items: list[ScenarioItem]
    purchases: list[ScenarioPurchase]


def unit_part(by: Actor, unit: Unit, scenario: Scenario | None = None) -> UnitPart | None:
    """A unit's part in a scenario, or in the newest that includes it; None without VIEW_PLANS over the unit.

    Who may see plans of one unit only (its director) sees that unit's part of a plan for the whole state.
    """
    if not access_of(by).can(Permission.VIEW_PLANS, unit.path):
        return None
    if scenario is None:
        newest = ScenarioItem.objects.filter(unit=unit).select_related("scenario__area")
        item = newest.order_by("-scenario__made_at", "-scenario_id").first()
        if item is None:
            return None
        scenario = item.scenario
    own = scenario.items.filter(unit=unit).order_by("-chosen", "-value", "service")
    return UnitPart(scenario, list(own), list(purchases_of(scenario, unit)))


def newest_items(by: Actor, unit: Unit) -> list[ScenarioItem]:
    """A unit's services in the newest scenario that has it, chosen first, in one query; none without VIEW_PLANS."""
    if not access_of(by).can(Permission.VIEW_PLANS, unit.path):
        return []
    newest = ScenarioItem.objects.filter(unit=unit).order_by("-scenario__made_at", "-scenario_id")
    own = ScenarioItem.objects.filter(unit=unit, scenario_id=newest.values("scenario_id")[:1])
    return list(own.select_related("scenario__area").order_by("-chosen", "-value", "service"))


@dataclass(frozen=True)
class Comparison:
    """Two scenarios: what only one of them chooses, and the differences ``b − a``."""

    a: Scenario
    b: Scenario
    only_a: list[ScenarioItem]
    only_b: list[ScenarioItem]
    both: int
    spent: Decimal
    value: float
    people_gaining: float
    money: dict[str, tuple[Decimal, Decimal]]


def compare_scenarios(a: Scenario, b: Scenario) -> Comparison:
    """Two scenarios beside each other; both were got by a ``…_visible_to`` query."""
    in_a, in_b = _chosen(a), _chosen(b)
    spent_a, spent_b = spent_by_money(a), spent_by_money(b)
    kinds = sorted(set(spent_a) | set(spent_b))
    zero = Decimal(0)
    return Comparison(
        a=a,
        b=b,
        only_a=_by_value(item for key, item in in_a.items() if key not in in_b),
        only_b=_by_value(item for key, item in in_b.items() if key not in in_a),
        both=len(in_a.keys() & in_b.keys()),
        spent=b.spent - a.spent,
        value=b.value - a.value,
        people_gaining=b.people_gaining - a.people_gaining,
        money={kind: (spent_a.get(kind, zero), spent_b.get(kind, zero)) for kind in kinds},
    )


def _chosen(scenario: Scenario) -> dict[tuple[int, str], ScenarioItem]:
    rows = scenario.items.filter(chosen=True).select_related("unit__municipality")
    return {(item.unit_id, item.service): item for item in rows}


def _by_value(found: Iterable[ScenarioItem]) -> list[ScenarioItem]:
    return sorted(found, key=lambda item: (-item.value, item.unit_id, item.service))


def run_to_plan(area: Area, as_of: dt.date | None = None, number: int | None = None) -> DiagnosisRun | None:
    """The diagnosis of an area to plan from: that of a number, of a date, or the newest; None when there is none."""
    found = area.diagnoses.select_related("area", "standards")
    if number is not None:
        found = found.filter(pk=number)
    if as_of is not None:
        found = found.filter(as_of=as_of)
    return found.order_by("-made_at", "-pk").first()
