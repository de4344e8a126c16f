"""What is missing in a territory: by resource, unit by unit, as improvement actions; and its diagnoses over time."""

from __future__ import annotations

from itertools import groupby

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from bienestar.foundation.accounts.choices import Permission
from bienestar.foundation.accounts.queries import access_of
from bienestar.foundation.definitions.catalogue import catalogue
from bienestar.foundation.territory.queries import area_visible_to
from bienestar.insight.gaps.choices import Outcome
from bienestar.insight.gaps.queries.compare import compare_runs
from bienestar.insight.gaps.queries.improvements import actions_of
from bienestar.insight.gaps.queries.pages import run_covering, runs_covering, totals_in
from bienestar.insight.gaps.queries.tables import action_table, lacking_table
from bienestar.web.components.tables import Column, Table
from bienestar.web.gaps.forms import ActionFilterForm, CompareForm
from bienestar.web.page import Link, address, area_links
from bienestar.web.territory.forms import GROUPS
from bienestar.web.territory.views import area_tabs, provenance

PAGE_SIZE = 50
MOST_RUNS = 200
LINE_COLUMNS = (
    Column("name", _("Unit")),
    Column("municipality", _("Municipality")),
    Column("required", _("Required"), numeric=True),
    Column("existing", _("Existing"), numeric=True),
    Column("usable", _("Usable"), numeric=True),
    Column("gap", _("Missing"), numeric=True),
)
ACTION_COLUMNS = (
    Column("name", _("Unit")),
    Column("municipality", _("Municipality")),
    Column("resource", _("Resource"), sortable=False),
    Column("action", _("What to do"), sortable=False),
    Column("gap", _("How many"), numeric=True),
    Column("closes", _("The action closes when"), sortable=False),
)


def area_gaps(request: HttpRequest, code: str) -> HttpResponse:
    """Every resource of a territory: required, existing, usable, missing, and in how many units it is not known."""
    area = area_visible_to(request.actor, code, Permission.VIEW_GAPS)
    run = run_covering(request.actor, area.path)
    totals = totals_in(run, area) if run else []
    totals.sort(key=lambda row: (GROUPS.index(row.resource.split(".")[0]), -row.gap))
    context = {
        "area": area,
        "run": run,
        "crumbs": [*area_links(request.actor, area), Link(_("What is missing"))],
        "tabs": area_tabs(request.actor, area, "area_gaps"),
        "groups": [(group, list(rows)) for group, rows in groupby(totals, lambda row: row.resource.split(".")[0])],
        "provenance": provenance(run),
    }
    return render(request, "gaps/area.html", context)


def resource(request: HttpRequest, code: str, resource: str) -> HttpResponse:
    """The units of a territory that lack one resource, and those where it is not known."""
    area = area_visible_to(request.actor, code, Permission.VIEW_GAPS)
    if resource not in catalogue().resources:
        raise Http404
    run = run_covering(request.actor, area.path)
    unknown = request.GET.get("show") == "unknown"
    table = Table(LINE_COLUMNS, request.GET.get("sort"), "-gap")
    context = {
        "area": area,
        "run": run,
        "resource": resource,
        "unknown": unknown,
        "crumbs": [
            *area_links(request.actor, area),
            Link(_("What is missing"), address("area_gaps", code)),
            Link(catalogue().resources[resource].name.in_language(request.LANGUAGE_CODE)),
        ],
        "table": table,
        "provenance": provenance(run),
    }
    if run is not None:
        total = next((row for row in totals_in(run, area) if row.resource == resource), None)
        rows = lacking_table(request.actor, run, area, resource, table.order, unknown=unknown)
        context |= {"total": total, "page": Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))}
    return render(request, "gaps/resource.html", context)


def area_actions(request: HttpRequest, code: str) -> HttpResponse:
    """Improvement actions: what to repair, hire, buy, build or open, and which change of a record closes each."""
    area = area_visible_to(request.actor, code, Permission.VIEW_GAPS)
    run = run_covering(request.actor, area.path)
    form = ActionFilterForm(request.GET)
    table = Table(ACTION_COLUMNS, request.GET.get("sort"), "-gap")
    context = {
        "area": area,
        "run": run,
        "crumbs": [*area_links(request.actor, area), Link(_("Improvement actions"))],
        "tabs": area_tabs(request.actor, area, "area_actions"),
        "filters": form,
        "table": table,
        "provenance": provenance(run),
    }
    if run is not None:
        rows = action_table(request.actor, run, area, table.order, group=form.chosen_group(), kind=form.chosen_kind())
        page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
        context |= {"page": page, "actions": list(actions_of(page))}
    return render(request, "gaps/actions.html", context)


def area_runs(request: HttpRequest, code: str) -> HttpResponse:
    """The diagnoses that cover a territory, newest first; any two can be compared."""
    area = area_visible_to(request.actor, code, Permission.VIEW_GAPS)
    page = Paginator(runs_covering(request.actor, area.path), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "area": area,
        "crumbs": [*area_links(request.actor, area), Link(_("Diagnoses"))],
        "tabs": area_tabs(request.actor, area, "area_runs"),
        "page": page,
        "may_make": access_of(request.actor).can(Permission.RUN_DIAGNOSIS, area.path),
        "may_publish": access_of(request.actor).can(Permission.PUBLISH_DIAGNOSIS, area.path),
    }
    return render(request, "gaps/runs.html", context)


def compare(request: HttpRequest, code: str) -> HttpResponse:
    """Two diagnoses of a territory side by side: which gaps closed, opened or changed, and why."""
    area = area_visible_to(request.actor, code, Permission.VIEW_GAPS)
    runs = list(runs_covering(request.actor, area.path)[:MOST_RUNS])
    form = CompareForm(request.GET or None, runs)
    context = {
        "area": area,
        "crumbs": [
            *area_links(request.actor, area),
            Link(_("Diagnoses"), address("area_runs", code)),
            Link(_("Compare")),
        ],
        "form": form,
        "runs": runs,
    }
    if form.is_bound and form.is_valid():
        earlier, later = form.chosen()
        changes = list(compare_runs(request.actor, earlier, later, area.path))
        wanted = form.cleaned_data["outcome"]
        shown = [change for change in changes if not wanted or change.outcome == wanted]
        context |= {
            "earlier": earlier,
            "later": later,
            "counts": [(outcome, sum(change.outcome == outcome for change in changes)) for outcome in Outcome],
            "page": Paginator(shown, PAGE_SIZE).get_page(request.GET.get("page")),
            "provenance": [*provenance(earlier), *provenance(later)],
        }
    return render(request, "gaps/compare.html", context)
