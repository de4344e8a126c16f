"""A strict reader of CBOR (RFC 8949) for what strangers hand in; cbor2 writes what we make.

cbor2 reads more than a token may hold: it takes the last of two equal keys, follows lengths to come, and turns tags
into dates, patterns and shared values before any signature is checked. This reads whole numbers, byte and text
strings, arrays, maps, true, false, null and the tags of COSE, each with a length said before it, and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

DEPTH = 6  # a token needs four
ITEMS = 256  # a token has fewer than forty
WIDTHS = {24: 1, 25: 2, 26: 4, 27: 8}
SIMPLE: dict[int, bool | None] = {20: False, 21: True, 22: None}


class CborError(ValueError):
    """Bytes that are not the CBOR that we read; ``reason`` is one of our codes."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Tagged:
    """A value with the number of its tag."""

    tag: int
    value: Any


def decode(data: bytes, *, items: int = ITEMS) -> Any:
    """The one value that these bytes are: int, bytes, str, list, dict, bool, None or Tagged.

    Raises CborError: ``cut`` when bytes are missing, ``trailing`` when some are left, ``deep``, ``big``,
    ``indefinite``, ``duplicate`` for two equal keys of a map, ``cbor`` for anything else.
    """
    reader = _Reader(data, items)
    value = reader.value(0)
    if reader.at != len(data):
        raise CborError("trailing")
    return value


class _Reader:
    def __init__(self, data: bytes, items: int) -> None:
        self.data, self.at, self.left = data, 0, items
        self.readers: dict[int, Callable[[int, int], Any]] = {
            0: lambda number, depth: number,
            1: lambda number, depth: -1 - number,
            2: lambda number, depth: self.take(number),
            3: self.text,
            4: lambda number, depth: [self.value(depth + 1) for _ in range(self.room(number))],
            5: self.map,
            6: lambda number, depth: Tagged(number, self.value(depth + 1)),
        }

    def take(self, count: int) -> bytes:
        if count > len(self.data) - self.at:
            raise CborError("cut")
        self.at += count
        return self.data[self.at - count : self.at]

    def room(self, count: int) -> int:
        """Refuse a length that cannot be true before anything is made of that length."""
        if count > self.left:
            raise CborError("big")
        return count

    def value(self, depth: int) -> Any:
        if depth > DEPTH:
            raise CborError("deep")
        self.left -= 1
        if self.left < 0:
            raise CborError("big")
        first = self.take(1)[0]
        kind, small = first >> 5, first & 31
        if small == 31:
            raise CborError("indefinite")
        if kind == 7:
            if small not in SIMPLE:
                raise CborError("cbor")
            return SIMPLE[small]
        if small > 27:
            raise CborError("cbor")
        number = int.from_bytes(self.take(WIDTHS[small]), "big") if small > 23 else small
        return self.readers[kind](number, depth)

    def text(self, count: int, depth: int) -> str:
        try:
            return self.take(count).decode("utf-8")
        except UnicodeDecodeError:
            raise CborError("cbor") from None

    def map(self, count: int, depth: int) -> dict[int | str, Any]:
        found: dict[int | str, Any] = {}
        for _ in range(self.room(count)):
            key = self.value(depth + 1)
            if type(key) not in (int, str):
                raise CborError("cbor")
            if key in found:
                raise CborError("duplicate")
            found[key] = self.value(depth + 1)
        return found
