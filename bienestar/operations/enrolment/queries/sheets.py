"""The files to print of a batch: which there are, and what is in each. The same batch gives the same bytes."""

from __future__ import annotations

import os
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from django.utils.translation import gettext as _

from bienestar.calculations.cards import digital, sheets
from bienestar.foundation.definitions.cards import card_words
from bienestar.operations.enrolment.models import CardBatch, CardPiece
from bienestar.operations.enrolment.queries.batches import sheets_folder
from bienestar.operations.enrolment.queries.tokens import tokens_of
from bienestar.registers.beneficiaries.models import Card
from bienestar.registers.beneficiaries.queries import CardError

CARDS_A_FILE = 1000  # a hundred sheets of ten: a second of work, and a file that any printer's queue takes

SHOWN = ("folio", "position", "key_id", "issued_on", "expires_on", "name_on_card", "unit_name")


@dataclass(frozen=True)
class SheetFile:
    """A file to print: where it lies, and the places in the batch whose cards it holds, first and last."""

    batch_id: int
    path: Path
    first: int
    last: int


def files_of(batch: CardBatch) -> list[SheetFile]:
    """The files that a batch prints as, whether they are ready or not.

    A name tells what is in the file: one that was made of other cards is never taken for it.
    """
    cards = list(
        CardPiece.objects.filter(batch=batch).order_by("place").values_list(*(f"card__{one}" for one in SHOWN))
    )
    folder, found = sheets_folder(batch), []
    for number, start in enumerate(range(0, len(cards), CARDS_A_FILE), start=1):
        some = cards[start : start + CARDS_A_FILE]
        path = folder / f"{number:04d}-{sha256(repr(some).encode()).hexdigest()[:12]}.pdf"
        found.append(SheetFile(batch.pk, path, start + 1, start + len(some)))
    return found


def write_file(one: SheetFile) -> None:
    """Make a file and put it in its place whole, readable by this account only."""
    content = _render(one)
    one.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = one.path.with_suffix(f".{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
    draft.replace(one.path)


def _render(one: SheetFile) -> bytes:
    pieces = CardPiece.objects.filter(batch_id=one.batch_id, place__gte=one.first, place__lte=one.last)
    listed = list(pieces.select_related("card", "batch__module").order_by("place"))
    cards = [piece.card for piece in listed]
    faces = [_face(card, token) for card, token in zip(cards, tokens_of(cards), strict=True)]
    note = f"{listed[0].batch.module.code} · {listed[0].batch.number}"
    try:
        return sheets.render(faces, card_words(), note=note, first=one.first)
    except sheets.UnprintableError as error:
        raise _unprintable(cards[error.places[0]]) from None


def _face(card: Card, token: str) -> sheets.Face:
    until = f"{card.expires_on:%d/%m/%Y}"
    return sheets.Face(token, card.folio, until, card.unit_name, card.name_on_card or None)


def digital_card(card: Card) -> str:
    """The card as one ``<svg>`` for a page. Raises CardError for one that is not validated or cannot be drawn."""
    try:
        return digital.svg(_face(card, tokens_of([card])[0]), card_words(), f"card-{card.folio}")
    except sheets.UnprintableError:
        raise _unprintable(card) from None


def single_card(card: Card) -> bytes:
    """The digital card as a PDF of one page of a card's size, to print on paper; it is no piece of a batch."""
    try:
        return sheets.render([_face(card, tokens_of([card])[0])], card_words(), sheets.PAPERS["card"])
    except sheets.UnprintableError:
        raise _unprintable(card) from None


def _unprintable(card: Card) -> CardError:
    sentence = _("The card %(folio)s has letters that cannot be printed. Cancel it, correct the record, ask again.")
    return CardError(sentence % {"folio": card.folio})
