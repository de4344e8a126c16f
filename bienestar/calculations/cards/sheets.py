"""Cards as PDF ready to print: ID-1 cards on A4 or Letter sheets with crop marks, or one card a page for card printers.

Typst lays out the empty card once (``template``); a file then repeats that drawing and adds, for each card, its texts
in the same embedded fonts and its QR as a one-bit mask scaled to size, which every printer fills at its own resolution.
"""

from __future__ import annotations

import unicodedata
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice

import numpy as np

from bienestar.calculations.cards import qr
from bienestar.calculations.cards.folio import spoken
from bienestar.calculations.cards.template import (
    CODE,
    CODE_LEFT,
    CODE_TOP,
    FIRST,
    HEIGHT,
    LABELS,
    MARGIN,
    MM,
    TEXT_WIDTH,
    WIDTH,
    Font,
    Template,
    Words,
    template_for,
)

SHEETS_A_FILE = 500
MARK, MARK_GAP = 3.0, 1.0  # mm: how long a crop mark is, and how far from the card
# Sizes to try, in points, and how many lines of each fit below the label; the last is cut if it must be.
NAME_SIZES = ((10.0, 2), (9.0, 3), (8.0, 3), (7.0, 3))
UNIT_SIZES = ((8.0, 2), (7.0, 3), (6.0, 3))
DIGIT_SIZE = 9.0
LEADING = 1.12
ELLIPSIS = "…"


@dataclass(frozen=True, slots=True)
class Face:
    """What one card shows. ``valid_until`` is a date already written; ``name`` is None without consent.

    Texts are printed in composed letters (NFC) and with single spaces, whatever space they came with.
    """

    token: str
    folio: str
    valid_until: str
    unit: str
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Paper:
    """A page and how cards lie on it, row by row from the top left; millimetres."""

    width: float
    height: float
    columns: int = 1
    rows: int = 1
    gap: float = 0.0

    @property
    def cards(self) -> int:
        """How many cards a page holds."""
        return self.columns * self.rows

    @property
    def left(self) -> float:
        """The margin beside the cards."""
        return (self.width - self.columns * WIDTH - (self.columns - 1) * self.gap) / 2

    @property
    def top(self) -> float:
        """The margin above the cards."""
        return (self.height - self.rows * HEIGHT - (self.rows - 1) * self.gap) / 2

    def slot(self, place: int) -> tuple[float, float]:
        """Left and top of the card at a place of the page, from 0."""
        row, column = divmod(place, self.columns)
        return self.left + column * (WIDTH + self.gap), self.top + row * (HEIGHT + self.gap)


PAPERS = {"a4": Paper(210.0, 297.0, 2, 5, 3.0), "letter": Paper(215.9, 279.4, 2, 5), "card": Paper(WIDTH, HEIGHT)}


class UnprintableError(ValueError):
    """Cards with letters that no font of ours has; ``places`` counts them from 0. The letters are not repeated."""

    def __init__(self, places: Sequence[int]) -> None:
        super().__init__(f"{len(places)} cards have letters that cannot be printed")
        self.places = tuple(places)


def files(
    faces: Iterable[Face],
    words: Words,
    paper: Paper = PAPERS["a4"],
    *,
    note: str = "",
    version: int | None = None,
    sheets_a_file: int = SHEETS_A_FILE,
) -> Iterator[bytes]:
    """One PDF after another, each of at most that many sheets: memory does not grow with the cards."""
    rest, done = iter(faces), 0
    while some := list(islice(rest, sheets_a_file * paper.cards)):
        yield render(some, words, paper, note=note, version=version, first=done + 1)
        done += len(some)


def render(
    faces: Sequence[Face],
    words: Words,
    paper: Paper = PAPERS["a4"],
    *,
    note: str = "",
    version: int | None = None,
    first: int = 1,
) -> bytes:
    """One PDF of these cards in their order; the same cards give the same bytes.

    ``note`` and the places of its cards (counted from ``first``) stand in the margin of each sheet; a page of one card
    has no margin. ``version`` fixes the size of the QR; without it the smallest that holds the longest token. Raises
    UnprintableError, and ValueError for a token that is not base45 or too long.
    """
    faces = [composed(face) for face in faces]
    note = composed_text(note)
    shown = (text for face in faces for text in (face.name or "", face.unit, face.valid_until))
    template = template_for(words, (note, *shown))
    if not template.printable(note):
        raise ValueError("the note has letters that cannot be printed")
    unprintable = [place for place, face in enumerate(faces) if not _printable(face, template)]
    if unprintable:
        raise UnprintableError(unprintable)
    codes = qr.packed([face.token for face in faces], version)
    writer = _Writer(template, paper, words, codes)
    for start in range(0, len(faces), paper.cards):
        writer.page(faces[start : start + paper.cards], start, f"{note} · {first + start}" if note else "", first)
    return writer.finished(sha256("\n".join(face.token for face in faces).encode()).digest()[:16])


def composed_text(text: str) -> str:
    """A text in composed letters and single spaces."""
    plain = " ".join(text.split())
    return plain if plain.isascii() else unicodedata.normalize("NFC", plain)


def composed(face: Face) -> Face:
    """The same face with its texts as they are printed."""
    name = None if face.name is None else composed_text(face.name) or None
    return Face(face.token, face.folio, composed_text(face.valid_until), composed_text(face.unit), name)


def _printable(face: Face, template: Template) -> bool:
    return template.printable((face.name or "") + face.unit + face.valid_until) and face.folio.isdecimal()


class _Writer:
    """One PDF file: the template's objects, then for each page its codes, its content and itself."""

    def __init__(self, template: Template, paper: Paper, words: Words, codes: np.ndarray) -> None:
        self.template, self.paper, self.words, self.codes = template, paper, words, codes
        self.parts: list[bytes] = [b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"]
        self.at, self.offsets, self.pages = len(self.parts[0]), [0] * FIRST, list[int]()
        size = codes.shape[1]
        self.code_head = (
            b"<</Type/XObject/Subtype/Image/ImageMask true/Width %d/Height %d/BitsPerComponent 1/Decode[1 0]"
            b"/Length %d>>\nstream\n" % (size, size, size * codes.shape[2])
        )
        self.code_place = _code_place(size)
        self.slots = [self._origin(place) for place in range(paper.cards)]
        self.marks = _crop_marks(paper)
        self.units: dict[str, bytes] = {}
        for body in template.objects:
            self.add(body)

    def _origin(self, place: int) -> bytes:
        left, top = self.paper.slot(place)
        return b"q 1 0 0 1 %.3f %.3f cm/F Do " % (left * MM, (self.paper.height - top - HEIGHT) * MM)

    def add(self, body: bytes, number: int | None = None) -> int:
        """Write an object; its number is the next one unless it was kept free at the start."""
        if number is None:
            number = len(self.offsets)
            self.offsets.append(self.at)
        else:
            self.offsets[number] = self.at
        part = b"%d 0 obj\n%b\nendobj\n" % (number, body)
        self.parts.append(part)
        self.at += len(part)
        return number

    def page(self, faces: Sequence[Face], start: int, note: str, first: int) -> None:
        """A page of cards; ``start`` is the place of its first among the file's codes."""
        drawn, named = [self.marks, self._note(note, first + start + len(faces) - 1)], []
        for place, face in enumerate(faces):
            number = self.add(self.code_head + self.codes[start + place].tobytes() + b"\nendstream")
            named.append(b"/Q%d %d 0 R" % (place, number))
            drawn += [self.slots[place], self._texts(face), self.code_place % place, b"Q\n"]
        content = zlib.compress(b"".join(drawn), 1)
        stream = self.add(b"<</Filter/FlateDecode/Length %d>>\nstream\n%b\nendstream" % (len(content), content))
        fonts = b"".join(b"/%b %d 0 R" % (style.encode(), n) for style, n in self.template.numbers.items())
        shown = b"/F %d 0 R%b" % (self.template.face, b"".join(named))
        box = b"%.3f %.3f" % (self.paper.width * MM, self.paper.height * MM)
        body = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 %b]/Contents %d 0 R/Resources<</Font<<%b>>/XObject<<%b>>>>>>"
        self.pages.append(self.add(body % (box, stream, fonts, shown)))

    def _note(self, note: str, last: int) -> bytes:
        """The words in the lower margin of a sheet."""
        if not note or self.paper.cards == 1:
            return b""
        return (
            b"BT 0.3 g"
            + _line(
                "plain",
                self.template.fonts["plain"],
                6,
                self.paper.left,
                self.paper.height - 1.8,
                f"{note}–{last}",
                self.paper.height,
            )
            + b" ET "
        )

    def _texts(self, face: Face) -> bytes:
        """Name, folio, date and unit below their labels."""
        fonts = self.template.fonts
        name = _block("bold", fonts["bold"], "name", face.name, NAME_SIZES) if face.name else self._without_name()
        folio = _line("digits", fonts["digits"], DIGIT_SIZE, MARGIN, LABELS["folio"] + 4.7, spoken(face.folio))
        until = _line("bold", fonts["bold"], DIGIT_SIZE, MARGIN, LABELS["valid_until"] + 4.7, face.valid_until)
        unit = self.units.get(face.unit)
        if unit is None:
            unit = self.units[face.unit] = _block("plain", fonts["plain"], "unit", face.unit, UNIT_SIZES)
        return b"".join((b"BT 0 g", name, folio, until, unit, b" ET "))

    def _without_name(self) -> bytes:
        return _block("plain", self.template.fonts["plain"], "name", self.words.without_name, ((8.0, 2),))

    def finished(self, identity: bytes) -> bytes:
        """The whole file."""
        self.add(b"<</Type/Catalog/Pages 2 0 R/Lang(es)/ViewerPreferences<</PrintScaling/None>>>>", 1)
        kids = b" ".join(b"%d 0 R" % number for number in self.pages)
        self.add(b"<</Type/Pages/Count %d/Kids[%b]>>" % (len(self.pages), kids), 2)
        self.add(b"<</Producer(Bienestar)>>", 3)
        table = b"".join(b"%010d 00000 n \n" % offset for offset in self.offsets[1:])
        self.parts.append(b"xref\n0 %d\n0000000000 65535 f \n%b" % (len(self.offsets), table))
        ends = b"trailer\n<</Size %d/Root 1 0 R/Info 3 0 R/ID[<%b><%b>]>>\nstartxref\n%d\n%%%%EOF\n"
        name = identity.hex().encode()
        self.parts.append(ends % (len(self.offsets), name, name, self.at))
        return b"".join(self.parts)


def _code_place(size: int) -> bytes:
    """Where the code's dark part goes on a card: its quiet zone of four modules lies inside the square of ``CODE``."""
    module = CODE / (size + 2 * qr.QUIET)
    left, top, side = CODE_LEFT + qr.QUIET * module, CODE_TOP + qr.QUIET * module, size * module
    return b"%.4f 0 0 %.4f %.4f %.4f cm/Q%%d Do " % tuple(
        value * MM for value in (side, side, left, HEIGHT - top - side)
    )


def _crop_marks(paper: Paper) -> bytes:
    """Short lines in the margins in line with the edges of the cards; none where a page is one card."""
    if paper.cards == 1:
        return b""
    lines = []
    across = [paper.slot(column)[0] + side for column in range(paper.columns) for side in (0, WIDTH)]
    down = [paper.slot(row * paper.columns)[1] + side for row in range(paper.rows) for side in (0, HEIGHT)]
    right, bottom = max(across), max(down)
    for x in across:
        lines += [(x, paper.top - MARK_GAP - MARK, x, paper.top - MARK_GAP)]
        lines += [(x, bottom + MARK_GAP, x, bottom + MARK_GAP + MARK)]
    for y in down:
        lines += [(paper.left - MARK_GAP - MARK, y, paper.left - MARK_GAP, y)]
        lines += [(right + MARK_GAP, y, right + MARK_GAP + MARK, y)]
    drawn = (
        b"%.3f %.3f m %.3f %.3f l " % (a * MM, (paper.height - b) * MM, c * MM, (paper.height - d) * MM)
        for a, b, c, d in lines
    )
    return b"q 0.25 w " + b"".join(drawn) + b"S Q\n"


def _line(style: str, font: Font, size: float, left: float, base: float, text: str, height: float = HEIGHT) -> bytes:
    """One line of text: left and base line in millimetres from the top left."""
    return f"/{style} {size:g} Tf 1 0 0 1 {left * MM:.2f} {(height - base) * MM:.2f} Tm<{font.hexes(text)}>Tj".encode()


def _block(style: str, font: Font, label: str, text: str, sizes: Sequence[tuple[float, int]]) -> bytes:
    """A text below its label, in the largest size at which it fits."""
    size, lines = fitted(text, font, sizes)
    first = LABELS[label] + 2.2 + size / MM  # the label's own line, then the height of the letters
    step = size * LEADING / MM
    return b"".join(_line(style, font, size, MARGIN, first + step * number, line) for number, line in enumerate(lines))


def fitted(text: str, font: Font, sizes: Sequence[tuple[float, int]]) -> tuple[float, list[str]]:
    """The size and the lines of a text in the width beside the code; the smallest size is cut and says so (…)."""
    for size, most in sizes:
        lines = wrapped(text, font, size)
        if len(lines) <= most and all(font.width(line, size) <= TEXT_WIDTH * MM for line in lines):
            return size, lines
    size, most = sizes[-1]
    lines = wrapped(text, font, size)
    if len(lines) > most:
        lines = [*lines[: most - 1], lines[most - 1] + ELLIPSIS]
    return size, [_cut(line, font, size) for line in lines]


def wrapped(text: str, font: Font, size: float) -> list[str]:
    """Whole words a line; a word wider than the line has one of its own."""
    room, space = TEXT_WIDTH * MM, font.width(" ", size)
    lines: list[str] = []
    used = room
    for word in text.split():
        width = font.width(word, size)
        if lines and used + space + width <= room:
            lines[-1] += f" {word}"
            used += space + width
        else:
            lines.append(word)
            used = width
    return lines


def _cut(line: str, font: Font, size: float) -> str:
    if font.width(line, size) <= TEXT_WIDTH * MM:
        return line
    while line and font.width(line + ELLIPSIS, size) > TEXT_WIDTH * MM:
        line = line[:-1]
    return line.rstrip() + ELLIPSIS
