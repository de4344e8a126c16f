"""What is the same in all QR codes of a version: fixed patterns, the path of the data, the masks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np

LEVEL_BITS = {"M": 0, "Q": 3}
MASKS: tuple[Callable[[np.ndarray, np.ndarray], np.ndarray], ...] = (
    lambda y, x: (y + x) % 2,
    lambda y, x: y % 2,
    lambda y, x: x % 3,
    lambda y, x: (y + x) % 3,
    lambda y, x: (y // 2 + x // 3) % 2,
    lambda y, x: y * x % 2 + y * x % 3,
    lambda y, x: (y * x % 2 + y * x % 3) % 2,
    lambda y, x: ((y + x) % 2 + y * x % 3) % 2,
)


@dataclass(frozen=True)
class Pattern:
    """``dark``: (size, size) bool of the fixed patterns; ``path``: (y, x) of every other module as the data runs."""

    version: int
    level: str
    dark: np.ndarray
    path: tuple[np.ndarray, np.ndarray]

    @property
    def size(self) -> int:
        """Modules a side."""
        return self.version * 4 + 17

    @property
    def bytes(self) -> int:
        """Data and error correction bytes; up to seven modules may be left over."""
        return len(self.path[0]) // 8

    @cached_property
    def _masks(self) -> dict[int, np.ndarray]:
        return {}

    def mask(self, number: int) -> np.ndarray:
        """Packed rows to be XORed on the code: the mask over the data, and the format bits that name it."""
        if number not in self._masks:
            plane = np.zeros((self.size, -(-self.size // 8) * 8), dtype=np.uint8)
            y, x = self.path
            plane[y, x] = MASKS[number](y, x) == 0
            for row, column, bit in _format_bits(self.size, LEVEL_BITS[self.level] << 3 | number):
                plane[row, column] = bit
            self._masks[number] = np.packbits(plane, axis=1).ravel()
        return self._masks[number]


@lru_cache(maxsize=16)
def pattern(version: int, level: str) -> Pattern:
    """The pattern of a version from 1 to 40."""
    size = version * 4 + 17
    dark = np.zeros((size, size), dtype=bool)
    taken = np.zeros((size, size), dtype=bool)
    dark[6, ::2] = dark[::2, 6] = True
    taken[6] = taken[:, 6] = True
    for y, x in ((3, 3), (3, size - 4), (size - 4, 3)):
        _rings(dark, taken, y, x, 4, {2, 4})
    places = _alignments(version, size)
    corners = {(6, 6), (6, size - 7), (size - 7, 6)}
    for y, x in {(y, x) for y in places for x in places} - corners:
        _rings(dark, taken, y, x, 2, {1})
    taken[8, :9] = taken[:9, 8] = taken[8, size - 8 :] = taken[size - 8 :, 8] = True
    dark[size - 8, 8] = True
    if version >= 7:
        _version_bits(dark, taken, version, size)
    return Pattern(version, level, dark, _path(taken, size))


def _rings(dark: np.ndarray, taken: np.ndarray, y: int, x: int, reach: int, light: set[int]) -> None:
    """A finder (reach 4) or alignment (2) pattern: square rings round a middle."""
    size = len(dark)
    for row in range(max(0, y - reach), min(size, y + reach + 1)):
        for column in range(max(0, x - reach), min(size, x + reach + 1)):
            dark[row, column] = max(abs(row - y), abs(column - x)) not in light
            taken[row, column] = True


def _alignments(version: int, size: int) -> list[int]:
    """Rows, and columns, of the middles of alignment patterns."""
    if version == 1:
        return []
    count = version // 7 + 2
    step = 26 if version == 32 else (version * 4 + count * 2 + 1) // (count * 2 - 2) * 2
    return [6, *range(size - 7 - step * (count - 2), size - 6, step)]


def _path(taken: np.ndarray, size: int) -> tuple[np.ndarray, np.ndarray]:
    """Two columns at a time from the right, up and down in turn, past the column of the timing pattern."""
    places: list[tuple[int, int]] = []
    up = True
    for right in [*range(size - 1, 6, -2), 5, 3, 1]:
        rows = range(size - 1, -1, -1) if up else range(size)
        places += [(y, x) for y in rows for x in (right, right - 1) if not taken[y, x]]
        up = not up
    found = np.array(places)
    return found[:, 0], found[:, 1]


def _remainder(value: int, bits: int, divisor: int) -> int:
    """What a value of some bits, moved up by the divisor's degree, leaves divided by it over GF(2)."""
    degree = divisor.bit_length() - 1
    value <<= degree
    for place in range(bits - 1, -1, -1):
        if value >> place + degree & 1:
            value ^= divisor << place
    return value


def _version_bits(dark: np.ndarray, taken: np.ndarray, version: int, size: int) -> None:
    word = version << 12 | _remainder(version, 6, 0x1F25)
    for place in range(18):
        y, x = place // 3, size - 11 + place % 3
        dark[y, x] = dark[x, y] = word >> place & 1
        taken[y, x] = taken[x, y] = True


def _format_bits(size: int, value: int) -> Iterator[tuple[int, int, int]]:
    """Row, column and bit of both copies of the format word."""
    word = (value << 10 | _remainder(value, 5, 0x537)) ^ 0x5412
    first = [(y, 8) for y in (0, 1, 2, 3, 4, 5, 7, 8)] + [(8, x) for x in (7, 5, 4, 3, 2, 1, 0)]
    second = [(8, size - 1 - place) for place in range(8)] + [(size - 7 + place, 8) for place in range(7)]
    for places in (first, second):
        for place, (y, x) in enumerate(places):
            yield y, x, word >> place & 1
