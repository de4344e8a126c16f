"""Print batches: put together, printed, shipped, received, closed; what is spoiled, returned or found on the way."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from bienestar.foundation.accounts.choices import Permission
from bienestar.foundation.accounts.models import User
from bienestar.foundation.accounts.queries import require
from bienestar.foundation.definitions.people import people_rules
from bienestar.foundation.journal.actions import record, records_hash
from bienestar.foundation.storage.rows import insert_rows, update_rows
from bienestar.operations.enrolment.actions.pieces import drop_waiting, hold_pieces, move
from bienestar.operations.enrolment.choices import BatchStage, PieceStage
from bienestar.operations.enrolment.models import CardBatch, CardPiece, Module
from bienestar.operations.enrolment.queries.batches import cards_to_print, sheets_folder
from bienestar.operations.enrolment.queries.sheets import files_of, write_file
from bienestar.registers.beneficiaries.actions import advance_cards
from bienestar.registers.beneficiaries.choices import ENDED, CardStage
from bienestar.registers.beneficiaries.queries import CardError, cards_by_id

AGAIN = (CardStage.PRINTED, CardStage.SHIPPED, CardStage.RECEIVED)


@dataclass(frozen=True)
class Progress:
    """Files of a batch that are ready, and how many there will be."""

    done: int
    files: int

    @property
    def finished(self) -> bool:
        """Whether every file is ready."""
        return self.done == self.files


@transaction.atomic
def make_batch(*, by: User, module: Module, most: int | None = None) -> CardBatch:
    """Put the validated cards of a module into a batch, the oldest requests first, at most ``most`` of them.

    Raises CardError when none waits.
    """
    require(by, Permission.MANAGE_CARDS, module.path)
    Module.objects.select_for_update().get(pk=module.pk)  # of two batches at once, the second finds what is left
    cards = list(cards_to_print(by, module)[:most])
    if not cards:
        raise CardError(_("No validated card waits to be printed at this module."))
    last = CardBatch.objects.filter(module=module).aggregate(last=Max("number"))["last"] or 0
    batch = CardBatch.objects.create(module=module, number=last + 1, path=module.path, made_by=by.username)
    rows = [(batch.pk, card.pk, place, PieceStage.WAITING) for place, card in enumerate(cards, start=1)]
    insert_rows(CardPiece, ("batch_id", "card_id", "place", "stage"), rows)
    _record(by, "enrolment.make_batch", batch, [card.folio for card in cards])
    return batch


@transaction.atomic
def drop_batch(*, by: User, batch: CardBatch) -> None:
    """Take apart a batch that has not left the press; its cards wait for another one, and its files are deleted.

    So a batch whose key was given up while it was being printed does not hold its cards for ever.
    """
    require(by, Permission.MANAGE_CARDS, batch.path)
    kept = _held(batch, BatchStage.OPEN, BatchStage.PRINTING)
    folder = sheets_folder(kept)
    record(by=by, action="enrolment.drop_batch", subject=_subject(kept), area_path=batch.path)
    kept.pieces.all().delete()
    kept.delete()
    transaction.on_commit(lambda: shutil.rmtree(folder, ignore_errors=True))


def print_batch(
    *,
    by: User,
    batch: CardBatch,
    tell: Callable[[Progress], None] | None = None,
    most: int | None = None,
) -> Progress:
    """Write the files to print, and mark the batch as printed once all are there.

    Each file is written whole and stays; called again after a stop it goes on with the missing ones and gives the same
    bytes. ``most``: files to write now, so that a page can show how far it is. Raises CardError when a key is missing.
    """
    require(by, Permission.MANAGE_CARDS, batch.path)
    with transaction.atomic():
        _begin(by, batch)
    files = files_of(batch)
    waiting = [one for one in files if not one.path.exists()]
    for count, one in enumerate(waiting[:most], start=1):
        write_file(one)
        if tell:
            tell(Progress(len(files) - len(waiting) + count, len(files)))
    progress = Progress(sum(one.path.exists() for one in files), len(files))
    if progress.finished:
        with transaction.atomic():
            _end(by, batch)
    return progress


def _begin(by: User, batch: CardBatch) -> None:
    """Fix what the batch holds: cards that ended since it was made leave it, and places close up."""
    kept = _held(batch, BatchStage.OPEN, BatchStage.PRINTING)
    if kept.stage == BatchStage.PRINTING:
        return
    pieces = hold_pieces(Q(batch=batch))
    drop_waiting([piece for piece in pieces if piece.card.stage != CardStage.VALIDATED])
    staying = [piece for piece in pieces if piece.card.stage == CardStage.VALIDATED]
    if not staying:
        raise CardError(_("No card of this batch is still to be printed. Take the batch apart."))
    staying.sort(key=lambda piece: piece.place)
    update_rows(CardPiece, ("place",), [(place, piece.pk) for place, piece in enumerate(staying, start=1)])
    CardBatch.objects.filter(pk=batch.pk).update(stage=BatchStage.PRINTING)
    _record(by, "enrolment.begin_printing", batch, [piece.card.folio for piece in staying])


def _end(by: User, batch: CardBatch) -> None:
    """Every piece left the press; those whose card ended meanwhile are to be destroyed."""
    kept = _held(batch, BatchStage.PRINTING, BatchStage.PRINTED)
    if kept.stage == BatchStage.PRINTED:  # somebody else printed the same files at the same time
        return
    pieces = hold_pieces(Q(batch=batch, stage=PieceStage.WAITING))
    move(pieces, PieceStage.PRINTED, by)
    good = [piece for piece in pieces if piece.card.stage == CardStage.VALIDATED]
    move([piece for piece in pieces if piece.card.stage != CardStage.VALIDATED], PieceStage.SPOILED, by, "ended")
    CardBatch.objects.filter(pk=batch.pk).update(
        stage=BatchStage.PRINTED, printed=len(pieces), printed_at=timezone.now()
    )
    if good:
        advance_cards(by=by, path=batch.path, cards=[piece.card_id for piece in good], stage=CardStage.PRINTED)
    _record(by, "enrolment.print_batch", batch, [piece.card.folio for piece in pieces])


@transaction.atomic
def ship_batch(*, by: User, batch: CardBatch, carrier: str = "") -> int:
    """Send the good pieces of a printed batch to its module; how many. ``carrier``: who takes it, and its number."""
    require(by, Permission.MANAGE_CARDS, batch.path)
    _held(batch, BatchStage.PRINTED)
    pieces = hold_pieces(Q(batch=batch, stage=PieceStage.PRINTED))
    if not pieces:
        raise CardError(_("Every piece of this batch is spoiled: there is nothing to send."))
    move(pieces, PieceStage.SHIPPED, by)
    CardBatch.objects.filter(pk=batch.pk).update(stage=BatchStage.SHIPPED, shipped_at=timezone.now(), carrier=carrier)
    advance_cards(by=by, path=batch.path, cards=[piece.card_id for piece in pieces], stage=CardStage.SHIPPED)
    _record(by, "enrolment.ship_batch", batch, [piece.card.folio for piece in pieces])
    return len(pieces)


@transaction.atomic
def receive_batch(*, by: User, batch: CardBatch, folios: Collection[str] = ()) -> tuple[int, int]:
    """Receive a batch: the pieces scanned, or named in ``folios``, are in stock and the others are missing.

    Gives how many are here and how many are missing. The files to print are deleted. Raises CardError for a folio
    that is not on its way in this batch.
    """
    require(by, Permission.DELIVER_CARD, batch.path)
    kept = _held(batch, BatchStage.SHIPPED)
    pieces = hold_pieces(Q(batch=batch, stage=PieceStage.SHIPPED))
    named = set(folios)
    _must_hold(named, pieces)
    here = [piece for piece in pieces if piece.counted_at or piece.card.folio in named]
    gone = [piece for piece in pieces if not (piece.counted_at or piece.card.folio in named)]
    move(here, PieceStage.RECEIVED, by, counted=timezone.now())
    move(gone, PieceStage.MISSING, by, "not there when the batch was received")
    CardBatch.objects.filter(pk=kept.pk).update(stage=BatchStage.RECEIVED, received_at=timezone.now())
    if here:
        advance_cards(by=by, path=batch.path, cards=[piece.card_id for piece in here], stage=CardStage.RECEIVED)
    _record(by, "enrolment.receive_batch", batch, [piece.card.folio for piece in here], missing=len(gone))
    transaction.on_commit(lambda: shutil.rmtree(sheets_folder(batch), ignore_errors=True))
    return len(here), len(gone)


@transaction.atomic
def spoil_pieces(*, by: User, batch: CardBatch, folios: Collection[str], note: str) -> int:
    """Put damaged pieces aside; their cards wait for a second piece in a later batch. How many."""
    require(by, Permission.DELIVER_CARD, batch.path)
    if not note.strip():
        raise CardError(_("Say what happened to the pieces."))
    pieces = _named(batch, folios)
    move(pieces, PieceStage.SPOILED, by, note)
    again = [piece.card_id for piece in pieces if piece.card.stage in AGAIN]
    if again:
        advance_cards(by=by, path=batch.path, cards=again, stage=CardStage.VALIDATED, note="spoiled")
    _record(by, "enrolment.spoil_pieces", batch, sorted(folios))
    return len(pieces)


@transaction.atomic
def return_pieces(*, by: User, batch: CardBatch, folios: Collection[str], why: str) -> int:
    """Send pieces in stock back, undelivered; their cards end (``reasons`` of people.yaml). How many."""
    require(by, Permission.DELIVER_CARD, batch.path)
    if why not in people_rules().card.reasons:
        raise CardError(_("Say why the card ends."))
    pieces = _named(batch, folios)
    move(pieces, PieceStage.RETURNED, by, why)
    living = [piece.card_id for piece in pieces if piece.card.stage not in ENDED]
    if living:
        advance_cards(by=by, path=batch.path, cards=living, stage=CardStage.CANCELLED, note=why)
    _record(by, "enrolment.return_pieces", batch, sorted(folios), why=why)
    return len(pieces)


@transaction.atomic
def close_batch(*, by: User, batch: CardBatch) -> None:
    """Close a batch whose every piece has come to an end.

    Raises CardError while pieces are in stock or on the way, and while the card of a missing piece still holds: it must
    be replaced or revoked first, because somebody may have it.
    """
    require(by, Permission.MANAGE_CARDS, batch.path)
    kept = _held(batch, BatchStage.PRINTED, BatchStage.RECEIVED)
    pieces = list(CardPiece.objects.filter(batch=batch).values_list("stage", "card_id"))
    open_ = sum(stage in {PieceStage.PRINTED, PieceStage.SHIPPED, PieceStage.RECEIVED} for stage, _card in pieces)
    if open_:
        raise CardError(_("%(n)s pieces of this batch are neither delivered nor returned nor spoiled.") % {"n": open_})
    missing = cards_by_id([card for stage, card in pieces if stage == PieceStage.MISSING])
    holding = sum(card.stage not in ENDED for card in missing.values())
    if holding:
        sentence = _("%(n)s missing pieces belong to cards that still hold. Replace or revoke those cards first.")
        raise CardError(sentence % {"n": holding})
    CardBatch.objects.filter(pk=kept.pk).update(stage=BatchStage.CLOSED, closed_at=timezone.now())
    record(by=by, action="enrolment.close_batch", subject=_subject(kept), area_path=batch.path)


def _held(batch: CardBatch, *stages: BatchStage) -> CardBatch:
    """The batch, locked, if it is at one of these stages."""
    kept = CardBatch.objects.select_for_update().get(pk=batch.pk)
    if kept.stage not in stages:
        raise CardError(_("This batch is %(now)s: that cannot be done now.") % {"now": kept.get_stage_display()})
    return kept


def _named(batch: CardBatch, folios: Collection[str]) -> list[CardPiece]:
    named = set(folios)
    pieces = [piece for piece in hold_pieces(Q(batch=batch)) if piece.card.folio in named]
    _must_hold(named, pieces)
    return pieces


def _must_hold(named: set[str], pieces: Sequence[CardPiece]) -> None:
    unknown = sorted(named - {piece.card.folio for piece in pieces})
    if unknown:
        raise CardError(_("The folio %(folio)s is not in this batch, or not at this stage.") % {"folio": unknown[0]})


def _subject(batch: CardBatch) -> str:
    return f"batch:{batch.module.code}-{batch.number}"


def _record(by: User, action: str, batch: CardBatch, folios: Sequence[str], **detail: str | int) -> None:
    record(
        by=by,
        action=action,
        subject=_subject(batch),
        area_path=batch.path,
        detail=detail,
        records=len(folios),
        records_sha256=records_hash(folios),
    )
