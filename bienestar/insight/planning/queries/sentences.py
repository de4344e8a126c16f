"""The reason of an item in words, with its figures, in the language of the reader."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from bienestar.foundation.definitions.catalogue import resource_name
from bienestar.insight.planning.choices import Money, Reason
from bienestar.insight.planning.models import ScenarioItem

Figures = Mapping[str, Any]
NAMED = 3  # resources named in a sentence before "and n more"


def reason_sentence(item: ScenarioItem) -> str:
    """Why a service was chosen or refused, as one sentence; a second one tells what was taken as missing."""
    sentence = sentence_of(item.reason, item.figures, item.chosen)
    assumed = item.figures.get("uncounted")
    if not assumed:
        return sentence
    note = _("Its cost takes as missing what nobody counted: %(resources)s.")
    return f"{sentence} {note % {'resources': _resources({'resources': assumed})}}"


def sentence_of(reason: str, figures: Figures, chosen: bool) -> str:
    """The sentence of a reason code and its figures."""
    if reason == Reason.EQUITY and not chosen:
        return _("Refused: with it less than %(share)s of the money would go where marginalisation is high.") % {
            "share": _percent(figures.get("share", 0))
        }
    return SENTENCES[Reason(reason)](figures)


def _locked_in(figures: Figures) -> str:
    return _("Chosen because the planner locked it in; it costs %(cost)s.") % {"cost": _pesos(figures.get("cost", 0))}


def _locked_out(figures: Figures) -> str:
    return _("Left out because the planner locked it out.")


def _best_value(figures: Figures) -> str:
    if "per_million" not in figures:
        return _("Chosen: it costs nothing.")
    if not figures.get("price_of_million"):
        return _(
            "Chosen: it gains %(worth)s weighted people for each million pesos, and the budget reaches for it."
        ) % {"worth": _number(figures["per_million"])}
    return _(
        "Chosen: it gains %(worth)s weighted people for each million pesos; "
        "the last million of the budget gains %(last)s."
    ) % {"worth": _number(figures["per_million"]), "last": _number(figures["price_of_million"])}


def _equity(figures: Figures) -> str:
    return _("Chosen so that at least %(share)s of the money goes where marginalisation is high.") % {
        "share": _percent(figures.get("share", 0))
    }


def _fits_rest(figures: Figures) -> str:
    return _("Chosen: it fits in what the better items left of the budget, for %(cost)s.") % {
        "cost": _pesos(figures.get("cost", 0))
    }


def _budget(figures: Figures) -> str:
    if "per_million" not in figures:
        return _("Refused: the budget does not reach.")
    return _(
        "Refused: it costs %(cost)s, %(left)s are left, and it gains %(worth)s weighted people for each million pesos "
        "where the last million of the budget gains %(last)s."
    ) % {
        "cost": _pesos(figures["cost"]),
        "left": _pesos(figures.get("left", 0)),
        "worth": _number(figures["per_million"]),
        "last": _number(figures.get("price_of_million", 0)),
    }


def _budget_kind(figures: Figures) -> str:
    return _("Refused: it needs %(needs)s of “%(money)s” and %(left)s are left.") % {
        "needs": _pesos(figures["needs"]),
        "left": _pesos(figures["left"]),
        "money": Money(figures["money"]).label,
    }


def _people(figures: Figures) -> str:
    return _("Refused: it needs %(needs)s of “%(category)s” to be hired and %(left)s are left.") % {
        "needs": _number(figures["needs"]),
        "left": _number(figures["left"]),
        "category": resource_name(figures["category"], get_language() or "es"),
    }


def _too_large(figures: Figures) -> str:
    return _("Refused: alone it costs %(cost)s and the whole budget is %(budget)s.") % {
        "cost": _pesos(figures["cost"]),
        "budget": _pesos(figures["budget"]),
    }


def _no_people(figures: Figures) -> str:
    return _("Not planned: no people without social security are known to use it.")


def _unknown(figures: Figures) -> str:
    resources = _resources(figures)
    if not resources:
        return _("Not planned: it cannot be costed until what is not known is counted.")
    return _("Not planned: it cannot be costed until this is counted: %(resources)s.") % {"resources": resources}


def _no_cost(figures: Figures) -> str:
    return _("Not planned: the costs file has no cost for %(resources)s.") % {"resources": _resources(figures)}


SENTENCES: dict[Reason, Callable[[Figures], str]] = {
    Reason.LOCKED_IN: _locked_in,
    Reason.LOCKED_OUT: _locked_out,
    Reason.BEST_VALUE: _best_value,
    Reason.EQUITY: _equity,
    Reason.FITS_REST: _fits_rest,
    Reason.BUDGET: _budget,
    Reason.BUDGET_KIND: _budget_kind,
    Reason.PEOPLE: _people,
    Reason.TOO_LARGE: _too_large,
    Reason.NO_PEOPLE: _no_people,
    Reason.UNKNOWN: _unknown,
    Reason.NO_COST: _no_cost,
}


def _resources(figures: Figures) -> str:
    language = get_language() or "es"
    codes = list(figures.get("resources", []))
    named = ", ".join(resource_name(code, language) for code in codes[:NAMED])
    more = len(codes) - NAMED
    if more <= 0:
        return named
    return named + ngettext(" and %(count)d more", " and %(count)d more", more) % {"count": more}


def _pesos(amount: float) -> str:
    return f"${number_format(round(amount), decimal_pos=0, force_grouping=True)}"


def _number(amount: float) -> str:
    digits = 1 if abs(amount) < 100 and round(amount, 1) != round(amount) else 0
    return number_format(round(amount, digits), decimal_pos=digits, force_grouping=True)


def _percent(share: float) -> str:
    return f"{share * 100:g} %"
