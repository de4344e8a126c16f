"""Frozen tables of the territory: municipalities and figures of people, as told on or before a date."""

from __future__ import annotations

import datetime as dt

import duckdb
from django.db.models import Q

from bienestar.foundation.definitions.tables import frozen_tables
from bienestar.foundation.storage.columns import columns_of
from bienestar.foundation.storage.frozen import make_described, scratch
from bienestar.foundation.territory.choices import Level, Measure
from bienestar.foundation.territory.models import Area, AreaBoundary, AreaFigure

#: Measures that count people; the others are CONAPO's index and degree, which cannot be added.
PEOPLE = (
    Measure.POPULATION,
    Measure.NO_HEALTH_ENTITLEMENT,
    Measure.NO_SOCIAL_SECURITY,
    Measure.NO_HEALTH_ACCESS,
    Measure.INDIGENOUS_SPEAKERS,
)
#: Column of ``municipalities`` → the measure it shows.
SHOWN = {
    "population": Measure.POPULATION,
    "without_social_security": Measure.NO_SOCIAL_SECURITY,
    "without_health_entitlement": Measure.NO_HEALTH_ENTITLEMENT,
    "without_health_access": Measure.NO_HEALTH_ACCESS,
    "indigenous_speakers": Measure.INDIGENOUS_SPEAKERS,
    "marginalisation": Measure.MARGINALISATION_DEGREE,
    "marginalisation_index": Measure.MARGINALISATION_INDEX,
}
EARTH_KM = 6371.0088  # mean radius, IUGG


def fill_municipalities(con: duckdb.DuckDBPyConnection, into: str, cut_off: dt.date) -> None:
    """Municipalities that held on the cut-off, each with its newest figures on or before it."""
    held = Q(valid_from=None) | Q(valid_from__lte=cut_off), Q(valid_to=None) | Q(valid_to__gte=cut_off)
    with scratch(con) as name:
        areas, figures, outlines = name("areas"), name("figures"), name("outlines")
        fields = {"id": "pk", "code": "code", "name": "name"}
        columns_of(Area.objects.filter(*held, level=Level.MUNICIPALITY).order_by(), fields, con, areas)
        _newest(con, figures, cut_off)
        _square_kilometres(con, outlines)
        shown = ", ".join(f"max(value) FILTER (measure = '{measure}') AS {column}" for column, measure in SHOWN.items())
        make_described(
            con,
            into,
            frozen_tables()["municipalities"].kinds,
            f"""
            WITH wide AS (SELECT area, {shown}, max(as_of) AS figures_as_of FROM {figures} GROUP BY area)
            SELECT left(code, 2) AS state, code AS municipality, name, square_kilometres AS area, wide.* EXCLUDE (area),
                indigenous_speakers / nullif(population, 0) AS indigenous_share
            FROM {areas} AS a LEFT JOIN wide ON wide.area = a.id LEFT JOIN {outlines} AS o ON o.area = a.id
            """,  # noqa: S608  names of this module
        )


def fill_population(con: duckdb.DuckDBPyConnection, into: str, cut_off: dt.date) -> None:
    """The newest figure of people of each municipality and measure; a state's own only where no municipality has one.

    Nothing tells sex or age yet: both are empty, which means everybody.
    """
    with scratch(con) as name:
        figures = name("figures")
        _newest(con, figures, cut_off)
        people = ", ".join(f"'{measure}'" for measure in PEOPLE)
        make_described(
            con,
            into,
            frozen_tables()["population"].kinds,
            f"""
            WITH told AS (SELECT *, left(code, 2) AS state FROM {figures} WHERE measure IN ({people})),
            inside AS (SELECT DISTINCT state, measure FROM told WHERE level = '{Level.MUNICIPALITY}')
            SELECT state, CASE WHEN level = '{Level.MUNICIPALITY}' THEN code END AS municipality, measure,
                NULL AS sex, NULL AS age_group, as_of, value AS people, source
            FROM told
            WHERE level = '{Level.MUNICIPALITY}'
                OR (level = '{Level.STATE}' AND (state, measure) NOT IN (SELECT (state, measure) FROM inside))
            """,  # noqa: S608
        )


def _newest(con: duckdb.DuckDBPyConnection, table: str, cut_off: dt.date) -> None:
    """``table``: the newest figure of each state, municipality and measure on or before the day."""
    rows = AreaFigure.objects.filter(area__level__in=[Level.STATE, Level.MUNICIPALITY], as_of__lte=cut_off).order_by()
    fields = {
        "area": "area_id",
        "level": "area__level",
        "code": "area__code",
        "measure": "measure",
        "as_of": "as_of",
        "value": "value",
        "publisher": "source__publisher",
        "file": "source__name",
    }
    with scratch(con) as name:
        told = name("told")
        columns_of(rows, fields, con, told)
        con.execute(
            f"""
            CREATE OR REPLACE TABLE {table} AS
            SELECT *, concat_ws(': ', nullif(publisher, ''), nullif(file, '')) AS source FROM {told}
            QUALIFY row_number() OVER (PARTITION BY area, measure ORDER BY as_of DESC) = 1
            """  # noqa: S608
        )


def _square_kilometres(con: duckdb.DuckDBPyConnection, table: str) -> None:
    """``table``: the area of each municipality's outline on a sphere, holes taken off.

    The area to the south of an edge, between its meridians, is R² (λ2 − λ1)(2 + sin φ1 + sin φ2) / 2; edges of a ring
    sum to what it encloses. Chamberlain and Duquette, "Some Algorithms for Polygons on a Sphere" (2007), eq. 1.
    """
    rows = AreaBoundary.objects.filter(area__level=Level.MUNICIPALITY).order_by()
    with scratch(con) as name:
        told = name("told")
        columns_of(rows, {"area": "area_id", "geometry": "geometry"}, con, told)
        con.execute(
            f"""
            CREATE OR REPLACE TABLE {table} AS
            WITH polygons AS (
                SELECT area, unnest(CASE geometry ->> '$.type'
                    WHEN 'Polygon' THEN [CAST(geometry -> '$.coordinates' AS DOUBLE[][][])]
                    ELSE CAST(geometry -> '$.coordinates' AS DOUBLE[][][][]) END) AS polygon
                FROM {told} WHERE geometry ->> '$.type' IN ('Polygon', 'MultiPolygon')
            ),
            rings AS (
                SELECT area, generate_subscripts(polygon, 1) AS place, unnest(polygon) AS ring FROM polygons
            ),
            sized AS (
                SELECT area, place, abs(list_sum(list_transform(range(1, len(ring)), lambda i:
                    radians(ring[i + 1][1] - ring[i][1]) * (2 + sin(radians(ring[i][2])) + sin(radians(ring[i + 1][2])))
                ))) / 2 * {EARTH_KM} ** 2 AS size
                FROM rings
            )
            SELECT area, sum(CASE WHEN place = 1 THEN size ELSE -size END) AS square_kilometres
            FROM sized GROUP BY area
            """  # noqa: S608
        )
