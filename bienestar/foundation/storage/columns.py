"""Rows of the database as columns: what DuckDB compares by the million.

A row that becomes a Python object costs ten times its reading. PostgreSQL hands out its own CSV, which Arrow reads as
it comes; SQLite has no such door, so there each row is one text that Arrow takes apart. Nothing is written to a disk
on the way, and memory is flat: a block at a time.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from contextlib import closing
from itertools import islice
from typing import Any

import duckdb
import pyarrow as pa
from django.db import connection
from django.db.models import QuerySet
from pyarrow import csv

BLOCK = 1 << 22  # bytes that Arrow takes at a time: 20,000 to 50,000 people
ROWS = 10_000  # rows asked of SQLite at a time
QUOTE = '"'
#: Django's types that are not whole numbers or text → Arrow's. All others come as text.
TYPES: dict[str, pa.DataType] = {
    "BooleanField": pa.bool_(),
    "DateField": pa.date32(),
    "DateTimeField": pa.timestamp("us", "UTC"),
    "FloatField": pa.float64(),
}
WHOLE = {"AutoField", "BigAutoField", "BigIntegerField", "ForeignKey", "IntegerField", "OneToOneField"} | {
    "PositiveBigIntegerField",
    "PositiveIntegerField",
    "PositiveSmallIntegerField",
    "SmallIntegerField",
}


def columns_of(queryset: QuerySet[Any], fields: Mapping[str, Any], con: duckdb.DuckDBPyConnection, table: str) -> int:
    """Make ``table`` in DuckDB from the rows of ``queryset`` and return how many there are.

    ``fields``: name of each column → field of the model as in ``values_list`` ("uid", "home__path"), or an
    expression of Django. Dates arrive as DATE, whole numbers as BIGINT, a moment as TIMESTAMPTZ, None as NULL; an
    empty text stays an empty text. The rows come in the order of the queryset, limited to what its filters say.
    """
    chosen = queryset.values_list(*fields.values())
    compiler = chosen.query.get_compiler(connection=connection, elide_empty=False)  # no rows are a table too
    sql, params = compiler.as_sql()
    types = [_arrow(expression) for expression, *_rest in compiler.select[: len(fields)]]
    read = _from_postgresql if connection.vendor == "postgresql" else _from_sqlite
    with closing(_Stream(read(sql, params, types))) as stream:
        return _take(stream, dict(zip(fields, types, strict=True)), con, table)


def _take(stream: _Stream, types: dict[str, pa.DataType], con: duckdb.DuckDBPyConnection, table: str) -> int:
    target = '"' + table.replace('"', '""') + '"'
    if not stream.fill():  # Arrow refuses an empty text
        con.register("_incoming", pa.schema(list(types.items())).empty_table())
    else:
        reader = csv.open_csv(
            pa.PythonFile(io.BufferedReader(stream, BLOCK)),
            csv.ReadOptions(use_threads=True, block_size=BLOCK, column_names=list(types)),
            csv.ParseOptions(
                delimiter=",", quote_char=QUOTE, double_quote=True, newlines_in_values=True, ignore_empty_lines=False
            ),
            csv.ConvertOptions(
                column_types=types,
                null_values=[""],
                strings_can_be_null=True,
                quoted_strings_can_be_null=False,
                true_values=["t", "1"],
                false_values=["f", "0"],
            ),
        )
        con.register("_incoming", reader)
    try:
        con.execute(f"CREATE OR REPLACE TABLE {target} AS FROM _incoming")  # noqa: S608  the caller's own name
    finally:
        con.unregister("_incoming")
    return int(con.execute(f"SELECT count(*) FROM {target}").fetchall()[0][0])  # noqa: S608


def _arrow(expression: Any) -> pa.DataType:
    field = expression.output_field
    name = field.get_internal_type()
    if name in {"ForeignKey", "OneToOneField"}:
        return _arrow_of(field.target_field.get_internal_type())
    return _arrow_of(name)


def _arrow_of(name: str) -> pa.DataType:
    return pa.int64() if name in WHOLE else TYPES.get(name, pa.string())


def _from_postgresql(sql: str, params: Any, types: list[pa.DataType]) -> Iterator[bytes]:
    del types  # PostgreSQL knows its own
    with connection.cursor() as cursor, cursor.copy(f"COPY ({sql}) TO STDOUT (FORMAT csv)", params) as copy:
        pieces = iter(copy)  # one a row
        while some := b"".join(islice(pieces, ROWS)):
            yield some


def _from_sqlite(sql: str, params: Any, types: list[pa.DataType]) -> Iterator[bytes]:
    """Each row as one text of comma-separated values: one object a row instead of one a value."""
    names = [f"c{i}" for i in range(len(types))]
    line = "'' || " + " || ',' || ".join(_as_text(name, kind) for name, kind in zip(names, types, strict=True))
    with connection.cursor() as cursor:
        cursor.execute(f"WITH rows({', '.join(names)}) AS ({sql}) SELECT {line} FROM rows", params)  # noqa: S608
        while lines := cursor.fetchmany(ROWS):
            yield ("\n".join([text for (text,) in lines]) + "\n").encode()


def _as_text(name: str, kind: pa.DataType) -> str:
    if pa.types.is_string(kind):
        return f"""coalesce('"' || replace({name}, '"', '""') || '"', '')"""
    if pa.types.is_timestamp(kind):
        return f"coalesce({name} || '+00:00', '')"  # SQLite keeps moments in UTC and does not say so
    return f"coalesce({name}, '')"


class _Stream(io.RawIOBase):
    """The pieces of an iterator as a file that can be read once."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self.pieces = pieces
        self.left = memoryview(b"")

    def readable(self) -> bool:
        """Yes."""
        return True

    def fill(self) -> bool:
        """Have something to give; False at the end."""
        while not self.left:
            piece = next(self.pieces, None)
            if piece is None:
                return False
            self.left = memoryview(piece)
        return True

    def readinto(self, room: Any) -> int:
        """As many bytes as fit, of the pieces that are at hand."""
        given = 0
        while given < len(room) and self.fill():
            part = self.left[: len(room) - given]
            room[given : given + len(part)] = part
            self.left = self.left[len(part) :]
            given += len(part)
        return given

    def close(self) -> None:
        """Let the database's cursor go, whether everything was read or not."""
        if not self.closed and hasattr(self.pieces, "close"):
            self.pieces.close()
        super().close()
