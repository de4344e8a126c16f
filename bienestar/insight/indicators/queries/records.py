"""The records behind a value: rows of the frozen table that its rule counts, as far as the reader may see them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import duckdb

from bienestar.foundation.accounts.choices import Permission
from bienestar.foundation.accounts.queries import ROOT, Access, Actor, access_of
from bienestar.foundation.definitions.files import DefinitionError
from bienestar.foundation.definitions.tables import FrozenTableShape, frozen_tables
from bienestar.insight.indicators.models import ValueSet
from bienestar.insight.indicators.queries.rules import Rule, rules_of, split_column
from bienestar.insight.indicators.queries.selecting import column_sql, condition_sql, tables_of, where_sql
from bienestar.insight.indicators.queries.values import COUNTRY, Value, definitions_of
from bienestar.insight.snapshots.queries.manifests import Manifest
from bienestar.insight.snapshots.queries.reading import attach, folder_of, manifest_of

Part = Literal["numerator", "denominator"]
#: What somebody needs besides VIEW_INDICATORS to see the rows of a personal table; cards' own permission for theirs.
NEEDED = {"cards": Permission.VIEW_CARDS}
#: Columns of tables that are not of persons, which name one all the same.
OF_PERSONS = ("person",)


@dataclass(frozen=True)
class Records:
    """A selection of rows, not read yet: ``count`` and ``page`` read it. ``shape`` describes the table."""

    table: str
    shape: FrozenTableShape
    columns: list[str]
    personal: bool
    path: str
    manifest: Manifest
    folder: Any
    tables: frozenset[str]
    sql: str
    given: tuple[Any, ...]

    @cached_property
    def count(self) -> int:
        """How many rows there are."""
        with self._attached() as con:
            return int(con.execute(f"SELECT count(*) {self.sql}", list(self.given)).fetchall()[0][0])  # noqa: S608

    def page(self, limit: int, offset: int = 0) -> list[tuple[Any, ...]]:
        """Some rows in the order of the table's key."""
        with self._attached() as con:
            return list(con.execute(self._select(limit, offset), list(self.given)).fetchall())

    def all(self, size: int = 5000) -> Iterator[tuple[Any, ...]]:
        """Every row, some at a time."""
        with self._attached() as con:
            result = con.execute(self._select(None, 0), list(self.given))
            while rows := result.fetchmany(size):
                yield from rows

    def _select(self, limit: int | None, offset: int) -> str:
        names = ", ".join(f'counted."{name}"' for name in self.columns)
        order = ", ".join(f'counted."{name}"' for name in ("state", *self.shape.key))
        cut = "" if limit is None else f" LIMIT {int(limit)} OFFSET {int(offset)}"
        return f"SELECT {names} {self.sql} ORDER BY {order}{cut}"  # noqa: S608  names are the table's own

    @contextmanager
    def _attached(self) -> Iterator[duckdb.DuckDBPyConnection]:
        with duckdb.connect(config={"threads": 1, "memory_limit": "512MB"}) as con:
            attach(con, self.folder, self.manifest, set(self.tables))
            yield con


def records_behind(
    by: Actor,
    value_set: ValueSet,
    value: Value,
    part: Part = "numerator",
    also: Permission | None = None,
) -> Records | None:
    """The rows behind a value that ``by`` may see; None where there are none to show them.

    Limited to where the reader holds VIEW_INDICATORS, for a personal table VIEW_PERSONS too (VIEW_CARDS for cards),
    and ``also``. Whoever shows rows of persons calls ``actions.read_records``, which journals it.
    """
    definition = definitions_of(value_set)[value.indicator]
    try:
        numerator, denominator = rules_of(definition, definitions_of(value_set))
    except DefinitionError:  # the tables are described otherwise today
        return None
    rule = numerator if part == "numerator" else denominator
    shapes = frozen_tables()
    if rule is None or rule.table not in shapes:
        return None
    manifest, shape = manifest_of(value_set.snapshot), shapes[rule.table]
    if not tables_of(rule) <= manifest.tables.keys():
        return None
    frozen = manifest.tables[rule.table].columns
    needed = _needed(rule.table, shape, also)
    access = access_of(by)
    inside = [_inside(access, permission, set(frozen)) for permission in needed]
    if "false" in inside:
        return None
    conditions = [where_sql(rule, manifest, definition.days), *inside]
    given: list[Any] = []
    conditions += _of_place(value, set(frozen), given)
    if value.split:
        conditions.append(f"CAST({column_sql(*split_column(value.split))} AS VARCHAR) = ?")
        given.append(value.member)
    if rule.by:
        conditions.append(_kept(rule, value, manifest, definition.days, conditions))
        given += given
    sees_persons = access.can(Permission.VIEW_PERSONS, value.path)
    columns = [name for name in frozen if sees_persons or not _of_person(name, shape)]
    return Records(
        rule.table,
        shape,
        columns,
        shape.personal,
        value.path,
        manifest,
        folder_of(value_set.snapshot),
        frozenset(tables_of(rule)),
        f'FROM "{rule.table}" AS counted WHERE ' + " AND ".join(f"({one})" for one in conditions),
        tuple(given),
    )


def _needed(table: str, shape: FrozenTableShape, also: Permission | None) -> list[Permission]:
    found = [Permission.VIEW_INDICATORS]
    if shape.personal:
        found.append(NEEDED.get(table, Permission.VIEW_PERSONS))
    return [*found, also] if also else found


def _of_person(name: str, shape: FrozenTableShape) -> bool:
    """Whether a column is only for who may see persons."""
    if name in OF_PERSONS:
        return True
    return name in shape.columns and shape.columns[name].personal


def _inside(access: Access, permission: Permission, columns: set[str]) -> str:
    """The condition that a row lies where the reader holds a permission; "false" where they hold it nowhere."""
    found = []
    for path in access.paths(permission):
        if path == ROOT:
            return "true"
        last, depth = path.rstrip("/").split("/")[-1], path.count("/")
        name = "unit" if last.startswith("U-") else {2: "state", 3: "municipality"}.get(depth, "")
        if name in columns:
            words = last.removeprefix("U-").replace("'", "''")
            found.append(f"counted.\"{name}\" = '{words}'")
    return " OR ".join(found) or "false"


def _of_place(value: Value, columns: set[str], given: list[Any]) -> list[str]:
    """The condition that a row belongs to the value's place."""
    if value.code == COUNTRY:
        return []
    if value.level not in columns:
        return ["false"]
    given.append(value.code)
    return [f'counted."{value.level}" = ?']


def _kept(rule: Rule, value: Value, manifest: Manifest, days: int | None, conditions: list[str]) -> str:
    """Rows put together by something first: the condition that a row is in one of those that are kept."""
    names = list(dict.fromkeys([*([rule.gathered_place] if rule.gathered_place else []), *rule.by]))
    keys = ", ".join(f'counted."{name}"' for name in names)
    whole = " AND ".join(f'counted."{name}" IS NOT NULL' for name in rule.by)
    where = " AND ".join(f"({one})" for one in conditions)
    having = f"HAVING {condition_sql(rule.having, manifest, days)}" if rule.having else ""
    return (
        f'{whole} AND ({keys}) IN (SELECT ({keys}) FROM "{rule.table}" AS counted '  # noqa: S608
        f"WHERE {where} AND {whole} GROUP BY {keys} {having})"
    )
