"""Deciding pairs: what follows, that it is remembered, that it can be undone, and that two reviewers take turns."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied

from bienestar.foundation.accounts.actions import grant_role
from bienestar.foundation.journal.models import JournalEntry
from bienestar.operations.enrolment.actions import (
    AlreadyDecided,
    ReviewError,
    contest_eligibility,
    decide_pair,
    decide_pairs,
    settle_eligibility,
    undo_decision,
)
from bienestar.operations.enrolment.models import EligibilityCheck, MatchDecision, ReviewPair
from bienestar.operations.enrolment.queries import current_check, decisions_of, pair_side_by_side, pairs_for
from bienestar.registers.beneficiaries.models import Affiliation, PersonIdentifier
from bienestar.registers.beneficiaries.queries import person_by_identifier
from tests.matching.conftest import CUT, TODAY, entry

DAY = dt.timedelta(days=1)


@pytest.fixture
def entry_pair(doubtful, run):
    """A record and an entry that the comparison does not tell apart."""
    run()
    return ReviewPair.objects.select_related("person", "other").get()


@pytest.fixture
def two(person, crowd, roll, run):
    """Two records of Juan in one state: the older without CURP and the younger with it; the pair that waits."""
    roll("imss", [entry("juan"), *crowd[:200]])
    roll("issste", [])
    older, younger = person("juan", with_curp=False, home="91002"), person("juan")
    run()
    return older, younger, ReviewPair.objects.select_related("person", "other").get(person=older)


def test_the_same_person_is_covered_from_the_entry_s_day_and_asked_no_more(entry_pair, people, run, roll):
    made = decide_pair(by=people.supervisor_a, pair=entry_pair, verdict="same", note="acta vista")
    person = entry_pair.person
    affiliation = Affiliation.objects.get(person=person)
    assert (affiliation.institution, affiliation.valid_from, affiliation.basis) == (
        "issste",
        dt.date(2020, 1, 1),
        "review",
    )
    assert (current_check(person).result, current_check(person).institution) == ("covered", "issste")
    assert not ReviewPair.objects.exists()
    assert (made.decided_by, made.note) == ("supervisor_a", "acta vista")
    # The next comparison, and the next cut of the institution, change nothing of it.
    checks = EligibilityCheck.objects.count()
    run()
    roll("issste", [entry("ana", given_names="Rosa Elvira", birth_date=dt.date(1961, 2, 3))], cut_off=CUT + 5 * DAY)
    run()
    assert Affiliation.objects.get(person=person).valid_to is None
    assert EligibilityCheck.objects.count() == checks
    assert not ReviewPair.objects.exists()
    # Until the entry is no longer in the roll.
    roll("issste", [], cut_off=CUT + 9 * DAY)
    run()
    assert Affiliation.objects.get(person=person).valid_to == CUT + 8 * DAY
    assert current_check(person).result == "eligible"


def test_two_different_people_are_never_linked_nor_asked_again(entry_pair, people, run, roll):
    decide_pair(by=people.supervisor_a, pair=entry_pair, verdict="different")
    assert current_check(entry_pair.person).result == "eligible"
    assert not Affiliation.objects.exists()
    run()
    # Not even when the next cut has the entry exactly as the record is.
    roll("issste", [entry("ana")], cut_off=CUT + 5 * DAY)
    run()
    assert not ReviewPair.objects.exists()
    assert not Affiliation.objects.exists()
    assert current_check(entry_pair.person).result == "eligible"


@pytest.mark.parametrize("verdict", ["same", "different"])
def test_undoing_puts_everything_back_and_the_pair_waits_as_long_as_before(entry_pair, people, run, verdict):
    before = {
        name: getattr(entry_pair, name)
        for name in ("weight", "probability", "entry_data", "waits_since", "path", "run_id")
    }
    made = decide_pair(by=people.supervisor_a, pair=entry_pair, verdict=verdict)
    pair = undo_decision(by=people.supervisor_a, decision=made)
    assert {name: getattr(pair, name) for name in before} == before
    check = current_check(entry_pair.person)
    assert (check.result, check.institution) == ("unknown", "")
    today = Affiliation.objects.filter(valid_to=None)
    assert not today.exists()
    with pytest.raises(ReviewError):
        undo_decision(by=people.supervisor_a, decision=made)
    run()
    assert ReviewPair.objects.get().pk == pair.pk
    assert decisions_of(people.supervisor_a).get().undone_by == "supervisor_a"
    # And it can be decided again.
    decide_pair(by=people.supervisor_a, pair=pair, verdict="different")
    assert MatchDecision.objects.filter(undone_at=None).count() == 1


def test_one_person_of_two_records(two, people, run):
    older, younger, pair = two
    decide_pair(by=people.supervisor_a, pair=pair, verdict="same")
    older.refresh_from_db()
    # The one with a CURP stays, although the other is older.
    assert older.merged_into_id == younger.pk
    assert current_check(older).pk == current_check(younger).pk
    run()
    assert not ReviewPair.objects.filter(person=older).exists()
    assert Affiliation.objects.filter(person=younger, valid_to=None).count() == 1
    made = decisions_of(people.supervisor_a).get()
    again = undo_decision(by=people.supervisor_a, decision=made)
    older.refresh_from_db()
    assert older.merged_into_id is None
    assert (again.person_id, again.other_id) == (older.pk, younger.pk)
    run()
    assert ReviewPair.objects.get(person=older).waits_since == pair.waits_since


def test_what_is_contested_is_decided_before_two_records_become_one(two, people):
    older, younger, pair = two
    contest_eligibility(by=people.supervisor_a, person=younger)
    with pytest.raises(ReviewError):
        decide_pair(by=people.supervisor_a, pair=pair, verdict="same", survivor=older)
    settle_eligibility(by=people.supervisor_a, person=younger, covered=True)
    decide_pair(by=people.supervisor_a, pair=pair, verdict="same", survivor=older)
    older.refresh_from_db()
    assert current_check(older).result == "covered"


def test_the_reviewer_chooses_which_record_stays_and_every_identifier_finds_it(two, people):
    older, younger, pair = two
    decide_pair(by=people.supervisor_a, pair=pair, verdict="same", survivor=older)
    younger.refresh_from_db()
    assert younger.merged_into_id == older.pk
    value = PersonIdentifier.objects.get(person=younger).value
    assert person_by_identifier("curp", value).pk == older.pk
    # What covered the record that went covers the person.
    assert current_check(older).result == "covered"


def test_who_was_called_two_stays_two_also_after_one_is_merged_with_a_third(two, person, people, run):
    older, younger, pair = two
    decide_pair(by=people.supervisor_a, pair=pair, verdict="different")
    third = person("juan", with_curp=False, home="91003")
    run()
    asked = {
        (one.person_id, one.other_id)
        for one in ReviewPair.objects.filter(kind="persons", person__given_names="Juan Carlos")
    }
    assert asked == {(older.pk, third.pk), (younger.pk, third.pk)}
    joined = ReviewPair.objects.select_related("person", "other").get(person=older, other=third)
    decide_pair(by=people.supervisor_a, pair=joined, verdict="same")
    run()
    left = ReviewPair.objects.filter(kind="persons", person__given_names="Juan Carlos")
    assert not left.filter(person=older, other=younger).exists()


def test_the_second_reviewer_is_told_what_the_first_decided(entry_pair, people):
    decide_pair(by=people.supervisor_a, pair=entry_pair, verdict="different")
    stale = ReviewPair(**{field.attname: getattr(entry_pair, field.attname) for field in ReviewPair._meta.fields})
    with pytest.raises(AlreadyDecided, match="supervisor_a"):
        decide_pair(by=people.supervisor_a, pair=stale, verdict="same")
    assert MatchDecision.objects.get().verdict == "different"
    assert not Affiliation.objects.exists()


def test_several_at_once_leave_out_what_is_decided(two, people):
    _older, _younger, pair = two
    others = list(ReviewPair.objects.exclude(pk=pk_of(pair)).select_related("person", "other")[:2])
    decided = [pair, *others]
    keep = ReviewPair.objects.select_related("person", "other").get(pk=pair.pk)
    decide_pair(by=people.supervisor_a, pair=keep, verdict="different")
    done = decide_pairs(by=people.supervisor_a, pairs=decided, verdict="different", note="lote")
    assert (done.decided, done.skipped) == (len(others), 1)


def pk_of(pair):
    return pair.pk


def test_only_who_reviews_where_both_live_sees_and_decides(person, crowd, roll, run, people, territory, system):
    roll("imss", crowd[:200])
    juan, elsewhere = person("juan"), person("juan", with_curp=False, home="92001")
    run()
    pair = ReviewPair.objects.select_related("person", "other").get(person=juan, other=elsewhere)
    assert pair not in pairs_for(people.supervisor_a)
    with pytest.raises(PermissionDenied):
        decide_pair(by=people.supervisor_a, pair=pair, verdict="different")
    with pytest.raises(ReviewPair.DoesNotExist):
        pair_side_by_side(people.supervisor_a, pair.pk)
    assert pair in pairs_for(system)
    # A second grant, over the other state: both are theirs now.
    grant_role(
        by=system,
        user=people.supervisor_a,
        role="enrolment_supervisor",
        area_path=territory.state_b.path,
        valid_from=dt.date(2024, 1, 1),
    )
    people.supervisor_a.__dict__.pop("_access", None)
    assert pair in pairs_for(people.supervisor_a)
    with pytest.raises(PermissionDenied):
        decide_pair(by=people.operator_a, pair=pair, verdict="different")
    decide_pair(by=people.supervisor_a, pair=pair, verdict="different")
    assert JournalEntry.objects.filter(action="enrolment.decide_pair").get().area_path == "MX/"


def test_the_reasons_of_a_pair_sum_to_its_weight(entry_pair, people):
    shown = pair_side_by_side(people.supervisor_a, entry_pair.pk)
    assert shown.reasons
    total = shown.prior + sum(one.reason.weight for one in shown.fields if one.reason)
    assert total == pytest.approx(entry_pair.weight, abs=0.01)
    said = {one.field: one.outcome for one in shown.fields}
    assert (said["curp"], said["given_names"], said["first_surname"]) == ("same", "differs", "same")


def test_the_queue_is_oldest_first_and_then_the_most_likely(two, people):
    pairs = list(pairs_for(people.supervisor_a))
    assert pairs == sorted(pairs, key=lambda one: (one.waits_since, -one.weight, one.pk))
    assert [one for one in pairs if one.kind == "entry"] == list(pairs_for(people.supervisor_a, kind="entry"))
    inside = pairs_for(people.supervisor_a, municipality="91002")
    assert two[2] in inside
    assert two[2] not in pairs_for(people.supervisor_a, municipality="91003")
    assert not pairs_for(people.supervisor_a, institution="pemex").exists()
    assert TODAY
