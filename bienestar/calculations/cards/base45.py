"""Base45 (RFC 9285): bytes as the 45 characters that a QR code packs best; one text or a whole batch at once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
CODES = np.frombuffer(ALPHABET.encode(), dtype=np.uint8)
VALUES = {letter: value for value, letter in enumerate(ALPHABET)}


def encode(data: bytes) -> str:
    """Two bytes become three letters, a last single byte two."""
    letters: list[str] = []
    for at in range(0, len(data) - 1, 2):
        high, low = divmod(data[at] * 256 + data[at + 1], 45)
        highest, high = divmod(high, 45)
        letters += ALPHABET[low], ALPHABET[high], ALPHABET[highest]
    if len(data) % 2:
        high, low = divmod(data[-1], 45)
        letters += ALPHABET[low], ALPHABET[high]
    return "".join(letters)


def encode_many(items: Sequence[bytes]) -> list[str]:
    """What ``encode`` gives for each, reckoned in one go for all items of the same length."""
    lengths: dict[int, list[int]] = {}
    for place, item in enumerate(items):
        lengths.setdefault(len(item), []).append(place)
    found = [""] * len(items)
    for length, places in lengths.items():
        width = length // 2 * 3 + length % 2 * 2
        text = _encode_alike(b"".join(items[place] for place in places), len(places), length).tobytes().decode()
        for number, place in enumerate(places):
            found[place] = text[number * width : (number + 1) * width]
    return found


def _encode_alike(joined: bytes, count: int, length: int) -> np.ndarray:
    """(count, letters) codes of ``count`` items of one length."""
    data = np.frombuffer(joined, dtype=np.uint8).reshape(count, length).astype(np.int32)
    pairs = length // 2
    values = data[:, 0 : 2 * pairs : 2] * 256 + data[:, 1 : 2 * pairs : 2]
    letters = np.empty((count, pairs * 3 + length % 2 * 2), dtype=np.uint8)
    letters[:, 0 : pairs * 3 : 3] = CODES[values % 45]
    letters[:, 1 : pairs * 3 : 3] = CODES[values // 45 % 45]
    letters[:, 2 : pairs * 3 : 3] = CODES[values // 2025]
    if length % 2:
        letters[:, -2] = CODES[data[:, -1] % 45]
        letters[:, -1] = CODES[data[:, -1] // 45]
    return letters


def decode(text: str) -> bytes:
    """The bytes of a text. Raises ValueError for another alphabet, a wrong length or a group above two bytes."""
    try:
        values = [VALUES[letter] for letter in text]
    except KeyError:
        raise ValueError("not base45") from None
    if len(values) % 3 == 1:
        raise ValueError("not base45")
    data = bytearray()
    for at in range(0, len(values), 3):
        group = values[at : at + 3]
        number = sum(value * 45**power for power, value in enumerate(group))
        size = len(group) - 1
        if number >= 256**size:
            raise ValueError("not base45")
        data += number.to_bytes(size, "big")
    return bytes(data)
