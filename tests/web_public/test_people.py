"""How many people are registered, for everybody: no count of few, and none that can be worked out."""

from __future__ import annotations

import csv
from dataclasses import replace

import pytest
from django.core.cache import cache
from django.test import Client

from bienestar.foundation.accounts.queries import system_user
from bienestar.registers.beneficiaries.models import Card, Person
from tests.beneficiaries.conftest import BABY, Register, register

__all__ = ["register"]

pytestmark = pytest.mark.django_db
NAMES = ["Ana", "Eva", "Luz", "Sol", "Paz", "Mar", "Flor", "Rosa", "Inés", "Zoe", "Lía", "Noé"]


@pytest.fixture(autouse=True)
def _fresh(settings: object) -> None:
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}  # type: ignore[attr-defined]
    cache.clear()


def give_card(person: Person, number: int) -> None:
    """A card in the person's hand."""
    told = {"issued_on": "2026-01-01", "expires_on": "2031-01-01", "key_id": "k"}
    Card.objects.create(person=person, folio=f"{number:015}", position=number, stage="active", path="MX/91/", **told)


def people(register: Register, municipality: str, how_many: int, cards: int, first: int = 0) -> None:
    """Register so many people of a municipality, of whom some hold a card."""
    for number in range(how_many):
        entry = replace(BABY, given_names=NAMES[number], first_surname=f"Inventada{'abcdefgh'[first]}")
        person = register(entry, by=system_user(), municipality=municipality, unit="")
        if number < cards:
            give_card(person, first * 100 + number)


def rows(client: Client) -> dict[str, tuple[str, str]]:
    """Code → the two figures of the file."""
    text = client.get("/publico/personas/personas.csv").content.decode("utf-8-sig")
    return {
        row["code"]: (row["persons_registered"], row["cards_delivered"]) for row in csv.DictReader(text.splitlines())
    }


def test_few_people_are_not_told_nor_can_they_be_subtracted(register: Register, client: Client) -> None:
    people(register, "91001", 12, 8, 1)
    people(register, "91002", 2, 1, 2)
    told = rows(client)
    assert told["MX"] == ("14", "9")
    assert (told["91"], told["92"]) == (("14", "9"), ("0", "0"))
    assert (told["91001"], told["91002"]) == (("", ""), ("", ""))  # 14 less 12 would tell the two
    for address in ("/publico/personas/", "/publico/personas/91/"):
        page = client.get(address)
        assert page.status_code == 200
        assert "Inventada" not in page.content.decode()


def test_a_state_among_others_is_told_with_its_large_municipalities(register: Register, client: Client) -> None:
    people(register, "91001", 12, 8, 1)
    people(register, "91002", 8, 7, 2)
    people(register, "92001", 9, 6, 3)
    told = rows(client)
    assert (told["MX"], told["91"], told["92"]) == (("29", "21"), ("20", "15"), ("9", "6"))
    assert told["91001"] == ("12", "8")
    assert (told["91002"], told["91003"]) == (("8", "7"), ("0", "0"))


def test_the_page_says_how_its_count_and_that_of_the_pulso_differ(register: Register, client: Client) -> None:
    page = client.get("/publico/personas/").content.decode()
    assert 'href="/pulso/indicadores/ENR-01/"' in page


def test_dead_and_merged_people_are_not_counted(register: Register, client: Client) -> None:
    people(register, "91001", 11, 6, 1)
    ended = list(Person.objects.order_by("-pk")[:2])
    Person.objects.filter(pk=ended[0].pk).update(died_on="2026-01-01")
    Person.objects.filter(pk=ended[1].pk).update(merged_into=Person.objects.order_by("pk")[0])
    told = rows(client)
    assert told["MX"] == ("9", "6")
    assert client.get("/publico/personas/99/").status_code == 404
    assert client.get("/publico/personas/91001/").status_code == 404


def test_before_any_territory_it_says_that_nobody_is_registered_yet(client: Client) -> None:
    page = client.get("/publico/personas/")
    assert page.status_code == 200
    assert "no se ha cargado ningún territorio" in page.content.decode()
