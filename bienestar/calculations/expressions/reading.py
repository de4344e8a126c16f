"""Expressions of indicators: a small part of SQL, read and checked before anything is computed.

A health analyst writes them, so that what is wrong is told in one sentence with its place. What is not listed here is
refused: the same expression must mean the same on every engine, and its sums must come out equal to the last digit.
That is why there is no division and no average: a ratio is a numerator and a denominator.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlglot
from sqlglot import exp

#: Kinds of values: of a column, and of what an expression gives.
KINDS = ("text", "whole", "number", "date", "flag")
#: Names that are no column: the day of the cut-off, and the first day of the period of a flow.
DAYS = ("cut_off", "since")
NUMBERS = ("whole", "number")
COMPARISONS = (exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE)
AGGREGATES = (exp.Count, exp.Sum, exp.Min, exp.Max, exp.Median)
NULL = "null"
#: Every step through an expression goes down as far as its parts lie within each other.
DEEPEST = 100
TOO_DEEP = f"more than {DEEPEST} parts lie within each other; a long list is shorter with in (…)"
LISTED = "coalesce, least, greatest, abs, year, month, days_between"


class ExpressionError(Exception):
    """An expression that cannot be used. ``start``: where in the text, counted from 0."""

    def __init__(self, reason: str, start: int) -> None:
        self.reason, self.start = reason, start
        super().__init__(reason)


@dataclass(frozen=True)
class Columns:
    """Columns that an expression may name: the table's own, and those of the row's unit and municipality."""

    own: Mapping[str, str]
    joined: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def kind(self, node: exp.Column) -> str:
        """Kind of a column; ExpressionError where there is none of that name."""
        name, prefix = node.name, node.table
        if not prefix and name in DAYS:
            return "date"
        known = self.joined.get(prefix) if prefix else self.own
        if known is None:
            raise ExpressionError(
                f"there is nothing named {prefix}; before a dot stands {' or '.join(self.joined) or 'nothing here'}",
                _start(node),
            )
        if name not in known:
            near = difflib.get_close_matches(name, known, 1)
            place = f"{prefix} has" if prefix else "the table has"
            raise ExpressionError(
                f"{place} no column {name}" + (f"; did you mean {near[0]}?" if near else ""), _start(node)
            )
        return known[name]


@dataclass(frozen=True)
class Expression:
    """An expression that holds: its tree, the kind of its value, and the columns that it names as (prefix, name)."""

    text: str
    tree: Any
    kind: str
    columns: frozenset[tuple[str, str]]
    aggregate: bool
    additive: bool


def read_condition(text: str, columns: Columns) -> Expression:
    """A condition on one row. Raises ExpressionError."""
    return _read(text, columns, aggregate=False, wanted=("flag",))


def read_amount(text: str, columns: Columns) -> Expression:
    """An amount of many rows: one aggregate, or several added and subtracted. Raises ExpressionError."""
    return _read(text, columns, aggregate=True, wanted=NUMBERS)


def read_gathered_condition(text: str, columns: Columns) -> Expression:
    """A condition on rows gathered by something: compares aggregates. Raises ExpressionError."""
    return _read(text, columns, aggregate=True, wanted=("flag",))


def read_column(text: str, columns: Columns) -> Expression:
    """A single column. Raises ExpressionError."""
    found = _read(text, columns, aggregate=False, wanted=KINDS)
    if not isinstance(found.tree, exp.Column):
        raise ExpressionError("the name of one column is wanted here", 0)
    return found


def _read(text: str, columns: Columns, *, aggregate: bool, wanted: tuple[str, ...]) -> Expression:
    tree = _parsed(text)
    kind, level = _Check(columns).of(tree)
    if kind not in wanted:
        raise ExpressionError(f"this gives a {kind}, and {_either(wanted)} is wanted", 0)
    if aggregate and level == "row":
        raise ExpressionError("this speaks of one row; say how rows are put together: count(*), sum(…), max(…)", 0)
    if not aggregate and level == "many":
        found = next(node for node in tree.walk() if isinstance(node, AGGREGATES))
        raise ExpressionError("a condition on one row cannot count or add up rows", _start(found))
    named = frozenset(
        (node.table, node.name) for node in tree.find_all(exp.Column) if not (node.name in DAYS and not node.table)
    )
    return Expression(text, tree, kind, named, level == "many", level == "many" and _additive(tree))


def _parsed(text: str) -> Any:
    if not text.strip():
        raise ExpressionError("the expression is empty", 0)
    try:
        tree = sqlglot.parse_one(text, dialect="duckdb")
    except sqlglot.errors.ParseError as error:
        first = error.errors[0] if error.errors else {}
        line, col, mark = first.get("line") or 1, first.get("col") or 1, first.get("highlight") or ""
        before = sum(len(part) + 1 for part in text.split("\n")[: line - 1])
        raise ExpressionError("this cannot be read as an expression", max(before + col - len(mark), 0)) from None
    except sqlglot.errors.SqlglotError:
        raise ExpressionError("this cannot be read; is a quotation mark or a bracket missing?", 0) from None
    except RecursionError:
        raise ExpressionError(TOO_DEEP, 0) from None
    if _depth(tree) > DEEPEST:
        raise ExpressionError(TOO_DEEP, 0)
    return tree


def _depth(tree: Any) -> int:
    """How many parts lie within each other; counted level by level, however many there are."""
    depth, level = 0, [tree]
    while level:
        depth, level = depth + 1, [part for node in level for part in node.iter_expressions()]
    return depth


def _additive(tree: Any) -> bool:
    """Whether the amounts of parts add up to the amount of the whole."""
    if isinstance(tree, exp.Paren | exp.Filter | exp.Neg):
        return _additive(tree.this)
    if isinstance(tree, exp.Add | exp.Sub):
        return _additive(tree.left) and _additive(tree.right)
    return isinstance(tree, exp.Sum) or (isinstance(tree, exp.Count) and not isinstance(tree.this, exp.Distinct))


def _start(node: Any) -> int:
    if isinstance(node, exp.Column) and node.args.get("table") is not None:
        return int(node.args["table"].meta.get("start", 0))
    found = [int(one.meta["start"]) for one in node.walk() if "start" in one.meta]
    return min(found, default=0)


def _either(words: tuple[str, ...]) -> str:
    return " or ".join(f"a {word}" for word in words)


class _Check:
    """Walks a tree: gives (kind, level) where level is row, many or constant, and refuses the rest."""

    def __init__(self, columns: Columns) -> None:
        self.columns = columns

    def of(self, node: Any) -> tuple[str, str]:
        for shapes, check in self.CHECKS:
            if isinstance(node, shapes):
                found: tuple[str, str] = check(self, node)
                return found
        what = node.name if isinstance(node, exp.Anonymous) else type(node).__name__.lower()
        raise ExpressionError(f"{what} cannot be used here; functions are {LISTED}", _start(node))

    def _column(self, node: exp.Column) -> tuple[str, str]:
        if isinstance(node.this, exp.Star):
            raise ExpressionError("* stands only in count(*)", _start(node))
        kind = self.columns.kind(node)
        return kind, "constant" if node.name in DAYS and not node.table else "row"

    def _literal(self, node: exp.Literal) -> tuple[str, str]:
        if node.is_string:
            return "text", "constant"
        return ("whole" if node.this.isdigit() else "number"), "constant"

    def _paren(self, node: exp.Expression) -> tuple[str, str]:
        return self.of(node.this)

    def _logic(self, node: Any) -> tuple[str, str]:
        parts = [node.this] if isinstance(node, exp.Not) else [node.left, node.right]
        found = [self.of(part) for part in parts]
        for part, (kind, _level) in zip(parts, found, strict=True):
            if kind != "flag":
                raise ExpressionError(f"and, or, not join conditions, and this gives a {kind}", _start(part))
        return "flag", self._level(node, [level for _kind, level in found])

    def _comparison(self, node: Any) -> tuple[str, str]:
        return "flag", self._same(node, [node.left, node.right])

    def _between(self, node: exp.Between) -> tuple[str, str]:
        return "flag", self._same(node, [node.this, node.args["low"], node.args["high"]])

    def _in(self, node: exp.In) -> tuple[str, str]:
        if not node.expressions:
            raise ExpressionError("in needs a list of values in brackets", _start(node))
        return "flag", self._same(node, [node.this, *node.expressions])

    def _is(self, node: exp.Is) -> tuple[str, str]:
        if not isinstance(node.expression, exp.Null):
            raise ExpressionError("is stands before null or not null", _start(node))
        return "flag", self.of(node.this)[1]

    def _like(self, node: exp.Like) -> tuple[str, str]:
        level = self._same(node, [node.this, node.expression])
        if self.of(node.this)[0] != "text" or not isinstance(node.expression, exp.Literal):
            raise ExpressionError("like compares a text with a pattern in quotation marks", _start(node))
        return "flag", level

    def _sum_of_two(self, node: Any) -> tuple[str, str]:
        parts = [node.this] if isinstance(node, exp.Neg) else [node.left, node.right]
        found = [self.of(part) for part in parts]
        for part, (kind, _level) in zip(parts, found, strict=True):
            if kind not in NUMBERS:
                hint = "; for days between dates use days_between(later, earlier)" if kind == "date" else ""
                raise ExpressionError(f"only numbers are reckoned with, and this is a {kind}{hint}", _start(part))
        level = self._level(node, [one for _kind, one in found])
        if isinstance(node, exp.Mul) and level == "many":
            raise ExpressionError("counts and sums are added or subtracted, not multiplied", _start(node))
        return ("whole" if all(kind == "whole" for kind, _ in found) else "number"), level

    def _division(self, node: exp.Expression) -> tuple[str, str]:
        raise ExpressionError("there is no division: a ratio has a numerator and a denominator", _start(node))

    def _case(self, node: exp.Case) -> tuple[str, str]:
        if node.this is not None:
            raise ExpressionError("write case when … then … else … end", _start(node))
        results = [branch.args["true"] for branch in node.args["ifs"]]
        levels = [self._logic_part(branch.this) for branch in node.args["ifs"]]
        if node.args.get("default") is not None:
            results.append(node.args["default"])
        levels.append(self._same(node, results))
        return self._common(results), self._level(node, levels)

    def _logic_part(self, node: exp.Expression) -> str:
        kind, level = self.of(node)
        if kind != "flag":
            raise ExpressionError(f"after when stands a condition, and this gives a {kind}", _start(node))
        return level

    def _several(self, node: exp.Expression) -> tuple[str, str]:
        parts = [node.this, *node.expressions]
        return self._common(parts), self._same(node, parts)

    def _abs(self, node: exp.Expression) -> tuple[str, str]:
        kind, level = self.of(node.this)
        if kind not in NUMBERS:
            raise ExpressionError(f"abs is of a number, and this is a {kind}", _start(node.this))
        return kind, level

    def _date_part(self, node: exp.Expression) -> tuple[str, str]:
        kind, level = self.of(node.this)
        if kind != "date":
            raise ExpressionError(f"a year and a month are of a date, and this is a {kind}", _start(node.this))
        return "whole", level

    def _anonymous(self, node: exp.Anonymous) -> tuple[str, str]:
        if node.name.lower() != "days_between":
            raise ExpressionError(f"there is no function {node.name}; functions are {LISTED}", _start(node))
        if len(node.expressions) != 2:
            raise ExpressionError("days_between takes a later and an earlier date", _start(node))
        found = [self.of(part) for part in node.expressions]
        if any(kind != "date" for kind, _level in found):
            raise ExpressionError("days_between takes a later and an earlier date", _start(node))
        return "whole", self._level(node, [level for _kind, level in found])

    def _date(self, node: exp.Cast) -> tuple[str, str]:
        if node.to.this != exp.DataType.Type.DATE or not isinstance(node.this, exp.Literal):
            raise ExpressionError("values are not turned into another kind; a date is date '2026-01-31'", _start(node))
        return "date", "constant"

    def _aggregate(self, node: exp.Expression) -> tuple[str, str]:
        inner = node.this
        if isinstance(node, exp.Count):
            return self._count(node)
        kind, level = self.of(inner)
        if level == "many":
            raise ExpressionError("a sum of sums cannot be made", _start(inner))
        if isinstance(node, exp.Sum | exp.Median) and kind not in NUMBERS:
            raise ExpressionError(f"this is of numbers, and {inner.sql()} is a {kind}", _start(inner))
        if isinstance(node, exp.Median):
            if kind != "whole":
                raise ExpressionError("a median is of whole numbers", _start(inner))
            return "number", "many"
        return kind, "many"

    def _count(self, node: exp.Count) -> tuple[str, str]:
        if isinstance(node.this, exp.Star):
            return "whole", "many"
        parts = node.this.expressions if isinstance(node.this, exp.Distinct) else [node.this]
        if len(parts) != 1:
            raise ExpressionError("count(distinct …) takes one column", _start(node))
        if self.of(parts[0])[1] == "many":
            raise ExpressionError("a count of counts cannot be made", _start(node))
        return "whole", "many"

    def _filter(self, node: exp.Filter) -> tuple[str, str]:
        kind, _level = self.of(node.this)
        if not isinstance(node.this, AGGREGATES):
            raise ExpressionError("filter stands after an aggregate such as count(*)", _start(node))
        if self._logic_part(node.expression.this) == "many":
            raise ExpressionError("filter looks at single rows", _start(node.expression))
        return kind, "many"

    def _null(self, node: exp.Null) -> tuple[str, str]:
        return NULL, "constant"

    def _boolean(self, node: exp.Boolean) -> tuple[str, str]:
        return "flag", "constant"

    def _common(self, parts: list[Any]) -> str:
        kinds = {kind for kind, _level in map(self.of, parts)} - {NULL}
        return "number" if kinds == set(NUMBERS) else next(iter(kinds), NULL)

    def _same(self, node: exp.Expression, parts: list[Any]) -> str:
        """The level of parts that must be of one kind."""
        found = [self.of(part) for part in parts]
        first = next((kind for kind, _level in found if kind != NULL), NULL)
        for part, (kind, _level) in zip(parts, found, strict=True):
            if kind not in (first, NULL) and not {kind, first} <= set(NUMBERS):
                raise ExpressionError(f"a {first} is put beside a {kind}", _start(part))
        return self._level(node, [level for _kind, level in found])

    def _level(self, node: exp.Expression, levels: list[str]) -> str:
        if "row" in levels and "many" in levels:
            raise ExpressionError("one row and an amount of many rows stand side by side", _start(node))
        return "many" if "many" in levels else "row" if "row" in levels else "constant"

    CHECKS: tuple[Any, ...] = (
        (exp.Filter, _filter),
        (AGGREGATES, _aggregate),
        (exp.Column, _column),
        (exp.Literal, _literal),
        (exp.Paren, _paren),
        ((exp.And, exp.Or, exp.Not), _logic),
        (COMPARISONS, _comparison),
        (exp.Between, _between),
        (exp.In, _in),
        (exp.Is, _is),
        (exp.Like, _like),
        ((exp.Add, exp.Sub, exp.Mul, exp.Neg), _sum_of_two),
        (exp.Div, _division),
        (exp.Case, _case),
        ((exp.Coalesce, exp.Least, exp.Greatest), _several),
        (exp.Abs, _abs),
        ((exp.Year, exp.Month), _date_part),
        (exp.Cast, _date),
        (exp.Anonymous, _anonymous),
        (exp.Null, _null),
        (exp.Boolean, _boolean),
    )
