"""Searching persons as somebody at a counter types: a CURP, a folio, the folio of a card, or a name."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from itertools import islice

from stdnum.iso7064 import mod_37_36

from bienestar.calculations import curp as curps
from bienestar.calculations.names import closeness, question
from bienestar.foundation.accounts.choices import Permission
from bienestar.foundation.accounts.queries import Actor, access_of
from bienestar.foundation.storage.rows import rows_among
from bienestar.registers.beneficiaries.choices import IdentifierKind
from bienestar.registers.beneficiaries.models import Card, NameKey, Person
from bienestar.registers.beneficiaries.queries.persons import person_by_identifier, persons_visible_to

#: Most persons ranked for one question: of more namesakes than that, another word is asked for.
MOST = 300
LOOKED_UP = 2_000  # persons whose territory is asked for together
_CODE = re.compile(r"(?=.*\d)[A-Z0-9]{6,20}")
#: One temporary folio in forty has no digit; it may be a name too.
_FOLIO_OF_LETTERS = re.compile(r"T[A-Z]{10}")


@dataclass(frozen=True)
class Found:
    """An answer to a search: a page of persons, best first.

    ``total``: how many were found, at least so many when ``more``. ``elsewhere``: the identifier is of somebody
    outside the reader's territory, of whom nothing is shown. ``by``: "identifier", "card" or "name".
    """

    persons: tuple[Person, ...]
    total: int
    more: bool = False
    elsewhere: bool = False
    by: str = "name"


def search_persons(by: Actor, words: str, *, limit: int = 20, offset: int = 0) -> Found:
    """Persons of the reader's territory whom ``words`` mean.

    A word with digits is a CURP, a temporary folio or a card's folio; anything else is a name: two words of it or
    more, surnames in any order, with or without accents, one letter mistyped. Whoever shows the answer calls the
    action ``find_persons``, which leaves a journal row.
    """
    code = curps.normal(words)
    if _CODE.fullmatch(code):
        return _by_code(by, code)
    if _FOLIO_OF_LETTERS.fullmatch(code) and mod_37_36.is_valid(code):
        found = _by_code(by, code)
        if found.total or found.elsewhere:
            return found
    ranked, more = _by_name(by, words)
    return Found(tuple(ranked[offset : offset + limit]), len(ranked), more)


def _by_code(by: Actor, code: str) -> Found:
    person, way = None, "identifier"
    for kind in (IdentifierKind.CURP, IdentifierKind.FOLIO):
        person = person or person_by_identifier(kind, code)
    if person is None:
        card = Card.objects.select_related("person__merged_into").filter(folio=code).first()
        person, way = (card.person.merged_into or card.person, "card") if card else (None, "identifier")
    if person is None:
        return Found((), 0, by=way)
    if not access_of(by).can(Permission.VIEW_PERSONS, person.path):
        return Found((), 0, elsewhere=True, by=way)
    return Found((Person.objects.select_related("home", "unit").get(pk=person.pk),), 1, by=way)


def _by_name(by: Actor, words: str) -> tuple[list[Person], bool]:
    asked = question(words)
    ids = _visible_with(by, asked.exact, set())
    if len(ids) <= MOST and asked.near:
        ids += _visible_with(by, asked.near, set(ids))
    # One more than is ranked tells that there are more.
    persons = list(persons_visible_to(by).filter(pk__in=ids[:MOST]).select_related("home", "unit"))
    persons.sort(key=lambda one: (-_close(words, one), one.first_surname, one.given_names, one.pk))
    return persons, len(ids) > MOST


def _visible_with(by: Actor, keys: frozenset[int], but: set[int]) -> list[int]:
    """Ids of visible persons with one of the keys, those with most of them first; one more than MOST at most.

    Two questions to the indexes and no join: the planner of PostgreSQL takes hundreds of rare keys for thousands of
    rows, and would read every person.
    """
    hits = Counter(person for (person,) in rows_among(NameKey.objects.all(), "key", sorted(keys), ("person_id",)))
    waiting = iter(sorted(hits.keys() - but, key=lambda person: (-hits[person], person)))
    found: list[int] = []
    visible = persons_visible_to(by)
    while len(found) <= MOST and (some := list(islice(waiting, LOOKED_UP))):
        seen = {person for (person,) in rows_among(visible, "id", some, ("id",))}
        found += [person for person in some if person in seen]
    return found[: MOST + 1]


def _close(words: str, person: Person) -> float:
    return closeness(words, person.given_names, person.first_surname, person.second_surname)
