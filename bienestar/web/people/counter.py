"""The counter: one field that finds a person by CURP, folio, card or name. What is typed never stands in an address."""

from __future__ import annotations

import re
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from bienestar.calculations import curp as curps
from bienestar.calculations.cards.tokens import Verdict
from bienestar.foundation.accounts.choices import Permission
from bienestar.foundation.accounts.queries import access_of, require_anywhere
from bienestar.operations.enrolment.queries import read_token
from bienestar.registers.beneficiaries.actions import PersonRefused, find_persons, move_person
from bienestar.registers.beneficiaries.queries import curp_fault
from bienestar.web.notices import say
from bienestar.web.people.exporting import may_export
from bienestar.web.people.forms import FindForm, MoveForm
from bienestar.web.people.words import born_words, full_name, municipality_name

PAGE = 20
CODE_LETTERS = 25  # longer than any CURP or folio: what is longer and one word is the code of a card
MOST_PAGES = 15
CURP_BEGINNING = re.compile(r"[A-Z]{3,4}\d{5,6}[A-Z]")  # also with a letter or a digit left out
ALMOST_CURP = 14  # characters; from there on somebody meant to type a CURP and not a folio

CARD_WORDS = {
    Verdict.EXPIRED: gettext_lazy("The card has expired. It can be replaced."),
    Verdict.REVOKED: gettext_lazy("The card was revoked: it was lost, replaced or withdrawn."),
    Verdict.NOT_YET_VALID: gettext_lazy("The card is not valid yet, or the clock of this computer is wrong."),
    Verdict.UNKNOWN_KEY: gettext_lazy("The card was signed with a key that the service does not know."),
    Verdict.TAMPERED: gettext_lazy("The card's code was changed: its signature does not hold."),
    Verdict.UNREADABLE: gettext_lazy("This is not the code of a card, or it was not read whole. Scan it again."),
}


def counter(request: HttpRequest) -> HttpResponse:
    """The field, and after it was sent the person, a list of people, or what to do when nobody is found."""
    require_anywhere(request.actor, Permission.VIEW_PERSONS)
    form = FindForm(request.POST or None)
    context: dict[str, Any] = {"form": form, "may_register": may_register(request)}
    context["may_export"] = may_export(request.actor)
    if request.method == "POST" and form.is_valid():
        words = form.cleaned_data["words"].strip()
        if is_card(words):
            reading = read_token(words)
            if reading.claims is None:
                context |= card_only(reading.verdict)
                return render(request, "people/counter.html", context)
            words = reading.claims.folio
            if reading.verdict != Verdict.VALID:
                # Who it is may be read in a revoked card too; that the card does not hold must be said.
                say(request, str(CARD_WORDS[reading.verdict]))
        place = (page_of(request) - 1) * PAGE
        found = find_persons(by=request.actor, words=words, limit=PAGE, offset=place)
        if found.by != "name" and found.persons:
            return redirect("person", found.persons[0].uid)
        context |= answer_to(request, words, found, place)
    return render(request, "people/counter.html", context)


def is_card(words: str) -> bool:
    """Whether this is the code of a card and not what somebody types: one long word."""
    return len(words) > CODE_LETTERS and " " not in words.strip() or (len(words) > 120 and not words.isalpha())


def page_of(request: HttpRequest) -> int:
    """The page of the list that was asked for."""
    asked = request.POST.get("page", "1")
    return min(int(asked), MOST_PAGES) if asked.isdecimal() and asked != "0" else 1


def answer_to(request: HttpRequest, words: str, found: Any, place: int) -> dict[str, Any]:
    """What stands below the field."""
    code = curps.normal(words)
    is_curp = len(code) == 18 and found.by == "identifier"
    if found.elsewhere:
        move_form = MoveForm(by=request.actor, initial={"curp": code}) if is_curp and may_register(request) else None
        return {"answer": "people/elsewhere.html", "move_form": move_form}
    if found.by == "identifier" and (wrong := curp_trouble(code)):
        return {"answer": "people/mistyped.html", "wrong": wrong}
    if is_curp:
        return {"answer": "people/not_registered.html", "curp": code}
    rows = [row_of(person) for person in found.persons]
    shown = place + len(rows)
    return {
        "answer": "people/found_list.html",
        "people": rows,
        "words": words,
        "one_word": len(words.split()) < 2,
        "next_page": place // PAGE + 2 if found.total > shown else 0,
    }


def curp_trouble(code: str) -> str:
    """Why what was typed like a CURP is none; "" where it is one, or is no CURP at all but another number."""
    if not CURP_BEGINNING.match(code) or len(code) < ALMOST_CURP:
        return ""
    return str(curp_fault(code, timezone.localdate()) or "")


def row_of(person: Any) -> dict[str, Any]:
    """A person in a list: enough to tell one from another, and no more."""
    return {
        "uid": person.uid,
        "name": full_name(person),
        "born": born_words(person),
        "municipality": municipality_name(person),
        "unit": person.unit.name if person.unit else "",
    }


def card_only(verdict: Verdict) -> dict[str, Any]:
    """A card that tells nobody: what is wrong with it, and how to go on."""
    return {
        "answer": "people/card_only.html",
        "heading": _("The card cannot be used"),
        "sentences": [CARD_WORDS[verdict], _("Look for the person by CURP or by name.")],
    }


def may_register(request: HttpRequest) -> bool:
    """Whether the reader registers people anywhere."""
    return bool(access_of(request.actor).paths(Permission.REGISTER_PERSON))


@require_POST
def move(request: HttpRequest) -> HttpResponse:
    """Bring here a person registered elsewhere, who is at the counter and tells CURP and birth date."""
    require_anywhere(request.actor, Permission.REGISTER_PERSON)
    form = MoveForm(request.POST, by=request.actor)
    if form.is_valid():
        asked = form.cleaned_data
        try:
            person = move_person(
                by=request.actor,
                curp=asked["curp"],
                birth_date=asked["born_on"],
                name=asked["name"],
                unit=asked["unit"].uid,
            )
        except PersonRefused as refused:
            for _field, sentence in refused.faults:
                form.add_error("born_on", str(sentence))
        else:
            say(request, _("The record is now of this unit."))
            return redirect("person", person.uid)
    context = {
        "form": FindForm(),
        "answer": "people/elsewhere.html",
        "move_form": form,
        "may_register": True,
        "may_export": may_export(request.actor),
    }
    return render(request, "people/counter.html", context)
