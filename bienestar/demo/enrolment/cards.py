"""Cards of the invented state: modules, requests, and batches on every stretch of the way, with the usual losses."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bienestar.demo.dice import dice
from bienestar.demo.size import SECOND_ROUND
from bienestar.operations.enrolment.actions import (
    close_batch,
    count_stock,
    deliver,
    make_batch,
    make_key,
    open_module,
    print_batch,
    receive_batch,
    replace,
    request_at_module,
    request_many,
    return_pieces,
    revoke,
    ship_batch,
    spoil_pieces,
    validate_requests,
)
from bienestar.operations.enrolment.choices import PieceStage, Result
from bienestar.operations.enrolment.queries import (
    batch_visible_to,
    batches_visible_to,
    pieces_of,
    signing_keys,
    tokens_of,
    waiting_requests,
)
from bienestar.operations.enrolment.queries.requests import current_checks
from bienestar.registers.beneficiaries.actions import record_consent
from bienestar.registers.beneficiaries.choices import Purpose
from bienestar.registers.beneficiaries.queries import persons_visible_to

if TYPE_CHECKING:
    from bienestar.demo.enrolment.register import Ground
    from bienestar.foundation.accounts.models import User
    from bienestar.foundation.facilities.models import Unit
    from bienestar.operations.enrolment.models import CardBatch, Module
    from bienestar.registers.beneficiaries.models import Card, Person

OPENED = SECOND_ROUND[0] + dt.timedelta(days=24)


@dataclass(frozen=True)
class Lot:
    """One batch: how many cards, how far it came ("open", "printed", "shipped", "received", "closed"), what was lost.

    ``spoiled`` at the press; ``missing`` on arrival; of what arrived ``delivered`` (two thirds scanned) and
    ``returned`` because nobody came; ``ended``: of the delivered, replaced or revoked afterwards.
    """

    cards: int
    stage: str
    spoiled: int = 0
    missing: int = 0
    delivered: int = 0
    returned: int = 0
    ended: int = 0


@dataclass(frozen=True)
class Plan:
    """What a module has behind it: its batches, the oldest first, then cards that wait to be printed or validated."""

    lots: tuple[Lot, ...]
    validated: int = 0
    requested: int = 0
    counted: bool = False


#: One for each module, the operator's first.
PLANS = (
    Plan(
        (
            Lot(48, "received", spoiled=2, missing=1, delivered=30, returned=3, ended=4),
            Lot(24, "received", delivered=4),
            Lot(18, "shipped"),
            Lot(14, "printed"),
            Lot(10, "open"),
        ),
        validated=12,
        requested=9,
        counted=True,
    ),
    Plan((Lot(20, "closed", spoiled=1, delivered=17, returned=2), Lot(16, "shipped")), requested=6),
    Plan((Lot(30, "received", missing=3, delivered=11, returned=1, ended=1),), validated=8, requested=4),
    Plan((Lot(22, "printed", spoiled=3),), requested=5),
    Plan((), validated=6, requested=11),
)


def story(by: User, operator: User, supervisor: User, seed: int, where: Ground) -> None:
    """Open a module in each municipality and take its cards as far as its plan says."""
    if not signing_keys().exists():
        make_key(by=by)
    for place, (unit, plan) in enumerate(zip(where.counters, PLANS, strict=False)):
        module = open_module(
            by=supervisor, municipality=unit.municipality, name=_name(unit), opened_on=OPENED, unit=unit
        )
        # The operator sits at one counter; at the others the supervisor stands in for whoever does.
        _Work(operator if place == 0 else supervisor, supervisor, module, seed).do(plan)


def _name(unit: Unit) -> str:
    return f"Módulo {unit.municipality.name}"


class _Work:
    """One module and those who work there."""

    def __init__(self, counter: User, supervisor: User, module: Module, seed: int) -> None:
        self.counter, self.supervisor, self.module = counter, supervisor, module
        self.rng = dice(seed, "enrolment", "cards", module.code)
        self.people = self._who_may()

    def _who_may(self) -> Iterator[Person]:
        """People without social security of the module's clinic, in an order of chance."""
        found = sorted(persons_visible_to(self.supervisor).filter(path=self.module.path), key=lambda one: one.pk)
        checks = current_checks([person.pk for person in found])
        self.rng.shuffle(found)
        return (one for one in found if one.pk in checks and checks[one.pk].result == Result.ELIGIBLE)

    def do(self, plan: Plan) -> None:
        for lot in plan.lots:
            self._lot(lot)
        self._validate(self._request(plan.validated))
        self._request(plan.requested, one_by_one=True)
        if plan.counted:
            self._count()

    def _request(self, count: int, one_by_one: bool = False) -> list[int]:
        """Ask for cards: everybody is told of the privacy notice, and seven of ten agree to their name in the code."""
        asked = [person for person, _n in zip(self.people, range(count), strict=False)]
        for person in asked:
            record_consent(by=self.counter, person=person, purpose=Purpose.PRIVACY_NOTICE, given=True)
            if self.rng.random() < 0.7:
                record_consent(by=self.counter, person=person, purpose=Purpose.NAME_ON_CARD, given=True)
        if one_by_one:
            return [request_at_module(by=self.counter, person=person, module=self.module).pk for person in asked]
        ids = [person.pk for person in asked]
        return [card.pk for card in request_many(by=self.counter, person_ids=ids, module=self.module)] if ids else []

    def _validate(self, cards: list[int]) -> None:
        if cards:
            waiting = waiting_requests(self.supervisor, self.module).filter(pk__in=cards)
            validate_requests(by=self.supervisor, cards=list(waiting))

    def _lot(self, lot: Lot) -> None:
        self._validate(self._request(lot.cards))
        batch = make_batch(by=self.supervisor, module=self.module, most=lot.cards)
        if lot.stage == "open":
            return
        print_batch(by=self.supervisor, batch=batch)
        if lot.spoiled:
            folios = self._folios(batch, PieceStage.PRINTED)[: lot.spoiled]
            spoil_pieces(by=self.supervisor, batch=self._now(batch), folios=folios, note="mancha de tinta")
        if lot.stage == "printed":
            return
        ship_batch(by=self.supervisor, batch=self._now(batch), carrier=f"Camioneta {self.rng.randrange(1, 9)}")
        if lot.stage == "shipped":
            return
        arrived = self._folios(batch, PieceStage.SHIPPED)[lot.missing :]
        receive_batch(by=self.counter, batch=self._now(batch), folios=arrived)
        self._hand_out(batch, lot)
        if lot.stage == "closed":
            close_batch(by=self.supervisor, batch=self._now(batch))

    def _hand_out(self, batch: CardBatch, lot: Lot) -> None:
        cards = [piece.card for piece in pieces_of(batch, stage=PieceStage.RECEIVED)]
        given, rest = cards[: lot.delivered], cards[lot.delivered :]
        texts = tokens_of(given)
        for place, (card, text) in enumerate(zip(given, texts, strict=True)):
            receiver, seen = ("parent", "guardian_id") if place % 7 == 6 else ("holder", "official_id")
            deliver(by=self.counter, card=card, receiver=receiver, seen=seen, scanned=text if place % 3 else "")
        if lot.returned:
            folios = [card.folio for card in rest[: lot.returned]]
            return_pieces(by=self.counter, batch=self._now(batch), folios=folios, why="never_collected")
        self._end([piece.card for piece in pieces_of(batch, stage=PieceStage.DELIVERED)][: lot.ended])

    def _end(self, cards: list[Card]) -> None:
        """Cards that came to an end in somebody's hand: lost and replaced, or revoked."""
        for place, card in enumerate(cards):
            if place % 2:
                revoke(by=self.supervisor, card=card, why=("stolen", "asked")[place // 2 % 2])
            else:
                replace(by=self.counter, card=card, why=("lost", "damaged")[place // 2 % 2])

    def _count(self) -> None:
        """A stock count that does not find one piece."""
        stock = [
            folio
            for batch in batches_visible_to(self.supervisor).filter(module=self.module)
            for folio in self._folios(batch, PieceStage.RECEIVED)
        ]
        count_stock(by=self.counter, module=self.module, folios=stock[1:])

    def _folios(self, batch: CardBatch, stage: str) -> list[str]:
        return [piece.card.folio for piece in pieces_of(batch, stage=stage)]

    def _now(self, batch: CardBatch) -> CardBatch:
        """The batch as it stands after the step before."""
        return batch_visible_to(self.supervisor, batch.pk)
