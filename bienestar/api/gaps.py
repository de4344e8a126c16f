"""Diagnoses: runs, their lines, services and sums; running one and publishing one."""

import datetime as dt
from typing import Any, Literal

from django.db.models import F, QuerySet
from django.http import HttpRequest
from django.utils.translation import get_language
from ninja import Field, Query, Router, Schema
from ninja.pagination import paginate
from ninja.responses import Status

from bienestar.api.paging import NumberInPath, Pages, Words
from bienestar.api.readers import ANYBODY, SIGNED_IN
from bienestar.calculations.disclosure import is_few
from bienestar.foundation.accounts.choices import Permission
from bienestar.foundation.accounts.queries import access_of
from bienestar.foundation.definitions.catalogue import resource_name
from bienestar.foundation.facilities.queries import unit_visible_to
from bienestar.foundation.territory.queries import area_visible_to
from bienestar.insight.gaps.actions import publish_run, run_diagnosis
from bienestar.insight.gaps.choices import Readiness, RunStage
from bienestar.insight.gaps.queries.listed import (
    lines_visible_to,
    run_visible_to,
    runs_visible_to,
    service_totals_visible_to,
    services_visible_to,
    totals_visible_to,
)

router = Router(tags=["gaps"], auth=ANYBODY)


class RunOut(Schema):
    """One diagnosis of an area on a date against one version of the standards, frozen."""

    id: int
    area: str = Field(alias="area.code")
    area_name: str = Field(alias="area.name")
    as_of: dt.date
    stage: RunStage
    made_at: dt.datetime
    published_at: dt.datetime | None
    standards_version: str = Field(alias="standards.version")
    standards_sha256: str = Field(alias="standards.sha256")
    units: int
    units_observed: int
    units_without_standard: int
    actions: int
    records_sha256: str


class Named(Schema):
    """A resource by code and by name in the reader's language."""

    resource: str
    resource_name: str

    @staticmethod
    def resolve_resource_name(row: Any) -> str:
        return resource_name(row.resource, get_language() or "es")


class LineOut(Named):
    """One resource in one unit; null is "not known", never 0."""

    unit: str = Field(alias="unit.uid")
    required: float | None
    existing: float | None
    usable: float | None
    gap: float | None
    to_repair: float
    to_acquire: float


class ServiceOut(Schema):
    """One service in one unit: ready, held back, or not known.

    ``people`` is null where it is not known, and for who may not see whom a unit serves.
    ``missing``: [resource, to repair, to acquire]; ``unknown``: [resource, how many are asked for, or null].
    """

    unit: str = Field(alias="unit.uid")
    service: str
    readiness: Readiness
    people: float | None
    missing: list[tuple[str, float, float]]
    unknown: list[tuple[str, float | None]]

    @staticmethod
    def resolve_people(row: Any, context: Any) -> float | None:
        seen = access_of(context["request"].auth).can(Permission.VIEW_CATCHMENT, row.unit.path)
        return row.people if seen else None


FEW = Field(description="counts of fewer than 5 people: null for who only reads what is published")


def _held_back(row: Any, context: Any, counts: tuple[str, ...]) -> list[str]:
    """Which counts of people are too few for this reader, as on the pages for everybody."""
    if access_of(context["request"].auth).can(Permission.VIEW_GAPS, row.area.path):
        return []
    return [name for name in counts if is_few(getattr(row, name))]


class TotalOut(Named):
    """A resource summed over the units of an area; units where it is not known are counted apart."""

    area: str = Field(alias="area.code")
    required: float
    existing: float
    usable: float | None
    gap: float
    units_required: int
    units_short: int
    units_unknown: int
    few: list[str] = FEW

    @staticmethod
    def resolve_few(row: Any, context: Any) -> list[str]:
        # Who works in a post is a person; a room or a device is not.
        return _held_back(row, context, ("usable",)) if row.resource.startswith("staff.") else []

    @staticmethod
    def resolve_usable(row: Any, context: Any) -> float | None:
        return None if TotalOut.resolve_few(row, context) else row.usable


class ServiceTotalOut(Schema):
    """A service over the units of an area."""

    area: str = Field(alias="area.code")
    service: str
    units_required: int
    units_ready: int
    units_unknown: int
    people: float | None
    people_ready: float | None
    few: list[str] = FEW

    @staticmethod
    def resolve_few(row: Any, context: Any) -> list[str]:
        # Where no unit is ready the zero tells of units and of nobody in particular.
        return _held_back(row, context, ("people", "people_ready") if row.units_ready else ("people",))

    @staticmethod
    def resolve_people(row: Any, context: Any) -> float | None:
        return None if "people" in ServiceTotalOut.resolve_few(row, context) else row.people

    @staticmethod
    def resolve_people_ready(row: Any, context: Any) -> float | None:
        return None if "people_ready" in ServiceTotalOut.resolve_few(row, context) else row.people_ready


class DiagnosisIn(Schema):
    """What to diagnose, by the standards in force."""

    area: Words = Field(description="code of a country, state or municipality")
    as_of: dt.date


class RunFilter(Schema):
    """Which runs, and in which order."""

    area: Words | None = None
    stage: RunStage | None = None
    sort: Literal["made_at", "-made_at", "as_of", "-as_of"] = "-made_at"


class LineFilter(Schema):
    """Which lines, and in which order; those not known come last."""

    unit: Words | None = None
    resource: Words | None = None
    group: Words | None = Field(None, description="staff, room, bed, equipment, utility, water, opening")
    known: bool | None = Field(None, description="false: lines whose gap is not known")
    short: bool | None = Field(None, description="true: lines with a gap above 0")
    sort: Literal["resource", "-resource", "gap", "-gap", "unit", "-unit"] = "unit"


class TotalFilter(Schema):
    """Which sums."""

    area: Words | None = None
    resource: Words | None = None


@router.get("", response=list[RunOut])
@paginate(Pages)
def diagnoses(request: HttpRequest, wanted: Query[RunFilter]) -> QuerySet[Any]:
    """Runs over the reader's territory; anybody reads those that are published."""
    found = runs_visible_to(request.auth)
    if wanted.area:
        found = found.filter(area__code=wanted.area)
    if wanted.stage:
        found = found.filter(stage=wanted.stage)
    return found.order_by(wanted.sort, "-pk")


@router.post("", response={201: RunOut}, auth=SIGNED_IN)
def diagnose(request: HttpRequest, told: DiagnosisIn) -> Status:
    """Diagnose an area on a date; the answer is the frozen run."""
    area = area_visible_to(request.auth, told.area, Permission.VIEW_GAPS)
    run = run_diagnosis(by=request.auth, area=area, as_of=told.as_of)
    return Status(201, run_visible_to(request.auth, run.pk))


@router.get("/{number}", response=RunOut)
def diagnosis(request: HttpRequest, number: NumberInPath) -> Any:
    """One run."""
    return run_visible_to(request.auth, number)


@router.post("/{number}/publish", response=RunOut, auth=SIGNED_IN)
def publish(request: HttpRequest, number: NumberInPath) -> Any:
    """Let everybody see a run; publishing it twice changes nothing."""
    return publish_run(by=request.auth, run=run_visible_to(request.auth, number))


@router.get("/{number}/lines", response=list[LineOut], auth=SIGNED_IN)
@paginate(Pages)
def lines(request: HttpRequest, number: NumberInPath, wanted: Query[LineFilter]) -> QuerySet[Any]:
    """What each unit must have, has and lacks."""
    by = request.auth
    found = lines_visible_to(by, run_visible_to(by, number))
    if wanted.unit:
        found = found.filter(unit=unit_visible_to(by, wanted.unit, Permission.VIEW_GAPS))
    if wanted.resource:
        found = found.filter(resource=wanted.resource)
    if wanted.group:
        found = found.filter(resource__startswith=f"{wanted.group}.")
    if wanted.known is not None:
        found = found.filter(gap__isnull=not wanted.known)
    if wanted.short is not None:
        found = found.filter(gap__gt=0) if wanted.short else found.filter(gap=0)
    field = F(wanted.sort.lstrip("-").replace("unit", "unit__uid"))
    first = field.desc(nulls_last=True) if wanted.sort.startswith("-") else field.asc(nulls_last=True)
    return found.order_by(first, "unit__uid", "resource")


@router.get("/{number}/services", response=list[ServiceOut], auth=SIGNED_IN)
@paginate(Pages)
def services(
    request: HttpRequest, number: NumberInPath, service: Words | None = None, readiness: Readiness | None = None
) -> QuerySet[Any]:
    """Which services each unit is ready for, and what holds the others back."""
    found = services_visible_to(request.auth, run_visible_to(request.auth, number))
    if service:
        found = found.filter(service=service)
    if readiness:
        found = found.filter(readiness=readiness)
    return found.order_by("unit__uid", "service")


@router.get("/{number}/totals", response=list[TotalOut])
@paginate(Pages)
def totals(request: HttpRequest, number: NumberInPath, wanted: Query[TotalFilter]) -> QuerySet[Any]:
    """Gaps summed by area and resource."""
    found = totals_visible_to(request.auth, run_visible_to(request.auth, number))
    if wanted.area:
        found = found.filter(area__code=wanted.area)
    if wanted.resource:
        found = found.filter(resource=wanted.resource)
    return found


@router.get("/{number}/service-totals", response=list[ServiceTotalOut])
@paginate(Pages)
def service_totals(request: HttpRequest, number: NumberInPath, area: Words | None = None) -> QuerySet[Any]:
    """Services summed by area."""
    found = service_totals_visible_to(request.auth, run_visible_to(request.auth, number))
    return found.filter(area__code=area) if area else found
