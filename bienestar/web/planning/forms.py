"""What a planner asks of a plan: the budget and its limits. Money is typed in millions of pesos."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from bienestar.foundation.definitions.catalogue import resource_name
from bienestar.insight.planning.choices import Money

MILLION = Decimal(1_000_000)
HIGH_DEGREES = [4, 5]  # what a share typed here is about: high and very high marginalisation


def _million(label: Any, **more: Any) -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        min_value=0,
        max_value=10_000_000,
        max_digits=14,
        decimal_places=6,
        localize=False,
        widget=forms.NumberInput(attrs={"step": "any", "min": 0, "inputmode": "decimal"}),
        **more,
    )


class PlanForm(forms.Form):
    """Budget, money by kind, equity floor, hires by category; locks stand beside it as (unit, service) pairs."""

    budget = _million(_("Budget, million pesos"))

    def __init__(self, asked: Any, *, categories: Collection[str] = ()) -> None:
        super().__init__(asked)
        self.asked = asked
        for kind in Money:
            self.fields[f"money_{kind.value}"] = _million(kind.label, required=False)
        self.fields["equity"] = forms.IntegerField(
            label=_("Equity floor, % of the money"),
            help_text=_(
                "At least this part goes to municipalities of high or very high marginalisation. "
                "Blank: the default floor. 0: none."
            ),
            min_value=0,
            max_value=100,
            required=False,
        )
        language = get_language() or "es"
        for code in sorted(categories, key=lambda code: resource_name(code, language)):
            self.fields[f"hire_{code}"] = forms.IntegerField(
                label=resource_name(code, language), min_value=0, max_value=1_000_000, required=False
            )

    @property
    def money_fields(self) -> list[Any]:
        """Boxes of the limits by kind of money."""
        return [self[name] for name in self.fields if name.startswith("money_")]

    @property
    def hire_fields(self) -> list[Any]:
        """Boxes of the people that can be hired by category."""
        return [self[name] for name in self.fields if name.startswith("hire_")]

    @property
    def has_limits(self) -> bool:
        """Whether any limit beside the budget was typed."""
        return any(self.asked.get(name, "").strip() for name in self.fields if name != "budget")

    def locks(self, part: str) -> list[tuple[str, str]]:
        """(uid, service) of the locks "in" or "out" that the address asks for."""
        return [pair for text in self.asked.getlist(part) if (pair := lock_of(text))]

    def limits(self) -> dict[str, Any]:
        """The limits in the shape that the planner's queries take."""
        given = self.cleaned_data
        money = {kind.value: given.get(f"money_{kind.value}") for kind in Money}
        hires = {name[5:]: float(value) for name, value in given.items() if name[:5] == "hire_" and value is not None}
        found: dict[str, Any] = {
            "money": {kind: float(value * MILLION) for kind, value in money.items() if value is not None},
            "locked_in": [list(pair) for pair in self.locks("in")],
            "locked_out": [list(pair) for pair in self.locks("out")],
        }
        if hires:
            found["hires"] = hires
        if given.get("equity") is not None:
            share = given["equity"] / 100
            found["equity"] = [{"degrees": HIGH_DEGREES, "share": share}] if share else []
        return found


class NameForm(forms.Form):
    """The name of a scenario."""

    name = forms.CharField(label=_("Name of the scenario"), max_length=120)


def lock_of(text: str) -> tuple[str, str] | None:
    """ "uid:service" as a pair; None for anything else."""
    uid, colon, service = text.partition(":")
    return (uid, service) if colon and uid and service else None
