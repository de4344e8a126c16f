"""Charts in the grammar of Vega-Lite, drawn as SVG without a browser and without the network.

The engine measures words with the font that it carries (Liberation Sans), so that every machine draws the same; what
is written is the document's own, narrower serif. Each chart stands beside a table of the same numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt
import vl_convert

from bienestar.web.components.maps import Flat, legend_of, shade_limits, shade_of
from bienestar.web.reports.content import Map
from bienestar.web.reports.picture import COLOURS, HATCH, HATCHED

MEASURED = "Liberation Sans"
WRITTEN = "Libertinus Serif, Linux Libertine, Liberation Serif, serif"
INK, MUTED, BRAND, LINE = "#17202a", "#4a5560", "#2c7d77", "#c3cad1"
WIDTH = 620
BAR = 20
FEW = 6
BESIDE = 2
TREND = {"width": 270, "height": 110}
MAP_WIDTH = 680


@dataclass(frozen=True)
class Bar:
    """One bar: its label, its length (None: no bar), and the words at its end."""

    label: str
    value: float | None
    words: str


@dataclass(frozen=True)
class Trend:
    """One line: its title, and (ISO day, value, words) of each day that has a number."""

    title: str
    points: tuple[tuple[str, float, str], ...]


def bars(rows: Sequence[Bar], title: str, most: float | None = None) -> Map:
    """Horizontal bars from 0, each with its number in words; ``most``: the end of the scale (default: the longest)."""
    values = [{"label": row.label, "value": row.value or 0, "words": row.words} for row in rows]
    longest = max([row["value"] for row in values] + [1])
    # Of a few things there are no halves.
    ticks = {"values": list(range(int(longest) + 1))} if most is None and longest <= FEW else {"tickCount": 5}
    scale = alt.Scale(domain=[0, most or longest], nice=False)
    base = alt.Chart(alt.Data(values=values), width=WIDTH - 260, height=alt.Step(BAR)).encode(
        y=alt.Y("label:N", sort=None, title=None, axis=alt.Axis(domain=False, ticks=False, labelLimit=250)),
        x=alt.X("value:Q", title=title, scale=scale, axis=alt.Axis(format=",~f", **ticks)),
    )
    words = base.mark_text(align="left", dx=4, color=INK).encode(text="words:N")
    return Map(_svg(base.mark_bar(color=BRAND, height=BAR - 6) + words))


def trends(lines: Sequence[Trend]) -> Map:
    """Small charts of one line each, two beside each other; every scale is its own, and the first and last are told."""
    return Map(_svg(alt.concat(*[_line(one) for one in lines], columns=BESIDE, spacing=28)))


def _line(one: Trend) -> alt.LayerChart:
    days = sorted({day for day, _value, _words in one.points})
    place = {days[0]: "first"} | {days[-1]: "last"}
    values = [
        {"day": day, "value": value, "words": words, "place": place.get(day, "")} for day, value, words in one.points
    ]
    # Dates without an hour are of Greenwich to the engine, whatever clock the machine has.
    axis = alt.Axis(values=[days[0], days[-1]], format="%Y-%m-%d", grid=False, labelFlush=True)
    base = alt.Chart(alt.Data(values=values), title=alt.Title(one.title, limit=TREND["width"] + 20), **TREND).encode(
        x=alt.X("day:T", scale=alt.Scale(type="utc"), title=None, axis=axis),
        y=alt.Y("value:Q", title=None, scale=alt.Scale(zero=False, padding=14), axis=alt.Axis(tickCount=3)),
    )
    lines = base.mark_line(color=BRAND, point=alt.OverlayMarkDef(color=BRAND, size=36))
    # The first number stands to the right of its point, the last to the left, so that both stay inside.
    ends = [
        base.transform_filter(alt.FieldEqualPredicate(which, "place"))
        .mark_text(align=align, dy=-9, color=INK)
        .encode(text="words:N")
        for which, align in (("first", "left"), ("last", "right"))
    ]
    return alt.layer(lines, *ends)


def shaded(flat: Flat, values: dict[str, float | None], nought: str) -> Map | None:
    """The outlines shaded by their values, darker for more, hatched where there is none; None without outlines."""
    codes = [code for code in values if code in flat.shapes]
    if not codes:
        return None
    limits = shade_limits(values.values())
    shades = {code: shade_of(values[code], limits) for code in codes}
    features = [
        {"type": "Feature", "geometry": _geometry(flat.shapes[code]), "properties": {"shade": shades[code]}}
        for code in codes
    ]
    used = sorted(set(shades.values()))
    colour = alt.Color(
        "properties.shade:N",
        scale=alt.Scale(domain=used, range=[COLOURS.get(shade, HATCHED) for shade in used]),
        legend=None,
    )
    chart = (
        alt.Chart(
            alt.Data(values=features), width=MAP_WIDTH, height=round(MAP_WIDTH * flat.height / max(flat.width, 1))
        )
        .mark_geoshape(stroke=INK, strokeWidth=0.7)
        .encode(color=colour)
        # The outlines lie on a plane already, y downwards as in the drawing.
        .project(type="identity")
    )
    legend = legend_of([values[code] for code in values], limits, nought)
    return Map(
        _svg(chart).replace("<g ", f"<defs>{HATCH}</defs><g ", 1),
        tuple((COLOURS.get(row.shade, ""), str(row.words)) for row in legend),
    )


def _geometry(shape: Any) -> dict[str, Any]:
    """A shape as GeoJSON with one decimal; ``shape`` is a polygon or several."""
    parts = [part for part in getattr(shape, "geoms", [shape]) if part.geom_type == "Polygon"]
    rings = [[_ring(ring) for ring in (part.exterior, *part.interiors)] for part in parts]
    return {"type": "MultiPolygon", "coordinates": rings}


def _ring(ring: Any) -> list[list[float]]:
    return [[round(float(x), 1), round(float(y), 1)] for x, y, *_rest in ring.coords]


def _svg(chart: Any) -> str:
    """The chart as SVG that takes part in a page: no name of its own can meet another's, and it scales."""
    drawn = (
        chart.configure(font=MEASURED, background="transparent")
        .configure_view(stroke=None)
        .configure_axis(
            labelFontSize=12,
            titleFontSize=12,
            labelColor=INK,
            titleColor=MUTED,
            gridColor=LINE,
            titleFontWeight="normal",
        )
        .configure_text(fontSize=12)
        .configure_title(fontSize=12.5, anchor="start", color=INK, offset=8, frame="group")
    )
    svg = vl_convert.vegalite_to_svg(drawn.to_dict(), vl_version="6.4", allowed_base_urls=[])
    return str(svg).replace(f'font-family="{MEASURED}"', f'font-family="{WRITTEN}"')
