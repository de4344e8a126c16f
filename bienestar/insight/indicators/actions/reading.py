"""Showing and handing out the records behind a value; of persons never without a row in the journal."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from bienestar.foundation.accounts.choices import Permission
from bienestar.foundation.accounts.models import User
from bienestar.foundation.accounts.queries import Actor, require_anywhere
from bienestar.foundation.journal.actions import record, records_hash
from bienestar.insight.indicators.models import ValueSet
from bienestar.insight.indicators.queries.records import Part, Records, records_behind
from bienestar.insight.indicators.queries.values import Value


@transaction.atomic
def read_records(
    *, by: Actor, value_set: ValueSet, value: Value, part: Part = "numerator", limit: int = 25, offset: int = 0
) -> tuple[Records, list[tuple[Any, ...]]] | None:
    """Some of the rows behind a value, as far as ``by`` may see them; None where they may see none.

    Rows of persons leave one row in the journal: how many were shown, of which value, and their hash. Raises
    PermissionDenied without VIEW_INDICATORS anywhere.
    """
    require_anywhere(by, Permission.VIEW_INDICATORS)
    found = records_behind(by, value_set, value, part)
    if found is None:
        return None
    rows = found.page(limit, offset)
    if found.personal and rows:
        record(
            by=by,
            action="indicators.read_records",
            subject=f"value_set:{value_set.pk}",
            area_path=value.path,
            detail=_detail(value, found),
            records=len(rows),
            records_sha256=records_hash(rows),
        )
    return found, rows


def export_records(
    *, by: User, value_set: ValueSet, value: Value, part: Part, put: Callable[[Sequence[Any]], None]
) -> Records:
    """Give ``put`` the names of the columns and then every row behind a value that ``by`` may download.

    The caller hands nothing over before this returns: the journal row is then there. Raises PermissionDenied where
    the reader may see none, or download none: EXPORT, of persons and cards EXPORT_PERSONS.
    """
    require_anywhere(by, Permission.VIEW_INDICATORS)
    seen = records_behind(by, value_set, value, part)
    needed = Permission.EXPORT_PERSONS if seen and seen.personal else Permission.EXPORT
    found = records_behind(by, value_set, value, part, also=needed)
    if found is None or not found.count:
        raise PermissionDenied(f"{needed} over {value.path}")
    put(found.columns)
    digest, count = hashlib.sha256(), 0
    for row in found.all():
        put(row)
        digest.update(f"{row!r}\n".encode())
        count += 1
    with transaction.atomic():  # reading takes no turn from who writes: only the journal row is a transaction
        record(
            by=by,
            action="indicators.export_records",
            subject=f"value_set:{value_set.pk}",
            area_path=value.path,
            detail=_detail(value, found),
            records=count,
            records_sha256=digest.hexdigest(),
        )
    return found


def _detail(value: Value, found: Records) -> dict[str, Any]:
    """What a row of the journal says of the rows: nothing of anybody."""
    return {"indicator": value.indicator, "table": found.table, "columns": found.columns}
