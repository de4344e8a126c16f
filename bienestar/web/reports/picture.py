"""The map of the document: the outlines of the state page as one stand-alone SVG that reads in black and white too."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from django.utils.translation import gettext as _

from bienestar.foundation.territory.choices import Level
from bienestar.foundation.territory.queries import boundaries_under
from bienestar.web.components.maps import Map as DrawnMap
from bienestar.web.components.maps import drawing, shaded_map
from bienestar.web.reports.content import Map, PlaceRow

if TYPE_CHECKING:
    from bienestar.foundation.territory.models import Area

# Light to dark, as in the stylesheet, so that a copy machine keeps the order; what is not known is hatched.
COLOURS = {
    "shade-0": "#ffffff",
    "shade-1": "#dcebea",
    "shade-2": "#a9cfcc",
    "shade-3": "#6aaaa4",
    "shade-4": "#2c7d77",
    "shade-5": "#073b37",
}
HATCHED = "url(#unknown)"
HATCH = (
    '<pattern id="unknown" width="14" height="14" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<rect width="14" height="14" fill="#ffffff"/><rect width="4" height="14" fill="#9aa3ab"/></pattern>'
)


def map_of(area: Area, places: tuple[PlaceRow, ...]) -> Map | None:
    """The places below ``area`` shaded by the posts missing; None where no outline is known."""
    level = Level.STATE if area.level == Level.COUNTRY else Level.MUNICIPALITY

    def outlines() -> list[tuple[str, str]]:
        return [(row.area.code, row.geometry) for row in boundaries_under(area.path, level)]

    # A place without units has nothing to miss; only where units were not counted is the gap not known.
    rows = [(row.code, row.name, row.staff_gap if row.units else 0.0, "") for row in places]
    drawn = shaded_map(drawing((area.code, level), outlines), rows, _("Staff missing"))
    return standalone(drawn) if drawn else None


def standalone(drawn: DrawnMap) -> Map:
    """The map with its colours inside, and its legend as (colour, words); "" is the hatch of what is not known."""
    shapes = "".join(
        f'<path d="{shape.path}" fill="{COLOURS.get(shape.shade, HATCHED)}"><title>{escape(shape.title)}</title></path>'
        for shape in drawn.shapes
    )
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{drawn.box}" width="{drawn.width}" height="{drawn.height}">'
        f"<defs>{HATCH}</defs>"
        f'<g stroke="#17202a" stroke-width="1.5" stroke-linejoin="round">{shapes}</g></svg>'
    )
    legend = tuple((COLOURS.get(row.shade, ""), str(row.words)) for row in drawn.legend)
    return Map(svg, legend)
