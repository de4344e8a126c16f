"""Registering a person: one record each, what is wrong said in a sentence, nothing shown of other territories."""

from __future__ import annotations

import datetime as dt
import threading
from dataclasses import replace
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, connections
from django.utils import timezone

from bienestar.foundation.accounts.models import User
from bienestar.foundation.journal.models import JournalEntry
from bienestar.operations.enrolment.actions import ask_eligibility
from bienestar.registers.beneficiaries.actions import (
    PersonEntry,
    PersonRefused,
    correct_person,
    give_folio,
    move_person,
    record_consent,
    record_death,
    register_person,
)
from bienestar.registers.beneficiaries.models import Person, PersonIdentifier
from bienestar.registers.beneficiaries.queries import (
    changes_of,
    consent_in_force,
    curp_of,
    doubts_of,
    identifiers_of,
    person_by_identifier,
    person_visible_to,
)
from tests.beneficiaries.conftest import BABY, JUAN, LUPE, Register, curp_for
from tests.conftest import People

NAME = f"{JUAN.given_names} {JUAN.first_surname}"

pytestmark = pytest.mark.django_db


def test_a_person_is_registered_once(people: People) -> None:
    first = register_person(by=people.operator_a, entry=JUAN)
    again = register_person(by=people.operator_a, entry=replace(JUAN, curp=" helj 850312-hocrpn01 "))
    assert (first.outcome, again.outcome) == ("created", "known")
    assert first.person == again.person
    assert first.doubts == ()
    assert Person.objects.count() == 1
    assert first.person is not None
    assert (curp_of(first.person), first.person.path) == (JUAN.curp, "MX/91/91001/U-XAIMB000011/")
    rows = JournalEntry.objects.filter(action="beneficiaries.register_person").order_by("id")
    assert [row.detail["outcome"] for row in rows] == ["created", "known"]
    assert {row.subject for row in rows} == {f"person:{first.person.uid}"}


def test_without_papers_a_person_gets_a_folio_and_is_registered_once(people: People) -> None:
    first = register_person(by=people.operator_a, entry=BABY)
    again = register_person(by=people.operator_a, entry=replace(BABY, given_names="NAYELI "))
    other = register_person(by=people.operator_a, entry=replace(BABY, given_names="Yolotl"))
    assert (first.outcome, again.outcome, other.outcome) == ("created", "known", "created")
    assert first.folio == again.folio != other.folio
    assert len(first.folio) == 11
    assert person_by_identifier("folio", first.folio) == first.person


def test_the_number_of_a_register_is_one_person(people: People) -> None:
    entry = replace(BABY, origin="padron-x:77")
    first = register_person(by=people.supervisor_a, entry=entry)
    again = register_person(by=people.supervisor_a, entry=replace(entry, given_names="Nayely"))
    assert (again.outcome, again.person) == ("known", first.person)


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("curp", "HELJ850312HOCRPN02", "last digit"),
        ("curp", "HELJ850312HOCRPN0", "18"),
        ("curp", "HELJ850230HOCRPN01", "calendar"),
        ("curp", "HELJ8503A2HOCRPN01", "digit"),
        ("curp", "HELJ850312HZZRPN01", "state"),
        ("curp", "HELJ850312QOCRPN01", "sex"),
        ("birth_date", dt.date(1785, 3, 12), "alive"),
        ("birth_date", dt.date(2999, 1, 1), "not come"),
        ("given_names", "x" * 121, "120"),
        ("address", "a\x00b", "character"),
        ("sex", "Z", "sex"),
        ("birth_state", "ZZ", "abroad"),
        ("municipality", "99999", "municipality"),
        ("municipality", "91", "five digits"),
        ("unit", "NOTAUNIT", "CLUES"),
    ],
)
def test_what_is_wrong_is_said_of_its_field(people: People, field: str, value: Any, words: str) -> None:
    with pytest.raises(PersonRefused) as caught, translation_off():
        register_person(by=people.supervisor_a, entry=replace(JUAN, **{field: value}))
    ((where, sentence),) = caught.value.faults
    assert where == field
    with translation_off():
        assert words in str(sentence)
    assert str(value) not in str(caught.value)
    assert not Person.objects.exists()


def translation_off() -> Any:
    from django.utils import translation

    return translation.override("en")


def test_a_birth_to_come_is_refused_in_the_curp_too(people: People) -> None:
    born = timezone.localdate() + dt.timedelta(days=2)
    entry = replace(BABY, birth_date=born)
    with pytest.raises(PersonRefused) as caught:
        register_person(by=people.supervisor_a, entry=replace(BABY, curp=curp_for(entry)))
    assert [field for field, _ in caught.value.faults] == ["curp"]


def test_a_name_is_asked_for(people: People) -> None:
    nobody = replace(BABY, given_names="..", first_surname="")
    with pytest.raises(PersonRefused):
        register_person(by=people.supervisor_a, entry=nobody)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("birth_date", dt.date(1985, 3, 13)),
        ("sex", "M"),
        ("birth_state", "CS"),
        ("given_names", "Pedro"),
        ("first_surname", "García"),
        ("second_surname", "Sosa"),
    ],
)
def test_a_curp_that_says_something_else_is_kept_and_doubted(people: People, field: str, value: Any) -> None:
    told = register_person(by=people.operator_a, entry=replace(JUAN, **{field: value}))
    assert told.outcome == "created"
    assert [name for name, _ in told.doubts] == [field]
    assert told.person is not None
    assert curp_of(told.person) == JUAN.curp
    assert [name for name, _ in doubts_of(told.person)] == [field]


def test_a_birth_known_to_the_year_contradicts_nothing(people: People) -> None:
    entry = replace(JUAN, birth_date=dt.date(1985, 7, 9), birth_precision="year")
    told = register_person(by=people.operator_a, entry=entry)
    assert told.person is not None
    assert (told.doubts, told.person.birth_date) == ((), dt.date(1985, 1, 1))
    unknown = register_person(by=people.operator_a, entry=replace(LUPE, birth_date=None))
    assert unknown.person is not None
    assert (unknown.doubts, unknown.person.birth_precision) == ((), "unknown")


def test_nothing_is_shown_of_somebody_elsewhere(people: People, system: User) -> None:
    there = replace(JUAN, municipality="92002", unit="XBIMB000010")
    person = register_person(by=system, entry=there).person
    told = register_person(by=people.operator_a, entry=JUAN)
    assert (told.outcome, told.person, told.doubts, told.folio) == ("elsewhere", None, (), "")
    assert person is not None
    with pytest.raises(Person.DoesNotExist):
        person_visible_to(people.operator_a, person.uid)
    row = JournalEntry.objects.latest("id")
    assert (row.actor, row.area_path) == ("operator_a", person.path), "who governs the person can see who asked"


def test_who_presents_curp_and_birth_date_is_moved(people: People, system: User) -> None:
    person = register_person(by=system, entry=replace(JUAN, municipality="92002", unit="XBIMB000010")).person
    assert person is not None
    for curp, born in ((JUAN.curp, dt.date(1985, 3, 13)), (LUPE.curp, JUAN.birth_date)):
        assert born
        with pytest.raises(PersonRefused):
            move_person(by=people.operator_a, curp=curp, birth_date=born, name=NAME, unit=JUAN.unit)
    assert JUAN.birth_date
    with pytest.raises(PermissionDenied):
        move_person(by=people.operator_a, curp=JUAN.curp, birth_date=JUAN.birth_date, name=NAME, unit="XAIMB000023")
    move_person(by=people.operator_a, curp=JUAN.curp, birth_date=JUAN.birth_date, name=NAME, unit=JUAN.unit)
    assert person_visible_to(people.operator_a, person.uid).path == "MX/91/91001/U-XAIMB000011/"
    rows = JournalEntry.objects.filter(action="beneficiaries.move_person")
    assert {row.area_path for row in rows} == {"MX/92/92002/U-XBIMB000010/", "MX/91/91001/U-XAIMB000011/"}
    move_person(by=people.operator_a, curp=JUAN.curp, birth_date=JUAN.birth_date, name=NAME, unit=JUAN.unit)
    assert rows.count() == 2


def test_who_may_not_register_does_not(people: People) -> None:
    for who in (people.auditor, people.planner, people.director):
        with pytest.raises(PermissionDenied):
            register_person(by=who, entry=JUAN)
    with pytest.raises(PermissionDenied):
        register_person(by=people.operator_a, entry=replace(JUAN, unit="XAIMB000023"))
    with pytest.raises(PermissionDenied):
        register_person(by=people.operator_a, entry=replace(JUAN, unit=""))
    assert not Person.objects.exists()


def test_a_correction_is_written_once_and_keeps_the_former_curp(people: People, register: Register) -> None:
    person = register(JUAN)
    better = replace(JUAN, second_surname="Lopes", address="Calle 5")
    assert correct_person(by=people.operator_a, person=person, entry=better).outcome == "changed"
    assert correct_person(by=people.operator_a, person=person, entry=better).outcome == "unchanged"
    row = changes_of(people.operator_a, person)[0]
    assert row.detail == {"fields": ["address", "second_surname"]}
    new = curp_for(JUAN, "1")
    assert correct_person(by=people.operator_a, person=person, entry=replace(better, curp=new)).outcome == "changed"
    assert curp_of(person) == new
    assert person_by_identifier("curp", JUAN.curp) == person_by_identifier("curp", new) == person
    assert register_person(by=people.operator_a, entry=JUAN).person == person
    assert correct_person(by=people.operator_a, person=person, entry=replace(better, curp=JUAN.curp)).person == person
    assert curp_of(person) == JUAN.curp
    assert sorted(one.kind for one in identifiers_of(person)) == ["curp", "origin"]


def test_a_curp_of_somebody_else_is_not_taken_over(people: People, register: Register) -> None:
    juan, lupe = register(JUAN), register(LUPE)
    with pytest.raises(PersonRefused) as caught:
        correct_person(by=people.operator_a, person=lupe, entry=replace(LUPE, curp=JUAN.curp))
    assert [field for field, _ in caught.value.faults] == ["curp"]
    assert (curp_of(juan), curp_of(lupe)) == (JUAN.curp, LUPE.curp)


def test_a_newborn_gets_a_curp_later(people: People, register: Register) -> None:
    baby = register(BABY)
    folio = give_folio(by=people.operator_a, person=baby)
    correct_person(by=people.operator_a, person=baby, entry=replace(BABY, curp=curp_for(BABY)))
    assert person_by_identifier("folio", folio) == person_by_identifier("curp", curp_for(BABY)) == baby


def test_consents_are_dated_and_the_last_word_holds(people: People, register: Register) -> None:
    juan = register(JUAN)
    assert consent_in_force(juan, "name_on_card") is None
    record_consent(by=people.operator_a, person=juan, purpose="name_on_card", given=True)
    record_consent(by=people.operator_a, person=juan, purpose="name_on_card", given=False)
    last = consent_in_force(juan, "name_on_card")
    assert last is not None
    assert (last.given, last.recorded_by) == (False, "operator_a")
    with pytest.raises(PermissionDenied):
        record_consent(by=people.auditor, person=juan, purpose="name_on_card", given=True)


def test_a_death_has_a_possible_day(people: People, register: Register) -> None:
    juan = register(JUAN)
    for day in (dt.date(1985, 3, 11), timezone.localdate() + dt.timedelta(days=1)):
        with pytest.raises(PersonRefused):
            record_death(by=people.operator_a, person=juan, on=day)
    record_death(by=people.operator_a, person=juan, on=dt.date(2024, 5, 1))
    assert Person.objects.get(pk=juan.pk).died_on == dt.date(2024, 5, 1)


def test_without_a_journal_row_nobody_is_registered(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**values: Any) -> None:
        raise RuntimeError("the journal is broken")

    monkeypatch.setattr(JournalEntry.objects, "create", refuse)
    with pytest.raises(RuntimeError, match="the journal is broken"):
        register_person(by=people.operator_a, entry=JUAN)
    assert not Person.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("entry", [JUAN, BABY, replace(BABY, origin="padron-x:5")], ids=["curp", "name", "origin"])
def test_two_operators_at_once_make_one_person(people: People, entry: PersonEntry) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time: there is no at once")
    start = threading.Barrier(4)
    outcomes: list[str] = []

    def one(by: User) -> None:
        try:
            start.wait()
            outcomes.append(register_person(by=by, entry=entry).outcome)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=one, args=(people.supervisor_a,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["created", "known", "known", "known"]
    assert Person.objects.count() == 1
    assert PersonIdentifier.objects.count() == 1 + bool(entry.origin)


@pytest.mark.django_db(transaction=True)
def test_two_operators_at_once_give_one_folio(people: People, register: Register) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time: there is no at once")
    person, start = register(JUAN), threading.Barrier(4)
    folios: set[str] = set()

    def one() -> None:
        try:
            start.wait()
            folios.add(give_folio(by=people.supervisor_a, person=person))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=one) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(folios) == 1
    assert PersonIdentifier.objects.filter(kind="folio").count() == 1


def test_a_curp_that_somebody_had_by_mistake_finds_its_owner(people: People, register: Register) -> None:
    mistaken = register(LUPE, curp=JUAN.curp)
    correct_person(by=people.supervisor_a, person=mistaken, entry=LUPE)
    assert person_by_identifier("curp", JUAN.curp) == mistaken
    # Lupe's own former CURP still finds her; Juan, who comes with it, is not taken for her.
    assert register_person(by=people.operator_a, entry=replace(LUPE, curp=JUAN.curp)).person == mistaken
    owner = register_person(by=people.operator_a, entry=JUAN)
    assert owner.outcome == "created"
    assert person_by_identifier("curp", JUAN.curp) == owner.person
    assert ask_eligibility(by=people.operator_a, curp=JUAN.curp).uid == owner.person.uid
    assert curp_of(mistaken) == LUPE.curp


def test_a_curp_that_somebody_had_by_mistake_is_given_to_its_owner(people: People, register: Register) -> None:
    mistaken, owner = register(LUPE, curp=JUAN.curp), register(JUAN, curp="")
    with pytest.raises(PersonRefused):
        correct_person(by=people.supervisor_a, person=owner, entry=JUAN)
    correct_person(by=people.supervisor_a, person=mistaken, entry=LUPE)
    correct_person(by=people.supervisor_a, person=owner, entry=JUAN)
    assert person_by_identifier("curp", JUAN.curp) == owner


@pytest.mark.parametrize("origin", ["curp:HELJ850312HOCRPN01", "CURP:1", "p:" + "9" * 80, "p:\x001"])
def test_a_number_of_origin_cannot_stand_for_a_curp(people: People, origin: str) -> None:
    with pytest.raises(PersonRefused) as refused:
        register_person(by=people.operator_a, entry=replace(BABY, origin=origin))
    assert {field for field, _sentence in refused.value.faults} == {"origin"}
