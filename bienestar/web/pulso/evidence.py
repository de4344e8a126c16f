"""The permanent address of a value: its rule, its parts, who reported, its hashes, and the records behind it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from bienestar.foundation.accounts.choices import Permission
from bienestar.foundation.accounts.queries import access_of, require_anywhere
from bienestar.foundation.definitions.indicators import Indicator
from bienestar.foundation.definitions.people import people_rules
from bienestar.insight.indicators.actions import export_records, read_records
from bienestar.insight.indicators.choices import ValueStatus
from bienestar.insight.indicators.queries.places import Place, missing_registers, places_named
from bienestar.insight.indicators.queries.records import Records, records_behind
from bienestar.insight.indicators.queries.values import COUNTRY, Value, series_of, silent_units, value_of, values_of
from bienestar.web.components.downloads import RowsFile
from bienestar.web.components.tables import Column, Table, sort_rows
from bienestar.web.page import Link
from bienestar.web.pulso.indicators import amounts, rules_in_words, splits_of
from bienestar.web.pulso.series import chart_of, points_of
from bienestar.web.pulso.sets import definition_in, frame, set_with
from bienestar.web.pulso.words import (
    BELOW,
    LEVELS,
    amount,
    figure_of,
    member_words,
    split_words,
    told,
)

if TYPE_CHECKING:
    from bienestar.insight.indicators.models import ValueSet

PAGE = 50
RECORDS = 25
SILENT = 20
DOWN = ("state", "municipality", "unit")


@dataclass(frozen=True)
class At:
    """What an address names: a value of a set, its place and the places around it."""

    set: ValueSet
    definition: Indicator
    value: Value
    place: Place
    above: list[Place]


def _at(request: HttpRequest, number: int, indicator: str, code: str, split: str, member: str) -> At:
    """The value at an address; 404 where the set, the indicator, the place or the part is not there."""
    value_set = set_with(request, number)
    assert value_set is not None
    definition = definition_in(value_set, indicator)
    level = _level(code)
    place = places_named(value_set, level, [code]).get(code)
    value = value_of(request.actor, value_set, indicator, code, split, member)
    if place is None or level not in definition.geography or (split and split not in definition.splits):
        raise Http404(code)
    if split and value.status == ValueStatus.UNKNOWN and value.rows is None:  # nothing of the kind was frozen
        raise Http404(member)
    above = []
    if level != "country":
        above += places_named(value_set, "country", [COUNTRY]).values()
    if level in {"municipality", "unit"}:
        above += places_named(value_set, "state", [place.state]).values()
    if level == "unit" and place.municipality:
        above += places_named(value_set, "municipality", [place.municipality]).values()
    return At(value_set, definition, value, place, above)


def _level(code: str) -> str:
    if code == COUNTRY:
        return "country"
    if code.isdigit() and len(code) in {2, 5}:
        return "state" if len(code) == 2 else "municipality"
    return "unit"


@require_safe
def value(
    request: HttpRequest, number: int, indicator: str, code: str, split: str = "", member: str = ""
) -> HttpResponseBase:
    """One value and all that stands behind it."""
    at = _at(request, number, indicator, code, split, member)
    missing = [told(table.name) for table in missing_registers(at.set).get(indicator, [])]
    points = points_of(series_of(request.actor, indicator, code, split, member))
    newest = points[-1] if points else None
    context = {
        **frame(request, at.set),
        "at": at,
        "definition": at.definition,
        "figure": figure_of(at.set, at.value, at.definition),
        "level": LEVELS[at.place.level],
        "part": f"{split_words(split, at.definition)}: {member_words(split, member)}" if split else "",
        "amounts": amounts(at.value, at.definition),
        "rules": rules_in_words(at.set, at.definition),
        "missing": missing,
        "points": list(reversed(points)),
        "chart": chart_of(points),
        "reasoned": any(one.reasons for one in points),
        "newest": newest if newest is not None and newest.set.pk != at.set.pk else None,
        "same_day": next(
            (one for one in points if one.set.cut_off == at.set.cut_off and one.set.pk != at.set.pk), None
        ),
        "link": request.build_absolute_uri(request.path),
        "crumbs": _crumbs(at),
        "smallest": people_rules().privacy.smallest_public_cell.value,
        "silent": _silent(at),
    }
    if at.value.status != ValueStatus.NOT_RECORDED:
        context |= _below(request, at)
        context |= _records(request, at)
        if not split and at.place.level in {"country", "state"}:
            context["splits"] = splits_of(request, at.set, at.definition, code)
    answer = render(request, "pulso/value.html", context)
    return answer


def _crumbs(at: At) -> list[Link]:
    """Down from the country: every place around this one leads to its value of the same indicator."""
    found = [
        Link(_("The Pulso"), reverse("pulso")),
        Link(told(at.definition.name), reverse("pulso_indicator", args=[at.definition.id])),
    ]
    for place in at.above:
        known = place.level in at.definition.geography
        args = [at.set.number, at.definition.id, place.code]
        found.append(Link(place.name, reverse("pulso_value", args=args) if known else ""))
    if at.value.split:
        args = [at.set.number, at.definition.id, at.place.code]
        found.append(Link(at.place.name, reverse("pulso_value", args=args)))
        return [*found, Link(member_words(at.value.split, at.value.member))]
    return [*found, Link(at.place.name)]


def _below(request: HttpRequest, at: At) -> dict[str, Any]:
    """The values of the places inside, at one level of those that there are, some a page."""
    levels = [level for level in DOWN if level in at.definition.geography]
    levels = [level for level in levels if DOWN.index(level) > (DOWN.index(at.place.level) if at.above else -1)]
    if at.value.split:
        levels = [level for level in levels if level == "state"]
    if not levels or at.definition.change_of:
        return {}
    asked = request.GET.get("por", "")
    level = asked if asked in levels else levels[0]
    values = values_of(request.actor, at.set, at.definition.id, level=level, under=at.place.code, split=at.value.split)
    values = [one for one in values if one.member == at.value.member]
    table = Table(_columns(level, at.definition), request.GET.get("sort"), _usual_order(level), anchor="#dentro")
    names = places_named(at.set, level, [one.code for one in values])
    inside = places_named(at.set, "municipality", [one.municipality for one in values if one.municipality])
    rows: list[dict[str, Any]] = [
        {
            "name": names[one.code].name if one.code in names else one.code,
            "inside": inside[one.municipality].name if one.municipality in inside else "",
            "value": one.value,
            "numerator": one.numerator,
            "denominator": one.denominator,
            "one": one,
        }
        for one in values
    ]
    rows.sort(key=lambda row: str(row["name"]))
    sort_rows(rows, table.key, descending=table.descending)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    for row in page:
        row["figure"] = figure_of(at.set, row["one"], at.definition)
        row["above"], row["below"] = amount(row["numerator"]), amount(row["denominator"])
    return {
        "inside": page,
        "table": table,
        "inside_level": level,
        "inside_words": BELOW[level],
        "choices": [Link(BELOW[one], "" if one == level else f"?por={one}#dentro") for one in levels],
        "withheld": sum(one.status == ValueStatus.WITHHELD for one in values),
    }


def _usual_order(level: str) -> str:
    """Of units those first that are counted; places by name."""
    return "-value" if level == "unit" else "name"


def _columns(level: str, definition: Indicator) -> list[Column]:
    found = [Column("name", LEVELS[level])]
    if level == "unit":
        found.append(Column("inside", gettext_lazy("Municipality")))
    found.append(Column("value", gettext_lazy("Value"), numeric=True))
    if definition.denominator is not None:
        found.append(Column("numerator", gettext_lazy("Numerator"), numeric=True))
        found.append(Column("denominator", gettext_lazy("Denominator"), numeric=True))
    return found


def _silent(at: At) -> dict[str, Any]:
    """Units that must report and have not in time, the first of them by name."""
    measure = at.definition.numerator
    if measure is None or not at.value.units_due or at.place.level == "unit":
        return {}
    found = silent_units(at.set, measure.table, at.place.code)
    first = found[:SILENT]
    names = places_named(at.set, "unit", [one.unit for one in first])
    return {
        "count": len(found),
        "left_out": len(found) - len(first),
        "rows": [(names[one.unit].name if one.unit in names else one.unit, one.newest) for one in first],
    }


def _records(request: HttpRequest, at: At) -> dict[str, Any]:
    """For officials: the frozen rows that they may see, some a page."""
    if not access_of(request.actor).paths(Permission.VIEW_INDICATORS):
        return {}
    asked = request.GET.get("filas", "1")
    page = max(1, int(asked)) if asked.isdecimal() and len(asked) < 8 else 1
    found = read_records(by=request.actor, value_set=at.set, value=at.value, limit=RECORDS, offset=(page - 1) * RECORDS)
    if found is None:
        return {"records": None, "official": True}
    records, rows = found
    # The paginator counts; the rows were read once, because those of persons are journalled as they are shown.
    pages = Paginator(range(records.count), RECORDS).get_page(page)
    needed = Permission.EXPORT_PERSONS if records.personal else Permission.EXPORT
    return {
        "official": True,
        "records": records,
        "record_head": [_head(records.shape.columns.get(name), name) for name in records.columns],
        "record_rows": [[_cell(cell, name) for cell, name in zip(row, records.columns, strict=True)] for row in rows],
        "record_page": pages,
        "download": _download(at)
        if records.count and records_behind(request.actor, at.set, at.value, also=needed)
        else "",
    }


def _head(column: Any, name: str) -> tuple[str, str, str]:
    """What a column means, its name in the file, and the first words of what it means, for the head of the table."""
    words = told(column) if column is not None else name
    return words, name, re.split(r"\s*[:;,(]", words)[0]


def _cell(cell: Any, column: str) -> str:
    """A cell of a frozen row in words."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return _("yes") if cell else _("no")
    if hasattr(cell, "isoformat"):
        return date_format(cell, "SHORT_DATE_FORMAT")
    if isinstance(cell, int | float) or cell.__class__.__name__ == "Decimal":
        return f"{cell.normalize():f}" if hasattr(cell, "normalize") else str(cell)
    return member_words(column, str(cell)) if cell else ""


def _download(at: At) -> str:
    args = [at.set.number, at.definition.id, at.place.code]
    if at.value.split:
        return reverse("pulso_records_of_member", args=[*args, at.value.split, at.value.member])
    return reverse("pulso_records", args=args)


@require_POST
def records_csv(
    request: HttpRequest, number: int, indicator: str, code: str, split: str = "", member: str = ""
) -> HttpResponseBase:
    """The rows behind a value as a file; only by POST, journalled, kept nowhere."""
    require_anywhere(request.actor, Permission.VIEW_INDICATORS)
    at = _at(request, number, indicator, code, split, member)
    kept: list[RowsFile] = []

    def put(row: Any) -> None:
        if kept:
            kept[0].put(["" if cell is None else str(cell) for cell in row])
        else:
            kept.append(RowsFile("csv", [str(name) for name in row]))

    try:
        found: Records = export_records(by=request.actor, value_set=at.set, value=at.value, part="numerator", put=put)
    except BaseException:
        for file in kept:
            file.drop()
        raise
    return kept[0].answer(f"{indicator}-{code}-{at.set.cut_off.isoformat()}-{found.table}.csv")
