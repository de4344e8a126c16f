"""Pages of census rounds: the list, one round, opening, the units it expects, closing."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from bienestar.foundation.accounts.choices import Permission
from bienestar.foundation.accounts.queries import access_of, require, require_anywhere
from bienestar.foundation.definitions.catalogue import typologies, unit_type_name
from bienestar.foundation.facilities.queries import keys_of
from bienestar.foundation.storage.words import holding
from bienestar.operations.census.actions import CensusError, close_round, expect_units, open_round
from bienestar.operations.census.choices import RoundStage, VisitStage
from bienestar.operations.census.queries import (
    progress,
    round_visible_to,
    rounds_known_to,
    rounds_visible_to,
    standing_by_municipality,
    standings,
    units_not_visited,
    units_to_expect,
    visits_of,
)
from bienestar.web.census.forms import CloseForm, RoundForm
from bienestar.web.components.downloads import csv_file, xlsx_file
from bienestar.web.notices import say
from bienestar.web.page import Link

PAGE = 25


def round_links(round_: Any, here: str = "") -> list[Link]:
    """The breadcrumb census → round → ``here``."""
    links = [Link(_("Census"), reverse("census_rounds"))]
    url = reverse("census_round", args=[round_.pk])
    return [*links, Link(round_.name, url), Link(here)] if here else [*links, Link(round_.name)]


@require_safe
def round_list(request: HttpRequest) -> HttpResponse:
    """Rounds of the reader's territory, and those that count a unit of theirs."""
    require_anywhere(request.actor, Permission.VIEW_UNITS)
    page = Paginator(rounds_known_to(request.actor), PAGE).get_page(request.GET.get("page"))
    standing = standings(request.actor, page.object_list)
    access = access_of(request.actor)
    context = {
        "page": page,
        "rows": [(round_, standing[round_.pk]) for round_ in page],
        "may_open": access.paths(Permission.MANAGE_ROUND),
        "may_review": access.paths(Permission.REVIEW_VISIT),
    }
    return render(request, "census/rounds.html", context)


def new_round(request: HttpRequest) -> HttpResponse:
    """Open a round over a state."""
    require_anywhere(request.actor, Permission.MANAGE_ROUND)
    form = RoundForm(request.POST or None, by=request.actor)
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        round_ = open_round(
            by=request.actor,
            area=form.areas[asked["area"]],
            name=asked["name"],
            starts_on=asked["starts_on"],
            ends_on=asked["ends_on"],
            teams=asked["teams"],
        )
        say(request, _("The round is open. Now say which units it expects."))
        return redirect("census_expect", round_.pk)
    crumbs = [Link(_("Census"), reverse("census_rounds")), Link(_("Open a round"))]
    return render(request, "census/new_round.html", {"form": form, "crumbs": crumbs})


@require_safe
def round_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One round: progress, municipalities, teams, what waits, what has not been visited."""
    round_ = rounds_known_to(request.actor).get(pk=pk)
    access, path = access_of(request.actor), round_.area.path
    whole = access.can(Permission.VIEW_UNITS, path)
    missing = Paginator(units_not_visited(request.actor, round_), PAGE).get_page(request.GET.get("page"))
    keys = keys_of(unit.pk for unit in missing)
    is_open = round_.stage == RoundStage.OPEN
    context = {
        "round": round_,
        "progress": progress(round_) if whole else None,
        "standing": standings(request.actor, [round_])[round_.pk],
        "municipalities": standing_by_municipality(request.actor, round_),
        "teams": round_.teams.order_by("name") if whole else [],
        "missing": missing,
        "missing_rows": [(unit, keys.get(unit.pk, unit.uid)) for unit in missing],
        "may_record": is_open and access.paths(Permission.RECORD_VISIT),
        "may_manage": is_open and access.can(Permission.MANAGE_ROUND, path),
        "may_review": access.can(Permission.REVIEW_VISIT, path),
        "may_export": access.can(Permission.EXPORT, path),
        "crumbs": round_links(round_),
    }
    return render(request, "census/round.html", context)


@require_safe
def not_visited(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    """Expected units without a visit, as a file."""
    round_ = round_visible_to(request.actor, pk)
    require(request.actor, Permission.EXPORT, round_.area.path)
    units = list(units_not_visited(request.actor, round_))
    keys = keys_of(unit.pk for unit in units)
    head = [_("CLUES key"), _("Unit"), _("Type"), _("Code of the municipality"), _("Municipality")]
    rows = [
        (
            keys.get(unit.pk, unit.uid),
            unit.name,
            unit_type_name(unit.unit_type, request.LANGUAGE_CODE),
            unit.municipality.code,
            unit.municipality.name,
        )
        for unit in units
    ]
    name = f"census-{round_.area.code}-{round_.pk}-not-visited"
    if form == "csv":
        return csv_file(f"{name}.csv", head, rows)
    if form == "xlsx":
        return xlsx_file(f"{name}.xlsx", [(_("Not visited"), head, rows)])
    raise ObjectDoesNotExist(form)


def expect(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose units by type, municipality and name; see how many and which; then add them."""
    round_ = round_visible_to(request.actor, pk, Permission.MANAGE_ROUND)
    asked = request.POST if request.method == "POST" else request.GET
    all_ = units_to_expect(request.actor, round_)
    types, municipality, words = asked.getlist("type"), asked.get("municipality", ""), asked.get("q", "").strip()
    found = all_.filter(unit_type__in=types) if types else all_
    found = found.filter(municipality__code=municipality) if municipality else found
    found = found.filter(holding(("name",), words)) if words else found
    count = found.count()
    changed = request.method == "POST" and asked.get("count") != str(count)
    if request.method == "POST" and not changed:
        added = expect_units(by=request.actor, round_=round_, unit_ids=list(found.values_list("pk", flat=True)))
        sentence = ngettext("%(n)s unit is expected now.", "%(n)s units are expected now.", added)
        say(request, sentence % {"n": added})
        return redirect("census_round", round_.pk)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    context = {
        "round": round_,
        "page": page,
        "count": count,
        "changed": changed,
        "types": _types_in(request, all_, types),
        "municipalities": _municipalities_in(all_),
        "asked": {"types": types, "municipality": municipality, "words": words},
        "crumbs": round_links(round_, _("Units that the round expects")),
    }
    return render(request, "census/expect.html", context)


def _municipalities_in(units: Any) -> Any:
    """(code, name) of the municipalities of these units, by name."""
    return units.order_by("municipality__name").values_list("municipality__code", "municipality__name").distinct()


def _types_in(request: HttpRequest, units: Any, chosen: list[str]) -> list[dict[str, Any]]:
    """Types of unit among those that can be added, in the order of their file."""
    present = set(units.order_by().values_list("unit_type", flat=True).distinct())
    order = [*(code for code in typologies().unit_types if code in present)]
    order += sorted(present - set(order))
    return [
        {"code": code, "name": unit_type_name(code, request.LANGUAGE_CODE), "chosen": code in chosen} for code in order
    ]


def close(request: HttpRequest, pk: int) -> HttpResponse:
    """Close a round once nothing waits for review."""
    round_ = round_visible_to(request.actor, pk, Permission.MANAGE_ROUND)
    waiting = visits_of(request.actor, round_).filter(stage=VisitStage.RECORDED).count()
    form = CloseForm(request.POST or None, first_day=round_.starts_on)
    if request.method == "POST" and not waiting and form.is_valid():
        try:
            close_round(by=request.actor, round_=round_, on=form.cleaned_data["on"])
        except CensusError as error:
            form.add_error(None, str(error))
        else:
            say(request, _("The round is closed. Its visits can no longer be recorded or corrected."))
            return redirect("census_round", round_.pk)
    context = {
        "round": round_,
        "form": form,
        "waiting": waiting,
        "standing": standings(request.actor, [round_])[round_.pk],
        "crumbs": round_links(round_, _("Close the round")),
    }
    return render(request, "census/close.html", context)


def rounds_to_choose(by: Any) -> list[tuple[int, str]]:
    """Rounds as choices of a filter."""
    return [(round_.pk, f"{round_.name} · {round_.area.name}") for round_ in rounds_visible_to(by)]
