"""Scenarios as files: items with their reasons, and the shopping list unit by unit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bienestar.foundation.accounts.choices import Permission
from bienestar.foundation.accounts.queries import require
from bienestar.foundation.definitions.catalogue import resource_name
from bienestar.foundation.facilities.queries import keys_of
from bienestar.insight.planning.queries import items, purchases_of, scenario_visible_to
from bienestar.web.components.downloads import csv_file, xlsx_file
from bienestar.web.facilities.standard import frozen_standards
from bienestar.web.planning.rows import kept_items


@require_safe
def items_file(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    """Every item of a scenario, chosen ones first."""
    scenario = _exportable(request, pk)
    rows = kept_items(items(scenario), frozen_standards(scenario.run), request.LANGUAGE_CODE)
    keys = keys_of({row.unit_id for row in rows})
    head = [
        *(_("CLUES key"), _("Unit"), _("Municipality"), _("Service code"), _("Service"), _("Chosen")),
        *(_("Cost, pesos"), _("People"), _("Value"), _("Reason code"), _("Reason")),
    ]
    table = [
        (
            *(keys.get(row.unit_id, ""), row.unit, row.municipality, row.service, row.service_name),
            *(_("yes") if row.chosen else _("no"), _number(row.cost), _number(row.people), row.value),
            *(row.reason, row.sentence),
        )
        for row in rows
    ]
    return _file(f"plan-{scenario.area.code}-{pk}-items", form, _("Items"), head, table)


@require_safe
def purchases_file(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    """What a scenario buys, hires and repairs, unit by unit."""
    scenario = _exportable(request, pk)
    rows = list(purchases_of(scenario))
    keys = keys_of({row.unit_id for row in rows})
    head = [
        *(_("CLUES key"), _("Unit"), _("Resource code"), _("Resource"), _("Kind of money")),
        *(_("To acquire"), _("To repair"), _("Cost, pesos")),
    ]
    table = [
        (
            *(keys.get(row.unit_id, ""), row.unit.name, row.resource),
            *(resource_name(row.resource, request.LANGUAGE_CODE), row.get_money_display()),
            *(row.to_acquire, row.to_repair, _number(row.cost)),
        )
        for row in rows
    ]
    return _file(f"plan-{scenario.area.code}-{pk}-purchases", form, _("Shopping list"), head, table)


def _exportable(request: HttpRequest, pk: int) -> Any:
    scenario = scenario_visible_to(request.actor, pk)
    require(request.actor, Permission.EXPORT, scenario.area.path)
    return scenario


def _number(value: Any) -> float | None:
    return None if value is None else float(value)


def _file(name: str, form: str, title: str, head: Sequence[str], rows: Iterable[Sequence[Any]]) -> HttpResponse:
    if form == "csv":
        return csv_file(f"{name}.csv", head, rows)
    if form == "xlsx":
        return xlsx_file(f"{name}.xlsx", [(title, head, rows)])
    raise ObjectDoesNotExist(form)
