"""A module at the centre of state A, a key, and invented people whose cards can be signed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from string import ascii_lowercase, ascii_uppercase
from typing import Any

import pytest
from django.utils import timezone

from bienestar.operations.enrolment.actions import (
    make_batch,
    make_key,
    open_module,
    print_batch,
    receive_batch,
    request_at_module,
    ship_batch,
    validate_requests,
)
from bienestar.operations.enrolment.models import CardBatch, EligibilityCheck, Module
from bienestar.registers.beneficiaries.actions import PersonEntry, record_consent, register_person
from bienestar.registers.beneficiaries.choices import Purpose
from bienestar.registers.beneficiaries.models import Card, Person
from tests.conftest import People, Territory

UNIT = "XAIMB000011"
TODAY = timezone.localdate


@pytest.fixture(autouse=True)
def _own_home(settings: Any, tmp_path: Any) -> None:
    """Keys, lists and files to print of one test only."""
    settings.HOME = tmp_path


@pytest.fixture
def module(people: People, territory: Territory, units: dict[str, Any]) -> Module:
    return open_module(
        by=people.supervisor_a,
        municipality=territory.municipalities["91001"],
        name="Módulo Peña Alta",
        unit=units[UNIT],
        opened_on=dt.date(2024, 1, 2),
    )


@pytest.fixture
def key(system: Any) -> Any:
    return make_key(by=system)


Enrol = Callable[..., Person]


@pytest.fixture
def enrol(people: People) -> Enrol:
    """``enrol("Ana")``: somebody registered at the centre, told of the notice, checked and eligible."""
    # Two letters a person: two of one name, birth date and home would be one person.
    names = (f"Inventada {one}{two}" for one in ascii_uppercase for two in ascii_lowercase)

    def make(given: str = "Ana", *, result: str = "eligible", agrees: bool = False, **changes: Any) -> Person:
        entry = PersonEntry(
            given_names=given,
            first_surname="Prueba",
            second_surname=next(names),
            municipality="91001",
            unit=UNIT,
            birth_date=dt.date(1990, 1, 1),
        )
        person = register_person(by=people.supervisor_a, entry=replace(entry, **changes)).person
        assert person
        record_consent(by=people.supervisor_a, person=person, purpose=Purpose.PRIVACY_NOTICE, given=True)
        if agrees:
            record_consent(by=people.supervisor_a, person=person, purpose=Purpose.NAME_ON_CARD, given=True)
        check(person, result)
        return person

    return make


def check(person: Person, result: str, valid_until: dt.date | None = None) -> None:
    """A conclusion about a person, as a match would leave it: until a day where something is known."""
    if valid_until is None and result in {"eligible", "covered"}:
        valid_until = TODAY() + dt.timedelta(days=180)
    EligibilityCheck.objects.filter(person=person).update(is_current=False)
    EligibilityCheck.objects.create(
        person=person,
        checked_on=dt.date(2024, 1, 2),
        result=result,
        institution="imss" if result == "covered" else "",
        valid_until=valid_until,
        basis="lookup",
        decided_by="test",
    )


@pytest.fixture
def validated(people: People, module: Module, key: Any, enrol: Enrol) -> Callable[[int], list[Card]]:
    """``validated(3)``: three cards that wait to be printed."""

    def make(count: int, **changes: Any) -> list[Card]:
        cards = [request_at_module(by=people.operator_a, person=enrol(**changes), module=module) for _ in range(count)]
        assert validate_requests(by=people.supervisor_a, cards=cards).signed == count
        return [Card.objects.get(pk=card.pk) for card in cards]

    return make


@pytest.fixture
def shipped(people: People, module: Module, validated: Any) -> Callable[[int], CardBatch]:
    """``shipped(3)``: a batch of three cards on its way to the module."""

    def make(count: int, **changes: Any) -> CardBatch:
        validated(count, **changes)
        batch = make_batch(by=people.supervisor_a, module=module)
        assert print_batch(by=people.supervisor_a, batch=batch).finished
        ship_batch(by=people.supervisor_a, batch=batch, carrier="Camioneta 3")
        return CardBatch.objects.get(pk=batch.pk)

    return make


@pytest.fixture
def stocked(people: People, shipped: Any) -> Callable[[int], CardBatch]:
    """``stocked(3)``: a batch of three cards, all in stock at the module."""

    def make(count: int, **changes: Any) -> CardBatch:
        batch = shipped(count, **changes)
        receive_batch(by=people.operator_a, batch=batch, folios=folios_of(batch))
        return CardBatch.objects.get(pk=batch.pk)

    return make


def folios_of(batch: CardBatch) -> list[str]:
    """The folios of a batch, by place."""
    return list(batch.pieces.order_by("place").values_list("card__folio", flat=True))


@pytest.fixture
def as_role(client: Any, people: People, system: Any) -> Callable[[str], Any]:
    """The test client signed in as one of the roles; "system" keeps the keys."""

    def sign_in(name: str) -> Any:
        client.force_login(system if name == "system" else getattr(people, name))
        return client

    return sign_in
