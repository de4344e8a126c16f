"""The figures of a text: how much, of what, where, when, about which indicator, and by which words that is known.

The steps: ``counting`` and ``shares`` find the numbers, ``signs``, ``pairs`` and ``things`` what they count, ``cues``
what shades them, ``subjects`` what they are about, ``circumstances`` where and when they hold.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from bienestar.calculations.statements.circumstances import Circumstances
from bienestar.calculations.statements.counting import find_numbers
from bienestar.calculations.statements.cues import read_cues
from bienestar.calculations.statements.letters import Reading
from bienestar.calculations.statements.pairs import find_wholes, join_pair
from bienestar.calculations.statements.passage import SIGNS, Draft, Passage, Reason
from bienestar.calculations.statements.signs import read_sign
from bienestar.calculations.statements.subjects import About, find_subjects
from bienestar.calculations.statements.things import (
    find_thing,
    find_thing_before,
    find_thing_behind_list,
    group_thousands,
    lend_thing,
)
from bienestar.calculations.statements.traps import LeftOut
from bienestar.calculations.statements.words import Vocabulary

__all__ = ["SIGNS", "Figure", "Read", "Reason", "read_figures"]


@dataclass(frozen=True)
class Figure:
    """A figure of a text. ``start``, ``end``: its place in the text as written. ``step``: worth of its last digit.

    ``role``: from, to (of a rise), low, high (of a range), whole (what a share is of), growth, or empty. ``partner``:
    the other one of a pair, by its place in the list. ``scope``: code of an area or a group, "" when nothing says it.
    ``as_of``: last day of the date said; ``as_of_precision``: day, month, year. ``per``: what a rate is of.
    """

    text: str
    start: int
    end: int
    value: Decimal
    step: Decimal
    unit: str
    qualifier: str = ""
    role: str = ""
    partner: int | None = None
    indicator: str | None = None
    scope: str = ""
    as_of: dt.date | None = None
    as_of_precision: str = ""
    per: int | None = None
    sentence: int = 0
    near_words: str = ""
    cues: frozenset[str] = frozenset()
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True)
class Read:
    """What was read in a text: its figures and what has digits and is none, both in the order of the text."""

    figures: tuple[Figure, ...]
    left_out: tuple[LeftOut, ...]


def read_figures(text: str, vocabulary: Vocabulary) -> Read:
    """Every figure of a text in Spanish or English, in its order."""
    passage = Passage(Reading(text), vocabulary)
    find_numbers(passage)
    numbers = range(len(passage.drafts))
    for n in numbers:
        read_sign(passage, n)
    for n in numbers:
        join_pair(passage, n)
    find_wholes(passage)
    for n in numbers:
        find_thing(passage, n)
    for n in reversed(numbers):
        lend_thing(passage, n)
    for n in reversed(numbers):
        find_thing_behind_list(passage, n)
    for n in numbers:
        find_thing_before(passage, n)
    for draft in passage.drafts:
        group_thousands(draft)
        read_cues(passage, draft)
    circumstances = Circumstances(passage)
    subjects = find_subjects(passage)
    figures = (
        _figure(passage, draft, about, circumstances) for draft, about in zip(passage.drafts, subjects, strict=True)
    )
    return Read(tuple(figures), tuple(sorted(passage.traps.left_out, key=lambda one: one.start)))


def _figure(passage: Passage, draft: Draft, about: About | None, circumstances: Circumstances) -> Figure:
    low, high = passage.around(draft)
    scope, when, told = circumstances.of(draft)
    words = passage.words_of(draft)
    near = passage.words_between(max(low, draft.first - 8), min(high, draft.last + 8))
    number = Reason("number", words, _plain_number(draft.value))
    return Figure(
        text=words,
        start=draft.start,
        end=draft.end,
        value=draft.value,
        step=draft.number.step,
        unit=draft.unit,
        qualifier=draft.qualifier,
        role=draft.role,
        partner=draft.partner,
        indicator=(about.indicator or None) if about else None,
        scope=scope,
        as_of=when.last_day if when else None,
        as_of_precision=when.precision if when else "",
        per=draft.per,
        sentence=passage.sentence_of(draft),
        near_words=" ".join(near.split()),
        cues=frozenset(draft.cues),
        reasons=(number, *draft.reasons, *(about.reasons if about else []), *told),
    )


def _plain_number(value: Decimal) -> str:
    whole = value == value.to_integral_value()
    return f"{value:,.0f}" if whole else f"{value.normalize():,f}"
