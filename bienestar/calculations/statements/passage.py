"""A text being read: its numbers so far, and its words that name a thing, an indicator, a place or shade a number."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from decimal import Decimal

from bienestar.calculations.statements.letters import Reading, spelled
from bienestar.calculations.statements.numbers import SCALES, THOUSAND, Number
from bienestar.calculations.statements.traps import Traps
from bienestar.calculations.statements.words import Found, Vocabulary

#: Units that come from signs or from the number itself, not from a counted thing.
SIGNS = frozenset({"percent", "points", "pesos", "dollars", "rate", "count"})
#: So far in a long sentence do words tell of a figure.
REACH = 40
#: So many words before a number may a word stand that shades it.
CUE_BEFORE = 10
#: What a share in whole numbers is of: ``tres de cada cuatro``.
PARTS = frozenset(Decimal(n) for n in (3, 4, 5, 6, 8, 10, 20, 100))
OF_THEM = frozenset(
    (of, them)
    for of, those in (("of", "them these those which whom"), ("de", "ellos ellas estos estas esos esas"))
    for them in those.split()
)
_SPANISH = frozenset(spelled("de la el los las en del que y por para con se un una al su sus es son fue han más mas"))
_ENGLISH = frozenset(spelled("the of and in to a for with from by is are was were has have on at that this its"))


@dataclass(frozen=True)
class Reason:
    """Why: ``kind`` of what was understood, the ``words`` that told it, and what it ``gave``."""

    kind: str
    words: str
    gave: str


@dataclass
class Draft:
    """A number of the text while it becomes a figure. ``first``, ``last``: its tokens, with its sign."""

    number: Number
    start: int
    end: int
    first: int
    last: int
    unit: str = ""
    noun: Found | None = None
    value: Decimal = Decimal(0)
    qualifier: str = ""
    role: str = ""
    partner: int | None = None
    #: Where the heading begins that says what a line of a list counts.
    heading: int | None = None
    per: int | None = None
    cues: set[str] = field(default_factory=set)
    reasons: list[Reason] = field(default_factory=list)

    def counts(self, words: Found) -> bool:
        """Whether words after it are of the thing that it counts."""
        return self.noun is not None and self.last <= words.first and words.end <= self.noun.end


class Stands:
    """Where phrases of one kind stand, in the order of the text."""

    def __init__(self, found: list[Found]) -> None:
        self.found = found
        self.starts = [one.first for one in found]

    def between(self, first: int, end: int) -> list[Found]:
        """Those that begin at one of the tokens from ``first`` to before ``end``."""
        return self.found[bisect_left(self.starts, first) : bisect_left(self.starts, end)]

    def at(self, i: int) -> list[Found]:
        """Those that begin at token ``i``."""
        return self.between(i, i + 1)


def _shading(found: list[Found]) -> list[Found]:
    """Cues without those inside a phrase that shades nothing: the ``up`` of ``made up``."""
    plain = {i for one in found if "plain" in one.meanings for i in range(one.first, one.end)}
    return [one for one in found if not plain & set(range(one.first, one.end))] if plain else found


class Passage:
    """A text being read, with the numbers found so far (``drafts``), which every step may change."""

    def __init__(self, reading: Reading, vocabulary: Vocabulary) -> None:
        self.reading, self.words = reading, vocabulary
        self.tokens = reading.tokens
        self.traps = Traps(reading, frozenset({*SCALES, *THOUSAND, "por", "percent", "per"}))
        self.nouns = Stands(vocabulary.unit_phrases.find(reading))
        self.cues = Stands(_shading(vocabulary.cue_phrases.find(reading, longest=False)))
        self.subjects = Stands(vocabulary.subject_phrases.find(reading, longest=False))
        self.near = Stands(vocabulary.near_phrases.find(reading, longest=False))
        self.scopes = Stands(vocabulary.scope_phrases.find(reading))
        #: First and last token of each sentence.
        self.bounds: dict[int, tuple[int, int]] = {}
        for i, token in enumerate(self.tokens):
            low, _ = self.bounds.get(token.sentence, (i, i))
            self.bounds[token.sentence] = (low, i + 1)
        self.drafts: list[Draft] = []
        self.draft_starts: list[int] = []
        self._spanish: dict[int, bool] = {}

    def is_spanish(self, sentence: int) -> bool:
        """Whether more of a sentence's small words are Spanish than English."""
        if sentence not in self._spanish:
            low, high = self.bounds[sentence]
            words = [token.plain for token in self.tokens[low:high]]
            spanish = sum(word in _SPANISH for word in words)
            english = sum(word in _ENGLISH for word in words)
            self._spanish[sentence] = spanish > english
        return self._spanish[sentence]

    def word(self, i: int, sentence: int) -> str:
        """Token ``i`` in plain letters, empty when it is not of the sentence."""
        inside = 0 <= i < len(self.tokens) and self.tokens[i].sentence == sentence
        return self.tokens[i].plain if inside else ""

    def sentence_of(self, draft: Draft) -> int:
        """The sentence that a number stands in."""
        return self.tokens[draft.first].sentence

    def around(self, draft: Draft) -> tuple[int, int]:
        """The tokens of its sentence that may tell of a number: first, and the one after the last."""
        low, high = self.bounds[self.sentence_of(draft)]
        return max(low, draft.first - REACH), min(high, draft.last + REACH)

    def words_of(self, draft: Draft) -> str:
        """A number as written."""
        return self.reading.text[draft.start : draft.end]

    def words_between(self, first: int, end: int) -> str:
        """The tokens from ``first`` to before ``end`` as written."""
        return self.reading.text[self.tokens[first].start : self.tokens[end - 1].end]

    def cues_ending_at(self, i: int) -> set[str]:
        """Cues whose last word is just before token ``i``."""
        found: set[str] = set()
        for one in self.cues.between(i - 5, i):
            if one.end == i:
                found |= set(one.meanings)
        return found

    def crosses(self, one: Found, draft: Draft) -> bool:
        """Whether another figure, not its pair, stands between a figure and words."""
        after = one.first >= draft.last
        first, end = (draft.last, one.first) if after else (one.end, draft.first)
        place = bisect_left(self.draft_starts, first)
        between = range(place, bisect_left(self.draft_starts, end))
        return any(n != draft.partner and not self.is_whole(n, draft) for n in between)

    def is_whole(self, n: int, draft: Draft) -> bool:
        """Whether figure ``n`` is the whole that a part just before it is of, and lends it its thing: ``118 of the
        264 properties``."""
        whole = self.drafts[n]
        before = bisect_left(self.draft_starts, draft.first) == n - 1
        return before and whole.role == "whole" and draft.noun is not None and whole.noun is draft.noun

    def next_first(self, draft: Draft, high: int) -> int:
        """The token where the next number begins, at most ``high``."""
        place = bisect_right(self.draft_starts, draft.first)
        return min(high, self.draft_starts[place]) if place < len(self.draft_starts) else high
