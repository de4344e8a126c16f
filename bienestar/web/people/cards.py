"""A person's card at the counter: where it is, and the one step that comes next."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bienestar.calculations.cards import folio as folios
from bienestar.foundation.accounts.choices import Permission
from bienestar.foundation.accounts.queries import access_of
from bienestar.foundation.definitions.people import people_rules
from bienestar.operations.enrolment.actions import cancel, deliver, replace, request_at_nearest, revoke
from bienestar.operations.enrolment.queries import module_of, pieces_of_card
from bienestar.registers.beneficiaries.choices import ENDED, CardStage
from bienestar.registers.beneficiaries.queries import CardError, cards_of, events_of, living_card, person_visible_to
from bienestar.web.notices import say
from bienestar.web.page import Link, address
from bienestar.web.people.forms import DeliveryForm, EndForm
from bienestar.web.people.words import full_name

IN_HAND = (CardStage.DELIVERED, CardStage.ACTIVE)
ON_ITS_WAY = (CardStage.SHIPPED, CardStage.RECEIVED)


def card_of(by: Any, person: Any) -> dict[str, Any] | None:
    """The card that has not ended, else the newest: rows to show and steps that the reader may take."""
    card = living_card(person) or next(iter(cards_of(person)), None)
    if card is None:
        return None
    events = list(events_of(card))
    last = events[-1] if events else None
    module = module_of(card)
    rows: list[tuple[Any, ...]] = [
        (_("Folio"), folios.spoken(card.folio)),
        (_("Where it is"), *stage_words(card, last)),
        (_("Module"), page_link(by, "card_module", module.code, f"{module.name}, {module.municipality.name}", module)),
    ]
    if piece := pieces_of_card(card).last():
        batch = piece.batch
        words = f"{batch.module.code}-{batch.number}"
        rows.append((_("Batch"), page_link(by, "card_batch", batch.pk, words, batch), str(piece.get_stage_display())))
    if card.expires_on:
        ended = card.expires_on < timezone.localdate()
        rows.append((_("Valid until"), date_format(card.expires_on), _("it has expired") if ended else ""))
    if last and last.note:
        rows.append((_("Note"), note_words(last.note)))
    return {"card": card, "rows": rows, "steps": steps(by, person, card)}


def page_link(by: Any, page: str, key: Any, words: str, thing: Any) -> str:
    """Words that lead to a page about cards where the reader may open it."""
    if not access_of(by).can(Permission.VIEW_CARDS, thing.path):
        return words
    return format_html('<a href="{}">{}</a>', reverse(page, args=[key]), words)


def stage_words(card: Any, last: Any) -> tuple[str, str]:
    """The stage, and since when."""
    words = str(CardStage(card.stage).label)
    since = _("since %(day)s") % {"day": date_format(timezone.localdate(last.at))} if last else ""
    return words[:1].upper() + words[1:], since


def note_words(note: str) -> str:
    """A note of a step; codes of the rules, of why a card ends or of what held its request back, are shown in words."""
    rules, language = people_rules().card, get_language() or "es"
    if text := rules.reasons.get(note):
        return text.in_language(language)
    codes = note.split()
    if codes and all(code in type(rules.checks).model_fields for code in codes):
        return _("held back by: %(checks)s") % {
            "checks": ", ".join(getattr(rules.checks, code).name.in_language(language) for code in codes)
        }
    return note


def steps(by: Any, person: Any, card: Any) -> list[dict[str, Any]]:
    """What the reader may do with the card now, the likeliest first."""
    access, uid = access_of(by), person.uid
    found: list[dict[str, Any]] = []
    delivers = access.can(Permission.DELIVER_CARD, card.path)
    if card.stage in ENDED:
        alive = person.died_on is None
        if alive and card.stage != CardStage.REPLACED and access.can(Permission.REGISTER_PERSON, person.path):
            found.append({"label": _("Request a new card"), "url": reverse("card_request", args=[uid]), "post": True})
        return found
    if delivers and card.stage in ON_ITS_WAY:
        found.append({"label": _("Deliver the card"), "url": reverse("card_deliver", args=[uid])})
    if delivers and card.stage in IN_HAND:
        found.append({"label": _("Replace the card"), "url": reverse("card_end", args=[uid]), "second": True})
    elif delivers:
        found.append({"label": _("Cancel or replace it"), "url": reverse("card_end", args=[uid]), "second": True})
    digital = address("digital_card", card.folio)
    if digital and card.key_id:
        found.append({"label": _("Show the digital card"), "url": digital, "second": True})
    return found


@require_POST
def request(request: HttpRequest, uid: str) -> HttpResponse:
    """Ask for a card."""
    person = person_visible_to(request.actor, uid, Permission.REGISTER_PERSON)
    say(request, request_at_nearest(by=request.actor, person=person))
    return redirect("person", person.uid)


def deliver_card(request: HttpRequest, uid: str) -> HttpResponse:
    """Hand the card over: scan it, say who receives it and what was seen."""
    person = person_visible_to(request.actor, uid, Permission.DELIVER_CARD)
    card = living_card(person)
    if card is None or card.stage not in ON_ITS_WAY:
        say(request, nothing_to_deliver(person))
        return redirect("person", person.uid)
    form = DeliveryForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        try:
            deliver(by=request.actor, card=card, **asked)
        except CardError as error:
            form.add_error("scanned" if asked["scanned"] else None, str(error))
        else:
            scanned = (
                _("Delivered and active.") if asked["scanned"] else _("Delivered. It is active once it is scanned.")
            )
            say(request, scanned)
            return redirect("person", person.uid)
    return small_form(
        request,
        person,
        form,
        _("Deliver the card"),
        [("deliver", _("Deliver"))],
        _("Folio %(folio)s.") % {"folio": folios.spoken(card.folio)},
    )


def nothing_to_deliver(person: Any) -> str:
    """Why no card of the person can be handed over."""
    if person.died_on is None:
        return _("There is no card to deliver.")
    return _("The holder is recorded as dead: the card is not handed over. Destroy the piece.")


def end(request: HttpRequest, uid: str) -> HttpResponse:
    """End the card: replace it by another one, cancel it before it was handed over, or revoke it."""
    person = person_visible_to(request.actor, uid, Permission.DELIVER_CARD)
    card = living_card(person)
    if card is None:
        say(request, _("There is no card to end."))
        return redirect("person", person.uid)
    buttons = [("replace", _("End it and ask for another"))]
    if card.stage not in IN_HAND:
        buttons.append(("cancel", _("End it: no other is wanted")))
    elif access_of(request.actor).can(Permission.MANAGE_CARDS, card.path):
        buttons.append(("revoke", _("Revoke it: no other is given")))
    form = EndForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        done = {
            "replace": (replace, _("The card is ended and another was asked for.")),
            "cancel": (cancel, _("The card is ended.")),
            "revoke": (revoke, _("The card is revoked; the next list says so.")),
        }
        step, sentence = done[next((do for do, _words in buttons if do == request.POST.get("do")), "replace")]
        try:
            step(by=request.actor, card=card, why=form.cleaned_data["why"])
        except CardError as error:
            form.add_error(None, str(error))
        else:
            say(request, sentence)
            return redirect("person", person.uid)
    sentence = _("Folio %(folio)s. From now on no verifier takes it for valid once it has the new list.") % {
        "folio": folios.spoken(card.folio)
    }
    return small_form(request, person, form, _("End the card"), buttons, sentence)


def small_form(
    request: HttpRequest, person: Any, form: Any, heading: str, buttons: list[tuple[str, str]], sentence: str
) -> HttpResponse:
    """One step of the card on a page of its own."""
    own = reverse("person", args=[person.uid])
    context = {
        "form": form,
        "heading": heading,
        "sentences": [f"{full_name(person)}.", sentence],
        "buttons": buttons,
        "back": own,
        "crumbs": [Link(_("Counter"), reverse("counter")), Link(full_name(person), own), Link(heading)],
    }
    return render(request, "people/small_form.html", context)
