"""The digital card: the same token as the printed one, as SVG for a page and as PNG of its code to keep on a phone."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from html import escape

import numpy as np

from bienestar.calculations.cards import qr
from bienestar.calculations.cards.folio import spoken
from bienestar.calculations.cards.sheets import LEADING, Face, UnprintableError, composed, fitted
from bienestar.calculations.cards.template import (
    CODE,
    CODE_LEFT,
    CODE_TOP,
    HEIGHT,
    LABELS,
    MARGIN,
    MM,
    WIDTH,
    Font,
    Words,
    template_for,
)

# Points and lines, as ``sheets`` has them. A browser's font may be wider than the one that is measured.
NAME_SIZES = ((9.6, 2), (8.2, 3), (6.8, 4))
UNIT_SIZES = ((7.9, 2), (6.5, 3), (5.4, 4))
WIDER = 1.3


def svg(face: Face, words: Words, ident: str = "card") -> str:
    """The card as one ``<svg>`` element for a page: no style, no script, nothing from elsewhere.

    ``words`` in the language of the reader; ``ident`` begins the ids of its title and description, which say all that
    is written on it and not the code. Raises UnprintableError as the printed card does.
    """
    face = composed(face)
    modules = qr.matrix(face.token)
    module = CODE / (len(modules) + 2 * qr.QUIET)
    left, top = CODE_LEFT + qr.QUIET * module, CODE_TOP + qr.QUIET * module
    name = face.name or words.without_name
    template = template_for(words, (name, face.unit))
    if not template.printable(name + face.unit):
        raise UnprintableError([0])
    fonts = template.fonts
    said = (
        words.name,
        name,
        words.folio,
        spoken(face.folio),
        words.valid_until,
        face.valid_until,
        words.unit,
        face.unit,
    )
    told = ". ".join(f"{label}: {value}" for label, value in zip(said[::2], said[1::2], strict=True))
    drawn = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" font-family="sans-serif"'
        f' aria-labelledby="{escape(ident)}-title {escape(ident)}-text">',
        f'<title id="{escape(ident)}-title">{escape(words.card)} · {escape(words.service)}</title>',
        f'<desc id="{escape(ident)}-text">{escape(told)}</desc>',
        f'<rect width="{WIDTH}" height="{HEIGHT}" rx="3" fill="#fff" stroke="#767676" stroke-width="0.2"/>',
        _text(words.service, MARGIN, 6.6, 3.5, bold=True),
        _text(words.card, WIDTH - MARGIN, 6.6, 3.5, end=True),
        f'<path d="M{MARGIN} 8.6h{WIDTH - 2 * MARGIN}" stroke="#000" stroke-width="0.28"/>',
        *(_text(getattr(words, key), MARGIN, y + 1.9, 2.1) for key, y in LABELS.items()),
        *_lines(name, "name", fonts["bold"], NAME_SIZES, bold=face.name is not None),
        _text(spoken(face.folio), MARGIN, LABELS["folio"] + 4.9, 3.2, bold=True),
        _text(face.valid_until, MARGIN, LABELS["valid_until"] + 4.9, 2.7, bold=True),
        *_lines(face.unit, "unit", fonts["bold"], UNIT_SIZES),
        _text(words.notice, MARGIN, 50.2, 2.0),
        f'<path transform="translate({left:.3f} {top:.3f}) scale({module:.5f})" shape-rendering="crispEdges"'
        f' d="{qr.svg_path(modules)}"/>',
        "</svg>",
    ]
    return "".join(drawn)


def _text(text: str, x: float, y: float, size: float, *, bold: bool = False, end: bool = False) -> str:
    marks = ' font-weight="bold"' * bold + ' text-anchor="end"' * end
    return f'<text x="{x:g}" y="{y:.2f}" font-size="{size:.3g}"{marks}>{escape(text)}</text>'


def _lines(text: str, label: str, font: Font, sizes: Sequence[tuple[float, int]], *, bold: bool = False) -> list[str]:
    """A text below its label in the largest size at which it fits."""
    points, lines = fitted(text, font, [(size * WIDER, most) for size, most in sizes])
    size = points / WIDER / MM
    first = LABELS[label] + 2.2 + size
    return [_text(line, MARGIN, first + place * size * LEADING, size, bold=bold) for place, line in enumerate(lines)]


def png(token: str, scale: int = 8) -> bytes:
    """The code alone with its quiet zone, black on white, ``scale`` pixels a module."""
    light = ~np.pad(qr.matrix(token), qr.QUIET)
    pixels = np.repeat(np.repeat(light, scale, axis=0), scale, axis=1)
    size = len(pixels)
    rows = np.hstack([np.zeros((size, 1), dtype=np.uint8), np.packbits(pixels, axis=1)])  # each row begins: no filter
    head = size.to_bytes(4, "big") * 2 + bytes([1, 0, 0, 0, 0])  # one bit of grey a pixel
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(rows.tobytes(), 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in parts)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")
