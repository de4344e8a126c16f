"""Scenarios: what a budget buys for a diagnosis, each item with its reason."""

import datetime as dt
from typing import Annotated, Any, Literal

from django.db.models import QuerySet
from django.http import HttpRequest
from ninja import Field, Query, Router, Schema
from ninja.pagination import paginate
from ninja.responses import Status

from bienestar.api.paging import NumberInPath, Pages, RowNumber, Words
from bienestar.api.readers import SIGNED_IN
from bienestar.foundation.accounts.choices import Permission
from bienestar.foundation.territory.queries import area_visible_to
from bienestar.insight.gaps.queries.listed import run_visible_to
from bienestar.insight.planning.actions import make_scenario
from bienestar.insight.planning.choices import Money, Reason
from bienestar.insight.planning.queries import (
    DEFAULT_GAP,
    items,
    purchases_of,
    reason_sentence,
    scenario_visible_to,
    scenarios_visible_to,
)

router = Router(tags=["planning"], auth=SIGNED_IN)


class ScenarioOut(Schema):
    """One plan: its budget, what it is worth, and the bound that proves how little more could be had."""

    id: int
    run: int = Field(alias="run_id")
    area: str = Field(alias="area.code")
    name: str
    made_by: str
    made_at: dt.datetime
    budget: float
    spent: float
    value: float
    bound: float
    gap: float
    gap_target: float
    greedy_value: float
    people_gaining: float
    price_of_million: float
    limits: dict[str, Any]
    costs_version: str
    costs_sha256: str


class ItemOut(Schema):
    """One service in one unit: chosen or refused, what it costs, whom it serves, and why in words."""

    unit: str = Field(alias="unit.uid")
    service: str
    chosen: bool
    cost: float | None
    people: float | None
    value: float
    reason: Reason
    sentence: str

    @staticmethod
    def resolve_sentence(item: Any) -> str:
        return reason_sentence(item)


class PurchaseOut(Schema):
    """What a plan acquires or repairs in a unit, and with which money."""

    unit: str = Field(alias="unit.uid")
    resource: str
    to_repair: float
    to_acquire: float
    money: Money
    cost: float


class LimitsIn(Schema):
    """Money by kind, people to hire by category, equity floors, and services locked in or out ([uid, service]).

    ``uncounted``: "buy" what nobody counted, or "leave" the service until it is counted.
    """

    model_config = {"extra": "forbid"}

    money: dict[str, float | None] | None = None
    hires: dict[str, float] | None = None
    equity: list[dict[str, Any]] | None = None
    locked_in: list[tuple[Words, Words]] = []
    locked_out: list[tuple[Words, Words]] = []
    uncounted: Literal["buy", "leave"] | None = None


class ScenarioIn(Schema):
    """What to plan: a diagnosis, a budget in pesos, limits, and how close to the bound to come."""

    run: RowNumber
    name: Annotated[str, Field(min_length=1, max_length=120, pattern=r"^[^\x00]*$")]
    budget: Annotated[float, Field(ge=0, le=1e13, allow_inf_nan=False)]
    gap: Annotated[float, Field(gt=0, le=0.5, allow_inf_nan=False)] = DEFAULT_GAP
    limits: LimitsIn = LimitsIn()


class ScenarioFilter(Schema):
    """Which scenarios, and in which order."""

    area: Words | None = None
    run: RowNumber | None = None
    sort: Literal["made_at", "-made_at", "budget", "-budget", "value", "-value"] = "-made_at"


@router.get("", response=list[ScenarioOut])
@paginate(Pages)
def scenarios(request: HttpRequest, wanted: Query[ScenarioFilter]) -> QuerySet[Any]:
    """Plans over the reader's territory."""
    by = request.auth
    area = area_visible_to(by, wanted.area, Permission.VIEW_PLANS) if wanted.area else None
    found = scenarios_visible_to(by, area)
    if wanted.run:
        found = found.filter(run_id=wanted.run)
    return found.order_by(wanted.sort, "-pk")


@router.post("", response={201: ScenarioOut})
def plan(request: HttpRequest, told: ScenarioIn) -> Status:
    """Make a plan and keep it."""
    by = request.auth
    limits = told.limits.model_dump(exclude_unset=True, exclude_none=True)
    run = run_visible_to(by, told.run)
    made = make_scenario(by=by, run=run, name=told.name, budget=told.budget, limits=limits, gap=told.gap)
    return Status(201, scenario_visible_to(by, made.pk))


@router.get("/{number}", response=ScenarioOut)
def scenario(request: HttpRequest, number: NumberInPath) -> Any:
    """One plan."""
    return scenario_visible_to(request.auth, number)


@router.get("/{number}/items", response=list[ItemOut])
@paginate(Pages)
def scenario_items(
    request: HttpRequest,
    number: NumberInPath,
    chosen: bool | None = None,
    service: Words = "",
    reason: Reason | None = None,
    sort: Literal["value", "cost", "people", "unit", "service"] = "value",
) -> QuerySet[Any]:
    """Every service that could be made ready: chosen or refused, and why."""
    found = scenario_visible_to(request.auth, number)
    return items(found, chosen=chosen, service=service, reason=reason or "", sort=sort)


@router.get("/{number}/purchases", response=list[PurchaseOut])
@paginate(Pages)
def purchases(request: HttpRequest, number: NumberInPath, money: Money | None = None) -> QuerySet[Any]:
    """What the plan buys, hires and repairs, dearest first."""
    found = purchases_of(scenario_visible_to(request.auth, number))
    return found.filter(money=money) if money else found
