"""Which set of values a page is of, and what every page of the Pulso shows around its figures."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from bienestar.foundation.definitions.indicators import Indicator
from bienestar.foundation.territory.choices import Level
from bienestar.foundation.territory.queries import boundaries_under
from bienestar.insight.indicators.queries.places import Place
from bienestar.insight.indicators.queries.values import (
    Value,
    definitions_of,
    newest_set,
    published_sets,
    sets_visible_to,
)
from bienestar.web.components.maps import Map, drawing, shaded_map
from bienestar.web.page import Link, address
from bienestar.web.pulso.words import Figure, figure_of, in_chapters, status_words, told, unit_of

if TYPE_CHECKING:
    from bienestar.insight.indicators.models import ValueSet


@dataclass(frozen=True)
class Group:
    """A chapter of indicators with the figures of one place."""

    code: str
    name: str
    figures: list[Figure]


def set_with(request: HttpRequest, number: int | None = None) -> ValueSet | None:
    """The set of that number, or of ``?corte=``, or the newest published one; 404 where the reader may see none such.

    None when nothing has been published yet and none was asked for.
    """
    asked = str(number) if number is not None else request.GET.get("corte", "")
    if not asked:
        return newest_set(request.actor)
    found = sets_visible_to(request.actor).filter(pk=int(asked)).first() if asked.isdecimal() else None
    if found is None:
        raise Http404(asked)
    return found


def definition_in(value_set: ValueSet, indicator: str) -> Indicator:
    """An indicator of a set; 404 where the set has none such."""
    found = definitions_of(value_set).get(indicator)
    if found is None:
        raise Http404(indicator)
    return found


def newer_than(request: HttpRequest, value_set: ValueSet) -> ValueSet | None:
    """The newest published set where it is not this one."""
    newest = newest_set(request.actor)
    return newest if newest is not None and newest.pk != value_set.pk else None


def suffix(request: HttpRequest, value_set: ValueSet) -> str:
    """What keeps a reader in an older set from page to page: ``?corte=3``, or nothing in the newest."""
    return f"?corte={value_set.number}" if newer_than(request, value_set) else ""


def grouped(figures: Iterable[Figure]) -> list[Group]:
    """Figures of one place by chapter."""
    by_name = {one.definition.id: one for one in figures}
    return [Group(code, words, [by_name[name] for name in names]) for code, words, names in in_chapters(by_name)]


def figures_of(value_set: ValueSet, values: Iterable[Value]) -> list[Figure]:
    """Values with their words, in their order."""
    definitions = definitions_of(value_set)
    return [figure_of(value_set, one, definitions[one.indicator]) for one in values]


def pulso_tabs(here: str) -> list[Link]:
    """The pages of the Pulso."""
    pages = (
        ("pulso", _("The country")),
        ("pulso_indicators", _("All indicators")),
        ("pulso_sets", _("Cut-offs")),
        ("pulso_completeness", _("Who has reported")),
        ("pulso_data", _("Open data")),
        ("published_claims", _("Published figures")),
    )
    return [Link(words, "" if name == here else reverse(name)) for name, words in pages]


def provenance(value_set: ValueSet) -> list[str]:
    """Where the figures of a page come from, for its foot."""
    return [
        _("Set of values %(number)s, cut-off %(day)s, reckoned on %(computed)s.")
        % {
            "number": value_set.number,
            "day": date_format(value_set.cut_off),
            "computed": date_format(value_set.computed_at),
        },
        _("Hash of the values: %(hash)s") % {"hash": value_set.sha256},
        _("Hash of the frozen registers: %(hash)s") % {"hash": value_set.snapshot.sha256},
    ]


def frame(request: HttpRequest, value_set: ValueSet, here: str = "") -> dict[str, Any]:
    """What the template of every page of one set needs."""
    return {
        "set": value_set,
        "newer": newer_than(request, value_set),
        "keep": suffix(request, value_set),
        "tabs": pulso_tabs(here),
        "provenance": provenance(value_set),
        "cut_offs": list(reversed(published_sets())),
    }


def map_of(
    value_set: ValueSet, definition: Indicator, places: dict[str, Place], values: list[Value], path: str, level: str
) -> Map | None:
    """The places of a level under ``path``, shaded by an indicator; each leads to its value. None without outlines."""
    kind = Level.STATE if level == "state" else Level.MUNICIPALITY

    def outlines() -> list[tuple[str, str]]:
        return [(row.area.code, row.geometry) for row in boundaries_under(path, kind)]

    drawn = drawing((path.rstrip("/").split("/")[-1], kind), outlines)
    by_code = {one.code: one for one in values}
    rows = []
    for code, place in places.items():
        one = by_code.get(code)
        value = one.value if one is not None and one.known else None
        url = figure_of(value_set, one, definition).url if one is not None else ""
        rows.append((code, place.name, value, url or address("pulso")))
    reasons = {one.status for one in values if not one.known}
    no_value = status_words(reasons.pop()) if len(reasons) == 1 else ""
    measure = f"{told(definition.name)}, {unit_of(definition)}"
    return shaded_map(drawn, rows, measure, zero="0", no_value=no_value or _("no value"))
