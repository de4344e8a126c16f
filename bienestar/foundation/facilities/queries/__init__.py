"""Reading medical units: by any key they ever had, what a person may see, what was there as of a date."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from django.db.models import (
    BooleanField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Sum,
    Value,
)
from django.db.models.functions import Coalesce

from bienestar.foundation.accounts.choices import Permission
from bienestar.foundation.accounts.queries import Actor, access_of
from bienestar.foundation.facilities.choices import Status
from bienestar.foundation.facilities.models import (
    CapacityCount,
    CatchmentCell,
    CatchmentGroup,
    OpeningHours,
    Unit,
    UnitIdentifier,
    UnitOperator,
    UnitStatus,
)
from bienestar.foundation.storage.counts import latest_counts


def units_visible_to(by: Actor, permission: Permission = Permission.VIEW_UNITS) -> QuerySet[Unit]:
    """Units over which ``by`` holds ``permission``, by name."""
    return Unit.objects.filter(access_of(by).within(permission), merged_into=None).order_by("name", "uid")


def unit_visible_to(by: Actor, key: str, permission: Permission = Permission.VIEW_UNITS) -> Unit:
    """The unit that has or had ``key``, if ``by`` holds ``permission`` over it; Unit.DoesNotExist otherwise."""
    found = UnitIdentifier.objects.filter(value=key.upper()).values("unit_id")
    # With what it lies in: the breadcrumb of its page shows it.
    units = units_visible_to(by, permission).select_related("municipality__parent__parent", "locality")
    unit = units.filter(pk__in=found).first()
    if unit is None:
        raise Unit.DoesNotExist(key)
    return unit


def units_by_key(values: Iterable[str] | None = None) -> dict[str, int]:
    """Unit ids by every CLUES they have or had; all keys when ``values`` is not given. For importers."""
    found = UnitIdentifier.objects.values_list("value", "unit_id")
    if values is None:
        return dict(found)
    wanted = list(values)
    rows: dict[str, int] = {}
    for start in range(0, len(wanted), 900):
        rows.update(found.filter(value__in=wanted[start : start + 900]))
    return rows


def unit_points(municipality_ids: Iterable[int]) -> list[tuple[int, int, float | None, float | None, bool | None]]:
    """Of every unit of those municipalities: (id, municipality id, latitude, longitude, outside_municipality)."""
    areas = set(municipality_ids)
    rows = Unit.objects.filter(merged_into=None).values_list(
        "pk", "municipality_id", "latitude", "longitude", "outside_municipality"
    )
    return [row for row in rows if row[1] in areas]


def current_key(unit: Unit) -> str:
    """The key in use; the uid when none is current."""
    found = UnitIdentifier.objects.filter(unit=unit, is_current=True).values_list("value", flat=True).first()
    return found or unit.uid


def keys_of(units: Iterable[int]) -> dict[int, str]:
    """Current key by unit id."""
    rows = UnitIdentifier.objects.filter(is_current=True, unit_id__in=list(units))
    return dict(rows.values_list("unit_id", "value"))


def unit_paths(ids: Iterable[int]) -> dict[int, str]:
    """Paths by unit id."""
    wanted = sorted(ids)
    found: dict[int, str] = {}
    for start in range(0, len(wanted), 900):
        found.update(Unit.objects.filter(pk__in=wanted[start : start + 900]).values_list("pk", "path"))
    return found


@dataclass(frozen=True)
class Period:
    """A key, an operator or a status of a unit and when it held, with the file that says so."""

    kind: str
    value: str
    valid_from: dt.date | None
    valid_to: dt.date | None
    current: bool
    source: str | None


def periods_of(unit: Unit) -> list[Period]:
    """Keys ("key"), operators ("operator") and statuses ("status") of a unit, newest first, in one query."""
    kinds = (("key", UnitIdentifier, "value"), ("operator", UnitOperator, "operator"), ("status", UnitStatus, "status"))
    parts = []
    for kind, model, field in kinds:
        current = F("is_current") if kind == "key" else Q(valid_to__isnull=True)
        rows = model._default_manager.filter(unit=unit).order_by()
        rows = rows.annotate(kind=Value(kind), held=F(field), now=ExpressionWrapper(current, BooleanField()))
        parts.append(rows.values_list("kind", "held", "valid_from", "valid_to", "now", "source__name"))
    found = [Period(*row) for row in parts[0].union(*parts[1:], all=True)]
    return sorted(found, key=lambda row: (row.current, row.valid_from or dt.date.min), reverse=True)


def hours_of(unit: Unit) -> QuerySet[OpeningHours]:
    """Opening hours of a unit, newest first, with their source file."""
    return OpeningHours.objects.filter(unit=unit).select_related("source").order_by("-as_of")


def unit_with_history(unit: Unit) -> Unit:
    """The same unit with keys, operators, statuses and hours fetched, newest first, in four queries."""
    newest_first = F("valid_from").desc(nulls_last=True)
    return (
        Unit.objects.select_related("municipality__parent", "source")
        .prefetch_related(
            Prefetch(
                "identifiers",
                UnitIdentifier.objects.select_related("source").order_by("-is_current", newest_first),
            ),
            Prefetch("operators", UnitOperator.objects.select_related("source").order_by(newest_first)),
            Prefetch("statuses", UnitStatus.objects.select_related("source").order_by(newest_first)),
            Prefetch("hours", OpeningHours.objects.select_related("source").order_by("-as_of")),
        )
        .get(pk=unit.pk)
    )


def operating_units(path: str, as_of: dt.date) -> QuerySet[Unit]:
    """Units under ``path`` that were operating on ``as_of``. A status without a start held since before our records."""
    statuses = UnitStatus.objects.filter(
        Q(valid_from=None) | Q(valid_from__lte=as_of),
        Q(valid_to=None) | Q(valid_to__gte=as_of),
        unit=OuterRef("pk"),
        status=Status.OPERATING,
    )
    return Unit.objects.filter(Exists(statuses), path__startswith=path, merged_into=None).order_by("path")


def capacities_as_of(as_of: dt.date, path: str) -> Iterator[tuple[int, str, float | None, float | None]]:
    """Newest rooms, beds, utilities… on or before ``as_of``: (unit_id, resource, existing, usable)."""
    for unit, resource, existing, usable, _, _ in latest_counts(CapacityCount, Unit, as_of, path):
        yield unit, resource, existing, usable


def capacities_of(unit: Unit) -> QuerySet[CapacityCount]:
    """Every count of a unit's rooms, beds, utilities…, newest first, with its source file."""
    return CapacityCount.objects.filter(unit=unit).select_related("source").order_by("resource", "-as_of")


def hours_as_of(as_of: dt.date, path: str) -> dict[int, OpeningHours]:
    """Hours by unit id: the newest on or before ``as_of``; if none is that old, the oldest after it.

    The catalogue of hours is published later than the censuses it serves, so a later one is better than none; its
    date goes with it.
    """
    found: dict[int, OpeningHours] = {}
    for row in OpeningHours.objects.filter(unit__path__startswith=path).order_by("as_of"):
        if row.unit_id not in found or row.as_of <= as_of:
            found[row.unit_id] = row
    return found


def newest_hours(units: Collection[int]) -> dict[int, OpeningHours]:
    """The newest hours of each of some units, by unit id: for a page of a list."""
    rows = OpeningHours.objects.filter(unit_id__in=list(units)).select_related("source").order_by("as_of")
    return {row.unit_id: row for row in rows}


def catchment_people_as_of(as_of: dt.date, path: str) -> dict[int, tuple[int, int | None, dt.date]]:
    """People of each unit's catchment: unit id → (population, people without entitlement or None, date).

    The newest catchment on or before ``as_of``; if none is that old, the oldest after it. None where any cell of
    the unit does not tell entitlement.
    """
    rows = (
        CatchmentCell.objects.filter(unit__path__startswith=path)
        .values("unit_id", "as_of")
        .annotate(
            people=Sum("population"),
            free=Sum(Coalesce("not_entitled", 0)),
            cells=Sum(1),
            told=Sum(1, filter=Q(not_entitled__isnull=False)),
        )
        .order_by("as_of")
    )
    found: dict[int, tuple[int, int | None, dt.date]] = {}
    for row in rows:
        if row["unit_id"] not in found or row["as_of"] <= as_of:
            told = row["told"] == row["cells"]
            found[row["unit_id"]] = (row["people"], row["free"] if told else None, row["as_of"])
    return found


def catchment_groups_of(unit: Unit) -> QuerySet[CatchmentGroup]:
    """A unit's people without entitlement by sex and age group, newest date first."""
    return CatchmentGroup.objects.filter(unit=unit).order_by("-as_of", "sex", "age_group")


def sources_of_units(path: str) -> set[int]:
    """Ids of the files that told units under ``path``, their keys, rooms, hours and whom they serve."""
    found = set(Unit.objects.filter(path__startswith=path).values_list("source_id", flat=True).distinct())
    for model in (UnitIdentifier, CapacityCount, OpeningHours, CatchmentCell):
        rows = model.objects.filter(unit__path__startswith=path)
        found |= set(rows.values_list("source_id", flat=True).distinct())
    return found - {None}
