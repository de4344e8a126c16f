"""The long tables of a diagnosis: units with their gaps, searched and sorted; units that lack one resource."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import F, FilteredRelation, Q, QuerySet, Subquery
from django.db.models.expressions import OrderBy

from bienestar.foundation.accounts.choices import Permission
from bienestar.foundation.accounts.queries import Actor, access_of
from bienestar.foundation.facilities.models import Unit
from bienestar.foundation.facilities.queries import units_visible_to
from bienestar.foundation.storage.words import holding
from bienestar.foundation.territory.models import Area
from bienestar.insight.gaps.models import DiagnosisRun, GapLine, RunUnit, ServiceResult

UNIT_ORDERS = {
    "name": "unit__name",
    "municipality": "unit__municipality__name",
    "type": "unit_type",
    "people": "people",
    "staff": "staff_gap",
    "equipment": "equipment_gap",
    "ready": "services_ready",
}
LINE_ORDERS = {
    "name": "unit__name",
    "municipality": "unit__municipality__name",
    "required": "required",
    "existing": "existing",
    "usable": "usable",
    "gap": "gap",
}


@dataclass(frozen=True)
class UnitFilter:
    """What the reader asks of the units table; empty asks nothing."""

    words: str = ""
    unit_type: str = ""
    municipality: str = ""
    readiness: str = ""
    lacks: str = ""
    visited: str = ""


def unit_table(by: Actor, run: DiagnosisRun, area: Area, asked: UnitFilter, order: str) -> QuerySet[RunUnit]:
    """Units of a run in an area that ``by`` may see, each with ``key`` (the CLUES in use), in the order asked for.

    ``order`` is a key of ``UNIT_ORDERS``, with "-" for the largest first.
    """
    rows = RunUnit.objects.filter(access_of(by).within(Permission.VIEW_GAPS, "unit__path"), run=run)
    if area.pk != run.area_id:
        rows = rows.filter(unit__path__startswith=area.path)
    rows = _asked(by, rows, run, asked)
    return _with_key(rows).select_related("unit__municipality").order_by(*_order(order, UNIT_ORDERS))


def undiagnosed_table(by: Actor, area: Area, asked: UnitFilter, order: str) -> QuerySet[Unit]:
    """The same where no diagnosis has been made: units with ``key``, in order of name, municipality or type."""
    rows = units_visible_to(by).filter(path__startswith=area.path)
    if asked.words:
        rows = rows.filter(_named(by, asked.words, ""))
    if asked.unit_type:
        rows = rows.filter(unit_type=asked.unit_type)
    if asked.municipality:
        rows = rows.filter(municipality__code=asked.municipality)
    orders = {"name": "name", "municipality": "municipality__name", "type": "unit_type"}
    by_field = orders.get(order.lstrip("-"), "name")
    rows = _with_key(rows, "").order_by(f"-{by_field}" if order.startswith("-") else by_field, "name", "pk")
    return rows.select_related("municipality")


def lacking_table(
    by: Actor, run: DiagnosisRun, area: Area, resource: str, order: str, *, unknown: bool = False
) -> QuerySet[GapLine]:
    """Units of an area that lack a resource; ``unknown``: those where it is not known instead."""
    found = Q(gap__isnull=True) if unknown else Q(gap__gt=0)
    rows = GapLine.objects.filter(
        found, access_of(by).within(Permission.VIEW_GAPS, "unit__path"), run=run, resource=resource
    )
    if area.pk != run.area_id:
        rows = rows.filter(unit__path__startswith=area.path)
    return _with_key(rows).select_related("unit__municipality").order_by(*_order(order, LINE_ORDERS))


def action_table(
    by: Actor, run: DiagnosisRun, area: Area, order: str, *, group: str = "", kind: str = ""
) -> QuerySet[GapLine]:
    """Improvement actions of an area: lines with something to repair (``kind`` "repair") or to get ("acquire")."""
    rows = GapLine.objects.filter(access_of(by).within(Permission.VIEW_GAPS, "unit__path"), run=run, gap__gt=0)
    if area.pk != run.area_id:
        rows = rows.filter(unit__path__startswith=area.path)
    if group:
        rows = rows.filter(resource__startswith=f"{group}.")
    if kind:
        rows = rows.filter(**{f"to_{kind}__gt": 0})
    return _with_key(rows).select_related("unit__municipality").order_by(*_order(order, LINE_ORDERS))


def lines_of(run: DiagnosisRun, unit_id: int) -> list[GapLine]:
    """Every line of one unit, which the caller has found visible."""
    return list(GapLine.objects.filter(run=run, unit_id=unit_id).order_by("resource"))


def services_of(run: DiagnosisRun, unit_id: int) -> list[ServiceResult]:
    """Every service of one unit, which the caller has found visible; ``people_basis``: how its people were reckoned."""
    basis = RunUnit.objects.filter(run=run, unit_id=unit_id).values("people_basis")
    rows = ServiceResult.objects.filter(run=run, unit_id=unit_id).annotate(people_basis=Subquery(basis))
    return list(rows.order_by("pk"))


def _asked(by: Actor, rows: QuerySet[RunUnit], run: DiagnosisRun, asked: UnitFilter) -> QuerySet[RunUnit]:
    if asked.words:
        rows = rows.filter(_named(by, asked.words))
    if asked.unit_type:
        rows = rows.filter(unit_type=asked.unit_type)
    if asked.municipality:
        rows = rows.filter(unit__municipality__code=asked.municipality)
    if asked.readiness == "all":
        rows = rows.filter(services_required__gt=0, services_ready=F("services_required"))
    elif asked.readiness == "some":
        rows = rows.filter(services_ready__lt=F("services_required") - F("services_unknown"))
    elif asked.readiness == "unknown":
        rows = rows.filter(services_unknown__gt=0)
    if asked.visited:
        rows = rows.filter(observed=asked.visited == "yes")
    if asked.lacks:
        lacking = GapLine.objects.filter(run=run, resource=asked.lacks, gap__gt=0)
        rows = rows.filter(unit_id__in=lacking.values("unit_id"))
    return rows


def _named(by: Actor, words: str, unit: str = "unit__") -> Q:
    """A unit whose name holds ``words`` or whose CLUES, now or before, starts with them."""
    named = holding((f"{unit}name",), words)
    if words.isalnum():
        named |= Q(**{f"{unit}uid__istartswith": words})
        keyed = units_visible_to(by).filter(identifiers__value__istartswith=words)
        named |= Q(**{f"{unit}pk__in": keyed.order_by().values("pk")})
    return named


def _with_key(rows: QuerySet[Any], unit: str = "unit__") -> QuerySet[Any]:
    in_use = Q(**{f"{unit}identifiers__is_current": True})
    rows = rows.annotate(current=FilteredRelation(f"{unit}identifiers", condition=in_use))
    return rows.annotate(key=F("current__value"))


def _order(order: str, known: dict[str, str]) -> list[OrderBy | str]:
    field = F(known[order.lstrip("-")])
    first = field.desc(nulls_last=True) if order.startswith("-") else field.asc(nulls_last=True)
    return [first, "unit__name", "pk"]
