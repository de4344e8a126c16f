"""The pages of a place: the country and a state, with every figure of one set."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bienestar.foundation.accounts.queries import ROOT
from bienestar.foundation.definitions.indicators import Indicator
from bienestar.insight.indicators.choices import ValueStatus
from bienestar.insight.indicators.queries.places import missing_registers, places_named, states_of
from bienestar.insight.indicators.queries.values import COUNTRY, Value, definitions_of, values_at, values_of
from bienestar.web.page import Link
from bienestar.web.pulso.sets import figures_of, frame, grouped, map_of, pulso_tabs, set_with
from bienestar.web.pulso.words import figure_of, in_chapters, in_order, told, unit_of

if TYPE_CHECKING:
    from bienestar.insight.indicators.models import ValueSet

#: Shown on a map until the reader chooses, the first that the set knows.
FIRST_ON_MAP = ("FAC-02", "ENR-02", "POP-01", "FAC-01")


class MapForm(forms.Form):
    """Which indicator shades the map."""

    indicador = forms.ChoiceField(required=False)

    def __init__(self, *args: Any, choices: list[Indicator], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["indicador"].label = _("Indicator on the map")
        self.known = {one.id: one for one in choices}
        self.fields["indicador"].choices = [
            (words, [(name, told(self.known[name].name)) for name in names])
            for _code, words, names in in_chapters(self.known)
        ]

    def chosen(self) -> Indicator | None:
        """The indicator asked for, else the first of the usual ones; None where there is none to choose."""
        asked = self.data.get("indicador", "")
        names = (asked, *FIRST_ON_MAP, *self.known)
        found = next((self.known[name] for name in names if name in self.known), None)
        if found is not None:
            self.initial["indicador"] = found.id
        return found


@require_safe
def country(request: HttpRequest) -> HttpResponse:
    """The newest published set, over the whole country."""
    value_set = set_with(request)
    if value_set is None:
        return render(request, "pulso/nothing_yet.html", {"tabs": pulso_tabs("pulso")})
    if "corte" in request.GET:
        return redirect("pulso_set", value_set.number)
    return _country(request, value_set, "pulso")


@require_safe
def country_of_set(request: HttpRequest, number: int) -> HttpResponse:
    """One set at its permanent address."""
    value_set = set_with(request, number)
    assert value_set is not None
    return _country(request, value_set, "")


def _country(request: HttpRequest, value_set: ValueSet, here: str) -> HttpResponse:
    values = values_at(request.actor, value_set, COUNTRY)
    context = {
        **frame(request, value_set, here),
        **_recorded(value_set, list(values.values())),
        **_map(request, value_set, values, "state", COUNTRY),
        "states": list(states_of(value_set).values()),
    }
    return render(request, "pulso/country.html", context)


def _recorded(value_set: ValueSet, values: list[Value]) -> dict[str, Any]:
    """Figures by chapter; those whose register is not there yet apart, with the register that is missing."""
    missing = missing_registers(value_set)
    definitions = definitions_of(value_set)
    by_name = {one.indicator: one for one in values}
    present = [one for one in values if one.status != ValueStatus.NOT_RECORDED]
    absent = [
        {
            "figure": figure_of(value_set, one, definitions[one.indicator]),
            "registers": [told(table.name) for table in missing.get(one.indicator, [])],
        }
        for one in map(by_name.__getitem__, in_order(by_name))
        if one.status == ValueStatus.NOT_RECORDED
    ]
    return {"groups": grouped(figures_of(value_set, present)), "absent": absent}


def _map(request: HttpRequest, value_set: ValueSet, values: dict[str, Value], level: str, under: str) -> dict[str, Any]:
    """The map of one indicator, its form, and the same as a table."""
    definitions = definitions_of(value_set)
    choices = [
        definitions[name]
        for name, one in values.items()
        if level in definitions[name].geography and one.status != ValueStatus.NOT_RECORDED
    ]
    form = MapForm(request.GET, choices=choices)
    chosen = form.chosen()
    if chosen is None:
        return {}
    form.data = {"indicador": chosen.id}
    found = values_of(request.actor, value_set, chosen.id, level=level, under=under)
    places = states_of(value_set) if level == "state" else places_named(value_set, level, [one.code for one in found])
    path = ROOT if under == COUNTRY else f"{ROOT}{under}/"
    rows = [
        {"name": places[one.code].name if one.code in places else one.code, "code": one.code, "figure": figure}
        for one, figure in zip(found, figures_of(value_set, found), strict=True)
    ]
    rows.sort(key=lambda row: str(row["name"]))
    return {
        "shade": form,
        "chosen": chosen,
        "map": map_of(value_set, chosen, places, found, path, level),
        "map_label": told(chosen.name),
        "legend_title": f"{told(chosen.name)}, {unit_of(chosen)}",
        "rows": rows,
    }


@require_safe
def state(request: HttpRequest, code: str) -> HttpResponse:
    """A state's figures and its municipalities by one indicator; 404 when there is no such state."""
    value_set = set_with(request)
    if value_set is None:
        return render(request, "pulso/nothing_yet.html", {"tabs": pulso_tabs("")})
    place = states_of(value_set).get(code)
    if place is None:
        raise Http404(code)
    definitions = definitions_of(value_set)
    values = {
        name: one
        for name, one in values_at(request.actor, value_set, code).items()
        if "state" in definitions[name].geography
    }
    shown = frame(request, value_set)
    context = {
        **shown,
        **_recorded(value_set, list(values.values())),
        **_map(request, value_set, values, "municipality", code),
        "place": place,
        "crumbs": [Link(_("The Pulso: the country"), reverse("pulso") + shown["keep"]), Link(place.name)],
    }
    return render(request, "pulso/state.html", context)
