"""The card's face as Typst lays it out once, taken apart: what never changes, and the fonts to write the rest with.

Typst draws one empty card and one page of letters for each font. From its PDF we keep the card as a drawing to be
repeated (a form XObject) and each font with its glyph numbers and widths; sheets then only places text and codes.
"""

from __future__ import annotations

import json
import re
import unicodedata
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import typst

Style = Literal["plain", "bold", "digits"]
WIDTH, HEIGHT = 85.60, 53.98  # mm of an ID-1 card (ISO/IEC 7810)
MM = 72 / 25.4  # points
MARGIN = 4.0
TEXT_WIDTH = 41.5
CODE = 36.0  # mm a side, quiet zone included
CODE_LEFT, CODE_TOP = WIDTH - 3 - CODE, 10.6
LABELS = {"name": 10.4, "folio": 23.4, "valid_until": 29.6, "unit": 35.8}  # mm from the top

STYLES: dict[Style, str] = {
    "plain": 'font: "Libertinus Serif"',
    "bold": 'font: "Libertinus Serif", weight: "bold"',
    "digits": 'font: "DejaVu Sans Mono", weight: "bold"',  # told apart easily: 0 and O, 1 and l
}
# What names and places of Mexico are written with; other letters are added when a batch has them.
LETTERS = frozenset(
    map(
        chr,
        [*range(0x20, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x180), 0x2BC, 0x2013, 0x2014, 0x2019, 0x2026, 0xA78C],
    )
)

SOURCE = """
#let words = json(bytes(sys.inputs.words))
#set document(title: words.service)
#set page(width: {width}mm, height: {height}mm, margin: 0pt)
#set text(font: "Libertinus Serif", lang: "es", size: 6pt, ligatures: false, hyphenate: false)
#set par(leading: 0.35em)
#let at(x, y, body) = place(top + left, dx: x * 1mm, dy: y * 1mm, body)
#at({margin}, 3.2, text(size: 10pt, weight: "bold", words.service))
#place(top + right, dx: -{margin}mm, dy: 3.2mm, text(size: 10pt, words.card))
#at({margin}, 8.6, line(length: {rule}mm, stroke: 0.8pt))
#for (key, y) in {labels} [#at({margin}, y, text(fill: luma(30%), words.at(key)))]
#at({margin}, 47.8, text(size: 6.5pt, words.notice))
#at({margin}, 50.5, text(size: 5.5pt, fill: luma(30%), words.small_print))
#set page(width: 2000mm, height: auto)
"""
PAGE = "#pagebreak()\n#text({style}, size: 2pt, kerning: false, fallback: false, words.letters)\n"


@dataclass(frozen=True, slots=True)
class Words:
    """What is printed on every card; ``small_print`` may be in a second language."""

    service: str
    card: str
    name: str
    without_name: str
    folio: str
    valid_until: str
    unit: str
    notice: str
    small_print: str


@dataclass(frozen=True)
class Font:
    """``glyphs``: four hexadecimal digits for each letter; ``widths``: thousandths of the size."""

    glyphs: Mapping[str, str]
    widths: Mapping[str, float]

    def width(self, text: str, size: float) -> float:
        """Points that a text takes at a size."""
        return sum(map(self.widths.__getitem__, text)) * size / 1000

    def hexes(self, text: str) -> str:
        """The text as glyph numbers."""
        return "".join(map(self.glyphs.__getitem__, text))


@dataclass(frozen=True)
class Template:
    """PDF objects numbered from ``FIRST`` on; which of them are the empty card and the fonts; the fonts' measures."""

    objects: tuple[bytes, ...]
    face: int
    numbers: Mapping[Style, int]
    fonts: Mapping[Style, Font]
    letters: frozenset[str]

    def printable(self, text: str) -> bool:
        """Whether both fonts for words have all its letters."""
        return self.letters.issuperset("".join(text.split()))


FIRST = 4  # 1 is the catalogue, 2 the pages, 3 the information


def template_for(words: Words, texts: Iterable[str]) -> Template:
    """The template with the letters of these texts; made once for each set of words and of unusual letters.

    Typst keeps threads of its own: a process that has made one must not be copied (``fork``) to make others.
    """
    unusual = frozenset("".join(texts)) - LETTERS
    return _template(
        words, "".join(sorted(letter for letter in unusual if unicodedata.category(letter)[0] not in "CZ"))
    )


@lru_cache(maxsize=8)
def _template(words: Words, unusual: str) -> Template:
    given = {name: getattr(words, name) for name in Words.__slots__}
    given["letters"] = " ".join([*sorted(LETTERS), *unusual])
    labels = "(" + "".join(f'("{key}", {y}),' for key, y in LABELS.items()) + ")"
    source = SOURCE.format(width=WIDTH, height=HEIGHT, margin=MARGIN, rule=WIDTH - 2 * MARGIN, labels=labels)
    source += "".join(PAGE.format(style=style) for style in STYLES.values())
    data = typst.compile(
        source.encode(),
        format="pdf",
        ignore_system_fonts=True,
        sys_inputs={"words": json.dumps(given)},
        pdf_standards=["1.4"],  # every object by itself, none packed into streams of objects
        timestamp=0,
    )
    return _taken_apart(_Made(bytes(data)))


class _Made:
    """The objects of a PDF as Typst writes it."""

    def __init__(self, data: bytes) -> None:
        table = data[data.rindex(b"\nxref\n") :]
        offsets = [int(line[:10]) for line in re.findall(rb"^\d{10} \d{5} [nf]", table, re.MULTILINE)]
        self.objects = {number: _object(data, offset) for number, offset in enumerate(offsets) if number}

    def pages(self) -> list[bytes]:
        tree = next(head for head, _ in self.objects.values() if b"/Type/Pages" in head)
        return [self.objects[number][0] for number in _references(tree, b"Kids")]

    def stream(self, number: int) -> bytes:
        head, content = self.objects[number]
        return zlib.decompress(content) if b"/FlateDecode" in head else content


def _object(data: bytes, offset: int) -> tuple[bytes, bytes]:
    """Head and stream of the object at a place; no stream is empty bytes."""
    start = data.index(b" obj\n", offset) + 5
    stream, end = data.find(b"stream\n", start), data.find(b"endobj", start)
    if not start <= stream < end:
        return data[start:end].strip(), b""
    head = data[start:stream].strip()
    length = re.search(rb"/Length (\d+)", head)
    if length is None:
        raise ValueError("a stream without a length")
    return head, data[stream + 7 : stream + 7 + int(length[1])]


def _references(head: bytes, name: bytes) -> list[int]:
    """The numbers of the objects that an entry of a dictionary names."""
    found = re.search(rb"/" + name + rb"\s*(\[[^\]]*\]|\d+ 0 R)", head)
    return [int(number) for number in re.findall(rb"(\d+) 0 R", found[1])] if found else []


def _taken_apart(made: _Made) -> Template:
    face, *specimens = made.pages()
    (resources,) = _references(face, b"Resources")
    named: dict[Style, int] = {}
    for style, page in zip(STYLES, specimens, strict=True):
        (fonts,) = _references(page, b"Resources")
        (named[style],) = {int(n) for n in re.findall(rb"/f\d+ (\d+) 0 R", made.objects[fonts][0])}
    kept = _reached(made, [resources, *named.values()])
    numbers = {old: FIRST + 1 + place for place, old in enumerate(kept)}
    objects = [_drawing(made, face, numbers[resources])]
    objects += [_renumbered(made.objects[old], numbers) for old in kept]
    fonts_found = {style: _font(made, number) for style, number in named.items()}
    letters = fonts_found["plain"].glyphs.keys() & fonts_found["bold"].glyphs.keys()
    renamed = {style: numbers[old] for style, old in named.items()}
    return Template(tuple(objects), FIRST, renamed, fonts_found, frozenset(letters))


def _reached(made: _Made, starts: list[int]) -> list[int]:
    """These objects and all that they name."""
    found: dict[int, None] = {}
    waiting = list(starts)
    while waiting:
        number = waiting.pop()
        if number not in found:
            found[number] = None
            waiting += [int(one) for one in re.findall(rb"(\d+) 0 R", made.objects[number][0])]
    return list(found)


def _renumbered(one: tuple[bytes, bytes], numbers: Mapping[int, int]) -> bytes:
    head = re.sub(rb"(\d+) 0 R", lambda match: b"%d 0 R" % numbers[int(match[1])], one[0])
    return head + b"\nstream\n" + one[1] + b"\nendstream" if one[1] else head


def _drawing(made: _Made, page: bytes, resources: int) -> bytes:
    """The empty card as a form XObject."""
    (contents,) = _references(page, b"Contents")
    # Marks for screen readers point into a tree that the sheets do not have.
    drawn = re.sub(
        rb"/(?:Span|Artifact|P|Figure)(?:<<(?:[^<>]|<<[^<>]*>>)*>>)?\s*BDC|\bEMC\b", b"", made.stream(contents)
    )
    packed = zlib.compress(drawn, 9)
    head = b"<</Type/XObject/Subtype/Form/BBox[0 0 %.3f %.3f]/Resources %d 0 R/Filter/FlateDecode/Length %d>>"
    return head % (WIDTH * MM, HEIGHT * MM, resources, len(packed)) + b"\nstream\n" + packed + b"\nendstream"


def _font(made: _Made, number: int) -> Font:
    """Which glyph each letter has and how wide it is."""
    head = made.objects[number][0]
    (words,), (below,) = _references(head, b"ToUnicode"), _references(head, b"DescendantFonts")
    letters: dict[str, str] = {}
    for glyph, codes in re.findall(rb"^<([0-9A-F]{4})> <([0-9A-F]+)>$", made.stream(words), re.MULTILINE):
        letter = bytes.fromhex(codes.decode()).decode("utf-16-be")
        if len(letter) == 1 and glyph != b"0000":
            letters.setdefault(letter, glyph.decode())
    widths = _widths(made.objects[below][0])
    return Font(letters, {letter: widths[int(glyph, 16)] for letter, glyph in letters.items()})


def _widths(head: bytes) -> dict[int, float]:
    """The W entry: first last width, or first [width …]; DW where nothing is said."""
    text = head[head.index(b"/W[") + 3 : head.rindex(b"]")].decode()
    default = re.search(rb"/DW ([\d.]+)", head)
    found: dict[int, float] = {}
    for first, listed, last, width in re.findall(r"(\d+)\s*(?:\[([^\]]*)\]|(\d+) ([\d.]+))", text):
        if listed:
            found |= {int(first) + place: float(one) for place, one in enumerate(listed.split())}
        else:
            found |= dict.fromkeys(range(int(first), int(last) + 1), float(width))
    return _Default(float(default[1]) if default else 1000.0, found)


class _Default(dict[int, float]):
    """Widths with one for all glyphs that are not named."""

    def __init__(self, width: float, found: Mapping[int, float]) -> None:
        super().__init__(found)
        self.width = width

    def __missing__(self, glyph: int) -> float:
        return self.width
