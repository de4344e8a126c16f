"""An improvement action in words: what to do, and which change of a record closes it."""

from __future__ import annotations

from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _


def action(line: Any, name: str) -> str:
    """ "Repair 2 and buy 1: Steriliser"."""
    parts = []
    if line.to_repair:
        parts.append(_("repair %(n)s") % {"n": _count(line.to_repair)})
    if line.to_acquire:
        parts.append(_to_get(line.resource.split(".")[0]) % {"n": _count(line.to_acquire)})
    words = _(" and ").join(parts)
    return f"{words[:1].upper()}{words[1:]}: {name}"


def closing(line: Any) -> str:
    """The change of the record after which the next diagnosis no longer finds the gap."""
    wanted = {"n": _count(line.required or 0)}
    group = line.resource.split(".")[0]
    if group == "staff":
        return _("the workforce register shows %(n)s posts with a person in them") % wanted
    if group == "equipment":
        return _("the equipment register shows %(n)s in working order") % wanted
    if group == "opening":
        return _("the unit's opening record shows %(n)s") % wanted
    if group == "water":
        return _("a compliant water test is on record")
    if group == "utility":
        return _("the unit's record shows the service working")
    return _("the unit's record shows %(n)s usable") % wanted


def _to_get(group: str) -> str:
    return {
        "staff": _("hire %(n)s"),
        "room": _("build or fit out %(n)s"),
        "bed": _("add %(n)s"),
        "equipment": _("buy %(n)s"),
        "utility": _("install %(n)s"),
        "water": _("carry out %(n)s"),
        "opening": _("open %(n)s more"),
    }.get(group, _("get %(n)s"))


def _count(value: float) -> str:
    return number_format(value, decimal_pos=0 if value == int(value) else 1, use_l10n=True, force_grouping=True)
