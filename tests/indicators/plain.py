"""A second, obvious reading of an indicator: one SQL question about plain tables, without the program's engine."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import duckdb
import sqlglot
from sqlglot import exp

from bienestar.foundation.definitions.indicators import Measure, OtherIndicator, indicators
from bienestar.foundation.definitions.tables import frozen_tables

TYPES = {"text": "VARCHAR", "whole": "BIGINT", "number": "DECIMAL(18,4)", "date": "DATE", "flag": "BOOLEAN"}
JOINS = (
    ("unit", "units", "left join units as place_unit on place_unit.unit = one.unit"),
    (
        "municipality",
        "municipalities",
        "left join municipalities as place_municipality on place_municipality.municipality = one.municipality",
    ),
)
Rows = Sequence[Mapping[str, Any]]


class Plain:
    """Invented rows of frozen tables, and what an indicator makes of them. A column not given is not known."""

    def __init__(self, cut_off: dt.date, **tables: Rows) -> None:
        self.cut_off = cut_off
        self.con = duckdb.connect()
        for name, shape in frozen_tables().items():
            columns = ", ".join(f'"{column}" {TYPES[kind]}' for column, kind in shape.kinds.items())
            self.con.execute(f"create table {name} ({columns})")
        for name, rows in tables.items():
            shape = frozen_tables()[name]
            for row in rows:
                assert set(row) <= set(shape.columns), row
                values = [row.get(column, "13" if column == "state" else None) for column in shape.columns]
                self.con.execute(f"insert into {name} values ({', '.join('?' * len(values))})", values)  # noqa: S608

    def numerator(self, indicator_id: str, **only: str) -> float | None:
        """The numerator over the rows whose columns are as in ``only``; None where there is none."""
        measure = indicators()[indicator_id].numerator
        assert measure is not None
        return self._amount(measure, indicators()[indicator_id].days, only)

    def denominator(self, indicator_id: str, **only: str) -> float | None:
        """The denominator, looked up where it is another indicator's numerator."""
        one = indicators()[indicator_id]
        if isinstance(one.denominator, OtherIndicator):
            return self.numerator(one.denominator.indicator, **only)
        assert one.denominator is not None
        return self._amount(one.denominator, one.days, only)

    def value(self, indicator_id: str, **only: str) -> float | None:
        """Numerator over denominator times its factor; None where one of them is not known."""
        above, below = self.numerator(indicator_id, **only), self.denominator(indicator_id, **only)
        return None if above is None or not below else above / below * indicators()[indicator_id].times

    def _amount(self, measure: Measure, days: int | None, only: Mapping[str, str]) -> float | None:
        joins = " ".join(text for column, _table, text in JOINS if column in frozen_tables()[measure.table].columns)
        wheres = [f"({self._sql(measure.where, days)})"] if measure.where else []
        wheres += [f"one.\"{column}\" = '{value}'" for column, value in only.items()]
        rows = f"from {measure.table} as one {joins}" + (f" where {' and '.join(wheres)}" if wheres else "")
        if measure.by:
            keys = ", ".join(self._sql(column, days) for column in measure.by)
            assert measure.value == "count(*)"
            having = f" having {self._sql(measure.having, days)}" if measure.having else ""
            question = f"select count(*) from (select {keys} {rows} group by {keys}{having})"
        else:
            question = f"select {self._sql(measure.value, days)} {rows}"
        found = self.con.execute(question).fetchone()
        return None if found is None or found[0] is None else float(found[0])

    def _sql(self, expression: str, days: int | None) -> str:
        names = {"cut_off": self.cut_off, "since": self.cut_off - dt.timedelta(days=days or 0)}

        def column(node: exp.Expression) -> exp.Expression:
            if isinstance(node, exp.Column) and not node.table and node.name in names:
                return sqlglot.parse_one(f"date '{names[node.name]}'", dialect="duckdb")
            if isinstance(node, exp.Column):
                return exp.column(node.name, table=f"place_{node.table}" if node.table else "one", quoted=True)
            return node

        def function(node: exp.Expression) -> exp.Expression:
            if isinstance(node, exp.Anonymous) and node.name.lower() == "days_between":
                later, earlier = node.expressions
                return exp.func("datediff", exp.Literal.string("day"), earlier, later, dialect="duckdb")
            return node

        tree = sqlglot.parse_one(expression, dialect="duckdb")
        return tree.transform(column).transform(function).sql("duckdb")
