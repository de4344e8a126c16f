"""The first rows that an indicator counts: an analyst sees in them whether an expression says what it should."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import duckdb

from bienestar.insight.indicators.queries.rules import CheckedIndicator, Rule
from bienestar.insight.indicators.queries.selecting import tables_of, where_sql
from bienestar.insight.snapshots.models import Snapshot
from bienestar.insight.snapshots.queries.reading import attach, folder_of, manifest_of


@dataclass(frozen=True)
class FirstRows:
    """Some rows of a table that a rule counts, and how many there are in all."""

    table: str
    columns: list[str]
    rows: list[tuple[Any, ...]]
    count: int


def first_rows(snapshot: Snapshot, one: CheckedIndicator, limit: int) -> dict[str, FirstRows | None]:
    """By part (numerator, denominator): the first rows that it counts; None where the register is not there.

    No permission is asked: for the account of commands only.
    """
    manifest, found = manifest_of(snapshot), {}
    days = one.definition.days
    with duckdb.connect() as con:
        attach(con, folder_of(snapshot), manifest)
        for part, rule in (("numerator", one.numerator), ("denominator", one.denominator)):
            if rule is not None:
                recorded = tables_of(rule) <= manifest.tables.keys()
                found[part] = _rows(con, rule, where_sql(rule, manifest, days), limit) if recorded else None
    return found


def _rows(con: duckdb.DuckDBPyConnection, rule: Rule, where: str, limit: int) -> FirstRows:
    source = f'FROM "{rule.table}" AS counted WHERE {where}'
    count = con.execute(f"SELECT count(*) {source}").fetchall()[0][0]  # noqa: S608
    result = con.execute(f"SELECT counted.* {source} LIMIT {int(limit)}")  # noqa: S608
    return FirstRows(rule.table, [column[0] for column in result.description or ()], result.fetchall(), int(count))
