"""Frozen tables of diagnoses: of each unit, the newest run on or before a day that covers it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import duckdb
from django.db.models import QuerySet

from bienestar.foundation.definitions.tables import frozen_tables
from bienestar.foundation.facilities.queries.frozen import resource_words, unit_places
from bienestar.foundation.storage.columns import columns_of
from bienestar.foundation.storage.frozen import make_described, scratch
from bienestar.insight.gaps.models import DiagnosisRun, GapLine, RunUnit, ServiceResult, WisnLine

LINE = ("resource", "required", "existing", "usable", "gap", "to_repair", "to_acquire")
SERVICE = ("service", "readiness", "people")
WISN = ("resource", "required", "current", "ratio")


def fill_gap_lines(con: duckdb.DuckDBPyConnection, into: str, cut_off: dt.date) -> None:
    """What each unit must have and has, by its newest diagnosis on or before the cut-off."""
    _fill(con, into, cut_off, "gap_lines", GapLine.objects.all(), LINE)


def fill_service_results(con: duckdb.DuckDBPyConnection, into: str, cut_off: dt.date) -> None:
    """Which services each unit can give, by its newest diagnosis on or before the cut-off."""
    _fill(con, into, cut_off, "service_results", ServiceResult.objects.all(), SERVICE)


def fill_workloads(con: duckdb.DuckDBPyConnection, into: str, cut_off: dt.date) -> None:
    """Staff that each unit's activity calls for, by its newest diagnosis on or before the cut-off."""
    _fill(con, into, cut_off, "workloads", WisnLine.objects.all(), WISN)


def _fill(
    con: duckdb.DuckDBPyConnection,
    into: str,
    cut_off: dt.date,
    table: str,
    lines: QuerySet[Any],
    fields: tuple[str, ...],
) -> None:
    """Lines of the run that is each unit's newest; a later run of the same date is newer.

    A row that was folded into another unit since is left out: the other one's next diagnosis covers both.
    """
    with scratch(con) as name:
        covered, told, places, words = name("covered"), name("told"), name("places"), name("words")
        _newest_runs(con, covered, cut_off)
        runs = [run for (run,) in con.execute(f"SELECT DISTINCT run_id FROM {covered}").fetchall()]  # noqa: S608
        chosen = {"run_id": "run_id", "unit_id": "unit_id", **{field: field for field in fields}}
        columns_of(lines.filter(run_id__in=runs).order_by(), chosen, con, told)
        unit_places(con, places)
        resource_words(con, words)
        with_words = f"LEFT JOIN {words} AS w USING (resource)" if "resource" in fields else ""
        group = ", coalesce(w.group, split_part(resource, '.', 1)) AS \"group\", category" if with_words else ""
        make_described(
            con,
            into,
            frozen_tables()[table].kinds,
            f"""
            SELECT p.state, p.municipality, p.unit, t.* EXCLUDE (run_id, unit_id), t.run_id AS run, c.as_of {group}
            FROM {told} AS t JOIN {covered} AS c USING (run_id, unit_id)
            JOIN {places} AS p ON p.id = t.unit_id {with_words} WHERE NOT p.folded
            """,  # noqa: S608  names of scratch tables
        )


def _newest_runs(con: duckdb.DuckDBPyConnection, table: str, cut_off: dt.date) -> None:
    """``table``: (run_id, unit_id, as_of), one row for each unit that a run up to the day covers."""
    with scratch(con) as name:
        runs, pairs = name("runs"), name("pairs")
        made = DiagnosisRun.objects.filter(as_of__lte=cut_off)
        columns_of(made.order_by(), {"run_id": "pk", "as_of": "as_of"}, con, runs)
        rows = RunUnit.objects.filter(run__in=made).order_by()
        columns_of(rows, {"run_id": "run_id", "unit_id": "unit_id"}, con, pairs)
        con.execute(
            f"""
            CREATE OR REPLACE TABLE {table} AS
            SELECT run_id, unit_id, as_of FROM {pairs} JOIN {runs} USING (run_id)
            QUALIFY row_number() OVER (PARTITION BY unit_id ORDER BY as_of DESC, run_id DESC) = 1
            """  # noqa: S608
        )
