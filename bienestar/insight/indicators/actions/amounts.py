"""The amounts that numerators and denominators are, at every place and by every split that is asked for.

The rows are read by the engine (DuckDB or Spark), once for all rules that can be read together: amounts by the
smallest places, and by split for the country and the states. DuckDB then adds them up. Amounts are whole numbers or
exact decimals, so that their order does not matter and every engine gives the same digits.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import duckdb
import ibis

from bienestar.calculations.expressions.building import build
from bienestar.calculations.expressions.reading import Expression
from bienestar.foundation.definitions.tables import PLACES
from bienestar.insight.indicators.actions.engines import (
    GATHERED,
    INNER,
    MASK,
    DuckEngine,
    Engine,
    Question,
    mask_of,
    unbound,
)
from bienestar.insight.indicators.actions.reporting import COUNTRY
from bienestar.insight.indicators.queries.rules import JOINED, LEVELS, Rule, split_column
from bienestar.insight.snapshots.queries.manifests import Manifest

#: Levels that splits are reckoned for: below them a split would be of single people.
SPLIT_LEVELS = ("country", "state")
#: Columns of the places above each level, largest first, with its own.
ABOVE = {"country": (), "state": PLACES[:1], "municipality": PLACES[:2], "unit": PLACES}
Keys = tuple[str, ...]
#: A level and a split ("": undivided) → the keys whose groups are its values.
Sets = dict[tuple[str, str], Keys]


@dataclass
class Amount:
    """What one or several rules ask for alike: its number, where it is reckoned, by what it is split.

    Rules that differ in their splits and places alone share it: one indicator's numerator is another's denominator.
    """

    number: int
    rule: Rule
    days: int | None
    asked: set[tuple[str, str]] = field(default_factory=set)

    def ask(self, rule: Rule) -> None:
        """One more rule asks for it, at its own levels and splits."""
        self.asked |= {(level, "") for level in rule.levels}
        self.asked |= {(level, split) for level in rule.levels if level in SPLIT_LEVELS for split in rule.splits}

    @property
    def columns(self) -> set[tuple[str, str]]:
        """Columns that it is reckoned with, as (prefix, name)."""
        rule = self.rule
        used: list[Expression | None] = [rule.where, rule.having, None if rule.by else rule.value]
        return {column for one in used if one for column in one.columns} | {("", name) for name in rule.by}


def _sameness(rule: Rule, days: int | None) -> tuple[object, ...]:
    """What rules share that are one amount."""
    where, having = (one.text if one else "" for one in (rule.where, rule.having))
    return (rule.table, where, rule.by, having, rule.value.text, days)


def _together(amount: Amount) -> tuple[object, ...]:
    """What amounts share that are read in one question."""
    rule = amount.rule
    gathered = (rule.by, rule.where.text if rule.where else "", amount.days) if rule.by else ()
    return (rule.table, rule.additive, *gathered)


class Amounts:
    """Fills the table ``amounts`` of ``con``: number, level, code, split, member, amount, rows.

    ``own_tables``: those that were made in ``con`` and that no other engine sees.
    """

    def __init__(
        self, con: duckdb.DuckDBPyConnection, engine: Engine, manifest: Manifest, own_tables: frozenset[str]
    ) -> None:
        self.con, self.engine, self.manifest, self.own_tables = con, engine, manifest, own_tables
        self.amounts: dict[tuple[object, ...], Amount] = {}

    def ask(self, rule: Rule, days: int | None) -> None:
        """A rule's amount is wanted; ``days``: how long its period is."""
        new = Amount(len(self.amounts), rule, days)
        self.amounts.setdefault(_sameness(rule, days), new).ask(rule)

    def number_of(self, rule: Rule, days: int | None) -> int:
        """The number under which a rule's amount stands in the table."""
        return self.amounts[_sameness(rule, days)].number

    def reckon(self) -> None:
        """Fill the table with all that was asked for."""
        self.con.execute(
            """
            CREATE TABLE amounts (number INTEGER, level VARCHAR, code VARCHAR, split VARCHAR, member VARCHAR,
                                  amount DECIMAL(38,4), rows BIGINT)
            """
        )
        together: dict[tuple[object, ...], list[Amount]] = defaultdict(list)
        for amount in self.amounts.values():
            together[_together(amount)].append(amount)
        for amounts in together.values():
            if amounts[0].rule.additive:
                self._add_up(amounts)
            else:
                self._each_place(amounts)

    def _engine_of(self, table: str) -> Engine:
        """What reads a table: DuckDB here for one that was made here, which no other engine sees."""
        return DuckEngine(self.con) if table in self.own_tables else self.engine

    def _add_up(self, amounts: list[Amount]) -> None:
        """Rules whose amounts add up: reckoned for the smallest places and for the splits, and then added up.

        What is split by a column of the unit is added up from the units, so that no row needs to be joined for it.
        """
        rule = amounts[0].rule
        asked = {one for amount in amounts for one in amount.asked}
        splits = sorted({split for _level, split in asked if split})
        later = [split for split in splits if self._is_joined(split, rule.table)]
        own = [split for split in splits if split not in later]
        places = list(ABOVE[max({level for level, _split in asked}, key=LEVELS.index)])
        places += [key for split in later if (key := JOINED[split_column(split)[0]][1]) not in places]
        if rule.gathered_place:
            places = list(dict.fromkeys([*ABOVE[rule.gathered_place], *places]))
        # Rows are gathered for each split apart: a thing may be whole in one member and not in another.
        apart = [[split] for split in own] if rule.by else [own] if own else []
        by_split = {tuple(some): tuple(dict.fromkeys(["state", *map(_flat, some)])) for some in apart}
        self._ask(amounts, [tuple(places), *by_split.values()], own)
        keys = tuple(dict.fromkeys(key for one in (tuple(places), *by_split.values()) for key in one))
        whole = f"(FROM cube WHERE {MASK} = {mask_of(keys, tuple(places))})"
        self._roll_up(amounts, whole, {one for one in asked if not one[1]})
        for split in later:
            prefix, name = split_column(split)
            other, key = JOINED[prefix]
            told = f'(SELECT "{key}", "{name}" AS "{_flat(split)}" FROM "{other}")'  # noqa: S608
            joined = f'(FROM {whole} LEFT JOIN {told} USING ("{key}"))'
            self._roll_up(amounts, joined, {one for one in asked if one[1] == split})
        for some, one_set in by_split.items():
            rows = f"(FROM cube WHERE {MASK} = {mask_of(keys, one_set)})"
            self._roll_up(amounts, rows, {one for one in asked if one[1] in some})

    def _each_place(self, amounts: list[Amount]) -> None:
        """Rules whose amounts do not add up (a median, distinct things): reckoned for each level and split apart."""
        sets = _sets({one for amount in amounts for one in amount.asked})
        self._ask(amounts, list(sets.values()), [split for _level, split in sets if split])
        self._keep(amounts, "cube", sets)

    def _is_joined(self, split: str, table: str) -> bool:
        """Whether a split is a column of another table: a unit is its own unit."""
        prefix, _name = split_column(split)
        return bool(prefix) and JOINED[prefix][0] != table

    def _roll_up(self, amounts: list[Amount], rows: str, asked: set[tuple[str, str]]) -> None:
        """Add the rows of a cube up to levels and members."""
        sets = _sets(asked)
        keys = _keys(sets.values())
        sums = ", ".join(f"sum(m{one.number}) AS m{one.number}, sum(r{one.number}) AS r{one.number}" for one in amounts)
        named = "".join(f'"{key}", ' for key in keys)
        mask = " + ".join(f'{1 << place} * GROUPING("{key}")' for place, key in enumerate(keys)) or "0"
        groups = ", ".join("(" + ", ".join(f'"{key}"' for key in one) + ")" for one in dict.fromkeys(sets.values()))
        self._keep(
            amounts,
            f"(SELECT {named} {mask} AS {MASK}, {sums} FROM {rows} GROUP BY GROUPING SETS ({groups}))",  # noqa: S608
            sets,
        )

    def _keep(self, amounts: list[Amount], rows: str, sets: Sets) -> None:
        """Into the table of amounts: each group of each set of keys under its level, code, split and member."""
        keys = _keys(sets.values())
        labels = ", ".join(f"({mask_of(keys, one)}, '{level}', '{split}')" for (level, split), one in sets.items())
        levels, splits = {level for level, _split in sets}, {split for _level, split in sets}
        code = " ".join(
            f"WHEN '{level}' THEN " + (f'"{level}"' if level != "country" else f"'{COUNTRY}'")
            for level in sorted(levels)
        )
        member = " ".join(
            f"WHEN '{split}' THEN " + (f'CAST("{_flat(split)}" AS VARCHAR)' if split else "''")
            for split in sorted(splits)
        )
        asked = ", ".join(
            f"({one.number}, '{level}', '{split}')"
            for one in amounts
            for level, split in sorted(one.asked & sets.keys())
        )
        numbers, sums, counts = (
            ", ".join(one)
            for one in zip(
                *[
                    (f"{one.number}", f"CAST(m{one.number} AS DECIMAL(38,4))", f"CAST(r{one.number} AS BIGINT)")
                    for one in amounts
                ],
                strict=True,
            )
        )
        self.con.execute(
            f"""
            INSERT INTO amounts
            SELECT number, level, code, split, member, amount, rows
            FROM (
                SELECT level, CASE level {code} END AS code, split, CASE split {member} END AS member,
                       unnest([{numbers}]) AS number, unnest([{sums}]) AS amount, unnest([{counts}]) AS rows
                FROM {rows} AS cube JOIN (VALUES {labels}) AS labels ({MASK}, level, split) USING ({MASK})
            )
            SEMI JOIN (VALUES {asked}) AS asked (number, level, split) USING (number, level, split)
            WHERE code IS NOT NULL AND member IS NOT NULL
            """  # noqa: S608
        )

    def _ask(self, amounts: list[Amount], sets: list[Keys], splits: list[str]) -> None:
        """The table ``cube``: amounts m0, m1… and rows r0, r1… by each set of keys. One reading of the rows."""
        rule, keys = amounts[0].rule, _keys(sets)
        columns = {column for amount in amounts for column in amount.columns} | set(map(split_column, splits))
        table = self._joined(rule.table, columns)
        if rule.by:
            self._gather(amounts, table, keys, sets)
            return
        found = {}
        for amount in amounts:
            where = self._condition(amount, table)
            found[f"m{amount.number}"] = self._built(amount.rule.value.tree, amount, table, where)
            found[f"r{amount.number}"] = _how_many(table, where)
        self._engine_of(rule.table).fill("cube", Question(_grouped(table, keys, found), keys, tuple(sets)))

    def _gather(self, amounts: list[Amount], table: Any, keys: Keys, sets: list[Keys]) -> None:
        """The cube of rows put together by something first; then those are counted."""
        rule = amounts[0].rule
        where = self._condition(amounts[0], table)
        chosen = table if where is None else table.filter(where)
        for name in rule.by:
            chosen = chosen.filter(chosen[name].notnull())
        places = ABOVE[rule.gathered_place] if rule.additive and rule.gathered_place else ()
        inner = [tuple(dict.fromkeys([*places, *rule.by, *one])) for one in sets]
        first = _keys(inner)
        kept = {
            f"k{one.number}": ibis.literal(True)
            if one.rule.having is None
            else self._built(one.rule.having.tree, one, chosen, None)
            for one in amounts
        }
        gathered = _grouped(chosen, first, {**kept, "_behind": chosen.count()})
        rows = ibis.table({**dict(gathered.schema().items()), INNER: "int64"}, name=GATHERED)
        found = {}
        for one in amounts:
            which = rows[f"k{one.number}"]
            found[f"m{one.number}"] = self._built(one.rule.value.tree, one, rows, which)
            found[f"r{one.number}"] = ibis.coalesce(rows["_behind"].sum(where=which), 0)
        asked = (*keys, INNER)
        question = Question(
            _grouped(rows, asked, found),
            asked,
            tuple((*one, INNER) for one in sets),
            of=Question(gathered, first, tuple(inner), INNER),
        )
        self._engine_of(rule.table).fill("cube", question)
        # Every set was reckoned of every gathering: only that of its own counts.
        pairs = [f"({mask_of(keys, one)}, {mask_of(first, own)})" for one, own in zip(sets, inner, strict=True)]
        self.con.execute(f"DELETE FROM cube WHERE ({MASK}, {INNER}) NOT IN ({', '.join(pairs)})")  # noqa: S608

    def _joined(self, name: str, columns: Iterable[tuple[str, str]]) -> Any:
        """A table with the columns of its units and municipalities that are asked for, named unit__operator."""
        table = unbound(name, self.manifest.tables[name])
        wanted: dict[str, set[str]] = defaultdict(set)
        for prefix, column in columns:
            if prefix:
                wanted[prefix].add(column)
        for prefix, names in sorted(wanted.items()):
            other, key = JOINED[prefix]
            if other == name:  # a unit is its own unit
                table = table.mutate(**{_flat(f"{prefix}.{column}"): table[column] for column in sorted(names)})
                continue
            right = unbound(other, self.manifest.tables[other])
            chosen = {_flat(f"{prefix}.{column}"): right[column] for column in sorted(names)}
            right = right.select(**{f"_{key}": right[key]}, **chosen)
            table = table.left_join(right, table[key] == right[f"_{key}"]).drop(f"_{key}")
        return table

    def _condition(self, amount: Amount, table: Any) -> Any:
        return self._built(amount.rule.where.tree, amount, table, None) if amount.rule.where else None

    def _built(self, tree: Any, amount: Amount, table: Any, where: Any) -> Any:
        def resolve(prefix: str, name: str) -> Any:
            return table if name == "*" else table[_flat(f"{prefix}.{name}" if prefix else name)]

        return build(tree, resolve, self._days(amount.days), where)

    def _days(self, days: int | None) -> dict[str, dt.date]:
        cut_off = self.manifest.cut_off
        return {"cut_off": cut_off, "since": cut_off - dt.timedelta(days=days) if days else cut_off}


def _sets(asked: set[tuple[str, str]]) -> Sets:
    """The keys of each level and split."""
    return {
        (level, split): tuple(dict.fromkeys([*ABOVE[level][-1:], *([_flat(split)] if split else [])]))
        for level, split in sorted(asked)
    }


def _keys(sets: Iterable[Keys]) -> Keys:
    """Every key of the sets, once."""
    return tuple(dict.fromkeys(key for one in sets for key in one))


def _grouped(table: Any, keys: Keys, found: dict[str, Any]) -> Any:
    return table.group_by([table[key] for key in keys]).aggregate(**found) if keys else table.aggregate(**found)


def _flat(column: str) -> str:
    """The name of a column after joining: "unit.operator" → "unit__operator"."""
    prefix, name = split_column(column)
    return f"{prefix}__{name}" if prefix else name


def _how_many(table: Any, where: Any) -> Any:
    return table.count() if where is None else table.count(where=ibis.coalesce(where, False))
