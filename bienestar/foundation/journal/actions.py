"""Appending to the journal. The ground floor: no permission here, because every action above asks first."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable
from typing import Any

from django.db import transaction

from bienestar.foundation.journal.models import JournalEntry, Seal, SourceFile
from bienestar.foundation.journal.queries import entries_hash
from bienestar.foundation.storage.rows import hold_writers


def record(
    *,
    by: Any,
    action: str,
    subject: str,
    area_path: str,
    detail: dict[str, Any] | None = None,
    records: int = 1,
    records_sha256: str = "",
) -> JournalEntry:
    """Append one row for one action; call it last, inside the action's transaction. ``by`` has a ``username``."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError(f"{action}: the journal row must be in the same transaction as the write")
    return JournalEntry.objects.create(
        actor=by.username,
        action=action,
        subject=subject,
        area_path=area_path,
        detail=detail or {},
        records=records,
        records_sha256=records_sha256,
    )


def records_hash(rows: Iterable[Any]) -> str:
    """SHA-256 of a set of records, in the order given, for the one journal row of a bulk action."""
    digest = hashlib.sha256()
    for row in rows:
        digest.update(repr(row).encode())
    return digest.hexdigest()


def keep_source(
    *, sha256: str, kind: str, name: str, publisher: str = "", published_on: dt.date | None = None
) -> SourceFile:
    """The row for a received file; the same bytes received again are the same row."""
    source, _ = SourceFile.objects.get_or_create(
        sha256=sha256,
        kind=kind,
        defaults={"name": name, "publisher": publisher, "published_on": published_on},
    )
    return source


@transaction.atomic
def append_seal() -> Seal | None:
    """Seal the rows since the last seal into a chained batch; None when there are none.

    The batch begins right after the last one, so that a row slipped in between is found too. Writers wait for the
    moment of sealing only: a row whose number is taken and not yet committed would else appear inside a sealed batch.
    """
    hold_writers(JournalEntry)
    last = Seal.objects.select_for_update().order_by("-id").first()
    after = last.last_entry if last else 0
    newest = JournalEntry.objects.filter(id__gt=after).order_by("id").last()
    if newest is None:
        return None
    previous = last.sha256 if last else ""
    return Seal.objects.create(
        first_entry=after + 1,
        last_entry=newest.id,
        previous_sha256=previous,
        sha256=entries_hash(after + 1, newest.id, previous),
    )
