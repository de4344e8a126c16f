"""How many people are registered and hold a card, by municipality of their home. Counts only; who may see which of
them is for the caller: what everybody may see passes through ``calculations.disclosure`` first.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Count

from bienestar.registers.beneficiaries.choices import CardStage
from bienestar.registers.beneficiaries.models import Card, Person

IN_HAND = (CardStage.DELIVERED, CardStage.ACTIVE)


@dataclass(frozen=True)
class PeopleCounts:
    """People with a record of their own who are not known to have died, and of them those with a card in hand."""

    persons: int
    cards: int


def people_by_municipality() -> dict[str, PeopleCounts]:
    """Path of the municipality of the home → counts. A merged record is not a person of its own."""
    alive = {"merged_into": None, "died_on": None}
    persons: dict[str, int] = defaultdict(int)
    cards: dict[str, int] = defaultdict(int)
    for path, number in Person.objects.filter(**alive).values_list("home__path").annotate(Count("pk")).order_by():
        persons[_municipality(path)] += number
    held = Card.objects.filter(stage__in=IN_HAND, **{f"person__{name}": value for name, value in alive.items()})
    for path, number in held.values_list("person__home__path").annotate(Count("person", distinct=True)).order_by():
        cards[_municipality(path)] += number
    return {path: PeopleCounts(number, cards[path]) for path, number in persons.items()}


def _municipality(path: str) -> str:
    return "/".join(path.split("/")[:3]) + "/"
