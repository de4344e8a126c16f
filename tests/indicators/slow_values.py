"""Every value of every indicator again, row by row in plain Python: no engine, no cube, no adding up of places.

A rule's text is read by the parser alone; what it says is worked out here on dictionaries, with SQL's three truths
(None: not known). For each place and each member the rows that belong there are taken, and their amount reckoned.
"""

from __future__ import annotations

import datetime as dt
import operator
import re
import statistics
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import sqlglot
from sqlglot import exp

from bienestar.foundation.definitions.indicators import Indicator, Measure, OtherIndicator, indicators
from bienestar.foundation.definitions.tables import frozen_tables

Row = Mapping[str, Any]
PLACE_LEVELS = ("country", "state", "municipality", "unit")
CENT = Decimal("0.0001")
TWO: dict[type, Callable[[Any, Any], Any]] = {
    exp.EQ: operator.eq,
    exp.NEQ: operator.ne,
    exp.LT: operator.lt,
    exp.LTE: operator.le,
    exp.GT: operator.gt,
    exp.GTE: operator.ge,
    exp.Add: operator.add,
    exp.Sub: operator.sub,
}


def parsed(text: str) -> Any:
    """The tree of a rule's text."""
    return sqlglot.parse_one(text, dialect="duckdb")


class Slow:
    """``tables``: rows of each frozen table by its name; ``values()`` gives what each indicator is worth where."""

    def __init__(self, cut_off: dt.date, tables: Mapping[str, Sequence[Row]]) -> None:
        self.cut_off, self.tables, self.days = cut_off, tables, 0
        self.units = {row["unit"]: row for row in tables["units"]}
        self.municipalities = {row["municipality"]: row for row in tables["municipalities"]}
        self.shapes = frozen_tables()

    def values(self) -> dict[tuple[str, str, str, str, str], tuple[Any, ...]]:
        """(indicator, level, code, split, member) → numerator, denominator, value, status, rows, due, reported."""
        found: dict[tuple[str, str, str, str, str], tuple[Any, ...]] = {}
        for one in indicators().values():
            if one.numerator is not None:
                self.days = one.days or 0
                found |= self._undivided(one)
                for split in one.splits:
                    found |= self._divided(one, split)
        return found

    def _undivided(self, one: Indicator) -> dict[tuple[str, str, str, str, str], tuple[Any, ...]]:
        assert one.numerator is not None
        below_measure = self._denominator(one)
        found = {}
        for level in [level for level in PLACE_LEVELS if level in one.geography]:
            above = self._amounts(one.numerator, level, "")
            below = self._amounts(below_measure, level, "") if below_measure else {}
            for code in self._codes(level):
                amount, rows = above.get((code, ""), (None, 0))
                due, reported, ever = self._reported(one.numerator.table, level, code)
                numerator = amount if rows else self._nothing(one.numerator, due, ever)
                denominator = None
                if below_measure:
                    denominator, behind = below.get((code, ""), (None, 0))
                    if not behind:
                        told = self._reported(below_measure.table, level, code)
                        denominator = self._nothing(below_measure, told[0], told[2])
                worth = _worth(one, numerator, denominator)
                found[(one.id, level, code, "", "")] = (numerator, denominator, *worth, rows, due, reported)
        return found

    def _divided(self, one: Indicator, split: str) -> dict[tuple[str, str, str, str, str], tuple[Any, ...]]:
        assert one.numerator is not None
        below_measure = self._denominator(one)
        found = {}
        for level in ("country", "state"):
            if level not in one.geography:
                continue
            above = self._amounts(one.numerator, level, split)
            below = self._amounts(below_measure, level, split) if below_measure else {}
            for key in above.keys() | below.keys():
                numerator, rows = above.get(key, (None, 0))
                denominator, behind = below.get(key, (None, 0))
                if not rows and not behind:
                    continue
                if not rows and numerator is None:
                    numerator = 0
                worth = _worth(one, numerator, denominator)
                found[(one.id, level, key[0], split, key[1])] = (numerator, denominator, *worth, rows, None, None)
        return found

    def _denominator(self, one: Indicator) -> Measure | None:
        if isinstance(one.denominator, OtherIndicator):
            return indicators()[one.denominator.indicator].numerator
        return one.denominator

    # Places and reports.

    def _codes(self, level: str) -> list[str]:
        if level == "country":
            return ["MX"]
        if level == "unit":
            return [row["unit"] for row in self.units.values() if row["operating"] and row["care"]]
        return sorted({row[level] for row in self.municipalities.values()})

    def _reported(self, table: str, level: str, code: str) -> tuple[int | None, int | None, int | None]:
        """Units of a place that must report into a table, that have in time, and that ever have."""
        reports = self.shapes[table].reports
        if reports is None:
            return None, None, None
        inside = [unit for unit in self.units.values() if level == "country" or unit[level] == code]
        if not inside:
            return None, None, None
        if table not in self._newest:
            self._newest[table] = self._newest_of(table, reports.date)
        due = in_time = ever = 0
        oldest = self.cut_off - dt.timedelta(days=reports.within_days) if reports.within_days else None
        tree = parsed(reports.due)
        for unit in inside:
            count, newest = self._newest[table].get(unit["unit"], (0, None))
            must = bool(self._of(tree, unit))
            punctual = count > 0 and (oldest is None or (newest is not None and newest >= oldest))
            due, in_time, ever = due + must, in_time + (must and punctual), ever + (count > 0)
        return due, in_time, ever

    @property
    def _newest(self) -> dict[str, dict[str, tuple[int, dt.date | None]]]:
        return self.__dict__.setdefault("_newest_rows", {})

    def _newest_of(self, table: str, date: str | None) -> dict[str, tuple[int, dt.date | None]]:
        found: dict[str, tuple[int, dt.date | None]] = {}
        for row in self.tables[table]:
            count, newest = found.get(row["unit"], (0, None))
            days = [day for day in (newest, row[date] if date else None) if day is not None]
            found[row["unit"]] = (count + 1, max(days, default=None))
        return found

    def _nothing(self, measure: Measure, due: int | None, ever: int | None) -> int | None:
        """What no row means: nought where somebody would have told, else nobody knows."""
        if self.shapes[measure.table].reports is not None:
            return 0 if ever or not due else None
        return 0 if "count(" in measure.value else None

    # Amounts.

    def _amounts(self, measure: Measure, level: str, split: str) -> dict[tuple[str, str], tuple[Any, int]]:
        """(code, member) → the amount there and how many rows are behind it."""
        buckets: dict[tuple[str, str], list[Row]] = defaultdict(list)
        table = self.tables[measure.table]
        condition = parsed(measure.where) if measure.where else None
        column = parsed(split) if split else None
        chosen = self._chosen(measure, condition)
        for row, kept in zip(table, chosen, strict=True):
            code = "MX" if level == "country" else row[level]
            member = "" if column is None else self._of(column, row, measure.table)
            if code is None or member is None:
                continue
            bucket = buckets[(code, str(member))] if not measure.by or kept else []
            if kept:
                bucket.append(row)
        value = parsed(measure.value)
        if not measure.by:
            return {key: (self._amount(value, rows, measure.table), len(rows)) for key, rows in buckets.items()}
        return {key: self._gathered(measure, value, rows) for key, rows in buckets.items()}

    def _chosen(self, measure: Measure, condition: Any) -> list[bool]:
        key = (measure.table, measure.where, tuple(measure.by), self.days)
        known = self.__dict__.setdefault("_chosen_rows", {})
        if key not in known:
            known[key] = [
                (condition is None or self._of(condition, row, measure.table) is True)
                and all(row[name] is not None for name in measure.by)
                for row in self.tables[measure.table]
            ]
        return list(known[key])

    def _gathered(self, measure: Measure, value: Any, rows: Iterable[Row]) -> tuple[Any, int]:
        things: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
        for row in rows:
            things[tuple(row[name] for name in measure.by)].append(row)
        having = parsed(measure.having) if measure.having else None
        kept = [
            group for group in things.values() if having is None or self._amount(having, group, measure.table) is True
        ]
        first = [{name: group[0][name] for name in measure.by} for group in kept]
        return self._amount(value, first, measure.table), sum(map(len, kept))

    def _amount(self, node: Any, rows: Sequence[Row], table: str) -> Any:
        """An expression of many rows: aggregates are worked out, the rest as of one row."""

        def aggregate(part: Any) -> tuple[bool, Any]:
            if isinstance(part, exp.Filter):
                kept = [row for row in rows if self._of(part.expression.this, row, table) is True]
                return True, self._aggregate(part.this, kept, table)
            if isinstance(part, exp.Count | exp.Sum | exp.Min | exp.Max | exp.Median):
                return True, self._aggregate(part, rows, table)
            return False, None

        return self._of(node, {}, table, aggregate)

    def _aggregate(self, node: Any, rows: Sequence[Row], table: str) -> Any:
        if isinstance(node, exp.Count) and isinstance(node.this, exp.Star):
            return len(rows)
        inner = node.this.expressions[0] if isinstance(node.this, exp.Distinct) else node.this
        told = [one for row in rows if (one := self._of(inner, row, table)) is not None]
        if isinstance(node, exp.Count):
            return len(set(told)) if isinstance(node.this, exp.Distinct) else len(told)
        if not told:
            return None
        reckon = {exp.Sum: sum, exp.Min: min, exp.Max: max, exp.Median: lambda some: Decimal(statistics.median(some))}
        return reckon[type(node)](told)

    # One row.

    def _of(self, node: Any, row: Row, table: str = "units", special: Any = None) -> Any:
        """What an expression is worth for a row; ``special(node)`` answers first where it can."""

        def of(part: Any) -> Any:
            return self._of(part, row, table, special)

        if special is not None:
            is_special, told = special(node)
            if is_special:
                return told
        match node:
            case exp.Paren():
                return of(node.this)
            case exp.Column():
                return self._column(node, row, table)
            case exp.Literal():
                return node.this if node.is_string else Decimal(node.this)
            case exp.Boolean():
                return node.this
            case exp.Null():
                return None
            case exp.And():
                return _both(of(node.left), of(node.right))
            case exp.Or():
                either = _both(_not(of(node.left)), _not(of(node.right)))
                return _not(either)
            case exp.Not():
                return _not(of(node.this))
            case exp.Is():
                return of(node.this) is None
            case exp.Between():
                value = of(node.this)
                return _both(
                    _two(operator.ge, value, of(node.args["low"])), _two(operator.le, value, of(node.args["high"]))
                )
            case exp.In():
                value = of(node.this)
                return None if value is None else value in [of(one) for one in node.expressions]
            case exp.Like():
                pattern = re.escape(node.expression.this).replace("%", ".*").replace("_", ".")
                value = of(node.this)
                return None if value is None else re.fullmatch(pattern, value) is not None
            case exp.Mul():
                product = _two(operator.mul, of(node.left), of(node.right))
                return product.quantize(CENT, ROUND_HALF_UP) if isinstance(product, Decimal) else product
            case exp.Case():
                for branch in node.args["ifs"]:
                    if of(branch.this) is True:
                        return of(branch.args["true"])
                return of(node.args["default"]) if node.args.get("default") else None
            case exp.Coalesce() | exp.Least() | exp.Greatest():
                told = [one for part in (node.this, *node.expressions) if (one := of(part)) is not None]
                pick = {exp.Coalesce: lambda some: some[0], exp.Least: min, exp.Greatest: max}[type(node)]
                return pick(told) if told else None
            case exp.Anonymous():
                later, earlier = map(of, node.expressions)
                return None if later is None or earlier is None else (later - earlier).days
            case exp.Cast():
                return dt.date.fromisoformat(node.this.this)
            case exp.Neg() | exp.Abs() | exp.Year() | exp.Month():
                value = of(node.this)
                reckon = {
                    exp.Neg: operator.neg,
                    exp.Abs: abs,
                    exp.Year: lambda day: day.year,
                    exp.Month: lambda day: day.month,
                }
                return None if value is None else reckon[type(node)](value)
            case _:
                return _two(TWO[type(node)], of(node.left), of(node.right))

    def _column(self, node: exp.Column, row: Row, table: str) -> Any:
        if not node.table:
            if node.name == "cut_off":
                return self.cut_off
            if node.name == "since":
                return self.cut_off - dt.timedelta(days=self.days)
            return row[node.name]
        if node.table == "unit":
            return row[node.name] if table == "units" else self.units.get(row["unit"], {}).get(node.name)
        if table == "municipalities":
            return row[node.name]
        return self.municipalities.get(row["municipality"], {}).get(node.name)


def _two(reckon: Callable[[Any, Any], Any], left: Any, right: Any) -> Any:
    return None if left is None or right is None else reckon(left, right)


def _not(told: bool | None) -> bool | None:
    return None if told is None else not told


def _both(left: bool | None, right: bool | None) -> bool | None:
    if left is False or right is False:
        return False
    return None if left is None or right is None else True


def _worth(one: Indicator, numerator: Any, denominator: Any) -> tuple[float | None, str]:
    if numerator is None:
        return None, "unknown"
    if one.denominator is None:
        return float(numerator) * one.times, "known"
    if denominator is None:
        return None, "unknown"
    return (float(numerator) / float(denominator) * one.times, "known") if denominator else (None, "undefined")
