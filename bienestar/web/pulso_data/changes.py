"""An indicator before and after: as reported, on constant scope, and its growth in pieces."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from bienestar.calculations.growth import Piece
from bienestar.foundation.definitions.indicators import Indicator, units_of_measure
from bienestar.insight.indicators.choices import NoScope, ValueStatus
from bienestar.insight.indicators.queries.comparing import Comparison, DoesNotAddUp, Part, compare_sets
from bienestar.insight.indicators.queries.values import COUNTRY, Value, definitions_of, published_sets
from bienestar.web.components.downloads import csv_file
from bienestar.web.page import Link
from bienestar.web.pulso.words import address_of
from bienestar.web.pulso_data.words import number, place_name, signed, signed_percent, states, told

PIECES: dict[Piece, tuple[str | Promise, str | Promise]] = {
    Piece.RULE: (
        gettext_lazy("The rule changed"),
        gettext_lazy("What the earlier amount changes by being reckoned by the later rule."),
    ),
    Piece.JOINED: (
        gettext_lazy("Units that joined"),
        gettext_lazy("They worked before under another operator, or were in no earlier list."),
    ),
    Piece.OPENED: (gettext_lazy("Units that opened"), gettext_lazy("They began or began again to work since.")),
    Piece.LEFT: (gettext_lazy("Units that left or closed"), gettext_lazy("They no longer work, or no longer count.")),
    Piece.REPORTED: (
        gettext_lazy("First reported, or no longer"),
        gettext_lazy("The unit worked on both days and told on one only: what changed is what is known, not what is."),
    ),
    Piece.RECLASSIFIED: (
        gettext_lazy("Reclassified"),
        gettext_lazy(
            "The type or level of the unit, or the category of staff, changed, so that it counts or ceased to."
        ),
    ),
    Piece.HIRED: (
        gettext_lazy("Hired, or changed in the same units"),
        gettext_lazy("What changed inside the units that worked and told on both days."),
    ),
    Piece.ELSEWHERE: (
        gettext_lazy("In no working unit"),
        gettext_lazy("Records of units that worked on neither day or are in no list."),
    ),
}


@dataclass(frozen=True)
class Asked:
    """Two sets and a place."""

    before: Any
    after: Any
    code: str
    sets: list[Any]


def _asked(request: HttpRequest, indicator: str) -> Asked | None:
    """What the address asks for, the two newest cut-offs unless told; None where there is only one set. 404 else."""
    sets = [one for one in published_sets() if indicator in definitions_of(one)]
    if not sets:
        raise Http404(indicator)
    if len(sets) < 2:
        return None
    by_number = {str(one.number): one for one in sets}
    after = by_number.get(request.GET.get("despues", ""), sets[-1])
    earlier = [one for one in sets if one.cut_off < after.cut_off]
    before = by_number.get(request.GET.get("antes", ""), earlier[-1] if earlier else sets[0])
    if before.cut_off > after.cut_off:
        before, after = after, before
    code = request.GET.get("lugar", COUNTRY) or COUNTRY
    if code != COUNTRY and code not in states():
        raise Http404(code)
    return Asked(before, after, code, sets)


@require_safe
def changes(request: HttpRequest, indicator: str) -> HttpResponse:
    """The page of an indicator between two cut-offs."""
    asked = _asked(request, indicator)
    if asked is None:
        only = next(one for one in published_sets() if indicator in definitions_of(one))
        rule = definitions_of(only)[indicator]
        context: dict[str, Any] = {"definition": rule, "only": only, "crumbs": _crumbs(rule)}
        return render(request, "pulso_data/changes.html", context)
    try:
        found: Comparison | None = compare_sets(request.actor, asked.before, asked.after, indicator, asked.code)
    except DoesNotAddUp:
        found = None
    definition = definitions_of(asked.after)[indicator]
    context = {
        "definition": definition,
        "asked": asked,
        "place": place_name(asked.code),
        "states": states(),
        "country": COUNTRY,
        "crumbs": _crumbs(definition),
        "query": f"antes={asked.before.number}&despues={asked.after.number}&lugar={asked.code}",
        "found": found,
    }
    if found is not None:
        context |= _shown(asked, found)
    return render(request, "pulso_data/changes.html", context)


def _crumbs(definition: Indicator) -> list[Link]:
    return [
        Link(_("The Pulso: the country"), reverse("pulso")),
        Link(_("All indicators"), reverse("pulso_indicators")),
        Link(told(definition.name), reverse("pulso_indicator", args=[definition.id])),
        Link(_("Before and after")),
    ]


def _shown(asked: Asked, found: Comparison) -> dict[str, Any]:
    unit = units_of_measure().get(found.definition.unit)
    places = unit.decimals if unit else 1
    return {
        "unit": told(unit) if unit else found.definition.unit,
        "points": found.definition.unit == "percent",
        "why_not": NoScope(found.why_not).label if found.why_not else "",
        "rows": [
            {
                "name": _("As reported"),
                "before": _value(found.before, places),
                "before_url": address_of(asked.before, found.before),
                "after": _value(found.after, places),
                "after_url": address_of(asked.after, found.after),
                "difference": signed(found.difference, places),
                "growth": signed_percent(found.growth),
            },
            {
                "name": _("On constant scope"),
                "before": number(found.same_before, places),
                "after": number(found.same_after, places),
                "difference": signed(found.same_difference, places),
                "growth": signed_percent(found.same_growth),
                "units": found.same_units,
            },
        ],
        "parts": [_part(part, alone=len(found.parts) == 1) for part in found.parts],
        "has_units": any(part.changes for part in found.parts),
    }


def _value(value: Value, places: int) -> str:
    return number(value.value, places) if value.known else str(ValueStatus(value.status).label).lower()


def _part(part: Part, *, alone: bool) -> dict[str, Any]:
    names = {"numerator": _("Numerator"), "denominator": _("Denominator")}
    rows = []
    if part.split is not None:
        for piece, (words, note) in PIECES.items():
            amount, count = part.split.pieces[piece], part.split.units[piece]
            if amount or count:
                units = number(count) if count else ""
                rows.append({"name": words, "note": note, "amount": signed(amount), "units": units})
    return {
        "name": "" if alone else names[part.name],
        "before": number(part.before),
        "after": number(part.after),
        "difference": signed(part.difference),
        "rows": rows,
        "told": part.split is not None,
        "why_not": NoScope(part.why_not).label if part.why_not else "",
    }


@require_safe
def changes_csv(request: HttpRequest, indicator: str) -> HttpResponse:
    """The same as the page: one row a piece, and both values, as reported and on constant scope."""
    asked, found = _compared(request, indicator)
    head = ["indicator", "place", "earlier", "later", "part", "item", "amount", "units", "why_not"]
    same = (indicator, asked.code, asked.before.cut_off.isoformat(), asked.after.cut_off.isoformat())
    rows = [[*same, *row] for row in _csv_rows(found)]
    return csv_file(f"{indicator}-{asked.code}-{asked.before.cut_off}-{asked.after.cut_off}.csv", head, rows)


def _csv_rows(found: Comparison) -> Iterator[list[Any]]:
    reported = {"before": found.before, "after": found.after}
    for item, value in reported.items():
        yield ["value", item, value.value, None, None if value.known else value.status]
    yield ["value", "difference", found.difference, None, None]
    yield ["value", "growth", found.growth, None, None]
    scope = {
        "before": found.same_before,
        "after": found.same_after,
        "difference": found.same_difference,
        "growth": found.same_growth,
    }
    for item, amount in scope.items():
        yield ["constant_scope", item, amount, found.same_units, found.why_not or None]
    for part in found.parts:
        yield [part.name, "before", part.before, None, None]
        yield [part.name, "after", part.after, None, None]
        yield [part.name, "difference", part.difference, None, part.why_not or None]
        if part.split is not None:
            for piece, amount in part.split.pieces.items():
                yield [part.name, piece.value, amount, part.split.units[piece], None]


@require_safe
def changes_units_csv(request: HttpRequest, indicator: str) -> HttpResponse:
    """Every unit with what became of it, as far as the reader may see it."""
    asked, found = _compared(request, indicator)
    head = ["part", "state", "unit", "name", "group", "before", "after", *(piece.value for piece in Piece)]
    rows = (
        [part.name, one.state, one.unit, one.name, one.group, one.before, one.after]
        + [one.pieces.get(piece) for piece in Piece]
        for part in found.parts
        for one in part.changes
    )
    return csv_file(f"{indicator}-{asked.code}-unidades-{asked.before.cut_off}-{asked.after.cut_off}.csv", head, rows)


def _compared(request: HttpRequest, indicator: str) -> tuple[Asked, Comparison]:
    asked = _asked(request, indicator)
    if asked is None:
        raise Http404(indicator)
    try:
        return asked, compare_sets(request.actor, asked.before, asked.after, indicator, asked.code)
    except DoesNotAddUp:
        raise Http404(indicator) from None
