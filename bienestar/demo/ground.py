"""Storing the territory of an invented state: areas, outlines, figures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import shapely

from bienestar.demo import size as story
from bienestar.demo.land import Plot, outline
from bienestar.demo.territory import Municipality, State
from bienestar.demo.words import COUNTRY_NAME
from bienestar.foundation.territory.actions import (
    AreaRow,
    BoundaryRow,
    FigureRow,
    put_areas,
    put_boundaries,
    put_figures,
)
from bienestar.foundation.territory.choices import Level, Measure
from bienestar.foundation.territory.queries import COUNTRY_CODE, area_with_code, areas_by_code

if TYPE_CHECKING:
    from bienestar.foundation.accounts.models import User
    from bienestar.foundation.territory.models import Area

Sources = dict[str, Any]
GROWTH = 1.034  # of the people from the census day to the projection day


def store_country(by: User, source: Any, plots: list[Plot] | None = None) -> None:
    """The root of the tree, if it is not there yet, and its outline when the whole country is drawn."""
    if not areas_by_code(Level.COUNTRY):
        put_areas(by=by, rows=[AreaRow(COUNTRY_CODE, COUNTRY_NAME)], source=source)
    if plots:
        country = area_with_code(COUNTRY_CODE)
        put_boundaries(by=by, rows=[_boundary(country.pk, outline(plots))], source=source)


def store_ground(by: User, state: State, sources: Sources) -> Area:
    """Areas, outlines and figures of a state; the state's own area."""
    source = sources["territory"]
    store_country(by, source)
    towns = state.municipalities
    middle = towns[state.capital].plot.centre
    rows = [AreaRow(state.code, state.name, latitude=middle[1], longitude=middle[0])]
    rows += [_row(town.code, town.name, town.plot.centre) for town in towns]
    rows += [_row(place.code, place.name, place.point) for town in towns for place in town.localities]
    put_areas(by=by, rows=rows, source=source)
    area = area_with_code(state.code)
    ids = {found.code: found.pk for found in areas_by_code(Level.MUNICIPALITY, [town.code for town in towns]).values()}
    boundaries = [_boundary(area.pk, outline([town.plot for town in towns]))]
    boundaries += [_boundary(ids[town.code], shapely.Polygon(town.plot.ring)) for town in towns]
    put_boundaries(by=by, rows=boundaries, source=source)
    _figures(by, towns, ids, sources)
    return area


def _row(code: str, name: str, point: tuple[float, float]) -> AreaRow:
    return AreaRow(code, name, latitude=point[1], longitude=point[0])


def _boundary(area_id: int, shape: shapely.Geometry) -> BoundaryRow:
    return BoundaryRow(area_id, shapely.geometry.mapping(shape), tuple(float(side) for side in shape.bounds))  # type: ignore[arg-type]


def _figures(by: User, towns: tuple[Municipality, ...], ids: dict[str, int], sources: Sources) -> None:
    rows = []
    for town in towns:
        for measure, value in (
            (Measure.POPULATION, town.people),
            (Measure.NO_SOCIAL_SECURITY, town.no_social_security),
            (Measure.NO_HEALTH_ENTITLEMENT, town.no_entitlement),
            (Measure.NO_HEALTH_ACCESS, town.no_access),
            (Measure.INDIGENOUS_SPEAKERS, town.indigenous),
            (Measure.MARGINALISATION_INDEX, town.index),
            (Measure.MARGINALISATION_DEGREE, town.degree),
        ):
            rows.append(FigureRow(ids[town.code], measure, story.POPULATION_DAY, value))
    put_figures(by=by, rows=rows, source=sources["territory"])
    later = [
        FigureRow(ids[town.code], Measure.POPULATION, story.PROJECTION_DAY, round(town.people * GROWTH))
        for town in towns
    ]
    put_figures(by=by, rows=later, source=sources["projection"])
    codes = [place.code for town in towns for place in town.localities]
    places: dict[str, Area] = {}
    for start in range(0, len(codes), 900):
        places |= areas_by_code(Level.LOCALITY, codes[start : start + 900])
    counted = [
        FigureRow(places[place.code].pk, Measure.POPULATION, story.POPULATION_DAY, place.people)
        for town in towns
        for place in town.localities
    ]
    put_figures(by=by, rows=counted, source=sources["territory"])
