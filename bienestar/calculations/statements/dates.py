"""Dates in a text: what day, month or year it says, and what only looks like one."""

from __future__ import annotations

import datetime as dt
import re
from calendar import monthrange
from dataclasses import dataclass

from bienestar.calculations.statements.letters import Reading

MONTHS: dict[str, int] = {
    word: n
    for names in (
        "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
        "january february march april may june july august september october november december",
        "ene feb mar abr mayo jun jul ago sep oct nov dic",
        "jan feb mar apr may jun jul aug sept oct nov dec",
    )
    for n, word in enumerate(names.split(), 1)
} | {"setiembre": 9}
_M = "(?:" + "|".join(sorted(MONTHS, key=len, reverse=True)) + ")"
_Y = r"(?:19|20)\d\d"
_DAY = r"(?:[12]\d|3[01]|0?[1-9])"
PATTERNS = (
    re.compile(rf"\b(?P<y>{_Y})-(?P<m>\d\d)-(?P<d>\d\d)\b"),
    re.compile(rf"\b(?P<d>{_DAY})[/-](?P<m>0?[1-9]|1[0-2])[/-](?P<y>{_Y}|\d\d)\b"),
    re.compile(rf"\b(?P<d>{_DAY})[/-](?P<mon>{_M})[/-](?P<y>{_Y}|\d\d)\b"),
    re.compile(
        rf"\b(?:{_DAY}\s*(?:,|y\s+el|y|al?|and|to|-|–)\s*){{0,8}}(?P<d>{_DAY})(?:o|º|°|ro|er|st|nd|rd|th)?\s+"
        rf"(?:de\s+|of\s+)?(?P<mon>{_M})\b\.?(?:,?\s+(?:del?\s+)?(?:ano\s+)?(?P<y>{_Y})\b)?"
    ),
    re.compile(
        rf"\b(?P<mon>{_M})\.?\s+(?P<d>{_DAY})(?:st|nd|rd|th)?\b(?![.,]?\d|\s*%)(?:\s*(?:-|–|to)\s*\d\d?)?"
        rf"(?:,?\s+(?P<y>{_Y})\b)?"
    ),
    re.compile(rf"\b(?P<mon>{_M})\.?,?\s+(?:del?\s+|of\s+)?(?P<y>{_Y})\b"),
)
#: A plain year; whether it is one its neighbours tell.
YEAR = re.compile(rf"(?<![\d.,])(?P<y>{_Y})(?![\d]|[.,]\d)")


@dataclass(frozen=True)
class Dated:
    """A date: ``first`` and ``end`` in the plain text, the last day it covers, and day, month or year."""

    first: int
    end: int
    last_day: dt.date
    precision: str


def dates(reading: Reading) -> tuple[list[Dated], list[tuple[int, int]]]:
    """Dates of a text in its order, and stretches that are dates without a year (they say no day)."""
    found: list[Dated] = []
    bare: list[tuple[int, int]] = []
    taken = bytearray(len(reading.plain))
    for pattern in PATTERNS:
        for match in pattern.finditer(reading.plain):
            if any(taken[match.start() : match.end()]):
                continue
            parts = match.groupdict()
            # "may" is a verb too: "may 14 states" without a year is not read as a day.
            if parts.get("mon") in {"may", "mar"} and not parts.get("y") and match.group().startswith(parts["mon"]):
                start = reading.original(*match.span())[0]
                if not reading.text[start].isupper():
                    continue
            day = _day(parts)
            taken[match.start() : match.end()] = b"\x01" * (match.end() - match.start())
            if day is None:
                bare.append(match.span())
            else:
                precision = "day" if parts.get("d") else "month"
                found.append(Dated(*match.span(), day, precision))
    return sorted(found, key=lambda one: one.first), bare


def _day(parts: dict[str, str | None]) -> dt.date | None:
    year = parts.get("y")
    if year is None:
        return None
    y = int(year) + (2000 if len(year) == 2 else 0)
    name, number = parts.get("mon"), parts.get("m")
    month = MONTHS[name] if name else int(number or 0)
    if not 1 <= month <= 12:
        return None
    last = monthrange(y, month)[1]
    day = parts.get("d")
    return dt.date(y, month, min(int(day), last) if day else last)
