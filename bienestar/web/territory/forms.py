"""What can be asked of the page of a territory, in its address."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from bienestar.foundation.definitions.catalogue import catalogue, typologies
from bienestar.insight.gaps.queries.pages import ALL_STAFF
from bienestar.insight.gaps.queries.tables import UnitFilter
from bienestar.web.components.widgets import LongSelect

# What a standard can ask for; activity is counted but never missing.
GROUPS = ("staff", "room", "bed", "equipment", "utility", "water", "opening")
Choices = list[tuple[str, Any]]


def resource_choices() -> Choices:
    """Resources by group, in the reader's language."""
    language = get_language() or "es"
    found = catalogue()
    return [
        (
            found.groups[group].in_language(language),
            [(code, row.name.in_language(language)) for code, row in found.resources.items() if row.group == group],
        )
        for group in GROUPS
    ]


class UnitFilterForm(forms.Form):
    """Search and filters of the units table."""

    q = forms.CharField(label=_("Name or CLUES key"), required=False, max_length=100)
    municipality = forms.ChoiceField(label=_("Municipality"), required=False, widget=LongSelect)
    type = forms.ChoiceField(label=_("Type of unit"), required=False, widget=LongSelect)
    ready = forms.ChoiceField(
        label=_("Services"),
        required=False,
        choices=[
            ("", _("All")),
            ("all", _("Every service ready")),
            ("some", _("Some service held back")),
            ("unknown", _("Some service not known")),
        ],
    )
    lacks = forms.ChoiceField(label=_("Lacks"), required=False, widget=LongSelect)
    visited = forms.ChoiceField(
        label=_("Census visit"),
        required=False,
        choices=[("", _("All")), ("yes", _("Visited")), ("no", _("Not visited"))],
    )

    def __init__(self, data: Any, municipalities: Iterable[tuple[str, str]], *, diagnosed: bool) -> None:
        super().__init__(data, auto_id="filter_%s")
        language = get_language() or "es"
        everything = ("", _("All"))
        self.fields["municipality"].choices = [everything, *municipalities]
        if len(self.fields["municipality"].choices) < 3:
            del self.fields["municipality"]
        types = typologies().unit_types.items()
        self.fields["type"].choices = [
            everything,
            *((code, row.name.in_language(language)) for code, row in types if row.care or not diagnosed),
        ]
        self.fields["lacks"].choices = [everything, *resource_choices()]
        if not diagnosed:
            for name in ("ready", "lacks", "visited"):
                del self.fields[name]

    def asked(self) -> UnitFilter:
        """What is asked; a value that is not on offer asks nothing."""
        self.is_valid()
        given = self.cleaned_data
        return UnitFilter(
            words=given.get("q", "").strip(),
            unit_type=given.get("type", ""),
            municipality=given.get("municipality", ""),
            readiness=given.get("ready", ""),
            lacks=given.get("lacks", ""),
            visited=given.get("visited", ""),
        )


class MapForm(forms.Form):
    """Which gap the map is shaded by."""

    map = forms.ChoiceField(label=_("Shade the map by what is missing of"), required=False, widget=LongSelect)

    def __init__(self, data: Any) -> None:
        super().__init__(data, auto_id="shade_%s")
        self.fields["map"].choices = [
            (ALL_STAFF, _("All staff")),
            ("equipment", _("All equipment")),
            *resource_choices(),
        ]

    def chosen(self) -> str:
        """A resource code or a group; all staff unless told."""
        self.is_valid()
        return self.cleaned_data.get("map") or ALL_STAFF

    def words(self) -> str:
        """The chosen gap in words."""
        chosen = self.chosen()
        for value, label in self.fields["map"].choices:
            if value == chosen:
                return str(label)
            if isinstance(label, list | tuple):
                for code, name in label:
                    if code == chosen:
                        return str(name)
        return chosen
