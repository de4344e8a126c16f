"""Where and when a figure holds: the place and date of its own sentence, or the nearest said before."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left

from bienestar.calculations.statements.dates import Dated
from bienestar.calculations.statements.passage import Draft, Passage, Reason

#: The scope that says least; any other of the sentence goes before it.
_COUNTRY = "MX"


class Circumstances:
    """The places and dates of a text, once its numbers and years are told apart."""

    def __init__(self, passage: Passage) -> None:
        self.passage = passage
        self.dates = _dates(passage)
        self.date_starts = [self._place(one)[0] for one in self.dates]
        self.days = [one for one in self.dates if one.precision == "day"]
        self.day_starts = [self._place(one)[0] for one in self.days]
        self.areas = [one for one in passage.scopes.found if one.meanings[0] != _COUNTRY]
        self.area_starts = [one.first for one in self.areas]

    def of(self, draft: Draft) -> tuple[str, Dated | None, list[Reason]]:
        """Scope and date of a figure, and the words that told them."""
        low, high = self.passage.around(draft)
        scope, said = self._scope(draft, low, high)
        when, told = self._when(draft, low, high)
        reasons = said + told
        sentence_start = self.passage.bounds[self.passage.sentence_of(draft)][0]
        if not scope and (place := bisect_left(self.area_starts, sentence_start)):
            before = self.areas[place - 1]
            scope = before.meanings[0]
            reasons.append(Reason("scope_before", before.words, scope))
        if when is None and draft.role != "from" and (place := bisect_left(self.day_starts, draft.start)):
            when = self.days[place - 1]
            reasons.append(self._reason("date_before", when))
        return scope, when, reasons

    def _scope(self, draft: Draft, low: int, high: int) -> tuple[str, list[Reason]]:
        here = self.passage.scopes.between(low, high)
        if not here:
            return "", []
        narrow = [one for one in here if one.meanings[0] != _COUNTRY] or here
        one = min(narrow, key=lambda found: abs(found.first - draft.first) + (3 if found.first > draft.first else 0))
        return one.meanings[0], [Reason("scope", one.words, one.meanings[0])]

    def _when(self, draft: Draft, low: int, high: int) -> tuple[Dated | None, list[Reason]]:
        tokens = self.passage.tokens
        start, end = tokens[low].start, tokens[high - 1].end
        near: tuple[int, Dated] | None = None
        for one in self.dates[bisect_left(self.date_starts, start) : bisect_left(self.date_starts, end)]:
            first, stop = self._place(one)
            gap = min(abs(first - draft.end), abs(draft.start - stop))
            if near is None or gap < near[0]:
                near = (gap, one)
        return (near[1], [self._reason("date", near[1])]) if near else (None, [])

    def _place(self, one: Dated) -> tuple[int, int]:
        return self.passage.reading.original(one.first, one.end)

    def _reason(self, kind: str, one: Dated) -> Reason:
        return Reason(kind, self.passage.reading.text[slice(*self._place(one))], one.last_day.isoformat())


def _dates(passage: Passage) -> list[Dated]:
    """Days, months and bare years, in the order of the text."""
    reading, dated = passage.reading, list(passage.traps.dates)
    for left in passage.traps.left_out:
        if left.reason == "year" and left.text.isdecimal():
            first, end = reading.folded(left.start), reading.folded(left.end)
            dated.append(Dated(first, end, dt.date(int(left.text), 12, 31), "year"))
    return sorted((one for one in dated if not _begins(passage, one)), key=lambda one: one.first)


def _begins(passage: Passage, one: Dated) -> bool:
    """Whether it is the day since when, not the day of which."""
    before = passage.reading.plain[max(0, one.first - 14) : one.first].split()[-2:]
    return bool({"desde", "since", "from", "partir"} & set(before))
