"""Saved scenarios: the list, one of them, two beside each other, another name, deleting."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from bienestar.foundation.accounts.choices import Permission
from bienestar.foundation.accounts.queries import access_of, require_anywhere
from bienestar.foundation.storage.words import holding
from bienestar.insight.planning.actions import delete_scenario, rename_scenario
from bienestar.insight.planning.choices import Reason
from bienestar.insight.planning.queries import (
    compare_scenarios,
    items,
    purchases_by_resource,
    reasons_of,
    scenario_visible_to,
    scenarios_visible_to,
    spent_by_money,
)
from bienestar.web.facilities.standard import frozen_standards
from bienestar.web.notices import say
from bienestar.web.page import Link
from bienestar.web.planning.forms import NameForm
from bienestar.web.planning.rows import (
    ShoppingRow,
    better_sentence,
    equity_rows,
    greedy_sentence,
    kept_items,
    money_rows,
    with_keys,
)
from bienestar.web.territory.views import provenance

PAGE = 50
PARTS = ("summary", "chosen", "refused", "shopping")
SHOWN = 100


@require_safe
def scenario_list(request: HttpRequest) -> HttpResponse:
    """Scenarios that the reader may see, newest first; two of them can be compared."""
    require_anywhere(request.actor, Permission.VIEW_PLANS)
    words = request.GET.get("q", "").strip()
    found = scenarios_visible_to(request.actor)
    found = found.filter(holding(("name",), words)) if words else found
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    return render(request, "planning/scenarios.html", {"page": page, "words": words})


@require_safe
def scenario_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One scenario, frozen: its figures, items with reasons, shopping list."""
    scenario = scenario_visible_to(request.actor, pk)
    part = request.GET.get("show", "summary")
    part = part if part in PARTS else "summary"
    access, path = access_of(request.actor), scenario.area.path
    context = _figures(scenario) | {
        "part": part,
        "parts": _parts(scenario, part),
        "may_change": _is_own(request, scenario),
        "may_plan": access.can(Permission.VIEW_PLANS, path),
        "may_export": access.can(Permission.EXPORT, path),
        "crumbs": [Link(_("Plans"), reverse("scenarios")), Link(scenario.name)],
        "provenance": provenance(scenario.run) + _costs(scenario),
    }
    if part in {"chosen", "refused"}:
        context |= _items(request, scenario, part == "chosen")
    elif part == "shopping":
        context["shopping"] = [
            ShoppingRow(row.resource, row.money, row.to_acquire, row.to_repair, float(row.cost), row.units)
            for row in purchases_by_resource(scenario)
        ]
    return render(request, "planning/scenario.html", context)


def _figures(scenario: Any) -> dict[str, Any]:
    chosen = items(scenario, chosen=True)
    return {
        "scenario": scenario,
        "plan": scenario,
        "services": chosen.count(),
        "units": chosen.order_by().values("unit_id").distinct().count(),
        "better": better_sentence(scenario.gap),
        "greedy": greedy_sentence(scenario.value, scenario.greedy_value),
        "money": money_rows(spent_by_money(scenario), scenario.limits),
        "equity": equity_rows(scenario.limits),
        "reasons": [(Reason(code).label, count) for code, count in reasons_of(scenario).items()],
        "hire_limits": sorted((scenario.limits.get("hires") or {}).items()),
        "locks": {part: len(scenario.limits.get(f"locked_{part}") or []) for part in ("in", "out")},
    }


def _parts(scenario: Any, here: str) -> list[Link]:
    words = {
        "summary": _("Summary"),
        "chosen": pgettext("services", "Chosen"),
        "refused": pgettext("services", "Refused"),
        "shopping": _("Shopping list"),
    }
    url = reverse("scenario", args=[scenario.pk])
    return [Link(words[part], "" if part == here else f"{url}?show={part}") for part in PARTS]


def _items(request: HttpRequest, scenario: Any, chosen: bool) -> dict[str, Any]:
    standards, language = frozen_standards(scenario.run), request.LANGUAGE_CODE
    words, service, reason = (request.GET.get(name, "").strip() for name in ("q", "service", "reason"))
    found = items(
        scenario, chosen=chosen, search=words, service=service, reason=reason, sort=request.GET.get("sort", "")
    )
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    side = items(scenario, chosen=chosen).order_by()
    codes = side.values_list("service", flat=True).distinct()
    return {
        "page": page,
        "rows": with_keys(kept_items(page, standards, language)),
        "words": words,
        "service": service,
        "services": sorted((standards.service_name(code, language), code) for code in codes),
        "reason": reason,
        "reasons_here": [(code, Reason(code).label) for code in sorted(set(side.values_list("reason", flat=True)))],
    }


def _costs(scenario: Any) -> list[str]:
    made = _("Made by %(who)s on %(day)s.") % {"who": scenario.made_by, "day": date_format(scenario.made_at)}
    costs = _("Costs: version %(version)s. Hash: %(hash)s") % {
        "version": scenario.costs_version,
        "hash": scenario.costs_sha256,
    }
    return [made, costs]


@require_safe
def compare(request: HttpRequest) -> HttpResponse:
    """Two scenarios beside each other: money, people, and what only one of them does."""
    require_anywhere(request.actor, Permission.VIEW_PLANS)
    chosen = [request.GET.get(name, "") for name in ("a", "b")]
    crumbs = [Link(_("Plans"), reverse("scenarios")), Link(_("Compare two scenarios"))]
    if not all(text.isdecimal() for text in chosen) or chosen[0] == chosen[1]:
        say(request, _("Choose two different scenarios to compare."))
        return redirect("scenarios")
    a, b = (scenario_visible_to(request.actor, int(text)) for text in chosen)
    found = compare_scenarios(a, b)
    language = request.LANGUAGE_CODE
    sides = [
        {
            "scenario": scenario,
            "count": len(only),
            "more": max(len(only) - SHOWN, 0),
            "rows": with_keys(kept_items(only[:SHOWN], frozen_standards(scenario.run), language)),
        }
        for scenario, only in ((a, found.only_a), (b, found.only_b))
    ]
    context = {
        "found": found,
        "a": a,
        "b": b,
        "sides": sides,
        "same_run": a.run_id == b.run_id,
        "money": _money(found),
        "crumbs": crumbs,
    }
    return render(request, "planning/compare.html", context)


def _money(found: Any) -> list[dict[str, Any]]:
    in_a, in_b = ({kind: pair[side] for kind, pair in found.money.items()} for side in (0, 1))
    rows = zip(money_rows(in_a, {}), money_rows(in_b, {}), strict=True)
    return [
        {"name": one["name"], "a": one["spent"], "b": other["spent"], "more": other["spent"] - one["spent"]}
        for one, other in rows
    ]


def _is_own(request: HttpRequest, scenario: Any) -> bool:
    """Only who made a scenario renames or deletes it, while they still make plans there."""
    may = access_of(request.actor).can(Permission.MAKE_PLAN, scenario.area.path)
    return may and scenario.made_by == request.actor.username


def _own(request: HttpRequest, pk: int) -> Any:
    scenario = scenario_visible_to(request.actor, pk)
    if not _is_own(request, scenario):
        raise PermissionDenied("only who made a scenario changes it")
    return scenario


def rename(request: HttpRequest, pk: int) -> HttpResponse:
    """Give one's own scenario another name."""
    scenario = _own(request, pk)
    form = NameForm(request.POST or None, initial={"name": scenario.name})
    if request.method == "POST" and form.is_valid():
        rename_scenario(by=request.actor, scenario=scenario, name=form.cleaned_data["name"])
        say(request, _("The scenario has its new name."))
        return redirect("scenario", pk)
    crumbs = [Link(_("Plans"), reverse("scenarios")), Link(scenario.name, reverse("scenario", args=[pk]))]
    context = {"form": form, "scenario": scenario, "crumbs": [*crumbs, Link(_("Rename"))]}
    return render(request, "planning/rename.html", context)


def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete one's own scenario after a page that asks."""
    scenario = _own(request, pk)
    if request.method == "POST":
        delete_scenario(by=request.actor, scenario=scenario)
        say(request, _("The scenario is deleted. The journal keeps that it existed."))
        return redirect("scenarios")
    crumbs = [Link(_("Plans"), reverse("scenarios")), Link(scenario.name, reverse("scenario", args=[pk]))]
    return render(request, "planning/delete.html", {"scenario": scenario, "crumbs": [*crumbs, Link(_("Delete"))]})
