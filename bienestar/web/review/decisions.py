"""What the reader decided, newest first, and taking it back."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from bienestar.foundation.accounts.choices import Permission
from bienestar.foundation.accounts.queries import require_anywhere
from bienestar.operations.enrolment.actions import ReviewError, undo_decision
from bienestar.operations.enrolment.choices import PairKind, Verdict
from bienestar.operations.enrolment.queries import decisions_of
from bienestar.registers.beneficiaries.actions import PersonRefused
from bienestar.web.notices import say
from bienestar.web.page import Link
from bienestar.web.review.queue import desk_tabs, place_of, what_words

PAGE = 50


@require_safe
def decision_list(request: HttpRequest) -> HttpResponse:
    """The reader's own decisions, those undone too."""
    require_anywhere(request.actor, Permission.REVIEW_MATCH)
    page = Paginator(decisions_of(request.actor), PAGE).get_page(request.GET.get("page"))
    rows = [
        {
            "decision": decision,
            "what": what_words(decision),
            "place": place_of(decision),
            "verdict": Verdict(decision.verdict).label,
        }
        for decision in page
    ]
    context = {
        "page": page,
        "rows": rows,
        "tabs": desk_tabs(request.actor, "review_decisions"),
        "crumbs": [Link(_("Pairs to review"), reverse("review")), Link(_("What I decided"))],
    }
    return render(request, "review/decisions.html", context)


@require_POST
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a decision back; what was one person is two again, and the pair waits as before."""
    require_anywhere(request.actor, Permission.REVIEW_MATCH)
    decision = decisions_of(request.actor).get(pk=pk)
    try:
        pair = undo_decision(by=request.actor, decision=decision)
    except (ReviewError, PersonRefused) as error:
        say(request, str(error))
        return redirect("review_decisions")
    if pair is None:
        gone = _("The decision is undone. Its entry is no longer in the institution's roll: there is nothing to ask.")
        still = _("The decision is undone. The next comparison asks again if there is something to ask.")
        say(request, gone if decision.kind == PairKind.ENTRY else still)
        return redirect("review_decisions")
    say(request, _("The decision is undone, and the pair waits again."))
    return redirect("review_pair", pk=pair.pk)
