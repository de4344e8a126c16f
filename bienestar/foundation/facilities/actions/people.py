"""Whom units serve: catchments by locality or block, and by sex and age."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from bienestar.foundation.accounts.choices import Permission
from bienestar.foundation.accounts.models import User
from bienestar.foundation.accounts.queries import require
from bienestar.foundation.facilities.models import CatchmentCell, CatchmentGroup, Unit
from bienestar.foundation.journal.actions import record, records_hash
from bienestar.foundation.journal.models import SourceFile
from bienestar.foundation.storage.rows import insert_rows
from bienestar.foundation.territory.queries import common_path


@dataclass(frozen=True)
class CatchmentRow:
    """People of one locality or block whom a unit serves; None where the source does not say."""

    unit_id: int
    locality_code: str
    block: str
    population: int
    entitled: int | None
    not_entitled: int | None
    minutes: float | None = None
    kilometres: float | None = None
    road: str = ""


@dataclass(frozen=True)
class GroupRow:
    """People without entitlement of one unit by sex ("h", "m") and age group ("0-4", "85+", "unknown")."""

    unit_id: int
    sex: str
    age_group: str
    people: int


@transaction.atomic
def put_catchment(
    *, by: User, as_of: dt.date, rows: Sequence[CatchmentRow], source: SourceFile | None = None
) -> tuple[str, ...]:
    """Store catchment cells as of a day; "created", "changed" or "unchanged" for each row in order."""
    fields = ("population", "entitled", "not_entitled", "minutes", "kilometres", "road")
    return _put(by, CatchmentCell, as_of, rows, ("unit_id", "locality_code", "block"), fields, source)


@transaction.atomic
def put_catchment_groups(
    *, by: User, as_of: dt.date, rows: Sequence[GroupRow], source: SourceFile | None = None
) -> tuple[str, ...]:
    """Store people by sex and age as of a day; "created", "changed" or "unchanged" for each row in order."""
    return _put(by, CatchmentGroup, as_of, rows, ("unit_id", "sex", "age_group"), ("people",), source)


def _put(
    by: User,
    model: Any,
    as_of: dt.date,
    rows: Sequence[Any],
    key_fields: tuple[str, ...],
    fields: tuple[str, ...],
    source: SourceFile | None,
) -> tuple[str, ...]:
    paths = dict(Unit.objects.filter(pk__in={row.unit_id for row in rows}).values_list("pk", "path"))
    where = common_path(list(paths.values()))
    require(by, Permission.IMPORT_FILES, where)
    stored = model.objects.filter(as_of=as_of).values_list("pk", *key_fields, *fields)
    kept = {tuple(row[1 : 1 + len(key_fields)]): (row[0], row[1 + len(key_fields) :]) for row in stored}
    outcomes, changed = [], []
    fresh: dict[tuple[Any, ...], tuple[Any, ...]] = {}
    for row in rows:
        key = tuple(getattr(row, name) for name in key_fields)
        told = tuple(getattr(row, name) for name in fields)
        if key in kept and kept[key][1] == told or fresh.get(key) == told:
            outcomes.append("unchanged")
        elif key in kept:
            changed.append((kept[key][0], told))
            kept[key] = (kept[key][0], told)
            outcomes.append("changed")
        else:
            outcomes.append("changed" if key in fresh else "created")
            fresh[key] = told
    source_id = source.pk if source else None
    insert_rows(
        model,
        (*key_fields, "as_of", *fields, "source_id"),
        ((*key, as_of, *told, source_id) for key, told in fresh.items()),
    )
    for pk, told in changed:
        model.objects.filter(pk=pk).update(**dict(zip(fields, told, strict=True)), source=source)
    touched = [row for row, outcome in zip(rows, outcomes, strict=True) if outcome != "unchanged"]
    if touched:
        record(
            by=by,
            action=f"facilities.put_{model._meta.model_name}s",
            subject=f"{len(touched)} rows",
            area_path=where,
            records=len(touched),
            records_sha256=records_hash(touched),
        )
    return tuple(outcomes)
