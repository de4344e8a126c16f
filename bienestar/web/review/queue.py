"""The queue: every pair that waits and may be decided here, oldest first, with how long it waits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bienestar.foundation.accounts.choices import Permission
from bienestar.foundation.accounts.queries import require_anywhere
from bienestar.foundation.definitions.people import people_rules
from bienestar.operations.enrolment.choices import PairKind
from bienestar.operations.enrolment.queries import (
    contested_for,
    institution_name,
    pairs_for,
    waiting_municipalities,
)
from bienestar.registers.beneficiaries.queries import sees_rolls
from bienestar.web.page import Link
from bienestar.web.review.words import bits, chance, waited

PAGE = 50


@dataclass(frozen=True)
class Asked:
    """What the queue is narrowed to; it goes along from page to page."""

    kind: str = ""
    municipality: str = ""
    institution: str = ""

    @classmethod
    def of(cls, asked: QueryDict) -> Asked:
        """From an address or a form; what is not known is left out."""
        kind, institution = asked.get("kind", ""), asked.get("institution", "")
        municipality = asked.get("municipality", "")
        return cls(
            kind if kind in PairKind.values else "",
            municipality if len(municipality) == 5 and municipality.isdecimal() else "",
            institution if institution in people_rules().institutions else "",
        )

    def address(self) -> str:
        """As the end of an address: "?kind=persons", or nothing."""
        told = {name: value for name, value in vars(self).items() if value}
        return f"?{urlencode(told)}" if told else ""

    def pairs(self, by: Any) -> Any:
        """The pairs that fit and that ``by`` may decide."""
        return pairs_for(by, **vars(self))


def desk_tabs(by: Any, here: str) -> list[Link]:
    """The parts of the desk; each with how many wait there."""
    parts = (
        ("review", _("Pairs (%(n)s)") % {"n": pairs_for(by).order_by().count()}),
        ("review_contested", _("Contested (%(n)s)") % {"n": contested_for(by).order_by().count()}),
        ("review_decisions", _("What I decided")),
    )
    return [Link(words, "" if name == here else reverse(name)) for name, words in parts]


@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """Pairs that wait. No names here: whoever opens a pair sees them, and leaves a row in the journal."""
    require_anywhere(request.actor, Permission.REVIEW_MATCH)
    asked = Asked.of(request.GET)
    page = Paginator(asked.pairs(request.actor), PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [row_of(pair) for pair in page],
        "asked": asked,
        "kinds": PairKind.choices,
        "municipalities": waiting_municipalities(request.actor),
        "institutions": [(code, institution_name(code)) for code in people_rules().institutions],
        "sees_rolls": sees_rolls(request.actor),
        "tabs": desk_tabs(request.actor, "review"),
        "crumbs": [Link(_("Pairs to review"))],
    }
    return render(request, "review/queue.html", context)


def row_of(pair: Any) -> dict[str, Any]:
    """What the queue says of a pair."""
    return {
        "pk": pair.pk,
        "what": what_words(pair),
        "place": place_of(pair),
        "chance": chance(pair.probability),
        "weight": bits(pair.weight),
        "waited": waited(pair.waits_since),
    }


def what_words(pair: Any) -> str:
    """What is compared: two records, or a record and an institution's entry."""
    if pair.kind == PairKind.PERSONS:
        return _("Two records")
    return _("A record and an entry of %(institution)s") % {"institution": institution_name(pair.institution)}


def place_of(pair: Any) -> str:
    """Where the two people live."""
    homes = [pair.person.home] + ([pair.other.home] if pair.other_id else [])
    return " · ".join(dict.fromkeys(home.name for home in homes))
