"""Reading the journal. Who may read which row is asked one floor up, in accounts."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Collection

from django.db.models import Q, QuerySet

from bienestar.foundation.journal.models import JournalEntry, Seal, SourceFile


def entries_under(paths: list[str]) -> QuerySet[JournalEntry]:
    """Journal rows whose territory lies under any of ``paths``, newest first."""
    within = Q(pk__in=[])
    for path in paths:
        within |= Q(area_path__startswith=path)
    return JournalEntry.objects.filter(within).order_by("-id")


def entries_about(subjects: Collection[str], actions: Collection[str] | None = None) -> QuerySet[JournalEntry]:
    """Journal rows about any of ``subjects``, of those ``actions`` or of all, newest first."""
    found = JournalEntry.objects.filter(subject__in=subjects)
    return (found if actions is None else found.filter(action__in=actions)).order_by("-id")


def entries_over(path: str, actions: Collection[str]) -> QuerySet[JournalEntry]:
    """Journal rows of those ``actions`` whose territory is ``path`` or holds it, newest first."""
    parts = path.rstrip("/").split("/")
    above = ["/".join(parts[:length]) + "/" for length in range(1, len(parts) + 1)]
    return JournalEntry.objects.filter(action__in=actions, area_path__in=above).order_by("-id")


def no_entries() -> QuerySet[JournalEntry]:
    """No journal rows: what somebody is told who may not read any."""
    return JournalEntry.objects.none()


def source_with_hash(sha256: str, kind: str) -> SourceFile | None:
    """The file already received with this hash for this kind, or None."""
    return SourceFile.objects.filter(sha256=sha256, kind=kind).first()


def entries_hash(first: int, last: int, previous: str) -> str:
    """SHA-256 over rows first…last in order, each as canonical JSON, chained to ``previous``."""
    digest = hashlib.sha256(previous.encode())
    rows = JournalEntry.objects.filter(id__gte=first, id__lte=last).order_by("id")
    for row in rows.values_list(
        "id", "at", "actor", "action", "subject", "area_path", "detail", "records", "records_sha256"
    ).iterator():
        line = [row[0], row[1].isoformat(), *row[2:]]
        digest.update(json.dumps(line, sort_keys=True, ensure_ascii=False).encode())
    return digest.hexdigest()


def broken_seals() -> list[Seal]:
    """Seals whose rows no longer give their hash, or that do not chain to the one before."""
    broken, previous, expected_first = [], "", 1
    for seal in Seal.objects.order_by("id"):
        fits = seal.previous_sha256 == previous and seal.first_entry == expected_first
        if not fits or entries_hash(seal.first_entry, seal.last_entry, previous) != seal.sha256:
            broken.append(seal)
        previous, expected_first = seal.sha256, seal.last_entry + 1
    return broken


def sources_of_kind(kind: str) -> QuerySet[SourceFile]:
    """Files received for one kind, in the order they came."""
    return SourceFile.objects.filter(kind=kind).order_by("id")


def kinds_received(but_of: str = "") -> list[str]:
    """The kinds of file that values here came from, e.g. "clues" or "demo"; not those of the publisher ``but_of``."""
    found = SourceFile.objects.exclude(publisher=but_of) if but_of else SourceFile.objects.all()
    return list(found.order_by("kind").values_list("kind", flat=True).distinct())


def sources_received(ids: Collection[int], until: dt.datetime) -> list[SourceFile]:
    """Those files that were received by ``until``, by kind, date and name: the provenance list of a document."""
    found = SourceFile.objects.filter(pk__in=list(ids), received_at__lte=until)
    return list(found.order_by("kind", "published_on", "name", "sha256"))


def newest_entry() -> int:
    """The number of the newest row; 0 when there is none."""
    return JournalEntry.objects.order_by("-id").values_list("id", flat=True).first() or 0
