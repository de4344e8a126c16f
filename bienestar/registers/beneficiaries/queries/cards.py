"""Reading cards: of a person, by folio, what a card is made of, and which positions the status list must name."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from django.db.models import Count, Q, QuerySet

from bienestar.foundation.accounts.choices import Permission
from bienestar.foundation.accounts.queries import Actor, access_of
from bienestar.foundation.storage.rows import read_rows
from bienestar.registers.beneficiaries.choices import ENDED, CardStage, IdentifierKind, Precision, Purpose
from bienestar.registers.beneficiaries.models import Card, CardEvent, Consent, Person, PersonIdentifier

CHUNK = 900
Key = TypeVar("Key")


class CardError(Exception):
    """What was asked contradicts the card as it stands; the message is for the person who asked."""


@dataclass(frozen=True, slots=True)
class Holder:
    """What a card is made of, and what is looked at before it is signed. ``person_id`` is the survivor of merges."""

    person_id: int
    uid: str
    full_name: str
    path: str
    unit_name: str
    identified: bool
    born: bool
    alive: bool
    noticed: bool
    name_agreed: bool


def cards_visible_to(by: Actor, permission: Permission = Permission.VIEW_CARDS) -> QuerySet[Card]:
    """Cards of modules where ``by`` holds ``permission``, by folio."""
    return Card.objects.filter(access_of(by).within(permission)).order_by("folio")


def card_visible_to(by: Actor, folio: str, permission: Permission = Permission.VIEW_CARDS) -> Card:
    """The card of that folio, fifteen digits; Card.DoesNotExist where ``by`` may not see it."""
    return cards_visible_to(by, permission).select_related("person").get(folio=folio)


def cards_of(person: Person) -> QuerySet[Card]:
    """Every card of a person and of the records merged with theirs, the newest first, with its steps."""
    found = Card.objects.filter(person_id__in=_group({person.pk}))
    return found.prefetch_related("events").order_by("-requested_at", "-pk")


def living_card(person: Person) -> Card | None:
    """The card that has not ended, if there is one; of two (after a merge) the one further on its way."""
    found = [card for card in cards_of(person) if card.stage not in ENDED]
    order = list(CardStage.values)
    return max(found, key=lambda card: order.index(card.stage), default=None)


def events_of(card: Card) -> QuerySet[CardEvent]:
    """The steps of a card, oldest first."""
    return CardEvent.objects.filter(card=card).order_by("at", "pk")


def cards_by_folio(folios: Collection[str]) -> dict[str, Card]:
    """Cards by folio, whoever asks: for actions."""
    found: dict[str, Card] = {}
    for part in _parts(folios):
        found |= {card.folio: card for card in Card.objects.filter(folio__in=part)}
    return found


def cards_by_id(ids: Collection[int]) -> dict[int, Card]:
    """Cards by id, whoever asks: for actions."""
    found: dict[int, Card] = {}
    for part in _parts(ids):
        found |= Card.objects.in_bulk(part)
    return found


def survivors(ids: Iterable[int]) -> dict[int, int]:
    """Whose record counts for each person: their own, or the one that theirs was merged into."""
    found = {pk: pk for pk in ids}
    for part in _parts(found):
        rows = Person.objects.filter(pk__in=part, merged_into__isnull=False)
        found |= dict(rows.values_list("pk", "merged_into_id"))
    return found


def people_with_living_card(ids: Collection[int]) -> set[int]:
    """Of these persons, the ids of those who have a card that has not ended, merged records included."""
    groups = _groups(ids)
    holders: set[int] = set()
    for part in _parts({member for group in groups.values() for member in group}):
        rows = Card.objects.filter(person_id__in=part).exclude(stage__in=ENDED)
        holders |= set(rows.values_list("person_id", flat=True))
    return {pk for pk, group in groups.items() if group & holders}


def holders(ids: Collection[int]) -> dict[int, Holder]:
    """By person id as asked: what a card of theirs is made of. The survivor's record, with what merged ones bring."""
    final = survivors(ids)
    groups = _groups(set(final.values()))
    members = {member for group in groups.values() for member in group}
    identified, consents = _identified(members), _consents(members)
    found: dict[int, Holder] = {}
    for part in _parts(groups):
        for person in Person.objects.filter(pk__in=part).select_related("unit"):
            group = groups[person.pk]
            names = (person.given_names, person.first_surname, person.second_surname)
            found[person.pk] = Holder(
                person.pk,
                person.uid,
                " ".join(name for name in names if name),
                person.path,
                person.unit.name if person.unit else "",
                identified=bool(group & identified),
                born=person.birth_precision != Precision.UNKNOWN,
                alive=person.died_on is None,
                noticed=_agreed(consents, group, Purpose.PRIVACY_NOTICE),
                name_agreed=_agreed(consents, group, Purpose.NAME_ON_CARD),
            )
    return {pk: found[last] for pk, last in final.items()}


def ended_count() -> int:
    """How many cards have ended; it only grows, so a list made at another count is old."""
    return Card.objects.filter(stage__in=ENDED).count()


def revoked_positions() -> Iterator[int]:
    """Positions of the cards that were signed and have ended."""
    rows = Card.objects.filter(stage__in=ENDED).exclude(key_id="")
    return (position for (position,) in read_rows(rows.order_by(), ("position",)))


def cards_by_key() -> dict[str, dict[str, int]]:
    """How many cards each key signed, by stage."""
    found: dict[str, dict[str, int]] = {}
    rows = Card.objects.exclude(key_id="").order_by().values_list("key_id", "stage").annotate(n=Count("pk"))
    for key, stage, count in rows:
        found.setdefault(key, {})[stage] = count
    return found


def _group(ids: set[int]) -> set[int]:
    """Ids of every record of the same people: what they were merged into, and what was merged into that."""
    return {member for group in _groups(ids).values() for member in group}


def _groups(ids: Collection[int]) -> dict[int, set[int]]:
    """Every record of the same person, by the id asked."""
    final = survivors(ids)
    groups = {last: {last} for last in final.values()}
    for part in _parts(groups):
        for pk, last in Person.objects.filter(merged_into_id__in=part).values_list("pk", "merged_into_id"):
            groups[last].add(pk)
    return {pk: groups[last] for pk, last in final.items()}


def _identified(ids: Collection[int]) -> set[int]:
    found: set[int] = set()
    for part in _parts(ids):
        rows = PersonIdentifier.objects.filter(person_id__in=part).filter(
            Q(kind=IdentifierKind.CURP) | Q(kind=IdentifierKind.FOLIO)
        )
        found |= set(rows.values_list("person_id", flat=True))
    return found


def _consents(ids: Collection[int]) -> dict[tuple[int, str], tuple[object, bool]]:
    """(when, given) of the newest telling, by person and purpose."""
    found: dict[tuple[int, str], tuple[object, bool]] = {}
    for part in _parts(ids):
        rows = Consent.objects.filter(person_id__in=part).order_by("at", "pk")
        for person, purpose, at, given in rows.values_list("person_id", "purpose", "at", "given"):
            found[person, purpose] = (at, given)
    return found


def _agreed(consents: dict[tuple[int, str], tuple[object, bool]], group: set[int], purpose: Purpose) -> bool:
    told = [consents[member, purpose] for member in group if (member, purpose) in consents]
    return bool(told) and max(told, key=lambda one: one[0])[1]  # type: ignore[return-value,arg-type]


def _parts(items: Iterable[Key]) -> Iterator[list[Key]]:
    """Items in parts that fit one statement."""
    listed = list(items)
    return (listed[start : start + CHUNK] for start in range(0, len(listed), CHUNK))
