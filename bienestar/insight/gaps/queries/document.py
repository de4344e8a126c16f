"""What the state diagnosis as a document needs of a frozen run: sums, units, what holds services back."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, FilteredRelation, Q, Sum

from bienestar.foundation.accounts.choices import Permission
from bienestar.foundation.accounts.queries import Actor, access_of
from bienestar.foundation.territory.models import Area
from bienestar.insight.gaps.choices import Readiness
from bienestar.insight.gaps.models import AreaService, AreaTotal, DiagnosisRun, GapLine, RunUnit, ServiceResult

GROUPS_OF_UNITS = ("staff", "equipment")


@dataclass(frozen=True)
class Lines:
    """The lines of one resource in an area. ``repairs``, ``acquisitions``: units in which there is something to do."""

    lines: int
    unknown: int
    to_repair: float
    to_acquire: float
    repairs: int
    acquisitions: int


@dataclass(frozen=True)
class PlaceTotals:
    """Sums over the units of one area below the document's."""

    staff_gap: float | None = None
    equipment_gap: float | None = None
    units: int = 0
    units_observed: int = 0
    services_required: int = 0
    services_ready: int = 0
    services_unknown: int = 0


def run_for_document(by: Actor, area: Area, number: int | None = None) -> DiagnosisRun:
    """The newest diagnosis of ``area``, or of a territory that holds it; or that of a number.

    DiagnosisRun.DoesNotExist where there is none or ``by`` may not see what is missing in the area.
    """
    if not access_of(by).can(Permission.VIEW_GAPS, area.path):
        raise DiagnosisRun.DoesNotExist
    steps = area.path.rstrip("/").split("/")
    above = ["/".join(steps[: n + 1]) + "/" for n in range(len(steps))]
    runs = DiagnosisRun.objects.filter(area__path__in=above).select_related("area", "standards")
    if number is not None:
        return runs.get(pk=number)
    found = runs.order_by("-made_at", "-pk").first()
    if found is None:
        raise DiagnosisRun.DoesNotExist
    return found


def totals(run: DiagnosisRun, area: Area) -> list[dict[str, Any]]:
    """Each resource summed over the units of the area."""
    rows = AreaTotal.objects.filter(run=run, area=area).order_by("resource")
    return [dict(row) for row in rows.values()]


def service_totals(run: DiagnosisRun, area: Area) -> list[dict[str, Any]]:
    """Each service over the units of the area."""
    rows = AreaService.objects.filter(run=run, area=area).order_by("service")
    return [dict(row) for row in rows.values()]


def lines_by_resource(run: DiagnosisRun, area: Area) -> dict[str, Lines]:
    """What is to be done for each resource, unit by unit, and in how many units it is not known."""
    rows = (
        GapLine.objects.filter(_inside(run, area), run=run)
        .values("resource")
        .annotate(
            lines=Count("pk"),
            unknown=Count("pk", filter=Q(gap__isnull=True)),
            repair=Sum("to_repair"),
            acquire=Sum("to_acquire"),
            repairs=Count("pk", filter=Q(to_repair__gt=0)),
            acquisitions=Count("pk", filter=Q(to_acquire__gt=0)),
        )
        .order_by("resource")
    )
    return {
        row["resource"]: Lines(
            row["lines"], row["unknown"], row["repair"], row["acquire"], row["repairs"], row["acquisitions"]
        )
        for row in rows
    }


def unit_rows(run: DiagnosisRun, area: Area) -> list[dict[str, Any]]:
    """Every unit of the run in the area, by key. Gaps are None where nothing of the group is known in the unit."""
    current = FilteredRelation("unit__identifiers", condition=Q(unit__identifiers__is_current=True))
    rows = (
        RunUnit.objects.filter(_inside(run, area), run=run)
        .annotate(current=current)
        .annotate(key=F("current__value"), name=F("unit__name"), municipality=F("unit__municipality__name"))
        .order_by("unit__uid")
        .values(*UNIT_FIELDS)
    )
    found = list(rows)
    for group in GROUPS_OF_UNITS:
        without = _wholly_unknown(run, area, group)
        for row in found:
            if row["unit_id"] in without:
                row[f"{group}_gap"] = None
    return found


UNIT_FIELDS = (
    "unit_id",
    "unit__uid",
    "key",
    "name",
    "municipality",
    "unit_type",
    "observed",
    "people",
    "services_required",
    "services_ready",
    "services_unknown",
    "staff_gap",
    "equipment_gap",
    "lines_unknown",
)


def held_back_by(run: DiagnosisRun, units: Collection[int]) -> dict[int, dict[str, float]]:
    """What holds the services of some units back: unit id → resource → how many, largest need of its services."""
    found: dict[int, dict[str, float]] = {}
    rows = ServiceResult.objects.filter(run=run, unit_id__in=list(units), readiness=Readiness.HELD)
    for unit, missing in rows.order_by("unit_id", "service").values_list("unit_id", "missing"):
        kept = found.setdefault(unit, {})
        for resource, repair, acquire in missing:
            kept[resource] = max(kept.get(resource, 0.0), float(repair) + float(acquire))
    return found


def places_below(run: DiagnosisRun, area: Area) -> dict[int, PlaceTotals]:
    """Sums of each area right below: by area id, only those that the run knows."""
    below = Q(run=run, area__parent=area)
    gaps: dict[tuple[int, str], float | None] = {}
    for group in GROUPS_OF_UNITS:
        rows = AreaTotal.objects.filter(below, resource__startswith=f"{group}.").values("area_id").order_by()
        for row in rows.annotate(n=Sum("gap"), asked=Sum("units_required"), unknown=Sum("units_unknown")):
            gaps[row["area_id"], group] = row["n"] if row["unknown"] < row["asked"] else None
    services = {
        row["area_id"]: row
        for row in AreaService.objects.filter(below)
        .values("area_id")
        .order_by()
        .annotate(asked=Sum("units_required"), ready=Sum("units_ready"), unknown=Sum("units_unknown"))
    }
    units = _units_below(run, area)
    return {
        place: PlaceTotals(
            staff_gap=gaps.get((place, "staff")),
            equipment_gap=gaps.get((place, "equipment")),
            units=units.get(place, (0, 0))[0],
            units_observed=units.get(place, (0, 0))[1],
            services_required=services.get(place, NO_SERVICE)["asked"],
            services_ready=services.get(place, NO_SERVICE)["ready"],
            services_unknown=services.get(place, NO_SERVICE)["unknown"],
        )
        for place in sorted({*units, *services, *(key[0] for key in gaps)})
    }


NO_SERVICE = {"asked": 0, "ready": 0, "unknown": 0}


def _units_below(run: DiagnosisRun, area: Area) -> dict[int, tuple[int, int]]:
    """Units and visited units by id of the area right below."""
    place = "unit__municipality__parent_id" if area.level == "country" else "unit__municipality_id"
    rows = RunUnit.objects.filter(_inside(run, area), run=run).values(place).order_by()
    counted = rows.annotate(n=Count("pk"), seen=Count("pk", filter=Q(observed=True)))
    return {row[place]: (row["n"], row["seen"]) for row in counted}


def _wholly_unknown(run: DiagnosisRun, area: Area, group: str) -> set[int]:
    """Units in which something of the group is required and nothing of it is known."""
    rows = GapLine.objects.filter(_inside(run, area), run=run, resource__startswith=f"{group}.")
    counted = rows.values("unit_id").order_by().annotate(n=Count("pk"), known=Count("gap"))
    return set(counted.filter(known=0).values_list("unit_id", flat=True))


def _inside(run: DiagnosisRun, area: Area) -> Q:
    """Rows of units in the area; nothing to ask where the run is the area's own."""
    return Q() if run.area_id == area.pk else Q(unit__path__startswith=area.path)
