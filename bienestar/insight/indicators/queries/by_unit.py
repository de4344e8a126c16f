"""What a rule counts in each unit, over the frozen tables of two days: as they were, and as they would have counted
on the earlier day by what the records are called on the later one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import duckdb
import ibis
from sqlglot import exp

from bienestar.calculations.expressions.building import build
from bienestar.calculations.expressions.reading import (
    Columns,
    Expression,
    read_amount,
    read_condition,
    read_gathered_condition,
)
from bienestar.calculations.growth import UnitThen
from bienestar.foundation.definitions.indicators import Measure
from bienestar.foundation.definitions.tables import frozen_tables
from bienestar.foundation.storage.frozen import quoted
from bienestar.insight.indicators.queries.rules import JOINED, Rule, columns_for
from bienestar.insight.snapshots.models import Snapshot
from bienestar.insight.snapshots.queries.manifests import FrozenTable, Manifest
from bienestar.insight.snapshots.queries.reading import attach, folder_of, manifest_of

#: Kind of a column → its type in Ibis.
TYPES = {"text": "string", "whole": "int64", "number": "decimal(18, 4)", "date": "date", "flag": "boolean"}
UNITS = "units"
EARLIER, RELABELLED, LATER = "earlier", "relabelled", "later"


@dataclass(frozen=True)
class Counted:
    """What is counted in one unit; ``amount`` None: its records say nothing. ``rows``: how many records count."""

    amount: Decimal | None
    rows: int


@dataclass(frozen=True)
class UnitNamed:
    """A unit of one of the two days."""

    unit: str
    name: str
    state: str
    then: UnitThen


def rule_of(measure: Measure) -> Rule:
    """The rule of a measure that has been checked when it was frozen. Raises ExpressionError, KeyError."""
    tables = frozen_tables()
    table = tables[measure.table]
    columns = columns_for(table, tables)
    where = read_condition(measure.where, columns) if measure.where else None
    having = read_gathered_condition(measure.having, columns) if measure.having else None
    values = Columns({name: table.kinds[name] for name in measure.by}) if measure.by else columns
    value = read_amount(measure.value, values)
    return Rule(measure.table, where, tuple(measure.by), having, value, (), (), table.personal, False)


def adds_up_by_unit(rule: Rule) -> bool:
    """Whether the amounts of units add up to that of a place: sums, counts of rows, and units counted once each."""
    if rule.by:
        return "unit" in rule.by and rule.value.additive
    return rule.value.additive or _counts_units(rule.value)


def _counts_units(value: Expression) -> bool:
    tree = value.tree
    if not isinstance(tree, exp.Count) or not isinstance(tree.this, exp.Distinct):
        return False
    counted = tree.this.expressions[0]
    return isinstance(counted, exp.Column) and counted.name == "unit" and not counted.table


@dataclass(frozen=True)
class TwoDays:
    """The frozen tables of two days, in three schemas of one connection: earlier, relabelled, later."""

    con: duckdb.DuckDBPyConnection
    before: Manifest
    after: Manifest

    def has(self, rule: Rule) -> bool:
        """Whether both days have every table and column that a rule reads."""
        for manifest in (self.before, self.after):
            for prefix, name in rule.columns | {("", column) for column in self._own_columns(rule)}:
                table = JOINED[prefix][0] if prefix else rule.table
                if table not in manifest.tables or name not in manifest.tables[table].columns:
                    return False
        return UNITS in self.before.tables and UNITS in self.after.tables

    def _own_columns(self, rule: Rule) -> set[str]:
        having = {name for prefix, name in rule.having.columns if not prefix} if rule.having else set()
        return {"state", "unit", *rule.by, *having}

    def counted(self, rule: Rule, days: int | None, when: str, state: str | None) -> dict[str | None, Counted]:
        """What the rule counts, by unit; under None what belongs to no unit. ``state``: only records of it."""
        manifest = self.after if when == LATER else self.before
        days_named = _days(manifest.cut_off, days)
        expression = _Counting(manifest, rule, days_named).by_unit(state)
        self.con.execute(f"USE {when}")
        rows = self.con.execute(str(ibis.to_sql(expression, dialect="duckdb"))).fetchall()
        return {unit: Counted(None if amount is None else Decimal(amount), int(many)) for unit, amount, many in rows}

    def told(self, table: str, when: str) -> set[str]:
        """Units that have any record in a table."""
        rows = self.con.execute(
            f"SELECT DISTINCT unit FROM {when}.{quoted(table)} WHERE unit IS NOT NULL"  # noqa: S608
        ).fetchall()
        return {unit for (unit,) in rows}

    def units(self, when: str) -> dict[str, UnitNamed]:
        """The units of a day by their uid."""
        rows = self.con.execute(
            f"SELECT unit, name, state, coalesce(operating, false), operator, joined_on, opened_on FROM {when}.units"  # noqa: S608
        ).fetchall()
        return {unit: UnitNamed(unit, name or unit, state, UnitThen(*then)) for unit, name, state, *then in rows}


@contextmanager
def two_days(before: Snapshot, after: Snapshot) -> Iterator[TwoDays]:
    """The frozen tables of two snapshots. Raises OSError or ValueError where a folder is not there or damaged."""
    manifests = manifest_of(before), manifest_of(after)
    with duckdb.connect(config={"threads": 2, "memory_limit": "1GB"}) as con:
        for schema, snapshot, manifest in ((EARLIER, before, manifests[0]), (LATER, after, manifests[1])):
            con.execute(f"CREATE SCHEMA {schema}; USE {schema}")
            attach(con, folder_of(snapshot), manifest)
        con.execute(f"CREATE SCHEMA {RELABELLED}; USE {RELABELLED}")
        for name in manifests[0].tables:
            con.execute(_relabelled_sql(name, *manifests))
        yield TwoDays(con, *manifests)


def _relabelled_sql(name: str, before: Manifest, after: Manifest) -> str:
    """The earlier rows of a table, called what the same rows are called on the later day."""
    earlier, shape = before.tables[name], frozen_tables().get(name)
    later = after.tables.get(name)
    labels = [
        column
        for column in earlier.columns
        if shape and later and column in shape.columns and shape.columns[column].classifies and column in later.columns
    ]
    if not labels or later is None:
        return f"CREATE VIEW {quoted(name)} AS FROM {EARLIER}.{quoted(name)}"
    same = " AND ".join(f"was.{quoted(column)} = now_is.{quoted(column)}" for column in earlier.key)
    found = f"now_is.{quoted(earlier.key[0])} IS NOT NULL"
    columns = ", ".join(
        f"CASE WHEN {found} THEN now_is.{quoted(column)} ELSE was.{quoted(column)} END AS {quoted(column)}"
        if column in labels
        else f"was.{quoted(column)}"
        for column in earlier.columns
    )
    table = quoted(name)
    return (
        f"CREATE VIEW {table} AS SELECT {columns} FROM {EARLIER}.{table} AS was "  # noqa: S608
        f"LEFT JOIN {LATER}.{table} AS now_is ON {same}"
    )


def _days(cut_off: dt.date, days: int | None) -> dict[str, dt.date]:
    return {"cut_off": cut_off, "since": cut_off - dt.timedelta(days=days) if days else cut_off}


class _Counting:
    """One rule as an Ibis expression that counts by unit; the same meaning as when values are reckoned."""

    def __init__(self, manifest: Manifest, rule: Rule, days: dict[str, dt.date]) -> None:
        self.manifest, self.rule, self.days = manifest, rule, days

    def by_unit(self, state: str | None) -> Any:
        """Columns unit, amount, rows."""
        table = self._joined()
        if state is not None:
            table = table.filter(table["state"] == state)
        where = self._built(self.rule.where.tree, table) if self.rule.where else None
        chosen = table if where is None else table.filter(where)
        if self.rule.by:
            return self._gathered(chosen)
        amount = self._built(self.rule.value.tree, chosen)
        return chosen.group_by("unit").aggregate(amount=amount, rows=chosen.count())

    def _gathered(self, chosen: Any) -> Any:
        for name in self.rule.by:
            chosen = chosen.filter(chosen[name].notnull())
        kept = self._built(self.rule.having.tree, chosen) if self.rule.having else ibis.literal(True)
        rows = chosen.group_by(list(dict.fromkeys(["unit", *self.rule.by]))).aggregate(
            _kept=kept, _behind=chosen.count()
        )
        rows = rows.filter(rows["_kept"])
        amount = build(self.rule.value.tree, lambda _prefix, name: rows if name == "*" else rows[name], self.days)
        return rows.group_by("unit").aggregate(amount=amount, rows=rows["_behind"].sum())

    def _joined(self) -> Any:
        table = _unbound(self.rule.table, self.manifest.tables[self.rule.table])
        wanted = self.rule.columns | (self.rule.having.columns if self.rule.having else frozenset())
        for prefix in sorted({prefix for prefix, _name in wanted if prefix}):
            names = sorted(name for other, name in wanted if other == prefix)
            other, key = JOINED[prefix]
            if other == self.rule.table:
                table = table.mutate(**{f"{prefix}__{name}": table[name] for name in names})
                continue
            right = _unbound(other, self.manifest.tables[other])
            right = right.select(**{f"_{key}": right[key]}, **{f"{prefix}__{name}": right[name] for name in names})
            table = table.left_join(right, table[key] == right[f"_{key}"]).drop(f"_{key}")
        return table

    def _built(self, tree: Any, table: Any) -> Any:
        def resolve(prefix: str, name: str) -> Any:
            return table if name == "*" else table[f"{prefix}__{name}" if prefix else name]

        return build(tree, resolve, self.days)


def _unbound(name: str, table: FrozenTable) -> Any:
    return ibis.table({column: TYPES[kind] for column, kind in table.columns.items()}, name=name)
