"""The list of indicators, and the page of one: its definition in words, its values, its series."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from bienestar.foundation.accounts.queries import ROOT
from bienestar.foundation.definitions.indicators import Indicator
from bienestar.foundation.definitions.tables import frozen_tables
from bienestar.insight.indicators.choices import ValueStatus
from bienestar.insight.indicators.queries.places import missing_registers, states_of
from bienestar.insight.indicators.queries.values import (
    COUNTRY,
    Value,
    definitions_of,
    series_of,
    value_of,
    values_at,
    values_of,
)
from bienestar.web.components.tables import Column, Table, sort_rows
from bienestar.web.page import Link
from bienestar.web.pulso.series import chart_of, points_of
from bienestar.web.pulso.sets import definition_in, figures_of, frame, grouped, map_of, pulso_tabs, set_with
from bienestar.web.pulso.words import (
    Figure,
    amount,
    counted_of,
    figure_of,
    member_words,
    number,
    split_words,
    told,
    unit_of,
)

if TYPE_CHECKING:
    from bienestar.insight.indicators.models import ValueSet

#: Members of a split that are shown at once.
MOST_MEMBERS = 40
COLUMNS = (
    Column("name", gettext_lazy("State")),
    Column("value", gettext_lazy("Value"), numeric=True),
    Column("numerator", gettext_lazy("Numerator"), numeric=True),
    Column("denominator", gettext_lazy("Denominator"), numeric=True),
    Column("completeness", gettext_lazy("Reported"), numeric=True),
)


@dataclass(frozen=True)
class Member:
    """A part of a divided value."""

    words: str
    figure: Figure


@dataclass(frozen=True)
class Split:
    """A value divided: by what, into which parts; ``left_out``: parts that are not shown here."""

    words: str
    members: list[Member]
    left_out: int


@require_safe
def all_indicators(request: HttpRequest) -> HttpResponse:
    """Every indicator with its value over the country, also those whose register is not there yet."""
    value_set = set_with(request)
    if value_set is None:
        return render(request, "pulso/nothing_yet.html", {"tabs": pulso_tabs("pulso_indicators")})
    values = values_at(request.actor, value_set, COUNTRY)
    context = {
        **frame(request, value_set, "pulso_indicators"),
        "groups": grouped(figures_of(value_set, values.values())),
        "count": len(values),
        "recorded": sum(one.status != ValueStatus.NOT_RECORDED for one in values.values()),
    }
    return render(request, "pulso/indicators.html", context)


@require_safe
def one_indicator(request: HttpRequest, indicator: str) -> HttpResponse:
    """One indicator: what it means, its value, by state, by its splits, over time."""
    value_set = set_with(request)
    if value_set is None:
        return render(request, "pulso/nothing_yet.html", {"tabs": pulso_tabs("")})
    definition = definition_in(value_set, indicator)
    value = value_of(request.actor, value_set, indicator)
    shown = frame(request, value_set)
    points = points_of(series_of(request.actor, indicator))
    context = {
        **shown,
        "definition": definition,
        "rules": rules_in_words(value_set, definition),
        "figure": figure_of(value_set, value, definition),
        "amounts": amounts(value, definition),
        "missing": [told(table.name) for table in missing_registers(value_set).get(indicator, [])],
        "points": list(reversed(points)),
        "chart": chart_of(points),
        "reasoned": any(one.reasons for one in points),
        "crumbs": [
            Link(_("The Pulso: the country"), reverse("pulso") + shown["keep"]),
            Link(_("All indicators"), reverse("pulso_indicators") + shown["keep"]),
            Link(told(definition.name)),
        ],
    }
    if value.status != ValueStatus.NOT_RECORDED:
        context |= _by_state(request, value_set, definition)
        context["splits"] = splits_of(request, value_set, definition, COUNTRY)
    return render(request, "pulso/indicator.html", context)


def _by_state(request: HttpRequest, value_set: ValueSet, definition: Indicator) -> dict[str, Any]:
    """The table and map of the states, and how many are in each band."""
    if "state" not in definition.geography:
        return {}
    values = values_of(request.actor, value_set, definition.id, level="state")
    states = states_of(value_set)
    table = Table(COLUMNS if definition.denominator else _alone(), request.GET.get("sort"), "name", anchor="#estados")
    rows: list[dict[str, Any]] = [
        {
            "name": states[one.code].name if one.code in states else one.code,
            "code": one.code,
            "value": one.value,
            "numerator": one.numerator,
            "denominator": one.denominator,
            "completeness": one.completeness,
            "figure": figure_of(value_set, one, definition),
            "above": amount(one.numerator),
            "below": amount(one.denominator),
        }
        for one in values
    ]
    sort_rows(rows, table.key, descending=table.descending)
    return {
        "table": table,
        "rows": rows,
        "map": map_of(value_set, definition, states, values, ROOT, "state"),
        "map_label": told(definition.name),
        "legend_title": f"{told(definition.name)}, {unit_of(definition)}",
        "bands": _bands(definition, values),
    }


def _alone() -> tuple[Column, ...]:
    """The columns of an indicator that is not a share of anything."""
    return tuple(column for column in COLUMNS if column.key not in {"numerator", "denominator"})


def _bands(definition: Indicator, values: list[Value]) -> list[tuple[str, int]]:
    """How many states are in each band, the highest first, and of how many it is not known."""
    if not definition.bands:
        return []
    counted: Counter[str] = Counter()
    for one in values:
        band = definition.band_of(one.value) if one.known and one.value is not None else None
        counted[band.code if band else ""] += 1
    found = [(told(band.name), counted[band.code]) for band in definition.bands]
    return [*found, (_("No value"), counted[""])] if counted[""] else found


def splits_of(request: HttpRequest, value_set: ValueSet, definition: Indicator, code: str) -> list[Split]:
    """A place's value by each of its splits, the largest part first."""
    found = []
    for split in definition.splits:
        level = "country" if code == COUNTRY else "state"
        values = [
            one
            for one in values_of(request.actor, value_set, definition.id, level=level, split=split)
            if one.code == code
        ]
        if not values:
            continue
        values.sort(key=lambda one: (-(one.value if one.value is not None else -1.0), one.member))
        shown = values[:MOST_MEMBERS]
        members = [Member(member_words(split, one.member), figure_of(value_set, one, definition)) for one in shown]
        found.append(Split(split_words(split, definition), members, len(values) - len(shown)))
    return found


def amounts(value: Value, definition: Indicator) -> list[tuple[str, str]]:
    """Numerator, denominator and what is done with them, as rows of words."""
    if not value.known:
        return []
    if definition.change_of:
        return [
            (_("At this cut-off"), amount(value.numerator)),
            (_("At the one before"), amount(value.denominator)),
        ]
    if definition.denominator is None:
        return []
    found = [
        (_("Numerator"), f"{amount(value.numerator)} {counted_of(definition)}"),
        (_("Denominator"), amount(value.denominator)),
    ]
    if definition.times != 1:
        found.append((_("The quotient is multiplied by"), number(definition.times)))
    return found


def rules_in_words(value_set: ValueSet, definition: Indicator) -> list[tuple[str, str, dict[str, str]]]:
    """The rule as it is written: part, table in words, and its expressions."""
    definitions, shapes = definitions_of(value_set), frozen_tables()
    found = []
    below = definition.denominator
    if below is not None and hasattr(below, "indicator"):
        below = definitions[below.indicator].numerator if below.indicator in definitions else None
    for part, measure in ((_("Numerator"), definition.numerator), (_("Denominator"), below)):
        if measure is None or not hasattr(measure, "table"):
            continue
        table = shapes.get(measure.table)
        expressions = {
            _("Rows where"): measure.where,
            _("Put together by"): ", ".join(measure.by),
            _("Of those, where"): measure.having,
            _("Reckoned"): measure.value,
        }
        found.append(
            (
                part,
                told(table.name) if table else measure.table,
                {key: text for key, text in expressions.items() if text},
            )
        )
    return found
