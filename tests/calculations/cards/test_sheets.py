"""Sheets: a valid PDF with its fonts inside and its text to be searched, cards in their places, nothing cut off."""

from __future__ import annotations

import contextlib
import io
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from bienestar.calculations.cards import digital, qr, sheets
from bienestar.calculations.cards import template as template_
from bienestar.calculations.cards.folio import spoken
from bienestar.foundation.definitions.cards import card_words
from tests.calculations.cards.printed import NAMES, WORDS, faces, pages


def reader(pdf):
    return PdfReader(io.BytesIO(pdf), strict=True)


@pytest.mark.parametrize(
    ("kind", "count", "expected"), [("a4", 23, 3), ("letter", 23, 3), ("card", 4, 4), ("a4", 10, 1)]
)
def test_pages_of_the_right_size_with_every_card_once(kind, count, expected):
    made = faces(count)
    paper = sheets.PAPERS[kind]
    found = reader(sheets.render(made, WORDS, paper))
    assert len(found.pages) == expected
    boxes = {(float(page.mediabox.width), float(page.mediabox.height)) for page in found.pages}
    (box,) = boxes
    assert box == pytest.approx((paper.width * 72 / 25.4, paper.height * 72 / 25.4), abs=0.01)
    text = "\n".join(page.extract_text() for page in found.pages)
    for face in made:
        assert text.count(spoken(face.folio)) == 1
    assert text.count("Ek Uc") == len([face for face in made if face.name == "Ek Uc"])
    assert text.count("(no se imprime)") == len([face for face in made if face.name is None])


def test_the_text_of_a_card_can_be_read_from_the_file():
    text = reader(sheets.render(faces(1), WORDS, sheets.PAPERS["card"])).pages[0].extract_text()
    for words in (
        WORDS.service,
        WORDS.card,
        WORDS.notice,
        WORDS.small_print,
        "María Guadalupe Ñuñez",
        "Cruz",
        "HGIMB000123",
    ):
        assert words in text
    assert "31 de diciembre de 2031" in text


def test_every_font_is_inside_the_file():
    pdf = sheets.render(faces(1), WORDS)
    descriptors = re.findall(rb"/Type/FontDescriptor.*?>>", pdf, re.DOTALL)
    assert len(descriptors) == 3
    assert all(re.search(rb"/FontFile[23]? \d+ 0 R", one) for one in descriptors)


def test_the_same_cards_are_the_same_bytes_and_the_table_of_objects_is_true():
    pdf = sheets.render(faces(11), WORDS)
    assert pdf == sheets.render(faces(11), WORDS)
    start = int(re.search(rb"startxref\n(\d+)\n%%EOF\n$", pdf)[1])
    assert pdf[start:].startswith(b"xref\n0 ")
    for number, offset in enumerate(re.findall(rb"^(\d{10}) 00000 n $", pdf[start:], re.MULTILINE), 1):
        assert pdf[int(offset) :].startswith(b"%d 0 obj\n" % number)


def test_files_of_some_sheets_are_the_whole_in_order():
    made = faces(25)
    parts = list(sheets.files(iter(made), WORDS, sheets_a_file=1, note="Lote 130012-3"))
    texts = [reader(part).pages[0].extract_text() for part in parts]
    assert [spoken(face.folio) in texts[place // 10] for place, face in enumerate(made)] == [True] * 25
    assert [re.search(r"Lote 130012-3 · \d+–\d+", text)[0] for text in texts] == [
        "Lote 130012-3 · 1–10",
        "Lote 130012-3 · 11–20",
        "Lote 130012-3 · 21–25",
    ]
    assert list(sheets.files([], WORDS)) == []


@pytest.mark.parametrize("kind", ["a4", "letter"])
def test_cards_lie_on_the_sheet_without_touching(kind):
    paper = sheets.PAPERS[kind]
    slots = [paper.slot(place) for place in range(paper.cards)]
    for place, (left, top) in enumerate(slots):
        assert 0 < left < left + template_.WIDTH < paper.width
        assert 0 < top < top + template_.HEIGHT < paper.height
        for other_left, other_top in slots[:place]:
            assert abs(left - other_left) >= template_.WIDTH - 1e-9 or abs(top - other_top) >= template_.HEIGHT - 1e-9


def test_names_are_wrapped_made_smaller_and_only_then_cut():
    font = template_.template_for(WORDS, []).fonts["bold"]
    room = template_.TEXT_WIDTH * template_.MM
    for name in (*filter(None, NAMES), "A B", "Ñandú " * 40):
        size, lines = sheets.fitted(name, font, sheets.NAME_SIZES)
        assert len(lines) <= dict(sheets.NAME_SIZES)[size]
        assert all(font.width(line, size) <= room for line in lines)
        whole = " ".join(lines)
        assert whole == " ".join(name.split()) or (whole.endswith("…") and size == sheets.NAME_SIZES[-1][0])
    assert sheets.fitted("Ek Uc", font, sheets.NAME_SIZES) == (10.0, ["Ek Uc"])
    assert sheets.fitted(NAMES[3], font, sheets.NAME_SIZES)[1][-1].endswith("Rodríguez")


def test_letters_of_any_people_are_printed_or_refused_by_place():
    face = faces(1)[0]
    unusual = sheets.Face(face.token, face.folio, face.valid_until, face.unit, "Jŋuu Ɨxtäꞌ Ẅe’")
    assert "Jŋuu Ɨxtäꞌ Ẅe’" in reader(sheets.render([unusual], WORDS)).pages[0].extract_text()
    missing = sheets.Face(face.token, face.folio, face.valid_until, face.unit, "王小明")
    with pytest.raises(sheets.UnprintableError) as caught:
        sheets.render([face, missing, face, missing], WORDS)
    assert caught.value.places == (1, 3)
    assert "王" not in str(caught.value)


def test_letters_and_spaces_of_every_kind_are_printed_composed():
    """A name may come with letters and accents apart (as some systems save it), line breaks and hard spaces."""
    face = faces(1)[0]
    odd = sheets.Face(
        face.token, face.folio, face.valid_until, "Centro\tde\u2009Salud\n", "Mari\u0301a\u00a0Nun\u0303ez \n"
    )
    plain = sheets.Face(face.token, face.folio, face.valid_until, "Centro de Salud", "María Nuñez")
    assert sheets.render([odd], WORDS, note="Lote\n1") == sheets.render([plain], WORDS, note="Lote 1")
    assert digital.svg(odd, WORDS) == digital.svg(plain, WORDS)
    blank = sheets.Face(face.token, face.folio, face.valid_until, "", " ")
    assert WORDS.without_name in reader(sheets.render([blank], WORDS)).pages[0].extract_text()
    with pytest.raises(ValueError, match="note"):
        sheets.render([plain], WORDS, note="王")


@settings(deadline=None, max_examples=40)
@given(st.text(max_size=90), st.text(st.characters(categories=["L", "M", "Zs", "P"]), max_size=90))
def test_any_name_is_printed_or_refused(name, unit):
    face = faces(1)[0]
    shown = sheets.Face(face.token, face.folio, face.valid_until, unit, name)
    with contextlib.suppress(sheets.UnprintableError):
        assert sheets.render([shown], WORDS).endswith(b"%%EOF\n")


def test_a_token_that_is_none_is_refused():
    face = faces(1)[0]
    with pytest.raises(ValueError, match="alphanumeric"):
        sheets.render([sheets.Face("small letters", face.folio, "2031", "Unidad")], WORDS)
    with pytest.raises(ValueError, match="too long"):
        sheets.render([face], WORDS, version=5)


def test_the_words_of_the_definition_fit_the_card():
    """Drawn with letters of another width the notices could leave the card: nothing may be within 2 mm of its edge."""
    (page,) = pages(sheets.render(faces(1), card_words(), sheets.PAPERS["card"]), 300)
    dark = np.asarray(page) < 200
    edge = round(2 * 300 / 25.4)
    assert dark.any()
    assert not dark[:edge].any()
    assert not dark[-edge // 2 :].any()
    assert not dark[:, :edge].any()
    assert not dark[:, -edge:].any()


def test_nothing_is_printed_in_the_quiet_zone():
    for page in pages(sheets.render(faces(5), WORDS, sheets.PAPERS["card"]), 300):
        dots = 300 / 25.4
        left, top, side = (value * dots for value in (template_.CODE_LEFT, template_.CODE_TOP, template_.CODE))
        square = np.asarray(page)[round(top) + 1 : round(top + side) - 1, round(left) + 1 : round(left + side) - 1]
        size = len(qr.matrix(faces(1)[0].token))
        quiet = round(side * qr.QUIET / (size + 2 * qr.QUIET)) - 3
        inner = square[quiet:-quiet, quiet:-quiet]
        assert inner.min() == 0
        assert (np.count_nonzero(square < 255) - np.count_nonzero(inner < 255)) == 0
