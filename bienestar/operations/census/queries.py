"""Reading the census: rounds, their progress, visits and what was seen."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, F, Q, QuerySet

from bienestar.foundation.accounts.choices import Permission
from bienestar.foundation.accounts.queries import Actor, access_of
from bienestar.foundation.facilities.models import Unit
from bienestar.foundation.facilities.queries import units_visible_to
from bienestar.operations.census.choices import VisitStage
from bienestar.operations.census.models import CensusRound, ExpectedUnit, Observation, Visit


@dataclass(frozen=True)
class Progress:
    """Where a round stands. ``visited`` counts expected units with a visit that was not refused."""

    expected: int
    visited: int
    accepted: int
    waiting: int
    refused: int
    unexpected: int
    surveyors: int

    @property
    def share(self) -> float | None:
        """Visited over expected, 0 to 1; None when no unit is expected."""
        return self.visited / self.expected if self.expected else None


def rounds_visible_to(by: Actor, permission: Permission = Permission.VIEW_UNITS) -> QuerySet[CensusRound]:
    """Rounds of the states where ``by`` holds ``permission``, newest first."""
    within = access_of(by).within(permission, "area__path")
    return CensusRound.objects.filter(within).select_related("area").order_by("-starts_on", "name")


def round_visible_to(by: Actor, pk: int, permission: Permission = Permission.VIEW_UNITS) -> CensusRound:
    """The round of that number if ``by`` may see it; CensusRound.DoesNotExist otherwise."""
    return rounds_visible_to(by, permission).get(pk=pk)


def round_over(unit: Unit, pk: int) -> CensusRound:
    """The round of that number if its area holds ``unit``, which the caller may see; else CensusRound.DoesNotExist.

    Who holds one unit does not see the state's rounds, and records a visit in one all the same.
    """
    round_ = CensusRound.objects.select_related("area").get(pk=pk)
    if not unit.path.startswith(round_.area.path):
        raise CensusRound.DoesNotExist(pk)
    return round_


def progress(round_: CensusRound) -> Progress:
    """Visits against expected units."""
    expected = ExpectedUnit.objects.filter(round=round_).values("unit_id")
    seen = Visit.objects.filter(round=round_).exclude(stage=VisitStage.REFUSED)
    stages = dict(Visit.objects.filter(round=round_).values_list("stage").annotate(n=Count("pk")).order_by())
    return Progress(
        expected=expected.count(),
        visited=seen.filter(unit_id__in=expected).values("unit_id").distinct().count(),
        accepted=stages.get(VisitStage.ACCEPTED, 0),
        waiting=stages.get(VisitStage.RECORDED, 0),
        refused=stages.get(VisitStage.REFUSED, 0),
        unexpected=seen.exclude(unit_id__in=expected).values("unit_id").distinct().count(),
        surveyors=sum(round_.teams.values_list("surveyors", flat=True)),
    )


def visits_of(by: Actor, round_: CensusRound) -> QuerySet[Visit]:
    """Visits of a round to units that ``by`` may see, with the number of things seen; newest first."""
    within = access_of(by).within(Permission.VIEW_UNITS, "unit__path")
    found = Visit.objects.filter(within, round=round_).select_related("unit__municipality", "team")
    return found.annotate(seen=Count("observations")).order_by("-visited_on", "unit__name")


def visits_of_unit(unit: Unit) -> QuerySet[Visit]:
    """Visits to a unit that the caller may see, newest first."""
    found = Visit.objects.filter(unit=unit).select_related("round", "source")
    return found.annotate(seen=Count("observations")).order_by("-visited_on")


def visit_visible_to(by: Actor, pk: int) -> Visit:
    """One visit if ``by`` may see its unit; Visit.DoesNotExist otherwise."""
    within = access_of(by).within(Permission.VIEW_UNITS, "unit__path")
    return Visit.objects.filter(within).select_related("unit__municipality", "round", "team", "source").get(pk=pk)


def observations_of(visit: Visit) -> QuerySet[Observation]:
    """What was seen in a visit, by resource."""
    return Observation.objects.filter(visit=visit).order_by("resource")


def observations_visible_to(by: Actor) -> QuerySet[Observation]:
    """Observations in units that ``by`` may see."""
    within = access_of(by).within(Permission.VIEW_UNITS, "visit__unit__path")
    return Observation.objects.filter(within).select_related("visit__unit", "visit__round").order_by("id")


def units_not_visited(by: Actor, round_: CensusRound) -> QuerySet[Unit]:
    """Expected units of a round without a visit that stands, which ``by`` may see; by name."""
    visited = Visit.objects.filter(round=round_).exclude(stage=VisitStage.REFUSED).values("unit_id")
    found = units_visible_to(by).filter(expected_in__round=round_).exclude(pk__in=visited)
    return found.select_related("municipality").order_by("name")


def observed_units(as_of: dt.date, path: str) -> set[int]:
    """Ids of units under ``path`` with an accepted visit on or before ``as_of``."""
    found = Visit.objects.filter(stage=VisitStage.ACCEPTED, visited_on__lte=as_of, unit__path__startswith=path)
    return set(found.values_list("unit_id", flat=True))


def vacancies(as_of: dt.date, path: str) -> float | None:
    """Authorised posts without a person in accepted visits: the census's own count of vacancies; None: no census."""
    rows = Observation.objects.filter(
        visit__stage=VisitStage.ACCEPTED,
        visit__visited_on__lte=as_of,
        visit__unit__path__startswith=path,
        resource__startswith="staff.",
        existing__isnull=False,
        usable__isnull=False,
    )
    newest = dict(
        rows.order_by("visit__unit_id", "visit__visited_on").values_list("visit__unit_id", "visit__visited_on")
    )
    if not newest:
        return None
    wanted = rows.filter(existing__gt=F("usable")).values_list(
        "visit__unit_id", "visit__visited_on", "existing", "usable"
    )
    return sum(existing - usable for unit, day, existing, usable in wanted if newest[unit] == day)


def stored_observations(
    round_: CensusRound, unit_ids: set[int]
) -> dict[int, tuple[int, str, dict[str, tuple[float | None, float | None]]]]:
    """What a round already holds: visit id → (unit id, stage, resource → (existing, usable)). For bulk recording."""
    visits = {
        pk: (unit, stage, {})
        for pk, unit, stage in Visit.objects.filter(round=round_).values_list("pk", "unit_id", "stage")
        if unit in unit_ids
    }
    rows = Observation.objects.filter(visit__round=round_).values_list("visit_id", "resource", "existing", "usable")
    for visit, resource, existing, usable in rows.iterator(chunk_size=20_000):
        if visit in visits:
            visits[visit][2][resource] = (existing, usable)
    return visits


def waiting_visits(by: Actor) -> QuerySet[Visit]:
    """Visits that wait for a decision where ``by`` reviews, oldest first."""
    within = access_of(by).within(Permission.REVIEW_VISIT, "unit__path")
    found = Visit.objects.filter(within, Q(stage=VisitStage.RECORDED))
    return (
        found.select_related("unit__municipality", "round").annotate(seen=Count("observations")).order_by("visited_on")
    )
