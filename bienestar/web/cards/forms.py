"""Forms of the pages about cards."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from bienestar.calculations.cards import folio as folios
from bienestar.foundation.accounts.choices import Permission
from bienestar.foundation.definitions.people import people_rules
from bienestar.foundation.facilities.queries import units_visible_to
from bienestar.foundation.territory.choices import Level
from bienestar.foundation.territory.queries import areas_visible_to

MOST_CARDS = 50_000
LONGEST_SCAN = 5000


def day_box() -> forms.DateInput:
    """The browser's own calendar; its value is always 2026-11-30."""
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class ScanForm(forms.Form):
    """One field for a scanner that types and presses Enter, or for fingers."""

    text = forms.CharField(
        label=_("Scan a card or type its folio"),
        max_length=LONGEST_SCAN,
        widget=forms.TextInput(
            attrs={"autofocus": True, "autocomplete": "off", "autocapitalize": "off", "spellcheck": "false"}
        ),
        error_messages={"required": _("Scan a card or type its folio.")},
    )


class MakeForm(forms.Form):
    """How many cards go into a batch."""

    most = forms.IntegerField(
        label=_("Cards in the batch"),
        help_text=_("The oldest requests go first. The others wait for the next batch."),
        min_value=1,
        max_value=MOST_CARDS,
    )


class ShipForm(forms.Form):
    """Who takes a batch to its module."""

    carrier = forms.CharField(
        label=_("Who takes it, and under which number"),
        help_text=_("For example: parcel service, guide 123. It may stay empty."),
        max_length=120,
        required=False,
    )


class FoliosForm(forms.Form):
    """Folios of pieces, one a line or as they come."""

    folios = forms.CharField(
        label=_("Folios"),
        help_text=_("One a line. Scan them or type their 15 digits."),
        widget=forms.Textarea(attrs={"rows": 6, "autocomplete": "off", "spellcheck": "false"}),
    )

    def clean_folios(self) -> list[str]:
        """The folios, each once, in order; a line that is none is named by its number."""
        found: dict[str, None] = {}
        for number, line in enumerate(re.split(r"[\n,;]", self.cleaned_data["folios"]), start=1):
            if not line.strip():
                continue
            try:
                found[str(folios.parse(line))] = None
            except folios.FolioError:
                raise ValidationError(
                    _("Line %(number)s is not a folio. Check its digits."), params={"number": number}
                ) from None
        if not found:
            raise ValidationError(_("Write at least one folio."))
        return list(found)


class SpoilForm(FoliosForm):
    """Damaged pieces, and what happened."""

    note = forms.CharField(
        label=_("What happened"), help_text=_("No names of people."), max_length=200, widget=forms.TextInput()
    )


class ReturnForm(FoliosForm):
    """Pieces that go back, and why."""

    why = forms.ChoiceField(label=_("Why they go back"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["why"].choices = reasons("never_collected")


def reasons(first: str = "") -> list[tuple[str, str]]:
    """Why a card ends, in the reader's language; the likeliest first."""
    language = get_language() or "es"
    found = [(code, text.in_language(language)) for code, text in people_rules().card.reasons.items()]
    return sorted(found, key=lambda row: row[0] != first)


class DayForm(forms.Form):
    """The day as of which pieces are reconciled; none: now."""

    as_of = forms.DateField(label=_("At the end of the day"), required=False, widget=day_box())

    def clean_as_of(self) -> dt.date | None:
        """A day that has come."""
        day: dt.date | None = self.cleaned_data["as_of"]
        if day and day > timezone.localdate():
            raise ValidationError(_("This day has not come yet."))
        return day


class ModuleForm(forms.Form):
    """A new enrolment module."""

    municipality = forms.ChoiceField(label=_("Municipality"))
    name = forms.CharField(label=_("Name of the module"), max_length=120)
    unit = forms.CharField(
        label=_("CLUES key of the unit where it is"),
        help_text=_("Leave it empty when the module is not in a medical unit."),
        max_length=20,
        required=False,
    )
    opened_on = forms.DateField(label=_("First day"), widget=day_box())

    def __init__(self, *args: Any, by: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by
        found = areas_visible_to(by, Permission.MANAGE_CARDS, Level.MUNICIPALITY)
        self.areas = {area.code: area for area in found}
        self.fields["municipality"].choices = [(code, f"{area.name} ({code})") for code, area in self.areas.items()]
        self.fields["opened_on"].initial = timezone.localdate()

    def clean_unit(self) -> Any:
        """The unit of that key, if there is one and the reader sees it."""
        key = self.cleaned_data["unit"].strip().upper()
        if not key:
            return None
        unit = units_visible_to(self.by).filter(identifiers__value=key).first()
        if unit is None:
            raise ValidationError(_("There is no unit with this key in your territory."))
        return unit


class NewKeyForm(forms.Form):
    """A new signing key: the day from which it signs."""

    valid_from = forms.DateField(
        label=_("First day on which it signs"), widget=day_box(), help_text=_("Until then the present key signs.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["valid_from"].initial = timezone.localdate()

    def clean_valid_from(self) -> dt.date:
        """Not a day that has passed."""
        day: dt.date = self.cleaned_data["valid_from"]
        if day < timezone.localdate():
            raise ValidationError(_("This day has passed."))
        return day


class TypedForm(forms.Form):
    """The id of a key, typed: what follows cannot be undone."""

    kid = forms.CharField(
        label=_("Type the id of the key to confirm"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, expected: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.expected = expected

    def clean_kid(self) -> str:
        """The very id."""
        typed: str = self.cleaned_data["kid"].strip().lower()
        if typed != self.expected:
            raise ValidationError(_("This is not the id of the key."))
        return typed
