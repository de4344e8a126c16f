"""The words that figures of a text are read with: definitions/statements.yaml."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from pydantic import Field

from bienestar.calculations.statements.words import Subject, Vocabulary
from bienestar.foundation.definitions.files import Definition, Located, Text, definitions_dir
from bienestar.foundation.definitions.indicators import indicators, units_of_measure

SIGNS = frozenset({"percent", "points", "pesos", "dollars", "rate", "count"})


class Words(Definition):
    """Phrases of the two languages; a text may mix them, so they are looked for together."""

    es: list[str] = []
    en: list[str] = []

    @property
    def phrases(self) -> tuple[str, ...]:
        """Both languages' phrases, each once."""
        return tuple(dict.fromkeys([*self.es, *self.en]))


class UnitWords(Words):
    """A unit of figures: its name, and words for the things it counts."""

    name: Text


class ScopeWords(Words):
    """Names of an area, or of a group of ``states`` with its ``basis``."""

    states: list[str] = []
    basis: str = ""


class TellingWords(Definition):
    """Words that tell what a figure is about; see calculations.statements.words.Subject."""

    counts: list[str] = []
    words: Words
    near: list[Words] = []
    without: Words = Words()
    weight: float = 0


class SubjectWords(TellingWords):
    """What words lead to an indicator."""

    indicator: str
    counts: list[str] = Field(min_length=1)
    growth: bool = False
    share: str = ""


class OutsideWords(TellingWords):
    """What figures of a speech are about that no indicator tells; they may be in any unit where ``counts`` is empty."""

    name: Text


class Amount(Definition):
    """A number of ours, with its reason."""

    value: float = Field(gt=0)
    basis: str


class Tolerance(Definition):
    """How far a published figure may lie from ours and still agree."""

    share: Amount
    about_share: Amount
    points: Amount


class Limits(Definition):
    """How long a text may be."""

    page_characters: Amount
    file_bytes: Amount


class StatementsFile(Definition):
    """definitions/statements.yaml."""

    tolerance: Tolerance
    limits: Limits
    units: dict[str, UnitWords]
    measures: dict[str, list[str]]
    cues: dict[str, Words]
    scopes: dict[str, ScopeWords]
    subjects: list[SubjectWords]
    outside: list[OutsideWords] = []

    def vocabulary(self) -> Vocabulary:
        """As the calculations read it."""
        return Vocabulary(
            units={code: one.phrases for code, one in self.units.items() if one.phrases},
            subjects=tuple(
                Subject(
                    indicator=one.indicator,
                    counts=frozenset(one.counts),
                    words=one.words.phrases,
                    near=tuple(group.phrases for group in one.near),
                    without=one.without.phrases,
                    growth=one.growth,
                    weight=one.weight,
                    share=one.share,
                )
                for one in self.subjects
            )
            + tuple(
                Subject(
                    indicator="",
                    counts=frozenset(one.counts or self.units),
                    words=one.words.phrases,
                    near=tuple(group.phrases for group in one.near),
                    without=one.without.phrases,
                    weight=one.weight,
                )
                for one in self.outside
            ),
            scopes={code: one.phrases for code, one in self.scopes.items()},
            groups={code: tuple(one.states) for code, one in self.scopes.items() if one.states},
            cues={code: one.phrases for code, one in self.cues.items()},
        )


def statements() -> StatementsFile:
    """The words in force; read again only when the file has changed. Raises DefinitionError."""
    return _load(*_stamp())[0]


def vocabulary() -> Vocabulary:
    """The words as the calculations read them. Raises DefinitionError."""
    return _load(*_stamp())[1]


def _stamp() -> tuple[str, int]:
    path = definitions_dir() / "statements.yaml"
    return str(path), path.stat().st_mtime_ns if path.exists() else 0


@lru_cache(maxsize=4)
def _load(path: str, stamp: int) -> tuple[StatementsFile, Vocabulary]:
    located = Located(definitions_dir() / "statements.yaml")
    found = located.parse(StatementsFile)
    for at, phrase in _phrases(found):
        if phrase != _folded(phrase) or not phrase.strip("* "):
            raise located.error(at, f"write {phrase!r} in small letters and without accents")
    for i, subject in enumerate(found.subjects):
        if subject.indicator not in indicators():
            raise located.error(("subjects", i, "indicator"), f"there is no indicator {subject.indicator}")
        if subject.share and subject.share not in indicators():
            raise located.error(("subjects", i, "share"), f"there is no indicator {subject.share}")
    for part, listed in _telling(found):
        for i, one in enumerate(listed):
            for code in one.counts:
                if code not in found.units:
                    raise located.error((part, i, "counts"), f"no such unit above: {code}")
    for code, measured in found.measures.items():
        unknown = [one for one in measured if one not in units_of_measure()]
        if code not in found.units or unknown:
            reason = f"no such unit of indicators: {', '.join(unknown)}" if unknown else f"no such unit above: {code}"
            raise located.error(("measures", code), reason)
    for code, scope in found.scopes.items():
        unknown = [state for state in scope.states if state not in found.scopes]
        if unknown:
            raise located.error(("scopes", code, "states"), f"no such state in scopes: {', '.join(unknown)}")
    return found, found.vocabulary()


def _telling(found: StatementsFile) -> tuple[tuple[str, Sequence[TellingWords]], ...]:
    return ("subjects", found.subjects), ("outside", found.outside)


def _phrases(found: StatementsFile) -> list[tuple[tuple[str | int, ...], str]]:
    told: list[tuple[tuple[str | int, ...], str]] = []
    for section in ("units", "cues", "scopes"):
        sections: dict[str, Any] = getattr(found, section)
        told += [((section, code), phrase) for code, words in sections.items() for phrase in words.phrases]
    for part, listed in _telling(found):
        for i, one in enumerate(listed):
            groups = [one.words, *one.near, one.without]
            told += [((part, i), phrase) for words in groups for phrase in words.phrases]
    return told


def _folded(phrase: str) -> str:
    parts = unicodedata.normalize("NFD", phrase)
    return "".join(part for part in parts if not unicodedata.combining(part)).lower()
