"""What happens to a card at a counter: handed over, replaced, revoked, cancelled."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bienestar.calculations.cards.tokens import Verdict
from bienestar.foundation.accounts.choices import Permission
from bienestar.foundation.accounts.models import User
from bienestar.foundation.accounts.queries import require
from bienestar.foundation.definitions.people import people_rules
from bienestar.foundation.journal.actions import record
from bienestar.operations.enrolment.actions.modules import give_folios, give_positions
from bienestar.operations.enrolment.actions.pieces import end_piece, good_piece, move
from bienestar.operations.enrolment.choices import PieceStage
from bienestar.operations.enrolment.models import CardPiece, Module
from bienestar.operations.enrolment.queries.keys import compromised_kids
from bienestar.operations.enrolment.queries.modules import module_of
from bienestar.operations.enrolment.queries.tokens import read_token
from bienestar.registers.beneficiaries.actions import (
    activate_card,
    advance_cards,
    cancel_card,
    deliver_card,
    replace_card,
    revoke_card,
)
from bienestar.registers.beneficiaries.choices import CardStage
from bienestar.registers.beneficiaries.models import Card
from bienestar.registers.beneficiaries.queries import CardError, holders


@transaction.atomic
def deliver(*, by: User, card: Card, receiver: str, seen: str, scanned: str = "", note: str = "") -> None:
    """Hand the piece of a card over: to whom (``receivers`` of people.yaml), which document was seen (``documents``).

    ``scanned`` is the text of the piece's code, if it was scanned: it must be this card's and hold; the card is then
    active at once, and a piece that nobody had received counts as found here. Without it the piece must be in stock
    at the module. ``note`` holds no personal data. Raises CardError.
    """
    require(by, Permission.DELIVER_CARD, card.path)
    _must_be_alive(card)
    rules = people_rules()
    if receiver not in rules.receivers or seen not in rules.documents:
        raise CardError(_("Say who receives the card and which document was seen."))
    piece = good_piece(card)
    if piece is None or piece.stage == PieceStage.WAITING:
        raise CardError(_("This card is not printed yet."))
    _must_still_hold(piece.card)
    if scanned:
        _must_be(card, scanned)
        _here(piece, by)
    if piece.stage != PieceStage.RECEIVED:
        raise CardError(
            _("The piece of this card is %(now)s. Scan it to show that it is here.")
            % {"now": piece.get_stage_display()}
        )
    move([piece], PieceStage.DELIVERED, by)
    deliver_card(by=by, card=card, receiver=receiver, seen=seen, note=note)
    if scanned:
        activate_card(by=by, card=card)
    _record(by, "enrolment.deliver", card, batch=piece.batch_id, place=piece.place)


@transaction.atomic
def activate(*, by: User, card: Card, scanned: str) -> None:
    """A delivered card was scanned and holds: it is active. Raises CardError for the code of another card."""
    require(by, Permission.DELIVER_CARD, card.path)
    _must_be(card, scanned)
    activate_card(by=by, card=card)
    _record(by, "enrolment.activate", card)


@transaction.atomic
def replace(*, by: User, card: Card, why: str, module: Module | None = None) -> Card:
    """End a card (``reasons`` of people.yaml) and ask for another one, at its own module or at another.

    The old one stands in the next status list. Its piece, if it was not handed over, is to be destroyed.
    """
    require(by, Permission.DELIVER_CARD, card.path)
    _must_be_reason(why)
    end_piece(card, by, why)
    at = module or module_of(card)
    (folio,) = give_folios(at, 1)
    new = replace_card(by=by, card=card, why=why, module_path=at.path, folio=folio, position=give_positions(1)[0])
    _record(by, "enrolment.replace", card, why=why, by_folio=folio)
    return new


@transaction.atomic
def revoke(*, by: User, card: Card, why: str) -> None:
    """End a card for good (``reasons`` of people.yaml): the next status list names it, and its piece is destroyed."""
    require(by, Permission.MANAGE_CARDS, card.path)
    _must_be_reason(why)
    end_piece(card, by, why)
    revoke_card(by=by, card=card, why=why)
    _record(by, "enrolment.revoke", card, why=why)


@transaction.atomic
def cancel(*, by: User, card: Card, why: str) -> None:
    """End a card that nobody has been given (``reasons`` of people.yaml)."""
    require(by, Permission.DELIVER_CARD, card.path)
    _must_be_reason(why)
    end_piece(card, by, why)
    cancel_card(by=by, card=card, why=why)
    _record(by, "enrolment.cancel", card, why=why)


def _must_be(card: Card, scanned: str) -> None:
    reading = read_token(scanned)
    if reading.claims is None or reading.claims.folio != card.folio:
        raise CardError(_("What was scanned is not this card."))
    if reading.verdict != Verdict.VALID:
        raise CardError(_("The card that was scanned does not hold: it has expired or was revoked."))


def _must_still_hold(card: Card) -> None:
    """A card that no verifier would believe is not handed over, scanned or not: it is replaced."""
    expired = card.expires_on is not None and card.expires_on < timezone.localdate()
    if expired or card.key_id in compromised_kids():
        raise CardError(_("No verifier would take this card for valid any more. Replace it."))


def _must_be_alive(card: Card) -> None:
    """Nobody takes the card of somebody dead along; the sentence says what becomes of the piece."""
    if not holders([card.person_id])[card.person_id].alive:
        raise CardError(_("The holder is recorded as dead: the card is not handed over. Destroy the piece."))


def _must_be_reason(why: str) -> None:
    if why not in people_rules().card.reasons:
        raise CardError(_("Say why the card ends."))


def _here(piece: CardPiece, by: User) -> None:
    """A piece in the hand is at the module, whatever the records say."""
    if piece.stage in {PieceStage.SHIPPED, PieceStage.MISSING}:
        move([piece], PieceStage.RECEIVED, by, "found at the counter")
        if piece.card.stage == CardStage.SHIPPED:
            advance_cards(by=by, path=piece.card.path, cards=[piece.card_id], stage=CardStage.RECEIVED)


def _record(by: User, action: str, card: Card, **detail: str | int) -> None:
    record(by=by, action=action, subject=f"card:{card.folio}", area_path=card.path, detail=detail)
