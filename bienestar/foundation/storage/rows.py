"""Bulk rows in and out of the database, the same call on SQLite and PostgreSQL.

The ORM's ``bulk_create`` builds one Python object a row; at a million rows that is most of the time. These two
functions move plain tuples: ``COPY`` on PostgreSQL, one prepared statement on SQLite. They are for actions and
queries only, and know nothing of permission or journal: the caller does.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Model, QuerySet

CHUNK = 50_000
NOT_PLAIN = {"DateField", "DateTimeField", "DecimalField", "TimeField"}


def insert_rows(model: type[Model], fields: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Insert plain tuples and return how many.

    ``fields`` are model field names (``unit_id`` for a foreign key); a row has one value per field: None, bool,
    int, float, str (a JSON field takes its serialised text), date, datetime or Decimal. Nothing is validated but by
    the database's own constraints; an IntegrityError leaves the caller's transaction to roll back.
    """
    meta = model._meta
    columns = [_column(model, name) for name in fields]
    table = connection.ops.quote_name(meta.db_table)
    names = ", ".join(connection.ops.quote_name(column) for column in columns)
    total = 0
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
                    total += 1
            return total
        marks = ", ".join(["%s"] * len(columns))
        statement = f"INSERT INTO {table} ({names}) VALUES ({marks})"  # noqa: S608  names come from the model
        iterator = _plain_rows(model, fields, rows)
        while chunk := list(islice(iterator, CHUNK)):
            cursor.executemany(statement, chunk)
            total += len(chunk)
    return total


def _plain_rows(model: type[Model], fields: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[Sequence[Any]]:
    """Rows as SQLite keeps them; only dates, times and decimals need a change, and the longest tables have none."""
    places = {i for i, name in enumerate(fields) if _field(model, name).get_internal_type() in NOT_PLAIN}
    if not places:
        return iter(rows)
    return (tuple(plain(value) if i in places else value for i, value in enumerate(row)) for row in rows)


def _field(model: type[Model], name: str) -> Any:
    return model._meta.get_field(name)  # knows a foreign key by its column too


def hold_writers(model: type[Model]) -> None:
    """Wait until no other transaction is writing rows of ``model``, and let none begin until this one ends.

    SQLite has one writer at a time, so there this transaction is the only one already.
    """
    if connection.vendor == "postgresql":
        table = connection.ops.quote_name(model._meta.db_table)
        with connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE")


def _column(model: type[Model], name: str) -> str:
    column = getattr(_field(model, name), "column", None)
    if not column:
        raise ValueError(f"{model.__name__}.{name} is not a column")
    return str(column)


def update_rows(model: type[Model], fields: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Update rows by id and return how many: each row has one value per field, then the id. Values as in insert_rows.

    ``bulk_update`` writes one long CASE per field; a prepared statement per row takes a tenth of the time.
    """
    columns = [_column(model, name) for name in fields]
    table = connection.ops.quote_name(model._meta.db_table)
    marks = ", ".join(f"{connection.ops.quote_name(column)} = %s" for column in columns)
    statement = f"UPDATE {table} SET {marks} WHERE id = %s"  # noqa: S608  names come from the model
    total = 0
    with connection.cursor() as cursor:
        iterator = _plain_rows(model, fields, rows)
        while chunk := list(islice(iterator, CHUNK)):
            cursor.executemany(statement, chunk)
            total += len(chunk)
    return total


def read_rows(queryset: QuerySet[Any], fields: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    """Yield plain tuples of ``fields`` without building model objects; dates come as the driver gives them."""
    sql, params = queryset.values_list(*fields).query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        while chunk := cursor.fetchmany(CHUNK):
            yield from chunk


def plain(value: Any) -> Any:
    """A value as SQLite keeps it: dates as ISO text, decimals as text that its numeric affinity reads back.

    PostgreSQL takes the same text for the same types, so raw statements of both engines may use it.
    """
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).replace(tzinfo=None).isoformat(sep=" ")
    if isinstance(value, dt.date):
        return value.isoformat()
    if value is None or isinstance(value, int | float | str):
        return value
    return str(value)


def take_ids(model: type[Model], how_many: int) -> list[int]:
    """Ids for so many new rows, which nobody else will be given: children can then be written in bulk beside them."""
    if not how_many:
        return []
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [table, how_many]
            )
            return [row[0] for row in cursor.fetchall()]
        # One writer at a time: what is not yet given cannot be given to another before this transaction ends.
        cursor.execute("SELECT COALESCE(MAX(seq), 0) FROM sqlite_sequence WHERE name = %s", [table])
        (last,) = cursor.fetchone()
    return list(range(last + 1, last + 1 + how_many))


def rows_among(
    queryset: QuerySet[Any], field: str, values: Sequence[int | str], fields: Sequence[str]
) -> list[tuple[Any, ...]]:
    """Tuples of ``fields`` of the rows whose ``field`` is among ``values``, however many: they go as one array.

    ``IN`` with a placeholder each would be planned anew for each number of them, and SQLite takes 32,766 at most.
    """
    try:
        sql, params = queryset.values_list(*fields).query.sql_with_params()
    except EmptyResultSet:  # its filters can be of no row
        return []
    column = queryset.model._meta.get_field(field).column
    place = f"{connection.ops.quote_name(queryset.model._meta.db_table)}.{connection.ops.quote_name(column)}"
    joint = "AND" if " WHERE " in sql else "WHERE"
    among = "= ANY(%s)" if connection.vendor == "postgresql" else "IN (SELECT value FROM json_each(%s))"
    array: Any = list(values) if connection.vendor == "postgresql" else json.dumps(list(values))
    with connection.cursor() as cursor:
        cursor.execute(f"{sql} {joint} {place} {among}", [*params, array])
        return list(cursor.fetchall())
