"""Scanning pieces: when a batch is received, and when the pieces in stock at a module are counted."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from bienestar.calculations.cards import folio as folios
from bienestar.foundation.accounts.choices import Permission
from bienestar.foundation.accounts.models import User
from bienestar.foundation.accounts.queries import require
from bienestar.foundation.journal.actions import record, records_hash
from bienestar.operations.enrolment.actions.pieces import hold_pieces, move
from bienestar.operations.enrolment.choices import BatchStage, PieceStage
from bienestar.operations.enrolment.models import CardBatch, CardPiece, Module, StockCount
from bienestar.operations.enrolment.queries.batches import open_count, pieces_to_count, pieces_to_scan
from bienestar.operations.enrolment.queries.tokens import folio_in
from bienestar.registers.beneficiaries.actions import advance_cards
from bienestar.registers.beneficiaries.choices import ENDED, CardStage
from bienestar.registers.beneficiaries.queries import CardError

IN_COUNT = (PieceStage.RECEIVED, PieceStage.MISSING)


@dataclass(frozen=True)
class Scan:
    """What a scan gave: ``fits`` whether it counts, the folio if there was one, and a sentence for who scans."""

    fits: bool
    folio: str
    sentence: str


@transaction.atomic
def scan_arrival(*, by: User, batch: CardBatch, text: str) -> Scan:
    """Scan or type one piece of a batch that is being received. Receiving the batch then books what was scanned."""
    require(by, Permission.DELIVER_CARD, batch.path)
    if CardBatch.objects.select_for_update().get(pk=batch.pk).stage != BatchStage.SHIPPED:
        raise CardError(_("This batch is not on its way: nothing of it is received now."))
    folio = _folio(text)
    if folio is None:
        return Scan(False, "", _("This is not a folio. Scan it again or type its 15 digits."))
    piece = next(iter(hold_pieces(Q(batch=batch, card__folio=folio))), None)
    if piece is None:
        return Scan(False, folio, _("This card is not in this batch. Put it aside."))
    return _scanned(piece, piece.stage == PieceStage.SHIPPED, piece.counted_at is not None)


@transaction.atomic
def unscan_arrival(*, by: User, batch: CardBatch) -> str | None:
    """Take the last scan of a reception back; the folio, or None when nothing was scanned."""
    require(by, Permission.DELIVER_CARD, batch.path)
    return _unscan(pieces_to_scan(batch)[0].first())


@transaction.atomic
def begin_count(*, by: User, module: Module) -> StockCount:
    """Begin to count the pieces in stock at a module; the count that is going on already, if there is one."""
    require(by, Permission.DELIVER_CARD, module.path)
    Module.objects.select_for_update().get(pk=module.pk)
    going = open_count(module)
    if going:
        return going
    count = StockCount.objects.create(
        module=module, path=module.path, started_at=timezone.now(), started_by=by.username
    )
    record(by=by, action="enrolment.begin_count", subject=f"module:{module.code}", area_path=module.path)
    return count


@transaction.atomic
def scan_stock(*, by: User, count: StockCount, text: str) -> Scan:
    """Scan or type one piece during a stock count. Finishing the count then books what was scanned."""
    require(by, Permission.DELIVER_CARD, count.path)
    if StockCount.objects.select_for_update().get(pk=count.pk).finished_at:
        raise CardError(_("This count is finished. Begin another one."))
    folio = _folio(text)
    if folio is None:
        return Scan(False, "", _("This is not a folio. Scan it again or type its 15 digits."))
    found = hold_pieces(Q(card__folio=folio, batch__module_id=count.module_id) & ~Q(stage=PieceStage.WAITING))
    piece = next((one for one in found if one.stage in IN_COUNT), found[-1] if found else None)
    if piece is None:
        return Scan(False, folio, _("No piece of this folio was printed for this module. Put it aside."))
    again = piece.counted_at is not None and piece.counted_at >= count.started_at
    if piece.stage == PieceStage.MISSING and piece.card.stage in ENDED:
        CardPiece.objects.filter(pk=piece.pk).update(counted_at=timezone.now())
        return Scan(True, folio, _("Found, but its card has ended. Destroy the piece."))
    return _scanned(piece, piece.stage in IN_COUNT, again)


@transaction.atomic
def unscan_stock(*, by: User, count: StockCount) -> str | None:
    """Take the last scan of a stock count back; the folio, or None when nothing was scanned."""
    require(by, Permission.DELIVER_CARD, count.path)
    if StockCount.objects.select_for_update().get(pk=count.pk).finished_at:
        raise CardError(_("This count is finished. Begin another one."))
    return _unscan(pieces_to_count(count)[0].first())


@transaction.atomic
def finish_count(*, by: User, count: StockCount) -> StockCount:
    """Book a stock count: what was not scanned is missing, and what was missing and scanned is found.

    A found piece whose card has ended meanwhile is to be destroyed: it counts as spoiled.
    """
    require(by, Permission.DELIVER_CARD, count.path)
    kept = StockCount.objects.select_for_update().get(pk=count.pk)
    if kept.finished_at:
        raise CardError(_("This count is finished. Begin another one."))
    held = hold_pieces(Q(batch__module_id=kept.module_id, stage__in=IN_COUNT))
    seen = [piece for piece in held if piece.counted_at and piece.counted_at >= kept.started_at]
    gone = [piece for piece in held if piece not in seen and piece.stage == PieceStage.RECEIVED]
    found = [piece for piece in seen if piece.stage == PieceStage.MISSING]
    _book_found(by, kept.path, found)
    move(gone, PieceStage.MISSING, by, "not there at a stock count")
    kept.finished_at = timezone.now()
    kept.held, kept.missed, kept.found = len(seen), len(gone), len(found)
    kept.save(update_fields=["finished_at", "held", "missed", "found"])
    record(
        by=by,
        action="enrolment.finish_count",
        subject=f"module:{kept.module.code}",
        area_path=kept.path,
        detail={"missing": kept.missed, "found": kept.found},
        records=len(seen),
        records_sha256=records_hash(sorted(piece.card.folio for piece in seen)),
    )
    return kept


def _book_found(by: User, path: str, found: list[CardPiece]) -> None:
    over = [piece for piece in found if piece.card.stage in ENDED]
    move(over, PieceStage.SPOILED, by, "found after its card had ended")
    back = [piece for piece in found if piece.card.stage not in ENDED]
    move(back, PieceStage.RECEIVED, by, "found at a stock count")
    late = [piece.card_id for piece in back if piece.card.stage == CardStage.SHIPPED]
    if late:
        advance_cards(by=by, path=path, cards=late, stage=CardStage.RECEIVED)


@transaction.atomic
def count_stock(*, by: User, module: Module, folios: Collection[str]) -> StockCount:
    """Count the stock of a module in one go, from a list of folios. Raises CardError for one that does not belong."""
    require(by, Permission.DELIVER_CARD, module.path)
    count = begin_count(by=by, module=module)
    for folio in folios:
        scan = scan_stock(by=by, count=count, text=folio)
        if not scan.fits:
            raise CardError(f"{scan.folio or folio}: {scan.sentence}")
    return finish_count(by=by, count=count)


def _scanned(piece: CardPiece, expected: bool, again: bool) -> Scan:
    folio = piece.card.folio
    if piece.card.stage in ENDED:
        return Scan(
            False, folio, _("This card is %(now)s. Destroy the piece.") % {"now": piece.card.get_stage_display()}
        )
    if not expected:
        sentence = _("By the records this piece is %(now)s. Put it aside and ask.")
        return Scan(False, folio, sentence % {"now": piece.get_stage_display()})
    if again:
        return Scan(True, folio, _("This card was scanned already."))
    CardPiece.objects.filter(pk=piece.pk).update(counted_at=timezone.now())
    return Scan(True, folio, _("Scanned."))


def _unscan(piece: CardPiece | None) -> str | None:
    if piece is None:
        return None
    CardPiece.objects.filter(pk=piece.pk).update(counted_at=None)
    return piece.card.folio


def _folio(text: str) -> str | None:
    """The folio of what was scanned: fifteen digits with or without marks, or the whole code of a card."""
    try:
        return str(folios.parse(text.strip()))
    except folios.FolioError:
        return folio_in(text)
