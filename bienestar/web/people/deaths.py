"""A person died: noted at the counter, after saying what that does to the card; a supervisor can take it back."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from bienestar.calculations.cards import folio as folios
from bienestar.foundation.accounts.choices import Permission
from bienestar.operations.enrolment.actions import note_death
from bienestar.registers.beneficiaries.actions import take_back_death
from bienestar.registers.beneficiaries.choices import CardStage
from bienestar.registers.beneficiaries.queries import PersonRefused, living_card, person_visible_to
from bienestar.web.notices import say
from bienestar.web.page import Link
from bienestar.web.people.forms import DeathForm
from bienestar.web.people.words import full_name


def death(request: HttpRequest, uid: str) -> HttpResponse:
    """Ask for the day, and say before anything is written what becomes of the card."""
    person = person_visible_to(request.actor, uid, Permission.REGISTER_PERSON)
    form = DeathForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            note_death(by=request.actor, person=person, on=form.cleaned_data["died_on"])
        except PersonRefused as refused:
            for name, sentence in refused.faults:
                form.add_error(name, str(sentence))
        else:
            say(request, _("The death is recorded. Whoever comes with this record is attended all the same."))
            return redirect("person", person.uid)
    return step(request, person, form, _("Record a death"), _("Record the death"), [card_words(person)])


def card_words(person: Any) -> str:
    """What recording the death does to the person's card."""
    card = living_card(person)
    if card is None:
        return _("There is no card to stop. Only a supervisor can take this back.")
    return _(
        "The card %(folio)s (%(stage)s) ends at once and for good: one on its way is not handed over, and the next "
        "list tells verifiers that it is revoked. Only a supervisor can take the death back, and the card stays ended."
    ) % {"folio": folios.spoken(card.folio), "stage": CardStage(card.stage).label}


def take_back(request: HttpRequest, uid: str) -> HttpResponse:
    """The recorded death was a mistake: a supervisor takes it back."""
    person = person_visible_to(request.actor, uid, Permission.REVIEW_MATCH)
    if person.died_on is None:
        say(request, _("No death of this person is recorded."))
        return redirect("person", person.uid)
    form = forms.Form()
    if request.method == "POST":
        try:
            take_back_death(by=request.actor, person=person)
        except PersonRefused as refused:
            say(request, str(refused))
        else:
            say(request, _("The death is taken back. A new card can be requested."))
        return redirect("person", person.uid)
    told = [
        _("The record says that this person died on %(day)s.") % {"day": date_format(person.died_on)},
        _("Their earlier card stays revoked; a new one can be requested."),
    ]
    return step(request, person, form, _("Take the death back"), _("The person is alive: take it back"), told)


def step(
    request: HttpRequest, person: Any, form: forms.Form, heading: str, button: str, told: list[str]
) -> HttpResponse:
    """One step on a page of its own."""
    own = reverse("person", args=[person.uid])
    context = {
        "form": form,
        "heading": heading,
        "sentences": [f"{full_name(person)}.", *told],
        "buttons": [("do", button)],
        "back": own,
        "crumbs": [Link(_("Counter"), reverse("counter")), Link(full_name(person), own), Link(heading)],
    }
    return render(request, "people/small_form.html", context)
