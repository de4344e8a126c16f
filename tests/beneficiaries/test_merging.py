"""Two records of one person: one in every list, found by all that found either, and two again when asked."""

from __future__ import annotations

import hypothesis.strategies as st
import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from hypothesis import HealthCheck, given, settings

from bienestar.foundation.accounts.models import User
from bienestar.foundation.journal.models import JournalEntry
from bienestar.registers.beneficiaries.actions import (
    PersonRefused,
    give_folio,
    merge_persons,
    read_person,
    unmerge_person,
)
from bienestar.registers.beneficiaries.models import Person
from bienestar.registers.beneficiaries.queries import (
    curp_of,
    person_by_identifier,
    person_visible_to,
    persons_visible_to,
    reads_of,
    same_person_ids,
    search_persons,
)
from tests.beneficiaries.conftest import BABY, JUAN, LUPE, Register
from tests.conftest import People

pytestmark = pytest.mark.django_db


def test_after_a_merge_everything_finds_the_survivor(people: People, register: Register) -> None:
    juan, twice = register(JUAN), register(JUAN, curp="", given_names="Juanito", second_surname="")
    folio = give_folio(by=people.supervisor_a, person=twice)
    read_person(by=people.supervisor_a, person=twice, purpose="record")
    assert merge_persons(by=people.supervisor_a, survivor=juan, merged=twice) == juan
    assert person_by_identifier("folio", folio) == person_by_identifier("curp", JUAN.curp) == juan
    assert person_visible_to(people.supervisor_a, twice.uid) == juan
    assert list(persons_visible_to(people.supervisor_a)) == [juan]
    assert search_persons(people.supervisor_a, "juanito hernandez").persons == (juan,)
    assert search_persons(people.supervisor_a, folio).persons == (juan,)
    twice.refresh_from_db()
    assert same_person_ids(twice) == same_person_ids(juan) == [juan.pk, twice.pk]
    assert reads_of(people.supervisor_a, juan).count() == 1
    again = unmerge_person(by=people.supervisor_a, person=twice)
    assert person_by_identifier("folio", folio) == again
    assert set(persons_visible_to(people.supervisor_a)) == {juan, again}
    assert search_persons(people.supervisor_a, "juanito hernandez").persons[0] == again
    assert search_persons(people.supervisor_a, "juan carlos lopez").persons == (juan,)
    assert not reads_of(people.supervisor_a, juan).exists()


def test_the_survivor_answers_with_the_others_curp(people: People, register: Register) -> None:
    kept, juan = register(BABY), register(JUAN)
    merge_persons(by=people.supervisor_a, survivor=kept, merged=juan)
    assert curp_of(kept) == JUAN.curp
    assert person_by_identifier("curp", JUAN.curp) == kept


def test_a_chain_ends_at_one_survivor_and_comes_apart_again(people: People, register: Register) -> None:
    a, b, c = register(JUAN), register(LUPE), register(BABY)
    merge_persons(by=people.supervisor_a, survivor=b, merged=a)
    merge_persons(by=people.supervisor_a, survivor=c, merged=a)
    assert set(Person.objects.filter(merged_into=c)) == {a, b}
    assert person_by_identifier("curp", JUAN.curp) == c
    unmerge_person(by=people.supervisor_a, person=b)
    assert person_by_identifier("curp", JUAN.curp) == b
    assert same_person_ids(b) == [b.pk, a.pk]
    assert same_person_ids(c) == [c.pk]


def test_merging_twice_or_with_itself_changes_nothing(people: People, register: Register) -> None:
    juan, lupe = register(JUAN), register(LUPE)
    merge_persons(by=people.supervisor_a, survivor=juan, merged=lupe)
    rows = JournalEntry.objects.count()
    assert merge_persons(by=people.supervisor_a, survivor=lupe, merged=juan) == juan
    assert merge_persons(by=people.supervisor_a, survivor=juan, merged=juan) == juan
    assert JournalEntry.objects.count() == rows
    with pytest.raises(PersonRefused):
        unmerge_person(by=people.supervisor_a, person=juan)


def test_only_a_reviewer_of_both_territories_merges(people: People, system: User, register: Register) -> None:
    here, there = register(JUAN), register(LUPE, by=system, municipality="92002", unit="XBIMB000010")
    for who, one, other in (
        (people.operator_a, here, here),
        (people.supervisor_a, here, there),
        (people.supervisor_a, there, here),
    ):
        with pytest.raises(PermissionDenied):
            merge_persons(by=who, survivor=one, merged=other)
    merge_persons(by=system, survivor=here, merged=there)
    with pytest.raises(PermissionDenied):
        unmerge_person(by=people.supervisor_a, person=there)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    steps=st.lists(st.tuples(st.sampled_from(["merge", "unmerge"]), st.integers(0, 4), st.integers(0, 4)), max_size=9)
)
def test_any_order_of_merges_leaves_nobody_lost(
    people: People, register: Register, steps: list[tuple[str, int, int]]
) -> None:
    """Every record belongs to exactly one person one step away, and what finds it finds that person."""
    with transaction.atomic():
        persons = [register(BABY, given_names=f"Nayeli {letter * 3}") for letter in "ABCDE"]
        folios = [give_folio(by=people.supervisor_a, person=one) for one in persons]
        for what, i, j in steps:
            if what == "merge":
                merge_persons(by=people.supervisor_a, survivor=persons[i], merged=persons[j])
            elif Person.objects.get(pk=persons[i].pk).merged_into_id:
                unmerge_person(by=people.supervisor_a, person=persons[i])
        kept = {one.pk: one.merged_into_id or one.pk for one in Person.objects.filter(pk__in=[p.pk for p in persons])}
        assert all(kept[root] == root for root in kept.values())
        for one, folio in zip(persons, folios, strict=True):
            found = person_by_identifier("folio", folio)
            assert found is not None
            assert found.pk == kept[one.pk]
            assert found in search_persons(people.supervisor_a, f"{one.given_names} Ek").persons
        transaction.set_rollback(True)
