"""Published figures beside ours: those of a text that somebody gives, and the claims that are kept as data.

Nothing of a text is kept. A figure is compared with the value of its own place at the cut-off nearest to its day; a
value that does not exist is said to be not recorded, never nought.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bienestar.calculations.statements.arithmetic import Check, checks_of, reach_of
from bienestar.calculations.statements.figures import Figure, Reason, read_figures
from bienestar.calculations.statements.traps import LeftOut
from bienestar.foundation.accounts.queries import Actor
from bienestar.foundation.definitions.claims import Claim, claims
from bienestar.foundation.definitions.indicators import Indicator
from bienestar.foundation.definitions.statements import StatementsFile, statements, vocabulary
from bienestar.insight.indicators.choices import ValueStatus
from bienestar.insight.indicators.models import ValueSet
from bienestar.insight.indicators.queries.rules import CheckedIndicator, checked_indicators
from bienestar.insight.indicators.queries.values import COUNTRY, definitions_of, newest_set, published_sets, value_of

AGREES, DIFFERS, NOT_RECORDED = "agrees", "differs", "not_recorded"
NO_INDICATOR, NOT_CHECKABLE = "no_indicator", "not_checkable"
VERDICTS = (AGREES, DIFFERS, NOT_RECORDED, NO_INDICATOR, NOT_CHECKABLE)


@dataclass(frozen=True)
class Comparison:
    """Ours beside a published figure. ``computed``: None where there is none; ``cut_off``: the day of ours."""

    verdict: str
    indicator: str | None
    computed: float | None = None
    difference: float | None = None
    cut_off: dt.date | None = None
    value_set: int | None = None
    code: str = ""
    why: tuple[str, ...] = ()


@dataclass(frozen=True)
class CheckedClaim:
    """A figure of a text and what came of checking it. ``figure``: as read; ``published``: as compared with ours.

    ``scope``: code of an area or of a group of states, empty when the text names none. ``arithmetic``: "consistent: …",
    "inconsistent: …" or "computed: …", empty when the text states nothing to reckon. ``explanation``: sentences.
    """

    text: str
    start: int
    end: int
    figure: float
    unit: str
    qualifier: str
    scope: str
    as_of: dt.date | None
    indicator: str | None
    published: float
    computed: float | None
    difference: float | None
    verdict: str
    arithmetic: str
    checks: tuple[Check, ...]
    cut_off: dt.date | None
    value_set: int | None
    code: str
    explanation: tuple[str, ...]


@dataclass(frozen=True)
class CheckedText:
    """Every figure of a text, and what has digits and is no figure."""

    claims: tuple[CheckedClaim, ...]
    left_out: tuple[LeftOut, ...]


@dataclass(frozen=True)
class PublishedClaim:
    """A claim that is kept as data, beside ours."""

    claim: Claim
    comparison: Comparison


def check_text(by: Actor, text: str, value_set: ValueSet | None = None) -> list[CheckedClaim]:
    """Every figure of a Spanish or English text beside ours, in its order.

    ``value_set``: compare with this set only; without it, with the published set nearest to each figure's day.
    """
    return list(read_text(by, text, value_set).claims)


def read_text(by: Actor, text: str, value_set: ValueSet | None = None) -> CheckedText:
    """The same, with what was left out and why."""
    words = vocabulary()
    read = read_figures(text, words)
    checks = checks_of(read.figures, {name: len(states) for name, states in words.groups.items()})
    desk = _Desk(by, value_set)
    return CheckedText(
        tuple(_checked(desk, read.figures, n, checks) for n in range(len(read.figures))),
        read.left_out,
    )


def published_claims(by: Actor, value_set: ValueSet | None = None) -> list[PublishedClaim]:
    """Every claim kept as data beside ours, in the order of their ids."""
    desk = _Desk(by, value_set)
    return [PublishedClaim(claim, desk.of_claim(claim)) for _code, claim in sorted(claims().items())]


def claims_beside(by: Actor, sets: Sequence[ValueSet]) -> list[PublishedClaim]:
    """The same, each beside the set nearest to its day of those given, the oldest first."""
    desk = _Desk(by, sets[-1] if sets else None, sets)
    return [PublishedClaim(claim, desk.of_claim(claim)) for _code, claim in sorted(claims().items())]


class _Desk:
    """Compares figures with values; asks for the sets of values once."""

    def __init__(self, by: Actor, value_set: ValueSet | None, sets: Sequence[ValueSet] | None = None) -> None:
        self.by = by
        self.sets = sets if sets is not None else [value_set] if value_set else published_sets()
        self.newest = value_set or (newest_set(by) if sets is None else None)
        self.file: StatementsFile = statements()
        self._rules: dict[str, CheckedIndicator] | None = None
        self._values: dict[tuple[int, str, str, bool], tuple[float | None, str, str]] = {}

    def of_claim(self, claim: Claim) -> Comparison:
        """Compare a claim kept as data."""
        told = claim.indicators[0] if claim.indicators else None
        if claim.status != "checkable" or claim.figure is None or claim.unit is None:
            why = {
                "plan": _("It is a promise, not a count."),
                "statement": _("It says nothing that can be reckoned."),
                "not_resolvable": _("It was not published what was counted, so no rule can give it."),
            }
            return Comparison(NOT_CHECKABLE, told, why=(why.get(claim.status, ""),))
        value = Decimal(str(claim.figure))
        if claim.unit == "percent" and claim.id in _growths():
            return Comparison(NOT_CHECKABLE, told, why=(_growth_words(),))
        exponent = value.normalize().as_tuple().exponent
        step = Decimal(1).scaleb(min(0, exponent if isinstance(exponent, int) else 0))
        return self.compare(told, claim.unit, value, step, claim.qualifier, claim.scope, claim.as_of)

    def of_figure(self, figure: Figure, threshold: Decimal | None) -> Comparison:
        """Compare a figure of a text."""
        if figure.role == "growth":
            if figure.indicator is None:
                return Comparison(NO_INDICATOR, None, why=(_("No words near it lead to an indicator."),))
            return Comparison(NOT_CHECKABLE, figure.indicator, why=(_growth_words(),))
        if figure.role == "from" and figure.as_of is None and figure.indicator:
            why = _("It is where a growth began, and the text does not say on what day.")
            return Comparison(NOT_CHECKABLE, figure.indicator, why=(why,))
        return self.compare(
            figure.indicator,
            figure.unit,
            figure.value,
            figure.step,
            figure.qualifier,
            figure.scope,
            figure.as_of,
            threshold,
        )

    def compare(
        self,
        indicator: str | None,
        unit: str,
        value: Decimal,
        step: Decimal,
        qualifier: str,
        scope: str,
        as_of: dt.date | None,
        threshold: Decimal | None = None,
    ) -> Comparison:
        """Ours beside a value, and whether it agrees within the tolerance."""
        if indicator is None:
            return Comparison(NO_INDICATOR, None, why=(_("No words near it lead to an indicator."),))
        chosen = self._nearest(as_of)
        if chosen is None:
            return Comparison(NOT_RECORDED, indicator, why=(_("No values have been published yet."),))
        found, counted = self._definition(chosen, indicator, unit)
        why = [_day_words(chosen.cut_off, as_of)]
        if found is None:
            if unit == "states" and threshold is not None and indicator in definitions_of(chosen):
                return self._band(chosen, indicator, value, threshold, scope, why)
            why.append(_("The indicator does not count in this unit, so the two cannot be set side by side."))
            return Comparison(NOT_CHECKABLE, indicator, cut_off=chosen.cut_off, why=tuple(why))
        if counted:
            why.append(_("Compared with what the indicator counts, its numerator."))
        key = (chosen.number, found.id, scope, counted)
        if key not in self._values:
            self._values[key] = self._value(chosen, found, scope, counted)
        computed, status, code = self._values[key]
        if not scope:
            why.append(_("The text names no place: compared with the whole country."))
        base = Comparison(NOT_RECORDED, found.id, cut_off=chosen.cut_off, value_set=chosen.number, code=code)
        if computed is None:
            why.append(_STATUS.get(status, _STATUS["unknown"])())
            verdict = NOT_CHECKABLE if status in {"not_additive", "withheld", "undefined"} else NOT_RECORDED
            return replace(base, verdict=verdict, why=tuple(why))
        verdict = AGREES if self._agrees(value, step, qualifier, Decimal(str(computed)), unit) else DIFFERS
        difference = float(value - Decimal(str(computed)))
        return replace(base, verdict=verdict, computed=computed, difference=difference, why=tuple(why))

    def _nearest(self, as_of: dt.date | None) -> ValueSet | None:
        if as_of is None or not self.sets:
            return self.newest
        return min(self.sets, key=lambda one: (abs((one.cut_off - as_of).days), one.cut_off))

    def _definition(self, value_set: ValueSet, indicator: str, unit: str) -> tuple[Indicator | None, bool]:
        """The indicator, or the one of its family (WRK-09, WRK-09B …), that is in the figure's unit; else the one whose
        numerator counts in it, and whether it is that."""
        measured = self.file.measures.get(unit, [])
        family = sorted(name for name in definitions_of(value_set) if name[: len(indicator)] == indicator)
        known = [definitions_of(value_set)[name] for name in family]
        for one in known:
            if one.unit in measured:
                return one, False
        return next(((one, True) for one in known if one.counts and one.counts in measured), (None, False))

    def _value(self, value_set: ValueSet, one: Indicator, scope: str, counted: bool) -> tuple[float | None, str, str]:
        """Value (or numerator, where that is ``counted``), why there is none, and the place it is of."""
        states = self.file.scopes[scope].states if scope else []
        if not states:
            found = value_of(self.by, value_set, one.id, scope or COUNTRY)
            return found.numerator if counted else found.value, found.status, scope or COUNTRY
        if not self._additive(one):
            return None, "not_additive", scope
        parts = [value_of(self.by, value_set, one.id, state) for state in states]
        missing = next((part for part in parts if part.numerator is None), None)
        if missing is not None:
            return None, missing.status, scope
        above = sum(part.numerator or 0.0 for part in parts)
        if one.denominator is None or counted:
            return above * (1 if counted else one.times), str(ValueStatus.KNOWN), scope
        below = sum(part.denominator or 0.0 for part in parts)
        return (above / below * one.times, str(ValueStatus.KNOWN), scope) if below else (None, "undefined", scope)

    def _additive(self, one: Indicator) -> bool:
        """Whether the values of states add up to that of a group of them."""
        if self._rules is None:
            self._rules = checked_indicators()
        rules = self._rules.get(one.id)
        if rules is None or rules.numerator is None or not rules.numerator.additive:
            return False
        return rules.denominator is None or rules.denominator.additive

    def _band(
        self, value_set: ValueSet, indicator: str, value: Decimal, threshold: Decimal, scope: str, why: list[str]
    ) -> Comparison:
        """How many states reach a percentage: ``14 states at 100 %``."""
        states = (self.file.scopes[scope].states if scope in self.file.scopes else []) or [
            code for code in self.file.scopes if len(code) == 2 and code.isdecimal()
        ]
        values = [value_of(self.by, value_set, indicator, state) for state in states]
        known = [one.value for one in values if one.value is not None]
        base = Comparison(NOT_RECORDED, indicator, cut_off=value_set.cut_off, value_set=value_set.number, code=COUNTRY)
        if not known:
            return replace(base, why=(*why, _STATUS.get(values[0].status, _STATUS["unknown"])()))
        count = sum(one >= float(threshold) for one in known)
        told = _("States where the value is %(threshold)s %% or more; of %(unknown)s states it is not known.")
        why.append(told % {"threshold": f"{threshold:f}", "unknown": len(values) - len(known)})
        verdict = AGREES if count == value else DIFFERS
        return replace(base, verdict=verdict, computed=float(count), difference=float(value) - count, why=tuple(why))

    def _agrees(self, value: Decimal, step: Decimal, qualifier: str, computed: Decimal, unit: str) -> bool:
        tolerance = self.file.tolerance
        low, high = reach_of(value, step, about=False)
        share = tolerance.about_share if qualifier == "about" else tolerance.share
        room = abs(computed) * Decimal(str(share.value))
        if unit in {"percent", "points"}:
            room = Decimal(str(tolerance.points.value))
            room = max(room, abs(computed) * Decimal(str(share.value))) if qualifier == "about" else room
        if qualifier == "more_than":
            return computed >= low - room
        if qualifier == "less_than":
            return computed <= high + room
        return low - room <= computed <= high + room


def _growths() -> frozenset[str]:
    """Claims that are a percentage of growth of a claim of the same source: the one before it, with its start."""
    found = claims()
    ids = sorted(found)
    return frozenset(
        code
        for before, code in zip(ids, ids[1:], strict=False)
        if found[code].unit == "percent"
        and found[before].before is not None
        and found[before].indicators == found[code].indicators
    )


def _checked(desk: _Desk, figures: Sequence[Figure], n: int, checks: Sequence[Check]) -> CheckedClaim:
    figure = figures[n]
    after = figures[n + 1] if n + 1 < len(figures) else None
    paired = after is not None and after.unit == "percent" and after.sentence == figure.sentence and not after.role
    comparison = desk.of_figure(figure, after.value if paired and after is not None else None)
    mine = tuple(one for one in checks if one.about == n)
    return CheckedClaim(
        text=figure.text,
        start=figure.start,
        end=figure.end,
        figure=float(figure.value),
        unit=figure.unit,
        qualifier=figure.qualifier,
        scope=figure.scope,
        as_of=figure.as_of,
        indicator=comparison.indicator,
        published=float(figure.value),
        computed=comparison.computed,
        difference=comparison.difference,
        verdict=comparison.verdict,
        arithmetic="; ".join(arithmetic_line(one) for one in mine),
        checks=mine,
        cut_off=comparison.cut_off,
        value_set=comparison.value_set,
        code=comparison.code,
        explanation=(*(reason_words(reason) for reason in figure.reasons), *comparison.why),
    )


def arithmetic_line(check: Check) -> str:
    """A check as one line: its verdict, how it was reckoned, and what the text states where that is not it."""
    stated = f"; stated {check.stated.normalize():,f}" if check.stated is not None else ""
    return f"{check.verdict}: {check.working}{stated if check.verdict == 'inconsistent' else ''}"


def reason_words(reason: Reason) -> str:
    """Why something was understood, in a sentence with the words that told it."""
    told = {
        "number": _("«%(words)s» is the number %(gave)s."),
        "share": _("«%(words)s» is a share."),
        "unit": _("«%(words)s» → counts %(gave)s."),
        "pair": _("«%(words)s» joins two figures."),
        "scale": _("«%(words)s» gives its millions or thousands to this one."),
        "thousands": _("«%(words)s» is read as %(gave)s: of things there are no thousandths."),
        "qualifier": _("«%(words)s» → %(gave)s."),
        "subject": _("«%(words)s» → %(gave)s."),
        "outside": _("Of «%(words)s» no indicator tells."),
        "goes_on": _("It goes on from «%(words)s» → %(gave)s."),
        "near": _("with «%(words)s» in the same passage → %(gave)s."),
        "scope": _("«%(words)s» → place %(gave)s."),
        "scope_before": _("«%(words)s», said earlier → place %(gave)s."),
        "date": _("«%(words)s» → as of %(gave)s."),
        "date_before": _("«%(words)s», said earlier → as of %(gave)s."),
    }
    gave = reason.gave
    if reason.kind == "unit":
        gave = statements().units[reason.gave].name.in_language(get_language() or "es")
    if reason.kind == "qualifier":
        gave = {"more_than": _("more than"), "less_than": _("less than"), "about": _("about")}[reason.gave]
    return told[reason.kind] % {"words": " ".join(reason.words.split()), "gave": gave}


def _growth_words() -> str:
    return _("A growth is reckoned from its two values: see the arithmetic.")


def _day_words(cut_off: dt.date, as_of: dt.date | None) -> str:
    ours = date_format(cut_off)
    if as_of is None:
        return _("Compared with ours of %(day)s; the text says no day.") % {"day": ours}
    if as_of == cut_off:
        return _("Compared with ours of the same day, %(day)s.") % {"day": ours}
    days = abs((cut_off - as_of).days)
    told = _("Compared with ours of %(day)s, the nearest day there is: %(days)s days from the day of the text.")
    return told % {"day": ours, "days": days}


_STATUS = {
    "unknown": lambda: _("Our value is not known."),
    "undefined": lambda: _("There is nothing to divide by."),
    "not_recorded": lambda: _("Its register does not exist yet: not yet recorded."),
    "withheld": lambda: _("Our value is held back: too few people."),
    "not_additive": lambda: _("The values of these states cannot be added up."),
}
