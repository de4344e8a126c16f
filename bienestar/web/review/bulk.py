"""Several pairs decided alike: a preview that writes nothing, then the decision."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from bienestar.foundation.accounts.choices import Permission
from bienestar.foundation.accounts.queries import require_anywhere
from bienestar.operations.enrolment.actions import ReviewError, decide_pairs
from bienestar.operations.enrolment.choices import Verdict
from bienestar.registers.beneficiaries.actions import PersonRefused
from bienestar.web.notices import say
from bienestar.web.page import Link
from bienestar.web.review.queue import Asked, row_of, what_words

MOST = 200  # pairs in one go: each is a decision of its own, with all that follows from it
SHOWN = 20


@require_POST
def preview(request: HttpRequest) -> HttpResponse:
    """What deciding the chosen pairs alike will do. Writes nothing."""
    require_anywhere(request.actor, Permission.REVIEW_MATCH)
    asked, verdict = Asked.of(request.POST), request.POST.get("verdict", "")
    pairs = _chosen(request, asked)
    if not pairs or verdict not in Verdict.values:
        say(request, _("No pair was chosen, or the ones chosen have been decided already."))
        return redirect(reverse("review") + asked.address())
    context = {
        "number": len(pairs),
        "same": verdict == Verdict.SAME,
        "verdict": verdict,
        "verdict_words": Verdict(verdict).label,
        "kinds": sorted(Counter(what_words(pair) for pair in pairs).items()),
        "ids": " ".join(str(pair.pk) for pair in pairs),
        "rows": [row_of(pair) for pair in pairs[:SHOWN]],
        "more": max(len(pairs) - SHOWN, 0),
        "most": MOST,
        "asked": asked,
        "crumbs": [
            Link(_("Pairs to review"), reverse("review") + asked.address()),
            Link(_("Decide several pairs")),
        ],
    }
    return render(request, "review/preview.html", context)


@require_POST
def decide(request: HttpRequest) -> HttpResponse:
    """Decide the pairs of the preview, as far as they still wait."""
    require_anywhere(request.actor, Permission.REVIEW_MATCH)
    asked, verdict = Asked.of(request.POST), request.POST.get("verdict", "")
    pairs = _chosen(request, asked) if verdict in Verdict.values else []
    if not pairs:
        say(request, _("No pair was chosen, or the ones chosen have been decided already."))
        return redirect(reverse("review") + asked.address())
    note = request.POST.get("note", "").strip()[:250]
    try:
        done = decide_pairs(by=request.actor, pairs=pairs, verdict=verdict, note=note)
    except (ReviewError, PersonRefused) as error:
        say(request, str(error))
        return redirect(reverse("review") + asked.address())
    said = ngettext("%(n)s pair is decided.", "%(n)s pairs are decided.", done.decided) % {"n": done.decided}
    asked_for = len(request.POST.get("ids", "").split()) or len(pairs)
    skipped = max(asked_for - done.decided, done.skipped)
    if skipped:
        said += " " + ngettext(
            "%(n)s no longer waited and was left as it is.",
            "%(n)s no longer waited and were left as they are.",
            skipped,
        ) % {"n": skipped}
    say(request, said)
    return redirect(reverse("review") + asked.address())


def _chosen(request: HttpRequest, asked: Asked) -> list[Any]:
    """The ticked pairs, or all that fit; always only those that wait and that the reader may decide."""
    found = asked.pairs(request.actor)
    if request.POST.get("which") == "all":
        return list(found[:MOST])
    told = [*request.POST.getlist("pair"), *request.POST.get("ids", "").split()]
    ids = [int(text) for text in told if text.isdecimal()][:MOST]
    return list(found.filter(pk__in=ids))
