"""Requests for cards that wait: what stands in the way of each, a preview, and signing them."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from bienestar.foundation.accounts.choices import Permission
from bienestar.foundation.accounts.queries import require_anywhere
from bienestar.foundation.definitions.people import people_rules
from bienestar.operations.enrolment.actions import validate_requests
from bienestar.operations.enrolment.queries import look_at, modules_visible_to, waiting_requests
from bienestar.registers.beneficiaries.queries import CardError
from bienestar.web.cards.links import card_links, card_tabs
from bienestar.web.notices import say
from bienestar.web.page import Link

PAGE = 50
SHOWN = 100
MOST = 5000  # requests of one decision: a few seconds


@require_safe
def waiting(request: HttpRequest) -> HttpResponse:
    """Requests that wait where the reader manages cards, the oldest first, with what each lacks."""
    require_anywhere(request.actor, Permission.MANAGE_CARDS)
    page = Paginator(_asked_for(request, request.GET), PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": _rows(request, look_at(list(page))),
        "module": request.GET.get("module", ""),
        "modules": modules_visible_to(request.actor, Permission.MANAGE_CARDS),
        "tabs": card_tabs(request, "card_requests"),
        "crumbs": card_links(Link(_("Waiting requests"))),
    }
    return render(request, "cards/requests.html", context)


@require_POST
def preview(request: HttpRequest) -> HttpResponse:
    """What validating the chosen requests will do. Writes nothing."""
    require_anywhere(request.actor, Permission.MANAGE_CARDS)
    looks = look_at(_chosen(request))
    if not looks:
        say(request, _("No request was chosen, or the ones chosen wait no more."))
        return redirect("card_requests")
    stopped = [look for look in looks if look.stops]
    checks = Counter(code for look in looks for code in look.fails)
    rules = people_rules().card.checks
    context = {
        "ids": " ".join(str(look.card.pk) for look in looks),
        "number": len(looks),
        "signed": len(looks) - len(stopped),
        "stopped": len(stopped),
        "checks": [(getattr(rules, code), count) for code, count in checks.most_common()],
        "rows": _rows(request, stopped[:SHOWN]),
        "more": max(len(stopped) - SHOWN, 0),
        "crumbs": card_links(Link(_("Waiting requests")), Link(_("Validate"))),
    }
    return render(request, "cards/requests_preview.html", context)


@require_POST
def validate(request: HttpRequest) -> HttpResponse:
    """Sign the requests of the preview, as far as they still wait and nothing stops them."""
    require_anywhere(request.actor, Permission.MANAGE_CARDS)
    try:
        done = validate_requests(by=request.actor, cards=_chosen(request))
    except CardError as error:
        say(request, str(error))
        return redirect("card_requests")
    signed = ngettext("%(n)s card is signed.", "%(n)s cards are signed.", done.signed) % {"n": done.signed}
    stopped = len(done.stopped)
    told = ngettext("%(n)s request is stopped.", "%(n)s requests are stopped.", stopped) % {"n": stopped}
    say(request, f"{signed} {told}" if stopped else signed)
    return redirect("card_requests")


def _asked_for(request: HttpRequest, asked: Any) -> Any:
    found = waiting_requests(request.actor)
    code = asked.get("module", "")
    return found.filter(folio__startswith=code) if code.isdecimal() else found


def _chosen(request: HttpRequest) -> list[Any]:
    """The ticked requests, or all that fit the search; always only those that wait and that the reader may sign."""
    if request.POST.get("which") == "all":
        return list(_asked_for(request, request.POST)[:MOST])
    texts = [*request.POST.getlist("card"), *request.POST.get("ids", "").split()]
    ids = [int(text) for text in texts if text.isdecimal()][:MOST]
    found: list[Any] = []
    for start in range(0, len(ids), 900):
        found += waiting_requests(request.actor).filter(pk__in=ids[start : start + 900])
    return found


def _rows(request: HttpRequest, looks: list[Any]) -> list[dict[str, Any]]:
    """Rows of the table: the card, its holder's record, and what fails in words."""
    rules, language = people_rules().card.checks, request.LANGUAGE_CODE
    return [
        {
            "card": look.card,
            "uid": look.holder.uid,
            "stops": look.stops,
            "fails": [
                (getattr(rules, code).name.in_language(language), getattr(rules, code).fail == "observe")
                for code in look.fails
            ],
        }
        for look in looks
    ]
