"""The pages of the country, a state and a municipality."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from bienestar.foundation.accounts.choices import Permission
from bienestar.foundation.accounts.queries import access_of
from bienestar.foundation.definitions.claims import claims_about
from bienestar.foundation.definitions.standards import standards
from bienestar.foundation.territory.choices import Level
from bienestar.foundation.territory.queries import area_visible_to, boundaries_under, children_of
from bienestar.insight.gaps.queries.pages import (
    AreaGap,
    gaps_below,
    group_gap,
    people_of_area,
    run_covering,
    services_in,
    states_overview,
    totals_in,
    units_in,
)
from bienestar.web.components.maps import Map, drawing, shaded_map
from bienestar.web.components.tables import Column, Table, sort_rows
from bienestar.web.page import Link, address, area_links
from bienestar.web.territory.forms import GROUPS, MapForm, UnitFilterForm
from bienestar.web.territory.units import page_of_units

TOP_RESOURCES = 10


def area(request: HttpRequest, code: str) -> HttpResponse:
    """The page of a territory: the country lists its states, every other its figures, map and units."""
    found = area_visible_to(request.actor, code, Permission.VIEW_UNITS)
    if found.level == Level.COUNTRY:
        return _country(request, found)
    run = run_covering(request.actor, found.path)
    context = {
        "area": found,
        "run": run,
        "crumbs": area_links(request.actor, found, last=True),
        "tabs": area_tabs(request.actor, found, "area"),
        "provenance": provenance(run),
    }
    below: list[AreaGap] = []
    if run is not None:
        shade = MapForm(request.GET)
        if found.level == Level.STATE:
            below = gaps_below(run, found, shade.chosen())
            context |= {"shade": shade, "map": area_map(found, below, shade.words()), "below": below}
        context |= _summary(run, found)
        municipalities = [(row.code, row.name) for row in below]
    else:
        context["may_make"] = access_of(request.actor).can(Permission.RUN_DIAGNOSIS, found.path)
        municipalities = [(row.code, row.name) for row in children_of(found) if row.level == Level.MUNICIPALITY]
    form = UnitFilterForm(request.GET, municipalities, diagnosed=run is not None)
    context |= {"filters": form, **page_of_units(request, found, run, form.asked())}
    return render(request, "territory/area.html", context)


def _country(request: HttpRequest, country: Any) -> HttpResponse:
    rows = states_overview(request.actor)
    table = Table(STATE_COLUMNS, request.GET.get("sort"), "name")
    known = {"name": "name", "units": "units", "observed": "observed", "staff": "staff_gap", "ready": "ready_share"}
    named = [
        {
            "row": row,
            "name": row.area.name,
            "units": row.units,
            "observed": row.observed,
            "staff_gap": row.staff_gap,
            "ready_share": row.services_ready / row.services_required if row.services_required else None,
        }
        for row in rows
    ]
    sort_rows(named, known[table.key], descending=table.descending)
    gaps = [AreaGap(row.area.code, row.area.name, row.staff_gap, 0) for row in rows]
    runs = {row.run.pk: row.run for row in rows if row.run}
    context = {
        "area": country,
        "crumbs": area_links(request.actor, country, last=True),
        "rows": named,
        "table": table,
        "map": area_map(country, gaps, _("All staff")),
        "total": {
            "units": sum(row.units or 0 for row in rows),
            "observed": sum(row.observed or 0 for row in rows),
            "staff": sum(row.staff_gap or 0 for row in rows),
            "states": sum(row.run is not None for row in rows),
        },
        "provenance": [line for run in list(runs.values())[:3] for line in provenance(run)],
    }
    return render(request, "territory/country.html", context)


STATE_COLUMNS = (
    Column("name", _("State")),
    Column("units", _("Units"), numeric=True),
    Column("observed", _("Visited"), numeric=True),
    Column("staff", _("Staff missing"), numeric=True),
    Column("ready", _("Services ready"), numeric=True),
    Column("date", _("Diagnosis of"), sortable=False),
)


def _summary(run: Any, found: Any) -> dict[str, Any]:
    totals = totals_in(run, found)
    groups = [(group, gap) for group in GROUPS if (gap := group_gap(totals, group)) is not None]
    largest = sorted((row for row in totals if row.gap > 0), key=lambda row: -row.gap)
    return {
        "counts": units_in(run, found),
        "people": people_of_area(found, run.as_of),
        "staff": group_gap(totals, "staff"),
        "posts": run.posts.get(found.code),
        "claims": claims_about(found.code),
        "equipment": group_gap(totals, "equipment"),
        "groups": groups,
        "largest": largest[:TOP_RESOURCES],
        "services": sorted(services_in(run, found), key=lambda row: _place(row.service)),
    }


def _place(service: str) -> int:
    """Where a service stands in the standards; those that are no longer in them come last."""
    order = list(standards().services)
    return order.index(service) if service in order else len(order)


def area_map(found: Any, rows: list[AreaGap], measure: str) -> Map | None:
    """The areas right below, shaded by a gap; each leads to its page."""
    level = Level.STATE if found.level == Level.COUNTRY else Level.MUNICIPALITY

    def outlines() -> list[tuple[str, str]]:
        return [(row.area.code, row.geometry) for row in boundaries_under(found.path, level)]

    drawn = drawing((found.code, level), outlines)
    return shaded_map(drawn, [(row.code, row.name, row.gap, address("area", row.code)) for row in rows], measure)


def area_tabs(by: Any, found: Any, here: str) -> list[Link]:
    """The pages of one territory; those that the reader may not open are left out."""
    pages = (
        ("area", _("Summary"), Permission.VIEW_UNITS),
        ("area_gaps", _("What is missing"), Permission.VIEW_GAPS),
        ("area_actions", _("Improvement actions"), Permission.VIEW_GAPS),
        ("area_runs", _("Diagnoses"), Permission.VIEW_GAPS),
        ("area_plan", _("Plan"), Permission.VIEW_PLANS),
    )
    access = access_of(by)
    return [
        Link(label, "" if name == here else address(name, found.code))
        for name, label, permission in pages
        if name == here or access.can(permission, found.path)
    ]


def provenance(run: Any) -> list[str]:
    """Where the figures of a page come from, in sentences for its foot."""
    if run is None:
        return []
    return [
        _(
            "Everything on this page comes from the diagnosis of %(area)s of %(day)s, number %(number)s,"
            " with version %(version)s of the standards."
        )
        % {
            "area": run.area.name,
            "day": date_format(run.as_of),
            "number": run.pk,
            "version": run.standards.version,
        },
        _("Hash of its lines: %(hash)s") % {"hash": run.records_sha256},
    ]
