"""Registering a person and correcting a record by one form; look-alikes and contradictions are shown first."""

from __future__ import annotations

import hashlib
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from bienestar.calculations import curp as curps
from bienestar.foundation.accounts.choices import Permission
from bienestar.foundation.accounts.queries import require_anywhere
from bienestar.operations.enrolment.actions import enrol
from bienestar.registers.beneficiaries.actions import (
    PersonEntry,
    PersonRefused,
    correct_person,
    find_persons,
)
from bienestar.registers.beneficiaries.choices import Precision
from bienestar.registers.beneficiaries.queries import contradictions, curp_of, person_visible_to
from bienestar.web.notices import say
from bienestar.web.page import Link
from bienestar.web.people.counter import row_of
from bienestar.web.people.forms import PersonForm, RegistrationForm
from bienestar.web.people.words import full_name

ALIKE = 5  # people shown as possibly the same
BOXES = ("notice_given", "name_on_card", "wants_card")


def register(request: HttpRequest) -> HttpResponse:
    """A new record. ``start``: the counter sends a CURP that nobody has, to begin with."""
    require_anywhere(request.actor, Permission.REGISTER_PERSON)
    started = request.method == "POST" and "start" in request.POST
    initial = {"curp": curps.normal(request.POST.get("curp", ""))[:18]} if started else None
    sent = request.POST if request.method == "POST" and not started else None
    form = RegistrationForm(sent, by=request.actor, initial=initial)
    context: dict[str, Any] = {}
    if sent is not None and form.is_valid():
        entry = entry_of(form)
        context = asked_first(request, entry)
        if confirmed(request, context):
            answer = _register(request, form, entry)
            if answer:
                return answer
            context = {}
    if sent is None:  # straight to the first thing to write: a queue is waiting
        form.fields["given_names" if started else "curp"].widget.attrs["autofocus"] = "autofocus"
    context |= {
        "form": form,
        "boxes": [form[name] for name in BOXES],
        "heading": _("Register somebody"),
        "button": _("Register"),
        "confirm": _("I have looked: register as written"),
        "back": reverse("counter"),
        "crumbs": [Link(_("Counter"), reverse("counter")), Link(_("Register somebody"))],
    }
    return render(request, "people/form.html", context)


def _register(request: HttpRequest, form: RegistrationForm, entry: PersonEntry) -> HttpResponse | None:
    by, asked = request.actor, form.cleaned_data
    try:
        enrolled = enrol(by=by, entry=entry, name_agreed=asked["name_on_card"], wants_card=asked["wants_card"])
    except PersonRefused as refused:
        show_faults(form, refused)
        return None
    done = enrolled.registered
    if done.person is None:
        say(request, _("Somebody with this CURP is registered in another territory. Find them by their CURP."))
        return redirect("counter")
    person = done.person
    sentences = []
    if done.outcome == "known":
        sentences.append(_("This person was registered already: here is the record. Nothing was changed."))
    else:
        sentences += [_("Registered."), enrolled.card]
    if done.folio:
        sentences.append(_("Temporary folio: %(folio)s.") % {"folio": done.folio})
    say(request, " ".join(filter(None, sentences)))
    return redirect("person", person.uid)


def correct(request: HttpRequest, uid: str) -> HttpResponse:
    """Correct a record, whole."""
    person = person_visible_to(request.actor, uid, Permission.REGISTER_PERSON)
    initial = None if request.method == "POST" else initial_of(person)
    form = PersonForm(request.POST or None, by=request.actor, path=person.path, initial=initial)
    context: dict[str, Any] = {}
    if request.method == "POST" and form.is_valid():
        entry = entry_of(form, person)
        doubts = doubts_of(entry)
        context = {"doubts": doubts, "fingerprint": fingerprint(doubts)} if doubts else {}
        if confirmed(request, context):
            try:
                done = correct_person(by=request.actor, person=person, entry=entry)
            except PersonRefused as refused:
                show_faults(form, refused)
                context = {}
            else:
                unchanged = done.outcome == "unchanged"
                say(request, _("Nothing was changed.") if unchanged else _("The record is corrected."))
                return redirect("person", person.uid)
    context |= {
        "form": form,
        "heading": _("Correct the record"),
        "button": _("Save the correction"),
        "confirm": _("I have looked: save as written"),
        "back": reverse("person", args=[person.uid]),
        "crumbs": [
            Link(_("Counter"), reverse("counter")),
            Link(full_name(person), reverse("person", args=[person.uid])),
            Link(_("Correct the record")),
        ],
    }
    return render(request, "people/form.html", context)


def entry_of(form: PersonForm, person: Any = None) -> PersonEntry:
    """What the form tells; birth date, sex and state of birth left empty are read in a CURP that holds."""
    asked = form.cleaned_data
    told = curps.normal(asked["curp"]) or (curp_of(person) if person else "")
    read = read_curp(told)
    born, precision = asked["birth_date"], asked["birth_precision"]
    if read and born is None:
        born, precision = read.birth_date, Precision.DAY
    return PersonEntry(
        given_names=asked["given_names"],
        first_surname=asked["first_surname"],
        second_surname=asked["second_surname"],
        municipality=asked["municipality"].code,
        birth_date=born,
        birth_precision=precision,
        sex=asked["sex"] or (read.sex if read else ""),
        birth_state=asked["birth_state"] or (read.birth_state if read else ""),
        curp=asked["curp"],
        locality_name=asked["locality_name"],
        address=asked["address"],
        unit=asked["unit"].uid if asked["unit"] else "",
    )


def read_curp(text: str) -> curps.Curp | None:
    """What a CURP says; None for a text that is none, which the register refuses with its reason."""
    try:
        return curps.read(text, timezone.localdate()) if text else None
    except curps.NotACurp:
        return None


def initial_of(person: Any) -> dict[str, Any]:
    """The record as the form shows it."""
    born, precision = person.birth_date, person.birth_precision
    return {
        "curp": curp_of(person),
        "given_names": person.given_names,
        "first_surname": person.first_surname,
        "second_surname": person.second_surname,
        "birth_year": born.year if born else None,
        "birth_month": born.month if born and precision != Precision.YEAR else None,
        "birth_day": born.day if born and precision == Precision.DAY else None,
        "sex": person.sex,
        "birth_state": person.birth_state,
        "municipality": person.home.path.split("/")[2],
        "locality_name": person.locality_name,
        "address": person.address,
        "unit": person.unit.uid if person.unit else "",
    }


def asked_first(request: HttpRequest, entry: PersonEntry) -> dict[str, Any]:
    """What must be looked at before somebody is registered: people alike, and where the CURP says something else."""
    similar = []
    if not entry.curp:
        words = f"{entry.given_names} {entry.first_surname} {entry.second_surname}"
        found = find_persons(by=request.actor, words=words, limit=ALIKE)
        similar = [row_of(one) for one in found.persons if may_be(one, entry)]
    doubts = doubts_of(entry)
    if not similar and not doubts:
        return {}
    shown = [row["uid"] for row in similar] + [str(doubt) for doubt in doubts]
    return {"similar": similar, "doubts": doubts, "fingerprint": fingerprint(shown)}


def may_be(person: Any, entry: PersonEntry) -> bool:
    """Whether a record of a like name may be this person: births are not known, or in the same year."""
    return not (person.birth_date and entry.birth_date) or person.birth_date.year == entry.birth_date.year


def doubts_of(entry: PersonEntry) -> list[Any]:
    """Where a CURP that holds contradicts what is told."""
    read = read_curp(curps.normal(entry.curp))
    return [sentence for _field, sentence in contradictions(read.text, entry)] if read else []


def fingerprint(shown: list[Any]) -> str:
    """What was shown, so that a confirmation is of this and of nothing else."""
    return hashlib.sha256("\n".join(str(one) for one in shown).encode()).hexdigest()[:16]


def confirmed(request: HttpRequest, context: dict[str, Any]) -> bool:
    """Nothing had to be looked at, or the reader says that they looked at exactly this."""
    return not context or request.POST.get("confirmed") == context["fingerprint"]


def show_faults(form: PersonForm, refused: PersonRefused) -> None:
    """What cannot be kept, beside its field."""
    places = {"birth_date": "birth_year"}
    for name, sentence in refused.faults:
        place = places.get(name, name)
        form.add_error(place if place in form.fields else None, str(sentence))
