"""What is told of a person: what cannot be kept, and what can but must be looked at. Sentences for the reader."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from bienestar.calculations import curp as curps
from bienestar.calculations.names import normal
from bienestar.foundation.definitions.people import people_rules
from bienestar.registers.beneficiaries.choices import Precision
from bienestar.registers.beneficiaries.models import Person

#: Nobody is known to have lived longer than 122 years: an older birth is a slip of writing.
OLDEST_YEARS = 125
LONGEST = {"given_names": 120, "first_surname": 80, "second_surname": 80, "locality_name": 200, "address": 250}
LONGEST |= {"origin": 80}
#: What stands before a CURP that a person had once, among the numbers of origin; a number from outside never does.
FORMER = "curp:"

WRONG_CURP = {
    curps.Fault.LENGTH: _("A CURP has 18 letters and digits; this one has more or fewer."),
    curps.Fault.FORM: _("This CURP has a letter where a digit belongs, or a digit where a letter belongs."),
    curps.Fault.WORD: _("No CURP begins with these four letters. Check them."),
    curps.Fault.SEX: _("The letter for the sex, the 11th of the CURP, cannot be right."),
    curps.Fault.STATE: _("The two letters for the state of birth in the CURP, the 12th and 13th, are of no state."),
    curps.Fault.DATE: _("The birth date in the CURP, its six digits, is no day of the calendar."),
    curps.Fault.FUTURE: _("The birth date in the CURP has not come yet."),
    curps.Fault.CHECK: _("The last digit of the CURP does not fit the rest. One of its characters was mistyped."),
}
CONTRADICTED = {
    "given_names": _("The CURP is of other given names. Confirm them with a document."),
    "first_surname": _("The CURP is of another first surname. Confirm it with a document."),
    "second_surname": _("The CURP is of another second surname. Confirm it with a document."),
    "birth_date": _("The CURP has another birth date. Confirm it with a document."),
    "sex": _("The CURP has another sex. Confirm it with a document."),
    "birth_state": _("The CURP has another state of birth. Confirm it with a document."),
}


@dataclass(frozen=True)
class PersonEntry:
    """What is told of a person. Empty text and None: not told.

    ``municipality`` is the home's 5 digits, ``locality`` its 9 where known; ``unit`` the CLUES where the person is to
    be attended. ``origin`` is the number of the record where it came from, "publisher:number". A birth date known to
    the month or year is its first day, with its precision.
    """

    given_names: str
    first_surname: str
    municipality: str
    second_surname: str = ""
    birth_date: dt.date | None = None
    birth_precision: str = Precision.DAY
    sex: str = ""
    birth_state: str = ""
    curp: str = ""
    locality: str = ""
    locality_name: str = ""
    address: str = ""
    unit: str = ""
    origin: str = ""

    @property
    def precision(self) -> str:
        """How exactly the birth date is known: not at all where there is none."""
        return str(self.birth_precision) if self.birth_date else Precision.UNKNOWN


class PersonRefused(ValueError):
    """What was told cannot be kept. ``faults``: (field of PersonEntry, sentence) each."""

    def __init__(self, *faults: tuple[str, Any]) -> None:
        super().__init__(" ".join(str(sentence) for _field, sentence in faults))
        self.faults = faults


def faults_of(entry: PersonEntry, today: dt.date) -> list[tuple[str, Any]]:
    """What of an entry cannot be kept, but its CURP: (field, sentence) each; empty when all of it can."""
    found: list[tuple[str, Any]] = []
    rules = people_rules()
    if not normal(f"{entry.given_names}{entry.first_surname}"):
        found.append(("given_names", _("Write a name: given names or a first surname.")))
    for field, longest in LONGEST.items():
        text = getattr(entry, field)
        if len(text) > longest:
            found.append((field, _("It may have at most %(longest)d characters.") % {"longest": longest}))
        if "\x00" in text:
            found.append((field, _("It has a character that cannot be used.")))
    if entry.origin.lower().startswith(FORMER):
        found.append(("origin", _("A number of origin cannot begin with “curp:”.")))
    if entry.sex and entry.sex not in rules.sexes:
        found.append(("sex", _("The sex must be one of: %(known)s.") % {"known": ", ".join(rules.sexes)}))
    if entry.birth_state and entry.birth_state not in rules.birth_states:
        found.append(("birth_state", _("There is no state of birth with these letters; NE is abroad.")))
    if entry.birth_date:
        found += [("birth_date", sentence) for sentence in [birth_fault(entry.birth_date, today)] if sentence]
    return found


def birth_fault(born: dt.date, today: dt.date) -> Any:
    """Why a birth date cannot be right, or None."""
    if born > today:
        return _("The birth date has not come yet.")
    if born.year < today.year - OLDEST_YEARS:
        return _("Nobody born that year is alive. Check the year of birth.")
    return None


def curp_fault(curp: str, today: dt.date) -> Any:
    """Why a text is no CURP, as a sentence, or None when it is one. The text is taken as ``curps.normal`` leaves it."""
    wrong = curps.fault(curp, today, curp_sexes())
    return WRONG_CURP[wrong] if wrong else None


def curp_sexes() -> frozenset[str]:
    """The letters that a CURP may have for the sex."""
    return frozenset(sex.curp for sex in people_rules().sexes.values() if sex.curp)


def contradictions(curp: str, entry: PersonEntry | Person) -> list[tuple[str, Any]]:
    """Where a CURP and what is told of its person differ: (field, sentence) each, for a person to look at.

    A difference is no reason to refuse: some real CURPs break the rules. A birth date that is not known to the day
    is not compared.
    """
    precision = entry.precision if isinstance(entry, PersonEntry) else entry.birth_precision
    sex = people_rules().sexes.get(entry.sex)
    named = curps.Named(
        given_names=entry.given_names or None,
        first_surname=entry.first_surname or None,
        second_surname=entry.second_surname or None,
        birth_date=entry.birth_date if precision == Precision.DAY else None,
        sex=(sex.curp or None) if sex else None,
        birth_state=entry.birth_state or None,
    )
    return [(one.field, CONTRADICTED[one.field]) for one in curps.compare(curp, named)]
