"""Words for how the people of a unit were reckoned. See docs/methods/people-served.md."""

from __future__ import annotations

from django.utils.translation import gettext as _

from bienestar.foundation.territory.choices import Measure


def people_basis_words(basis: str) -> str:
    """How the people of a unit were reckoned, as a sentence; the key is that of ``RunUnit.people_basis``."""
    rule, _dot, measure = basis.partition(".")
    rules = {
        "catchment": _("People without entitlement in the localities assigned to the unit"),
        "share": _("The unit's part, by consulting rooms, of the people of its municipality"),
        "municipality": _("All people of its municipality"),
        "nearest": _("People of the municipalities for which it is the nearest hospital"),
    }
    if rule not in rules:
        return _("Not known")
    if not measure:
        return rules[rule]
    named = _("several measures") if measure == "mixed" else str(Measure(measure).label)
    return f"{rules[rule]} ({named})"
