"""The page of one medical unit: what it is, what is there, what is missing and which line of the standard says so."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.dates import WEEKDAYS
from django.utils.formats import date_format, time_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from bienestar.foundation.accounts.choices import Permission
from bienestar.foundation.definitions.catalogue import catalogue, unit_type_name
from bienestar.foundation.facilities.choices import CareLevel, Status, Stratum
from bienestar.foundation.facilities.queries import Period, hours_of, periods_of, unit_visible_to
from bienestar.insight.gaps.queries.basis import people_basis_words
from bienestar.insight.gaps.queries.pages import run_covering
from bienestar.insight.gaps.queries.tables import lines_of, services_of
from bienestar.insight.gaps.queries.units import Count, newest_counts
from bienestar.insight.planning.queries.scenarios import newest_items
from bienestar.operations.census.queries import visits_of_unit
from bienestar.web.facilities.standard import explain, frozen_standards
from bienestar.web.page import unit_links
from bienestar.web.territory.views import provenance


def unit(request: HttpRequest, key: str) -> HttpResponse:
    """One unit by any key it ever had; an old key leads to the address of the one in use."""
    found = unit_visible_to(request.actor, key, Permission.VIEW_UNITS)
    periods = periods_of(found)
    keys = [row for row in periods if row.kind == "key"]
    current = next((row.value for row in keys if row.current), found.uid)
    if key != current:
        return redirect("unit", current, permanent=False)
    run = run_covering(request.actor, found.path)
    counts = newest_counts(found)
    context = {
        "unit": found,
        "key": current,
        "crumbs": unit_links(request.actor, found, current, last=True),
        "what": what_it_is(found, periods, list(hours_of(found)[:1])),
        "keys": keys,
        "operators": [row for row in periods if row.kind == "operator"],
        "groups": in_groups(counts),
        "visits": list(visits_of_unit(found)),
        "plan": newest_items(request.actor, found),
        "run": run,
        "provenance": [*provenance(run), *_sources(counts)],
    }
    if run is not None:
        lines, services = lines_of(run, found.pk), services_of(run, found.pk)
        standards = frozen_standards(run)
        context |= {
            "in_run": bool(lines),
            "missing": [explain(standards, found.unit_type, line) for line in lines if line.gap],
            "unknown": [explain(standards, found.unit_type, line) for line in lines if line.gap is None],
            "met": sum(line.gap == 0 for line in lines),
            "services": [
                {"result": row, "name": standards.service_name(row.service, get_language() or "es")} for row in services
            ],
            "people_basis": people_basis_words(services[0].people_basis or "") if services else "",
        }
    return render(request, "facilities/unit.html", context)


def in_groups(counts: list[Count]) -> list[tuple[str, list[Count]]]:
    """Counts by group of resources, in the order of the catalogue: staff first."""
    order = {group: place for place, group in enumerate(catalogue().groups)}
    counts = sorted(counts, key=lambda row: (order.get(row.group, len(order)), row.resource))
    return [(group, list(rows)) for group, rows in groupby(counts, key=lambda row: row.group)]


def what_it_is(found: Any, periods: list[Period], hours: list[Any]) -> list[tuple[Any, ...]]:
    """Rows of the summary: label, words, and where needed a note. None is "not known"."""
    status = next((row for row in periods if row.kind == "status" and row.current), None)
    operator = next((row for row in periods if row.kind == "operator" and row.current), None)
    return [
        (_("Type"), *type_words(found)),
        (_("Municipality"), found.municipality.name),
        (_("Locality"), found.locality.name if found.locality else found.locality_name),
        (_("Health district"), found.jurisdiction),
        (_("Level of care"), CareLevel(found.care_level).label if found.care_level is not None else None),
        (_("Rural or urban"), Stratum(found.stratum).label if found.stratum != Stratum.UNKNOWN else None),
        (_("Status"), Status(status.value).label if status else None, since(status)),
        (_("Operated by"), operator.value if operator else None, since(operator)),
        (_("Opening hours"), *opening(hours)),
        (_("Position"), *position(found)),
    ]


def type_words(found: Any) -> tuple[str, str]:
    """The type in our words and, where it says more, the catalogue's own name of the typology."""
    words = unit_type_name(found.unit_type, get_language() or "es")
    said = found.typology_name
    return words, "" if said.casefold() == words.casefold() else said


def since(period: Period | None) -> str:
    """ "since 1 July 2024", or nothing where the start is not on record."""
    if period is None or period.valid_from is None:
        return ""
    return _("since %(day)s") % {"day": date_format(period.valid_from)}


def opening(hours: list[Any]) -> tuple[str | None, str]:
    """Hours and days in words, and their date; None where nobody has said."""
    if not hours:
        return None, ""
    row = hours[0]
    if row.opens == row.closes:
        words = _("round the clock")
    else:
        words = _("%(opens)s to %(closes)s") % {"opens": time_format(row.opens), "closes": time_format(row.closes)}
    days = [str(WEEKDAYS[int(day) - 1]) for day in row.weekdays]
    if days:
        words = f"{words}; {', '.join(days)}"
        note = ngettext("%(n)s day a week", "%(n)s days a week", len(days)) % {"n": len(days)}
    else:
        note = _("which days is not known")
    source = _("on %(day)s, from %(file)s") % {"day": date_format(row.as_of), "file": row.source or "?"}
    return words, f"{note}; {source}"


def position(found: Any) -> tuple[str | None, str]:
    """Coordinates in words and whether they lie in the unit's municipality."""
    if found.latitude is None or found.longitude is None:
        return None, ""
    words = _("%(latitude)s° latitude, %(longitude)s° longitude") % {
        "latitude": f"{found.latitude:.5f}",
        "longitude": f"{found.longitude:.5f}",
    }
    place = {"municipality": found.municipality.name}
    if found.outside_municipality:
        return words, _("Warning: this point lies outside %(municipality)s, so one of the two is wrong.") % place
    if found.outside_municipality is None:
        return words, _("It cannot be told whether it lies inside %(municipality)s.") % place
    return words, _("inside %(municipality)s") % place


def _sources(counts: list[Any]) -> list[str]:
    named = sorted({f"{row.source} ({row.publisher})" if row.publisher else row.source for row in counts if row.source})
    return [_("Counts from the file %(file)s") % {"file": name} for name in named]
