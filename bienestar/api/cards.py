"""Cards: modules, batches and their pieces, reconciliation, and what a counter does with a card."""

import datetime as dt
from typing import Annotated, Any

from django.db.models import QuerySet
from django.http import HttpRequest
from ninja import Field, Path, Router, Schema
from ninja.pagination import paginate
from ninja.responses import Status

from bienestar.api.paging import NumberInPath, Pages, Words
from bienestar.api.readers import SIGNED_IN
from bienestar.foundation.accounts.choices import Permission
from bienestar.operations.enrolment.actions import (
    deliver,
    receive_batch,
    replace,
    request_at_module,
    revoke,
    ship_batch,
)
from bienestar.operations.enrolment.choices import BatchStage, PieceStage
from bienestar.operations.enrolment.queries import (
    balance_of,
    batch_visible_to,
    batches_visible_to,
    missing_pieces,
    module_visible_to,
    modules_near,
    modules_visible_to,
    pieces_of,
    reconciliation,
)
from bienestar.registers.beneficiaries.choices import CardStage
from bienestar.registers.beneficiaries.queries import card_visible_to, events_of, person_visible_to

router = Router(tags=["cards"], auth=SIGNED_IN)
FolioInPath = Annotated[str, Path(pattern=r"^[0-9]{15}$", description="fifteen digits")]
Folio = Annotated[str, Field(pattern=r"^[0-9]{15}$")]
CodeInPath = Annotated[str, Path(pattern=r"^[0-9]{6}$", description="state (2) and number (4)")]
Code = Annotated[str, Field(max_length=30, pattern=r"^[a-z_]*$")]
Scanned = Annotated[str, Field(max_length=5000, pattern=r"^[^\x00]*$")]
Note = Annotated[str, Field(max_length=120, pattern=r"^[^\x00]*$")]


class ModuleOut(Schema):
    """An enrolment module; every folio begins with its code."""

    code: str
    name: str
    municipality: str = Field(alias="municipality.code")
    opened_on: dt.date
    closed_on: dt.date | None


class BalanceOut(Schema):
    """printed = delivered + stock + returned + spoiled + press + way + missing; ``adds_up`` says whether it does."""

    printed: int
    delivered: int
    stock: int
    returned: int
    spoiled: int
    press: int
    way: int
    missing: int
    adds_up: bool


class BatchOut(Schema):
    """A print batch."""

    id: int
    module: str = Field(alias="module.code")
    number: int
    stage: BatchStage
    printed: int
    printed_at: dt.datetime | None
    shipped_at: dt.datetime | None
    received_at: dt.datetime | None
    closed_at: dt.datetime | None


class PieceOut(Schema):
    """A piece, by the folio of its card; no names."""

    folio: str = Field(alias="card.folio")
    place: int
    stage: PieceStage
    batch: int = Field(alias="batch_id")


class BalanceLineOut(Schema):
    """The balance of a municipality, with those of its modules."""

    code: str
    name: str
    balance: BalanceOut
    modules: list["BalanceLineOut"]


class ReconciliationOut(Schema):
    """Balances of the reader's territory; ``as_of`` null: at this moment."""

    as_of: dt.date | None
    total: BalanceOut
    municipalities: list[BalanceLineOut]


class StepOut(Schema):
    """One step of a card."""

    stage: CardStage
    at: dt.datetime
    by: str
    seen: str
    to: str
    note: str


class CardOut(Schema):
    """A card, without its person: the folio says nothing of them."""

    folio: str
    stage: CardStage
    issued_on: dt.date | None
    expires_on: dt.date | None
    key_id: str
    steps: list[StepOut]

    @staticmethod
    def resolve_steps(card: Any) -> Any:
        """Every step, oldest first."""
        return events_of(card)


class RequestIn(Schema):
    """A card for a person, collected at a module of the person's state."""

    person: Words = Field(description="uid of the person")
    module: Annotated[str, Field(pattern=r"^[0-9]{6}$")]


class DeliveryIn(Schema):
    """A piece goes to a hand. Codes are those of definitions/people.yaml."""

    receiver: Code = Field(description="holder, parent, guardian, representative")
    seen: Code = Field(description="document that was seen: official_id, birth_certificate…")
    scanned: Scanned = Field("", description="text of the piece's code; with it the card is active at once")


class EndIn(Schema):
    """Why a card ends: a code of definitions/people.yaml."""

    why: Code


class ShipIn(Schema):
    """Who takes a batch to its module."""

    carrier: Note = ""


class ArrivalIn(Schema):
    """Folios of the pieces that arrived; those of the batch that are not among them are missing."""

    folios: list[Folio] = Field(max_length=50_000)


class ArrivalOut(Schema):
    """What a reception booked."""

    here: int
    missing: int


@router.get("/modules", response=list[ModuleOut])
@paginate(Pages)
def card_modules(request: HttpRequest) -> QuerySet[Any]:
    """Enrolment modules of the reader's territory, by code."""
    return modules_visible_to(request.auth)


@router.get("/batches", response=list[BatchOut])
@paginate(Pages)
def card_batches(request: HttpRequest, stage: BatchStage | None = None, module: Words = "") -> QuerySet[Any]:
    """Print batches of the reader's territory, the newest first."""
    found = batches_visible_to(request.auth)
    if stage:
        found = found.filter(stage=stage)
    return found.filter(module__code=module) if module else found


@router.get("/batches/{number}", response=BatchOut)
def card_batch(request: HttpRequest, number: NumberInPath) -> Any:
    """One batch."""
    return batch_visible_to(request.auth, number)


@router.get("/batches/{number}/balance", response=BalanceOut)
def card_batch_balance(request: HttpRequest, number: NumberInPath) -> Any:
    """Where the pieces of a batch are."""
    return balance_of(batch_visible_to(request.auth, number))


@router.get("/batches/{number}/pieces", response=list[PieceOut])
@paginate(Pages)
def card_batch_pieces(request: HttpRequest, number: NumberInPath, stage: PieceStage | None = None) -> QuerySet[Any]:
    """Pieces of a batch by place."""
    return pieces_of(batch_visible_to(request.auth, number), stage=stage or "")


@router.post("/batches/{number}/ship", response=BatchOut)
def card_batch_ship(request: HttpRequest, number: NumberInPath, told: ShipIn) -> Any:
    """Say that a printed batch left for its module."""
    ship_batch(by=request.auth, batch=batch_visible_to(request.auth, number), carrier=told.carrier)
    return batch_visible_to(request.auth, number)


@router.post("/batches/{number}/receive", response=ArrivalOut)
def card_batch_receive(request: HttpRequest, number: NumberInPath, told: ArrivalIn) -> Any:
    """Receive a batch from the folios that arrived."""
    here, missing = receive_batch(by=request.auth, batch=batch_visible_to(request.auth, number), folios=told.folios)
    return {"here": here, "missing": missing}


@router.get("/reconciliation", response=ReconciliationOut)
def card_reconciliation(request: HttpRequest, as_of: dt.date | None = None) -> Any:
    """Printed pieces against where they are, per municipality and module."""
    return reconciliation(request.auth, as_of)


@router.get("/missing", response=list[PieceOut])
@paginate(Pages)
def card_missing(request: HttpRequest, as_of: dt.date | None = None) -> QuerySet[Any]:
    """Pieces that are missing, by folio."""
    return missing_pieces(request.auth, as_of)


@router.post("", response={201: CardOut})
def card_request(request: HttpRequest, told: RequestIn) -> Status:
    """Ask for a card."""
    by = request.auth
    person = person_visible_to(by, told.person)
    near = {module.code: module for module in modules_near(person.path)}
    module = near.get(told.module) or module_visible_to(by, told.module)
    return Status(201, request_at_module(by=by, person=person, module=module))


@router.get("/{folio}", response=CardOut)
def card(request: HttpRequest, folio: FolioInPath) -> Any:
    """One card with its steps."""
    return card_visible_to(request.auth, folio)


@router.post("/{folio}/deliver", response=CardOut)
def card_deliver(request: HttpRequest, folio: FolioInPath, told: DeliveryIn) -> Any:
    """Hand a card over."""
    by = request.auth
    deliver(by=by, card=card_visible_to(by, folio), receiver=told.receiver, seen=told.seen, scanned=told.scanned)
    return card_visible_to(by, folio)


@router.post("/{folio}/replace", response={201: CardOut})
def card_replace(request: HttpRequest, folio: FolioInPath, told: EndIn) -> Status:
    """End a card and ask for another one in its place; the answer is the new one."""
    return Status(201, replace(by=request.auth, card=card_visible_to(request.auth, folio), why=told.why))


@router.post("/{folio}/revoke", response=CardOut)
def card_revoke(request: HttpRequest, folio: FolioInPath, told: EndIn) -> Any:
    """End a card for good."""
    revoke(by=request.auth, card=card_visible_to(request.auth, folio, Permission.VIEW_CARDS), why=told.why)
    return card_visible_to(request.auth, folio)
