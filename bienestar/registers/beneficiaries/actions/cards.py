"""Writing cards: every step is checked against the table of steps, dated and kept.

Enrolment calls these: it knows modules, keys and pieces; here a card only goes from stage to stage.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bienestar.foundation.accounts.choices import Permission
from bienestar.foundation.accounts.models import User
from bienestar.foundation.accounts.queries import require
from bienestar.foundation.journal.actions import record, records_hash
from bienestar.foundation.storage.rows import insert_rows, update_rows
from bienestar.registers.beneficiaries.choices import COMES_FROM, ENDED, CardStage
from bienestar.registers.beneficiaries.models import Card, CardEvent, Person
from bienestar.registers.beneficiaries.queries.cards import (
    CardError,
    cards_by_folio,
    cards_of,
    holders,
    people_with_living_card,
)

CHUNK = 900
DIED = "died"  # of the reasons in definitions/people.yaml
EVENT = ("card_id", "stage", "at", "by", "seen", "to", "note")
#: Steps that whoever prepares cards makes, and those that a counter makes.
PERMISSIONS = {
    CardStage.VALIDATED: Permission.DELIVER_CARD,  # again, because its piece was spoiled
    CardStage.RECEIVED: Permission.DELIVER_CARD,
    CardStage.DELIVERED: Permission.DELIVER_CARD,
    CardStage.ACTIVE: Permission.DELIVER_CARD,
    CardStage.REPLACED: Permission.DELIVER_CARD,
    CardStage.CANCELLED: Permission.DELIVER_CARD,
}
REQUEST = ("person_id", "folio", "position", "replaces_id", "stage", "path", "requested_at")
NOT_SIGNED = ("name_on_card", "unit_name", "key_id")


@dataclass(frozen=True, slots=True)
class CardRequest:
    """A card that is asked for: whose, its folio, its position in the status list, and which card it replaces."""

    person_id: int
    folio: str
    position: int
    replaces_id: int | None = None


@dataclass(frozen=True, slots=True)
class Signed:
    """What a card's token says beside its folio; with the key of ``key_id`` the same token can be made again."""

    card_id: int
    key_id: str
    issued_on: dt.date
    expires_on: dt.date
    name_on_card: str
    unit_name: str


@transaction.atomic
def request_card(
    *, by: User, person: Person, module_path: str, folio: str, position: int, replaces: Card | None = None
) -> Card:
    """Ask for a card. Raises CardError while the person, or a record merged with theirs, has one that has not ended."""
    asked = CardRequest(person.pk, folio, position, replaces.pk if replaces else None)
    require(by, Permission.REGISTER_PERSON, person.path)
    card = _request([asked], module_path, by)[0]
    _record(by, "beneficiaries.request_card", card)
    return card


@transaction.atomic
def request_cards(*, by: User, path: str, module_path: str, requests: Sequence[CardRequest]) -> list[Card]:
    """Ask for many cards of persons under ``path``, with one journal row. Raises CardError as ``request_card``."""
    require(by, Permission.REGISTER_PERSON, path)
    whose = holders({asked.person_id for asked in requests})
    if any(not holder.path.startswith(path) for holder in whose.values()):
        raise CardError(_("Somebody of this list is attended outside the territory."))
    cards = _request(requests, module_path, by)
    _record_all(by, "beneficiaries.request_cards", module_path, [card.folio for card in cards])
    return cards


def _request(requests: Sequence[CardRequest], module_path: str, by: User) -> list[Card]:
    people = {asked.person_id for asked in requests}
    # Two counters that ask at once wait for each other here, and the second one finds the first one's card.
    for start in range(0, len(people), CHUNK):
        list(Person.objects.select_for_update().filter(pk__in=sorted(people)[start : start + CHUNK]).values("pk"))
    if len(people) < len(requests) or people_with_living_card(people):
        raise CardError(_("This person already has a card. Replace it instead."))
    if not all(holder.alive for holder in holders(people).values()):
        raise CardError(_("Somebody who is recorded as dead gets no card. A supervisor can take the death back."))
    fixed = (CardStage.REQUESTED, module_path, timezone.now(), *("" for _name in NOT_SIGNED))
    rows = [(one.person_id, one.folio, one.position, one.replaces_id, *fixed) for one in requests]
    insert_rows(Card, (*REQUEST, *NOT_SIGNED), rows)
    made = cards_by_folio([one.folio for one in requests])
    cards = [made[one.folio] for one in requests]
    _events(cards, CardStage.REQUESTED, by, {})
    return cards


@transaction.atomic
def validate_cards(*, by: User, path: str, signed: Sequence[Signed]) -> int:
    """Fix what the tokens of these cards say; how many. Raises CardError when one is past being signed."""
    require(by, Permission.MANAGE_CARDS, path)
    cards = _step([one.card_id for one in signed], path, CardStage.VALIDATED, by, {})
    fields = ("key_id", "issued_on", "expires_on", "name_on_card", "unit_name")
    update_rows(Card, fields, [(*(getattr(one, name) for name in fields), one.card_id) for one in signed])
    _finish(cards, CardStage.VALIDATED)
    _record_all(by, "beneficiaries.validate_cards", path, [card.folio for card in cards])
    return len(cards)


@transaction.atomic
def validate_card(*, by: User, card: Card, signed: Signed) -> None:
    """``validate_cards`` of one."""
    validate_cards(by=by, path=card.path, signed=[signed])


@transaction.atomic
def observe_cards(*, by: User, path: str, notes: Mapping[int, str]) -> int:
    """Stop requests, each with what must be put right (no personal data); how many. By card id."""
    require(by, Permission.MANAGE_CARDS, path)
    cards = _step(list(notes), path, CardStage.OBSERVED, by, notes)
    _finish(cards, CardStage.OBSERVED)
    _record_all(by, "beneficiaries.observe_cards", path, [card.folio for card in cards])
    return len(cards)


@transaction.atomic
def observe_card(*, by: User, card: Card, note: str) -> None:
    """``observe_cards`` of one."""
    observe_cards(by=by, path=card.path, notes={card.pk: note})


@transaction.atomic
def advance_cards(*, by: User, path: str, cards: Collection[int], stage: CardStage, note: str = "") -> int:
    """Take cards under ``path``, by id, to their next stage; how many. Raises CardError when one cannot go there.

    For the steps of a batch (printed, shipped, received, waiting for a second piece) and for endings before delivery.
    """
    stage = CardStage(stage)
    require(by, PERMISSIONS.get(stage, Permission.MANAGE_CARDS), path)
    if stage in {CardStage.REQUESTED, CardStage.OBSERVED, CardStage.DELIVERED, CardStage.ACTIVE}:
        raise ValueError(f"{stage} has an action of its own")
    moved = _step(list(cards), path, stage, by, dict.fromkeys(cards, note))
    if stage == CardStage.VALIDATED and not all(card.key_id for card in moved):
        raise ValueError("a request is validated by validate_cards")
    _finish(moved, stage)
    _record_all(by, f"beneficiaries.cards_{stage}", path, [card.folio for card in moved])
    return len(moved)


@transaction.atomic
def deliver_card(*, by: User, card: Card, receiver: str, seen: str, note: str = "") -> None:
    """Hand a card over: to whom and which document was seen (codes of definitions/people.yaml)."""
    require(by, Permission.DELIVER_CARD, card.path)
    cards = _step([card.pk], card.path, CardStage.DELIVERED, by, {card.pk: note}, seen=seen, to=receiver)
    _finish(cards, CardStage.DELIVERED)
    _record(by, "beneficiaries.deliver_card", card, to=receiver, seen=seen)


@transaction.atomic
def activate_card(*, by: User, card: Card) -> None:
    """The piece in the hand was scanned and is this card: from now on it counts as used."""
    require(by, Permission.DELIVER_CARD, card.path)
    _finish(_step([card.pk], card.path, CardStage.ACTIVE, by, {}), CardStage.ACTIVE)
    _record(by, "beneficiaries.activate_card", card)


@transaction.atomic
def revoke_card(*, by: User, card: Card, why: str) -> None:
    """End a card at once; ``why`` is a code of definitions/people.yaml. The next status list names it."""
    require(by, Permission.MANAGE_CARDS, card.path)
    _finish(_step([card.pk], card.path, CardStage.REVOKED, by, {card.pk: why}), CardStage.REVOKED)
    _record(by, "beneficiaries.revoke_card", card, why=why)


@transaction.atomic
def cancel_card(*, by: User, card: Card, why: str) -> None:
    """End a card before it was delivered."""
    require(by, Permission.DELIVER_CARD, card.path)
    _finish(_step([card.pk], card.path, CardStage.CANCELLED, by, {card.pk: why}), CardStage.CANCELLED)
    _record(by, "beneficiaries.cancel_card", card, why=why)


@transaction.atomic
def replace_card(*, by: User, card: Card, why: str, module_path: str, folio: str, position: int) -> Card:
    """End a card and ask for another in its place, with a folio and a position of its own."""
    require(by, Permission.DELIVER_CARD, card.path)
    _finish(_step([card.pk], card.path, CardStage.REPLACED, by, {card.pk: why}), CardStage.REPLACED)
    person = holders([card.person_id])[card.person_id].person_id
    new = _request([CardRequest(person, folio, position, card.pk)], module_path, by)[0]
    _record(by, "beneficiaries.replace_card", card, why=why, by_folio=folio)
    return new


def end_cards_of_dead(person: Person, by: User) -> None:
    """End every card of somebody whose death is being recorded, whoever may revoke: a verifier must learn of it.

    A signed card is revoked, so that the next list names it; a request that nobody signed is cancelled.
    """
    living = [card.pk for card in cards_of(person) if card.stage not in ENDED]
    for card in Card.objects.select_for_update().filter(pk__in=living).exclude(stage__in=ENDED).order_by("pk"):
        stage = CardStage.REVOKED if card.key_id else CardStage.CANCELLED
        _finish(_step([card.pk], card.path, stage, by, {card.pk: DIED}), stage)
        _record(by, f"beneficiaries.{'revoke' if card.key_id else 'cancel'}_card", card, why=DIED)


def _step(
    ids: Collection[int],
    path: str,
    stage: CardStage,
    by: User,
    notes: Mapping[int, str],
    seen: str = "",
    to: str = "",
) -> list[Card]:
    """Lock the cards, check that each may come to ``stage``, and write the step. ``_finish`` then writes the stage."""
    cards: list[Card] = []
    listed = sorted(set(ids))
    for start in range(0, len(listed), CHUNK):
        part = Card.objects.select_for_update().filter(pk__in=listed[start : start + CHUNK], path__startswith=path)
        cards += part.order_by("pk")
    if len(cards) < len(listed):
        raise CardError(_("A card of this list is not in the territory."))
    wrong = [card for card in cards if CardStage(card.stage) not in COMES_FROM[stage]]
    if wrong:
        raise CardError(
            _("The card %(folio)s is %(now)s: it cannot become %(next)s.")
            % {"folio": wrong[0].folio, "now": wrong[0].get_stage_display(), "next": stage.label}
        )
    _events(cards, stage, by, notes, seen, to)
    return cards


def _events(
    cards: Sequence[Card], stage: CardStage, by: User, notes: Mapping[int, str], seen: str = "", to: str = ""
) -> None:
    now = timezone.now()
    insert_rows(
        CardEvent, EVENT, [(card.pk, stage, now, by.username, seen, to, notes.get(card.pk, "")) for card in cards]
    )


def _finish(cards: Sequence[Card], stage: CardStage) -> None:
    update_rows(Card, ("stage",), [(stage, card.pk) for card in cards])


def _record(by: User, action: str, card: Card, **detail: str) -> None:
    record(by=by, action=action, subject=f"card:{card.folio}", area_path=card.path, detail=detail)


def _record_all(by: User, action: str, path: str, folios: Sequence[str]) -> None:
    if folios:
        record(
            by=by,
            action=action,
            subject=f"{len(folios)} cards",
            area_path=path,
            records=len(folios),
            records_sha256=records_hash(folios),
        )
