"""One person: looked up at registration, contested at the counter, settled by a supervisor; what remains to be done."""

from __future__ import annotations

import datetime as dt
import shutil

import pytest
from django.core.exceptions import PermissionDenied
from django.utils.translation import override

from bienestar.operations.enrolment.actions import (
    EligibilityError,
    check_eligibility,
    contest_eligibility,
    settle_eligibility,
)
from bienestar.operations.enrolment.models import EligibilityCheck, MatchDecision
from bienestar.operations.enrolment.queries import contested_for, current_check, to_resolve
from bienestar.registers.beneficiaries.models import Affiliation
from tests.matching.conftest import CUT, TODAY, entry

DAY = dt.timedelta(days=1)


@pytest.fixture
def rolls(roll):
    """Juan is in IMSS, and nobody in ISSSTE."""
    return roll("imss", [entry("juan", valid_from=dt.date(2019, 5, 1))]), roll("issste", [])


def test_the_look_up_finds_by_curp_and_the_comparison_agrees(person, rolls, people, run):
    juan, lupe = person("juan"), person("lupe")
    check = check_eligibility(by=people.supervisor_a, person=juan)
    assert (check.result, check.institution, check.basis) == ("covered", "imss", "lookup")
    assert Affiliation.objects.get(person=juan).valid_from == dt.date(2019, 5, 1)
    assert check_eligibility(by=people.supervisor_a, person=lupe).result == "eligible"
    assert check_eligibility(by=people.supervisor_a, person=juan) == check
    run()
    assert EligibilityCheck.objects.count() == 2
    assert Affiliation.objects.count() == 1


def test_the_look_up_does_not_believe_a_curp_of_somebody_else(person, roll, people):
    roll("imss", [entry("juan", given_names="Beatriz", birth_date=dt.date(1971, 1, 1))])
    roll("issste", [])
    check = check_eligibility(by=people.supervisor_a, person=person("juan"))
    assert check.result == "unknown"
    assert ["imss", CUT.isoformat(), "review"] in check.evidence
    assert not Affiliation.objects.exists()


def test_without_rolls_nothing_is_known(person, people):
    check = check_eligibility(by=people.supervisor_a, person=person("juan"))
    assert (check.result, check.valid_until) == ("unknown", None)


def test_the_dead_are_not_checked_and_operators_only_check_their_own(person, rolls, people):
    with pytest.raises(EligibilityError):
        check_eligibility(by=people.supervisor_a, person=person("juan", died_on=CUT))
    with pytest.raises(PermissionDenied):
        check_eligibility(by=people.supervisor_a, person=person("ana", home="92001"))


def test_contested_until_a_supervisor_decides(person, rolls, people, run, units):
    juan = person("juan", path=units["XAIMB000011"].path)
    with pytest.raises(EligibilityError):
        contest_eligibility(by=people.operator_a, person=juan)
    check_eligibility(by=people.operator_a, person=juan)
    contested = contest_eligibility(by=people.operator_a, person=juan, note="constancia de baja")
    assert (contested.result, contested.basis, contested.note) == ("contested", "person", "constancia de baja")
    assert contest_eligibility(by=people.operator_a, person=juan) == contested
    assert list(contested_for(people.supervisor_a)) == [contested]
    # No comparison and no look-up decides it.
    run()
    check_eligibility(by=people.operator_a, person=juan)
    assert current_check(juan) == contested
    with pytest.raises(PermissionDenied):
        settle_eligibility(by=people.operator_a, person=juan, covered=False)
    settled = settle_eligibility(by=people.supervisor_a, person=juan, covered=False, note="baja confirmada")
    assert settled.result == "eligible"
    assert Affiliation.objects.get(person=juan).valid_to == TODAY - DAY
    # The next comparison respects it: the entry is told apart from the person for good.
    run()
    assert current_check(juan).result == "eligible"
    assert Affiliation.objects.filter(person=juan, valid_to=None).count() == 0
    assert MatchDecision.objects.get().verdict == "different"
    with pytest.raises(EligibilityError):
        settle_eligibility(by=people.supervisor_a, person=juan, covered=True)


def test_a_supervisor_may_say_that_the_roll_is_right(person, rolls, people, run):
    juan = person("juan")
    check_eligibility(by=people.supervisor_a, person=juan)
    contest_eligibility(by=people.supervisor_a, person=juan)
    assert settle_eligibility(by=people.supervisor_a, person=juan, covered=True).result == "covered"
    run()
    assert current_check(juan).result == "covered"


def test_cover_that_no_roll_tells_holds_until_the_next_check(person, rolls, people, run):
    lupe = person("lupe")
    check_eligibility(by=people.supervisor_a, person=lupe)
    contest_eligibility(by=people.supervisor_a, person=lupe, note="dice tener ISSFAM")
    with pytest.raises(EligibilityError):
        settle_eligibility(by=people.supervisor_a, person=lupe, covered=True)
    settled = settle_eligibility(by=people.supervisor_a, person=lupe, covered=True, institution="issfam")
    assert (settled.result, settled.institution) == ("covered", "issfam")
    affiliation = Affiliation.objects.get(person=lupe)
    assert (affiliation.basis, affiliation.valid_to) == ("told", settled.valid_until)
    run()
    assert current_check(lupe).result == "covered"
    assert Affiliation.objects.get(person=lupe).valid_to == affiliation.valid_to


def test_what_remains_to_be_resolved_is_said_in_sentences(person, roll, people):
    with override("en"):
        juan = person("juan", with_curp=False)
        assert len(to_resolve(None, juan)) == 2
        check = check_eligibility(by=people.supervisor_a, person=juan)
        said = " ".join(to_resolve(check, juan))
        assert "roll of IMSS has not arrived" in said
        assert "CURP" in said
        roll("imss", [])
        roll("issste", [])
        lupe = person("lupe")
        assert to_resolve(check_eligibility(by=people.supervisor_a, person=lupe), lupe) == []
        contested = contest_eligibility(by=people.supervisor_a, person=lupe)
        assert "supervisor" in to_resolve(contested, lupe)[0]


def test_who_has_no_curp_is_not_called_eligible_by_a_look_up(person, roll, people, run):
    roll("imss", [entry("juan")])
    roll("issste", [])
    juan = person("juan", with_curp=False)
    check = check_eligibility(by=people.supervisor_a, person=juan)
    assert check.result == "unknown"
    assert ["imss", CUT.isoformat(), "later"] in check.evidence
    # The comparison of everybody looks at names and dates too; what it says of a roll, a look-up leaves.
    run()
    compared = current_check(juan)
    assert "later" not in {found for _code, _cut_off, found in compared.evidence}
    assert check_eligibility(by=people.supervisor_a, person=juan) == compared


def test_a_roll_whose_entries_are_not_stored_says_nothing(person, roll, people, settings):
    gone = roll("imss", [entry("juan")])
    roll("issste", [])
    shutil.rmtree(settings.HOME / gone.stored)
    assert check_eligibility(by=people.supervisor_a, person=person("juan")).result == "unknown"


def test_nobody_is_eligible_while_an_entry_of_an_earlier_cut_waits(doubtful, run, roll, people):
    run()
    other = {"curp": "", "given_names": "Rosa Elvira", "birth_date": dt.date(1961, 2, 3)}
    roll("issste", [entry("ana", **other)], cut_off=CUT + DAY)
    assert check_eligibility(by=people.supervisor_a, person=doubtful).result == "unknown"
