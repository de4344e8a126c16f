"""Maps drawn by the server: outlines as SVG paths, shaded by a figure, each one a link. No script is needed."""

from __future__ import annotations

import math
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import shapely
from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

WIDTH = 1000
CLASSES = 5
NOTHING_MISSING = gettext_lazy("0: nothing missing")
SMALLEST = 4  # square units of a drawing a thousand wide
KEPT_SECONDS = 600
_drawn: dict[tuple[str, str], tuple[float, Drawing]] = {}


@dataclass(frozen=True)
class Drawing:
    """Outlines in a box of ``width`` by ``height``: area code → path."""

    width: int
    height: int
    paths: dict[str, str]


@dataclass(frozen=True)
class Shape:
    """One area on the map."""

    path: str
    url: str
    title: str
    shade: str


@dataclass(frozen=True)
class LegendRow:
    """A shade and what it says."""

    shade: str
    words: str


@dataclass(frozen=True)
class Map:
    """A drawn map with its legend."""

    width: int
    height: int
    shapes: list[Shape]
    legend: list[LegendRow]

    @property
    def box(self) -> str:
        """The SVG's viewBox, with a little room for the lines at the edge."""
        return f"-2 -2 {self.width + 4} {self.height + 4}"


def drawing(kept_as: tuple[str, str], outlines: Any) -> Drawing:
    """The outlines as paths. ``outlines()`` gives (code, GeoJSON text) pairs; asked again after ten minutes.

    Kept in the memory of the process: outlines change once in years, and drawing those of a state takes longer than
    the rest of its page.
    """
    found = _drawn.get(kept_as)
    if found is None or found[0] < time.monotonic():
        found = (time.monotonic() + KEPT_SECONDS, draw(outlines()))
        _drawn[kept_as] = found
    return found[1]


def forget_drawings() -> None:
    """Draw anew from the database, e.g. after outlines were loaded."""
    _drawn.clear()


def draw(outlines: Iterable[tuple[str, str]]) -> Drawing:
    """Project to a plane, drop what is smaller than a pixel, write SVG paths with whole numbers.

    Equirectangular with the scale of the middle latitude: true enough for one state or the country, and shapes keep
    the look that people know.
    """
    flat = flattened(outlines)
    return Drawing(flat.width, flat.height, {code: _path(shape) for code, shape in flat.shapes.items()})


@dataclass(frozen=True)
class Flat:
    """Outlines on a plane, in a box of ``width`` by ``height``, y downwards: area code → shape."""

    width: int
    height: int
    shapes: dict[str, Any]


def flattened(outlines: Iterable[tuple[str, str]]) -> Flat:
    """The outlines on a plane, without what is smaller than a pixel of a drawing a thousand wide."""
    shapes = {code: shapely.from_geojson(geometry) for code, geometry in outlines}
    if not shapes:
        return Flat(WIDTH, 0, {})
    west, south, east, north = shapely.total_bounds(list(shapes.values()))
    squeeze = math.cos(math.radians((south + north) / 2))
    scale = WIDTH / max((east - west) * squeeze, (north - south) / 1.2, 1e-9)
    width = max(1, round((east - west) * squeeze * scale))
    height = max(1, round((north - south) * scale))

    def project(points: Any) -> Any:
        flat = points.copy()
        flat[:, 0] = (points[:, 0] - west) * squeeze * scale
        flat[:, 1] = (north - points[:, 1]) * scale
        return flat

    seen = {code: _visible(shapely.transform(shape, project)) for code, shape in shapes.items()}
    return Flat(width, height, seen)


def _visible(shape: Any) -> Any:
    """The shape without what a screen cannot show; an area too small to be seen becomes a dot that can be chosen."""
    if shape.area < SMALLEST:
        middle = shape.centroid
        return middle.buffer(2, cap_style="square")
    return shapely.simplify(shape, 0.8)


def _path(shape: Any) -> str:
    polygons = [part for part in getattr(shape, "geoms", [shape]) if part.geom_type == "Polygon"]
    if not polygons:
        return ""
    largest = max(polygons, key=lambda part: part.area)
    rings = [
        ring.coords
        for part in polygons
        if part is largest or part.area > SMALLEST
        for ring in (part.exterior, *part.interiors)
    ]
    return "".join(_ring(ring) for ring in rings)


def _ring(points: Sequence[Any]) -> str:
    whole = [(round(x), round(y)) for x, y, *_ in points]
    written = [f"M{whole[0][0]} {whole[0][1]}l"]
    steps = []
    for (x0, y0), (x1, y1) in zip(whole, whole[1:], strict=False):
        if (x0, y0) != (x1, y1):
            steps.append(f"{x1 - x0} {y1 - y0}")
    # A ring that shrinks to one point draws nothing.
    return written[0] + " ".join(steps) + "z" if steps else ""


def shade_limits(values: Iterable[float | None]) -> list[float]:
    """Upper limits of up to five shades holding about as many areas each, of the values above zero."""
    above = sorted(value for value in values if value is not None and value > 0)
    if not above:
        return []
    limits = [above[max(0, math.ceil(len(above) * part / CLASSES) - 1)] for part in range(1, CLASSES + 1)]
    return sorted(set(limits))


def shade_of(value: float | None, limits: list[float]) -> str:
    """The class name of a value: unknown, 0, or 1 (least) to 5 (most)."""
    if value is None:
        return "shade-unknown"
    if value <= 0:
        return "shade-0"
    place = next((n for n, limit in enumerate(limits, start=1) if value <= limit), len(limits))
    # With fewer classes than shades the darkest is still the most.
    return f"shade-{CLASSES - len(limits) + place}"


def shaded_map(
    drawn: Drawing,
    rows: Sequence[tuple[str, str, float | None, str]],
    measure: str | Promise,
    zero: str | Promise = NOTHING_MISSING,
    no_value: str = "",
) -> Map | None:
    """The map of ``rows`` (code, name, value, address); None when nothing has an outline.

    ``zero``: what the legend says of a value of nought; ``no_value``: of there being none, "not known" unless told.
    """
    if not drawn.paths:
        return None
    limits = shade_limits(value for _code, _name, value, _url in rows)
    shapes = []
    for code, name, value, url in rows:
        if code in drawn.paths:
            words = (no_value or _("not known")) if value is None else _number(value)
            shapes.append(Shape(drawn.paths[code], url, f"{name}: {words} ({measure})", shade_of(value, limits)))
    values = [value for _code, _name, value, _url in rows]
    return Map(drawn.width, drawn.height, shapes, legend_of(values, limits, str(zero), no_value))


def legend_of(values: Sequence[float | None], limits: list[float], nought: str, no_value: str = "") -> list[LegendRow]:
    """What each shade that occurs says; ``nought``: the words for values of 0; ``no_value``: for there being none."""
    found = []
    if any(value is not None and value <= 0 for value in values):
        found.append(LegendRow("shade-0", nought))
    lowest = 0.0
    for limit in limits:
        inside = [value for value in values if value is not None and lowest < value <= limit]
        first, last = _number(min(inside)), _number(max(inside))
        words = first if first == last else _("%(first)s to %(last)s") % {"first": first, "last": last}
        found.append(LegendRow(shade_of(limit, limits), words))
        lowest = limit
    if any(value is None for value in values):
        words = no_value[:1].upper() + no_value[1:]
        found.append(LegendRow("shade-unknown", words or _("Not known")))
    return found


def _number(value: float) -> str:
    # Django cuts decimals off, so they are rounded first.
    shown = round(value, 1)
    return number_format(shown, decimal_pos=0 if shown == int(shown) else 1, use_l10n=True, force_grouping=True)
