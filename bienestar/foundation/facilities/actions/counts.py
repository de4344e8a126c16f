"""Rooms, beds, utilities, opening and activity of units, counted on a day."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from bienestar.foundation.accounts.choices import Permission
from bienestar.foundation.accounts.models import User
from bienestar.foundation.accounts.queries import require
from bienestar.foundation.facilities.models import CapacityCount
from bienestar.foundation.journal.actions import record, records_hash
from bienestar.foundation.journal.models import SourceFile
from bienestar.foundation.storage.counts import Count, Stored, store_counts


@transaction.atomic
def put_capacities(*, by: User, path: str, counts: Sequence[Count], source: SourceFile | None = None) -> Stored:
    """Store counts of units under ``path`` (the caller has checked that they are); one journal row for all.

    The same count given again changes nothing and leaves no journal row.
    """
    require(by, Permission.REVIEW_VISIT, path)
    stored = store_counts(CapacityCount, counts, source.pk if source else None)
    if stored.touched:
        record(
            by=by,
            action="facilities.put_capacities",
            subject=f"{stored.touched} counts",
            area_path=path,
            records=stored.touched,
            records_sha256=records_hash(counts),
        )
    return stored
