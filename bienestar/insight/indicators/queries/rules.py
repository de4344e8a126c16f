"""The rules of indicators, checked against the frozen tables: what can be reckoned, and what is wrong and where."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from bienestar.calculations.expressions.reading import (
    Columns,
    Expression,
    ExpressionError,
    read_amount,
    read_column,
    read_condition,
    read_gathered_condition,
)
from bienestar.foundation.definitions.files import DefinitionError, Located, Location
from bienestar.foundation.definitions.indicators import Indicator, Measure, OtherIndicator, indicator_files
from bienestar.foundation.definitions.tables import PLACES, FrozenTableShape, frozen_tables

#: Prefix of a joined column → the table that it is a column of, and the column that both share.
JOINED = {"unit": ("units", "unit"), "municipality": ("municipalities", "municipality")}
#: Levels of places from the country down; a level's place columns are those of the levels above it and its own.
LEVELS = ("country", "state", "municipality", "unit")


@dataclass(frozen=True)
class Rule:
    """A measure that holds: what is filtered, gathered and reckoned of which table."""

    table: str
    where: Expression | None
    by: tuple[str, ...]
    having: Expression | None
    value: Expression
    splits: tuple[str, ...]
    levels: tuple[str, ...]
    personal: bool
    counts: bool

    @property
    def additive(self) -> bool:
        """Whether the amounts of places add up to that of the place around them."""
        return self.value.additive and (not self.by or self.gathered_place is not None)

    @property
    def gathered_place(self) -> str | None:
        """The smallest place that rows are gathered by; None when they are gathered by no place."""
        inside = [place for place in PLACES if place in self.by]
        return inside[-1] if inside else None

    @cached_property
    def columns(self) -> frozenset[tuple[str, str]]:
        """Every column that is read, as (prefix, name)."""
        found = self.value.columns if not self.by else frozenset(("", name) for name in self.by)
        for expression in (self.where, self.having):
            found |= expression.columns if expression else frozenset()
        return found | {split_column(split) for split in self.splits}


@dataclass(frozen=True)
class CheckedIndicator:
    """An indicator with its rules; ``numerator`` is None for a change of another indicator."""

    definition: Indicator
    numerator: Rule | None
    denominator: Rule | None

    @property
    def tables(self) -> set[str]:
        """Frozen tables that it is reckoned from."""
        return {rule.table for rule in (self.numerator, self.denominator) if rule}


def split_column(split: str) -> tuple[str, str]:
    """A split as (prefix, name): "unit.operator" → ("unit", "operator"), "sex" → ("", "sex")."""
    prefix, dot, name = split.rpartition(".")
    return (prefix, name) if dot else ("", split)


def checked_indicators() -> dict[str, CheckedIndicator]:
    """Every indicator by its id. Raises the first DefinitionError."""
    found, wrong = check_all()
    if wrong:
        raise wrong[0]
    return found


def check_all() -> tuple[dict[str, CheckedIndicator], list[DefinitionError]]:
    """The indicators that hold, and everything that is wrong with the others, with file, line and column.

    Raises DefinitionError when a file is not an indicator at all.
    """
    tables, files = frozen_tables(), indicator_files()
    kept = _kept.get("checked")
    if kept is None or kept[0] is not tables or kept[1] is not files:  # the loaders give the same until a file changes
        kept = _kept["checked"] = (tables, files, _check_each(tables, files))
    found, wrong = kept[2]
    return dict(found), list(wrong)


_kept: dict[str, Any] = {}


def _check_each(
    tables: dict[str, FrozenTableShape], files: dict[str, tuple[Located, Indicator]]
) -> tuple[dict[str, CheckedIndicator], list[DefinitionError]]:
    others = {key: each for key, (_file, each) in files.items()}
    found: dict[str, CheckedIndicator] = {}
    wrong: list[DefinitionError] = []
    for name, (located, one) in files.items():
        try:
            found[name] = _Checking(located, one, tables, others).whole()
        except DefinitionError as error:
            wrong.append(error)
    wrong += [told for name, table in tables.items() if (told := _reports_error(name, table, tables))]
    return found, wrong


def rules_of(definition: Indicator, definitions: dict[str, Indicator]) -> tuple[Rule | None, Rule | None]:
    """Numerator and denominator of an indicator as it was frozen, on the tables as they are described today.

    ``definitions``: those frozen with it. Raises DefinitionError when a table is described otherwise since.
    """
    checked = _Checking(_Frozen(definition.id), definition, frozen_tables(), definitions).whole()
    return checked.numerator, checked.denominator


class _Frozen:
    """A definition that comes from no file: its errors have no line."""

    def __init__(self, name: str) -> None:
        self.name = name

    def error(self, at: Location, reason: str) -> DefinitionError:
        return DefinitionError(self.name, None, ".".join(map(str, at)), reason)

    def error_within(self, at: Location, value: str, start: int, reason: str) -> DefinitionError:
        return self.error(at, reason)


def columns_for(table: FrozenTableShape, tables: dict[str, FrozenTableShape]) -> Columns:
    """What an expression on a table may name."""
    joined = {
        prefix: tables[other].kinds
        for prefix, (other, column) in JOINED.items()
        if other in tables and column in table.columns
    }
    return Columns(table.kinds, joined)


class _Checking:
    def __init__(
        self,
        located: Located | _Frozen,
        one: Indicator,
        tables: dict[str, FrozenTableShape],
        others: dict[str, Indicator],
    ) -> None:
        self.located, self.one, self.tables, self.others = located, one, tables, others

    def whole(self) -> CheckedIndicator:
        one = self.one
        if one.change_of is not None:
            if one.change_of not in self.others:
                raise self.located.error(("change_of",), f"there is no indicator {one.change_of}")
            return CheckedIndicator(one, None, None)
        assert one.numerator is not None
        return CheckedIndicator(one, self._rule(one.numerator, "numerator"), self._denominator())

    def _denominator(self) -> Rule | None:
        below = self.one.denominator
        if isinstance(below, OtherIndicator):
            other = self.others.get(below.indicator)
            if other is None or other.numerator is None:
                raise self.located.error(
                    ("denominator", "indicator"), f"there is no indicator {below.indicator} with a numerator"
                )
            return self._rule(other.numerator, "denominator", own=False)
        return self._rule(below, "denominator") if below else None

    def _rule(self, measure: Measure, part: str, *, own: bool = True) -> Rule:
        at: Location = (part,)
        table = self.tables.get(measure.table)
        if table is None:
            raise self.located.error(
                (*at, "table"), f"there is no table {measure.table}; tables are {', '.join(self.tables)}"
            )
        columns = columns_for(table, self.tables)
        where = self._read(read_condition, measure.where, columns, (*at, "where"), own) if measure.where else None
        having = None
        values = columns
        if measure.by:
            for place, name in enumerate(measure.by):
                self._read(read_column, name, Columns(table.kinds), (*at, "by", place), own)
            if measure.having:
                having = self._read(read_gathered_condition, measure.having, columns, (*at, "having"), own)
            values = Columns({name: table.kinds[name] for name in measure.by})
        value = self._read(read_amount, measure.value, values, (*at, "value"), own)
        self._places(table, measure, part)
        for place, split in enumerate(self.one.splits):
            self._split(split, columns, part, place)
        return Rule(
            table=measure.table,
            where=where,
            by=tuple(measure.by),
            having=having,
            value=value,
            splits=tuple(self.one.splits),
            levels=tuple(level for level in LEVELS if level in self.one.geography),
            personal=table.personal,
            counts="count(" in measure.value.lower().replace(" ", ""),
        )

    def _split(self, split: str, columns: Columns, part: str, place: int) -> None:
        prefix, name = split_column(split)
        known = columns.joined.get(prefix, {}) if prefix else columns.own
        if name not in known:
            which = "" if part == "numerator" else " of the denominator"
            raise self.located.error(("splits", place), f"the table{which} has no column {split}")

    def _places(self, table: FrozenTableShape, measure: Measure, part: str) -> None:
        """Every level of the geography must be a column of the table, and finer than nothing that is gathered."""
        for place, level in enumerate(self.one.geography):
            if level != "country" and level not in table.columns:
                raise self.located.error(
                    ("geography", place), f"the table {measure.table} of the {part} does not say the {level}"
                )
            gathered = [name for name in PLACES if name in measure.by]
            if gathered and LEVELS.index(level) > LEVELS.index(gathered[-1]):
                raise self.located.error(
                    ("geography", place), f"rows are gathered by {gathered[-1]}, so there is no value of a {level}"
                )

    def _read(self, read, text, columns, at, own):  # type: ignore[no-untyped-def]
        try:
            return read(text, columns)
        except ExpressionError as error:
            if not own:
                raise self.located.error(("denominator", "indicator"), error.reason) from None
            raise self.located.error_within(at, text, error.start, error.reason) from None


def _reports_error(name: str, table: FrozenTableShape, tables: dict[str, FrozenTableShape]) -> DefinitionError | None:
    """What is wrong with who must report into a table."""
    reports = table.reports
    if reports is None:
        return None
    file = f"{name}.yaml"
    if "unit" not in table.columns or "units" not in tables:
        return DefinitionError(file, None, "reports", "units report, so the table needs the column unit")
    try:
        read_condition(reports.due, Columns(tables["units"].kinds))
    except ExpressionError as error:
        return DefinitionError(file, None, "reports.due", error.reason)
    if reports.date is not None and table.kinds.get(reports.date) != "date":
        return DefinitionError(file, None, "reports.date", f"the table has no date {reports.date}")
    return None
