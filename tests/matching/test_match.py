"""The comparison end to end on few people: affiliations, conclusions, pairs, and what a second run leaves alone."""

from __future__ import annotations

import datetime as dt
import os  # noqa: TID251  the number of this process, which names its folder

import duckdb
import pytest

from bienestar.foundation.journal.models import JournalEntry
from bienestar.operations.enrolment.models import EligibilityCheck, MatchRun, ReviewPair
from bienestar.registers.beneficiaries.models import Affiliation
from tests.matching.conftest import CUT, TODAY, entry

DAY = dt.timedelta(days=1)


def results():
    """Conclusion and institution of every current check, by person."""
    rows = EligibilityCheck.objects.filter(is_current=True)
    return {person: said for person, *said in rows.values_list("person_id", "result", "institution")}


def periods(person):
    """(institution, from, to, basis) of a person's affiliations, oldest first."""
    rows = Affiliation.objects.filter(person=person).order_by("valid_from", "pk")
    return list(rows.values_list("institution", "valid_from", "valid_to", "basis"))


@pytest.fixture
def rolls(roll):
    """The two required rolls: Juan is in IMSS, Ana in ISSSTE."""
    return roll("imss", [entry("juan")]), roll("issste", [entry("ana")])


def test_who_is_in_a_roll_is_covered_and_the_others_are_eligible(person, rolls, run):
    juan, ana, lupe = person("juan"), person("ana"), person("lupe")
    answer = run()
    assert results() == {juan.pk: ["covered", "imss"], ana.pk: ["covered", "issste"], lupe.pk: ["eligible", ""]}
    assert periods(juan) == [("imss", CUT, None, "exact")]
    assert (answer.persons, answer.rolls, answer.linked, answer.covered, answer.eligible) == (3, 2, 2, 2, 1)
    check = EligibilityCheck.objects.get(person=lupe)
    assert check.checked_on == TODAY
    assert check.evidence[:2] == [["imss", CUT.isoformat(), "no"], ["issste", CUT.isoformat(), "no"]]
    assert {row[2] for row in check.evidence[2:]} == {"none"}


def test_without_a_required_roll_nobody_is_eligible(person, roll, run):
    juan, lupe = person("juan"), person("lupe")
    roll("imss", [entry("juan")])
    run()
    assert results() == {juan.pk: ["covered", "imss"], lupe.pk: ["unknown", ""]}


def test_the_same_again_changes_nothing(person, rolls, run):
    for name in ("juan", "ana", "lupe", "jose"):
        person(name)
    person("jose", with_curp=False)
    run()
    before = [list(model.objects.order_by("pk").values()) for model in (Affiliation, EligibilityCheck, ReviewPair)]
    rows = JournalEntry.objects.count()
    answer = run()
    assert [list(m.objects.order_by("pk").values()) for m in (Affiliation, EligibilityCheck, ReviewPair)] == before
    assert MatchRun.objects.last().counts["written"] == 0
    assert (answer.persons, answer.covered, answer.eligible) == (5, 2, 3)
    # That a comparison took place, and of which rolls, is told each time.
    assert JournalEntry.objects.count() == rows + 2


def test_a_newer_cut_ends_and_begins_and_continues(person, rolls, roll, run):
    juan, ana, lupe = person("juan"), person("ana"), person("lupe")
    run()
    later = CUT + 10 * DAY
    roll("imss", [entry("lupe", valid_from=CUT + 3 * DAY), entry("ana")], cut_off=later)
    run()
    assert periods(juan) == [("imss", CUT, later - DAY, "exact")]
    assert periods(lupe) == [("imss", CUT + 3 * DAY, None, "exact")]
    assert [row[0] for row in periods(ana)] == ["issste", "imss"]
    assert results()[juan.pk] == ["eligible", ""]
    assert results()[lupe.pk] == ["covered", "imss"]
    # History stays: each conclusion is a row of its own, and only the last is current.
    assert list(EligibilityCheck.objects.filter(person=juan).order_by("pk").values_list("result", "is_current")) == [
        ("covered", False),
        ("eligible", True),
    ]
    # Who comes back has a second period, after the first.
    roll("imss", [entry("juan", valid_from=dt.date(2015, 1, 1)), entry("lupe")], cut_off=later + 5 * DAY)
    run()
    assert periods(juan) == [("imss", CUT, later - DAY, "exact"), ("imss", later, None, "exact")]


def test_an_entry_that_ends_covers_until_then(person, roll, run):
    juan, lupe = person("juan"), person("lupe")
    ends = TODAY + 40 * DAY
    roll("imss", [entry("juan", valid_to=ends), entry("lupe", valid_from=dt.date(2010, 1, 1), valid_to=CUT - DAY)])
    roll("issste", [])
    run()
    assert periods(juan) == [("imss", CUT, ends, "exact")]
    assert periods(lupe) == [("imss", dt.date(2010, 1, 1), CUT - DAY, "exact")]
    assert results() == {juan.pk: ["covered", "imss"], lupe.pk: ["eligible", ""]}
    assert EligibilityCheck.objects.get(person=juan).valid_until == ends
    # The institution prolongs it, and later says it has no end.
    roll("imss", [entry("juan", valid_to=ends + DAY)], cut_off=CUT + DAY)
    run()
    assert periods(juan) == [("imss", CUT, ends + DAY, "exact")]
    roll("imss", [entry("juan")], cut_off=CUT + 2 * DAY)
    run()
    assert periods(juan) == [("imss", CUT, None, "exact")]


def test_an_old_roll_says_nothing_of_who_is_not_in_it(person, roll, run):
    juan, lupe = person("juan"), person("lupe")
    roll("imss", [entry("juan")], cut_off=TODAY - 200 * DAY)
    roll("issste", [])
    run()
    assert results() == {juan.pk: ["covered", "imss"], lupe.pk: ["unknown", ""]}
    assert ["imss", (TODAY - 200 * DAY).isoformat(), "old"] in EligibilityCheck.objects.get(person=lupe).evidence


def test_the_dead_are_not_checked_and_the_merged_count_for_who_they_are(person, rolls, run):
    juan = person("juan", with_curp=False)
    twin = person("juan", merged_into=juan)
    person("ana", died_on=CUT)
    answer = run()
    assert answer.persons == 1
    assert results() == {juan.pk: ["covered", "imss"]}
    assert periods(juan) == [("imss", CUT, None, "exact")]
    assert periods(twin) == []
    assert ReviewPair.objects.count() == 0


def test_two_records_that_may_be_one_wait_for_somebody(person, crowd, rolls, run):
    juan, again = person("juan"), person("juan", with_curp=False, home="92001")
    answer = run()
    pair = ReviewPair.objects.get(person=juan)
    assert (pair.kind, pair.other_id, pair.path) == ("persons", again.pk, "MX/")
    assert answer.review == ReviewPair.objects.count()
    assert set(pair.run.model) == {"imss", "issste", "persons"}
    waits = pair.waits_since
    run()
    assert ReviewPair.objects.get(person=juan).waits_since == waits
    # Somebody dead is asked about no more.
    again.died_on = TODAY
    again.save()
    run()
    assert not ReviewPair.objects.filter(person=juan).exists()


def test_an_entry_that_may_be_the_person_waits_and_nothing_is_concluded(doubtful, run):
    run()
    assert results() == {doubtful.pk: ["unknown", ""]}
    pair = ReviewPair.objects.get()
    assert (pair.kind, pair.institution, pair.entry_data["given_names"]) == ("entry", "issste", "Rosa Elvira")
    assert pair.entry_data["valid_from"] == "2020-01-01"
    assert pair.path == doubtful.path


def test_many_people_with_errors_are_found_by_the_model(crowd, roll, run):
    for number, told in enumerate(crowd):
        if number % 5 == 0:
            told["curp"] = ""
        if number % 7 == 0:
            told["first_surname"] = told["first_surname"].upper()
    roll("imss", crowd[:250])
    roll("issste", [])
    answer = run()
    print(
        answer,
        Affiliation.objects.count(),
        ReviewPair.objects.count(),
        list(ReviewPair.objects.values_list("kind", "weight", "probability")[:5]),
    )
    assert answer.persons == 400
    assert Affiliation.objects.filter(basis="exact").count() >= 200
    assert Affiliation.objects.filter(basis="model", weight__gt=0).count() >= 40
    assert answer.covered == Affiliation.objects.count()
    pairs = ReviewPair.objects.filter(kind="entry").values("person").distinct().count()
    assert answer.eligible == EligibilityCheck.objects.filter(result="eligible").count() <= 400 - answer.covered
    assert answer.eligible + answer.covered + pairs >= 400


def test_what_a_killed_process_of_the_same_number_left_is_removed(person, rolls, run, settings):
    """In a container each run has the same number."""
    person("juan")
    left = settings.HOME / "matching" / str(os.getpid())
    left.mkdir(parents=True)
    with duckdb.connect(str(left / "match.duckdb")) as con:
        con.execute("CREATE TABLE linked(root BIGINT)")
    assert run().persons == 1
    assert not left.exists()
