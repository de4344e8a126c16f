"""Every code is read back from the printed page by zxing-cpp, also when the card has lived."""

from __future__ import annotations

import numpy as np
import pytest
import zxingcpp
from PIL import Image, ImageDraw, ImageFilter

from bienestar.calculations.cards import sheets, template
from tests.calculations.cards.printed import WORDS, faces, pages

CARDS = 20


def read(picture):
    """Texts of the codes of a picture."""
    options = {"formats": zxingcpp.BarcodeFormat.QRCode, "try_rotate": True, "try_downscale": True}
    return {found.text for found in zxingcpp.read_barcodes(picture, **options)}


@pytest.mark.parametrize("dpi", [300, 200])
@pytest.mark.parametrize("kind", ["a4", "letter"])
def test_every_code_of_a_sheet(kind, dpi):
    made = faces(CARDS)
    drawn = pages(sheets.render(made, WORDS, sheets.PAPERS[kind]), dpi)
    assert len(drawn) == 2
    for place, page in enumerate(drawn):
        assert read(page) == {face.token for face in made[place * 10 : place * 10 + 10]}


def card_pictures(dpi=300):
    made = faces(CARDS)
    drawn = pages(sheets.render(made, WORDS, sheets.PAPERS["card"]), dpi)
    return list(zip(made, drawn, strict=True))


def blurred(picture):
    """As a lens out of focus sees it: half a module at 300 dots an inch."""
    return picture.filter(ImageFilter.GaussianBlur(2.5))


def turned(picture):
    return picture.rotate(23, expand=True, fillcolor=255, resample=Image.Resampling.BICUBIC)


def upside_down(picture):
    return picture.rotate(184, expand=True, fillcolor=255, resample=Image.Resampling.BICUBIC)


def leaning(picture):
    """Seen from the side: the far edge is a fifth shorter."""
    width, height = picture.size
    corners = np.array([(0, 0), (width, 0), (width, height), (0, height)], dtype=float)
    seen = np.array([(0, 0), (width, 0.1 * height), (width, 0.9 * height), (0, height)])
    rows = []
    for (x, y), (u, v) in zip(seen, corners, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
    found = np.linalg.solve(np.array(rows), corners.ravel())
    return picture.transform(picture.size, Image.Transform.PERSPECTIVE, found, Image.Resampling.BICUBIC, fillcolor=255)


def stained(picture):
    """A ring and drops of coffee over the code, darker at the rim, and a drop that hides some modules."""
    dots = picture.width / template.WIDTH
    left, top, side = (value * dots for value in (template.CODE_LEFT, template.CODE_TOP, template.CODE))
    stain = Image.new("L", picture.size, 255)
    pen = ImageDraw.Draw(stain)
    middle = (left + 0.55 * side, top + 0.6 * side)
    for radius, shade, width in ((0.36, 150, 0.03), (0.33, 200, 0.66)):
        box = [value * side for value in (-radius, -radius, radius, radius)]
        place = [middle[0] + box[0], middle[1] + box[1], middle[0] + box[2], middle[1] + box[3]]
        pen.ellipse(place, outline=shade, width=max(1, round(width * side)))
    stain = stain.filter(ImageFilter.GaussianBlur(2))
    drop = 0.045 * side
    x, y = left + 0.68 * side, top + 0.42 * side
    ImageDraw.Draw(stain).ellipse([x - drop, y - drop, x + drop, y + drop], fill=0)
    dark = np.asarray(picture, dtype=np.uint16) * np.asarray(stain, dtype=np.uint16) // 255
    return Image.fromarray(dark.astype(np.uint8))


def worn(picture):
    """All at once, mildly: grey, noisy, turned and blurred."""
    grey = np.asarray(picture, dtype=float) * 0.6 + 50 + np.random.default_rng(3).normal(0, 18, picture.size[::-1])
    tired = Image.fromarray(grey.clip(0, 255).astype(np.uint8))
    return tired.rotate(-7, expand=True, fillcolor=200).filter(ImageFilter.GaussianBlur(1.5))


@pytest.mark.parametrize("harm", [blurred, turned, upside_down, leaning, stained, worn])
def test_every_code_after(harm):
    missed = [place for place, (face, picture) in enumerate(card_pictures()) if read(harm(picture)) != {face.token}]
    assert missed == []


def test_the_stain_does_hide_modules():
    """What the reader forgives is really there: a stain over everything is not read."""
    face, picture = card_pictures()[0]
    assert np.count_nonzero(np.asarray(stained(picture)) < 60) > np.count_nonzero(np.asarray(picture) < 60) + 500
    assert read(stained(stained(picture)).point(lambda shade: 0 if shade < 190 else 255)) != {face.token}
