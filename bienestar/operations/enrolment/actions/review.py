"""Deciding pairs: the same person or two different ones, and taking that back.

A decision holds for good: ``match`` links what was called one, never links nor shows again what was called two. Two
reviewers who decide the same pair take turns; the second is told what the first decided.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from bienestar.foundation.accounts.choices import Permission
from bienestar.foundation.accounts.models import User
from bienestar.foundation.accounts.queries import require
from bienestar.foundation.journal.actions import record, records_hash
from bienestar.foundation.storage.turns import take_turn
from bienestar.foundation.territory.queries import common_path
from bienestar.operations.enrolment.actions.eligibility import end_affiliation, reassess
from bienestar.operations.enrolment.choices import PairKind, Result, Verdict
from bienestar.operations.enrolment.models import MatchDecision, ReviewPair
from bienestar.operations.enrolment.queries.eligibility import current_check
from bienestar.operations.enrolment.queries.entries import entry_in_roll
from bienestar.operations.enrolment.queries.review import decision_of, usual_survivor
from bienestar.registers.beneficiaries.actions import (
    Opened,
    merge_persons,
    open_affiliations,
    unmerge_person,
)
from bienestar.registers.beneficiaries.choices import Basis
from bienestar.registers.beneficiaries.models import Person
from bienestar.registers.beneficiaries.queries import (
    affiliations_of,
    current_roll,
)


class ReviewError(Exception):
    """What was asked does not fit the pair as it stands; the message is for the person who asked."""


class AlreadyDecided(ReviewError):
    """Somebody else decided the pair first, or the comparison no longer finds it."""


@dataclass(frozen=True)
class BulkDecided:
    """How many pairs a bulk decision decided, and how many had been decided by others meanwhile."""

    decided: int
    skipped: int


@transaction.atomic
def decide_pair(
    *, by: User, pair: ReviewPair, verdict: str, note: str = "", survivor: Person | None = None
) -> MatchDecision:
    """Decide a pair. Two records of one person are merged into ``survivor``, by default the one with a CURP, or older.

    An entry that is the person's opens an affiliation; either way the person's eligibility is concluded again.
    AlreadyDecided, with what was decided by whom, when the pair no longer waits.
    """
    _require_both(by, pair)
    take_turn()
    made = _decide(by, pair, verdict, note, survivor)
    record(
        by=by,
        action="enrolment.decide_pair",
        subject=f"decision:{made.pk}",
        area_path=made.path,
        detail={"kind": str(made.kind), "verdict": str(made.verdict)},
    )
    return made


@transaction.atomic
def decide_pairs(*, by: User, pairs: Sequence[ReviewPair], verdict: str, note: str = "") -> BulkDecided:
    """Decide pairs alike, each as ``decide_pair`` does; those that no longer wait are left out and counted."""
    for pair in pairs:
        _require_both(by, pair)
    take_turn()
    made, skipped = [], 0
    for pair in pairs:
        try:
            with transaction.atomic():
                made.append(_decide(by, pair, verdict, note, None))
        except AlreadyDecided:
            skipped += 1
    if made:
        record(
            by=by,
            action="enrolment.decide_pairs",
            subject=f"{len(made)} pairs",
            area_path=common_path([one.path for one in made]),
            detail={"verdict": str(verdict)},
            records=len(made),
            records_sha256=records_hash(one.pk for one in made),
        )
    return BulkDecided(len(made), skipped)


def _require_both(by: User, pair: ReviewPair) -> None:
    require(by, Permission.REVIEW_MATCH, pair.person.path)
    if pair.other:
        require(by, Permission.REVIEW_MATCH, pair.other.path)


def _decide(by: User, pair: ReviewPair, verdict: str, note: str, survivor: Person | None) -> MatchDecision:
    held = ReviewPair.objects.select_related("person", "other", "run").filter(pk=pair.pk).first()
    if held is None:
        raise AlreadyDecided(_gone(pair))
    made = MatchDecision.objects.create(
        kind=held.kind,
        person=held.person,
        other=held.other,
        institution=held.institution,
        entry=held.entry,
        verdict=Verdict(verdict),
        weight=held.weight,
        probability=held.probability,
        run=held.run,
        waits_since=held.waits_since,
        path=held.path,
        decided_by=by.username,
        decided_at=timezone.now(),
        note=note,
    )
    held.delete()
    if held.kind == PairKind.ENTRY:
        if verdict == Verdict.SAME:
            _link(by, held)
        reassess(by, held.person)
    elif verdict == Verdict.SAME:
        _merge(by, held, survivor)
    return made


def _gone(pair: ReviewPair) -> str:
    decided = decision_of(pair)
    if decided is None:
        return _("The last comparison no longer finds this pair: there is nothing to decide.")
    said = _("%(who)s decided this pair on %(when)s: %(verdict)s.")
    when = timezone.localtime(decided.decided_at)
    return said % {
        "who": decided.decided_by,
        "when": when.strftime("%Y-%m-%d %H:%M"),
        "verdict": Verdict(decided.verdict).label,
    }


def _link(by: User, pair: ReviewPair) -> None:
    """The entry is the person's: an affiliation, and no other pair of this person there nor of this entry is asked."""
    person, code = pair.person, pair.institution
    roll_id = next((roll for roll, institution, _day in pair.run.rolls if institution == code), None)
    cut_off = next(dt.date.fromisoformat(day) for _roll, institution, day in pair.run.rolls if institution == code)
    begins, ends = (_date(pair.entry_data.get(name)) for name in ("valid_from", "valid_to"))
    known = [one for one in affiliations_of(person) if one.institution == code]
    if not any(one.valid_to is None or one.valid_to >= cut_off for one in known):
        last = max((one.valid_to for one in known if one.valid_to), default=None)
        begins = begins or cut_off
        begins = max(begins, last + dt.timedelta(days=1)) if last else min(begins, ends or begins)
        if ends is None or ends >= begins:
            row = Opened(person.pk, code, begins, ends, Basis.REVIEW.value, pair.weight, pair.entry, roll_id)
            open_affiliations(by=by, path=person.path, rows=[row])
    asked = ReviewPair.objects.filter(kind=PairKind.ENTRY, institution=code)
    asked.filter(person=person).delete()
    others = list(asked.filter(entry=pair.entry).select_related("person"))
    asked.filter(pk__in=[one.pk for one in others]).delete()
    for one in others:
        reassess(by, one.person)


def _date(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


def _merge(by: User, pair: ReviewPair, survivor: Person | None) -> None:
    one, other = pair.person, pair.other
    kept = survivor or usual_survivor(one, other)
    if kept.pk not in (one.pk, other.pk):
        raise ReviewError(_("The record that stays must be one of the two."))
    merged = other if kept.pk == one.pk else one
    if any(check and check.result == Result.CONTESTED for check in map(current_check, (one, other))):
        # The claim would stand on a record that nobody sees any more.
        raise ReviewError(_("What one of them contests must be decided first."))
    merge_persons(by=by, survivor=kept, merged=merged)
    kept.refresh_from_db()
    _ask_of_survivor(merged, kept)
    reassess(by, kept)


def _ask_of_survivor(merged: Person, kept: Person) -> None:
    """Pairs of the record that went are asked of the one that stays, unless it has that question already."""
    for pair in ReviewPair.objects.filter(kind=PairKind.ENTRY, person=merged):
        same = ReviewPair.objects.filter(person=kept, institution=pair.institution, entry=pair.entry)
        if same.exists():
            pair.delete()
        else:
            pair.person, pair.path = kept, kept.path
            pair.save(update_fields=["person", "path"])
    for pair in ReviewPair.objects.filter(Q(person=merged) | Q(other=merged), kind=PairKind.PERSONS):
        third = pair.other if pair.person_id == merged.pk else pair.person
        first, second = sorted([third, kept], key=lambda one: one.pk)
        if third.pk == kept.pk or ReviewPair.objects.filter(person=first, other=second).exists():
            pair.delete()
        else:
            pair.person, pair.other, pair.path = first, second, common_path([first.path, second.path])
            pair.save(update_fields=["person", "other", "path"])


@transaction.atomic
def undo_decision(*, by: User, decision: MatchDecision) -> ReviewPair | None:
    """Take a decision back: persons are parted, an affiliation ends, and the pair waits again, as long as before.

    None when there is nothing to ask again: the entry is no longer in its institution's current roll, or one of two
    persons is merged into a third. ReviewError when it was undone already.
    """
    require(by, Permission.REVIEW_MATCH, decision.person.path)
    if decision.other:
        require(by, Permission.REVIEW_MATCH, decision.other.path)
    take_turn()
    held = MatchDecision.objects.select_related("person", "other", "run").get(pk=decision.pk)
    if held.undone_at:
        raise ReviewError(_("This decision was undone already, by %(who)s.") % {"who": held.undone_by})
    held.undone_by, held.undone_at = by.username, timezone.now()
    held.save(update_fields=["undone_by", "undone_at"])
    if held.verdict == Verdict.SAME:
        _part(by, held)
    pair = _ask_again(held)
    if held.kind == PairKind.ENTRY:
        reassess(by, held.person)
    record(
        by=by,
        action="enrolment.undo_decision",
        subject=f"decision:{held.pk}",
        area_path=held.path,
        detail={"kind": str(held.kind), "verdict": str(held.verdict)},
    )
    return pair


def _part(by: User, held: MatchDecision) -> None:
    """What a decision "the same person" had done."""
    if held.kind == PairKind.PERSONS:
        one, other = held.person, held.other
        merged = next((p for p, into in ((one, other), (other, one)) if p.merged_into_id == into.pk), None)
        if merged is None:
            raise ReviewError(_("One of the two records is merged into a third now: undo that decision first."))
        unmerge_person(by=by, person=merged)
        for person in (one, other):
            person.refresh_from_db()
            reassess(by, person)
        return
    day = timezone.localdate()
    for affiliation in affiliations_of(held.person):
        own = affiliation.institution == held.institution and affiliation.entry == held.entry
        if own and affiliation.basis == Basis.REVIEW and (affiliation.valid_to is None or affiliation.valid_to >= day):
            end_affiliation(by, held.person, affiliation, day, None)


def _ask_again(held: MatchDecision) -> ReviewPair | None:
    data: dict[str, str] = {}
    if held.kind == PairKind.ENTRY:
        roll = current_roll(held.institution)
        found = entry_in_roll(roll, held.entry) if roll else None
        if found is None:
            return None
        data = found
    if held.run is None or held.person.merged_into_id or (held.other and held.other.merged_into_id):
        return None
    pair, made = ReviewPair.objects.get_or_create(
        kind=held.kind,
        person=held.person,
        other=held.other,
        institution=held.institution,
        entry=held.entry,
        defaults={
            "run": held.run,
            "entry_data": data,
            "weight": held.weight or 0.0,
            "probability": held.probability or 0.0,
            "path": held.path,
        },
    )
    if made and held.waits_since:
        # The field fills itself with the moment of its making; the pair has waited longer than that.
        ReviewPair.objects.filter(pk=pair.pk).update(waits_since=held.waits_since)
        pair.refresh_from_db()
    return pair
