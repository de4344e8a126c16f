"""Reconciling pieces: what left the press against where it is, per municipality and module, now or as of a day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass, field, fields
from typing import Any

from django.db.models import Count, F, OuterRef, QuerySet, Subquery, Sum
from django.utils import timezone

from bienestar.foundation.accounts.choices import Permission
from bienestar.foundation.accounts.queries import Actor, access_of
from bienestar.operations.enrolment.choices import PieceStage
from bienestar.operations.enrolment.models import CardBatch, CardPiece, PieceStep

MODULE = ("municipality__code", "municipality__name", "code", "name")


@dataclass
class Balance:
    """What left the press, counted then, against where its pieces are.

    ``printed`` was written down when the batch left the press; the rest counts the pieces one by one, so that a
    difference would be seen.
    """

    printed: int = 0
    delivered: int = 0
    stock: int = 0
    returned: int = 0
    spoiled: int = 0
    press: int = 0
    way: int = 0
    missing: int = 0

    @property
    def moving(self) -> int:
        """Pieces that have not come to a module yet: at the press or on the way."""
        return self.press + self.way

    @property
    def accounted(self) -> int:
        """Pieces whose place is known."""
        return self.delivered + self.stock + self.returned + self.spoiled + self.press + self.way

    @property
    def holds(self) -> bool:
        """Whether nothing is missing and nothing was counted twice."""
        return self.printed == self.accounted

    @property
    def adds_up(self) -> bool:
        """Whether what is missing explains the whole difference: false means that the records themselves are wrong."""
        return self.printed == self.accounted + self.missing

    def add(self, other: Balance) -> None:
        """Add another balance to this one."""
        for one in fields(Balance):
            setattr(self, one.name, getattr(self, one.name) + getattr(other, one.name))


@dataclass
class Line:
    """The balance of a place: a municipality, or a module of it."""

    code: str
    name: str
    balance: Balance = field(default_factory=Balance)
    modules: list[Line] = field(default_factory=list)


@dataclass
class Reconciliation:
    """Balances per municipality with their modules, and of all together, as of a day (None: this moment)."""

    as_of: dt.date | None
    total: Balance
    municipalities: list[Line]


COLUMN = {
    PieceStage.PRINTED: "press",
    PieceStage.SHIPPED: "way",
    PieceStage.RECEIVED: "stock",
    PieceStage.MISSING: "missing",
    PieceStage.DELIVERED: "delivered",
    PieceStage.RETURNED: "returned",
    PieceStage.SPOILED: "spoiled",
}


def reconciliation(by: Actor, as_of: dt.date | None = None, batch: CardBatch | None = None) -> Reconciliation:
    """Pieces of the modules that ``by`` may see, at the end of the day ``as_of`` or now, by municipality and module."""
    keys = tuple(f"module__{name}" for name in MODULE)
    batches = _batches(by, as_of, batch)
    found: dict[tuple[str, ...], Balance] = {}
    for *key, printed in batches.order_by().values_list(*keys).annotate(n=Sum("printed")):
        found.setdefault(tuple(key), Balance()).printed += printed or 0
    pieces = _at(CardPiece.objects.filter(batch__in=batches.values("pk")), as_of)
    rows = pieces.order_by().values_list(*(f"batch__{key}" for key in keys), "then").annotate(n=Count("pk"))
    for *key, stage, count in rows:
        column = COLUMN.get(stage)
        if column:
            balance = found.setdefault(tuple(key), Balance())
            setattr(balance, column, getattr(balance, column) + count)
    return _arranged(as_of, found)


def balances_of(batches: Collection[CardBatch]) -> dict[int, Balance]:
    """The balance of each batch at this moment, by id, in one question."""
    found = {batch.pk: Balance(printed=batch.printed) for batch in batches}
    rows = CardPiece.objects.filter(batch_id__in=list(found)).order_by().values_list("batch_id", "stage")
    for batch, stage, count in rows.annotate(n=Count("pk")):
        if stage in COLUMN:
            setattr(found[batch], COLUMN[stage], count)
    return found


def balance_of(batch: CardBatch) -> Balance:
    """The balance of one batch at this moment."""
    return balances_of([batch])[batch.pk]


def missing_pieces(by: Actor, as_of: dt.date | None = None, batch: CardBatch | None = None) -> QuerySet[CardPiece]:
    """Pieces that were missing at the end of a day, or are now, by folio: what somebody must look for."""
    pieces = _at(CardPiece.objects.filter(batch__in=_batches(by, as_of, batch).values("pk")), as_of)
    found = pieces.filter(then=PieceStage.MISSING).select_related("card__person", "batch__module__municipality")
    return found.order_by("card__folio")


def _batches(by: Actor, as_of: dt.date | None, batch: CardBatch | None) -> QuerySet[CardBatch]:
    found = CardBatch.objects.filter(access_of(by).within(Permission.VIEW_CARDS), printed_at__isnull=False)
    if as_of:
        found = found.filter(printed_at__lt=end_of(as_of))
    return found.filter(pk=batch.pk) if batch else found


def _at(pieces: QuerySet[CardPiece], as_of: dt.date | None) -> QuerySet[Any]:
    """The pieces with the stage ``then``: the one they are at, or were at when the day ended."""
    if as_of is None:
        return pieces.annotate(then=F("stage"))
    steps = PieceStep.objects.filter(piece=OuterRef("pk"), at__lt=end_of(as_of)).order_by("-at", "-pk")
    return pieces.annotate(then=Subquery(steps.values("stage")[:1]))


def end_of(day: dt.date) -> dt.datetime:
    """The moment at which a day ends where the service works."""
    after = dt.datetime.combine(day + dt.timedelta(days=1), dt.time.min)
    return timezone.make_aware(after, timezone.get_default_timezone())


def _arranged(as_of: dt.date | None, found: dict[tuple[str, ...], Balance]) -> Reconciliation:
    total = Balance()
    places: dict[str, Line] = {}
    for (code, name, module, module_name), balance in sorted(found.items(), key=lambda row: (row[0][1], row[0])):
        place = places.setdefault(code, Line(code, name))
        place.modules.append(Line(module, module_name, balance))
        place.balance.add(balance)
        total.add(balance)
    return Reconciliation(as_of, total, list(places.values()))
