"""CURPs by the million: the same judgement as ``curp.fault``, a whole column at a time."""

from __future__ import annotations

import datetime as dt
from enum import IntEnum

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from bienestar.calculations.curp import BIRTH_STATES, LENGTH, SEXES, WORDS

_LETTER, _DIGIT = 1, 2
_KINDS = np.zeros(256, dtype=np.uint8)
_KINDS[ord("A") : ord("Z") + 1] = _LETTER
_KINDS[ord("0") : ord("9") + 1] = _DIGIT
_FORM = np.array([_LETTER] * 4 + [_DIGIT] * 6 + [_LETTER] * 6 + [_LETTER | _DIGIT, _DIGIT], dtype=np.uint8)
#: What each character adds to the sum of the check digit at each place, modulo 10; "&" stands where the Ñ would.
_WORTH = np.zeros((LENGTH - 1, 256), dtype=np.uint8)
for _place in range(LENGTH - 1):
    for _worth, _sign in enumerate(b"0123456789ABCDEFGHIJKLMN&OPQRSTUVWXYZ"):
        _WORTH[_place, _sign] = _worth * (LENGTH - _place) % 10
_MONTH_DAYS = np.array([0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31, *[0] * 87], dtype=np.int32)
_WORDS = np.sort(np.array(sorted(WORDS), dtype="S4").view(">u4").astype(np.uint32))
_STATES = np.zeros(1 << 16, dtype=bool)
_STATES[np.array(sorted(BIRTH_STATES), dtype="S2").view(">u2")] = True


class Verdict(IntEnum):
    """What a text is as a CURP. IMPOSSIBLE: it says a word, a sex, a state or a birth date that cannot be."""

    HOLDS = 0
    FORM = 1
    IMPOSSIBLE = 2
    CHECK = 3
    NONE = 4


def verdicts(texts: pa.Array | pa.ChunkedArray, today: dt.date, sexes: frozenset[str] = SEXES) -> NDArray[np.uint8]:
    """The verdict on each text as it stands, on a day; null: NONE."""
    column = texts.combine_chunks() if isinstance(texts, pa.ChunkedArray) else texts
    column = column.cast(pa.string())
    found = np.full(len(column), Verdict.FORM, dtype=np.uint8)
    signs, where = _signs(column)
    formed = ((_KINDS[signs] & _FORM[:, None]) != 0).all(axis=0)
    if not formed.all():
        signs, where = signs[:, formed], where[formed]
    found[where] = np.where(_right(signs), np.uint8(Verdict.HOLDS), np.uint8(Verdict.CHECK))
    found[where[~_possible(signs, today, sexes)]] = Verdict.IMPOSSIBLE
    if column.null_count:
        found[column.is_null().to_numpy(zero_copy_only=False)] = Verdict.NONE
    return found


def _signs(column: pa.StringArray) -> tuple[NDArray[np.uint8], NDArray[np.intp]]:
    """The bytes of the texts that are as long as a CURP, one row for each place, and which texts those are."""
    _valid, offsets, data = column.buffers()
    starts = np.frombuffer(offsets, dtype=np.int32, count=column.offset + len(column) + 1)[column.offset :]
    where = np.flatnonzero(np.diff(starts) == LENGTH)
    letters = np.frombuffer(data or b"", dtype=np.uint8)
    if len(where) == len(column):
        return np.ascontiguousarray(letters[starts[0] : starts[-1]].reshape(-1, LENGTH).T), where
    return letters[np.arange(LENGTH)[:, None] + starts[where]], where


def _right(signs: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Whether the last character is the check digit of those before it."""
    total = np.zeros(signs.shape[1], dtype=np.uint8)  # seventeen times nine is less than 256
    for worth, row in zip(_WORTH, signs[:-1], strict=True):
        total += worth[row]
    right: NDArray[np.bool_] = (total + signs[-1] - ord("0")) % 10 == 0
    return right


def _possible(signs: NDArray[np.uint8], today: dt.date, sexes: frozenset[str]) -> NDArray[np.bool_]:
    """Whether what formed texts say can be: no word, a sex, a state, a day of the calendar that is not to come."""
    starts = signs[0].astype(np.uint32) << 24 | signs[1].astype(np.uint32) << 16
    starts |= signs[2].astype(np.uint32) << 8 | signs[3]
    words = _WORDS[np.minimum(np.searchsorted(_WORDS, starts), len(_WORDS) - 1)] == starts
    states = _STATES[signs[11].astype(np.uint16) << 8 | signs[12]]
    told = np.zeros(256, dtype=bool)
    told[[ord(letter) for letter in sexes]] = True
    digits = signs[4:10].astype(np.int32) - ord("0")
    year = digits[0] * 10 + digits[1] + np.where(signs[16] <= ord("9"), np.int32(1900), np.int32(2000))
    month = digits[2] * 10 + digits[3]
    day = digits[4] * 10 + digits[5]
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0)) & (month == 2)
    calendar = (day >= 1) & (day <= _MONTH_DAYS[month] + leap)
    past = year * 10_000 + month * 100 + day <= today.year * 10_000 + today.month * 100 + today.day
    possible: NDArray[np.bool_] = ~words & states & told[signs[10]] & calendar & past
    return possible
