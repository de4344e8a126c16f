"""Who has reported to each register in time, late or never: the country, its states, municipalities and units."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bienestar.foundation.accounts.queries import PublicUser
from bienestar.foundation.definitions.tables import frozen_tables
from bienestar.insight.indicators.queries.frozen_units import frozen_units
from bienestar.insight.indicators.queries.values import (
    COUNTRY,
    Reporting,
    newest_set,
    published_sets,
    reporting_by,
    silent_units,
)
from bienestar.web.components.downloads import csv_file
from bienestar.web.page import Link
from bienestar.web.pulso.sets import pulso_tabs
from bienestar.web.pulso_data.words import (
    municipalities,
    number,
    place_name,
    published_set,
    register_name,
    states,
)

PAGE = 50
STATE_DIGITS = 2


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Every register over the country, and each state's share of reports in time."""
    if newest_set(PublicUser()) is None:
        return render(request, "pulso_data/completeness.html", {"tabs": pulso_tabs("pulso_completeness")})
    value_set = published_set(request.GET.get("corte"))
    country = reporting_by(value_set, "country")
    by_state = {(row.register, row.code): row for row in reporting_by(value_set, "state")}
    names = states()
    codes = sorted({code for _register, code in by_state})
    registers = [row.register for row in country]
    context = {
        **_shared(request, value_set),
        "registers": [
            _line(row, register_name(row.register), _address(row.register, "", value_set)) for row in country
        ],
        "columns": [register_name(register) for register in registers],
        "states": [
            (names.get(code, code), [_named_cell(register, by_state, code, value_set) for register in registers])
            for code in codes
        ],
        "downloads": [
            (_("Download every register and place (CSV)"), reverse("pulso_completeness_csv", args=[value_set.number]))
        ],
    }
    return render(request, "pulso_data/completeness.html", context)


@require_safe
def register(request: HttpRequest, register: str, code: str = COUNTRY) -> HttpResponse:
    """One register: states of the country or municipalities of a state, and the units that have not reported."""
    value_set = published_set(request.GET.get("corte"))
    if code != COUNTRY and len(code) != STATE_DIGITS:
        raise Http404(code)
    whole = [row for row in _reporting(value_set, code) if row.register == register]
    if register not in frozen_tables() or not whole:
        raise Http404(register)
    rows = [row for row in _below(value_set, code) if row.register == register]
    unknown = _("municipality not known")
    names = states() if code == COUNTRY else municipalities(row.code for row in rows if row.code)
    page = Paginator(silent_units(value_set, register, code), PAGE).get_page(request.GET.get("page"))
    units = frozen_units(value_set, [one.unit for one in page])
    places = municipalities(one.municipality for one in page if one.municipality)
    shape = frozen_tables()[register]
    days = shape.reports.within_days if shape.reports else None
    pulso = Link(_("The Pulso: the country"), reverse("pulso"))
    home = Link(_("Who has reported"), f"{reverse('pulso_completeness')}?corte={value_set.number}")
    above = [] if code == COUNTRY else [Link(register_name(register), _address(register, "", value_set))]
    context = {
        **_shared(request, value_set),
        "register": register_name(register),
        "place": place_name(code),
        "of_country": code == COUNTRY,
        "whole": _line(whole[0], "", ""),
        "days": days,
        "rows": [
            _line(
                row,
                names.get(row.code, row.code or unknown),
                _address(register, row.code, value_set) if code == COUNTRY else "",
            )
            for row in rows
        ],
        "page": page,
        "silent": [
            (units.get(one.unit), one, places.get(one.municipality, one.municipality or _("not known"))) for one in page
        ],
        "crumbs": [pulso, home, *above, Link(place_name(code) if above else register_name(register))],
        "downloads": [
            (
                _("Download the units that have not reported (CSV)"),
                reverse("pulso_silent_csv", args=[value_set.number, register, code]),
            )
        ],
    }
    return render(request, "pulso_data/register.html", context)


def _reporting(value_set: Any, code: str) -> list[Reporting]:
    return reporting_by(value_set, "country" if code == COUNTRY else "state", code)


def _below(value_set: Any, code: str) -> list[Reporting]:
    rows = reporting_by(value_set, "state" if code == COUNTRY else "municipality", code)
    return sorted(rows, key=lambda row: (row.register, row.code or "~"))


def _shared(request: HttpRequest, value_set: Any) -> dict[str, Any]:
    return {
        "set": value_set,
        "sets": list(reversed(published_sets())),
        "tabs": pulso_tabs("pulso_completeness"),
        "provenance": [
            _("Set of values %(number)s, cut-off %(day)s.")
            % {"number": value_set.number, "day": date_format(value_set.cut_off)},
            _("Hash of the snapshot: %(hash)s") % {"hash": value_set.snapshot.sha256},
        ],
    }


def _named_cell(register: str, by_state: dict[Any, Reporting], code: str, value_set: Any) -> tuple[str, Any]:
    return register_name(register), _cell(by_state.get((register, code)), value_set)


def _address(register: str, code: str, value_set: Any) -> str:
    args = [register, code] if code else [register]
    return f"{reverse('pulso_register_of' if code else 'pulso_register', args=args)}?corte={value_set.number}"


def _line(row: Reporting, name: str, url: str) -> dict[str, Any]:
    return {"name": name, "url": url, "row": row, "share": _share(row)}


def _cell(row: Reporting | None, value_set: Any) -> dict[str, Any] | None:
    return None if row is None else {"share": _share(row), "url": _address(row.register, row.code, value_set)}


def _share(row: Reporting) -> str:
    """Reports in time of those due, in per cent; never rounded up to all nor down to none."""
    if not row.units_due:
        return _("nobody must report")
    shown = round(100 * row.units_in_time / row.units_due)
    shown = min(shown, 99) if row.units_in_time < row.units_due else shown
    return f"{number(max(shown, 1) if row.units_in_time else 0)} %"


@require_safe
def completeness_csv(request: HttpRequest, set_number: int) -> HttpResponse:
    """Every register at every place down to municipalities."""
    value_set = published_set(set_number)
    head = ["register", "level", "code", "units_due", "units_in_time", "units_late", "units_never", "newest"]
    rows = [
        [row.register, level, row.code, row.units_due, row.units_in_time, row.units_late, row.units_never, row.newest]
        for level in ("country", "state", "municipality")
        for row in reporting_by(value_set, level)
    ]
    return csv_file(f"completitud-{value_set.cut_off}-{set_number}.csv", head, rows)


@require_safe
def silent_csv(request: HttpRequest, set_number: int, register: str, code: str) -> HttpResponse:
    """The units that have not reported to a register, or not in time."""
    value_set = published_set(set_number)
    if register not in {row.register for row in reporting_by(value_set, "country")}:
        raise Http404(register)
    found = silent_units(value_set, register, code)
    units = frozen_units(value_set, [one.unit for one in found])
    head = ["register", "state", "municipality", "unit", "clues", "name", "newest"]
    rows = [
        [
            register,
            one.state,
            one.municipality,
            one.unit,
            units[one.unit].clues if one.unit in units else None,
            units[one.unit].name if one.unit in units else None,
            one.newest,
        ]
        for one in found
    ]
    return csv_file(f"sin-informe-{register}-{code}-{value_set.cut_off}-{set_number}.csv", head, rows)
