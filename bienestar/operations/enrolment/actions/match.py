"""Comparing everybody with the rolls and with each other, and writing what that changes in one transaction.

The comparison takes minutes and holds no lock; the writing waits its turn, looks again at what was decided meanwhile
and leaves those people to the next run. A run that is killed has written nothing.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import resource
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bienestar.foundation.accounts.choices import Permission
from bienestar.foundation.accounts.models import User
from bienestar.foundation.accounts.queries import ROOT, require
from bienestar.foundation.journal.actions import record
from bienestar.foundation.storage.rows import CHUNK, hold_writers, insert_rows, update_rows
from bienestar.foundation.storage.turns import take_turn
from bienestar.foundation.territory.queries import common_path
from bienestar.operations.enrolment.actions import changes
from bienestar.operations.enrolment.actions.comparing import (
    Comparison,
    Cut,
    MatchError,
    Tell,
    compare,
    current_cuts,
    workroom,
)
from bienestar.operations.enrolment.choices import CheckBasis, Engine
from bienestar.operations.enrolment.models import EligibilityCheck, MatchDecision, MatchRun, ReviewPair
from bienestar.operations.enrolment.queries.rules import eligibility_rules, institutions
from bienestar.registers.beneficiaries.actions import (
    Ended,
    Opened,
    close_affiliations,
    mark_matched,
    open_affiliations,
    withdraw_affiliations,
)
from bienestar.registers.beneficiaries.queries import persons_gone

CHECK = ("person_id", "checked_on", "result", "institution", "valid_until", "evidence") + (
    "basis",
    "decided_by",
    "note",
    "run_id",
    "is_current",
)
PAIR = ("run_id", "kind", "person_id", "other_id", "institution", "entry", "entry_data", "weight", "probability") + (
    "path",
    "waits_since",
)


@dataclass(frozen=True)
class MatchAnswer:
    """What a run found: people compared, rolls, people found in a roll, covered, eligible, pairs that wait."""

    persons: int
    rolls: int
    linked: int
    covered: int
    eligible: int
    review: int
    seconds: float
    peak_mb: float


@dataclass(frozen=True)
class _Moment:
    """What the database held when the comparison began."""

    started: dt.datetime
    clock: float
    last_check: int
    last_decision: int


def match(*, by: User, engine: str = Engine.DUCKDB, tell: Tell | None = None) -> MatchAnswer:
    """Compare every living person with the current rolls and with each other, and store what follows.

    Affiliations begin and end, checks that are news are written, the queue of pairs is replaced; people are never
    merged here. ``tell`` hears each step in words. MatchError when a roll is not readable, or changed meanwhile.
    """
    require(by, Permission.RUN_MATCH, ROOT)
    say = tell or (lambda words: None)
    moment = _Moment(timezone.now(), time.perf_counter(), _last(EligibilityCheck), _last(MatchDecision))
    codes = institutions()
    cuts = current_cuts(codes)
    with workroom() as con:
        made = compare(con, cuts, engine, say)
        say(_("Writing what changed"))
        with transaction.atomic():
            take_turn()
            hold_writers(EligibilityCheck)
            if current_cuts(codes) != cuts:
                raise MatchError(_("A newer roll arrived while this one was compared: run the comparison again."))
            return _write(by, made, engine, moment)


def _write(by: User, made: Comparison, engine: str, moment: _Moment) -> MatchAnswer:
    day = timezone.localdate()
    run = MatchRun.objects.create(
        started_at=moment.started,
        started_by=by.username,
        engine=engine,
        rolls=[[cut.roll_id, cut.institution, cut.cut_off.isoformat()] for cut in made.cuts],
        model=made.models,
    )
    persons = changes.people(made, _touched(made, moment))
    changes.affiliations(made)
    standing = changes.checks(made, day, institutions(), eligibility_rules())
    rolls = {cut.institution: cut.roll_id for cut in made.cuts}
    changes.pairs(made, _rolls_of_runs(), rolls)
    digest = hashlib.sha256()
    _write_affiliations(by, made)
    written = _write_checks(by, made, run, day, digest) + _write_pairs(made, run, digest)
    if made.cuts:
        mark_matched(by=by, path=ROOT, roll_ids=list(rolls.values()))
    answer = MatchAnswer(
        persons=persons,
        rolls=len(made.cuts),
        linked=standing.linked,
        covered=standing.covered,
        eligible=standing.eligible,
        review=ReviewPair.objects.count(),
        seconds=round(time.perf_counter() - moment.clock, 2),
        peak_mb=round(_peak_mb(), 1),
    )
    run.counts = {**vars(answer), "written": written}
    run.finished_at = timezone.now()
    run.save(update_fields=["counts", "finished_at"])
    record(
        by=by,
        action="enrolment.match",
        subject=f"match:{run.pk}",
        area_path=ROOT,
        detail={"engine": str(engine), "rolls": run.rolls},
        records=max(written, 1),
        records_sha256=digest.hexdigest(),
    )
    return answer


def _touched(made: Comparison, moment: _Moment) -> set[int]:
    """Records that somebody merged, parted, decided on or checked while they were compared."""
    before = set(
        made.con.execute("SELECT id, merged, died_on FROM everyone WHERE merged IS NOT NULL OR died_on IS NOT NULL")
        .fetchall()
    )  # fmt: skip
    touched = {pk for pk, *_rest in before ^ persons_gone()}
    later = MatchDecision.objects.filter(pk__gt=moment.last_decision)
    undone = MatchDecision.objects.filter(undone_at__gte=moment.started)
    for rows in (later, undone):
        for person, other in rows.values_list("person_id", "other_id"):
            touched |= {person} | ({other} if other else set())
    return touched | set(EligibilityCheck.objects.filter(pk__gt=moment.last_check).values_list("person_id", flat=True))


def _last(model: Any) -> int:
    return model.objects.order_by("pk").values_list("pk", flat=True).last() or 0


def _rolls_of_runs() -> dict[int, dict[str, int]]:
    """The roll of each institution that each run with open pairs compared."""
    runs = MatchRun.objects.filter(pk__in=ReviewPair.objects.values("run_id").distinct())
    return {pk: {code: roll for roll, code, _day in rolls} for pk, rolls in runs.values_list("pk", "rolls")}


def _write_affiliations(by: User, made: Comparison) -> None:
    """First what ends, then what begins: a person has one open affiliation with an institution."""
    taken = [pk for (pk,) in made.con.execute("SELECT id FROM withdrawn").fetchall()]
    if taken:
        withdraw_affiliations(by=by, path=ROOT, ids=taken)
    ended = _rows(made, "SELECT valid_to, roll, id FROM ended ORDER BY id")
    close_affiliations(by=by, path=ROOT, rows=(Ended(*row) for row in ended))
    opened = _rows(
        made,
        "SELECT root, institution, valid_from, valid_to, basis, weight, entry, roll FROM opened"
        " ORDER BY root, institution",
    )
    open_affiliations(by=by, path=ROOT, rows=(Opened(*row) for row in opened))


def _write_checks(by: User, made: Comparison, run: MatchRun, day: dt.date, digest: Any) -> int:
    before = _rows(made, "SELECT check_id FROM news WHERE check_id IS NOT NULL ORDER BY check_id")
    update_rows(EligibilityCheck, ("is_current",), ((False, pk) for (pk,) in before))
    rows = _rows(
        made, "SELECT root, new_result, new_institution, new_until, new_evidence FROM news ORDER BY root", digest
    )
    return insert_rows(
        EligibilityCheck,
        CHECK,
        (
            (person, day, result, institution, until, told, CheckBasis.MATCH.value, by.username, "", run.pk, True)
            for person, result, institution, until, told in rows
        ),
    )


def _write_pairs(made: Comparison, run: MatchRun, digest: Any) -> int:
    gone = [pk for (pk,) in made.con.execute("SELECT id FROM settled ORDER BY id").fetchall()]
    for start in range(0, len(gone), 900):
        ReviewPair.objects.filter(pk__in=gone[start : start + 900]).delete()
    moved = _rows(made, "SELECT weight, probability, data, id FROM moved ORDER BY id", digest)
    number = update_rows(
        ReviewPair,
        ("run_id", "weight", "probability", "entry_data"),
        ((run.pk, *row) for row in moved),
    )
    now = timezone.now()
    rows = _rows(
        made,
        """SELECT w.kind, w.person, w.other, w.institution, w.entry, w.data, w.weight, w.probability, p.path, o.path
        FROM fresh w JOIN everyone p ON p.id = w.person LEFT JOIN everyone o ON o.id = w.other
        ORDER BY w.kind, w.person, w.other, w.institution, w.entry""",
        digest,
    )
    number += insert_rows(
        ReviewPair,
        PAIR,
        ((run.pk, *row[:8], common_path([path for path in row[8:] if path]), now) for row in rows),
    )
    return number + len(gone)


def _rows(made: Comparison, sql: str, digest: Any = None) -> Iterator[tuple[Any, ...]]:
    """The rows of a query, a block at a time; each goes into ``digest`` as it passes."""
    cursor = made.con.cursor()
    cursor.execute(sql)
    while block := cursor.fetchmany(CHUNK):
        for row in block:
            if digest is not None:
                digest.update(json.dumps(row, default=str).encode())
            yield row


def _peak_mb() -> float:
    """The most memory that this process has held, in MB; the system counts in kB, macOS in bytes."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1 << 20 if sys.platform == "darwin" else 1 << 10)


__all__ = ["Cut", "MatchAnswer", "MatchError", "match"]
