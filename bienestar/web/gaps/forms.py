"""What can be asked of the pages about gaps, in their address."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from bienestar.foundation.definitions.catalogue import catalogue
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
