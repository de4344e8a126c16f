"""Reading batches and their pieces, limited to the modules that somebody may see."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from django.db.models import QuerySet

from bienestar.foundation.accounts.choices import Permission
from bienestar.foundation.accounts.queries import Actor, access_of
from bienestar.operations.enrolment.choices import PieceStage
from bienestar.operations.enrolment.models import CardBatch, CardPiece, Module, StockCount
from bienestar.registers.beneficiaries.choices import CardStage
from bienestar.registers.beneficiaries.models import Card
from bienestar.registers.beneficiaries.queries import cards_visible_to


def batches_visible_to(by: Actor, permission: Permission = Permission.VIEW_CARDS) -> QuerySet[CardBatch]:
    """Batches of modules where ``by`` holds ``permission``, the newest first."""
    found = CardBatch.objects.filter(access_of(by).within(permission))
    return found.select_related("module__municipality").order_by("-made_at", "-pk")


def batch_visible_to(by: Actor, pk: int, permission: Permission = Permission.VIEW_CARDS) -> CardBatch:
    """One batch; CardBatch.DoesNotExist where ``by`` may not see it."""
    return batches_visible_to(by, permission).get(pk=pk)


def pieces_of(batch: CardBatch, words: str = "", stage: str = "") -> QuerySet[CardPiece]:
    """Pieces of a batch by place, narrowed by digits of a folio and by stage."""
    found = CardPiece.objects.filter(batch=batch).select_related("card__person").order_by("place")
    if stage:
        found = found.filter(stage=stage)
    return found.filter(card__folio__contains=words) if words else found


def pieces_visible_to(by: Actor, permission: Permission = Permission.VIEW_CARDS) -> QuerySet[CardPiece]:
    """Pieces of modules where ``by`` holds ``permission``."""
    found = CardPiece.objects.filter(access_of(by).within(permission, "batch__path"))
    return found.select_related("card", "batch__module__municipality")


def pieces_of_card(card: Card) -> QuerySet[CardPiece]:
    """Every piece made of a card, the first one first."""
    return CardPiece.objects.filter(card=card).select_related("batch__module").order_by("pk")


def cards_to_print(by: Actor, module: Module) -> QuerySet[Card]:
    """Validated cards of a module that are in no batch yet, the oldest request first."""
    taken = CardPiece.objects.exclude(stage__in=[PieceStage.SPOILED, PieceStage.RETURNED]).values("card")
    found = cards_visible_to(by, Permission.MANAGE_CARDS).filter(stage=CardStage.VALIDATED)
    return found.filter(folio__startswith=module.code).exclude(pk__in=taken).order_by("requested_at", "pk")


def pieces_to_scan(batch: CardBatch) -> tuple[QuerySet[CardPiece], QuerySet[CardPiece]]:
    """Of a batch on its way: pieces scanned so far, the last scan first, and pieces not scanned yet, by place."""
    shipped = CardPiece.objects.filter(batch=batch, stage=PieceStage.SHIPPED).select_related("card")
    scanned = shipped.filter(counted_at__isnull=False).order_by("-counted_at", "-pk")
    return scanned, shipped.filter(counted_at=None).order_by("place")


def open_count(module: Module) -> StockCount | None:
    """The stock count that is going on at a module."""
    return StockCount.objects.filter(module=module, finished_at=None).first()


def counts_at(module: Module) -> QuerySet[StockCount]:
    """Stock counts of a module, the newest first."""
    return StockCount.objects.filter(module=module).order_by("-started_at")


def pieces_to_count(count: StockCount) -> tuple[QuerySet[CardPiece], QuerySet[CardPiece]]:
    """Of a stock count: pieces scanned so far, the last scan first, and pieces in stock not scanned yet, by folio."""
    here = CardPiece.objects.filter(batch__module=count.module).select_related("card", "batch")
    scanned = here.filter(counted_at__gte=count.started_at, stage__in=[PieceStage.RECEIVED, PieceStage.MISSING])
    waiting = here.filter(stage=PieceStage.RECEIVED).exclude(pk__in=scanned.values("pk"))
    return scanned.order_by("-counted_at", "-pk"), waiting.order_by("card__folio")


def sheets_folder(batch: CardBatch) -> Path:
    """Where the files to print of a batch lie until it is received."""
    return Path(settings.HOME) / "cards" / "batches" / str(batch.pk)


def sheet_files(batch: CardBatch) -> Sequence[Path]:
    """The files to print that are ready, in order."""
    return sorted(sheets_folder(batch).glob("*.pdf"))
