"""Forms of the counter: finding, registering and correcting a person, and what happens to their card."""

from __future__ import annotations

import calendar
import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.dates import MONTHS
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from bienestar.foundation.accounts.choices import Permission
from bienestar.foundation.accounts.queries import ROOT, Actor, access_of
from bienestar.foundation.definitions.people import people_rules
from bienestar.foundation.facilities.queries import current_key, unit_visible_to, units_visible_to
from bienestar.foundation.territory.choices import Level
from bienestar.foundation.territory.queries import areas_under
from bienestar.registers.beneficiaries.choices import Precision
from bienestar.registers.beneficiaries.queries import OLDEST_YEARS
from bienestar.web.components.widgets import LongSelect

LONGEST_SCAN = 4000  # characters of a scanned card; a token is some three hundred
FEW = 60  # units that a list may hold; more are asked for by their key


def _language() -> str:
    return get_language() or "es"


def _no_memory(**more: str) -> dict[str, str]:
    """Attributes of a field whose values a shared browser must not remember and offer to the next person."""
    return {"autocomplete": "off", "spellcheck": "false", **more}


class FindForm(forms.Form):
    """One field for everything that finds a person."""

    words = forms.CharField(
        label=_("CURP, folio or name, or scan the card"),
        help_text=_("A name with its surnames in any order. Accents and capitals do not matter."),
        max_length=LONGEST_SCAN,
        widget=forms.TextInput(attrs=_no_memory(autofocus="autofocus")),
        error_messages={
            "required": _("Write a CURP, a folio or a name, or scan the card."),
            "max_length": _("This is too long to be a CURP, a folio, a name or a card."),
        },
    )


class PersonForm(forms.Form):
    """What a record holds. With a CURP, the birth date, the sex and the state of birth may be left empty."""

    curp = forms.CharField(
        label=_("CURP"),
        help_text=_("Eighteen letters and digits. Leave it empty if the person has none; a temporary folio is given."),
        max_length=25,
        required=False,
        widget=forms.TextInput(attrs=_no_memory(autocapitalize="characters")),
    )
    given_names = forms.CharField(label=_("Given names"), max_length=120, widget=forms.TextInput(attrs=_no_memory()))
    first_surname = forms.CharField(label=_("First surname"), max_length=80, widget=forms.TextInput(attrs=_no_memory()))
    second_surname = forms.CharField(
        label=_("Second surname"),
        help_text=_("Leave it empty if there is none."),
        max_length=80,
        required=False,
        widget=forms.TextInput(attrs=_no_memory()),
    )
    birth_day = forms.IntegerField(label=_("Day"), required=False, min_value=1, max_value=31)
    birth_month = forms.TypedChoiceField(label=_("Month"), required=False, coerce=int, empty_value=None)
    birth_year = forms.IntegerField(label=_("Year"), required=False)
    sex = forms.ChoiceField(label=_("Sex"), required=False)
    birth_state = forms.ChoiceField(label=_("State of birth"), required=False, widget=LongSelect)
    municipality = forms.ChoiceField(label=_("Municipality of the home"), widget=LongSelect)
    locality_name = forms.CharField(
        label=_("Locality"), max_length=200, required=False, widget=forms.TextInput(attrs=_no_memory())
    )
    address = forms.CharField(
        label=_("Street and number, or how to find the house"),
        max_length=250,
        required=False,
        widget=forms.TextInput(attrs=_no_memory()),
    )

    def __init__(self, *args: Any, by: Actor, path: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by
        rules, language = people_rules(), _language()
        sexes = [(code, one.name.in_language(language)) for code, one in rules.sexes.items()]
        self.fields["sex"].choices = [("", _("As the CURP says, or not told")), *sexes]
        self.fields["birth_month"].choices = [("", _("Month")), *MONTHS.items()]
        self.fields["birth_state"].choices = [("", _("As the CURP says, or not told")), *birth_state_names()]
        self.areas = {area.code: area for area in _municipalities(by, path)}
        named = sorted(self.areas.values(), key=lambda area: area.name)
        self.fields["municipality"].choices = [
            ("", _("Choose a municipality")),
            *((area.code, area.name) for area in named),
        ]
        self._offer_units()
        for name in ("birth_day", "birth_year"):
            self.fields[name].widget.attrs |= _no_memory(inputmode="numeric")

    def _offer_units(self) -> None:
        """A list of units where it is short, else their key is asked for."""
        units = list(units_visible_to(self.by, Permission.REGISTER_PERSON)[: FEW + 1])
        self.units = {unit.uid: unit for unit in units} if len(units) <= FEW else None
        if self.units is None:
            self.fields["unit"] = forms.CharField(
                label=_("Key (CLUES) of the unit that attends the person"), max_length=20, required=False
            )
            return
        offered = [(uid, unit.name) for uid, unit in self.units.items()]
        empty = [] if len(offered) == 1 else [("", _("No unit yet"))]
        self.fields["unit"] = forms.ChoiceField(
            label=_("Unit that attends the person"), choices=[*empty, *offered], required=False
        )

    def clean_municipality(self) -> Any:
        """The area of the home."""
        return self.areas[self.cleaned_data["municipality"]]

    def clean_unit(self) -> Any:
        """The unit, or None."""
        asked = self.cleaned_data["unit"].strip()
        if not asked:
            return None
        if self.units is not None:
            return self.units[asked]
        found = units_visible_to(self.by, Permission.REGISTER_PERSON).filter(uid=asked.upper()).first()
        if found is None:
            try:
                return unit_visible_to(self.by, asked, Permission.REGISTER_PERSON)
            except Exception as error:
                raise ValidationError(_("There is no unit with this key in your territory.")) from error
        return found

    def clean(self) -> dict[str, Any]:
        """The birth date and how exactly it is known, from the parts that were told."""
        asked = self.cleaned_data
        if self.errors.keys() & {"birth_day", "birth_month", "birth_year"}:
            return asked
        day, month, year = (asked.get(name) for name in ("birth_day", "birth_month", "birth_year"))
        try:
            asked["birth_date"], asked["birth_precision"] = birth_date(day, month, year)
        except ValidationError as error:
            self.add_error("birth_year" if year is None else "birth_day", error)
        return asked


def birth_date(day: int | None, month: int | None, year: int | None) -> tuple[dt.date | None, str]:
    """The first day of what is known and its precision; ValidationError for what no calendar has."""
    if year is None:
        if day or month:
            raise ValidationError(_("Write the year of birth too, even if it is not certain."))
        return None, Precision.UNKNOWN
    today = timezone.localdate()
    if not today.year - OLDEST_YEARS <= year <= today.year:
        raise ValidationError(
            _("The year of birth must be between %(first)s and %(last)s."),
            params={"first": str(today.year - OLDEST_YEARS), "last": str(today.year)},
        )
    if month is None:
        if day:
            raise ValidationError(_("Choose the month of birth too."))
        return dt.date(year, 1, 1), Precision.YEAR
    last = calendar.monthrange(year, month)[1]
    if day and day > last:
        raise ValidationError(_("That month had %(last)s days."), params={"last": last})
    born = dt.date(year, month, day or 1)
    if born > today:
        raise ValidationError(_("The birth date is in the future."))
    return born, Precision.DAY if day else Precision.MONTH


class RegistrationForm(PersonForm):
    """A new person: the record, what the person agrees to, and whether a card is asked for."""

    notice_given = forms.BooleanField(
        label=_("The person was given the privacy notice"),
        error_messages={"required": _("Give the person the privacy notice first, and say so here.")},
    )
    name_on_card = forms.BooleanField(
        label=_("The person agrees that the card's code holds their name"), required=False
    )
    wants_card = forms.BooleanField(label=_("The person asks for a card"), required=False, initial=True)


class DeliveryForm(forms.Form):
    """A card goes to a hand: whose, and what was seen."""

    scanned = forms.CharField(
        label=_("Scan the card"),
        help_text=_("The card is then active at once. Without scanning, it must have been received at the module."),
        max_length=LONGEST_SCAN,
        required=False,
        widget=forms.TextInput(attrs=_no_memory(autofocus="autofocus")),
    )
    receiver = forms.ChoiceField(label=_("Who receives the card"))
    seen = forms.ChoiceField(label=_("Document that you saw"))
    note = forms.CharField(
        label=_("Note"), help_text=_("No names and no numbers of documents."), max_length=250, required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rules, language = people_rules(), _language()
        self.fields["receiver"].choices = [(code, text.in_language(language)) for code, text in rules.receivers.items()]
        documents = [(code, text.in_language(language)) for code, text in rules.documents.items()]
        self.fields["seen"].choices = [("", _("Choose one")), *documents]


class EndForm(forms.Form):
    """Why a card ends."""

    why = forms.ChoiceField(label=_("Why"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        reasons = people_rules().card.reasons
        named = [(code, text.in_language(_language())) for code, text in reasons.items()]
        self.fields["why"].choices = [("", _("Choose one")), *named]


class DeathForm(forms.Form):
    """The day on which a person died."""

    died_on = forms.DateField(
        label=_("Day of death"), widget=forms.DateInput(attrs=_no_memory(type="date"), format="%Y-%m-%d")
    )


class ReasonForm(forms.Form):
    """Why: for what ends a card or contradicts a conclusion."""

    note = forms.CharField(
        label=_("Reason"),
        help_text=_("No names and no numbers of documents."),
        max_length=250,
    )


class MoveForm(forms.Form):
    """Bringing here a person who is registered elsewhere: what only who stands at the counter knows."""

    curp = forms.CharField(max_length=25, widget=forms.HiddenInput)
    born_on = forms.DateField(
        label=_("Birth date, as the person tells it"),
        widget=forms.DateInput(attrs={"type": "date", **_no_memory()}, format="%Y-%m-%d"),
    )
    name = forms.CharField(
        label=_("Name and first surname, as the person tells them"),
        max_length=200,
        widget=forms.TextInput(attrs=_no_memory()),
    )
    unit = forms.ChoiceField(label=_("Unit that attends the person from now on"))

    def __init__(self, *args: Any, by: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.units = {unit.uid: unit for unit in units_visible_to(by, Permission.REGISTER_PERSON)[:FEW]}
        self.fields["unit"].choices = [(uid, f"{unit.name} ({current_key(unit)})") for uid, unit in self.units.items()]

    def clean_unit(self) -> Any:
        """The unit."""
        return self.units[self.cleaned_data["unit"]]


def birth_state_names() -> list[tuple[str, str]]:
    """RENAPO's letters with the name of each state, in order of name; abroad comes last."""
    language = _language()
    states = people_rules().birth_states
    named = [(letters, state.name.in_language(language), state.number) for letters, state in states.items()]
    return [(letters, name) for letters, name, _number in sorted(named, key=lambda row: (not row[2], row[1]))]


def _municipalities(by: Actor, path: str) -> list[Any]:
    """Municipalities of every state that the reader registers people in, and the state of ``path``."""
    reached = [one for one in (*access_of(by).paths(Permission.REGISTER_PERSON), path) if one]
    if ROOT in reached:
        return list(areas_under(ROOT, Level.MUNICIPALITY))
    states = sorted({"/".join(one.split("/")[:2]) + "/" for one in reached})
    return [area for state in states for area in areas_under(state, Level.MUNICIPALITY)]
