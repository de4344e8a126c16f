"""Diagnoses as lists: the runs that a reader may know of, and in each the rows of the reader's own territory.

A run over a state serves the director of one unit too: the run is known, its lines are only those of the unit.
"""

from __future__ import annotations

from django.db.models import Q, QuerySet

from bienestar.foundation.accounts.choices import Permission
from bienestar.foundation.accounts.queries import ROOT, Actor, access_of
from bienestar.foundation.territory.choices import Level
from bienestar.insight.gaps.choices import RunStage
from bienestar.insight.gaps.models import AreaService, AreaTotal, DiagnosisRun, GapLine, ServiceResult

PUBLISHED_LEVELS = (Level.COUNTRY, Level.STATE)


def _over(paths: tuple[str, ...]) -> Q:
    """Areas under any of the paths, or that hold one of them."""
    found = Q(pk__in=[])
    for path in paths:
        if path == ROOT:
            return ~Q(pk__in=[])  # an empty Q would vanish beside another
        parts = path.rstrip("/").split("/")
        above = ["/".join(parts[: n + 1]) + "/" for n in range(len(parts))]
        found |= Q(area__path__startswith=path) | Q(area__path__in=above)
    return found


def runs_visible_to(by: Actor) -> QuerySet[DiagnosisRun]:
    """Runs over the territory where ``by`` sees gaps, and published ones where ``by`` sees those; newest first."""
    access = access_of(by)
    own = _over(access.paths(Permission.VIEW_GAPS))
    published = Q(stage=RunStage.PUBLISHED) & _over(access.paths(Permission.VIEW_PUBLISHED))
    found = DiagnosisRun.objects.filter(own | published).select_related("area", "standards")
    return found.defer("standards__content").order_by("-made_at", "-pk")


def run_visible_to(by: Actor, pk: int) -> DiagnosisRun:
    """The run of that number if ``by`` may know of it; DiagnosisRun.DoesNotExist otherwise."""
    return runs_visible_to(by).get(pk=pk)


def lines_visible_to(by: Actor, run: DiagnosisRun) -> QuerySet[GapLine]:
    """Lines of the units where ``by`` sees gaps. A published run shows everybody its totals, not its lines."""
    within = access_of(by).within(Permission.VIEW_GAPS, "unit__path")
    return GapLine.objects.filter(within, run=run).select_related("unit").order_by("pk")


def services_visible_to(by: Actor, run: DiagnosisRun) -> QuerySet[ServiceResult]:
    """Services of the units where ``by`` sees gaps."""
    within = access_of(by).within(Permission.VIEW_GAPS, "unit__path")
    return ServiceResult.objects.filter(within, run=run).select_related("unit").order_by("pk")


def _areas(by: Actor, run: DiagnosisRun) -> Q:
    """A filter for rows of areas where ``by`` sees gaps, or sees what is published when the run is.

    Municipalities are not published: their sums are close to single units.
    """
    access = access_of(by)
    found = Q(pk__in=[])
    for path in access.paths(Permission.VIEW_GAPS):
        found |= Q(area__path__startswith=path)
    if run.stage == RunStage.PUBLISHED:
        for path in access.paths(Permission.VIEW_PUBLISHED):
            found |= Q(area__path__startswith=path, area__level__in=PUBLISHED_LEVELS)
    return found


def totals_visible_to(by: Actor, run: DiagnosisRun) -> QuerySet[AreaTotal]:
    """Sums by area and resource over the areas that ``by`` sees."""
    return AreaTotal.objects.filter(_areas(by, run), run=run).select_related("area").order_by("area__path", "resource")


def service_totals_visible_to(by: Actor, run: DiagnosisRun) -> QuerySet[AreaService]:
    """Services by area over the areas that ``by`` sees."""
    found = AreaService.objects.filter(_areas(by, run), run=run)
    return found.select_related("area").order_by("area__path", "service")
