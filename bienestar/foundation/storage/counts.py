"""Dated counts of things in units: the three registers that count keep rows of the same five columns.

A count is (unit, resource, day, existing, usable); ``None`` means not counted. These functions store and read such
rows for any model that has them; permission, journal and meaning stay with the register that calls.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Model

from bienestar.foundation.storage.rows import CHUNK, insert_rows, plain

COLUMNS = ("unit_id", "resource", "as_of", "existing", "usable")


@dataclass(frozen=True, slots=True)
class Count:
    """One resource of one unit as counted on a day; ``existing`` and ``usable`` None: not counted."""

    unit_id: int
    resource: str
    as_of: dt.date
    existing: float | None
    usable: float | None


@dataclass(frozen=True)
class Stored:
    """How many rows a bulk write made, corrected, and found as they were."""

    created: int
    changed: int
    unchanged: int

    @property
    def touched(self) -> int:
        """Rows made or corrected."""
        return self.created + self.changed


def store_counts(model: type[Model], counts: Sequence[Count], source_id: int | None) -> Stored:
    """Insert counts; a count of the same unit, resource and day with other numbers is corrected.

    Two counts of the same unit, resource and day in one call: the last one holds.
    """
    wanted = {(c.unit_id, c.resource, c.as_of): (c.existing, c.usable) for c in counts}
    stored = _stored(model, {c.as_of for c in counts}, {c.unit_id for c in counts})
    fresh = [(*key, *pair, source_id) for key, pair in wanted.items() if key not in stored]
    changed = [
        (pair[0], pair[1], source_id, stored[key][0])
        for key, pair in wanted.items()
        if key in stored and stored[key][1:] != pair
    ]
    insert_rows(model, (*COLUMNS, "source_id"), fresh)
    if changed:
        table = connection.ops.quote_name(model._meta.db_table)
        with connection.cursor() as cursor:
            cursor.executemany(
                f"UPDATE {table} SET existing = %s, usable = %s, source_id = %s WHERE id = %s",  # noqa: S608
                changed,
            )
    return Stored(len(fresh), len(changed), len(counts) - len(fresh) - len(changed))


def _stored(
    model: type[Model], days: set[dt.date], units: set[int]
) -> dict[tuple[int, str, dt.date], tuple[int, float | None, float | None]]:
    """Rows already stored on those days, by key: (id, existing, usable).

    Asked by unit, along the unique index: asked by day alone, each call would read the whole table.
    """
    table = connection.ops.quote_name(model._meta.db_table)
    found: dict[tuple[int, str, dt.date], tuple[int, float | None, float | None]] = {}
    ordered = sorted(units)
    with connection.cursor() as cursor:
        for start in range(0, len(ordered), 500):
            some = ordered[start : start + 500]
            marks = ", ".join(["%s"] * len(some))
            cursor.execute(
                f"SELECT id, unit_id, resource, as_of, existing, usable FROM {table} WHERE unit_id IN ({marks})",  # noqa: S608
                some,
            )
            while chunk := cursor.fetchmany(CHUNK):
                for pk, unit, resource, told, existing, usable in chunk:
                    day = _day(told)
                    if day in days:
                        found[(unit, resource, day)] = (pk, existing, usable)
    return found


def latest_counts(
    model: type[Model], unit_model: type[Model], as_of: dt.date, path: str
) -> Iterator[tuple[int, str, float | None, float | None, dt.date, int | None]]:
    """The newest count on or before ``as_of`` of every unit and resource under ``path``.

    Yields (unit_id, resource, existing, usable, counted on, source_id). Each engine has its own short way to say
    "newest of a group", both along the unique index; the general way takes several times as long on a country.
    """
    table = connection.ops.quote_name(model._meta.db_table)
    units = connection.ops.quote_name(unit_model._meta.db_table)
    where = f"as_of <= %s AND unit_id IN (SELECT id FROM {units} WHERE path LIKE %s)"  # noqa: S608
    params: list[Any] = [plain(as_of), f"{path}%"]
    if connection.vendor == "postgresql":
        sql = (
            f"SELECT DISTINCT ON (unit_id, resource) unit_id, resource, existing, usable, as_of, source_id "  # noqa: S608
            f"FROM {table} WHERE {where} ORDER BY unit_id, resource, as_of DESC"
        )
    else:
        # SQLite takes the bare columns from the row that has the maximum: documented, lang_select "bare columns".
        sql = (
            f"SELECT unit_id, resource, existing, usable, MAX(as_of), source_id "  # noqa: S608
            f"FROM {table} WHERE {where} GROUP BY unit_id, resource"
        )
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        while chunk := cursor.fetchmany(CHUNK):
            for unit, resource, existing, usable, day, source in chunk:
                yield unit, resource, existing, usable, _day(day), source


def _day(value: Any) -> dt.date:
    return value if isinstance(value, dt.date) else dt.date.fromisoformat(value)
