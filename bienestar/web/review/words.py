"""What the review desk says of fields, of how alike two values are, and of weights."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from bienestar.foundation.definitions.people import people_rules

FIELDS = {
    "curp": gettext_lazy("CURP"),
    "given_names": gettext_lazy("Given names"),
    "first_surname": gettext_lazy("First surname"),
    "second_surname": gettext_lazy("Second surname"),
    "birth_date": gettext_lazy("Birth date"),
    "sex": gettext_lazy("Sex"),
    "birth_state": gettext_lazy("State of birth"),
    "municipality": gettext_lazy("Municipality of the home"),
}
OUTCOMES = {
    "same": gettext_lazy("same"),
    "differs": gettext_lazy("differs"),
    "missing": gettext_lazy("not told by both"),
}
# What the model saw of a field (its levels are those of calculations.linkage), in words.
LEVELS = {
    ("given_names", "equal"): gettext_lazy("The given names agree"),
    ("given_names", "typo"): gettext_lazy("The given names are one letter apart"),
    ("given_names", "main"): gettext_lazy("The given name that tells people apart agrees"),
    ("given_names", "part"): gettext_lazy("One given name stands among the other's"),
    ("given_names", "near"): gettext_lazy("The given names are alike"),
    ("given_names", "different"): gettext_lazy("The given names differ"),
    ("first_surname", "equal"): gettext_lazy("The first surnames agree"),
    ("first_surname", "crossed"): gettext_lazy("The surnames agree in the other order"),
    ("first_surname", "typo"): gettext_lazy("The first surnames are one letter apart"),
    ("first_surname", "near"): gettext_lazy("The first surnames are alike"),
    ("first_surname", "different"): gettext_lazy("The first surnames differ"),
    ("second_surname", "equal"): gettext_lazy("The second surnames agree"),
    ("second_surname", "crossed"): gettext_lazy("The surnames agree in the other order"),
    ("second_surname", "typo"): gettext_lazy("The second surnames are one letter apart"),
    ("second_surname", "near"): gettext_lazy("The second surnames are alike"),
    ("second_surname", "different"): gettext_lazy("The second surnames differ"),
    ("birth_date", "equal"): gettext_lazy("The birth dates agree"),
    ("birth_date", "day and month swapped"): gettext_lazy("Day and month of birth are in the other order"),
    ("birth_date", "one digit"): gettext_lazy("The birth dates are one digit apart"),
    ("birth_date", "same year"): gettext_lazy("Only the year of birth agrees"),
    ("birth_date", "same day and month"): gettext_lazy("Only day and month of birth agree"),
    ("birth_date", "different"): gettext_lazy("The birth dates differ"),
    ("sex", "equal"): gettext_lazy("The sex agrees"),
    ("sex", "different"): gettext_lazy("The sex differs"),
    ("birth_state", "equal"): gettext_lazy("The state of birth agrees"),
    ("birth_state", "different"): gettext_lazy("The state of birth differs"),
    ("municipality", "equal"): gettext_lazy("The municipality agrees"),
    ("municipality", "same state"): gettext_lazy("Another municipality of the same state"),
    ("municipality", "different"): gettext_lazy("The states where they live differ"),
    ("curp", "equal"): gettext_lazy("The CURP agrees"),
    ("curp", "typo"): gettext_lazy("The CURPs are one character apart"),
    ("curp", "different"): gettext_lazy("The CURPs differ"),
}


def reason_words(field: str, level: str) -> str:
    """What the model saw of a field; a level that has no words of its own says which it is."""
    if level == "missing":
        return _("One side does not tell it: it says nothing")
    return str(LEVELS.get((field, level), f"{FIELDS.get(field, field)}: {level}"))


def bits(weight: float) -> str:
    """A weight with its sign: +9.3 or −4.1 (a real minus sign, which is read aloud)."""
    told = number_format(abs(round(weight, 1)), decimal_pos=1, use_l10n=True)
    sign = "" if abs(weight) < 0.05 else "−" if weight < 0 else "+"
    return f"{sign}{told}"


def chance(probability: float) -> str:
    """A probability in per cent, never rounded to none or all: "more than 99 %"."""
    if probability > 0.99:
        return _("more than 99 %")
    if probability < 0.01:
        return _("less than 1 %")
    return f"{number_format(round(100 * probability), decimal_pos=0)} %"


def waited(since: dt.datetime) -> str:
    """How long something waits, in days."""
    days = max((timezone.localdate() - timezone.localtime(since).date()).days, 0)
    if days == 0:
        return _("since today")
    return ngettext("%(n)s day", "%(n)s days", days) % {"n": number_format(days, force_grouping=True)}


def value_words(field: str, value: str, places: dict[str, str]) -> str:
    """A value as people read it: dates in words, codes by their names; "" stays."""
    language = get_language() or "es"
    if not value:
        return ""
    if field == "birth_date":
        return date_format(dt.date.fromisoformat(value))
    if field == "sex":
        known: Any = people_rules().sexes.get(value)
        return known.name.in_language(language) if known else value
    if field == "birth_state":
        state: Any = people_rules().birth_states.get(value)
        return state.name.in_language(language) if state else value
    if field == "municipality":
        return places.get(value, value)
    return value
