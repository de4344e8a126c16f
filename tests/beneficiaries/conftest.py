"""Invented people to register, with CURPs that hold."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from bienestar.calculations import curp as curps
from bienestar.registers.beneficiaries.actions import PersonEntry, register_person
from bienestar.registers.beneficiaries.models import Person
from tests.conftest import People

UNIT = "XAIMB000011"


def curp_for(entry: PersonEntry, mark: str = "") -> str:
    """A CURP that agrees with an entry; ``mark`` is the 17th character."""
    named = curps.Named(
        entry.given_names, entry.first_surname, entry.second_surname, entry.birth_date, entry.sex, entry.birth_state
    )
    assert entry.birth_date
    body = curps.base(named) + (mark or ("0" if entry.birth_date.year < 2000 else "A"))
    return body + curps.check_digit(body)


#: Juan Carlos Hernández López of docs and of the shared test vectors: HELJ850312HOCRPN01.
JUAN = PersonEntry(
    given_names="Juan Carlos",
    first_surname="Hernández",
    second_surname="López",
    birth_date=dt.date(1985, 3, 12),
    sex="H",
    birth_state="OC",
    curp="HELJ850312HOCRPN01",
    municipality="91001",
    unit=UNIT,
)
LUPE = PersonEntry(
    given_names="María Guadalupe",
    first_surname="De la Cruz",
    second_surname="Ortiz",
    birth_date=dt.date(2001, 12, 31),
    sex="M",
    birth_state="CS",
    curp="CUOG011231MCSRRDA6",
    municipality="91001",
    unit=UNIT,
)
BABY = PersonEntry(
    given_names="Nayeli",
    first_surname="Ek",
    second_surname="Uc",
    birth_date=dt.date(2024, 2, 29),
    sex="M",
    birth_state="QR",
    municipality="91001",
    unit=UNIT,
)

Register = Callable[..., Person]


@pytest.fixture
def register(people: People) -> Register:
    """``register(JUAN)`` or ``register(JUAN, unit="…")``: the person, registered by the system."""

    def make(entry: PersonEntry, by: Any = None, **changes: Any) -> Person:
        person = register_person(by=by or people.supervisor_a, entry=replace(entry, **changes)).person
        assert person
        return person

    return make
