"""Steps of pieces: every one is checked, dated and kept; what a piece goes through, its card goes through."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from bienestar.foundation.accounts.models import User
from bienestar.foundation.storage.rows import insert_rows, update_rows
from bienestar.operations.enrolment.choices import PIECE_COMES_FROM, BatchStage, PieceStage
from bienestar.operations.enrolment.models import CardBatch, CardPiece, PieceStep
from bienestar.registers.beneficiaries.models import Card
from bienestar.registers.beneficiaries.queries import CardError

CHUNK = 900
OVER = (PieceStage.SPOILED, PieceStage.RETURNED)


def hold_pieces(where: Q) -> list[CardPiece]:
    """Lock pieces and give them with their cards. Pieces are always locked before cards."""
    locked = CardPiece.objects.select_for_update(of=("self",)).filter(where)
    return list(locked.select_related("card", "batch").order_by("pk"))


def hold_by_id(ids: Iterable[int]) -> list[CardPiece]:
    """``hold_pieces`` of a list of ids, in parts that fit one statement."""
    listed = sorted(set(ids))
    found: list[CardPiece] = []
    for start in range(0, len(listed), CHUNK):
        found += hold_pieces(Q(pk__in=listed[start : start + CHUNK]))
    return found


def good_piece(card: Card) -> CardPiece | None:
    """The piece that a card has, locked; None while it is not printed, and after it was spoiled or returned."""
    return next(iter(hold_pieces(Q(card=card) & ~Q(stage__in=OVER))), None)


def move(
    pieces: Sequence[CardPiece],
    stage: PieceStage,
    by: User,
    note: str = "",
    notes: Mapping[int, str] | None = None,
    counted: dt.datetime | None = None,
) -> None:
    """Take locked pieces to a stage and write each step. Raises CardError when one cannot go there."""
    wrong = [piece for piece in pieces if PieceStage(piece.stage) not in PIECE_COMES_FROM[stage]]
    if wrong:
        raise CardError(
            _("The piece of the card %(folio)s is %(now)s: it cannot become %(next)s.")
            % {"folio": wrong[0].card.folio, "now": wrong[0].get_stage_display(), "next": stage.label}
        )
    now = timezone.now()
    told = notes or {}
    insert_rows(
        PieceStep,
        ("piece_id", "stage", "at", "by", "note"),
        [(piece.pk, stage, now, by.username, told.get(piece.pk, note)) for piece in pieces],
    )
    update_rows(CardPiece, ("stage",), [(stage, piece.pk) for piece in pieces])
    if counted:
        update_rows(CardPiece, ("counted_at",), [(counted, piece.pk) for piece in pieces])
    for piece in pieces:
        piece.stage = stage


def drop_waiting(pieces: Collection[CardPiece]) -> None:
    """Take pieces that were never printed out of their batch: there is nothing to account for."""
    ids = [piece.pk for piece in pieces if piece.stage == PieceStage.WAITING]
    for start in range(0, len(ids), CHUNK):
        CardPiece.objects.filter(pk__in=ids[start : start + CHUNK]).delete()


def end_piece(card: Card, by: User, note: str) -> None:
    """What becomes of the piece of a card that ends: never printed, it is dropped; not handed over, it is destroyed.

    A delivered one stays delivered, and a missing one stays missing until it turns up. One that is at the press stays:
    its sheet may be made already, and it is destroyed when the batch leaves the press.
    """
    piece = good_piece(card)
    if piece is None:
        return
    if piece.stage == PieceStage.WAITING:
        # Asked again now that the piece is held: the batch may have gone to the press while we waited for it.
        if CardBatch.objects.filter(pk=piece.batch_id, stage=BatchStage.OPEN).exists():
            drop_waiting([piece])
    elif piece.stage not in {PieceStage.DELIVERED, PieceStage.MISSING}:
        move([piece], PieceStage.SPOILED, by, note)
