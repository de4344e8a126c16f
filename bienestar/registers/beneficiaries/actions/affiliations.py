"""Affiliations in bulk: what a comparison with the rolls, or a reviewer, opens, closes or takes back.

Rows come as an iterator and leave one journal row a call, with how many they were and their hash: two million
affiliations are never in memory at once.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Collection, Iterable, Iterator
from typing import Any, NamedTuple

from django.db import transaction
from django.utils import timezone

from bienestar.foundation.accounts.choices import Permission
from bienestar.foundation.accounts.models import User
from bienestar.foundation.accounts.queries import access_of, require
from bienestar.foundation.journal.actions import record
from bienestar.foundation.storage.rows import insert_rows, update_rows
from bienestar.registers.beneficiaries.models import Affiliation, Roll

#: Whoever may do one of these writes affiliations by doing it: comparing, deciding a pair, registering.
WRITERS = (Permission.RUN_MATCH, Permission.REVIEW_MATCH, Permission.REGISTER_PERSON)


class Opened(NamedTuple):
    """An affiliation that begins. ``valid_to`` None: open; ``weight`` in bits where a model linked the two."""

    person_id: int
    institution: str
    valid_from: dt.date
    valid_to: dt.date | None
    basis: str
    weight: float | None
    entry: str
    roll_id: int | None


class Ended(NamedTuple):
    """A new last day of an affiliation (None: it is open again) and the roll that says so."""

    valid_to: dt.date | None
    ended_by_id: int | None
    id: int


@transaction.atomic
def open_affiliations(*, by: User, path: str, rows: Iterable[Opened]) -> int:
    """Store affiliations of persons under ``path`` and return how many; nothing but the table's rules is checked."""
    require(by, _permission(by, path), path)
    hashed = _Hashed(rows)
    number = insert_rows(Affiliation, Opened._fields, hashed)
    _record(by, "beneficiaries.open_affiliations", path, hashed)
    return number


@transaction.atomic
def close_affiliations(*, by: User, path: str, rows: Iterable[Ended]) -> int:
    """Give affiliations another last day; return how many."""
    require(by, _permission(by, path), path)
    hashed = _Hashed(rows)
    number = update_rows(Affiliation, Ended._fields[:-1], hashed)
    _record(by, "beneficiaries.close_affiliations", path, hashed)
    return number


@transaction.atomic
def withdraw_affiliations(*, by: User, path: str, ids: Collection[int]) -> int:
    """Take back affiliations that turn out never to have held a day, such as one whose decision is undone at once."""
    require(by, _permission(by, path), path)
    hashed = _Hashed(sorted(ids))
    number = 0
    wanted = list(hashed)
    for start in range(0, len(wanted), 900):
        number += Affiliation.objects.filter(pk__in=wanted[start : start + 900]).delete()[0]
    _record(by, "beneficiaries.withdraw_affiliations", path, hashed)
    return number


@transaction.atomic
def mark_matched(*, by: User, path: str, roll_ids: Collection[int]) -> int:
    """Note that persons were compared with these rolls just now."""
    require(by, Permission.RUN_MATCH, path)
    hashed = _Hashed(sorted(roll_ids))
    number = Roll.objects.filter(pk__in=list(hashed)).update(matched_at=timezone.now())
    _record(by, "beneficiaries.mark_matched", path, hashed)
    return number


def _permission(by: User, path: str) -> Permission:
    access = access_of(by)
    return next((one for one in WRITERS if access.can(one, path)), WRITERS[0])


def _record(by: User, action: str, path: str, rows: _Hashed) -> None:
    if rows.number:
        record(
            by=by,
            action=action,
            subject=f"{rows.number} rows",
            area_path=path,
            records=rows.number,
            records_sha256=rows.digest.hexdigest(),
        )


class _Hashed:
    """Rows that are counted and hashed as they pass."""

    def __init__(self, rows: Iterable[Any]) -> None:
        self.rows = rows
        self.number = 0
        self.digest = hashlib.sha256()

    def __iter__(self) -> Iterator[Any]:
        for row in self.rows:
            self.number += 1
            self.digest.update(repr(tuple(row) if isinstance(row, tuple) else row).encode())
            yield row
