"""Census rounds and what was seen: reading, recording a visit, accepting or refusing it."""

import datetime as dt
from typing import Annotated, Any, Literal

from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from ninja import Field, Query, Router, Schema
from ninja.pagination import paginate
from ninja.responses import Status

from bienestar.api.paging import NumberInPath, Pages, RowNumber, Words
from bienestar.api.readers import SIGNED_IN
from bienestar.foundation.facilities.queries import unit_visible_to
from bienestar.operations.census.actions import Seen, VisitRow, accept_visits, record_visits, refuse_visits
from bienestar.operations.census.choices import RoundStage, VisitStage
from bienestar.operations.census.queries import (
    observations_visible_to,
    progress,
    round_over,
    round_visible_to,
    rounds_visible_to,
    visit_visible_to,
    visits_of_unit,
)

router = Router(tags=["census"], auth=SIGNED_IN)
Count = Annotated[float, Field(ge=0, le=1e9, allow_inf_nan=False)]


class RoundOut(Schema):
    """One campaign of visits over an area's units."""

    id: int
    area: str = Field(alias="area.code")
    name: str
    starts_on: dt.date
    ends_on: dt.date | None
    stage: RoundStage


class ProgressOut(Schema):
    """Visits against expected units; ``share`` is null when no unit is expected."""

    expected: int
    visited: int
    accepted: int
    waiting: int
    refused: int
    unexpected: int
    share: float | None


class ObservationOut(Schema):
    """One thing seen in a visit; null is "looked for and not counted", never 0."""

    unit: str = Field(alias="visit.unit.uid")
    round: int = Field(alias="visit.round_id")
    visit: int = Field(alias="visit_id")
    visited_on: dt.date = Field(alias="visit.visited_on")
    stage: VisitStage = Field(alias="visit.stage")
    resource: str
    existing: float | None
    usable: float | None
    origin: str


class SeenIn(Schema):
    """One thing seen: how many exist, how many can be used; null where it was not counted."""

    resource: Words
    existing: Count | None
    usable: Count | None
    origin: Words = ""


class VisitIn(Schema):
    """One unit on one day, with all that was seen. Told twice, it is recorded once."""

    round: RowNumber
    unit: Words = Field(description="any key that the unit has or had")
    visited_on: dt.date
    team: Annotated[str, Field(max_length=80, pattern=r"^[^\x00]*$")] = ""
    note: Annotated[str, Field(max_length=500, pattern=r"^[^\x00]*$")] = ""
    seen: list[SeenIn] = Field(max_length=2000)


class VisitOut(Schema):
    """A visit and what became of it."""

    id: int
    round: int = Field(alias="round_id")
    unit: str = Field(alias="unit.uid")
    visited_on: dt.date
    stage: VisitStage
    note: str
    decided_by: str
    decided_at: dt.datetime | None
    decided_on: dt.date | None


class RecordedOut(Schema):
    """What recording did, and the visit as it now stands."""

    outcome: Literal["created", "changed", "unchanged"]
    visit: VisitOut


class RefusalIn(Schema):
    """Why a visit is refused."""

    reason: Annotated[str, Field(min_length=1, max_length=500, pattern=r"^[^\x00]*$")]


class ObservationFilter(Schema):
    """Which observations, and in which order."""

    unit: Words | None = None
    round: RowNumber | None = None
    resource: Words | None = None
    stage: VisitStage | None = None
    sort: Literal["id", "-id", "resource", "-resource", "visited_on", "-visited_on"] = "id"


@router.get("/rounds", response=list[RoundOut])
@paginate(Pages)
def rounds(request: HttpRequest, stage: RoundStage | None = None) -> QuerySet[Any]:
    """Rounds of the reader's territory, newest first."""
    found = rounds_visible_to(request.auth)
    return found.filter(stage=stage) if stage else found


@router.get("/rounds/{number}/progress", response=ProgressOut)
def round_progress(request: HttpRequest, number: NumberInPath) -> Any:
    """How far a round has come."""
    return progress(round_visible_to(request.auth, number))


@router.get("/observations", response=list[ObservationOut])
@paginate(Pages)
def observations(request: HttpRequest, wanted: Query[ObservationFilter]) -> QuerySet[Any]:
    """What was seen in units of the reader's territory."""
    by = request.auth
    found = observations_visible_to(by)
    if wanted.unit:
        found = found.filter(visit__unit=unit_visible_to(by, wanted.unit))
    if wanted.round:
        found = found.filter(visit__round_id=wanted.round)
    if wanted.resource:
        found = found.filter(resource=wanted.resource)
    if wanted.stage:
        found = found.filter(visit__stage=wanted.stage)
    return found.order_by(wanted.sort.replace("visited_on", "visit__visited_on"), "id")


@router.post("/observations", response={200: RecordedOut, 201: RecordedOut})
@transaction.atomic
def record_visit(request: HttpRequest, told: VisitIn) -> Status:
    """Record a visit with what was seen: 201 when new, 200 when it was known (unchanged or corrected)."""
    by = request.auth
    unit = unit_visible_to(by, told.unit)
    round_ = round_over(unit, told.round)
    seen = [Seen(one.resource, one.existing, one.usable, one.origin) for one in told.seen]
    row = VisitRow(unit.pk, told.visited_on, seen, told.team, told.note)
    (outcome,) = record_visits(by=by, round_=round_, visits=[row])
    visit = visits_of_unit(unit).get(round=round_, visited_on=told.visited_on)
    return Status(201 if outcome == "created" else 200, {"outcome": outcome, "visit": visit})


@router.get("/visits/{number}", response=VisitOut)
def visit(request: HttpRequest, number: NumberInPath) -> Any:
    """One visit."""
    return visit_visible_to(request.auth, number)


@router.post("/visits/{number}/accept", response=VisitOut)
def accept(request: HttpRequest, number: NumberInPath) -> Any:
    """Accept a visit that waits: what was seen enters the registers."""
    accept_visits(by=request.auth, visits=[visit_visible_to(request.auth, number)])
    return visit_visible_to(request.auth, number)


@router.post("/visits/{number}/refuse", response=VisitOut)
def refuse(request: HttpRequest, number: NumberInPath, told: RefusalIn) -> Any:
    """Refuse a visit that waits, with the reason."""
    refuse_visits(by=request.auth, visits=[visit_visible_to(request.auth, number)], note=told.reason)
    return visit_visible_to(request.auth, number)
