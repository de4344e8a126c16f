"""Checked expressions as Ibis expressions, which every engine can run."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import ibis
from sqlglot import exp

from bienestar.calculations.expressions.reading import DAYS

#: What amounts are kept in: exact, so that sums are equal in any order.
EXACT = "decimal(18, 4)"
Resolve = Callable[[str, str], Any]


def build(tree: Any, resolve: Resolve, days: dict[str, dt.date], where: Any = None) -> Any:
    """The Ibis value of a tree that ``reading`` has checked.

    ``resolve(prefix, name)`` gives the column, and the table itself for the name *; ``days``: the dates of the names
    in ``reading.DAYS``; ``where``: a condition on the rows that every aggregate of the tree looks at.
    """
    return _Build(resolve, days, where).of(tree)


class _Build:
    def __init__(self, resolve: Resolve, days: dict[str, dt.date], where: Any) -> None:
        self.resolve, self.days, self.where = resolve, days, where

    def of(self, node: Any, where: Any = None) -> Any:
        """``where``: the condition of the filter around an aggregate, if there is one."""
        for shapes, make in self.MAKERS:
            if isinstance(node, shapes):
                return make(self, node, where)
        raise TypeError(type(node).__name__)

    def _column(self, node: exp.Column, where: Any) -> Any:
        if not node.table and node.name in DAYS:
            return ibis.literal(self.days[node.name])
        return self.resolve(node.table, node.name)

    def _literal(self, node: exp.Literal, where: Any) -> Any:
        if node.is_string:
            return ibis.literal(node.this)
        if node.this.isdigit():
            return ibis.literal(int(node.this), type="int64")
        return ibis.literal(Decimal(node.this), type=EXACT)

    def _paren(self, node: Any, where: Any) -> Any:
        return self.of(node.this, where)

    def _two(self, node: Any, where: Any) -> Any:
        left, right = self.of(node.left), self.of(node.right)
        return TWO[type(node)](left, right)

    def _product(self, node: Any, where: Any) -> Any:
        found = self.of(node.left) * self.of(node.right)
        return found.cast(EXACT) if found.type().is_decimal() else found

    def _not(self, node: exp.Not, where: Any) -> Any:
        return ~self.of(node.this)

    def _negative(self, node: exp.Neg, where: Any) -> Any:
        return -self.of(node.this)

    def _between(self, node: exp.Between, where: Any) -> Any:
        return self.of(node.this).between(self.of(node.args["low"]), self.of(node.args["high"]))

    def _in(self, node: exp.In, where: Any) -> Any:
        return self.of(node.this).isin([self.of(one) for one in node.expressions])

    def _is(self, node: exp.Is, where: Any) -> Any:
        return self.of(node.this).isnull()

    def _like(self, node: exp.Like, where: Any) -> Any:
        return self.of(node.this).like(node.expression.this)

    def _case(self, node: exp.Case, where: Any) -> Any:
        branches = [(self.of(one.this), self.of(one.args["true"])) for one in node.args["ifs"]]
        default = node.args.get("default")
        return ibis.cases(*branches, else_=None if default is None else self.of(default))

    def _several(self, node: Any, where: Any) -> Any:
        parts = [self.of(one) for one in (node.this, *node.expressions)]
        return {exp.Coalesce: ibis.coalesce, exp.Least: ibis.least, exp.Greatest: ibis.greatest}[type(node)](*parts)

    def _one(self, node: Any, where: Any) -> Any:
        found = self.of(node.this)
        if isinstance(node, exp.Abs):
            return found.abs()
        return (found.year() if isinstance(node, exp.Year) else found.month()).cast("int64")

    def _days_between(self, node: exp.Anonymous, where: Any) -> Any:
        later, earlier = (self.of(one) for one in node.expressions)
        return later.delta(earlier, unit="day").cast("int64")

    def _date(self, node: exp.Cast, where: Any) -> Any:
        return ibis.literal(dt.date.fromisoformat(node.this.this))

    def _constant(self, node: Any, where: Any) -> Any:
        return ibis.null() if isinstance(node, exp.Null) else ibis.literal(node.this)

    def _filter(self, node: exp.Filter, where: Any) -> Any:
        return self.of(node.this, self.of(node.expression.this))

    def _aggregate(self, node: Any, where: Any) -> Any:
        if self.where is not None:
            where = self.where if where is None else self.where & where
        if isinstance(node, exp.Count):
            return self._count(node, where)
        inner = self.of(node.this)
        if isinstance(node, exp.Sum):
            return inner.sum(where=where)
        if isinstance(node, exp.Median):
            # A condition inside: Spark takes none beside a median.
            return (inner if where is None else ibis.ifelse(where, inner, ibis.null("int64"))).median()
        return inner.min(where=where) if isinstance(node, exp.Min) else inner.max(where=where)

    def _count(self, node: exp.Count, where: Any) -> Any:
        if isinstance(node.this, exp.Star):
            rows = self.resolve("", "*")
            return rows.count() if where is None else rows.count(where=ibis.coalesce(where, False))
        if isinstance(node.this, exp.Distinct):
            return self.of(node.this.expressions[0]).nunique(where=where)
        return self.of(node.this).count(where=where)

    MAKERS: tuple[Any, ...] = (
        (exp.Filter, _filter),
        ((exp.Count, exp.Sum, exp.Min, exp.Max, exp.Median), _aggregate),
        (exp.Column, _column),
        (exp.Literal, _literal),
        (exp.Paren, _paren),
        (exp.Mul, _product),
        ((exp.And, exp.Or, exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE, exp.Add, exp.Sub), _two),
        (exp.Not, _not),
        (exp.Neg, _negative),
        (exp.Between, _between),
        (exp.In, _in),
        (exp.Is, _is),
        (exp.Like, _like),
        (exp.Case, _case),
        ((exp.Coalesce, exp.Least, exp.Greatest), _several),
        ((exp.Abs, exp.Year, exp.Month), _one),
        (exp.Cast, _date),
        (exp.Anonymous, _days_between),
        ((exp.Null, exp.Boolean), _constant),
    )


TWO: dict[type, Callable[[Any, Any], Any]] = {
    exp.And: lambda left, right: left & right,
    exp.Or: lambda left, right: left | right,
    exp.EQ: lambda left, right: left == right,
    exp.NEQ: lambda left, right: left != right,
    exp.LT: lambda left, right: left < right,
    exp.LTE: lambda left, right: left <= right,
    exp.GT: lambda left, right: left > right,
    exp.GTE: lambda left, right: left >= right,
    exp.Add: lambda left, right: left + right,
    exp.Sub: lambda left, right: left - right,
}
