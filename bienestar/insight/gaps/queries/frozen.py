"""The hash over every frozen line of a run, reckoned the same way before writing and when a run is verified."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from typing import Any

from bienestar.foundation.storage.rows import read_rows
from bienestar.insight.gaps.models import DiagnosisRun, GapLine, ServiceResult

LINE_FIELDS = ("resource", "required", "existing", "usable", "gap", "to_repair", "to_acquire")


def frozen_hash(lines: Iterable[tuple[Any, ...]], services: Iterable[tuple[str, str, str]]) -> str:
    """SHA-256 over lines (uid, resource, figures…) and services (uid, service, readiness), in the order given.

    A figure is written as Python writes the number, one that is not known as nothing, parts apart by a bar.
    """
    digest = hashlib.sha256()
    for row in lines:
        digest.update(("|".join(["" if part is None else str(part) for part in row]) + "\n").encode())
    for service in services:
        digest.update(("|".join(service) + "\n").encode())
    return digest.hexdigest()


def run_is_unchanged(run: DiagnosisRun) -> bool:
    """Whether the stored lines of a run still give the hash that was frozen with it."""
    return frozen_hash(_stored_lines(run), _stored_services(run)) == run.records_sha256


def _stored_lines(run: DiagnosisRun) -> Iterator[tuple[Any, ...]]:
    # Sorted here: the database's own order of text depends on its language.
    rows = read_rows(GapLine.objects.filter(run=run), ("unit__uid", *LINE_FIELDS))
    for uid, resource, *figures in sorted(rows, key=lambda row: row[:2]):
        yield uid, resource, *(None if figure is None else float(figure) for figure in figures)


def _stored_services(run: DiagnosisRun) -> list[tuple[str, str, str]]:
    rows = read_rows(ServiceResult.objects.filter(run=run), ("unit__uid", "service", "readiness"))
    return sorted((row[0], row[1], row[2]) for row in rows)
