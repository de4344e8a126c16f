"""What has digits and is no figure: dates, times, telephones, ordinals, decrees, codes, ages, list numbers."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bienestar.calculations.statements.dates import YEAR, Dated, dates
from bienestar.calculations.statements.letters import Reading, spelled

_N = r"\d{1,3}"
_WORDS = spelled(
    "un una one two three four five six seven eight nine ten twelve"
    " dos tres cuatro cinco seis siete ocho nueve diez doce"
)
_NUM = rf"(?:\d{{1,3}}|{'|'.join(_WORDS)})"
_PEOPLE = (
    "(?:children|people|persons|adults|women|men|girls|boys|those"
    "|ninos|ninas|personas|mujeres|hombres|adultos|poblacion)"
)
_HOURS = r"(?:h|hrs?|horas?|hours?|a\.?\s?m\.?|p\.?m\.?|p\.\s?m\.|o'?clock)(?!\w)"
#: Reason → patterns in the plain text. Order matters: the first that takes a stretch names it.
PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (reason, re.compile(pattern, re.MULTILINE))
    for reason, pattern in (
        ("address", r"https?://\S+|www\.\S+|(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,64}\.[\w.-]{1,64}"),
        ("telephone", r"(?<![\d,.])\+\d{1,3}[\s-]?\(?\d{2,3}\)?(?:[\s-]?\d{2,4}){2,4}(?!\d)"),
        ("telephone", r"(?<![\d,.])\(\d{2,3}\)\s?\d{3,4}[\s-]?\d{4}(?!\d)"),
        ("telephone", r"(?<![\d,.])(?:01[\s-])?\d{2,3}[\s-]\d{3,4}[\s-]\d{4}(?!\d)"),
        ("telephone", r"(?<![\d,.])\d{2}(?:[\s-]\d{2}){4}(?!\d)"),
        (
            "telephone",
            r"\b(?:tel(?:efono|s)?|telephone|phone|call|dial|marqu?[ea]n?|marcar|llam[ea]n?|llamar|whatsapp|lada|ext|"
            r"extension)\b\.?(?:\s*(?::|al?|el|the|number|numero|line|linea))*\s*(?P<only>\d[\d\s-]*\d)(?!\d|[.,]\d)",
        ),
        ("time", r"\b\d{1,2}:\d{2}(?::\d{2})?(?:\s*" + _HOURS + r"\b)?"),
        ("time", r"\b\d{1,2}\s*(?:a\.?\s?m\b|p\.?\s?m\b)\.?"),
        (
            "time",
            r"\b(?:a las|las|at|de las)\s+(?P<only>\d{1,2}(?:\s*(?:a|y|-|to|and)\s*(?:las\s+)?\d{1,2})?)\s*" + _HOURS,
        ),
        (
            "time",
            rf"\b(?:de|from|between|entre)\s+(?P<only>\d{{1,2}}\s*(?:a|-|to|y|and)\s*(?:las\s+)?\d{{1,2}})\s*{_HOURS}",
        ),
        ("time", rf"\b\d{{1,2}}\s*(?:a|-|–|to)\s*\d{{1,2}}\s*{_HOURS}(?!\s*(?:a la|por|al|per|a) )\b"),
        (
            "address",
            r"\b(?:av|avenida|calle|blvd|boulevard|calz|calzada|street|avenue)\b\.?(?:\s+[^\W\d]+){1,4},?\s+(?P<only>\d{1,5})\b",
        ),
        (
            "address",
            r"(?<![\d.,])(?P<only>\d{1,5})\s+(?P<name>[^\W\d]+)\s+(?:[^\W\d]+\s+)?(?:avenue|ave|street|road|boulevard|blvd)\b",
        ),
        ("measure", r"(?<![\d,.])\d+(?:[.,]\d+)?\s?(?:mg|mcg|ug|ml|cc|mmhg|mg/dl|kcal)\b"),
        ("schedule", r"\b24\s?/\s?7\b|\b24[\s-](?:horas|hours?|hrs?|h)\b|\b36[56]\s+(?:dias|days)\b"),
        (
            "schedule",
            r"\b(?:7|seven|siete)-days?\b|\b(?:7|seven|siete)\s+(?:days?|dias)\s+(?:a|per|por|de|of)"
            r"\s+(?:la\s+|the\s+)?(?:week|semana)",
        ),
        ("schedule", r"\b(?:los|the|all)\s+(?P<only>7|siete|seven)\s+(?:dias|days)\b"),
        (
            "age",
            rf"\b{_PEOPLE}\s+(?:under|over|aged|above|below|menores de|mayores de)\s+(?P<only>{_NUM})\b(?![.,]?\d)",
        ),
        ("age", rf"\b(?:mayores|menores)\s+de\s+(?P<only>{_NUM})\b(?![.,]?\d)"),
        ("age", rf"\baged\s+(?P<only>{_N}(?:\s*(?:-|–|to|and)\s*{_N})?)\b"),
        ("period", rf"(?<![\d.,])\b(?P<only>{_NUM}(?:\s*(?:a|y|o|-|–|to|and|or)\s*{_NUM})?)[\s-]+(?:anos?|years?)\b"),
        (
            "period",
            rf"\b(?:en|in|within|last|next|past|ultim[oa]s|proxim[oa]s|hace|every|cada|durante|during|for)\s+(?:los\s+|the\s+|las\s+)?(?P<only>{_NUM})[\s-]+(?:dias?|days?|mes(?:es)?|months?|semanas?|weeks?|horas?|hours?|minut[oe]s?)\b"
            r"(?!\s+(?:a|every|each|per|weekly|por|al|cada|semanal|semanales)\b)",
        ),
        ("period", rf"(?<![\d.,])\b(?P<only>{_NUM})-(?:days?|hours?|minutes?|dias?|horas?)\b"),
        (
            "period",
            rf"(?<![\d.,])\b(?P<only>{_NUM})[\s-]+(?:mes(?:es)?|months?|semanas?|weeks?|siglos?|decad[ae]s?|sexenios?)\b",
        ),
        (
            "ordinal",
            r"\b\d{1,4}\.?\s?(?:º|°|ª)|\b\d{1,4}\.?(?:er|ero|era|ro|do|da|to|ta|vo|va|mo|ma|no|na|st|nd|rd|th|o|a)\b\.?",
        ),
        ("note", r"\[\d{1,3}\]"),
        (
            "version",
            r"\b(?P<name>[^\W\d]{2,})[\s-](?P<only>\d{1,2}\.0)\b(?![.,]?\d|\s*(?:%|mil|million|por|percent|points|puntos|de|m\b))",
        ),
        (
            "code",
            r"\b(?:agenda|horizonte|vision|horizon|covid|sars-cov|omega|windows|ppef|pef)[\s-]+(?P<only>\d{1,4})\b",
        ),
    )
)
_LIST = re.compile(
    r"^[ \t]*(?:[-*•#]+[ \t]*)?(?P<n>\d{1,2}(?:\.\d{1,2})*)[ \t]*(?:[.)·:]|[.]?-)[ \t]+(?=\S)", re.MULTILINE
)
_SECTION = re.compile(r"^[ \t]*(?:[#§]+[ \t]*)?(?P<n>\d{1,2}(?:\.\d{1,2})+)[ \t]+(?=(?P<word>[^\W\d_]+))", re.MULTILINE)
_HEADING = re.compile(r"^[ \t]*[#§]+[ \t]*(?P<n>\d{1,2})\b", re.MULTILINE)
_CODE = re.compile(r"(?<![\w.,/-])(?=[\w/-]*\d)(?=[\w/-]*[a-z])[a-z0-9]+(?:[-/][a-z0-9]+)*(?![\w])")
_GLUED = re.compile(r"\d+(?:m|k|bn|mm|mdp|mdd|usd|mxn|pp|mil|million|millones)")
_COMPOUND = re.compile(r"\d+-[a-z]{3,}(?:-[a-z]+)*")
_NOTATION = re.compile(
    r"(?<![\w.,])\d+(?:/\d+)+(?![\w,])|(?<![\d.,])(?<!\d[ \u00a0\u2009\u202f'’])0\d+(?![\d.,])"
    r"|(?<![\d.,])\d+(?:\.\d+){2,}(?!\d)"
)
_YEARS = re.compile(r"(?<![\d.,])(?:19|20)\d\d\s*[-–—/]\s*(?:(?:19|20)\d\d|\d\d)(?![\d.,%])")
_GROUPS = re.compile(r"\d{1,3}(?:\.\d{3}){2,}")


@dataclass(frozen=True)
class LeftOut:
    """A stretch with digits that is no figure, and why: date, year, time, telephone, ordinal, reference, code, age,
    period, schedule, list, note, address, measure, version, notation, base."""

    text: str
    start: int
    end: int
    reason: str


class Traps:
    """The stretches of a reading that are no figures, and the dates in it."""

    def __init__(self, reading: Reading, scales: frozenset[str]) -> None:
        self.reading = reading
        self.left_out: list[LeftOut] = []
        self._taken = bytearray(len(reading.text) + 1)
        self.dates: list[Dated] = []
        self._dates()
        for reason, pattern in PATTERNS:
            for match in pattern.finditer(reading.plain):
                if "name" not in pattern.groupindex or self._capital(match.start("name")):
                    self._take(reason, *match.span("only" if "only" in pattern.groupindex else 0))
        self._codes()
        self._lists(scales)

    def holds(self, start: int, end: int) -> bool:
        """Whether a stretch of the text as written touches one that is no figure."""
        return any(self._taken[start:end])

    def leave_out(self, start: int, end: int, reason: str) -> None:
        """Note a stretch of the text as written that is no figure."""
        if not self.holds(start, end):
            self._taken[start:end] = b"\x01" * (end - start)
            self.left_out.append(LeftOut(self.reading.text[start:end], start, end, reason))

    def _take(self, reason: str, first: int, end: int) -> None:
        self.leave_out(*self.reading.original(first, end), reason)

    def _capital(self, place: int) -> bool:
        """Whether the letter at a place of the plain text was written as a capital."""
        return self.reading.text[self.reading.original(place, place)[0]].isupper()

    def _dates(self) -> None:
        for match in PATTERNS[0][1].finditer(self.reading.plain):
            self._take("address", *match.span())
        found, bare = dates(self.reading)
        for one in found:
            self._take("date", one.first, one.end)
        for first, end in bare:
            self._take("date", first, end)
        for match in _YEARS.finditer(self.reading.plain):
            self._take("year", *match.span())
        self.dates = found

    def _codes(self) -> None:
        plain = self.reading.plain
        for match in _CODE.finditer(plain):
            if not _GLUED.fullmatch(match.group()) and not _COMPOUND.fullmatch(match.group()):
                self._take("code", *match.span())
        for match in _NOTATION.finditer(plain):
            if not _GROUPS.fullmatch(match.group()):
                self._take("notation", *match.span())

    def _lists(self, scales: frozenset[str]) -> None:
        plain = self.reading.plain
        for match in _LIST.finditer(plain):
            self._take("list", *match.span("n"))
        for match in _HEADING.finditer(plain):
            self._take("list", *match.span("n"))
        for match in _SECTION.finditer(plain):
            if match.group("word") not in scales and self._capital(match.start("word")):
                self._take("list", *match.span("n"))


def is_year(plain: str) -> bool:
    """Whether bare digits could be a year of this century or the last."""
    return YEAR.fullmatch(plain) is not None
