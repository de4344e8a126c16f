"""One person: the answer for the counter first, then card, identity, evidence, consent; and who looked at it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from bienestar.foundation.accounts.choices import Permission
from bienestar.foundation.accounts.queries import access_of
from bienestar.foundation.definitions.people import people_rules
from bienestar.operations.enrolment.actions import EligibilityError, check_eligibility, contest_eligibility
from bienestar.operations.enrolment.choices import PairKind, Result
from bienestar.operations.enrolment.queries import (
    checks_of,
    current_check,
    found_words,
    institution_name,
    pairs_with,
    to_resolve,
)
from bienestar.registers.beneficiaries.actions import read_person, record_consent
from bienestar.registers.beneficiaries.choices import IdentifierKind, Purpose
from bienestar.registers.beneficiaries.queries import (
    affiliations_of,
    consent_in_force,
    curp_of,
    exports_over,
    folio_of,
    identifiers_of,
    person_visible_to,
    reads_of,
    sees_rolls,
)
from bienestar.web.notices import say
from bienestar.web.page import Link
from bienestar.web.people.cards import card_of
from bienestar.web.people.forms import ReasonForm
from bienestar.web.people.words import born_words, full_name, municipality_name

PAGE = 50
PURPOSE_WORDS = {
    "counter": gettext_lazy("At the counter"),
    "api": gettext_lazy("Through another program"),
    "review": gettext_lazy("To decide whether two records are one person"),
    "card": gettext_lazy("For the card"),
    "digital_card": gettext_lazy("To show the digital card"),
    "eligibility": gettext_lazy("To see whether the person is eligible"),
}


@require_safe
def person(request: HttpRequest, uid: str) -> HttpResponse:
    """The record, whole; reading it is written down."""
    found = person_visible_to(request.actor, uid)
    if found.uid != uid:
        return redirect("person", found.uid)
    read_person(by=request.actor, person=found, purpose="counter")
    check = current_check(found)
    access = access_of(request.actor)
    may_register = access.can(Permission.REGISTER_PERSON, found.path)
    card = card_of(request.actor, found)
    name_agreed = consent_in_force(found, Purpose.NAME_ON_CARD)
    context = {
        "person": found,
        "name": full_name(found),
        "pages": pages(found, "person"),
        "crumbs": crumbs(found),
        "conclusion": conclusion_of(check),
        "todo": to_resolve(check, found),
        "reviews": reviews_of(request.actor, found, check),
        "card": card,
        "may_register": may_register,
        "may_request": may_register and found.died_on is None,
        "may_take_back": found.died_on is not None and access.can(Permission.REVIEW_MATCH, found.path),
        "may_contest": check is not None and check.result == Result.COVERED,
        "who": who_it_is(found),
        "evidence": evidence_of(check),
        "sees_rolls": sees_rolls(request.actor),
        "affiliations": [affiliation_row(row) for row in affiliations_of(found)],
        "checks": [conclusion_words(row) for row in checks_of(found) if not row.is_current],
        "consents": consent_rows(found),
        "notice_told": told_of_notice(found),
        "name_agreed": bool(name_agreed and name_agreed.given),
    }
    return render(request, "people/person.html", context)


def reviews_of(by: Any, found: Any, check: Any) -> list[Link]:
    """What waits at the review desk about this person and may be decided by the reader."""
    rows = [Link(pair_words(pair), reverse("review_pair", args=[pair.pk])) for pair in pairs_with(by, found)]
    if check and check.result == Result.CONTESTED and access_of(by).can(Permission.REVIEW_MATCH, found.path):
        rows.append(Link(_("Decide what holds"), reverse("review_settle", args=[found.uid])))
    return rows


def pair_words(pair: Any) -> str:
    """What is to be decided of a pair."""
    if pair.kind == PairKind.PERSONS:
        return _("Decide whether two records are one person")
    institution = institution_name(pair.institution)
    return _("Decide whether the entry of %(institution)s is this person") % {"institution": institution}


def pages(found: Any, here: str) -> list[Link]:
    """The record and who looked at it."""
    rows = (("person", _("The record")), ("person_readers", _("Who looked at it")))
    return [Link(words, "" if name == here else reverse(name, args=[found.uid])) for name, words in rows]


def crumbs(found: Any, *last: Link) -> list[Link]:
    """Counter → person → …"""
    own = Link(full_name(found), reverse("person", args=[found.uid]) if last else "")
    return [Link(_("Counter"), reverse("counter")), own, *last]


def conclusion_of(check: Any) -> dict[str, Any]:
    """What is known of the person's eligibility, in words."""
    if check is None:
        return {"code": "unknown", "words": _("Nobody has compared this person with the rolls yet."), "since": ""}
    since = _("Concluded on %(day)s.") % {"day": date_format(check.checked_on)}
    if check.valid_until:
        if check.valid_until < timezone.localdate():
            since += " " + _("It held until %(day)s: compare again.") % {"day": date_format(check.valid_until)}
            return {"code": "unknown", "words": _unknown_words(), "since": since}
        else:
            since += " " + _("It holds until %(day)s.") % {"day": date_format(check.valid_until)}
    return {"code": check.result, "words": result_words(check), "since": since}


def result_words(check: Any) -> str:
    """The conclusion as a sentence."""
    institution = institution_name(check.institution)
    return {
        Result.ELIGIBLE: _("Without social security: the person is eligible."),
        Result.COVERED: _("The person has social security: %(institution)s.") % {"institution": institution},
        Result.UNKNOWN: _unknown_words(),
        Result.CONTESTED: _("The person says that what a roll tells is wrong: it waits for a decision."),
    }[Result(check.result)]


def _unknown_words() -> str:
    return _("It is not known yet whether the person has social security.")


def conclusion_words(check: Any) -> str:
    """An earlier conclusion in one line."""
    return f"{date_format(check.checked_on)}: {result_words(check)}"


def evidence_of(check: Any) -> list[dict[str, Any]]:
    """What each institution's roll says: institution, answer, date of the roll."""
    rows = []
    for institution, cut_off, found in check.evidence if check else []:
        day = dt.date.fromisoformat(cut_off) if cut_off else None
        rows.append({"institution": institution_name(institution), "found": found_words(found), "cut_off": day})
    return rows


def affiliation_row(row: Any) -> dict[str, Any]:
    """An affiliation as the page shows it."""
    return {
        "institution": institution_name(row.institution),
        "valid_from": row.valid_from,
        "valid_to": row.valid_to,
        "basis": row.get_basis_display(),
    }


def who_it_is(found: Any) -> list[tuple[Any, ...]]:
    """Rows of the record: identifiers, names, birth, home, unit."""
    rules, language = people_rules(), get_language() or "es"
    sex, state = rules.sexes.get(found.sex), rules.birth_states.get(found.birth_state)
    curp, folio = curp_of(found), folio_of(found)
    others = [row.value for row in identifiers_of(found) if row.kind != IdentifierKind.CURP and row.value != folio]
    rows: list[tuple[Any, ...]] = [
        (
            "CURP",
            curp or _("none"),
            _("told, and does not hold: %(curp)s") % {"curp": found.told_curp} if found.told_curp else "",
        ),
    ]
    if folio:
        rows.append((_("Temporary folio"), folio))
    rows += [
        (_("Given names"), found.given_names),
        (_("Surnames"), f"{found.first_surname} {found.second_surname}".strip()),
        (_("Born"), born_words(found)),
        (_("Sex"), sex.name.in_language(language) if sex else None),
        (_("State of birth"), state.name.in_language(language) if state else None),
        (_("Municipality of the home"), municipality_name(found)),
        (_("Locality and address"), ", ".join(part for part in (found.locality_name, found.address) if part) or None),
        (_("Unit that attends the person"), found.unit.name if found.unit else _("none yet")),
    ]
    if found.died_on:
        rows.append((_("Died on"), date_format(found.died_on)))
    if others:
        rows.append((_("Other numbers that find this person"), ", ".join(others)))
    return rows


def told_of_notice(found: Any) -> bool:
    """Whether the person received the privacy notice."""
    held = consent_in_force(found, Purpose.PRIVACY_NOTICE)
    return bool(held and held.given)


def consent_rows(found: Any) -> list[tuple[Any, ...]]:
    """What the person agreed to, with the day and the version of the notice."""
    rows = []
    for purpose in Purpose:
        held = consent_in_force(found, purpose)
        label = str(purpose.label)
        if held is None:
            rows.append((label[:1].upper() + label[1:], _("nobody has asked")))
            continue
        note = _("on %(day)s, notice %(version)s") % {
            "day": date_format(timezone.localdate(held.at)),
            "version": held.notice_version,
        }
        rows.append((label[:1].upper() + label[1:], _("yes") if held.given else _("no"), note))
    return rows


@require_safe
def readers(request: HttpRequest, uid: str) -> HttpResponse:
    """Who looked at the record, newest first; this look is one of them."""
    found = person_visible_to(request.actor, uid)
    read_person(by=request.actor, person=found, purpose="counter")
    page = Paginator(reads_of(request.actor, found), PAGE).get_page(request.GET.get("page"))
    rows = [{"at": row.at, "actor": row.actor, "what": purpose_of(row)} for row in page]
    lists = exports_over(request.actor, found)
    context = {
        "person": found,
        "name": full_name(found),
        "pages": pages(found, "person_readers"),
        "crumbs": crumbs(found, Link(_("Who looked at it"))),
        "page": page,
        "rows": rows,
        "lists": [
            {"at": row.at, "actor": row.actor, "records": row.records, "what": export_purpose(row)}
            for row in lists[:PAGE]
        ],
        "more_lists": max(lists.count() - PAGE, 0),
    }
    return render(request, "people/readers.html", context)


def export_purpose(row: Any) -> str:
    """What a list was downloaded for, in words; a code that the rules no longer have stays."""
    code = row.detail.get("purpose", "")
    rule = people_rules().exports.get(code)
    return rule.name.in_language(get_language() or "es") if rule else code


def purpose_of(row: Any) -> str:
    """What a look was for, in words."""
    purpose = row.detail.get("purpose", "")
    return str(PURPOSE_WORDS.get(purpose, purpose or _("not told")))


@require_POST
def check(request: HttpRequest, uid: str) -> HttpResponse:
    """Compare the person with the current rolls now."""
    found = person_visible_to(request.actor, uid, Permission.REGISTER_PERSON)
    try:
        check_eligibility(by=request.actor, person=found)
    except EligibilityError as error:
        say(request, str(error))
    else:
        say(request, _("Compared with the rolls of today."))
    return redirect("person", found.uid)


def contest(request: HttpRequest, uid: str) -> HttpResponse:
    """The person says that a roll is wrong about them: it is noted, and a supervisor decides."""
    found = person_visible_to(request.actor, uid, Permission.REGISTER_PERSON)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            contest_eligibility(by=request.actor, person=found, note=form.cleaned_data["note"])
        except EligibilityError as error:
            form.add_error(None, str(error))
        else:
            say(request, _("Noted. A supervisor decides; until then the person is attended as everybody is."))
            return redirect("person", found.uid)
    context = {
        "form": form,
        "heading": _("The person says that this is wrong"),
        "sentences": [conclusion_of(current_check(found))["words"]],
        "buttons": [("contest", _("Note it"))],
        "back": reverse("person", args=[found.uid]),
        "crumbs": crumbs(found, Link(_("The person says that this is wrong"))),
    }
    return render(request, "people/small_form.html", context)


@require_POST
def consent(request: HttpRequest, uid: str) -> HttpResponse:
    """The person agrees, or no longer agrees, that the card's code holds their name; or was told of the notice."""
    found = person_visible_to(request.actor, uid, Permission.REGISTER_PERSON)
    if request.POST.get("purpose") == "notice":
        record_consent(by=request.actor, person=found, purpose=Purpose.PRIVACY_NOTICE, given=True)
        say(request, _("Noted."))
        return redirect("person", found.uid)
    given = request.POST.get("given") == "1"
    record_consent(by=request.actor, person=found, purpose=Purpose.NAME_ON_CARD, given=given)
    say(request, _("Noted. It holds for the next card.") if card_of(request.actor, found) else _("Noted."))
    return redirect("person", found.uid)
