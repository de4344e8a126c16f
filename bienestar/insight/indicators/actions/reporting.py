"""The places that have values, and which unit has told which register what, over one snapshot."""

from __future__ import annotations

import datetime as dt
from typing import Any

import duckdb
import ibis

from bienestar.calculations.expressions.building import build
from bienestar.calculations.expressions.reading import Columns, read_condition
from bienestar.foundation.definitions.tables import FrozenTableShape, frozen_tables
from bienestar.foundation.storage.frozen import make_described
from bienestar.insight.indicators.actions.engines import unbound
from bienestar.insight.snapshots.queries.manifests import FrozenTable, Manifest

COUNTRY = "MX"
REPORTS_DUE = "reports_due"


def fill_places(con: duckdb.DuckDBPyConnection, manifest: Manifest) -> None:
    """The table ``places``: the country, its states and municipalities, and operating units that give care."""
    con.execute(
        f"""
        CREATE TABLE places (level VARCHAR, code VARCHAR, state VARCHAR, municipality VARCHAR);
        INSERT INTO places VALUES ('country', '{COUNTRY}', NULL, NULL);
        """  # noqa: S608
    )
    if "municipalities" in manifest.tables:
        con.execute(
            """
            INSERT INTO places SELECT DISTINCT 'state', state, state, NULL::VARCHAR FROM municipalities;
            INSERT INTO places SELECT 'municipality', municipality, state, municipality FROM municipalities;
            """
        )
    if "units" in manifest.tables:
        con.execute("INSERT INTO places SELECT 'unit', unit, state, municipality FROM units WHERE operating AND care")


def fill_reporting(con: duckdb.DuckDBPyConnection, manifest: Manifest) -> None:
    """The table ``reporting``, of every table into which units report.

    Each unit: whether it must, how many rows it has told, its newest, and whether it is in time.
    """
    con.execute(
        """
        CREATE TABLE reporting (register VARCHAR, state VARCHAR, municipality VARCHAR, unit VARCHAR, due BOOLEAN,
                                rows BIGINT, newest DATE, in_time BOOLEAN)
        """
    )
    if "units" not in manifest.tables:
        return
    units = unbound("units", manifest.tables["units"])
    for name in manifest.tables:
        shape = frozen_tables()[name]
        if shape.reports is not None and "unit" in shape.columns:
            _reporting_into(con, manifest, name, shape, units)


def _reporting_into(
    con: duckdb.DuckDBPyConnection, manifest: Manifest, name: str, shape: FrozenTableShape, units: Any
) -> None:
    reports = shape.reports
    assert reports is not None
    due = read_condition(reports.due, Columns(frozen_tables()["units"].kinds))
    condition = build(
        due.tree, lambda _prefix, column: units[column], {"cut_off": manifest.cut_off, "since": manifest.cut_off}
    )
    asked = ibis.to_sql(units.select("state", "municipality", "unit", due=condition), dialect="duckdb")
    newest = f'max("{reports.date}")' if reports.date else "NULL::DATE"
    in_time = "coalesce(told.rows, 0) > 0"
    if reports.date and reports.within_days:
        oldest = manifest.cut_off - dt.timedelta(days=reports.within_days)
        in_time += f" AND told.newest >= DATE '{oldest}'"
    con.execute(
        f"""
        INSERT INTO reporting
        SELECT '{name}', asked.state, asked.municipality, asked.unit, coalesce(asked.due, false),
               coalesce(told.rows, 0), told.newest, coalesce({in_time}, false)
        FROM ({asked}) AS asked
        LEFT JOIN (SELECT unit, count(*) AS rows, {newest} AS newest FROM "{name}" GROUP BY unit) AS told
        USING (unit)
        """  # noqa: S608
    )


def derive_reports_due(con: duckdb.DuckDBPyConnection, manifest: Manifest) -> FrozenTable | None:
    """The table of reports due, of who has reported, where no register keeps one: each unit owes each register one
    report by the cut-off, and it has arrived when the unit has told in time.
    """
    if REPORTS_DUE in manifest.tables or REPORTS_DUE not in frozen_tables():
        return None
    shape, cut_off = frozen_tables()[REPORTS_DUE], manifest.cut_off
    con.execute("CREATE TEMP TABLE owed AS FROM reporting WHERE due")
    rows = con.execute("SELECT count(*) FROM owed").fetchall()[0][0]
    if not rows:
        return None
    make_described(
        con,
        REPORTS_DUE,
        shape.kinds,
        f"""
        SELECT state, municipality, unit, register || ':' || unit AS report, register, DATE '{cut_off}' AS due_on,
               CASE WHEN in_time THEN coalesce(newest, DATE '{cut_off}') END AS received_on, in_time AS complete
        FROM owed
        """,  # noqa: S608
    )
    return FrozenTable(dict(shape.kinds), tuple(shape.key), int(rows), ())
