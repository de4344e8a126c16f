"""The digital card on a page, for an official who shows or prints it at a counter."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bienestar.calculations.cards import folio as folios
from bienestar.foundation.accounts.choices import Permission
from bienestar.operations.enrolment.queries import digital_card, single_card
from bienestar.registers.beneficiaries.actions import read_person
from bienestar.registers.beneficiaries.choices import ENDED
from bienestar.registers.beneficiaries.queries import CardError, card_visible_to, person_visible_to
from bienestar.web.cards.links import card_links
from bienestar.web.page import Link, address


@require_safe
def page(request: HttpRequest, folio: str) -> HttpResponse:
    """The card as it looks, and whether it holds. Seeing it is reading the person's record, and is journalled so."""
    card = card_visible_to(request.actor, folio, Permission.DELIVER_CARD)
    person = person_visible_to(request.actor, card.person.uid)
    read_person(by=request.actor, person=person, purpose="digital_card")
    try:
        # Drawn by our own calculation, which escapes every text in it.
        drawing, error = mark_safe(digital_card(card)), ""  # noqa: S308
    except CardError as refused:
        drawing, error = "", str(refused)
    context = {
        "card": card,
        "spoken": folios.spoken(card.folio),
        "drawing": drawing,
        "error": error,
        "ended": card.stage in ENDED,
        "person_url": address("person", person.uid),
        "crumbs": card_links(Link(_("Digital card"))),
    }
    return render(request, "cards/digital.html", context)


@require_safe
def pdf(request: HttpRequest, folio: str) -> HttpResponse:
    """The card as a PDF of its size, to print on paper. Only one that has not ended."""
    card = card_visible_to(request.actor, folio, Permission.DELIVER_CARD)
    person = person_visible_to(request.actor, card.person.uid)
    if card.stage in ENDED:
        raise type(card).DoesNotExist(folio)
    read_person(by=request.actor, person=person, purpose="digital_card")
    try:
        content = single_card(card)
    except CardError as error:
        return render(request, "cards/refused.html", {"sentence": str(error), "crumbs": card_links()}, status=409)
    answer = HttpResponse(content, content_type="application/pdf")
    answer.headers["Content-Disposition"] = f'attachment; filename="credencial-{card.folio}.pdf"'
    answer.headers["Cache-Control"] = "no-store"
    return answer
