"""An indicator over time: its value at each cut-off as a small SVG, and what changed from one to the next."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from bienestar.foundation.definitions.indicators import Indicator
from bienestar.insight.indicators.queries.values import Value, definitions_of
from bienestar.web.planning.charts import Tick, ticks
from bienestar.web.pulso.words import Figure, decimals_of, figure_of, number

if TYPE_CHECKING:
    from bienestar.insight.indicators.models import ValueSet

WIDE, HIGH = 420, 210
LEFT, RIGHT, TOP, BOTTOM = 72, 16, 14, 34


@dataclass(frozen=True)
class Point:
    """One cut-off: its set, its figure, the change since the one before in words, and why it may have changed."""

    set: ValueSet
    figure: Figure
    change: str
    reasons: list[str]


@dataclass(frozen=True)
class Day:
    """A cut-off's mark below the chart."""

    at: float
    words: str
    anchor: str


@dataclass(frozen=True)
class Chart:
    """All that the template draws: a line broken where there is no number, a dot for each value, the scale."""

    wide: int
    high: int
    left: int
    right: int
    top: int
    bottom: int
    lines: list[str]
    dots: list[tuple[float, float]]
    days: list[Day]
    scale: list[Tick]


def points_of(series: Sequence[tuple[ValueSet, Value]]) -> list[Point]:
    """Each cut-off, oldest first."""
    found: list[Point] = []
    before: tuple[ValueSet, Value] | None = None
    for value_set, value in series:
        definition = definitions_of(value_set)[value.indicator]
        figure = figure_of(value_set, value, definition)
        change, reasons = "", [value_set.note] if value_set.note else []
        if before is not None:
            change = _change(before[1], value, definition)
            reasons += _reasons(before, (value_set, value))
        found.append(Point(value_set, figure, change, reasons))
        before = (value_set, value)
    return found


def _change(before: Value, now: Value, definition: Indicator) -> str:
    """The difference in words, with its sign; what it is a difference of where there is none to tell."""
    if before.value is None or now.value is None:
        return _("cannot be told")
    places = decimals_of(definition)
    difference = round(now.value, places) - round(before.value, places)
    if round(difference, places) == 0:
        return _("no change")
    words = ("+" if difference > 0 else "−") + number(abs(difference), places)
    return _("%(points)s points") % {"points": words} if definition.unit == "percent" else words


def _reasons(before: tuple[ValueSet, Value], now: tuple[ValueSet, Value]) -> list[str]:
    """What besides the facts may have changed a value: its rule, or who reported."""
    found = []
    if before[1].version != now[1].version:
        found.append(
            _("The rule changed: version %(old)s, then version %(new)s.")
            % {"old": before[1].version, "new": now[1].version}
        )
    due = (before[1].units_due, now[1].units_due)
    told = (before[1].units_reported, now[1].units_reported)
    if None not in due and due[0] != due[1]:
        found.append(
            _("Units that must report: %(old)s, then %(new)s.") % {"old": number(due[0]), "new": number(due[1])}
        )
    if None not in told and told[0] != told[1]:
        found.append(
            _("Units that reported in time: %(old)s, then %(new)s.") % {"old": number(told[0]), "new": number(told[1])}
        )
    return found


def chart_of(points: Sequence[Point]) -> Chart | None:
    """The chart of a series; None where fewer than two cut-offs have a number.

    The scale begins at nought, so that a small change looks small.
    """
    known = [one for one in points if one.figure.value.value is not None]
    if len(known) < 2:
        return None
    values = [float(one.figure.value.value or 0) for one in known]
    top = max([*values, 0.0])
    scale = ticks(top, wanted=4) if top > 0 else [0.0, 1.0]
    low = min([*values, 0.0])
    if low < 0:
        step = scale[1] - scale[0]
        scale = [-step * n for n in range(math.ceil(-low / step), 0, -1)] + scale
    first, last = points[0].set.cut_off.toordinal(), points[-1].set.cut_off.toordinal()

    def place(point: Point) -> tuple[float, float]:
        across = (point.set.cut_off.toordinal() - first) / max(last - first, 1)
        up = (float(point.figure.value.value or 0) - scale[0]) / (scale[-1] - scale[0])
        return round(LEFT + (WIDE - LEFT - RIGHT) * across, 1), round(HIGH - BOTTOM - (HIGH - TOP - BOTTOM) * up, 1)

    lines: list[list[tuple[float, float]]] = [[]]
    for one in points:
        if one.figure.value.value is None:
            lines.append([])
        else:
            lines[-1].append(place(one))
    return Chart(
        WIDE,
        HIGH,
        LEFT,
        WIDE - RIGHT,
        TOP,
        HIGH - BOTTOM,
        [" ".join(f"{x},{y}" for x, y in line) for line in lines if len(line) > 1],
        [place(one) for one in known],
        [
            Day(place(points[0])[0], date_format(points[0].set.cut_off, "SHORT_DATE_FORMAT"), "start"),
            Day(place(points[-1])[0], date_format(points[-1].set.cut_off, "SHORT_DATE_FORMAT"), "end"),
        ],
        [
            Tick(round(HIGH - BOTTOM - (HIGH - TOP - BOTTOM) * (n - scale[0]) / (scale[-1] - scale[0]), 1), n)
            for n in scale
        ],
    )
