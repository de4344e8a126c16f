"""A person in words: name, birth as far as it is known, where they live."""

from __future__ import annotations

from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from bienestar.foundation.territory.choices import Level
from bienestar.registers.beneficiaries.choices import Precision


def full_name(person: Any) -> str:
    """Given names and surnames, as given."""
    return " ".join(part for part in (person.given_names, person.first_surname, person.second_surname) if part)


def born_words(person: Any) -> str:
    """The birth date no more exactly than it is known."""
    if person.birth_date is None:
        return _("not known")
    if person.birth_precision == Precision.YEAR:
        return str(person.birth_date.year)
    if person.birth_precision == Precision.MONTH:
        return date_format(person.birth_date, "YEAR_MONTH_FORMAT")
    return date_format(person.birth_date)


def municipality_name(person: Any) -> str:
    """The municipality of the home."""
    home = person.home
    return home.parent.name if home.level == Level.LOCALITY and home.parent else home.name
