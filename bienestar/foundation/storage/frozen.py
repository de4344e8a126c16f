"""Who fills the frozen tables of a snapshot. A room announces its tables when the program starts.

A snapshot asks this list and no register by name, so that a new register needs no change above it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from itertools import count
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:  # a command that freezes nothing does not wait for DuckDB to load
    import duckdb

#: ``fill(con, into, cut_off)`` makes the table ``into`` in DuckDB with the columns that
#: ``definitions/tables/<name>.yaml`` describes, as things stood at the end of the day ``cut_off``.
Fill: TypeAlias = "Callable[[duckdb.DuckDBPyConnection, str, dt.date], None]"

_fills: dict[str, Fill] = {}


def provide(table: str, fill: Fill) -> None:
    """Announce that ``fill`` makes ``table``. Raises ValueError when another room has announced it."""
    if _fills.get(table, fill) is not fill:
        raise ValueError(f"two rooms provide the frozen table {table}")
    _fills[table] = fill


def when_asked(module: str, function: str) -> Fill:
    """A fill whose module is loaded when it is first asked: rooms announce their tables before their models load."""

    def fill(con: duckdb.DuckDBPyConnection, into: str, cut_off: dt.date) -> None:
        getattr(import_module(module), function)(con, into, cut_off)

    return fill


def providers() -> dict[str, Fill]:
    """Who fills each table that is recorded, by the table's name."""
    return dict(sorted(_fills.items()))


#: Kind of a column, as definitions describe it → DuckDB's type.
TYPES = {"text": "VARCHAR", "whole": "BIGINT", "number": "DECIMAL(18,4)", "date": "DATE", "flag": "BOOLEAN"}

_numbers = count(1)


def quoted(name: str) -> str:
    """A name as DuckDB writes it."""
    return '"' + name.replace('"', '""') + '"'


def make_described(con: duckdb.DuckDBPyConnection, into: str, kinds: Mapping[str, str], query: str) -> None:
    """Make the table ``into`` of what ``query`` gives: the described columns in their order, each of its kind.

    ``kinds``: column → text, whole, number, date or flag. Raises duckdb.Error when the query lacks a column or a
    value is not of its kind.
    """
    columns = ", ".join(f"CAST({quoted(name)} AS {TYPES[kind]}) AS {quoted(name)}" for name, kind in kinds.items())
    con.execute(f"CREATE OR REPLACE TABLE {quoted(into)} AS SELECT {columns} FROM ({query})")  # noqa: S608


@contextmanager
def scratch(con: duckdb.DuckDBPyConnection) -> Iterator[Callable[[str], str]]:
    """Names for tables that hold something on the way; they are dropped at the end."""
    number, given = next(_numbers), set[str]()

    def name(word: str) -> str:
        given.add(f"_{word}_{number}")
        return f"_{word}_{number}"

    try:
        yield name
    finally:
        for table in given:
            con.execute(f"DROP TABLE IF EXISTS {table}")
