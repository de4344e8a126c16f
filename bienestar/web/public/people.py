"""How many people are registered and hold a card, for everybody: counts of few people are held back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bienestar.calculations.disclosure import shown_parts
from bienestar.foundation.accounts.queries import ROOT
from bienestar.foundation.definitions.people import people_rules
from bienestar.foundation.territory.choices import Level
from bienestar.foundation.territory.queries import areas_under, country
from bienestar.registers.beneficiaries.queries.figures import PeopleCounts, people_by_municipality
from bienestar.web.components.downloads import csv_file
from bienestar.web.page import Link
from bienestar.web.public.views import public_tabs

KEPT = 24 * 3600  # seconds: a country is counted once a day


@dataclass(frozen=True)
class Line:
    """A territory and its counts; None: held back."""

    area: Any
    counts: PeopleCounts | None


@dataclass(frozen=True)
class Figures:
    """What may be shown of a day: the country, its states, and each state's municipalities by its code."""

    day: dt.date
    country: Line
    states: tuple[Line, ...]
    municipalities: dict[str, tuple[Line, ...]]


def figures() -> Figures:
    """The figures of today, from the counts of the first time that anybody asked for them today."""
    day = timezone.localdate()
    key = f"people-by-municipality-{day}"
    found: dict[str, PeopleCounts] | None = cache.get(key)
    if found is None:
        found = people_by_municipality()
        cache.set(key, found, KEPT)
    return _protected(day, found)


def _protected(day: dt.date, counts: dict[str, PeopleCounts]) -> Figures:
    smallest = people_rules().privacy.smallest_public_cell.value
    places = sorted(areas_under(ROOT, Level.MUNICIPALITY), key=lambda area: area.code)
    inside: dict[str, list[tuple[Any, PeopleCounts]]] = {
        state.path: [] for state in sorted(areas_under(ROOT, Level.STATE), key=lambda area: area.code)
    }
    for place in places:
        inside[f"{place.path.rsplit('/', 2)[0]}/"].append((place, counts.get(place.path, PeopleCounts(0, 0))))
    totals = {path: _sum(one for _place, one in rows) for path, rows in inside.items()}
    whole = _sum(totals.values())
    whole_shown = min(whole.persons, whole.cards) >= smallest
    states_shown = _which(list(totals.values()), smallest, whole_shown)
    states = {area.path: area for area in areas_under(ROOT, Level.STATE)}
    lines, municipalities = [], {}
    for (path, rows), is_shown in zip(inside.items(), states_shown, strict=True):
        lines.append(Line(states[path], totals[path] if is_shown else None))
        which = _which([one for _place, one in rows], smallest, is_shown)
        municipalities[states[path].code] = tuple(
            Line(place, one if may else None) for (place, one), may in zip(rows, which, strict=True)
        )
    return Figures(day, Line(country(), whole if whole_shown else None), tuple(lines), municipalities)


def _which(parts: Sequence[PeopleCounts], smallest: int, total_shown: bool) -> list[bool]:
    """Which parts may be shown; none where their total is held back."""
    if not total_shown:
        return [False] * len(parts)
    return shown_parts([(one.persons, one.cards) for one in parts], smallest)


def _sum(counts: Iterable[PeopleCounts]) -> PeopleCounts:
    told = list(counts)
    return PeopleCounts(sum(one.persons for one in told), sum(one.cards for one in told))


@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """The country and its states; before the first territory is loaded, that there is nothing yet."""
    try:
        found = figures()
    except ObjectDoesNotExist:
        return render(request, "public/nobody_yet.html", {"tabs": public_tabs("public_people")})
    return _page(request, found, found.country, found.states, of_states=True)


@require_safe
def people_of_state(request: HttpRequest, code: str) -> HttpResponse:
    """A state and its municipalities; 404 when there is no such state."""
    found = figures()
    state = next((line for line in found.states if line.area.code == code), None)
    if state is None:
        raise Http404(code)
    return _page(request, found, state, found.municipalities[code], of_states=False)


def _page(request: HttpRequest, found: Figures, total: Line, parts: Sequence[Line], *, of_states: bool) -> HttpResponse:
    context = {
        "total": total,
        "parts": parts,
        "day": found.day,
        "of_states": of_states,
        "held_back": sum(line.counts is None for line in parts),
        "smallest": people_rules().privacy.smallest_public_cell.value,
        "tabs": public_tabs("public_people" if of_states else ""),
        "crumbs": [] if of_states else [Link(_("All states"), reverse("public_people")), Link(total.area.name)],
    }
    return render(request, "public/people.html", context)


@require_safe
def people_csv(request: HttpRequest) -> HttpResponse:
    """Every figure as one file; a count that is held back is empty."""
    found = figures()
    lines = [("country", found.country)]
    for state in found.states:
        lines.append(("state", state))
        lines += [("municipality", line) for line in found.municipalities[state.area.code]]
    rows = [
        [kind, line.area.code, line.area.name, *((line.counts.persons, line.counts.cards) if line.counts else ("", ""))]
        for kind, line in lines
    ]
    head = ["level", "code", "name", "persons_registered", "cards_delivered"]
    return csv_file(f"personas-{found.day}.csv", head, rows)
