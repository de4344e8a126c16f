"""Faces to print and the pages of a PDF as pictures, shared by the tests of sheets."""

from __future__ import annotations

import io
import shutil
import subprocess

import pytest
from PIL import Image

from bienestar.calculations.cards import claims, sheets, tokens
from bienestar.calculations.cards.template import Words
from tests.calculations.cards.invented import KEY, card

WORDS = Words(
    "Servicio público de salud",
    "Credencial",
    "Nombre",
    "(no se imprime)",
    "Folio",
    "Vigente hasta",
    "Unidad médica asignada",
    "La atención es gratuita y no se niega por falta de esta credencial.",
    "Si la encuentra, llévela a una unidad médica. · Care is free and never refused for lack of this card.",
)
NAMES = (
    "María Guadalupe Ñuñez Cruz",
    None,
    "Ek Uc",
    "María de los Ángeles Guadalupe del Socorro Hernández-Altamirano de la Cruz y Ñuñez de la Fuente Rodríguez",
    "X" * 60,
)
UNITS = (
    "Centro de Salud Rural Tlanchinol · HGIMB000123",
    "Hospital General de Zona “Doctor Rafael Valdespino Zamarripa” de Tlaxcoapan de los Ríos y San José · HGIMB000456",
)


def faces(count, start=0):
    """Invented cards: long names, none, and one that is cut."""
    places = range(start, start + count)
    cards = [card(n, full_name=claims.card_name(NAMES[n % 5]) if NAMES[n % 5] else None) for n in places]
    return [
        sheets.Face(token, one.folio, "31 de diciembre de 2031", UNITS[n % 2], NAMES[n % 5])
        for n, one, token in zip(places, cards, tokens.sign_many(cards, KEY), strict=True)
    ]


def pages(pdf, dpi):
    """Every page as a grey picture, drawn by poppler; skipped, and said, where poppler is missing."""
    if shutil.which("pdftoppm") is None:
        pytest.skip("pdftoppm is not installed (Debian: poppler-utils): the printed codes were not read back")
    command = ["pdftoppm", "-r", str(dpi), "-gray", "-"]
    drawn = subprocess.run(command, input=pdf, capture_output=True, check=True)
    assert drawn.stderr == b"", drawn.stderr
    found, stream = [], io.BytesIO(drawn.stdout)
    while stream.tell() < len(drawn.stdout):
        assert stream.readline().strip() == b"P5"
        width, height = map(int, stream.readline().split())
        assert stream.readline().strip() == b"255"
        found.append(Image.frombytes("L", (width, height), stream.read(width * height)))
    return found
