"""Recording a visit by form: which unit, then the sheet. Works without JavaScript and on a phone."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from bienestar.foundation.accounts.choices import Permission
from bienestar.foundation.accounts.queries import require_anywhere
from bienestar.foundation.definitions.standards import standards
from bienestar.foundation.facilities.queries import current_key, keys_of, unit_visible_to
from bienestar.foundation.storage.words import holding
from bienestar.operations.census.actions import CensusError, VisitRow, record_visits
from bienestar.operations.census.choices import RoundStage, VisitStage
from bienestar.operations.census.queries import (
    expected_units,
    observations_of,
    open_rounds_over,
    rounds_known_to,
    units_not_visited,
    visits_of,
)
from bienestar.web.census.forms import VisitForm
from bienestar.web.census.rounds import round_links
from bienestar.web.census.sheet import Sheet
from bienestar.web.notices import say
from bienestar.web.page import Link

PAGE = 25
ALWAYS_ASKED = {"opening.days_per_week", "opening.hours_per_day"}


@require_safe
def choose_unit(request: HttpRequest, pk: int) -> HttpResponse:
    """Expected units that the reader may visit; those not visited yet are marked."""
    require_anywhere(request.actor, Permission.RECORD_VISIT)
    round_ = rounds_known_to(request.actor).filter(stage=RoundStage.OPEN).get(pk=pk)
    found, words = expected_units(request.actor, round_), request.GET.get("q", "").strip()
    if words:
        named = holding(("name", "municipality__name"), words)
        found = found.filter(named | Q(identifiers__value__icontains=words)).distinct()
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    ids = [unit.pk for unit in page]
    keys = keys_of(ids)
    missing = set(units_not_visited(request.actor, round_).filter(pk__in=ids).values_list("pk", flat=True))
    context = {
        "round": round_,
        "page": page,
        "rows": [(unit, keys.get(unit.pk, unit.uid), unit.pk in missing) for unit in page],
        "words": words,
        "crumbs": round_links(round_, _("Record a visit")),
    }
    return render(request, "census/choose_unit.html", context)


def record_visit(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    """The sheet of one unit. ``?visit=`` corrects a visit that was recorded with wrong numbers."""
    unit = unit_visible_to(request.actor, key, Permission.RECORD_VISIT)
    round_ = open_rounds_over(unit.path).get(pk=pk)
    earlier = _earlier(request, round_, unit)
    typed = request.POST if request.method == "POST" else None
    initial = {"visited_on": earlier.visited_on, "team": earlier.team or "", "note": earlier.note} if earlier else None
    form = VisitForm(typed, round_=round_, initial=initial)
    sheet = Sheet(request.LANGUAGE_CODE, wanted_by(unit), typed, _told(earlier))
    if typed is not None:
        fits, counted = form.is_valid(), sheet.check()
        if counted and not sheet.seen:
            form.add_error(None, _("Nothing was counted. Fill in at least one line."))
        if fits and counted and not form.errors:
            answer = _write(request, round_, unit, form, sheet)
            if answer:
                return answer
    context = {
        "round": round_,
        "unit": unit,
        "key": current_key(unit),
        "form": form,
        "sheet": sheet,
        "earlier": earlier,
        "crumbs": [*round_links(round_, _("Record a visit"))[:-1], Link(unit.name)],
    }
    return render(request, "census/record.html", context, status=200)


def wanted_by(unit: Any) -> set[str] | None:
    """Resources that the standards in force ask of the unit's type, and its opening; None when no standard says."""
    rules = standards()
    if unit.unit_type not in rules.unit_types:
        return None
    return {line.resource for line in rules.requirements(unit.unit_type)} | ALWAYS_ASKED


def _earlier(request: HttpRequest, round_: Any, unit: Any) -> Any:
    asked = request.GET.get("visit", "")
    if not asked.isdecimal():
        return None
    return visits_of(request.actor, round_).filter(unit=unit, pk=asked).first()


def _told(earlier: Any) -> dict[str, tuple[float | None, float | None]] | None:
    if earlier is None:
        return None
    return {row.resource: (row.existing, row.usable) for row in observations_of(earlier)}


def _write(request: HttpRequest, round_: Any, unit: Any, form: VisitForm, sheet: Sheet) -> HttpResponse | None:
    """Record the visit and say what happened; None when the census as it stands does not allow it."""
    asked = form.cleaned_data
    row = VisitRow(unit.pk, asked["visited_on"], tuple(sheet.seen), asked["team"], asked["note"])
    try:
        outcome = record_visits(by=request.actor, round_=round_, visits=[row])[0]
    except CensusError as error:
        form.add_error(None, str(error))
        return None
    visit = _visit_on(request, round_, unit, asked["visited_on"])
    say(request, _sentence(outcome, visit, len(sheet.seen)))
    return redirect("census_visit", visit.pk)


def _visit_on(request: HttpRequest, round_: Any, unit: Any, day: dt.date) -> Any:
    return visits_of(request.actor, round_).get(unit=unit, visited_on=day)


def _sentence(outcome: str, visit: Any, lines: int) -> str:
    if outcome == "unchanged":
        return _("This visit was already recorded with the same numbers. Nothing changed.")
    if outcome == "changed":
        return _("The visit is corrected and waits for review again.")
    assert visit.stage == VisitStage.RECORDED
    sentence = ngettext(
        "The visit is recorded with %(n)s line. It waits for review.",
        "The visit is recorded with %(n)s lines. It waits for review.",
        lines,
    )
    return sentence % {"n": lines}
