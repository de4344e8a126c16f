"""Medical units, their keys over time, and what the registers count in them."""

import datetime as dt
from typing import Any, Literal

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import get_language
from ninja import Field, Query, Router, Schema
from ninja.pagination import paginate

from bienestar.api.paging import KeyInPath, Pages, Words
from bienestar.api.readers import SIGNED_IN
from bienestar.api.territory import SourceOut
from bienestar.foundation.accounts.choices import Permission
from bienestar.foundation.definitions.catalogue import resource_name, unit_type_name
from bienestar.foundation.facilities.choices import Status, Stratum
from bienestar.foundation.facilities.queries import (
    capacities_of,
    operating_units,
    unit_visible_to,
    unit_with_history,
    units_visible_to,
)
from bienestar.foundation.storage.words import holding
from bienestar.foundation.territory.queries import area_visible_to
from bienestar.registers.equipment.queries import counts_of as equipment_of
from bienestar.registers.workforce.queries import counts_of as staff_of

router = Router(tags=["units"], auth=SIGNED_IN)


class UnitOut(Schema):
    """A medical unit. ``uid`` never changes, ``key`` is the CLUES in use; all that it had are in its own page."""

    uid: str
    key: str
    name: str
    municipality: str = Field(alias="municipality.code")
    locality_name: str
    unit_type: str
    unit_type_name: str
    typology: str
    nuclei: int | None
    care_level: int | None
    stratum: Stratum
    latitude: float | None
    longitude: float | None
    outside_municipality: bool | None

    @staticmethod
    def resolve_key(unit: Any) -> str:
        return next((one.value for one in unit.identifiers.all() if one.is_current), unit.uid)

    @staticmethod
    def resolve_unit_type_name(unit: Any) -> str:
        return unit_type_name(unit.unit_type, get_language() or "es")


class PeriodOut(Schema):
    """From when to when; empty: not known, or still open."""

    valid_from: dt.date | None
    valid_to: dt.date | None


class KeyOut(PeriodOut):
    """A key of the unit."""

    system: str
    value: str
    is_current: bool


class OperatorOut(PeriodOut):
    """The institution that ran the unit."""

    operator: str


class StatusOut(PeriodOut):
    """Whether the unit worked."""

    status: Status


class UnitDetail(UnitOut):
    """A unit with its history."""

    identifiers: list[KeyOut]
    operators: list[OperatorOut]
    statuses: list[StatusOut]

    @staticmethod
    def resolve_identifiers(unit: Any) -> list[Any]:
        return list(unit.identifiers.all())

    @staticmethod
    def resolve_operators(unit: Any) -> list[Any]:
        return list(unit.operators.all())

    @staticmethod
    def resolve_statuses(unit: Any) -> list[Any]:
        return list(unit.statuses.all())


class CountOut(Schema):
    """How many exist and how many can be used, counted on a day; null is "not counted", never 0."""

    resource: str
    resource_name: str
    as_of: dt.date
    existing: float | None
    usable: float | None
    source: SourceOut | None

    @staticmethod
    def resolve_resource_name(count: Any) -> str:
        return resource_name(count.resource, get_language() or "es")


class UnitFilter(Schema):
    """Which units, and in which order."""

    area: Words | None = Field(None, description="code of a state or municipality")
    unit_type: Words | None = None
    stratum: Stratum | None = None
    operating: bool | None = Field(None, description="true: those that operate today")
    search: Words | None = Field(None, description="words of the name")
    sort: Literal["name", "-name", "uid", "-uid", "unit_type", "-unit_type"] = "name"


@router.get("", response=list[UnitOut])
@paginate(Pages)
def units(request: HttpRequest, wanted: Query[UnitFilter]) -> QuerySet[Any]:
    """Units of the reader's territory."""
    by = request.auth
    found = units_visible_to(by).select_related("municipality").prefetch_related("identifiers")
    if wanted.area:
        found = found.filter(path__startswith=area_visible_to(by, wanted.area, Permission.VIEW_UNITS).path)
    if wanted.unit_type:
        found = found.filter(unit_type=wanted.unit_type)
    if wanted.stratum:
        found = found.filter(stratum=wanted.stratum)
    if wanted.operating is not None:
        working = operating_units("", timezone.localdate()).values("pk")
        found = found.filter(pk__in=working) if wanted.operating else found.exclude(pk__in=working)
    if wanted.search:
        found = found.filter(holding(("name",), wanted.search))
    return found.order_by(wanted.sort, "uid")


@router.get("/{key}", response=UnitDetail)
def unit(request: HttpRequest, key: KeyInPath) -> Any:
    """One unit by any key that it has or had."""
    return unit_with_history(unit_visible_to(request.auth, key))


Register = Literal["capacity", "staff", "equipment"]
COUNTS = {"capacity": capacities_of, "staff": staff_of, "equipment": equipment_of}


@router.get("/{key}/counts/{kind}", response=list[CountOut])
@paginate(Pages)
def counts(request: HttpRequest, key: KeyInPath, kind: Register) -> QuerySet[Any]:
    """What a register counts in a unit, newest first within a resource."""
    return COUNTS[kind](unit_visible_to(request.auth, key))
