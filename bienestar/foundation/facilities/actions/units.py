"""Units and their keys, operators, statuses and hours."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction

from bienestar.foundation.accounts.actions import move_grants
from bienestar.foundation.accounts.choices import Permission
from bienestar.foundation.accounts.models import User
from bienestar.foundation.accounts.queries import ROOT, require
from bienestar.foundation.facilities.actions.book import UnitBook
from bienestar.foundation.facilities.actions.rows import UnitRow
from bienestar.foundation.facilities.models import OpeningHours, Unit
from bienestar.foundation.journal.actions import record, records_hash
from bienestar.foundation.journal.models import SourceFile
from bienestar.foundation.storage.turns import take_turn
from bienestar.foundation.territory.queries import area_paths, common_path


@dataclass(frozen=True)
class HoursRow:
    """Hours of one unit's day; ``weekdays`` e.g. "12345", empty when not told."""

    unit_id: int
    opens: dt.time
    closes: dt.time
    weekdays: str = ""


@transaction.atomic
def put_units(*, by: User, rows: Sequence[UnitRow], source: SourceFile | None = None) -> tuple[str, ...]:
    """Create units or correct what is stored of them; "created", "changed" or "unchanged" for each row in order.

    Files may be put in any order: a newer file outranks an older, an open key a closed one, field by field.
    """
    paths = area_paths({row.municipality_id for row in rows})
    where = common_path(list(paths.values()))
    require(by, Permission.IMPORT_FILES, where)
    take_turn()
    book = UnitBook({key for row in rows for key in (row.key, row.old_key) if key}, source, paths)
    outcomes = tuple(book.put(row)[1] for row in rows)
    book.store()
    if book.moved:
        move_grants(by=by, moved=book.moved)
    _record(
        by,
        "facilities.put_units",
        where,
        [r for r, o in zip(rows, outcomes, strict=True) if o != "unchanged"],
    )
    return outcomes


@transaction.atomic
def tie_keys(*, by: User, pairs: Sequence[tuple[str, str]], source: SourceFile | None = None) -> tuple[str, ...]:
    """Say of each (new key, old key) that they are one unit's; "changed", "unchanged" or "unknown" for each.

    Units that were stored apart become one; the old key is closed. "unknown": neither key is stored, nothing done.
    """
    take_turn()
    keys = {key for pair in pairs for key in pair}
    book = UnitBook(keys, source, {})
    where = common_path([unit.path for unit in book.units.values()]) if book.units else ROOT
    require(by, Permission.IMPORT_FILES, where)
    outcomes = tuple(book.tie(new, old) for new, old in pairs)
    book.store()
    if book.moved:
        move_grants(by=by, moved=book.moved)
    _record(by, "facilities.tie_keys", where, [p for p, o in zip(pairs, outcomes, strict=True) if o == "changed"])
    return outcomes


@transaction.atomic
def put_hours(
    *, by: User, as_of: dt.date, rows: Sequence[HoursRow], source: SourceFile | None = None
) -> tuple[str, ...]:
    """Store opening hours as published on a day; "created", "changed" or "unchanged" for each row."""
    paths = dict(Unit.objects.values_list("pk", "path"))
    where = common_path([paths[row.unit_id] for row in rows])
    require(by, Permission.IMPORT_FILES, where)
    kept = {row.unit_id: row for row in OpeningHours.objects.filter(as_of=as_of)}
    outcomes, corrected = [], []
    fresh: dict[int, OpeningHours] = {}
    for row in rows:
        told = (row.opens, row.closes, row.weekdays)
        old = kept.get(row.unit_id) or fresh.get(row.unit_id)
        if old is None:
            fresh[row.unit_id] = OpeningHours(
                unit_id=row.unit_id,
                as_of=as_of,
                opens=row.opens,
                closes=row.closes,
                weekdays=row.weekdays,
                source=source,
            )
            outcomes.append("created")
        elif (old.opens, old.closes, old.weekdays) == told:
            outcomes.append("unchanged")
        else:
            old.opens, old.closes, old.weekdays = told
            if old.pk:
                old.source = source
                corrected.append(old)
            outcomes.append("changed")
    OpeningHours.objects.bulk_create(fresh.values(), batch_size=1000)
    OpeningHours.objects.bulk_update(corrected, ["opens", "closes", "weekdays", "source"], batch_size=500)
    _record(
        by,
        "facilities.put_hours",
        where,
        [r for r, o in zip(rows, outcomes, strict=True) if o != "unchanged"],
    )
    return tuple(outcomes)


@transaction.atomic
def mark_outside(*, by: User, found: Mapping[int, bool | None], source: SourceFile | None = None) -> int:
    """Mark units whose point lies outside (True) or inside (False) their municipality, None where it cannot be told.

    How many marks were written. The mark follows from the point and the outline, so it has no provenance of its own.
    """
    paths = dict(Unit.objects.filter(pk__in=found).values_list("pk", "path"))
    where = common_path(list(paths.values()))
    require(by, Permission.IMPORT_FILES, where)
    for mark in (True, False, None):
        Unit.objects.filter(pk__in=[pk for pk in paths if found[pk] is mark]).update(outside_municipality=mark)
    _record(by, "facilities.mark_outside", where, sorted((pk, str(found[pk])) for pk in paths))
    return len(paths)


def _record(by: User, action: str, where: str, touched: Sequence[object]) -> None:
    if touched:
        record(
            by=by,
            action=action,
            subject=f"{len(touched)} rows",
            area_path=where,
            records=len(touched),
            records_sha256=records_hash(touched),
        )
