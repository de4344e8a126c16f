"""Reading the census: rounds, their progress, visits and what was seen."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone

from bienestar.foundation.accounts.choices import Permission
from bienestar.foundation.accounts.queries import Actor, access_of
from bienestar.foundation.facilities.models import Unit
from bienestar.foundation.facilities.queries import operating_units, units_visible_to
from bienestar.operations.census.choices import RoundStage, VisitStage
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


@dataclass
class Standing:
    """Expected units of a round, or of a part of it, and how many have a visit that stands, waits, was accepted."""

    name: str = ""
    code: str = ""
    expected: int = 0
    visited: int = 0
    accepted: int = 0
    waiting: int = 0


def rounds_known_to(by: Actor) -> QuerySet[CensusRound]:
    """Rounds where ``by`` sees the territory, and those that hold a unit of theirs; newest first."""
    around = {
        "/".join(parts[:length]) + "/"
        for parts in (path.split("/")[:-1] for path in access_of(by).paths(Permission.VIEW_UNITS))
        for length in range(1, len(parts))
    }
    within = access_of(by).within(Permission.VIEW_UNITS, "area__path")
    if within:  # an empty condition is the whole country, and "anything or these" would leave only these
        within |= Q(area__path__in=around)
    return CensusRound.objects.filter(within).select_related("area").order_by("-starts_on", "name")


def open_rounds_over(path: str) -> QuerySet[CensusRound]:
    """Open rounds whose area holds ``path`` (an area's or a unit's), newest first."""
    parts = path.split("/")[:-1]
    above = ["/".join(parts[:length]) + "/" for length in range(1, len(parts) + 1)]
    found = CensusRound.objects.filter(stage=RoundStage.OPEN, area__path__in=above)
    return found.select_related("area").order_by("-starts_on", "name")


def standings(by: Actor, rounds: Collection[CensusRound]) -> dict[int, Standing]:
    """Where each round stands in the units that ``by`` may see, in two queries however many the rounds."""
    found = {round_.pk: Standing() for round_ in rounds}
    for key, row in _standing_rows(by, list(found), ("round_id",)):
        _add(found[key[0]], row)
    return found


def standing_by_municipality(by: Actor, round_: CensusRound) -> list[Standing]:
    """The same for each municipality of one round with units that ``by`` may see, by name."""
    place = ("unit__municipality__name", "unit__municipality__code")
    found: dict[tuple[str, ...], Standing] = {}
    for key, row in _standing_rows(by, [round_.pk], place):
        _add(found.setdefault(key, Standing(*key)), row)
    return [found[key] for key in sorted(found)]


def _standing_rows(by: Actor, rounds: list[int], keys: tuple[str, ...]) -> list[tuple[tuple, dict[str, int]]]:
    within = access_of(by).within(Permission.VIEW_UNITS, "unit__path")
    expected = ExpectedUnit.objects.filter(within, round_id__in=rounds).values(*keys).annotate(expected=Count("pk"))
    stands = Visit.objects.filter(within, round_id__in=rounds, unit__expected_in__round_id=F("round_id")).exclude(
        stage=VisitStage.REFUSED
    )
    seen = stands.values(*keys).annotate(
        visited=Count("unit_id", distinct=True),
        accepted=Count("unit_id", distinct=True, filter=Q(stage=VisitStage.ACCEPTED)),
        waiting=Count("unit_id", distinct=True, filter=Q(stage=VisitStage.RECORDED)),
    )
    rows = [*expected.order_by(), *seen.order_by()]
    return [(tuple(row.pop(key) for key in keys), row) for row in rows]


def _add(standing: Standing, row: dict[str, int]) -> None:
    for name, count in row.items():
        setattr(standing, name, count)


def units_to_expect(by: Actor, round_: CensusRound) -> QuerySet[Unit]:
    """Units of the round's area that operate today and that it does not expect yet; none unless ``by`` runs rounds."""
    found = operating_units(round_.area.path, timezone.localdate())
    known = ExpectedUnit.objects.filter(round=round_).values("unit_id")
    within = access_of(by).within(Permission.MANAGE_ROUND)
    return found.filter(within).exclude(pk__in=known).select_related("municipality").order_by("name")


def expected_units(by: Actor, round_: CensusRound) -> QuerySet[Unit]:
    """Units that a round means to visit and over which ``by`` may record a visit; by name."""
    found = units_visible_to(by, Permission.RECORD_VISIT).filter(expected_in__round=round_)
    return found.select_related("municipality")


def counts_by_group(by: Actor, visits: Collection[int]) -> dict[str, int]:
    """How many things were counted in visits that ``by`` may see, by group of resource ("staff", "room"…).

    What was looked for and not counted stands under "". This is what accepting the visits carries into the registers.
    """
    found: dict[str, int] = {}
    rows = observations_visible_to(by).filter(visit_id__in=list(visits)).order_by()
    for resource, all_, told in rows.values_list("resource").annotate(n=Count("pk"), told=Count("existing")):
        group = resource.split(".")[0]
        for key, count in ((group, told), ("", all_ - told)):
            if count:
                found[key] = found.get(key, 0) + count
    return found
