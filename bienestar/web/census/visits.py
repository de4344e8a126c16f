"""Pages of visits: those of a round, and what was seen in one."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bienestar.foundation.accounts.choices import Permission
from bienestar.foundation.accounts.queries import access_of
from bienestar.foundation.definitions.catalogue import catalogue, resource_name
from bienestar.foundation.facilities.queries import capacities_as_of, current_key, keys_of
from bienestar.foundation.storage.words import holding
from bienestar.operations.census.choices import RoundStage, VisitStage
from bienestar.operations.census.queries import observations_of, rounds_known_to, visit_visible_to, visits_of
from bienestar.registers.equipment.queries import counts_as_of as equipment_as_of
from bienestar.registers.workforce.queries import counts_as_of as staff_as_of
from bienestar.web.census.forms import STAGES
from bienestar.web.census.rounds import round_links

PAGE = 50


@require_safe
def visit_list(request: HttpRequest, pk: int) -> HttpResponse:
    """Visits of a round to units that the reader sees, newest first."""
    round_ = rounds_known_to(request.actor).get(pk=pk)
    found, stage, words = (
        visits_of(request.actor, round_),
        request.GET.get("stage", ""),
        request.GET.get("q", "").strip(),
    )
    if stage in VisitStage.values:
        found = found.filter(stage=stage)
    if words:
        found = found.filter(holding(("unit__name", "unit__municipality__name"), words))
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    keys = keys_of(visit.unit_id for visit in page)
    context = {
        "round": round_,
        "page": page,
        "rows": [(visit, keys.get(visit.unit_id, visit.unit.uid)) for visit in page],
        "stages": STAGES,
        "stage": stage,
        "words": words,
        "crumbs": round_links(round_, _("Visits")),
    }
    return render(request, "census/visits.html", context)


@require_safe
def visit_page(request: HttpRequest, pk: int) -> HttpResponse:
    """What was seen in a visit, beside what the registers said the day before."""
    visit = visit_visible_to(request.actor, pk)
    access, path = access_of(request.actor), visit.unit.path
    waiting = visit.stage == VisitStage.RECORDED
    before = _registers(visit)
    context = {
        "visit": visit,
        "key": current_key(visit.unit),
        "groups": _groups(request, visit, before),
        "known_before": bool(before),
        "may_review": waiting and access.can(Permission.REVIEW_VISIT, path),
        "may_correct": visit.round.stage == RoundStage.OPEN and access.can(Permission.RECORD_VISIT, path),
        "crumbs": [*round_links(visit.round)[:1], *_round_and_here(visit)],
        "provenance": [str(visit.source)] if visit.source else [],
    }
    return render(request, "census/visit.html", context)


def _round_and_here(visit: Any) -> list[Any]:
    return round_links(visit.round, visit.unit.name)[1:]


def _groups(request: HttpRequest, visit: Any, before: dict[str, Any]) -> list[dict[str, Any]]:
    """Groups of resources with their lines: seen, and in the register as of the day of the visit."""
    order = list(catalogue().groups)
    by_group: dict[str, list[dict[str, Any]]] = {}
    for row in observations_of(visit):
        known = before.get(row.resource)
        by_group.setdefault(row.resource.split(".")[0], []).append(
            {
                "name": resource_name(row.resource, request.LANGUAGE_CODE),
                "existing": row.existing,
                "usable": row.usable,
                "known": known,
                "differs": known is not None and known != (row.existing, row.usable),
            }
        )
    groups = sorted(by_group, key=lambda code: order.index(code) if code in order else len(order))
    return [{"code": code, "rows": by_group[code]} for code in groups]


def _registers(visit: Any) -> dict[str, tuple[float | None, float | None]]:
    """Newest counts of the unit on or before the day of the visit, in the three registers."""
    path, day = visit.unit.path, visit.visited_on
    reads = (staff_as_of, equipment_as_of, capacities_as_of)
    return {resource: (existing, usable) for read in reads for _unit, resource, existing, usable in read(day, path)}
