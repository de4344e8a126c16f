"""The condition of a rule as DuckDB's SQL: which rows of a frozen table are behind a value."""

from __future__ import annotations

import datetime as dt

from sqlglot import exp

from bienestar.calculations.expressions.reading import DAYS, Expression
from bienestar.insight.indicators.queries.rules import JOINED, Rule
from bienestar.insight.snapshots.queries.manifests import Manifest


def tables_of(rule: Rule) -> set[str]:
    """The frozen tables that a rule reads: its own, and those of the units and municipalities that it names."""
    return {rule.table} | {JOINED[prefix][0] for prefix, _name in rule.columns if prefix}


def where_sql(rule: Rule, manifest: Manifest, days: int | None) -> str:
    """The rule's condition on one row, for a query of ``<table> AS counted`` over the snapshot's views."""
    return condition_sql(rule.where, manifest, days) if rule.where else "true"


def condition_sql(condition: Expression, manifest: Manifest, days: int | None) -> str:
    """A condition on rows, or on rows put together, for a query of ``<table> AS counted``."""
    told = {"cut_off": manifest.cut_off, "since": manifest.cut_off - dt.timedelta(days=days or 0)}

    def spelt(node: exp.Expression) -> exp.Expression:
        if isinstance(node, exp.Column):
            if not node.table and node.name in DAYS:
                return _spelt_date(told[node.name])
            if node.table:
                return _looked_up(node.table, node.name)
            return exp.column(node.name, table="counted", quoted=True)
        if isinstance(node, exp.Anonymous) and node.name.lower() == "days_between":
            later, earlier = node.expressions
            days = exp.Sub(
                this=exp.Paren(this=later.transform(spelt)), expression=exp.Paren(this=earlier.transform(spelt))
            )
            return exp.Paren(this=days)  # it may stand beside a times
        return node

    return str(condition.tree.copy().transform(spelt).sql(dialect="duckdb"))


def column_sql(prefix: str, name: str) -> str:
    """A column of the row, or of its unit or municipality (``prefix``), in such a query."""
    if prefix:
        return str(exp.Paren(this=_looked_up(prefix, name)).sql(dialect="duckdb"))
    return str(exp.column(name, table="counted", quoted=True).sql(dialect="duckdb"))


def _spelt_date(day: dt.date) -> exp.Expression:
    return exp.cast(exp.Literal.string(day.isoformat()), "date")


def _looked_up(prefix: str, name: str) -> exp.Expression:
    """A column of the row's unit or municipality."""
    table, key = JOINED[prefix]
    inner = exp.select(exp.column(name, table="other", quoted=True)).from_(exp.to_table(table).as_("other"))
    same = exp.EQ(
        this=exp.column(key, table="other", quoted=True), expression=exp.column(key, table="counted", quoted=True)
    )
    return inner.where(same).subquery()
