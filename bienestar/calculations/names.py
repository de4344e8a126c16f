"""Names of people: how they sound, keys by which a search finds them, and how close two of them are.

A person stands under one key for each two words of their name, in no order: whoever asks by any two words finds them,
whichever surname they say first. Words are compared by how they sound in the Spanish of Mexico (s = z = soft c, b = v,
ll = y, silent h), so that a spelling is no obstacle. A mistyped letter is allowed for on the side of the question:
every word that is one letter away is asked for too, which needs no more room in the register.

Sources: Real Academia Española, Ortografía de la lengua española (2010), chapter 1, for sounds and their spellings;
particles as in ``curp``.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from bienestar.calculations.curp import PARTICLES

LETTERS = "ABCDEFGHIJKLMNÑOPQRSTUVWXYZ"
MOST_WORDS = 7  # of one name or question: 21 pairs; the longest names of real registers have six
_TILDE = "\N{COMBINING TILDE}"
#: How people abbreviate at a counter; each is looked for as written and in full.
SHORT = {
    "MA": "MARIA", "FCO": "FRANCISCO", "GPE": "GUADALUPE", "ALEJ": "ALEJANDRO", "HDEZ": "HERNANDEZ",
    "HDZ": "HERNANDEZ", "GLEZ": "GONZALEZ", "GZZ": "GONZALEZ", "MTZ": "MARTINEZ", "MTNEZ": "MARTINEZ",
    "RDZ": "RODRIGUEZ", "RGUEZ": "RODRIGUEZ", "RMZ": "RAMIREZ", "SNCHZ": "SANCHEZ", "FDEZ": "FERNANDEZ",
    "FDZ": "FERNANDEZ", "GTZ": "GUTIERREZ", "GTEZ": "GUTIERREZ", "DMGZ": "DOMINGUEZ", "VZQZ": "VAZQUEZ",
    "JMZ": "JIMENEZ", "LPZ": "LOPEZ", "PRZ": "PEREZ",
}  # fmt: skip


def normal(text: str) -> str:
    """A name for comparing: capitals, no accents, Ñ kept, only letters and single blanks ("Peña-Ávila" → "PEÑA AVILA").

    An apostrophe joins ("O'Farrill" → "OFARRILL"); any other mark parts words.
    """
    kept: list[str] = []
    for sign in unicodedata.normalize("NFD", text.upper()):
        if sign == _TILDE and kept and kept[-1] == "N":
            kept[-1] = "Ñ"
        elif sign.isalpha():
            kept.append(sign)
        elif not unicodedata.combining(sign) and sign not in "'’´`":
            kept.append(" ")
    return " ".join("".join(kept).split())


def words(text: str) -> list[str]:
    """The words of a name that tell people apart: no particles ("De la Cruz" → ["CRUZ"]) unless there are no others."""
    found = normal(text).split()
    telling = [word for word in found if word not in PARTICLES]
    return telling or found


_SOUNDS = (
    (re.compile("CH"), "1"),  # one sound, and no letter of its own
    (re.compile("PH"), "F"),
    (re.compile("H"), ""),
    (re.compile("LL"), "Y"),
    (re.compile("QU(?=[EI])|[QK]"), "K"),
    (re.compile("GU(?=[EI])"), "2"),
    (re.compile("G(?=[EIY])"), "J"),
    (re.compile("C(?=[EIY])"), "S"),
    (re.compile("[CK]"), "K"),
    (re.compile("^X"), "J"),  # Ximena, Jimena
    (re.compile("[ZX]"), "S"),
    (re.compile("[VW]"), "B"),
    (re.compile("M(?=[BP])"), "N"),
    (re.compile("Ñ"), "N"),  # who types without Ñ still finds; ``closeness`` puts the exact one first
    (re.compile("Y(?![AEIOU])"), "I"),
    (re.compile("2"), "G"),
    (re.compile(r"(.)\1+"), r"\1"),
)


@lru_cache(maxsize=200_000)
def sound(word: str) -> str:
    """How a normal word sounds, as a short code: words that sound the same in Mexico have the same."""
    for written, heard in _SOUNDS:
        word = written.sub(heard, word)
    return word


@lru_cache(maxsize=200_000)
def _number(code: str) -> int:
    return int.from_bytes(hashlib.blake2b(code.encode(), digest_size=8).digest(), "big")


_ALL = (1 << 64) - 1


def pair_key(one: str, other: str) -> int:
    """A key from 0 to 2⁶³−1 for two codes of ``sound`` in no order; "" for the second of a name of one word."""
    low, high = sorted((_number(one), _number(other)))
    mixed = (low * 0x9E3779B97F4A7C15 + high) & _ALL
    mixed = ((mixed ^ (mixed >> 32)) * 0xD6E8FEB86659FD93) & _ALL
    return (mixed ^ (mixed >> 32)) >> 1


def keys(given_names: str, first_surname: str, second_surname: str) -> frozenset[int]:
    """The keys under which a person is found: one for each two words of the name."""
    return _pairs([*words(first_surname), *words(second_surname), *words(given_names)][:MOST_WORDS])


def _pairs(found: list[str]) -> frozenset[int]:
    codes = [{sound(word), sound(SHORT.get(word, word))} for word in found]
    if len(codes) == 1:
        return frozenset(pair_key(code, "") for code in codes[0])
    return frozenset(pair_key(a, b) for one, other in combinations(codes, 2) for a in one for b in other)


@dataclass(frozen=True)
class Question:
    """What to look up for a question: ``exact`` keys first; ``near`` ones allow for one mistyped letter."""

    exact: frozenset[int]
    near: frozenset[int]


def question(text: str) -> Question:
    """The keys for what somebody typed.

    Of three words or more, one mistyped leaves two that are right, so their exact key finds the person; of two, each
    is also asked for with every letter changed, left out, put in or swapped with the next.
    """
    found = words(text)[:MOST_WORDS]
    if len(found) < 2:
        # "Le Cruz" may be "Leo Cruz": a particle counts where little else is said.
        found = normal(text).split()[:MOST_WORDS]
    exact = _pairs(found)
    if len(found) > 2 or not found:
        return Question(exact, frozenset())
    near: set[int] = set()
    for word, other in (found, found[::-1]) if len(found) == 2 else ((found[0], ""),):
        mate = sound(other)
        near.update(pair_key(code, mate) for code in {sound(one) for one in one_letter_away(word)})
    return Question(exact, frozenset(near) - exact)


def one_letter_away(word: str) -> Iterator[str]:
    """Every word that one letter changed, left out, put in, or swapped with its neighbour makes of ``word``."""
    for place in range(len(word) + 1):
        before, after = word[:place], word[place:]
        for letter in LETTERS:
            yield before + letter + after
            if after:
                yield before + letter + after[1:]
        if after:
            yield before + after[1:]
        if len(after) > 1:
            yield before + after[1] + after[0] + after[2:]


def closeness(asked: str, given_names: str, first_surname: str, second_surname: str) -> float:
    """How well a name answers what was typed, 0 to 1; 1 only when the whole name was typed, in either surname order.

    Four fifths tell how close each word typed is to a word of the name, one fifth the whole in its order.
    """
    given, first, second = normal(given_names), normal(first_surname), normal(second_surname)
    typed = normal(asked)
    whole = max(fuzz.ratio(typed, " ".join(order)) for order in _orders(given, first, second)) / 100
    return 0.8 * _words_close(words(asked), words(f"{first} {second} {given}")) + 0.2 * whole


def _orders(given: str, first: str, second: str) -> Iterable[list[str]]:
    ways = ((given, first, second), (first, second, given), (given, second, first), (second, first, given))
    return ([part for part in way if part] for way in ways)


def _words_close(typed: list[str], name: list[str]) -> float:
    """The mean closeness of each typed word to the word of the name that is given to it, best pairs first."""
    if not typed or not name:
        return 0.0
    scores = sorted(
        ((_word_close(one, other), i, j) for i, one in enumerate(typed) for j, other in enumerate(name)),
        key=lambda score: (-score[0], score[1], score[2]),
    )
    used_typed: set[int] = set()
    used_name: set[int] = set()
    total = 0.0
    for score, i, j in scores:
        if i not in used_typed and j not in used_name:
            used_typed.add(i)
            used_name.add(j)
            total += score
    return total / len(typed)


def _word_close(one: str, other: str) -> float:
    same = float(OSA.normalized_similarity(one, other))
    return max(same, 0.95) if same < 1 and SHORT.get(one, one) == SHORT.get(other, other) else same
