"""Why something is missing: the line of the standard that asks for it, and its basis, in words."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from bienestar.foundation.definitions.standards import Standards, standards_from_content

BASIS_WORDS: dict[str, str | Promise] = {
    "law": _("Law"),
    "programme": _("Programme"),
    "source": _("Source"),
    "assumption": _("Assumption"),
}
_frozen: dict[str, Standards] = {}


@dataclass(frozen=True)
class Ask:
    """How much one service asks for: a number or the formula of the standard."""

    service: str
    quantity: str
    note: str


@dataclass(frozen=True)
class Reason:
    """A basis, and all that is asked for because of it."""

    kind: str
    kind_words: str | Promise
    basis: str
    reference: str
    asks: list[Ask]


@dataclass(frozen=True)
class Explained:
    """A line of the diagnosis with the lines of the standard behind it."""

    line: Any
    reasons: list[Reason]


def frozen_standards(run: Any) -> Standards:
    """The standards as the run used them; read from the run once, then kept by their hash."""
    sha256 = run.standards.sha256
    if sha256 not in _frozen:
        _frozen[sha256] = standards_from_content(run.standards.content)
    return _frozen[sha256]


def explain(standards: Standards, unit_type: str, line: Any) -> Explained:
    """The line with every service that asks for its resource in a unit of this type."""
    return Explained(line, reasons_for(standards.sha256, unit_type, line.resource, get_language() or "es"))


@lru_cache(maxsize=4096)
def reasons_for(sha256: str, unit_type: str, resource: str, language: str) -> list[Reason]:
    """Lines for one resource by their basis; kept, because all units of a type share them."""
    standards = _frozen[sha256]
    found: dict[str, Reason] = {}
    for wanted in standards.lines_for(unit_type, resource):
        if wanted.basis not in found:
            basis = standards.bases[wanted.basis]
            text = basis.text.in_language(language)
            found[wanted.basis] = Reason(basis.kind, BASIS_WORDS[basis.kind], text, basis.reference, [])
        note = wanted.note.in_language(language) if wanted.note else ""
        ask = Ask(standards.service_name(wanted.service, language), wanted.quantity, note)
        found[wanted.basis].asks.append(ask)
    return list(found.values())
