"""A census from opening a round to the registers."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.utils import timezone

from bienestar.foundation.facilities.queries import capacities_as_of
from bienestar.foundation.journal.models import JournalEntry
from bienestar.operations.census import actions
from bienestar.operations.census.actions import (
    CensusError,
    Seen,
    VisitRow,
    accept_visits,
    close_round,
    expect_units,
    open_round,
    record_visits,
    refuse_visits,
)
from bienestar.operations.census.models import Observation, Visit
from bienestar.operations.census.queries import (
    observed_units,
    progress,
    round_visible_to,
    rounds_visible_to,
    units_not_visited,
    visits_of,
    waiting_visits,
)
from bienestar.registers.equipment.queries import counts_as_of as equipment_as_of
from bienestar.registers.workforce.queries import counts_as_of as staff_as_of

DAY = dt.date(2024, 7, 1)
SEEN = (
    Seen("staff.general_physician", 2, 1, "11.50.1.1"),
    Seen("room.general_consulting", 2, 2),
    Seen("equipment.scale", 1, 0),
    Seen("water.quality_test", None, None),
)


@pytest.fixture
def round_(people, territory):
    return open_round(
        by=people.census_lead, area=territory.state_a, name="2024", starts_on=DAY, teams=[("Norte", 3), ("Sur", 2)]
    )


@pytest.fixture
def unit(units):
    return units["XAIMB000011"]


def visit(unit, seen=SEEN, day=DAY, **more):
    return VisitRow(unit.pk, day, seen, **more)


def test_accepting_carries_what_was_seen_into_each_register(people, round_, unit, system):
    record_visits(by=people.census_lead, round_=round_, visits=[visit(unit, team="Norte")])
    assert list(staff_as_of(DAY, "MX/")) == []
    assert accept_visits(by=people.census_lead, visits=list(round_.visits.all())) == 1
    assert list(staff_as_of(DAY, "MX/")) == [(unit.pk, "staff.general_physician", 2, 1)]
    assert list(equipment_as_of(DAY, "MX/")) == [(unit.pk, "equipment.scale", 1, 0)]
    found = {resource: existing for _, resource, existing, _ in capacities_as_of(DAY, "MX/")}
    assert found == {"room.general_consulting": 2, "water.quality_test": None}


def test_progress_is_visits_against_expected_units(people, round_, units):
    mine = [units[key].pk for key in ("XAIMB000011", "XAIMB000035")]
    assert expect_units(by=people.census_lead, round_=round_, unit_ids=mine) == 2
    assert expect_units(by=people.census_lead, round_=round_, unit_ids=mine) == 0
    record_visits(
        by=people.census_lead,
        round_=round_,
        visits=[visit(units["XAIMB000011"]), visit(units["XAIMB000023"])],
    )
    first = round_.visits.get(unit=units["XAIMB000011"])
    found = progress(round_)
    assert (found.expected, found.visited, found.unexpected, found.waiting, found.surveyors) == (2, 1, 1, 2, 5)
    assert found.share == 0.5
    refuse_visits(by=people.census_lead, visits=[first], note="otra unidad")
    assert progress(round_).visited == 0
    assert [u.pk for u in units_not_visited(people.census_lead, round_)] == sorted(mine)
    assert list(waiting_visits(people.census_lead)) == [round_.visits.get(unit=units["XAIMB000023"])]


def test_the_same_visit_again_changes_nothing_and_another_number_is_reviewed_again(people, round_, unit):
    put = lambda seen: record_visits(by=people.census_lead, round_=round_, visits=[visit(unit, seen)])  # noqa: E731
    assert put(SEEN) == ("created",)
    accept_visits(by=people.census_lead, visits=list(round_.visits.all()))
    assert put(SEEN) == ("unchanged",)
    assert round_.visits.get().stage == "accepted"
    assert put((Seen("room.general_consulting", 3, 3),)) == ("changed",)
    assert round_.visits.get().stage == "recorded"
    assert Observation.objects.count() == 1


def test_an_accepted_visit_is_corrected_only_by_a_reviewer(people, round_, unit):
    record_visits(by=people.director, round_=round_, visits=[visit(unit)])
    other = [visit(unit, (Seen("room.general_consulting", 3, 3),))]
    assert record_visits(by=people.director, round_=round_, visits=other) == ("changed",)
    accept_visits(by=people.census_lead, visits=list(round_.visits.all()))
    with pytest.raises(CensusError):
        record_visits(by=people.director, round_=round_, visits=[visit(unit)])
    assert record_visits(by=people.director, round_=round_, visits=other) == ("unchanged",)
    assert round_.visits.get().stage == "accepted"
    assert Observation.objects.get().existing == 3
    assert record_visits(by=people.census_lead, round_=round_, visits=[visit(unit)]) == ("changed",)


def test_a_review_made_on_paper_counts_from_its_day(people, round_, unit):
    record_visits(by=people.census_lead, round_=round_, visits=[visit(unit)])
    made = round_.visits.get()
    today = timezone.localdate()
    for on in (made.visited_on - dt.timedelta(days=1), today + dt.timedelta(days=1)):
        with pytest.raises(CensusError):
            accept_visits(by=people.census_lead, visits=[made], on=on)
        with pytest.raises(CensusError):
            refuse_visits(by=people.census_lead, visits=[made], note="otra", on=on)
    assert round_.visits.get().stage == "recorded"
    accept_visits(by=people.census_lead, visits=[made], on=made.visited_on)
    made = round_.visits.get()
    assert (made.stage, made.decided_on) == ("accepted", made.visited_on)
    assert timezone.localdate(made.decided_at) == today, "when it was entered is told apart"
    record_visits(by=people.census_lead, round_=round_, visits=[visit(unit, (Seen("room.general_consulting", 9, 9),))])
    assert round_.visits.get().decided_on is None
    accept_visits(by=people.census_lead, visits=[round_.visits.get()])
    assert round_.visits.get().decided_on == today


def test_a_refused_visit_reaches_no_register(people, round_, unit):
    record_visits(by=people.census_lead, round_=round_, visits=[visit(unit)])
    refuse_visits(by=people.census_lead, visits=list(round_.visits.all()), note="fotos de otra unidad")
    assert accept_visits(by=people.census_lead, visits=list(round_.visits.all())) == 0
    assert list(staff_as_of(DAY, "MX/")) == []
    assert observed_units(DAY, "MX/") == set()


@pytest.mark.parametrize(
    ("seen", "sentence"),
    [
        ((Seen("room.ballroom", 1, 1),), "not in the catalogue"),
        ((Seen("room.dental", 1, 2),), "more are usable than exist"),
        ((Seen("room.dental", None, 2),), "more are usable than exist"),
        ((Seen("room.dental", -1, None),), "negative"),
        ((Seen("room.dental", 1, 1), Seen("room.dental", 2, 2)), "twice in one visit"),
    ],
)
def test_what_cannot_be_is_refused_in_words(people, round_, unit, seen, sentence):
    with pytest.raises(CensusError, match=sentence):
        record_visits(by=people.census_lead, round_=round_, visits=[visit(unit, seen)])
    assert not Visit.objects.exists()


def test_units_of_another_state_are_not_of_this_round(system, round_, units):
    stranger = units["XBIMB000010"]
    with pytest.raises(CensusError, match="not in Sierra Clara"):
        record_visits(by=system, round_=round_, visits=[visit(stranger)])
    with pytest.raises(CensusError, match="1 units are not in"):
        expect_units(by=system, round_=round_, unit_ids=[stranger.pk])
    with pytest.raises(CensusError, match="twice on the same day"):
        record_visits(by=system, round_=round_, visits=[visit(units["XAIMB000011"])] * 2)


def test_a_round_is_closed_after_its_reviews_and_then_takes_no_visit(people, round_, unit):
    record_visits(by=people.census_lead, round_=round_, visits=[visit(unit)])
    with pytest.raises(CensusError, match="waiting for review"):
        close_round(by=people.census_lead, round_=round_, on=DAY)
    accept_visits(by=people.census_lead, visits=list(round_.visits.all()))
    close_round(by=people.census_lead, round_=round_, on=DAY)
    with pytest.raises(CensusError, match="is closed"):
        record_visits(by=people.census_lead, round_=round_, visits=[visit(unit, day=DAY + dt.timedelta(days=1))])


def test_each_does_what_their_role_allows_where_it_allows_it(people, round_, unit, territory):
    for stranger in (people.coordinator_b, people.auditor):
        with pytest.raises(PermissionDenied):
            record_visits(by=stranger, round_=round_, visits=[visit(unit)])
    assert record_visits(by=people.director, round_=round_, visits=[visit(unit)]) == ("created",)
    for stranger in (people.director, people.coordinator_b, people.auditor):
        with pytest.raises(PermissionDenied):
            accept_visits(by=stranger, visits=list(round_.visits.all()))
    with pytest.raises(PermissionDenied):
        open_round(by=people.director, area=territory.state_a, name="x", starts_on=DAY)
    assert list(rounds_visible_to(people.coordinator_b)) == []
    assert round_visible_to(people.auditor, round_.pk) == round_
    assert [v.unit_id for v in visits_of(people.auditor, round_)] == [unit.pk]


def test_the_write_and_its_journal_row_live_or_die_together(people, round_, unit, monkeypatch):
    def fails(**_):
        raise IntegrityError("the journal is full")

    before = JournalEntry.objects.count()
    monkeypatch.setattr(actions, "record", fails)
    with pytest.raises(IntegrityError):
        record_visits(by=people.census_lead, round_=round_, visits=[visit(unit)])
    assert (Visit.objects.count(), Observation.objects.count(), JournalEntry.objects.count()) == (0, 0, before)


def test_what_somebody_else_has_decided_meanwhile_stays_decided(people, round_, unit, system):
    record_visits(by=people.census_lead, round_=round_, visits=[visit(unit)])
    seen_by_one, seen_by_other = list(round_.visits.all()), list(round_.visits.all())
    assert accept_visits(by=people.census_lead, visits=seen_by_one) == 1
    rows = JournalEntry.objects.count()
    assert refuse_visits(by=people.census_lead, visits=seen_by_other, note="no") == 0
    assert accept_visits(by=people.census_lead, visits=seen_by_other) == 0
    assert [(row.stage, row.note) for row in round_.visits.all()] == [("accepted", "")]
    assert JournalEntry.objects.count() == rows


def test_nothing_is_recorded_in_a_round_that_was_closed_meanwhile(people, round_, unit, system):
    before = type(round_).objects.get(pk=round_.pk)
    close_round(by=people.census_lead, round_=round_, on=DAY)
    with pytest.raises(CensusError):
        record_visits(by=people.census_lead, round_=before, visits=[visit(unit)])


def test_a_corrected_visit_has_the_team_and_note_of_the_correction(people, round_, unit, system):
    record_visits(by=people.census_lead, round_=round_, visits=[visit(unit, team="Norte", note="closed at noon")])
    refuse_visits(by=people.census_lead, visits=list(round_.visits.all()), note="two doctors?")
    again = visit(unit, seen=[Seen("staff.general_physician", 1, 1)], team="Sur", note="one doctor")
    assert record_visits(by=people.census_lead, round_=round_, visits=[again]) == ("changed",)
    (found,) = round_.visits.select_related("team")
    assert (found.stage, found.team.name, found.note) == ("recorded", "Sur", "one doctor")
