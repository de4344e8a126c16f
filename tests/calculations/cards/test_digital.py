"""The digital card says what the printed one says, to the eye, to a screen reader and to a scanner."""

from __future__ import annotations

import io
import itertools
import re
from xml.etree import ElementTree

import pytest
import zxingcpp
from PIL import Image, ImageDraw, ImageFont

from bienestar.calculations.cards import digital, sheets, template
from bienestar.calculations.cards.folio import spoken
from tests.calculations.cards.printed import WORDS, faces

SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize("face", faces(5), ids=range(5))
def test_its_words_and_its_code(face):
    tree = ElementTree.fromstring(digital.svg(face, WORDS, "one"))
    texts = " ".join(text.text for text in tree.iter(f"{SVG}text"))
    for words in (WORDS.service, WORDS.card, spoken(face.folio), face.valid_until, WORDS.notice):
        assert words in texts
    told = tree.find(f"{SVG}desc").text
    assert (face.name or WORDS.without_name) in told
    assert face.unit in told
    assert face.token not in told
    assert tree.get("aria-labelledby") == "one-title one-text"
    assert drawn(tree) == face.token


def drawn(tree):
    """The text of the code, from the rectangles of its path."""
    path = tree.findall(f"{SVG}path")[-1]
    scale = 4
    picture = Image.new("L", (400, 400), 255)
    pen = ImageDraw.Draw(picture)
    for x, y, length in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", path.get("d")):
        left, top = 20 + int(x) * scale, 20 + int(y) * scale
        pen.rectangle([left, top, left + int(length) * scale - 1, top + scale - 1], fill=0)
    return zxingcpp.read_barcode(picture).text


def test_nothing_runs_and_nothing_is_fetched():
    found = digital.svg(sheets.Face(faces(1)[0].token, faces(1)[0].folio, "<b>", '"><script>', "<i>&"), WORDS)
    tree = ElementTree.fromstring(found)
    assert {element.tag.removeprefix(SVG) for element in tree.iter()} == {
        "svg",
        "title",
        "desc",
        "rect",
        "text",
        "path",
    }
    names = {name for element in tree.iter() for name in element.attrib}
    assert not any(name.startswith("on") or name in {"style", "href"} for name in names)


def test_long_texts_stay_beside_the_code_and_above_the_next():
    """Measured with a sans-serif font that is not ours, a sixth wider when bold."""
    font = ImageFont.load_default(100)
    for face in faces(5):
        tree = ElementTree.fromstring(digital.svg(face, WORDS))
        beside = [text for text in tree.iter(f"{SVG}text") if 9 < float(text.get("y")) < 47]
        assert len(beside) >= 8
        for text in beside:
            width = font.getlength(text.text) / 100 * float(text.get("font-size")) * 7 / 6
            assert template.MARGIN + width < template.CODE_LEFT + 0.5, text.text
        below = [(float(text.get("y")), float(text.get("font-size"))) for text in beside]
        for (upper, _), (lower, size) in itertools.pairwise(sorted(below)):
            assert upper < lower - 0.75 * size, "no line touches the one above"


def test_a_letter_without_a_font_is_refused_as_on_paper():
    face = faces(1)[0]
    with pytest.raises(sheets.UnprintableError):
        digital.svg(sheets.Face(face.token, face.folio, "2031", "Unidad", "王小明"), WORDS)


def test_the_picture_of_the_code_is_read_back():
    token = faces(1)[0].token
    picture = Image.open(io.BytesIO(digital.png(token)))
    assert picture.mode == "1"
    assert zxingcpp.read_barcode(picture.convert("L")).text == token
