"""Frozen tables of medical units: what each was on a day, and its rooms, beds and utilities as last counted.

Key, operator and status are those of the day. A unit's name, type, place and level carry no dates: they are as known
now, and so is which rows were folded into another unit.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import duckdb
import pyarrow as pa
from django.db.models import QuerySet

from bienestar.foundation.definitions.catalogue import catalogue, typologies
from bienestar.foundation.definitions.tables import frozen_tables
from bienestar.foundation.facilities.choices import Status, Stratum
from bienestar.foundation.facilities.models import (
    CapacityCount,
    OpeningHours,
    Unit,
    UnitIdentifier,
    UnitOperator,
    UnitStatus,
)
from bienestar.foundation.storage.columns import columns_of
from bienestar.foundation.storage.frozen import make_described, scratch

DESCRIBED = ("name", "jurisdiction", "unit_type", "care_level", "establishment", "stratum", "nuclei")
COUNTED = {"unit_id": "unit_id", "resource": "resource", "as_of": "as_of", "existing": "existing", "usable": "usable"}


def unit_places(con: duckdb.DuckDBPyConnection, table: str) -> None:
    """``table``: (id, unit, state, municipality, folded) of every row of units.

    A row that was folded into another unit has that unit's uid and place, and ``folded`` is true.
    """
    with scratch(con) as name:
        rows = name("rows")
        fields = {"id": "pk", "uid": "uid", "path": "path", "merged_into": "merged_into_id"}
        columns_of(Unit.objects.order_by(), fields, con, rows)
        con.execute(
            f"""
            CREATE OR REPLACE TABLE {table} AS
            WITH RECURSIVE kept AS (
                SELECT id, uid, path, merged_into, false AS folded FROM {rows}
                UNION ALL
                SELECT kept.id, into_row.uid, into_row.path, into_row.merged_into, true
                FROM kept JOIN {rows} AS into_row ON into_row.id = kept.merged_into
            )
            SELECT id, uid AS unit, split_part(path, '/', 2) AS state, split_part(path, '/', 3) AS municipality, folded
            FROM kept WHERE merged_into IS NULL
            """  # noqa: S608  names of scratch tables
        )


def resource_words(con: duckdb.DuckDBPyConnection, table: str) -> None:
    """``table``: (resource, group, category, physician) of the catalogue; category and physician of staff only."""
    found = catalogue()
    rows = [
        {
            "resource": code,
            "group": one.group,
            "category": one.category,
            "physician": found.categories[one.category].physician if one.category else None,
        }
        for code, one in found.resources.items()
    ]
    _of_rows(con, table, rows)


def newest_counts(con: duckdb.DuckDBPyConnection, table: str, counts: QuerySet[Any], cut_off: dt.date) -> None:
    """``table``: (unit_id, resource, as_of, existing, usable), the newest of each unit and resource up to the day.

    ``counts``: rows of a register that counts things in units.
    """
    with scratch(con) as name:
        told = name("told")
        columns_of(counts.filter(as_of__lte=cut_off).order_by(), COUNTED, con, told)
        con.execute(
            f"""
            CREATE OR REPLACE TABLE {table} AS FROM {told}
            QUALIFY row_number() OVER (PARTITION BY unit_id, resource ORDER BY as_of DESC) = 1
            """  # noqa: S608
        )


def fill_counts(
    con: duckdb.DuckDBPyConnection, into: str, cut_off: dt.date, *, table: str, counts: QuerySet[Any]
) -> None:
    """The frozen table called ``table`` from a register's counts: the newest of each unit and resource."""
    with scratch(con) as name:
        newest, places, words = name("newest"), name("places"), name("words")
        newest_counts(con, newest, counts, cut_off)
        unit_places(con, places)
        resource_words(con, words)
        make_described(
            con,
            into,
            frozen_tables()[table].kinds,
            f"""
            SELECT state, municipality, unit, resource, coalesce(w.group, split_part(resource, '.', 1)) AS "group",
                category, physician, existing, usable, existing AS authorised, usable AS filled, as_of
            FROM {newest} AS n JOIN {places} AS p ON p.id = n.unit_id LEFT JOIN {words} AS w USING (resource)
            WHERE NOT folded
            """,  # noqa: S608
        )


def fill_capacities(con: duckdb.DuckDBPyConnection, into: str, cut_off: dt.date) -> None:
    """Rooms, beds, utilities… of each unit as last counted on or before the cut-off."""
    fill_counts(con, into, cut_off, table="capacities", counts=CapacityCount.objects.all())


def fill_units(con: duckdb.DuckDBPyConnection, into: str, cut_off: dt.date) -> None:
    """Every unit that existed on the cut-off. One all of whose keys and statuses begin later did not.

    Of two keys or operators that hold on the day, the one of the key in use comes first, then the one that began later.
    Opening as counted in a visit comes before the catalogue of hours; a later one tells nothing of an earlier day.
    """
    day = f"DATE '{cut_off.isoformat()}'"
    with scratch(con) as name:
        names = {word: name(word) for word in ("rows", "places", "types", "counts", "sums", "hours")}
        fields = {"id": "pk", **{field: field for field in DESCRIBED}, "latitude": "latitude", "longitude": "longitude"}
        columns_of(Unit.objects.filter(merged_into=None).order_by(), fields, con, names["rows"])
        unit_places(con, names["places"])
        _of_rows(con, names["types"], _types())
        newest_counts(con, names["counts"], CapacityCount.objects.all(), cut_off)
        _add_up(con, names["sums"], names["counts"])
        _hours(con, names["hours"], cut_off)
        names |= {word: name(word) for word in ("keys", "operators", "statuses")}
        _periods(con, names["keys"], UnitIdentifier.objects.all(), "value", {"is_current": "is_current"})
        _periods(con, names["operators"], UnitOperator.objects.all(), "operator", {})
        _periods(con, names["statuses"], UnitStatus.objects.all(), "status", {})
        make_described(con, into, frozen_tables()["units"].kinds, _units_query(names, day))


def _units_query(names: dict[str, str], day: str) -> str:
    holds = f"(valid_from IS NULL OR valid_from <= {day}) AND (valid_to IS NULL OR valid_to >= {day})"
    return f"""
    WITH in_use AS (SELECT unit_id, value FROM {names["keys"]} WHERE is_current),
    key AS (
        SELECT unit_id, value FROM {names["keys"]} WHERE {holds}
        QUALIFY row_number() OVER (
            PARTITION BY unit_id ORDER BY is_current DESC, valid_from DESC NULLS LAST, value) = 1
    ),
    operated AS (
        SELECT o.unit_id, o.value, o.valid_from FROM {names["operators"]} AS o LEFT JOIN in_use USING (unit_id)
        WHERE {holds}
        QUALIFY row_number() OVER (PARTITION BY o.unit_id ORDER BY
            coalesce(o.value = substr(in_use.value, 3, 3), false) DESC, valid_from DESC NULLS LAST, o.value) = 1
    ),
    status AS (
        SELECT unit_id, value FROM {names["statuses"]} WHERE {holds}
        QUALIFY row_number() OVER (PARTITION BY unit_id ORDER BY valid_from DESC NULLS LAST) = 1
    ),
    opened AS (
        SELECT unit_id, CASE WHEN bool_and(valid_from IS NOT NULL) THEN min(valid_from) END AS opened_on
        FROM {names["statuses"]}
        WHERE value = '{Status.OPERATING}' AND (valid_from IS NULL OR valid_from <= {day}) GROUP BY unit_id
    ),
    known AS (
        SELECT unit_id, bool_or(valid_from IS NULL OR valid_from <= {day}) AS existed
        FROM (FROM {names["keys"]} SELECT unit_id, valid_from UNION ALL
            FROM {names["statuses"]} SELECT unit_id, valid_from) GROUP BY unit_id
    ),
    counted AS (SELECT unit_id, max(as_of) AS counted_on FROM {names["counts"]} GROUP BY unit_id),
    days AS (SELECT unit_id, coalesce(usable, existing) AS days FROM {names["counts"]}
        WHERE resource = 'opening.days_per_week'),
    hours AS (SELECT unit_id, coalesce(usable, existing) AS hours FROM {names["counts"]}
        WHERE resource = 'opening.hours_per_day')
    SELECT p.state, p.municipality, p.unit, u.name, key.value AS clues, nullif(u.jurisdiction, '') AS jurisdiction,
        operated.value AS operator, status.value AS status, status.value = '{Status.OPERATING}' AS operating,
        operated.valid_from AS joined_on, opened.opened_on, u.unit_type,
        coalesce(u.care_level, t.level) AS care_level, nullif(u.establishment, '') AS establishment,
        nullif(u.stratum, '{Stratum.UNKNOWN}') AS stratum, u.nuclei,
        coalesce(t.hospital AND coalesce(u.care_level, t.level) IN (2, 3), false) AS hospital,
        coalesce(t.outpatient, false) AS outpatient, coalesce(t.care, false) AS care,
        s.consulting_rooms, s.general_rooms, s.beds, s.theatres, s.theatres_working,
        u.latitude, u.longitude, coalesce(days.days, h.days) AS days_open,
        coalesce(days.days, h.days) * coalesce(hours.hours, h.hours) AS hours_week, counted.counted_on
    FROM {names["rows"]} AS u
    JOIN {names["places"]} AS p ON p.id = u.id
    LEFT JOIN {names["types"]} AS t USING (unit_type)
    LEFT JOIN {names["sums"]} AS s ON s.unit_id = u.id
    LEFT JOIN {names["hours"]} AS h ON h.unit_id = u.id
    LEFT JOIN key ON key.unit_id = u.id
    LEFT JOIN operated ON operated.unit_id = u.id
    LEFT JOIN status ON status.unit_id = u.id
    LEFT JOIN opened ON opened.unit_id = u.id
    LEFT JOIN known ON known.unit_id = u.id
    LEFT JOIN counted ON counted.unit_id = u.id
    LEFT JOIN days ON days.unit_id = u.id
    LEFT JOIN hours ON hours.unit_id = u.id
    WHERE coalesce(known.existed, true)
    """  # noqa: S608


def _periods(con: duckdb.DuckDBPyConnection, table: str, rows: QuerySet[Any], value: str, more: dict[str, str]) -> None:
    fields = {"unit_id": "unit_id", "value": value, "valid_from": "valid_from", "valid_to": "valid_to", **more}
    columns_of(rows.order_by(), fields, con, table)


def _add_up(con: duckdb.DuckDBPyConnection, table: str, counts: str) -> None:
    """``table``: the catalogue's sums of each unit.

    Kinds that nobody looked for do not count; a sum is not known where one was looked for and not counted.
    """

    def total(column: str, resources: list[str]) -> str:
        chosen = "resource IN (" + ", ".join(f"'{code}'" for code in resources) + ")"
        missing = f"bool_or({column} IS NULL) FILTER ({chosen})"
        return f"CASE WHEN NOT {missing} THEN sum({column}) FILTER ({chosen}) END"

    sums = catalogue().sums
    con.execute(
        f"""
        CREATE OR REPLACE TABLE {table} AS SELECT unit_id,
            {total("existing", sums.consulting_rooms)} AS consulting_rooms,
            {total("existing", sums.general_rooms)} AS general_rooms,
            {total("existing", sums.beds)} AS beds,
            {total("existing", sums.theatres)} AS theatres,
            {total("usable", sums.theatres)} AS theatres_working
        FROM {counts} GROUP BY unit_id
        """  # noqa: S608  codes of the catalogue
    )


def _hours(con: duckdb.DuckDBPyConnection, table: str, cut_off: dt.date) -> None:
    """``table``: hours a day and days a week by the newest catalogue of hours up to the day.

    Equal opening and closing hours are round the clock; 23:59 is how some sources write midnight.
    """
    with scratch(con) as name:
        told = name("told")
        fields = {"unit_id": "unit_id", "as_of": "as_of", "opens": "opens", "closes": "closes", "weekdays": "weekdays"}
        columns_of(OpeningHours.objects.filter(as_of__lte=cut_off).order_by(), fields, con, told)
        con.execute(
            f"""
            CREATE OR REPLACE TABLE {table} AS
            WITH newest AS (
                SELECT *, datediff('minute', CAST(opens AS TIME), CAST(closes AS TIME))
                    + CASE WHEN left(closes, 5) = '23:59' THEN 1 ELSE 0 END AS minutes
                FROM {told} QUALIFY row_number() OVER (PARTITION BY unit_id ORDER BY as_of DESC) = 1
            )
            SELECT unit_id, coalesce(nullif(((minutes % 1440) + 1440) % 1440, 0), 1440) / 60 AS hours,
                nullif(len(list_distinct(string_split(nullif(weekdays, ''), ''))), 0) AS days
            FROM newest
            """  # noqa: S608
        )


def _types() -> list[dict[str, Any]]:
    return [
        {
            "unit_type": code,
            "care": kind.care,
            "hospital": kind.hospital,
            "outpatient": kind.outpatient,
            "level": kind.level,
        }
        for code, kind in typologies().unit_types.items()
    ]


def _of_rows(con: duckdb.DuckDBPyConnection, table: str, rows: list[dict[str, Any]]) -> None:
    """``table``: a few rows of a definition file."""
    con.register("_few", pa.Table.from_pylist(rows))
    try:
        con.execute(f"CREATE OR REPLACE TABLE {table} AS FROM _few")  # noqa: S608
    finally:
        con.unregister("_few")
