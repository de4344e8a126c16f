"""The tokens of cards: made again from what was fixed when they were validated, and read when somebody scans one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.utils import timezone
from django.utils.translation import gettext as _

from bienestar.calculations.cards import tokens
from bienestar.foundation.definitions.people import people_rules
from bienestar.operations.enrolment.models import StatusList
from bienestar.operations.enrolment.queries.keys import key_records, midnight, private_key
from bienestar.operations.enrolment.queries.statuslist import parsed_status_list
from bienestar.registers.beneficiaries.models import Card
from bienestar.registers.beneficiaries.queries import CardError


def tokens_of(cards: Sequence[Card]) -> list[str]:
    """The text of each card's code, the same each time. Raises CardError for one that is not validated."""
    if any(not card.key_id for card in cards):
        raise CardError(_("This card is not validated yet: it has no code."))
    rules, uri = people_rules().card, StatusList.objects.values_list("uri", flat=True).first() or ""
    found: dict[int, str] = {}
    for kid in sorted({card.key_id for card in cards}):
        mine = [card for card in cards if card.key_id == kid]
        texts = tokens.sign_many([_claims(card, rules.issuer, uri) for card in mine], private_key(kid))
        found |= {card.pk: text for card, text in zip(mine, texts, strict=True)}
    return [found[card.pk] for card in cards]


def token_of(card: Card) -> str:
    """The text of one card's code."""
    return tokens_of([card])[0]


def _claims(card: Card, issuer: str, uri: str) -> tokens.Claims:
    return tokens.Claims(
        issuer=issuer,
        folio=card.folio,
        issued=midnight(card.issued_on),
        # The last day that stands on the card is a whole day.
        expires=midnight(card.expires_on + dt.timedelta(days=1)),
        status=tokens.Status(card.position, uri),
        full_name=card.name_on_card or None,
    )


def read_token(text: str) -> tokens.Reading:
    """Judge a scanned text by all keys and by the status list of this moment. Never raises for what is in it."""
    return tokens.read(text, key_records(), parsed_status_list(), int(timezone.now().timestamp()))


def folio_in(text: str) -> str | None:
    """The folio of a scanned card whose signature is ours, expired or revoked ones too; None for any other text."""
    claims = read_token(text).claims
    return claims.folio if claims else None
