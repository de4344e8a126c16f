"""Areas and their figures. Anybody may read them; somebody signed in reads those of their own territory."""

import datetime as dt
import json
from typing import Any, Literal

from django.db.models import QuerySet
from django.http import HttpRequest
from ninja import Query, Router, Schema
from ninja.pagination import paginate

from bienestar.api.paging import KeyInPath, Pages, Words
from bienestar.api.readers import ANYBODY
from bienestar.foundation.accounts.choices import Permission
from bienestar.foundation.territory.choices import Level, Measure
from bienestar.foundation.territory.queries import (
    area_visible_to,
    areas_visible_to,
    boundaries_of,
    figures_of,
    search_areas,
)

router = Router(tags=["territory"], auth=ANYBODY)
READ = Permission.VIEW_PUBLISHED


class SourceOut(Schema):
    """The file that a value came from."""

    name: str
    publisher: str
    published_on: dt.date | None
    sha256: str


class AreaOut(Schema):
    """A country, state, municipality or locality; ``code`` is INEGI's key as text."""

    code: str
    name: str
    level: Level
    parent: str | None
    latitude: float | None
    longitude: float | None

    @staticmethod
    def resolve_parent(area: Any) -> str | None:
        return area.path.split("/")[-3] if area.path.count("/") > 1 else None


class FigureOut(Schema):
    """A number about an area on a date, with who published it."""

    measure: Measure
    as_of: dt.date
    value: float
    source: SourceOut


class AreaFilter(Schema):
    """Which areas, and in which order."""

    level: Level | None = None
    under: Words | None = None
    search: Words | None = None
    sort: Literal["code", "-code", "name", "-name"] = "code"


@router.get("", response=list[AreaOut])
@paginate(Pages)
def areas(request: HttpRequest, wanted: Query[AreaFilter]) -> QuerySet[Any]:
    """Areas: of one ``level``, ``under`` an area, whose name holds the words of ``search``."""
    by = request.auth
    found = search_areas(by, READ, wanted.search) if wanted.search else areas_visible_to(by, READ)
    if wanted.level:
        found = found.filter(level=wanted.level)
    if wanted.under:
        found = found.filter(path__startswith=area_visible_to(by, wanted.under, READ).path)
    return found.order_by(wanted.sort, "path")


@router.get("/{code}", response=AreaOut)
def area(request: HttpRequest, code: KeyInPath) -> Any:
    """One area."""
    return area_visible_to(request.auth, code, READ)


@router.get("/{code}/figures", response=list[FigureOut])
@paginate(Pages)
def figures(request: HttpRequest, code: KeyInPath, measure: Measure | None = None) -> QuerySet[Any]:
    """Every dated figure of an area, newest first within a measure."""
    found = figures_of(area_visible_to(request.auth, code, READ))
    return found.filter(measure=measure) if measure else found


@router.get("/{code}/boundary", response=dict[str, Any])
def boundary(request: HttpRequest, code: KeyInPath) -> dict[str, Any]:
    """The outline of an area as a GeoJSON feature; its geometry is null where none is known."""
    found = area_visible_to(request.auth, code, READ)
    outline = boundaries_of([found.pk]).get(found.pk)
    return {
        "type": "Feature",
        "properties": {"code": found.code, "name": found.name},
        "geometry": json.loads(outline.geometry) if outline else None,
    }
