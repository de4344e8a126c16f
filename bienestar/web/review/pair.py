"""One pair: two people side by side, what the comparison makes of each field, and the decision."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from bienestar.foundation.accounts.choices import Permission
from bienestar.foundation.accounts.queries import access_of, require_anywhere
from bienestar.foundation.territory.choices import Level
from bienestar.foundation.territory.queries import areas_by_code
from bienestar.operations.enrolment.actions import AlreadyDecided, ReviewError, cancel, decide_pair, revoke
from bienestar.operations.enrolment.choices import PairKind, Verdict
from bienestar.operations.enrolment.queries import institution_name, pair_after, pair_side_by_side
from bienestar.registers.beneficiaries.actions import PersonRefused, read_person
from bienestar.registers.beneficiaries.choices import COMES_FROM, CardStage
from bienestar.registers.beneficiaries.queries import CardError, living_card
from bienestar.web.notices import say
from bienestar.web.page import Link
from bienestar.web.review.queue import Asked, place_of, what_words
from bienestar.web.review.words import FIELDS, OUTCOMES, bits, chance, reason_words, value_words, waited

PURPOSE = "review"


@require_safe
def pair_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Two people side by side. Each of them gets a row in the journal: somebody looked, to review."""
    require_anywhere(request.actor, Permission.REVIEW_MATCH)
    asked = Asked.of(request.GET)
    shown = pair_side_by_side(request.actor, pk)
    for person in _persons(shown.pair):
        read_person(by=request.actor, person=person, purpose=PURPOSE)
    return render(request, "review/pair.html", _context(request, shown, asked))


def _context(request: HttpRequest, shown: Any, asked: Asked) -> dict[str, Any]:
    pair = shown.pair
    after = pair_after(asked.pairs(request.actor), pair)
    return {
        "pair": pair,
        "what": what_words(pair),
        "place": place_of(pair),
        "two_records": pair.kind == PairKind.PERSONS,
        "heads": _heads(pair),
        "records": _records(request, pair),
        "rows": _rows(shown),
        "more": _more(pair),
        "prior": bits(shown.prior) if shown.reasons else "",
        "reasons": shown.reasons,
        "weight": bits(pair.weight),
        "chance": chance(pair.probability),
        "waited": waited(pair.waits_since),
        "survivor": shown.survivor,
        "cards": _cards(pair),
        "asked": asked,
        "next_url": (reverse("review_pair", args=[after.pk]) if after else reverse("review")) + asked.address(),
        "crumbs": [Link(_("Pairs to review"), reverse("review") + asked.address()), Link(what_words(pair))],
    }


def _persons(pair: Any) -> list[Any]:
    return [pair.person, pair.other] if pair.other_id else [pair.person]


def _heads(pair: Any) -> list[str]:
    first = _("Record of %(day)s") % {"day": date_format(pair.person.registered_at, "SHORT_DATE_FORMAT")}
    if pair.kind == PairKind.ENTRY:
        return [first, _("Entry of %(institution)s") % {"institution": institution_name(pair.institution)}]
    # The letters tell the two apart also where both were registered on one day.
    second = _("Record of %(day)s") % {"day": date_format(pair.other.registered_at, "SHORT_DATE_FORMAT")}
    return [f"A · {first}", f"B · {second}"]


def _records(request: HttpRequest, pair: Any) -> list[tuple[str, str]]:
    """The records of the pair that the reader may open: what stands above each, and its address."""
    access = access_of(request.actor)
    return [
        (head, reverse("person", args=[person.uid]))
        for head, person in zip(_heads(pair), _persons(pair), strict=False)
        if access.can(Permission.VIEW_PERSONS, person.path)
    ]


def _rows(shown: Any) -> list[dict[str, Any]]:
    codes = {value for one in shown.fields if one.field == "municipality" for value in (one.left, one.right) if value}
    places = {code: area.name for code, area in areas_by_code(Level.MUNICIPALITY, codes).items()}
    return [
        {
            "label": FIELDS[one.field],
            "left": value_words(one.field, one.left, places),
            "right": value_words(one.field, one.right, places),
            "outcome": one.outcome,
            "outcome_words": OUTCOMES[one.outcome],
            "reason": reason_words(one.field, one.reason.level) if one.reason else "",
            "weight": bits(one.reason.weight) if one.reason and one.reason.level != "missing" else "",
        }
        for one in shown.fields
    ]


def _more(pair: Any) -> list[tuple[Any, str | None, str | None]]:
    """What the comparison does not weigh and a person may want to see; None where there is no such thing."""
    if pair.kind == PairKind.ENTRY:
        ends = pair.entry_data.get("valid_to", "")
        begins = pair.entry_data.get("valid_from", "")
        return [
            (_("Covered from"), None, value_words("birth_date", begins, {}) or _("not known")),
            (_("Covered to"), None, value_words("birth_date", ends, {}) or _("still open")),
            (_("Address"), _address(pair.person), None),
        ]
    return [
        (_("Address"), _address(pair.person), _address(pair.other)),
        (_("Unit"), *(person.unit.name if person.unit else "" for person in _persons(pair))),
    ]


def _address(person: Any) -> str:
    return ", ".join(part for part in (person.address, person.locality_name) if part)


def _cards(pair: Any) -> list[dict[str, Any]]:
    """The living cards of two records, when both have one: only one of them can go on."""
    if pair.kind != PairKind.PERSONS:
        return []
    found = [{"person": person, "card": living_card(person)} for person in _persons(pair)]
    return found if all(row["card"] for row in found) else []


@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Decide the pair and go to the next one; a pair that somebody else decided is said to be so."""
    require_anywhere(request.actor, Permission.REVIEW_MATCH)
    asked, verdict = Asked.of(request.POST), request.POST.get("verdict", "")
    try:
        shown = pair_side_by_side(request.actor, pk)
    except ObjectDoesNotExist:
        say(request, _("This pair waits no longer: somebody decided it, or the last comparison no longer finds it."))
        return redirect(reverse("review") + asked.address())
    pair = shown.pair
    after = pair_after(asked.pairs(request.actor), pair)
    if verdict not in Verdict.values:
        say(request, _("Choose an answer: the same person, or two different people."))
        return redirect(reverse("review_pair", args=[pk]) + asked.address())
    try:
        say(request, _decided(request, shown, verdict))
    except (AlreadyDecided, ReviewError, PersonRefused) as error:
        say(request, str(error))
    following = reverse("review_pair", args=[after.pk]) if after else reverse("review")
    return redirect(following + asked.address())


def _decided(request: HttpRequest, shown: Any, verdict: str) -> str:
    pair, note = shown.pair, request.POST.get("note", "").strip()[:250]
    by_uid = {person.uid: person for person in _persons(pair)}
    survivor = by_uid.get(request.POST.get("survivor", ""), shown.survivor)
    cards = _cards(pair) if verdict == Verdict.SAME else []
    decide_pair(by=request.actor, pair=pair, verdict=verdict, note=note, survivor=survivor)
    said = [_("Decided: %(verdict)s.") % {"verdict": Verdict(verdict).label}]
    if cards and request.POST.get("revoke"):
        said += [_end_card(request, row["card"]) for row in cards if row["person"].pk != survivor.pk]
    left = pairs_left(request)
    said.append(ngettext("%(n)s pair waits.", "%(n)s pairs wait.", left) % {"n": left})
    return " ".join(said)


def _end_card(request: HttpRequest, card: Any) -> str:
    """Revoke the card of the record that went, or cancel it where it was never printed; what became of it."""
    end = revoke if card.stage in COMES_FROM[CardStage.REVOKED] else cancel
    try:
        end(by=request.actor, card=card, why="duplicate")
    except (CardError, PermissionDenied):
        return _("The card %(folio)s could not be ended: somebody who manages its module must do it.") % {
            "folio": card.folio
        }
    return _("The card %(folio)s is ended.") % {"folio": card.folio}


def pairs_left(request: HttpRequest) -> int:
    """How many pairs the reader may still decide."""
    return Asked().pairs(request.actor).order_by().count()
