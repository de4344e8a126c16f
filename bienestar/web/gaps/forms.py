"""What can be asked of the pages about gaps, in their address."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from bienestar.foundation.definitions.catalogue import catalogue
from bienestar.insight.gaps.choices import Outcome
from bienestar.web.territory.forms import GROUPS


class ActionFilterForm(forms.Form):
    """Which improvement actions."""

    group = forms.ChoiceField(label=_("Group"), required=False)
    kind = forms.ChoiceField(
        label=_("Kind"),
        required=False,
        choices=[("", _("All")), ("repair", _("Repair what exists")), ("acquire", _("Hire, buy, build or open"))],
    )

    def __init__(self, data: Any) -> None:
        super().__init__(data, auto_id="filter_%s")
        names = catalogue().groups
        language = get_language() or "es"
        self.fields["group"].choices = [("", _("All")), *((g, names[g].in_language(language)) for g in GROUPS)]
        self.is_valid()

    def chosen_group(self) -> str:
        """A group of resources, or "" for all."""
        return self.cleaned_data.get("group", "")

    def chosen_kind(self) -> str:
        """ "repair", "acquire" or "" for both."""
        return self.cleaned_data.get("kind", "")


class CompareForm(forms.Form):
    """Which two diagnoses to compare."""

    earlier = forms.ChoiceField(label=_("From"))
    later = forms.ChoiceField(label=_("To"))
    outcome = forms.ChoiceField(
        label=_("Show"), required=False, choices=[("", _("Everything that differs")), *Outcome.choices]
    )

    def __init__(self, data: Any, runs: list[Any]) -> None:
        super().__init__(data, auto_id="compare_%s", initial=_last_two(runs))
        self.runs = {str(run.pk): run for run in runs}
        choices = [(str(run.pk), _run_words(run)) for run in runs]
        self.fields["earlier"].choices = choices
        self.fields["later"].choices = choices

    def chosen(self) -> tuple[Any, Any]:
        """The two runs, of a valid form."""
        return self.runs[self.cleaned_data["earlier"]], self.runs[self.cleaned_data["later"]]


def _last_two(runs: list[Any]) -> dict[str, str]:
    return {"earlier": str(runs[1].pk), "later": str(runs[0].pk)} if len(runs) > 1 else {}


def _run_words(run: Any) -> str:
    return gettext("Number %(number)s: %(area)s on %(day)s, standards %(version)s") % {
        "number": run.pk,
        "area": run.area.name,
        "day": date_format(run.as_of),
        "version": run.standards.version,
    }
