"""The review desk: visits that wait, a preview of what a decision does, and the decision."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from bienestar.foundation.accounts.choices import Permission
from bienestar.foundation.accounts.queries import require_anywhere
from bienestar.foundation.facilities.queries import keys_of
from bienestar.foundation.storage.words import holding
from bienestar.operations.census.actions import accept_visits, refuse_visits
from bienestar.operations.census.queries import counts_by_group, waiting_visits
from bienestar.web.census.forms import RefusalForm
from bienestar.web.census.rounds import rounds_to_choose
from bienestar.web.notices import say
from bienestar.web.page import Link

PAGE = 100
SHOWN = 20


@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """Visits that wait for a decision where the reader reviews, oldest first."""
    require_anywhere(request.actor, Permission.REVIEW_VISIT)
    page = Paginator(_asked_for(request, request.GET), PAGE).get_page(request.GET.get("page"))
    keys = keys_of(visit.unit_id for visit in page)
    context = {
        "page": page,
        "rows": [(visit, keys.get(visit.unit_id, visit.unit.uid)) for visit in page],
        "rounds": rounds_to_choose(request.actor),
        "round": request.GET.get("round", ""),
        "words": request.GET.get("q", "").strip(),
        "crumbs": [Link(_("Census"), reverse("census_rounds")), Link(_("Review desk"))],
    }
    return render(request, "census/desk.html", context)


@require_POST
def preview(request: HttpRequest) -> HttpResponse:
    """What accepting or refusing the chosen visits will do. Writes nothing."""
    require_anywhere(request.actor, Permission.REVIEW_VISIT)
    visits = list(_chosen(request))
    if not visits:
        say(request, _("No visit was chosen, or the ones chosen have been decided already."))
        return redirect("census_review")
    return _preview(request, visits, RefusalForm())


@require_POST
def decide(request: HttpRequest) -> HttpResponse:
    """Accept or refuse the visits of the preview, as far as they still wait."""
    require_anywhere(request.actor, Permission.REVIEW_VISIT)
    visits = list(_chosen(request))
    if request.POST.get("decision") == "refuse":
        form = RefusalForm(request.POST)
        if not form.is_valid():
            return _preview(request, visits, form)
        done = refuse_visits(by=request.actor, visits=visits, note=form.cleaned_data["note"]) if visits else 0
        sentence = ngettext("%(n)s visit is refused.", "%(n)s visits are refused.", done)
    else:
        done = accept_visits(by=request.actor, visits=visits) if visits else 0
        sentence = ngettext(
            "%(n)s visit is accepted. Its counts are in the registers.",
            "%(n)s visits are accepted. Their counts are in the registers.",
            done,
        )
    say(request, sentence % {"n": done})
    return redirect("census_review")


def _preview(request: HttpRequest, visits: list[Any], form: RefusalForm) -> HttpResponse:
    groups = counts_by_group(request.actor, [visit.pk for visit in visits])
    not_counted = groups.pop("", 0)
    keys = keys_of(visit.unit_id for visit in visits[:SHOWN])
    refuse = request.POST.get("decision") == "refuse"
    context = {
        "refuse": refuse,
        "ids": " ".join(str(visit.pk) for visit in visits),
        "number": len(visits),
        "counts": sum(groups.values()),
        "groups": sorted(groups.items()),
        "not_counted": not_counted,
        "rows": [(visit, keys.get(visit.unit_id, visit.unit.uid)) for visit in visits[:SHOWN]],
        "more": max(len(visits) - SHOWN, 0),
        "form": form,
        "crumbs": [
            Link(_("Census"), reverse("census_rounds")),
            Link(_("Review desk"), reverse("census_review")),
            Link(_("Refuse visits") if refuse else _("Accept visits")),
        ],
    }
    return render(request, "census/preview.html", context)


def _asked_for(request: HttpRequest, asked: Any) -> Any:
    """Visits that wait, narrowed by round and words."""
    found, words = waiting_visits(request.actor), asked.get("q", "").strip()
    if asked.get("round", "").isdecimal():
        found = found.filter(round_id=asked["round"])
    if words:
        found = found.filter(holding(("unit__name", "unit__municipality__name"), words))
    return found


def _chosen(request: HttpRequest) -> Any:
    """The ticked visits, or all that fit the search; always only those that wait and that the reader reviews."""
    if request.POST.get("which") == "all":
        return _asked_for(request, request.POST)
    ids = [
        int(text) for text in [*request.POST.getlist("visit"), *request.POST.get("ids", "").split()] if text.isdecimal()
    ]
    return waiting_visits(request.actor).filter(pk__in=ids)
