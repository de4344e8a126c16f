"""Statements in plain SQL for the few questions that are asked hundreds of times a second.

Everything else goes through the ORM: it is shorter, and a question asked once a page does not feel the difference.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections


def rows_of(statement: str, values: Sequence[str]) -> list[tuple[Any, ...]]:
    """Run one statement (``%s`` for each value) and return its rows.

    On PostgreSQL every value of a row is text or None, a boolean "t" or "f"; on SQLite it is what the driver gives.
    PostgreSQL parses and plans the statement once a connection, and libpq is called without the driver's adaptation
    of types, which together is two thirds of the time of a question by key. Outside a transaction the statement is
    one by itself; where the connection is found dead there, it is opened again and asked once more.
    """
    connection = connections[DEFAULT_DB_ALIAS]  # the thread's own, looked up once
    if connection.vendor != "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(statement, values)
            return list(cursor.fetchall())
    try:
        return _prepared(connection, statement, values)
    except DatabaseError:
        if connection.in_atomic_block or not connection.connection.closed:
            raise
        connection.close()
        return _prepared(connection, statement, values)


def _prepared(connection: Any, statement: str, values: Sequence[str]) -> list[tuple[Any, ...]]:
    from psycopg import errors  # noqa: PLC0415  SQLite needs no driver of PostgreSQL
    from psycopg.pq import ExecStatus  # noqa: PLC0415

    connection.ensure_connection()
    driver = connection.connection
    with connection.wrap_database_errors:
        names: dict[str, bytes] = driver.__dict__.setdefault("_prepared_by_hand", {})
        name = names.get(statement)
        if name is None:
            name = f"by_hand_{len(names)}".encode()
            done = driver.pgconn.prepare(name, _numbered(statement).encode())
            if done.status != ExecStatus.COMMAND_OK:
                raise errors.error_from_result(done)
            names[statement] = name
        found = driver.pgconn.exec_prepared(name, [value.encode() for value in values])
        if found.status != ExecStatus.TUPLES_OK:
            raise errors.error_from_result(found)
    columns = range(found.nfields)
    return [tuple(_text(found.get_value(row, column)) for column in columns) for row in range(found.ntuples)]


def _text(value: bytes | None) -> str | None:
    return None if value is None else value.decode()


def _numbered(statement: str) -> str:
    """``%s`` as PostgreSQL counts them: $1, $2…"""
    first, *rest = statement.split("%s")
    return first + "".join(f"${place}{part}" for place, part in enumerate(rest, start=1))
