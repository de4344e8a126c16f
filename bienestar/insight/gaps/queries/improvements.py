"""Improvement actions: what to do about each gap, and which change of a record closes it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from bienestar.foundation.definitions.catalogue import resource_name
from bienestar.insight.gaps.choices import ActionKind
from bienestar.insight.gaps.models import GapLine


@dataclass(frozen=True)
class ImprovementAction:
    """One thing to do about a gap, and which change of a record closes it."""

    line: GapLine
    kind: ActionKind
    quantity: float

    def closes_when(self, language: str) -> str:
        """The sentence that says which record must say what, in the language in force (``language`` for names)."""
        resource = resource_name(self.line.resource, language)
        wanted = {"resource": resource, "required": f"{self.line.required:g}", "usable": f"{self.line.usable:g}"}
        return CLOSES[self.kind]() % wanted


CLOSES = {
    ActionKind.FILL_POST: lambda: _(
        "Closes when the workforce register shows %(required)s filled posts of “%(resource)s” (now %(usable)s)."
    ),
    ActionKind.NEW_POST: lambda: _(
        "Closes when the workforce register shows %(required)s authorised and filled posts of “%(resource)s” "
        "(now %(usable)s filled)."
    ),
    ActionKind.BUY: lambda: _(
        "Closes when the register shows %(required)s of “%(resource)s” in use in the unit (now %(usable)s)."
    ),
    ActionKind.REPAIR: lambda: _(
        "Closes when the register shows %(required)s of “%(resource)s” working (now %(usable)s); they are there and "
        "cannot be used."
    ),
    ActionKind.BUILD: lambda: _(
        "Closes when an accepted visit counts %(required)s of “%(resource)s” fit for use (now %(usable)s)."
    ),
    ActionKind.CONNECT: lambda: _("Closes when an accepted visit finds “%(resource)s” connected and working."),
    ActionKind.OPEN_DAYS: lambda: _(
        "Closes when the opening record shows %(required)s for “%(resource)s” (now %(usable)s)."
    ),
    ActionKind.TEST_WATER: lambda: _("Closes when an accepted visit records a compliant water quality test."),
}
KINDS: dict[str, tuple[ActionKind, ActionKind]] = {
    "staff": (ActionKind.FILL_POST, ActionKind.NEW_POST),
    "equipment": (ActionKind.REPAIR, ActionKind.BUY),
    "bed": (ActionKind.REPAIR, ActionKind.BUY),
    "room": (ActionKind.REPAIR, ActionKind.BUILD),
    "utility": (ActionKind.REPAIR, ActionKind.CONNECT),
    "water": (ActionKind.TEST_WATER, ActionKind.TEST_WATER),
    "opening": (ActionKind.OPEN_DAYS, ActionKind.OPEN_DAYS),
}


def actions_of(lines: Iterable[GapLine]) -> Iterator[ImprovementAction]:
    """The improvement actions of gap lines: what exists is repaired or filled first, the rest acquired."""
    for line in lines:
        repair, acquire = KINDS[line.resource.split(".")[0]]
        if line.to_repair > 0:
            yield ImprovementAction(line, repair, line.to_repair)
        if line.to_acquire > 0:
            yield ImprovementAction(line, acquire, line.to_acquire)
