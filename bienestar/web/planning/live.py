"""The plan of an area while it is being looked at: slider, limits, items, curve, locks, saving."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import ROUND_CEILING, Decimal
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import push_url

from bienestar.foundation.accounts.choices import Permission
from bienestar.foundation.accounts.queries import access_of
from bienestar.foundation.facilities.queries import keys_of, units_visible_to
from bienestar.foundation.territory.queries import area_visible_to
from bienestar.insight.planning.actions import make_scenario
from bienestar.insight.planning.queries import (
    PlanRefused,
    Preview,
    Solved,
    budget_curve,
    preview_of,
    run_problem,
    run_to_plan,
    solved,
    whole_cost,
)
from bienestar.web.notices import say
from bienestar.web.page import Link, area_links
from bienestar.web.planning.charts import curve_chart
from bienestar.web.planning.forms import MILLION, NameForm, PlanForm
from bienestar.web.planning.rows import (
    ItemRow,
    better_sentence,
    equity_rows,
    greedy_sentence,
    live_items,
    live_shopping,
    money_rows,
    with_keys,
)
from bienestar.web.territory.views import area_tabs, provenance

PAGE = 50
PARTS = ("summary", "chosen", "refused", "shopping")


@dataclass
class Desk:
    """What a planner has on the table: the area, its diagnosis, what is asked, and the plan or why there is none."""

    area: Any
    run: Any
    most: int
    form: PlanForm
    done: Solved | None = None
    shown: Preview | None = None
    errors: list[str] = field(default_factory=list)

    def solve(self) -> None:
        """Plan as the form asks."""
        if not self.form.is_valid():
            return
        try:
            self.done = solved(self.run, self.form.cleaned_data["budget"] * MILLION, self.form.limits())
        except PlanRefused as error:
            self.errors.append(str(error))
        else:
            self.shown = preview_of(self.done)


def desk(request: HttpRequest, code: str, asked: QueryDict) -> Desk:
    """The area if the reader may see its plans, its newest diagnosis and what is asked of the plan."""
    area = area_visible_to(request.actor, code, Permission.VIEW_PLANS)
    if not access_of(request.actor).can(Permission.VIEW_PLANS, area.path):
        raise ObjectDoesNotExist(code)
    run = run_to_plan(area)
    if run is None:
        return Desk(area, None, 0, PlanForm(asked))
    most = int((whole_cost(request.actor, run) / MILLION).to_integral_value(ROUND_CEILING)) or 1
    given = asked.copy()
    if not given.get("budget"):
        given["budget"] = str(max(round(most / 4), 1) if most > 4 else Decimal(most) / 4)
    scarce = run_problem(run).problem.scarce
    categories = [name.removeprefix("hires:") for name in scarce if name.startswith("hires:")]
    return Desk(area, run, most, PlanForm(given, categories=categories))


@require_safe
def area_plan(request: HttpRequest, code: str) -> HttpResponse:
    """The slider and its answer; a request of htmx gets the answer alone."""
    at = desk(request, code, request.GET)
    tabs = area_tabs(request.actor, at.area, "area_plan")
    base = {"area": at.area, "tabs": tabs, "crumbs": plan_links(request, at.area)}
    if at.run is None:
        base["may_make"] = access_of(request.actor).can(Permission.RUN_DIAGNOSIS, at.area.path)
        return render(request, "planning/no_run.html", base)
    at.solve()
    context = base | _answer(request, at) | {"provenance": provenance(at.run) + costs_sentence(at.run)}
    answer = render(request, "planning/answer.html" if request.htmx else "planning/plan.html", context)
    patch_vary_headers(answer, ["HX-Request"])
    if request.htmx:
        push_url(answer, f"{request.path}?{addressed(at.form.asked, show=context['part'])}")
    return answer


def costs_sentence(run: Any) -> list[str]:
    """Which costs a plan is reckoned with."""
    found = run_problem(run).costs
    return [
        _("Costs: version %(version)s, prices of %(year)s. Hash: %(hash)s")
        % {"version": found.version, "year": found.price_year, "hash": found.sha256}
    ]


def _answer(request: HttpRequest, at: Desk) -> dict[str, Any]:
    part = request.GET.get("show", "summary")
    part = part if part in PARTS else "summary"
    asked = at.form.asked
    context: dict[str, Any] = {
        "run": at.run,
        "form": at.form,
        "most": at.most,
        "plan": at.shown,
        "errors": at.errors,
        "part": part,
        "address": addressed(asked),
        "parts": _parts(request, asked, part, at.shown),
        "hidden": hidden(asked),
        "locked": _locked(request, at),
        "may_save": access_of(request.actor).can(Permission.MAKE_PLAN, at.area.path),
        "name_form": NameForm(),
    }
    if at.shown is None or at.done is None:
        return context
    context |= {
        "better": better_sentence(at.shown.gap),
        "greedy": greedy_sentence(at.shown.value, at.shown.greedy_value),
        "money": money_rows(at.shown.money, at.shown.limits),
        "equity": equity_rows(at.shown.limits),
        "hires": sorted(at.shown.hires.items(), key=lambda row: -row[1]),
    }
    if part in {"chosen", "refused"}:
        context |= _items(request, at.done, part == "chosen")
    elif part == "shopping":
        context["shopping"] = live_shopping(at.done)
    return context


def _items(request: HttpRequest, done: Solved, chosen: bool) -> dict[str, Any]:
    """Items of one side of the plan, searched, narrowed to a service and paged."""
    units = units_visible_to(request.actor, Permission.VIEW_PLANS).filter(pk__in=set(done.found.units.values()))
    by_id = {unit.pk: unit for unit in units.select_related("municipality")}
    rows = [row for row in live_items(done, by_id, done.found.standards, request.LANGUAGE_CODE) if row.chosen == chosen]
    services = sorted({(row.service_name, row.service) for row in rows})
    words, service = request.GET.get("q", "").strip(), request.GET.get("service", "")
    rows = [row for row in rows if _fits(row, words.casefold(), service)]
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    return {"page": page, "rows": with_keys(list(page)), "words": words, "service": service, "services": services}


def _fits(row: ItemRow, words: str, service: str) -> bool:
    return (not service or row.service == service) and words in f"{row.unit}\n{row.municipality}".casefold()


def _parts(request: HttpRequest, asked: QueryDict, here: str, plan: Preview | None) -> list[Link]:
    words = {
        "summary": _("Summary"),
        "chosen": pgettext("services", "Chosen"),
        "refused": pgettext("services", "Refused"),
        "shopping": _("Shopping list"),
    }
    if plan is None:
        return []
    return [Link(words[part], "" if part == here else f"?{addressed(asked, show=part)}#answer") for part in PARTS]


def addressed(asked: QueryDict, **more: str) -> str:
    """The address of what is asked, without blanks and without pages and searches of its tables."""
    given = asked.copy()
    for name in ("page", "q", "service", "show", "csrfmiddlewaretoken", "name"):
        given.pop(name, None)
    for name, value in more.items():
        given[name] = value
    for name, values in list(given.lists()):
        given.setlist(name, [value for value in values if value.strip()])
    return given.urlencode()


def hidden(asked: QueryDict) -> list[tuple[str, str]]:
    """What is asked as hidden fields of another form."""
    left_out = {"page", "q", "service", "csrfmiddlewaretoken", "name"}
    given = [(name, value) for name, values in asked.lists() for value in values if name not in left_out]
    return [(name, value) for name, value in given if value.strip()]


def _locked(request: HttpRequest, at: Desk) -> list[dict[str, str]]:
    """The locks in words, with the value of their box."""
    pairs = [(part, uid, service) for part in ("in", "out") for uid, service in at.form.locks(part)]
    units = units_visible_to(request.actor, Permission.VIEW_PLANS).filter(uid__in={uid for _p, uid, _s in pairs})
    names = dict(units.values_list("uid", "name")) if pairs else {}
    standards = run_problem(at.run).standards
    return [
        {
            "part": part,
            "value": f"{uid}:{service}",
            "unit": names.get(uid, uid),
            "service": standards.service_name(service, request.LANGUAGE_CODE),
        }
        for part, uid, service in pairs
    ]


@require_POST
def save_plan(request: HttpRequest, code: str) -> HttpResponse:
    """Keep the plan as a scenario under a name."""
    at = desk(request, code, request.POST)
    if at.run is None:
        raise ObjectDoesNotExist(code)
    name = NameForm(request.POST)
    if at.form.is_valid() and name.is_valid():
        try:
            scenario = make_scenario(
                by=request.actor,
                run=at.run,
                name=name.cleaned_data["name"],
                budget=at.form.cleaned_data["budget"] * MILLION,
                limits=at.form.limits(),
            )
        except PlanRefused as error:
            at.errors.append(str(error))
        else:
            say(request, _("The scenario is saved. Nothing in it will change."))
            return redirect("scenario", scenario.pk)
    context = {"area": at.area, "form": at.form, "name_form": name, "errors": at.errors, "hidden": hidden(request.POST)}
    context["back"] = f"{reverse('area_plan', args=[code])}?{addressed(request.POST)}"
    context["crumbs"] = plan_links(request, at.area, _("Save as a scenario"))
    return render(request, "planning/save.html", context)


@require_safe
def curve(request: HttpRequest, code: str) -> HttpResponse:
    """Value against budget under the limits asked for."""
    at = desk(request, code, request.GET)
    if at.run is None:
        return redirect("area_plan", code)
    points: list[Any] = []
    if at.form.is_valid():
        try:
            points = budget_curve(request.actor, at.run, limits=at.form.limits())
        except PlanRefused as error:
            at.errors.append(str(error))
    rows = [(point, f"?{addressed(at.form.asked, budget=_plain(point.budget))}") for point in points]
    context = {
        "area": at.area,
        "form": at.form,
        "errors": at.errors,
        "rows": rows,
        "chart": curve_chart(points) if points else None,
        "back": f"{reverse('area_plan', args=[code])}?{addressed(at.form.asked)}",
        "crumbs": plan_links(request, at.area, _("Value against budget")),
        "provenance": provenance(at.run) + costs_sentence(at.run),
    }
    return render(request, "planning/curve.html", context)


def _plain(pesos: Decimal) -> str:
    return f"{(pesos / MILLION).normalize():f}"


@require_safe
def locks(request: HttpRequest, code: str) -> HttpResponse:
    """Services held back in units, to be locked into the plan or out of it."""
    at = desk(request, code, request.GET)
    if at.run is None:
        return redirect("area_plan", code)
    found = run_problem(at.run)
    words = request.GET.get("q", "").strip()
    units = units_visible_to(request.actor, Permission.VIEW_PLANS).filter(pk__in=set(found.units.values()))
    by_id = {unit.pk: unit for unit in units.select_related("municipality")}
    keys = keys_of(by_id)
    rows = []
    for unit_id, service in found.position:
        unit = by_id.get(unit_id)
        name = found.standards.service_name(service, request.LANGUAGE_CODE)
        told = f"{unit.name}\n{unit.municipality.name}\n{keys.get(unit_id, '')}\n{name}" if unit else ""
        if unit and all(word in told.casefold() for word in words.casefold().split()):
            rows.append({"unit": unit, "key": keys.get(unit_id, unit.uid), "service": name, "code": service})
    rows.sort(key=lambda row: (row["unit"].name, row["service"]))
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    for row in page:
        row |= _lock_links(code, at.form.asked, f"{row['unit'].uid}:{row['code']}")
    context = {
        "area": at.area,
        "page": page,
        "words": words,
        "hidden": hidden(at.form.asked),
        "back": f"{reverse('area_plan', args=[code])}?{addressed(at.form.asked)}",
        "crumbs": plan_links(request, at.area, _("Lock services in or out")),
    }
    return render(request, "planning/locks.html", context)


def _lock_links(code: str, asked: QueryDict, value: str) -> dict[str, Any]:
    """Addresses of the plan with a service locked in, locked out, or free again."""
    found: dict[str, Any] = {"state": ""}
    for part in ("in", "out"):
        if value in asked.getlist(part):
            found["state"] = part
    for part in ("in", "out", "free"):
        given = asked.copy()
        for other in ("in", "out"):
            given.setlist(other, [kept for kept in asked.getlist(other) if kept != value])
        if part != "free":
            given.appendlist(part, value)
        found[f"lock_{part}"] = f"{reverse('area_plan', args=[code])}?{addressed(given)}"
    return found


def plan_links(request: HttpRequest, area: Any, here: str = "") -> list[Link]:
    """The breadcrumb territory → plan → ``here``."""
    plan = Link(_("Plan"), reverse("area_plan", args=[area.code]) if here else "")
    return [*area_links(request.actor, area), plan, *([Link(here)] if here else [])]
