"""QR codes (ISO/IEC 18004) in alphanumeric mode, a whole batch of one version at once in NumPy.

One mask for all codes: a token is signature and base45, which look random under every mask, so the best of eight would
be no easier to read; readers undo any of them. Bit for bit what segno draws with the same version, level and mask, but
for a byte of padding that segno adds where none is needed.

Where each bit goes is worked out once a version; a batch is then a few look-ups over arrays: characters to bits, blocks
to error correction (a table for each place in a block), bits to modules.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np

from bienestar.calculations.cards import base45
from bienestar.calculations.cards.qr_patterns import Pattern, pattern

Level = Literal["M", "Q"]
MASK = 3
QUIET = 4  # modules of white that a code needs on each side
AT_ONCE = 1_000  # codes whose arrays still lie in the processor's cache
PADDING = np.frombuffer(b"\xec\x11", dtype=np.uint8)

# Error correction bytes a block, and blocks, of versions 1 to 40 (ISO/IEC 18004, table 9).
CORRECTION: dict[Level, tuple[int, ...]] = {
    "M": (10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22, 22, 24, 24, 28, 28, 26, 26, 26, 26, *[28] * 19),
    "Q": (
        13,
        22,
        18,
        26,
        18,
        24,
        18,
        22,
        20,
        24,
        28,
        26,
        24,
        20,
        30,
        24,
        28,
        28,
        26,
        30,
        28,
        *[30] * 4,
        28,
        *[30] * 14,
    ),
}
BLOCKS: dict[Level, tuple[int, ...]] = {
    "M": (1, 1, 1, 2, 2, 4, 4, 4, 5, 5, 5, 8, 9, 9, 10, 10, 11, 13, 14, 16, 17, 17, 18, 20, 21, 23, 25, 26, 28, 29)
    + (31, 33, 35, 37, 38, 40, 43, 45, 47, 49),
    "Q": (1, 1, 2, 2, 4, 4, 6, 6, 8, 8, 8, 10, 12, 16, 12, 17, 16, 18, 21, 20, 23, 23, 25, 27, 29, 34, 34, 35, 38, 40)
    + (43, 45, 48, 51, 53, 56, 59, 62, 65, 68),
}  # fmt: skip


@dataclass(frozen=True)
class Plan:
    """How the bytes of one version and level lie in blocks.

    ``rows``: (longest block, blocks) place of each data byte, shorter blocks beginning with place ``data`` (a zero).
    ``tables``: (longest block, 256, 4) what a data byte at that place of its block adds to the error correction, as
    four 64-bit words. ``source``: (size, padded size) which bit of data and correction each module shows; the bits
    after the last are a 0 and a 1, for the fixed patterns and the margin of each row to a whole byte.
    """

    pattern: Pattern
    data: int
    blocks: int
    correction: int
    rows: np.ndarray
    tables: np.ndarray
    source: np.ndarray


def capacity(version: int, level: Level = "M") -> int:
    """How many characters of base45 a version holds."""
    bits = _data_bytes(version, level) * 8 - 4 - _count_bits(version)
    return bits // 11 * 2 + (bits % 11 >= 6)


def version_for(length: int, level: Level = "M") -> int:
    """The smallest version that holds so many characters. Raises ValueError when none does."""
    for version in range(1, 41):
        if capacity(version, level) >= length:
            return version
    raise ValueError("no QR code holds a text of that length")


def matrix(text: str, version: int | None = None, level: Level = "M", mask: int = MASK) -> np.ndarray:
    """(size, size) bool, True is dark, without quiet zone."""
    return matrices([text], version, level, mask)[0]


def matrices(texts: Sequence[str], version: int | None = None, level: Level = "M", mask: int = MASK) -> np.ndarray:
    """(texts, size, size) bool, True is dark, all of one version: the given one, or the smallest that holds all."""
    rows = packed(texts, version, level, mask)
    size = rows.shape[1]
    return np.unpackbits(rows, axis=2, count=size).view(bool)


def packed(texts: Sequence[str], version: int | None = None, level: Level = "M", mask: int = MASK) -> np.ndarray:
    """(texts, size, bytes a row) uint8: each row eight modules a byte, the first in the highest bit, 1 is dark.

    Raises ValueError for a character outside base45's, or a text that the version does not hold.
    """
    if version is None:
        version = version_for(max(map(len, texts), default=0), level)
    plan = _plan(version, level)
    size, width = plan.source.shape
    rows = np.empty((len(texts), size * width // 8), dtype=np.uint8)
    for start in range(0, len(texts), AT_ONCE):
        rows[start : start + AT_ONCE] = _rows(texts[start : start + AT_ONCE], plan, capacity(version, level))
    rows ^= plan.pattern.mask(mask)
    return rows.reshape(len(texts), size, width // 8)


def _rows(texts: Sequence[str], plan: Plan, most: int) -> np.ndarray:
    """(texts, size · bytes a row) before the mask."""
    data = _data(texts, plan.pattern.version, plan.data, most)
    correction = _correction(data, plan)
    bits = np.empty((len(texts), (plan.data + correction.shape[1]) * 8 + 2), dtype=np.uint8)
    bits[:, : plan.data * 8] = np.unpackbits(data, axis=1)
    bits[:, plan.data * 8 : -2] = np.unpackbits(correction, axis=1)
    bits[:, -2:] = (0, 1)
    return np.packbits(np.take(bits, plan.source.ravel(), axis=1, mode="clip"), axis=1)


def svg_path(modules: np.ndarray) -> str:
    """The dark modules as the ``d`` of one SVG path, one unit a module, runs of a row together."""
    edges = np.diff(np.pad(modules, ((0, 0), (1, 1))).astype(np.int8), axis=1)
    rows, starts = np.nonzero(edges == 1)
    ends = np.nonzero(edges == -1)[1]
    runs = zip(starts.tolist(), rows.tolist(), (ends - starts).tolist(), strict=True)
    return "".join(f"M{x} {y}h{length}v1h-{length}z" for x, y, length in runs)


def _count_bits(version: int) -> int:
    return 9 if version < 10 else 11 if version < 27 else 13


def _data_bytes(version: int, level: Level) -> int:
    return pattern(version, level).bytes - CORRECTION[level][version - 1] * BLOCKS[level][version - 1]


VALUES = np.full(256, 255, dtype=np.uint8)
VALUES[base45.CODES] = np.arange(45)
PAIRS = np.unpackbits(np.arange(45 * 45, dtype=">u2").view(np.uint8).reshape(-1, 2), axis=1)[:, 5:]


def _data(texts: Sequence[str], version: int, size: int, most: int) -> np.ndarray:
    """(texts, size) data bytes: mode, count, characters, end, padding."""
    found = np.empty((len(texts), size), dtype=np.uint8)
    lengths: dict[int, list[int]] = {}
    for place, text in enumerate(texts):
        lengths.setdefault(len(text), []).append(place)
    for length, places in lengths.items():
        if length > most:
            raise ValueError("the text is too long for that version")
        found[places] = _data_alike([texts[place] for place in places], length, version, size)
    return found


def _data_alike(texts: Sequence[str], length: int, version: int, size: int) -> np.ndarray:
    """The data bytes of texts of one length."""
    codes = np.frombuffer("".join(texts).encode("latin-1", "replace"), dtype=np.uint8)
    values = VALUES[codes].reshape(len(texts), length)
    if (values == 255).any():
        raise ValueError("a character is not in the alphanumeric mode")
    count, pairs = _count_bits(version), length // 2
    start = 4 + count
    end = start + pairs * 11 + length % 2 * 6
    bits = np.zeros((len(texts), -(-min(end + 4, size * 8) // 8) * 8), dtype=np.uint8)
    bits[:, 2] = 1  # mode 0010, alphanumeric
    bits[:, 4:start] = [length >> place & 1 for place in reversed(range(count))]
    numbers = values[:, 0 : 2 * pairs : 2].astype(np.intp) * 45 + values[:, 1 : 2 * pairs : 2]
    bits[:, start : start + pairs * 11] = np.take(PAIRS, numbers, axis=0).reshape(len(texts), -1)
    if length % 2:
        bits[:, end - 6 : end] = PAIRS[values[:, -1], 5:]
    data = np.packbits(bits, axis=1)
    padding = np.resize(PADDING, size - data.shape[1])
    return np.hstack([data, np.broadcast_to(padding, (len(texts), len(padding)))])


def _correction(data: np.ndarray, plan: Plan) -> np.ndarray:
    """(texts, blocks · correction) Reed-Solomon bytes, block after block."""
    count = len(data)
    filled = np.empty((plan.data + 1, count), dtype=np.uint8)
    filled[:-1] = data.T
    filled[-1] = 0
    total = np.zeros((plan.blocks * count, 4), dtype=np.uint64)
    added = np.empty_like(total)
    for places, table in zip(plan.rows, plan.tables, strict=True):
        np.take(table, filled[places].ravel(), axis=0, out=added, mode="clip")
        total ^= added
    bytes_ = total.view(np.uint8).reshape(plan.blocks, count, 32)[:, :, : plan.correction]
    return bytes_.transpose(1, 0, 2).reshape(count, plan.blocks * plan.correction)


@lru_cache(maxsize=16)
def _plan(version: int, level: Level) -> Plan:
    blocks, correction = BLOCKS[level][version - 1], CORRECTION[level][version - 1]
    shape, data = pattern(version, level), _data_bytes(version, level)
    short, longer = divmod(data, blocks)
    longest = short + bool(longer)
    rows = np.full((longest, blocks), data)
    start = 0
    for block in range(blocks):
        length = short + (block >= blocks - longer)
        rows[longest - length :, block] = range(start, start + length)
        start += length
    return Plan(
        shape, data, blocks, correction, rows, _tables(longest, correction), _source(shape, rows, data, correction)
    )


def _source(shape: Pattern, rows: np.ndarray, data: int, correction: int) -> np.ndarray:
    """Which bit each module shows: bytes of the blocks are taken in turn, first data, then correction."""
    longest, blocks = rows.shape
    order: list[int] = []
    for place in range(longest):
        # A shorter block lacks its last byte, not its first: rows begin later there, so shift it up.
        order += [
            int(rows[place + (rows[0, b] == data), b]) for b in range(blocks) if place + (rows[0, b] == data) < longest
        ]
    order += [data + block * correction + place for place in range(correction) for block in range(blocks)]
    bits = (np.array(order)[:, None] * 8 + np.arange(8)).ravel()
    zero = shape.bytes * 8
    width = -(-shape.size // 8) * 8
    source = np.full((shape.size, width), zero)
    source[:, : shape.size] += shape.dark  # fixed patterns: the 1 stands right after the 0
    y, x = shape.path
    source[y, x] = zero
    source[y[: len(bits)], x[: len(bits)]] = bits
    return source


def _tables(longest: int, correction: int) -> np.ndarray:
    """For each place of a block and each byte there: the remainder of byte · x^(what follows) by the generator."""
    powers, logs = _field()

    def times(row: np.ndarray, factor: int) -> np.ndarray:
        return np.where((row == 0) | (factor == 0), 0, powers[(logs[row] + logs[factor]) % 255])

    generator = np.array([1])
    for root in range(correction):
        generator = np.append(generator, 0) ^ np.insert(times(generator, int(powers[root])), 0, 0)
    units = np.zeros((longest, correction), dtype=np.int64)
    units[-1] = generator[1:]
    for place in range(longest - 2, -1, -1):
        after = units[place + 1]
        units[place] = np.append(after[1:], 0) ^ times(generator[1:], int(after[0]))
    tables = np.zeros((longest, 256, 32), dtype=np.uint8)
    for value in range(256):
        tables[:, value, :correction] = times(units, value)
    return tables.view(np.uint64)


@lru_cache(maxsize=1)
def _field() -> tuple[np.ndarray, np.ndarray]:
    """Powers and logarithms of GF(256) by x⁸ + x⁴ + x³ + x² + 1."""
    powers = np.empty(256, dtype=np.int64)
    value = 1
    for exponent in range(256):
        powers[exponent] = value
        value = value << 1 ^ (0x11D if value > 127 else 0)
    logs = np.zeros(256, dtype=np.int64)
    logs[powers[:255]] = range(255)
    return powers, logs
