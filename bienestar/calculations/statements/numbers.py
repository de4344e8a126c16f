"""Numbers in digits, in words and in both: ``17 mil 555 millones``, ``mil 925``, ``sixty-five``, ``half a million``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from bienestar.calculations.statements.letters import Token, spelled

_ES = spelled(
    "cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciseis diecisiete"
    " dieciocho diecinueve veinte veintiuno veintidos veintitres veinticuatro veinticinco veintiseis veintisiete"
    " veintiocho veintinueve"
)
_EN = spelled(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
    " eighteen nineteen"
)
_TENS_ES = spelled("treinta cuarenta cincuenta sesenta setenta ochenta noventa")
_TENS_EN = spelled("twenty thirty forty fifty sixty seventy eighty ninety")
_HUNDREDS = spelled("doscient trescient cuatrocient quinient seiscient setecient ochocient novecient")
SMALL: dict[str, int] = {
    **{word: n for n, word in enumerate(_ES)},
    **{word: n for n, word in enumerate(_EN)},
    **{word: 30 + 10 * n for n, word in enumerate(_TENS_ES)},
    **{word: 20 + 10 * n for n, word in enumerate(_TENS_EN)},
    **{stem + end: 200 + 100 * n for n, stem in enumerate(_HUNDREDS) for end in ("os", "as")},
    "un": 1,
    "una": 1,
    "veintiun": 21,
    "veintiuna": 21,
    "cien": 100,
    "ciento": 100,
}
SPANISH_ONLY = frozenset({"once", "son", "sin"})
#: Words that are numbers only before a scale or another number: "un millón", "a hundred".
ARTICLES = frozenset({"un", "una", "uno", "one", "a"})
THOUSAND = frozenset({"mil", "thousand", "miles"})
SCALES: dict[str, int] = {
    "millon": 10**6,
    "millones": 10**6,
    "million": 10**6,
    "millions": 10**6,
    "mdp": 10**6,
    "mdd": 10**6,
    "mmdp": 10**9,
    "mmdd": 10**9,
    "mm": 10**6,
    "billion": 10**9,
    "bn": 10**9,
    "billon": 10**12,
    "billones": 10**12,
    "trillion": 10**12,
}
#: Scales that name their money: millions of pesos, of dollars; thousands of millions of either.
MONEY = {"mdp": "pesos", "mmdp": "pesos", "mdd": "dollars", "mmdd": "dollars"}
_HALF = frozenset({"medio", "media", "half"})


@dataclass(frozen=True)
class Number:
    """A number in a run of tokens. ``step``: what one of its last written digit is worth; ``scaled``: a scale word or
    letter was read; ``raw``: its first digits, or empty when it is all in words; ``money``: its scale where that
    names its money (``MONEY``), or empty."""

    first: int
    last: int
    value: Decimal
    step: Decimal
    scaled: bool
    raw: str
    money: str = ""


def digits(raw: str) -> tuple[Decimal, Decimal]:
    """Value of written digits and the worth of their last digit. Comma and point are told apart by their places:
    groups of three are thousands (``1,925``, ``1.234.567``), one or two digits after either are decimals (``53,2``)."""
    plain = re.sub(r"[ \u00a0\u2009\u202f]", "", raw)
    if "'" in plain or "’" in plain:  # 5'200,000: the apostrophe of millions
        plain = re.sub(r"['’,]", "", plain)
    if re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", plain) and not plain.startswith("0"):
        plain = plain.replace(",", "")
    elif re.fullmatch(r"\d{1,3}(?:\.\d{3})+,\d+", plain) or re.fullmatch(r"\d{1,3}(?:\.\d{3}){2,}", plain):
        plain = plain.replace(".", "").replace(",", ".")
    else:
        plain = plain.replace(",", ".")
    value = Decimal(plain)
    exponent = value.as_tuple().exponent
    assert isinstance(exponent, int)
    return value, Decimal(1).scaleb(exponent)


def number_at(tokens: Sequence[Token], i: int, spanish: bool) -> Number | None:
    """The longest number that begins at token ``i``; None when there is none. ``spanish``: the sentence is Spanish."""
    reader = _Reader(tokens, i, spanish)
    return reader.read()


class _Reader:
    def __init__(self, tokens: Sequence[Token], first: int, spanish: bool) -> None:
        self.tokens, self.first, self.spanish = tokens, first, spanish
        self.total = Decimal(0)
        self.current: Decimal | None = None
        self.step, self.raw, self.scaled, self.money = Decimal(1), "", False, ""
        self.in_words = self.after_thousand = False

    def read(self) -> Number | None:
        i = self.first
        half = self._half(i) if self._word(i) in _HALF else None
        if half is not None:
            return half
        end = i
        while i < len(self.tokens) and self.tokens[i].sentence == self.tokens[self.first].sentence:
            used = self._scale(i) or self._value(i, i > self.first)
            if not used:
                break
            i += used
            end = i
        if end == self.first:
            return None
        if end == self.first + 1 and self._word(self.first) in ARTICLES:
            return None
        value = self.total + (self.current if self.current is not None else 0)
        return Number(self.first, end, value, self.step, self.scaled, self.raw, self.money)

    def _word(self, i: int) -> str:
        same = i < len(self.tokens) and self.tokens[i].sentence == self.tokens[self.first].sentence
        return self.tokens[i].plain if same and self.tokens[i].kind == "word" else ""

    def _half(self, i: int) -> Number | None:
        j = i + 1 + (self._word(i + 1) == "a")
        scale = SCALES.get(self._word(j), 0)
        if scale != 10**6 and scale != 10**9:
            return None
        return Number(i, j + 1, Decimal(scale) / 2, Decimal(scale) / 10, True, "")

    def _scale(self, i: int) -> int:
        """Read a scale word at ``i``; how many tokens it took."""
        word, token = self._word(i), self.tokens[i]
        if not word:
            return 0
        if word in THOUSAND:
            if word == "miles" or self.after_thousand:
                return 0
            self._by(Decimal(1000), keep=True)
            self.after_thousand = True
            return 1
        letter = word == "m" and i > self.first and self.tokens[i - 1].kind == "number"
        scale = SCALES.get(word, 0)
        if letter and token.end - token.start == 1:
            scale = 10**6
        if word == "k" and i > self.first and self.tokens[i - 1].end == token.start:
            self._by(Decimal(1000), keep=True)
            return 1
        if not scale or self.current is None:
            return 0
        self._by(Decimal(scale), keep=False)
        self.money = word if word in MONEY else self.money
        self.after_thousand = False
        return 1

    def _by(self, scale: Decimal, keep: bool) -> None:
        self.step = self.step * scale if self.current is not None else scale
        self.current = (self.current if self.current is not None else Decimal(1)) * scale
        self.scaled = True
        if not keep:
            self.total += self.current
            self.current = None

    def _value(self, i: int, inside: bool) -> int:
        """Read digits or a number word at ``i``; how many tokens it took."""
        token = self.tokens[i]
        if token.kind == "number":
            return self._digits(i, inside)
        joined = 0
        if inside and self.in_words and (token.plain in {"y", "and", "-"}):
            joined, i = 1, i + 1
            if token.plain == "and" and not (self.current is not None and self.current % 100 == 0):
                return 0
            if token.plain in {"y", "-"} and not (
                self.current is not None and self.current % 100 in range(20, 100, 10)
            ):
                return 0
        word = self._word(i)
        if word == "hundred" and self.current is not None and 0 < self.current % 1000 < 10 and not joined:
            self.current += (self.current % 1000) * 99
            return 1
        if word == "a" and not inside and self._word(i + 1) in {"hundred", "thousand", "million", "billion"}:
            self.current, self.in_words = Decimal(1), True
            return 1
        small = SMALL.get(word)
        if small is None or (word in SPANISH_ONLY and not self.spanish):
            return 0
        if inside and not self._fits(small, joined):
            return 0
        if word in ARTICLES and not inside and self._word(i + 1) not in {*SCALES, *THOUSAND, "hundred"}:
            return 0
        self.current = Decimal(small) + (self.current or 0)
        self.step = Decimal(1)
        self.in_words = True
        return 1 + joined

    def _fits(self, small: int, joined: int) -> bool:
        """Whether a word adds to the words before it: hundreds, then tens, then units."""
        if self.current is None:
            return self.scaled  # after "millones"
        if not self.in_words and not self.after_thousand:
            return False
        rest = self.current % 1000
        if rest == 0:
            return self.after_thousand or self.current == 0
        if small >= 100:
            return False
        if rest % 100 == 0:
            return True
        return rest % 10 == 0 and rest % 100 >= 20 and small < 10 and (joined == 1 or not self.spanish)

    def _digits(self, i: int, inside: bool) -> int:
        raw = self.tokens[i].plain
        if not inside:
            self.current, self.step = digits(raw)
            self.raw = raw
            return 1
        plain = raw.isdecimal() and not raw.startswith("0")
        if self.after_thousand and self.current is not None and plain and len(raw) <= 3:
            self.current += int(raw)
            self.step = Decimal(1)
            self.after_thousand = False
            self.in_words = False
            return 1
        # "5 millones 200 mil": after millions, digits only with their own thousand.
        if self.current is None and self.scaled and plain and len(raw) <= 3 and self._word(i + 1) in THOUSAND:
            self.current, self.step = Decimal(raw), Decimal(1)
            return 1
        return 0
