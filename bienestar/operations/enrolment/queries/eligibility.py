"""Reading eligibility: the check in force, and what the counter says of it."""

from __future__ import annotations

import datetime as dt

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bienestar.calculations.eligibility import Found
from bienestar.foundation.accounts.choices import Permission
from bienestar.foundation.accounts.queries import Actor, access_of
from bienestar.foundation.definitions.people import people_rules
from bienestar.operations.enrolment.choices import Result
from bienestar.operations.enrolment.models import EligibilityCheck
from bienestar.registers.beneficiaries.models import Person
from bienestar.registers.beneficiaries.queries import curp_of


def current_check(person: Person) -> EligibilityCheck | None:
    """The check in force of a person whom the caller may see; of a merged record, that of the one that stays."""
    kept = person.merged_into_id or person.pk
    return EligibilityCheck.objects.filter(person=kept, is_current=True).first()


def checks_of(person: Person) -> QuerySet[EligibilityCheck]:
    """Every check of a person whom the caller may see, newest first."""
    return EligibilityCheck.objects.filter(person=person.merged_into_id or person.pk).order_by("-pk")


def people_with(result: str) -> Q:
    """Persons whose conclusion today is ``result``, as a filter on Person; "unknown": also who was never compared.

    A conclusion that ran out is not known. It says nothing of who may see them.
    """
    today = timezone.localdate()
    holds = EligibilityCheck.objects.filter(Q(valid_until=None) | Q(valid_until__gte=today), is_current=True)
    if result == Result.UNKNOWN:
        return ~Q(pk__in=holds.exclude(result=Result.UNKNOWN).values("person"))
    return Q(pk__in=holds.filter(result=result).values("person"))


def contested_for(by: Actor) -> QuerySet[EligibilityCheck]:
    """Contested conclusions that ``by`` may settle, those that wait longest first."""
    within = access_of(by).within(Permission.REVIEW_MATCH, "person__path")
    found = EligibilityCheck.objects.filter(within, is_current=True, result=Result.CONTESTED, person__merged_into=None)
    return found.select_related("person__home").order_by("checked_on", "pk")


def to_resolve(check: EligibilityCheck | None, person: Person) -> list[str]:
    """What remains to be put in order for a person, later; whoever comes is attended now. Empty: nothing."""
    found = []
    if check is None:
        found.append(_("Nobody has checked yet whether another institution covers this person."))
    else:
        found += _of_check(check)
    if person.died_on:
        found.append(
            _("The record says that this person died on %(day)s. Ask a supervisor to correct it.")
            % {"day": _day(person.died_on)}
        )
    elif not curp_of(person):
        found.append(
            _("There is no CURP on record: ask for it when there is one. A temporary folio serves until then.")
        )
    return found


def _of_check(check: EligibilityCheck) -> list[str]:
    if check.result == Result.COVERED:
        name = institution_name(check.institution)
        if check.valid_until and check.valid_until < timezone.localdate():
            return [
                _("%(institution)s covered this person at the last check, which has run out: check again.")
                % {"institution": name}
            ]
        return [
            _("%(institution)s covers this person. If that is not so, note it: a supervisor decides.")
            % {"institution": name}
        ]
    if check.result == Result.CONTESTED:
        return [_("The person or a document contradicts a roll. A supervisor decides.")]
    if check.result == Result.ELIGIBLE:
        if check.valid_until and check.valid_until < timezone.localdate():
            return [_("The last check ran out on %(day)s: check again.") % {"day": _day(check.valid_until)}]
        return []
    return _unknown(check)


def _unknown(check: EligibilityCheck) -> list[str]:
    required, found = people_rules().required(), []
    said = {institution: (cut_off, what) for institution, cut_off, what in check.evidence}
    for code, (_cut_off, what) in said.items():
        if what == Found.REVIEW:
            found.append(
                _("An entry of %(institution)s may be this person's: a supervisor decides.")
                % {"institution": institution_name(code)}
            )
    for code in required:
        cut_off, what = said.get(code, (None, Found.NONE))
        words = {"institution": institution_name(code), "day": _day(dt.date.fromisoformat(cut_off)) if cut_off else ""}
        if what == Found.NONE:
            found.append(_("The roll of %(institution)s has not arrived.") % words)
        elif what == Found.OLD:
            found.append(_("The roll of %(institution)s is of %(day)s: too old to tell.") % words)
    return found or [_("It is not known yet whether another institution covers this person.")]


def institution_name(code: str) -> str:
    """The short name of an institution in the reader's language; a code that the rules no longer have stays."""
    known = people_rules().institutions.get(code)
    return known.name.in_language(get_language() or "es") if known else code


def _day(day: dt.date) -> str:
    return date_format(day, "SHORT_DATE_FORMAT")


def found_words(found: str) -> str:
    """What a roll said of a person, in words."""
    words = {
        Found.YES: _("in the roll"),
        Found.NO: _("not in the roll"),
        Found.REVIEW: _("an entry waits for review"),
        Found.OLD: _("not in the roll, which is too old to tell"),
        Found.NONE: _("there is no roll"),
        Found.LATER: _("not known yet"),
    }
    return str(words.get(Found(found), found))
