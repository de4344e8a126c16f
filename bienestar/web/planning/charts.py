"""The curve of value against budget as a plain SVG: where its lines, ticks and words stand."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

WIDE, HIGH = 720, 360
LEFT, RIGHT, TOP, BOTTOM = 84, 16, 16, 52


@dataclass(frozen=True)
class Tick:
    """A mark on an axis: where it stands and the number beside it."""

    at: float
    value: float


@dataclass(frozen=True)
class Curve:
    """All that the template draws."""

    wide: int
    high: int
    plan: str
    bound: str
    greedy: str
    dots: list[tuple[float, float]]
    x_ticks: list[Tick]
    y_ticks: list[Tick]
    left: int
    right: int
    top: int
    bottom: int


def curve_chart(points: Sequence[Any]) -> Curve:
    """Value, bound and the simple plan's value against the budget in millions, from nothing on."""
    most_x = float(points[-1].budget) / 1e6 or 1.0
    most_y = max(max(point.bound for point in points), 1.0)
    y_marks = ticks(most_y)
    most_y = max(most_y, y_marks[-1])

    def place(budget: float, value: float) -> tuple[float, float]:
        x = LEFT + (WIDE - LEFT - RIGHT) * (budget / 1e6) / most_x
        y = HIGH - BOTTOM - (HIGH - TOP - BOTTOM) * value / most_y
        return round(x, 1), round(y, 1)

    def line(name: str) -> str:
        places = [place(0, 0), *(place(float(point.budget), getattr(point, name)) for point in points)]
        return " ".join(f"{x},{y}" for x, y in places)

    return Curve(
        WIDE,
        HIGH,
        line("value"),
        line("bound"),
        line("greedy_value"),
        [place(float(point.budget), point.value) for point in points],
        [Tick(place(value * 1e6, 0)[0], value) for value in ticks(most_x) if value <= most_x],
        [Tick(place(0, value)[1], value) for value in y_marks],
        LEFT,
        WIDE - RIGHT,
        TOP,
        HIGH - BOTTOM,
    )


def ticks(most: float, wanted: int = 6) -> list[float]:
    """Round numbers from 0 to at least ``most``, in steps of 1, 2 or 5 times a power of ten."""
    rough = most / wanted
    power = 10 ** math.floor(math.log10(rough))
    step = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= rough * 0.999_999)
    return [round(step * n, 10) for n in range(math.ceil(most / step - 1e-9) + 1)]
