"""The vocabulary that figures are read with, and where its phrases stand in a text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from bienestar.calculations.statements.letters import Reading, Token, spelled

#: What may stand between the words of a phrase, and in how many tokens a phrase must end.
_BETWEEN = frozenset(spelled("- la el los las su sus the a an its their our"))
REACH = 12


@dataclass(frozen=True)
class Subject:
    """Words that a figure of one of the units ``counts`` is about. ``indicator``: empty for what none of ours tells.
    ``near``: at least one of each group must stand in the sentence or the one before; ``without``: none of these may.
    ``growth``: only of a figure that tells of growth. ``weight``: how many words farther it still wins. ``share``: of
    what a percentage said right after it is, its own indicator when empty."""

    indicator: str
    counts: frozenset[str]
    words: tuple[str, ...]
    near: tuple[tuple[str, ...], ...] = ()
    without: tuple[str, ...] = ()
    growth: bool = False
    weight: float = 0
    share: str = ""


@dataclass(frozen=True)
class Vocabulary:
    """Phrases by what they mean. A phrase is plain small letters without accents; ``*`` ends a word of any ending.

    ``units``: unit → words for the things it counts. ``scopes``: code of an area or of a group of states → its names.
    ``groups``: group → codes of its states. ``cues``: what else a word may tell: growth, total, before, reference …
    """

    units: Mapping[str, tuple[str, ...]]
    subjects: tuple[Subject, ...]
    scopes: Mapping[str, tuple[str, ...]]
    groups: Mapping[str, tuple[str, ...]]
    cues: Mapping[str, tuple[str, ...]]

    @cached_property
    def unit_phrases(self) -> Phrases:
        """The words of every unit."""
        return Phrases((phrase, unit) for unit, words in self.units.items() for phrase in words)

    @cached_property
    def scope_phrases(self) -> Phrases:
        """The names of every scope."""
        return Phrases((phrase, code) for code, words in self.scopes.items() for phrase in words)

    @cached_property
    def cue_phrases(self) -> Phrases:
        """The cues."""
        return Phrases((phrase, cue) for cue, words in self.cues.items() for phrase in words)

    @cached_property
    def subject_phrases(self) -> Phrases:
        """The words of every subject; meaning: its place in the list."""
        return Phrases((phrase, str(n)) for n, one in enumerate(self.subjects) for phrase in one.words)

    @cached_property
    def near_phrases(self) -> Phrases:
        """Words that subjects want near them, or do not; meaning: the phrase itself."""
        told = {p for one in self.subjects for group in (*one.near, one.without) for p in group}
        return Phrases((phrase, phrase) for phrase in sorted(told))


@dataclass(frozen=True)
class Found:
    """A phrase in a text: tokens ``first`` up to ``end``, and all that it may mean."""

    first: int
    end: int
    meanings: tuple[str, ...]
    words: str


class Phrases:
    """Phrases with their meanings, looked up word by word so that a long text takes time in proportion."""

    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        self._whole: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        self._stems: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        for phrase, meaning in pairs:
            words = tuple(phrase.replace("-", " ").split()) or (phrase,)
            head = words[0]
            if head.endswith("*"):
                self._stems.setdefault(head[:3].rstrip("*"), []).append((words, meaning))
            else:
                self._whole.setdefault(singular(head), []).append((words, meaning))

    def at(self, tokens: Sequence[Token], i: int) -> list[tuple[int, str]]:
        """Phrases that begin at token ``i``: where each ends and its meaning."""
        word = tokens[i].plain
        near = [*self._whole.get(singular(word), ()), *self._stems.get(word[:3], ()), *self._stems.get(word[:2], ())]
        ends = ((_end(words, tokens, i), meaning) for words, meaning in near)
        return [(end, meaning) for end, meaning in ends if end]

    def find(self, reading: Reading, longest: bool = True) -> list[Found]:
        """Every phrase in the order of the text; ``longest``: one inside a longer one is left out."""
        found: list[Found] = []
        tokens, past = reading.tokens, 0
        for i in range(len(tokens)):
            hits = self.at(tokens, i)
            if not hits or (longest and i < past):
                continue
            for end in sorted({end for end, _ in hits}, reverse=True):
                meanings = tuple(dict.fromkeys(meaning for stop, meaning in hits if stop == end))
                found.append(Found(i, end, meanings, reading.text[tokens[i].start : tokens[end - 1].end]))
                past = max(past, end)
                if longest:
                    break
        return found


def singular(word: str) -> str:
    """A word without the endings of the plural in Spanish and English."""
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 3 and word.endswith("s") and not word.endswith("ss"):
        word = word[:-1]
    return word[:-1] if len(word) > 3 and word.endswith("e") else word


def _end(words: tuple[str, ...], tokens: Sequence[Token], i: int) -> int:
    """Where a phrase that begins at token ``i`` ends; 0 when it does not stand there. Between its words a hyphen or an
    article may stand: ``stock-outs``, ``entrega de las credenciales``."""
    sentence, at = tokens[i].sentence, i
    for n, word in enumerate(words):
        if n:
            while at < len(tokens) and at < i + REACH and tokens[at].plain in _BETWEEN and tokens[at].plain != word:
                at += 1
        if at >= len(tokens) or tokens[at].sentence != sentence or not _is(word, tokens[at].plain):
            return 0
        at += 1
    return at


def _is(word: str, plain: str) -> bool:
    if word.endswith("*"):
        return plain.startswith(word[:-1])
    return word == plain or (word == "de" and plain == "del") or singular(word) == singular(plain)
