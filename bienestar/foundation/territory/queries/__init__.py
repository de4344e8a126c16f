"""Reading the territory: areas by code, what a person may see, figures as of a date."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from django.db.models import FilteredRelation, Q, QuerySet

from bienestar.foundation.accounts.choices import Permission
from bienestar.foundation.accounts.queries import ROOT, Actor, access_of
from bienestar.foundation.journal.models import SourceFile
from bienestar.foundation.storage.words import holding
from bienestar.foundation.territory.choices import Level, Measure
from bienestar.foundation.territory.models import Area, AreaBoundary, AreaFigure

COUNTRY_CODE = "MX"
LEVEL_OF_LENGTH = {2: Level.STATE, 5: Level.MUNICIPALITY, 9: Level.LOCALITY}


@dataclass(frozen=True)
class AreaValue:
    """A figure with its date and the file that says so."""

    value: float
    as_of: dt.date
    source: SourceFile


def level_of(code: str) -> Level:
    """The level that a code's form tells: "MX", 2, 5 or 9 digits. ValueError otherwise."""
    if code == COUNTRY_CODE:
        return Level.COUNTRY
    level = LEVEL_OF_LENGTH.get(len(code))
    if level is None or not code.isdigit():
        raise ValueError(f"{code!r} is not an area code: MX, 2 digits (state), 5 (municipality) or 9 (locality)")
    return level


def path_of(code: str) -> str:
    """The path of an area from its code alone: "13048" → "MX/13/13048/"."""
    if code == COUNTRY_CODE:
        return ROOT
    parts = [code[:length] for length in (2, 5, 9) if len(code) >= length]
    return ROOT + "".join(f"{part}/" for part in parts)


def common_path(paths: Collection[str]) -> str:
    """The deepest area that holds all ``paths``: where one permission and one journal row for all of them belong."""
    if not paths:
        return ROOT
    first, last = min(paths).split("/")[:-1], max(paths).split("/")[:-1]
    shared = []
    for one, other in zip(first, last, strict=False):
        if one != other:
            break
        shared.append(one)
    return "".join(f"{part}/" for part in shared) or ROOT


def area_paths(ids: Iterable[int]) -> dict[int, str]:
    """Paths by area id."""
    wanted = sorted(ids)
    found: dict[int, str] = {}
    for start in range(0, len(wanted), 900):
        found.update(Area.objects.filter(pk__in=wanted[start : start + 900]).values_list("pk", "path"))
    return found


def country() -> Area:
    """The root of the tree. Area.DoesNotExist before the first territory is loaded."""
    return Area.objects.get(level=Level.COUNTRY)


def area_with_code(code: str) -> Area:
    """The area of that code, whoever asks: for commands and actions. Area.DoesNotExist when there is none."""
    try:
        # With what it lies in: the breadcrumb of every page shows it.
        return Area.objects.select_related("parent__parent__parent").get(level=level_of(code), code=code)
    except ValueError:
        raise Area.DoesNotExist(code) from None


def area_visible_to(by: Actor, code: str, permission: Permission) -> Area:
    """The area of that code if ``by`` holds ``permission`` over it; Area.DoesNotExist otherwise.

    The country is visible to whoever holds the permission anywhere: its page then lists only their territory.
    """
    area = area_with_code(code)
    access = access_of(by)
    if access.can(permission, area.path) or (area.level == Level.COUNTRY and access.paths(permission)):
        return area
    raise Area.DoesNotExist(code)


def areas_visible_to(by: Actor, permission: Permission, level: Level | None = None) -> QuerySet[Area]:
    """Areas over which ``by`` holds ``permission``, in order of code."""
    found = Area.objects.filter(access_of(by).within(permission))
    return (found.filter(level=level) if level else found).order_by("code")


def children_of(area: Area) -> QuerySet[Area]:
    """The areas right below, in order of code."""
    return Area.objects.filter(parent=area).order_by("code")


def areas_by_code(level: Level, codes: Iterable[str] | None = None) -> dict[str, Area]:
    """Areas of a level by code; all of them when ``codes`` is not given."""
    found = Area.objects.filter(level=level)
    if codes is not None:
        found = found.filter(code__in=list(codes))
    return {area.code: area for area in found}


def areas_under(path: str, level: Level) -> QuerySet[Area]:
    """Areas of a level under a path, in order of code."""
    return Area.objects.filter(level=level, path__startswith=path).order_by("code")


def boundaries_of(areas: Collection[int]) -> dict[int, AreaBoundary]:
    """Boundaries by area id, of those areas that have one."""
    return {row.area_id: row for row in AreaBoundary.objects.filter(area_id__in=areas)}


def boundaries_under(path: str, level: Level) -> QuerySet[AreaBoundary]:
    """Boundaries of a level under a path, with their areas."""
    found = AreaBoundary.objects.filter(area__level=level, area__path__startswith=path)
    return found.select_related("area").order_by("area__code")


def figures_as_of(areas: Collection[int] | None, measure: Measure, as_of: dt.date | None) -> dict[int, AreaValue]:
    """The newest figure on or before ``as_of`` for each area id; if none is that old, the oldest after it.

    A population census of 2020 must serve a diagnosis of 2024, and one loaded late must still serve an older date;
    the date of each figure is in the answer, for the page to show. ``areas`` None: all. ``as_of`` None: the newest.
    """
    rows = AreaFigure.objects.filter(measure=measure).select_related("source").order_by("as_of")
    if areas is not None:
        rows = rows.filter(area_id__in=areas)
    found: dict[int, AreaValue] = {}
    for row in rows:
        kept = found.get(row.area_id)
        if kept is None or as_of is None or row.as_of <= as_of:
            found[row.area_id] = AreaValue(row.value, row.as_of, row.source)
    return found


def figures_under(
    path: str, level: Level, measures: Sequence[Measure], as_of: dt.date
) -> dict[int, dict[str, tuple[float, dt.date]]]:
    """Figures of every area of a level under a path, by area id and measure, in one query: (value, date).

    Chosen by date as in ``figures_as_of``; an area without a figure is there with none.
    """
    told = FilteredRelation("figures", condition=Q(figures__measure__in=measures))
    rows = Area.objects.filter(level=level, path__startswith=path).annotate(told=told)
    found: dict[int, dict[str, tuple[float, dt.date]]] = {}
    for area, measure, day, value in rows.order_by("told__as_of").values_list(
        "pk", "told__measure", "told__as_of", "told__value"
    ):
        figures = found.setdefault(area, {})
        if measure is not None and (measure not in figures or day <= as_of):
            figures[measure] = (value, day)
    return found


def figures_of(area: Area) -> QuerySet[AreaFigure]:
    """Every figure of an area, newest first."""
    return AreaFigure.objects.filter(area=area).select_related("source").order_by("measure", "-as_of")


def search_areas(by: Actor, permission: Permission, words: str) -> QuerySet[Area]:
    """Areas that ``by`` may see whose name holds ``words`` or whose code starts with them."""
    return areas_visible_to(by, permission).filter(holding(("name",), words) | Q(code__startswith=words))


def sources_of_areas(path: str) -> set[int]:
    """Ids of the files that told the areas under ``path``, their outlines and figures."""
    found = set(Area.objects.filter(path__startswith=path).values_list("source_id", flat=True).distinct())
    for model in (AreaBoundary, AreaFigure):
        rows = model.objects.filter(area__path__startswith=path)
        found |= set(rows.values_list("source_id", flat=True).distinct())
    return found - {None}
