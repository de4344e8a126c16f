"""Forms of the census."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bienestar.foundation.accounts.choices import Permission
from bienestar.foundation.territory.choices import Level
from bienestar.foundation.territory.queries import areas_visible_to
from bienestar.operations.census.choices import VisitStage
from bienestar.operations.census.queries import rounds_visible_to


def day_box() -> forms.DateInput:
    """The browser's own calendar; its value is always 2026-11-30."""
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class RoundForm(forms.Form):
    """A new round: state, name, dates, teams."""

    area = forms.ChoiceField(label=_("State"))
    name = forms.CharField(label=_("Name of the round"), max_length=120)
    starts_on = forms.DateField(label=_("First day"), widget=day_box())
    ends_on = forms.DateField(
        label=_("Last day"), help_text=_("Leave it empty when it is not known yet."), required=False, widget=day_box()
    )
    teams = forms.CharField(
        label=_("Teams"),
        help_text=_(
            "One team a line: its name, a comma, and how many people. For example: North, 4. No names of people."
        ),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, by: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by
        self.areas = {area.code: area for area in areas_visible_to(by, Permission.MANAGE_ROUND, Level.STATE)}
        self.fields["area"].choices = [(code, area.name) for code, area in self.areas.items()]
        self.fields["starts_on"].initial = timezone.localdate()

    def clean_teams(self) -> list[tuple[str, int]]:
        """[(name, people), …]; each line says both."""
        found: list[tuple[str, int]] = []
        for number, line in enumerate(self.cleaned_data["teams"].splitlines(), start=1):
            if not line.strip():
                continue
            name, comma, people = line.rpartition(",")
            if not comma or not name.strip() or not people.strip().isdecimal() or not 1 <= int(people) <= 1000:
                raise ValidationError(
                    _("Line %(number)s: write the name of the team, a comma and how many people, like North, 4."),
                    params={"number": number},
                )
            found.append((name.strip()[:80], int(people)))
        if len({name for name, _people in found}) != len(found):
            raise ValidationError(_("Two teams have the same name."))
        return found

    def clean(self) -> dict[str, Any]:
        """Dates in order, and a name that the state has not used."""
        asked = self.cleaned_data
        first, last = asked.get("starts_on"), asked.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", _("The last day is before the first day."))
        area = self.areas.get(asked.get("area", ""))
        if area and rounds_visible_to(self.by).filter(area=area, name=asked.get("name", "")).exists():
            self.add_error("name", _("This state already has a round of that name."))
        return asked


class CloseForm(forms.Form):
    """The last day of a round."""

    on = forms.DateField(label=_("Last day of the round"), widget=day_box(), initial=timezone.localdate)

    def __init__(self, *args: Any, first_day: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.first_day = first_day

    def clean_on(self) -> dt.date:
        """Not before the round's first day."""
        if self.cleaned_data["on"] < self.first_day:
            raise ValidationError(_("The last day is before the first day."))
        return self.cleaned_data["on"]


class VisitForm(forms.Form):
    """The day, the team and a note of a visit; what was counted is on the sheet."""

    visited_on = forms.DateField(label=_("Day of the visit"), widget=day_box())
    team = forms.ChoiceField(label=_("Team"), required=False)
    note = forms.CharField(
        label=_("Note"),
        help_text=_("No names of people."),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, round_: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.round = round_
        names = list(round_.teams.order_by("name").values_list("name", flat=True))
        self.fields["team"].choices = [("", _("No team")), *[(name, name) for name in names]]
        self.fields["visited_on"].initial = timezone.localdate()

    def clean_visited_on(self) -> dt.date:
        """A day of the round that has come."""
        day = self.cleaned_data["visited_on"]
        if day > timezone.localdate():
            raise ValidationError(_("This day has not come yet."))
        if day < self.round.starts_on:
            raise ValidationError(_("The round had not begun on this day."))
        return day


class RefusalForm(forms.Form):
    """Why visits are refused: whoever visits again must know."""

    note = forms.CharField(
        label=_("Why they are refused"),
        help_text=_("Whoever visits again reads it. No names of people."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Say why, so that the next visit can mend it.")},
    )


STAGES = [("", _("Any")), *VisitStage.choices]
