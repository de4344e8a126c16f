"""Searching and reading persons: what people type finds them, within the territory, and who looked is told."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from django.core.exceptions import PermissionDenied
from stdnum.iso7064 import mod_37_36

from bienestar.foundation.accounts.models import User
from bienestar.foundation.journal.models import JournalEntry
from bienestar.registers.beneficiaries.actions import find_persons, give_folio, read_person
from bienestar.registers.beneficiaries.models import Card, Person, PersonIdentifier
from bienestar.registers.beneficiaries.queries import persons_visible_to, reads_of, search_persons
from tests.beneficiaries.conftest import BABY, JUAN, LUPE, Register, curp_for
from tests.conftest import People

pytestmark = pytest.mark.django_db


@pytest.fixture
def juan(register: Register) -> Person:
    return register(JUAN)


@pytest.mark.parametrize(
    "words",
    [
        "Juan Carlos Hernández López",
        "lopez hernandez juan",
        "carlos lopez",
        "HERNANDEZ juan",
        "juan hernádnez",
        "jaun hernandez",
        "juan carlos hernandes lopex",
        "HELJ850312HOCRPN01",
        "helj 850312 hocrpn01",
    ],
)
def test_what_people_type_finds_the_person(people: People, juan: Person, register: Register, words: str) -> None:
    register(LUPE)
    assert search_persons(people.operator_a, words).persons == (juan,)


def test_the_closest_come_first_and_pages_follow_each_other(people: People, juan: Person, register: Register) -> None:
    names = [("Juan", "Fernández", "Lopes"), ("Juana", "Hernández", "López"), ("Juan", "Hernández", "López")]
    others = [
        register(BABY, given_names=given, first_surname=first, second_surname=second) for given, first, second in names
    ]
    whole = search_persons(people.operator_a, "juan hernandez lopez")
    assert whole.persons[0] == others[2]
    assert set(whole.persons) == {juan, *others}
    assert (whole.total, whole.more) == (4, False)
    pages = [search_persons(people.operator_a, "juan hernandez lopez", limit=1, offset=n).persons for n in range(5)]
    assert tuple(one for page in pages for one in page) == whole.persons


def test_folios_find_too(people: People, juan: Person, register: Register) -> None:
    baby = register(BABY)
    folio = give_folio(by=people.operator_a, person=baby)
    assert search_persons(people.operator_a, folio.lower()).persons == (baby,)
    Card.objects.create(person=juan, folio="910001000000017", position=1, path=juan.path)
    assert search_persons(people.operator_a, "910001-000000017").persons == (juan,)
    assert search_persons(people.operator_a, "910001000000018").persons == ()


def test_a_folio_of_letters_is_found_and_a_name_that_could_be_one_too(people: People, register: Register) -> None:
    baby = register(BABY)
    folio = "TABCDEFGHM" + mod_37_36.calc_check_digit("TABCDEFGHM")
    assert folio.isalpha()
    PersonIdentifier.objects.create(person=baby, kind="folio", value=folio, since=dt.date(2026, 1, 1))
    assert search_persons(people.operator_a, folio.lower()).persons == (baby,)
    assert search_persons(people.coordinator_b, folio).elsewhere
    tristan = register(replace(BABY, given_names="Tristán", first_surname="Cruz", second_surname="", sex="H"))
    assert mod_37_36.is_valid("TRISTANCRUZ")
    assert search_persons(people.operator_a, "Tristán Cruz").persons == (tristan,)


def test_only_the_territory_is_searched(people: People, system: User, register: Register) -> None:
    there = register(JUAN, by=system, municipality="92002", unit="XBIMB000010")
    assert search_persons(people.supervisor_a, "juan hernandez").persons == ()
    found = search_persons(people.supervisor_a, JUAN.curp)
    assert (found.persons, found.elsewhere, found.total) == ((), True, 0)
    assert search_persons(system, "juan hernandez").persons == (there,)
    neighbour = register(LUPE, unit="XAIMB000023")
    assert search_persons(people.supervisor_a, "lupe cruz ortiz").persons == (neighbour,)
    assert search_persons(people.operator_a, "guadalupe cruz").persons == ()
    assert list(persons_visible_to(people.supervisor_a)) == [neighbour]
    for who in (people.auditor, people.planner, people.public):
        assert search_persons(who, "juan hernandez").persons == ()


def test_more_namesakes_than_are_ranked_are_said(
    people: People, register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bienestar.registers.beneficiaries.queries import search

    monkeypatch.setattr(search, "MOST", 2)
    for letter in "ABC":
        register(BABY, given_names=f"Nayeli {letter * 3}")
    found = search_persons(people.operator_a, "nayeli ek")
    assert (len(found.persons), found.more) == (2, True)


def test_a_search_leaves_one_row_without_what_was_typed(people: People, juan: Person, register: Register) -> None:
    register(BABY, given_names="Juan", first_surname="Hernández")
    find_persons(by=people.operator_a, words="juan hernandez")
    row = JournalEntry.objects.latest("id")
    assert (row.action, row.actor, row.records) == ("beneficiaries.search_persons", "operator_a", 2)
    assert row.area_path == "MX/91/91001/U-XAIMB000011/"
    assert "hernandez" not in f"{row.detail}{row.subject}".lower()
    with pytest.raises(PermissionDenied):
        find_persons(by=people.auditor, words="juan hernandez")


def test_who_looked_is_told(people: People, juan: Person, register: Register) -> None:
    lupe = register(LUPE)
    read_person(by=people.operator_a, person=juan, purpose="counter")
    read_person(by=people.supervisor_a, person=juan, purpose="record")
    read_person(by=people.supervisor_a, person=lupe, purpose="record")
    assert [(row.actor, row.detail) for row in reads_of(people.operator_a, juan)] == [
        ("supervisor_a", {"purpose": "record"}),
        ("operator_a", {"purpose": "counter"}),
    ]
    assert not reads_of(people.auditor, juan).exists()
    with pytest.raises(PermissionDenied):
        read_person(by=people.auditor, person=juan, purpose="record")


def test_a_corrected_name_is_found_and_the_old_one_no_more(people: People, juan: Person) -> None:
    from bienestar.registers.beneficiaries.actions import correct_person

    better = replace(JUAN, first_surname="Zaldívar", curp="")
    correct_person(by=people.operator_a, person=juan, entry=better)
    assert search_persons(people.operator_a, "juan zaldivar").persons == (juan,)
    assert search_persons(people.operator_a, "juan hernandez").persons == ()
    assert curp_for(JUAN)[:4] == JUAN.curp[:4]
