"""What the pages of a territory show of a diagnosis: sums of an area, its municipalities or states, its services."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, F, Max, Q, QuerySet, Sum

from bienestar.foundation.accounts.choices import Permission
from bienestar.foundation.accounts.queries import Actor, access_of
from bienestar.foundation.territory.choices import Level
from bienestar.foundation.territory.models import Area
from bienestar.foundation.territory.queries import areas_visible_to, figures_under
from bienestar.insight.gaps.models import AreaService, AreaTotal, DiagnosisRun, RunUnit
from bienestar.insight.gaps.queries.served import WITHOUT

ALL_STAFF = "staff"


@dataclass(frozen=True)
class GroupGap:
    """The gap of one resource, or of a whole group, summed over units."""

    required: float
    existing: float
    usable: float
    gap: float
    units_unknown: int


@dataclass(frozen=True)
class AreaGap:
    """The gap of one resource or group in one area; ``gap`` None: no unit that needs it has been counted."""

    code: str
    name: str
    gap: float | None
    units_unknown: int


@dataclass(frozen=True)
class StateRow:
    """One state on the country's page; figures are None where it has no diagnosis."""

    area: Area
    run: DiagnosisRun | None
    units: int | None = None
    observed: int | None = None
    staff_gap: float | None = None
    services_required: int | None = None
    services_ready: int | None = None


def paths_above(path: str) -> list[str]:
    """The path itself and those of all that it lies in: "MX/13/" → "MX/", "MX/13/"."""
    parts = path.rstrip("/").split("/")
    return ["/".join(parts[: n + 1]) + "/" for n in range(len(parts))]


def runs_covering(by: Actor, path: str) -> QuerySet[DiagnosisRun]:
    """Diagnoses of the area or unit at ``path``, or of a territory that it lies in, newest first.

    Empty where ``by`` may not see gaps at ``path``. The frozen standards are left unread until they are asked for.
    """
    if not access_of(by).can(Permission.VIEW_GAPS, path):
        return DiagnosisRun.objects.none()
    found = DiagnosisRun.objects.filter(area__path__in=paths_above(path))
    return found.select_related("area", "standards").defer("standards__content").order_by("-made_at", "-pk")


def run_covering(by: Actor, path: str, pk: int | None = None) -> DiagnosisRun | None:
    """The newest of ``runs_covering``, or that of a given number; None where there is none."""
    runs = runs_covering(by, path)
    return (runs if pk is None else runs.filter(pk=pk)).first()


def totals_in(run: DiagnosisRun, area: Area) -> list[AreaTotal]:
    """Each resource summed over the units of an area."""
    return list(AreaTotal.objects.filter(run=run, area=area).order_by("resource"))


def services_in(run: DiagnosisRun, area: Area) -> list[AreaService]:
    """Each service over the units of an area."""
    return list(AreaService.objects.filter(run=run, area=area).order_by("service"))


def group_gap(totals: list[AreaTotal], group: str) -> GroupGap | None:
    """The totals of one group of resources ("staff", "equipment"…) added up; None where it asks for none."""
    rows = [row for row in totals if row.resource.startswith(f"{group}.")]
    if not rows:
        return None
    return GroupGap(
        required=sum(row.required for row in rows),
        existing=sum(row.existing for row in rows),
        usable=sum(row.usable for row in rows),
        gap=sum(row.gap for row in rows),
        units_unknown=max(row.units_unknown for row in rows),
    )


def gaps_below(run: DiagnosisRun, area: Area, resource: str) -> list[AreaGap]:
    """The gap of a resource ("staff.dentist") or a whole group ("staff") in each area right below ``area``."""
    wanted = Q(resource=resource) if "." in resource else Q(resource__startswith=f"{resource}.")
    rows = (
        AreaTotal.objects.filter(wanted, run=run, area__parent=area)
        .values("area__code", "area__name")
        .annotate(
            total=Sum("gap"), asked=Sum("units_required"), unknown=Sum("units_unknown"), most=Max("units_unknown")
        )
        .order_by("area__name")
    )
    return [
        AreaGap(
            code=row["area__code"],
            name=row["area__name"],
            gap=row["total"] if row["unknown"] < row["asked"] else None,
            units_unknown=row["most"],
        )
        for row in rows
    ]


def states_overview(by: Actor) -> list[StateRow]:
    """Every state that ``by`` may see with the key figures of its newest diagnosis; five queries."""
    states = list(areas_visible_to(by, Permission.VIEW_UNITS, Level.STATE))
    newest = _newest_runs(by, states)
    runs = {run.pk for run in newest.values()}
    within = Q(run__in=runs, area__in=[state.pk for state in states])
    staff = AreaTotal.objects.filter(within, resource__startswith="staff.").values("run_id", "area_id")
    gaps = {(row["run_id"], row["area_id"]): row["total"] for row in staff.annotate(total=Sum("gap"))}
    services = AreaService.objects.filter(within).values("run_id", "area_id")
    ready = {
        (row["run_id"], row["area_id"]): row
        for row in services.annotate(asked=Sum("units_required"), ready=Sum("units_ready"))
    }
    units = _units_by_state(runs)
    found = []
    for state in states:
        run = newest.get(state.pk)
        if run is None:
            found.append(StateRow(state, None))
            continue
        at = (run.pk, state.pk)
        counted, observed = units.get(at, (0, 0))
        service = ready.get(at, {"asked": None, "ready": None})
        found.append(StateRow(state, run, counted, observed, gaps.get(at), service["asked"], service["ready"]))
    return found


def _newest_runs(by: Actor, states: list[Area]) -> dict[int, DiagnosisRun]:
    """The newest run that covers each state: its own, or one of the whole country."""
    paths = {path for state in states for path in paths_above(state.path)}
    runs = DiagnosisRun.objects.filter(area__path__in=paths).select_related("area", "standards")
    access = access_of(by)
    found: dict[int, DiagnosisRun] = {}
    for run in runs.defer("standards__content").order_by("made_at", "pk"):
        for state in states:
            if state.path.startswith(run.area.path) and access.can(Permission.VIEW_GAPS, state.path):
                found[state.pk] = run
    return found


def _units_by_state(runs: set[int]) -> dict[tuple[int, int | None], tuple[int, int]]:
    rows = (
        RunUnit.objects.filter(run__in=runs)
        .values("run_id", "unit__municipality__parent_id")
        .annotate(n=Count("pk"), seen=Count("pk", filter=Q(observed=True)))
    )
    return {(row["run_id"], row["unit__municipality__parent_id"]): (row["n"], row["seen"]) for row in rows}


@dataclass(frozen=True)
class UnitCounts:
    """Units of an area in a run: all, visited by the census, with every service ready."""

    units: int
    observed: int
    all_ready: int


def units_in(run: DiagnosisRun, area: Area) -> UnitCounts:
    """Count the units of an area in a run."""
    if run.area_id == area.pk:
        rows = RunUnit.objects.filter(run=run)
    else:
        rows = RunUnit.objects.filter(run=run, unit__path__startswith=area.path)
    counts = rows.aggregate(
        n=Count("pk"),
        seen=Count("pk", filter=Q(observed=True)),
        ready=Count("pk", filter=Q(services_ready__gt=0, services_ready=F("services_required"))),
    )
    return UnitCounts(counts["n"], counts["seen"], counts["ready"])


@dataclass(frozen=True)
class PeopleOfArea:
    """People without social security who live in an area, never the sum over units: one person uses several.

    ``value`` is None when no municipality of it has a figure; ``oldest`` and ``newest`` are the dates of the figures
    summed, ``unsaid`` the municipalities without one, ``entitlement`` those told only by the census question on
    entitlement to health services.
    """

    value: float | None
    oldest: dt.date | None
    newest: dt.date | None
    unsaid: int
    entitlement: int


def people_of_area(area: Area, as_of: dt.date) -> PeopleOfArea:
    """The dated figures of the area's municipalities: CONEVAL's, else the census's; as for the units of a run."""
    places = figures_under(area.path, Level.MUNICIPALITY, WITHOUT, as_of)
    best, second = WITHOUT
    told = [figures.get(best) or figures[second] for figures in places.values() if figures]
    days = [day for _, day in told]
    return PeopleOfArea(
        value=sum(value for value, _ in told) if told else None,
        oldest=min(days, default=None),
        newest=max(days, default=None),
        unsaid=len(places) - len(told),
        entitlement=sum(best not in figures for figures in places.values() if figures),
    )
