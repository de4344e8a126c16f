"""``ingest``: one file, one transaction, one answer.

A dry run does the same in a transaction that is rolled back, so its answer cannot differ. A process that is killed
half-way leaves the database as it was; running the file again then writes it once.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from bienestar.foundation.journal.actions import keep_source
from bienestar.foundation.storage.turns import take_turn
from bienestar.sources import catchment, clues, geometry, hours, municipalities, persons, population, sinerhias
from bienestar.sources.issues import REFUSED
from bienestar.sources.job import ACCEPTED, UNCHANGED, Job
from bienestar.sources.reading import Progress, sha256_of

if TYPE_CHECKING:
    from bienestar.foundation.accounts.models import User

#: Each kind: how to open a file of it (Unusable when it is none), and how to load what was opened.
KINDS: dict[str, tuple[Callable[[Path], Any], Callable[[Job, Any], None]]] = {
    "municipalities": (municipalities.open_file, municipalities.load),
    "population": (population.open_file, population.load),
    "geometry": (geometry.open_file, geometry.load),
    "clues": (clues.open_file, clues.load),
    "hours": (hours.open_file, hours.load),
    "sinerhias": (sinerhias.open_file, sinerhias.load),
    "catchment": (catchment.open_file, catchment.load),
    "persons": (persons.open_file, persons.load),
}
_DATE_IN_NAME = re.compile(r"(?<!\d)(20\d\d)(?:[-_.]?(\d\d))?(?:[-_.]?(\d\d))?(?!\d)")
_YEAR_IN_NAME = re.compile(r"(?<!\d)(20\d\d)(?!\d)")


@dataclass(frozen=True)
class Outcome:
    """What one run did. ``rows_read`` = accepted + unchanged + rejected; ``warned`` counts rows among the accepted
    and unchanged that carry a doubt. ``groups``: (severity, column, reason, how many, first row).
    """

    kind: str
    sha256: str
    rows_read: int
    accepted: int
    unchanged: int
    warned: int
    rejected: int
    issues_file: str
    written: bool
    about: str
    published_on: dt.date | None
    groups: tuple[tuple[str, str, str, int, int], ...]
    notes: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """The answer for machines."""
        names = ("kind", "sha256", "rows_read", "accepted", "unchanged", "warned", "rejected", "issues_file")
        return {name: getattr(self, name) for name in names}


@dataclass(frozen=True)
class Request:
    """What is asked: a file of a kind; who published it and when (told by the file's name if not given).

    Of an affiliation roll: ``source``, the institution's code, ``cut_off``, the day on which it was taken, and
    ``fewer``: it may have less than half the entries of the one before.
    """

    kind: str
    path: Path
    dry_run: bool = False
    strict: bool = False
    publisher: str = ""
    published_on: dt.date | None = None
    state: str | None = None
    source: str = ""
    cut_off: dt.date | None = None
    fewer: bool = False
    progress: Progress = lambda done, total: None


def ingest(*, by: User, request: Request) -> Outcome:
    """Read a file and write what it says, whole or (dry run; refused rows under ``strict``) not at all.

    Raises Unusable, with one sentence for the reader, when the file cannot be of that kind.
    """
    open_file, load = KINDS[request.kind]
    opened = open_file(request.path)
    sha256 = sha256_of(request.path)
    with transaction.atomic():
        take_turn()
        job = _job(by, request, opened, sha256)
        load(job, opened)
        written = not (request.dry_run or (request.strict and job.count(REFUSED)))
        if not written:
            transaction.set_rollback(True)
    issues_file = settings.HOME / "issues" / f"{request.kind}-{sha256[:12]}.csv"
    job.issues.write(issues_file)
    return _outcome(job, opened, sha256, issues_file, written)


def _job(by: User, request: Request, opened: Any, sha256: str) -> Job:
    published_on = request.published_on or date_in(request.path.name)
    source = keep_source(
        sha256=sha256,
        kind=request.kind,
        name=request.path.name[:200],
        publisher=request.publisher or publisher_of(opened),
        published_on=published_on,
    )
    return Job(
        kind=request.kind,
        path=request.path,
        by=by,
        source=source,
        published_on=published_on,
        # A file that does not tell its date is taken as of the day it was first received, also when it comes again.
        as_of=published_on or timezone.localdate(source.received_at),
        state=request.state,
        progress=request.progress,
    )


def _outcome(job: Job, opened: Any, sha256: str, issues_file: Path, written: bool) -> Outcome:
    return Outcome(
        kind=job.kind,
        sha256=sha256,
        rows_read=len(job.outcomes),
        accepted=job.count(ACCEPTED),
        unchanged=job.count(UNCHANGED),
        warned=len(job.issues.doubted - job.issues.refused),
        rejected=job.count(REFUSED),
        issues_file=str(issues_file),
        written=written,
        about=str(getattr(opened, "about", "")),
        published_on=job.published_on,
        groups=tuple(job.issues.grouped()),
        notes=tuple(job.notes),
    )


def publisher_of(opened: Any) -> str:
    """The publisher that the file's layout tells; "" when it tells none."""
    return str(getattr(opened, "publisher", ""))


def date_in(name: str) -> dt.date | None:
    """The date in a file's name: "…2024-07-01…", "…202501…" (the first of the month), "…2026…" (1 January)."""
    for match in _DATE_IN_NAME.finditer(name):
        year, month, day = (int(part) if part else 1 for part in match.groups())
        try:
            return dt.date(year, month, day)
        except ValueError:
            continue  # 2020_13: thirteen is a state, not a month
    years = _YEAR_IN_NAME.search(name)
    return dt.date(int(years.group(1)), 1, 1) if years else None
