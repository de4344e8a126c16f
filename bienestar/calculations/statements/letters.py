"""A text as plain letters and tokens, each of which knows its place in the text as it was written."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from dataclasses import dataclass

#: Thousands by comma, apostrophe or dot, by a space of any width, decimals by point or comma, or bare digits.
NUMBER = (
    r"\d{1,3}(?:[,'’]\d{3})+(?:\.\d+)?(?![\d])"
    r"|\d{1,3}(?:\.\d{3}){2,}(?:,\d+)?(?!\d)"
    r"|\d{1,3}\.\d{3},\d{1,2}(?!\d)"
    r"|\d{1,3}(?:[ \u00a0\u2009\u202f]\d{3})+(?:\.\d+|,\d{1,2}(?!\d))?(?!\d)"
    r"|\d+[.,]\d+(?!\d)"
    r"|\d+"
)


def spelled(words: str) -> tuple[str, ...]:
    """Words written one after the other."""
    return tuple(words.split())


TOKEN = re.compile(rf"(?<!\d)(?P<number>{NUMBER})|(?P<word>[^\W\d_]+(?:['’][^\W\d_]+)?)|(?P<mark>[^\w\s]|_)")
ABBREVIATED = frozenset(
    spelled(
        "no nos num nums art arts sec cap fracc pag pags p pp tel ext av dr dra dres lic ing mtro sr sra c e u ee uu mr"
        " mrs ms fig vol ed inc vs etc approx aprox jr st ave dept gob mun col km"
    )
)
#: Marks of pages pasted whole: what a tag is read as. A raised number is a note.
_MARKUP = re.compile(
    r"<(?P<raised>sup)\b[^<>]{0,80}>[^<>]{0,8}</sup>|</?(?P<tag>[a-z][a-z0-9]{0,9})\b[^<>]{0,300}>|&(?:[a-z]{2,8}|#\d{2,5});",
    re.IGNORECASE,
)
_BLOCKS = frozenset(spelled("p br div li ul ol tr table h1 h2 h3 h4 h5 h6 section article"))
#: A word or a number broken at the end of a line: ``hospi-/tales``, ``11,/935``.
_BROKEN = re.compile(r"(?<=[^\W\d_])-\r?\n[ \t]*(?=[^\W\d_A-ZÁÉÍÓÚÑ])|(?<=\d,)-?\r?\n[ \t]*(?=\d{3}(?!\d))")
#: Characters that are seen by nobody.
_UNSEEN = frozenset("\u00ad\u200b\u200c\u2060\ufeff")
_FRACTIONS = {"½": ".5", "¼": ".25", "¾": ".75"}
BULLET = re.compile(r"[-*•·–—▪◦►]")


@dataclass(frozen=True)
class Token:
    """A number, a word or a mark. ``plain``: folded; ``start``, ``end``: places in the text as written."""

    kind: str
    plain: str
    start: int
    end: int
    sentence: int


class Reading:
    """A text folded to plain small letters without accents; places in it lead back to the text as written."""

    def __init__(self, text: str) -> None:
        self.text = text
        letters: list[str] = []
        self._at: list[int] = []
        instead = _instead(text)
        for i, char in enumerate(text):
            for plain in instead[i] if i in instead else _plain(char):
                letters.append(plain)
                self._at.append(i)
        self._at.append(len(text))
        self.plain = "".join(letters)
        self._breaks = _sentence_ends(self.plain, text, self._at)
        self.tokens = tuple(self._token(found) for found in TOKEN.finditer(self.plain))

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Places in the text as written of a stretch of the plain text; marks of the last letter belong to it."""
        if end <= start:
            return self._at[start], self._at[start]
        last = self._at[end] if end < len(self._at) - 1 else len(self.text)
        stop = self._at[end - 1] + 1
        while stop < last and unicodedata.combining(self.text[stop]):
            stop += 1
        return self._at[start], stop

    def folded(self, place: int) -> int:
        """Place in the plain text of a place in the text as written."""
        return bisect_left(self._at, place)

    def sentence_at(self, place: int) -> int:
        """Number of the sentence that holds a place of the plain text."""
        return bisect_right(self._breaks, place)

    def _token(self, found: re.Match[str]) -> Token:
        kind = found.lastgroup or "mark"
        start, end = self.original(*found.span())
        return Token(kind, found.group(), start, end, self.sentence_at(found.start()))


def _instead(text: str) -> dict[int, str]:
    """What single characters are read as, where they are not read as themselves: tags, broken lines, ``2½``."""
    found: dict[int, str] = {}
    for match in _BROKEN.finditer(text):
        found.update(dict.fromkeys(range(*match.span()), ""))
    for match in _MARKUP.finditer(text):
        tag = (match.group("tag") or "").lower()
        put = "\n\n" if tag in _BLOCKS else "|" if tag in {"td", "th"} else " " if match.group()[0] == "&" else ""
        found.update(dict.fromkeys(range(*match.span()), ""))
        found[match.start()] = put
    for i, char in enumerate(text):
        if char in _UNSEEN:
            found[i] = ""
        elif char in _FRACTIONS:
            found[i] = _FRACTIONS[char] if i and text[i - 1].isdecimal() else "0" + _FRACTIONS[char]
    return found


def _plain(char: str) -> str:
    if unicodedata.combining(char):
        return ""
    if char.isdecimal():
        return str(unicodedata.decimal(char))
    if char in "\r\n\u2028\u2029":
        return "\n"
    parts = unicodedata.normalize("NFD", char)
    base = parts[0].lower()
    return base if len(base) == 1 else base[0]


def _sentence_ends(plain: str, text: str, at: list[int]) -> list[int]:
    """Places where a new sentence begins: after a full stop, at a blank line, at a line of a list or of a slide."""
    found = []
    for match in re.finditer(r"[.!?…]+[\"'”»)\]]*\s+|\n\s*", plain):
        place = match.end()
        if place >= len(plain):
            continue
        nxt = text[at[place]]
        if match.group().startswith("\n"):
            blank = match.group().replace("\n\n", "\n").count("\n") > 1 or "\n\n" in match.group()
            before = plain[: match.start()].rstrip()[-1:] if match.start() else ""
            line = nxt.isupper() or nxt.isdecimal() or bool(BULLET.match(nxt))
            if blank or (line and before not in {",", ""}) or before in {":", ";"}:
                found.append(place)
            continue
        word = re.search(r"([^\W\d_]+)\.?$", plain[max(0, match.start() - 12) : match.start() + 1])
        short = word is not None and (word.group(1) in ABBREVIATED) and match.group().startswith(".")
        if short or not (nxt.isupper() or nxt.isdecimal() or nxt in '¿¡"“«(-–•$~'):
            continue
        found.append(place)
    return found
