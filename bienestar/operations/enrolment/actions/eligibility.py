"""Checking one person: at registration, when somebody contests the conclusion, when a supervisor decides."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bienestar.calculations.eligibility import (
    Conclusion,
    Cover,
    Evidence,
    Found,
    conclude,
    is_news,
    months_later,
    seen,
)
from bienestar.calculations.names import normal
from bienestar.foundation.accounts.choices import Permission
from bienestar.foundation.accounts.models import User
from bienestar.foundation.accounts.queries import require
from bienestar.foundation.definitions.people import people_rules
from bienestar.foundation.journal.actions import record
from bienestar.foundation.storage.turns import take_turn_of
from bienestar.operations.enrolment.choices import CheckBasis, PairKind, Result, Verdict
from bienestar.operations.enrolment.models import EligibilityCheck, MatchDecision, ReviewPair
from bienestar.operations.enrolment.queries.rules import eligibility_rules, evidence_kept, evidence_told, institutions
from bienestar.registers.beneficiaries.actions import (
    Ended,
    Opened,
    close_affiliations,
    open_affiliations,
    withdraw_affiliations,
)
from bienestar.registers.beneficiaries.choices import Basis, IdentifierKind
from bienestar.registers.beneficiaries.models import Affiliation, Person, Roll
from bienestar.registers.beneficiaries.queries import (
    Entry,
    affiliations_of,
    covering_affiliations,
    current_roll,
    find_in_roll,
    identifiers_of,
    same_person_ids,
)


class EligibilityError(Exception):
    """What was asked does not fit the check as it stands; the message is for the person who asked."""


@transaction.atomic
def check_eligibility(*, by: User, person: Person) -> EligibilityCheck:
    """Look a person up in the current rolls by CURP and conclude; the check in force, new or as it was.

    Only the exact key speaks here, and only where name and birth date do not say that the entry is somebody else's;
    what needs more than that is found by the next comparison of everybody. Of somebody dead or contested nothing is
    concluded anew: EligibilityError for the dead, the contested check for the other.
    """
    require(by, Permission.REGISTER_PERSON, person.path)
    take_turn_of(f"eligibility:{person.pk}")
    if person.died_on:
        raise EligibilityError(_("This person is recorded as dead: there is nothing to check."))
    held = _current(person)
    if held and held.result == Result.CONTESTED:
        return held
    evidence = _look_up(by, person, held)
    return store_check(by, person, evidence, CheckBasis.LOOKUP)


def _look_up(by: User, person: Person, held: EligibilityCheck | None) -> list[Evidence]:
    """What each current roll says of the person's CURPs; what a comparison found out stays as it found it.

    A roll that cannot be asked, because the person has no CURP or its entries are not stored, says nothing new.
    """
    day, rules = timezone.localdate(), eligibility_rules()
    before = {one.institution: one for one in evidence_told(held.evidence)} if held else {}
    curps = [one.value for one in identifiers_of(person) if one.kind == IdentifierKind.CURP]
    linked, waiting = _linked_and_waiting(person, day)
    told = []
    for code in institutions():
        roll = current_roll(code)
        entries = _entries(roll, curps) if roll else []
        entry = _best(person, entries or [])
        if roll and entry and _fits(person, entry) and not _decided(person, code, entry, Verdict.DIFFERENT):
            _affiliate(by, person, code, entry, roll.pk, roll.cut_off)
            covers = (entry.valid_to is None or entry.valid_to >= day) and (
                entry.valid_from is None or entry.valid_from <= day
            )
            told.append(Evidence(code, roll.cut_off, Found.YES if covers else Found.NO))
            continue
        earlier = before.get(code)
        if earlier and roll and earlier.cut_off == roll.cut_off and earlier.found in (Found.YES, Found.REVIEW):
            told.append(earlier)
            continue
        doubtful = entry is not None and not _decided(person, code, entry, Verdict.DIFFERENT)
        cut_off = roll.cut_off if roll else None
        found = seen(day, cut_off, linked=code in linked, waits=doubtful or code in waiting, rules=rules)
        if entries is None and found in (Found.NO, Found.OLD):
            told.append(_as_before(earlier, code, cut_off, day))
            continue
        told.append(Evidence(code, cut_off, found))
    return told


def _linked_and_waiting(person: Person, day: dt.date) -> tuple[set[str], set[str]]:
    """Institutions whose roll covers a person on a day, and those with an entry that waits for review."""
    ids = same_person_ids(person)
    covering = {one.institution for one in covering_affiliations(ids, day) if one.basis != Basis.TOLD}
    pairs = ReviewPair.objects.filter(kind=PairKind.ENTRY, person__in=ids)
    return covering, set(pairs.values_list("institution", flat=True))


def _as_before(earlier: Evidence | None, code: str, cut_off: dt.date | None, day: dt.date) -> Evidence:
    """What an earlier comparison said of a roll that cannot be asked now; without one, nothing is known yet."""
    if earlier is None or earlier.found not in (Found.NO, Found.OLD):
        return Evidence(code, cut_off, Found.LATER)
    rules = eligibility_rules()
    return Evidence(code, earlier.cut_off, seen(day, earlier.cut_off, linked=False, waits=False, rules=rules))


def _entries(roll: Roll, curps: Sequence[str]) -> list[Entry] | None:
    """The roll's entries under the person's CURPs; None when it could not be asked for them."""
    if not curps:
        return None
    try:
        return [entry for curp in curps for entry in find_in_roll(roll, curp)]
    except FileNotFoundError:
        return None


def _best(person: Person, entries: Sequence[Entry]) -> Entry | None:
    """Of several entries the one that fits, then the one that lasts."""
    return max(
        entries, key=lambda entry: (_fits(person, entry), entry.valid_to or dt.date.max, entry.entry), default=None
    )


def _fits(person: Person, entry: Entry) -> bool:
    """Whether name and birth date leave it possible that the entry under the person's CURP is the person's.

    The same rule as the comparison's: some given name in common, and the birth date or the first surname.
    """
    words = [set(normal(text or "").split()) for text in (person.given_names, entry.given_names)]
    if all(words) and not words[0] & words[1]:
        return False
    if not (person.birth_date and entry.birth_date) or person.birth_date == entry.birth_date:
        return True
    surnames = [normal(text or "") for text in (person.first_surname, entry.first_surname)]
    return not all(surnames) or surnames[0] == surnames[1]


def _decided(person: Person, institution: str, entry: Entry, verdict: str) -> bool:
    return MatchDecision.objects.filter(
        kind=PairKind.ENTRY,
        person__in=same_person_ids(person),
        institution=institution,
        entry=entry.entry,
        verdict=verdict,
        undone_at=None,
    ).exists()


def _affiliate(by: User, person: Person, institution: str, entry: Entry, roll_id: int, cut_off: dt.date) -> None:
    known = [one for one in affiliations_of(person) if one.institution == institution]
    if any(one.valid_to is None or one.valid_to >= cut_off for one in known):
        return
    begins = entry.valid_from or cut_off
    last = max((one.valid_to for one in known if one.valid_to), default=None)
    if last:
        begins = max(begins, last + dt.timedelta(days=1))
    elif entry.valid_to:
        begins = min(begins, entry.valid_to)
    if entry.valid_to and entry.valid_to < begins:
        return
    row = Opened(person.pk, institution, begins, entry.valid_to, Basis.EXACT.value, None, entry.entry, roll_id)
    open_affiliations(by=by, path=person.path, rows=[row])


@transaction.atomic
def contest_eligibility(*, by: User, person: Person, note: str = "") -> EligibilityCheck:
    """Note that the person, or a document, contradicts the conclusion: it is open until a supervisor decides.

    ``note`` says what was shown, without personal data. Contesting again changes nothing.
    """
    require(by, Permission.REGISTER_PERSON, person.path)
    take_turn_of(f"eligibility:{person.pk}")
    held = _current(person)
    if held is None:
        raise EligibilityError(_("Nothing has been concluded of this person yet: check first."))
    if held.result == Result.CONTESTED:
        return held
    return store_check(by, person, evidence_told(held.evidence), CheckBasis.PERSON, note=note, contested=True)


@transaction.atomic
def settle_eligibility(
    *, by: User, person: Person, covered: bool, institution: str = "", note: str = ""
) -> EligibilityCheck:
    """Decide what was contested: the institution covers the person, or the roll's entry is not theirs.

    ``covered`` False: entries that stood for the person are told apart from them for good, and their affiliations
    end. ``covered`` True without an affiliation: ``institution`` covers on the person's word until the next check.
    EligibilityError when nothing is contested, or nobody is named who would cover.
    """
    require(by, Permission.REVIEW_MATCH, person.path)
    take_turn_of(f"eligibility:{person.pk}")
    held, day = _current(person), timezone.localdate()
    if held is None or held.result != Result.CONTESTED:
        raise EligibilityError(_("Nothing is contested of this person, or somebody decided it meanwhile."))
    evidence = list(evidence_told(held.evidence))
    covers = list(covering_affiliations(same_person_ids(person), day))
    if not covered:
        for one in covers:
            _tell_apart(by, person, one)
            end_affiliation(by, person, one, day, None)
        ended = {one.institution for one in covers}
        evidence = [_now(one, ended, day) for one in evidence]
    elif not covers:
        if institution not in people_rules().institutions:
            raise EligibilityError(_("Say which institution covers the person."))
        until = months_later(day, eligibility_rules().recheck_months)
        row = Opened(person.pk, institution, day, until, Basis.TOLD.value, None, "", None)
        open_affiliations(by=by, path=person.path, rows=[row])
    return store_check(by, person, evidence, CheckBasis.PERSON, note=note, always=True)


def _now(one: Evidence, ended: set[str], day: dt.date) -> Evidence:
    if one.institution not in ended:
        return one
    return Evidence(
        one.institution,
        one.cut_off,
        seen(day, one.cut_off, linked=False, waits=False, rules=eligibility_rules()),
    )


def _tell_apart(by: User, person: Person, affiliation: Affiliation) -> None:
    """The entry of an affiliation is never linked to the person again; a decision that said otherwise is undone."""
    if not affiliation.entry:
        return
    key = {"kind": PairKind.ENTRY, "institution": affiliation.institution, "entry": affiliation.entry}
    now = timezone.now()
    of_person = MatchDecision.objects.filter(person__in=same_person_ids(person), undone_at=None, **key)
    of_person.filter(verdict=Verdict.SAME).update(undone_by=by.username, undone_at=now)
    if not of_person.filter(verdict=Verdict.DIFFERENT).exists():
        MatchDecision.objects.create(
            person=person,
            verdict=Verdict.DIFFERENT,
            weight=affiliation.weight,
            path=person.path,
            decided_by=by.username,
            decided_at=now,
            **key,
        )


def end_affiliation(by: User, person: Person, one: Affiliation, day: dt.date, roll_id: int | None) -> None:
    """End an affiliation the day before ``day``; one that began later never held, and is taken back."""
    last = day - dt.timedelta(days=1)
    if one.valid_from > last:
        withdraw_affiliations(by=by, path=person.path, ids=[one.pk])
    else:
        close_affiliations(by=by, path=person.path, rows=[Ended(last, roll_id, one.pk)])


def store_check(
    by: User,
    person: Person,
    evidence: Sequence[Evidence],
    basis: str,
    *,
    note: str = "",
    contested: bool = False,
    always: bool = False,
) -> EligibilityCheck:
    """Conclude from evidence and affiliations; a new current check if that is news, or ``always``."""
    day, rules = timezone.localdate(), eligibility_rules()
    covers = [Cover(one.institution, one.valid_to) for one in covering_affiliations(same_person_ids(person), day)]
    now = conclude(day, evidence, covers, rules, contested=contested)
    held = _current(person)
    before = None
    if held:
        before = (Conclusion(held.result, held.institution, held.valid_until), evidence_told(held.evidence))
    if held and not always and not is_news(day, before, (now, evidence)):
        return held
    EligibilityCheck.objects.filter(person=person, is_current=True).update(is_current=False)
    made = EligibilityCheck.objects.create(
        person=person,
        checked_on=day,
        result=now.result,
        institution=now.institution,
        valid_until=now.valid_until,
        evidence=evidence_kept(evidence),
        basis=basis,
        decided_by=by.username,
        note=note,
    )
    record(
        by=by,
        action="enrolment.check_eligibility",
        subject=f"person:{person.uid}",
        area_path=person.path,
        detail={"result": str(now.result), "basis": str(basis)},
    )
    return made


def reassess(by: User, person: Person) -> None:
    """Conclude again after a pair was decided: what the rolls say, from the affiliations and pairs there are now."""
    held = _current(person)
    if held is None or held.result == Result.CONTESTED or person.died_on:
        return
    day, rules = timezone.localdate(), eligibility_rules()
    covering, waiting = _linked_and_waiting(person, day)
    evidence = []
    for one in evidence_told(held.evidence):
        linked, waits = one.institution in covering, one.institution in waiting
        found = seen(day, one.cut_off, linked=linked, waits=waits, rules=rules)
        # Deciding a pair compares nothing: what no comparison has told yet is still not told.
        later = one.found == Found.LATER and not (linked or waits)
        evidence.append(Evidence(one.institution, one.cut_off, Found.LATER if later else found))
    store_check(by, person, evidence, CheckBasis.PERSON)


def _current(person: Person) -> EligibilityCheck | None:
    return EligibilityCheck.objects.filter(person=person, is_current=True).first()
