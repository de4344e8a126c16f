"""Numbers written in many ways are read back as the same number, wherever they stand."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bienestar.calculations.statements.figures import read_figures
from bienestar.foundation.definitions.statements import vocabulary

WHOLE = st.integers(min_value=2, max_value=999_999_999)


def only(text):
    """The only figure of a text."""
    (found,) = read_figures(text, vocabulary()).figures
    assert text[found.start : found.end] == found.text
    return found


def spell(words):
    return words.split()


def spanish(n):
    """A whole number below a thousand million as it is said in Spanish: slow and obvious."""
    small = spell(
        "cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis diecisiete "
        "dieciocho diecinueve veinte veintiuno veintidós veintitrés veinticuatro veinticinco veintiséis veintisiete "
        "veintiocho veintinueve"
    )
    tens = spell("treinta cuarenta cincuenta sesenta setenta ochenta noventa")
    hundreds = spell(
        "ciento doscientos trescientos cuatrocientos quinientos seiscientos setecientos ochocientos novecientos"
    )
    if n < 30:
        return small[n]
    if n < 100:
        return tens[n // 10 - 3] + (f" y {small[n % 10]}" if n % 10 else "")
    if n == 100:
        return "cien"
    if n < 1000:
        return hundreds[n // 100 - 1] + (f" {spanish(n % 100)}" if n % 100 else "")
    size, word, one = (10**6, "millones", "un millón") if n >= 10**6 else (1000, "mil", "mil")
    head, rest = divmod(n, size)
    said = spanish(head)
    if head % 10 == 1 and head % 100 != 11:
        said = said.removesuffix("uno") + ("ún" if head % 100 == 21 else "un")
    told = one if head == 1 else f"{said} {word}"
    return told + (f" {spanish(rest)}" if rest else "")


def english(n):
    """The same in English."""
    small = spell(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
        "seventeen eighteen nineteen"
    )
    tens = spell("twenty thirty forty fifty sixty seventy eighty ninety")
    if n < 20:
        return small[n]
    if n < 100:
        return tens[n // 10 - 2] + (f"-{small[n % 10]}" if n % 10 else "")
    for size, word in ((10**6, "million"), (1000, "thousand"), (100, "hundred")):
        if n >= size:
            head, rest = divmod(n, size)
            joined = " and " if size == 100 else " "
            return f"{english(head)} {word}" + (f"{joined}{english(rest)}" if rest else "")
    raise AssertionError(n)


@given(WHOLE)
def test_thousands_by_comma_apostrophe_and_wide_spaces(n):
    for mark in (",", "'", "\u00a0", "\u202f", "\u2009"):
        assert only(f"Hay {n:,} trabajadores en total.".replace(",", mark)).value == n


@given(st.integers(min_value=1000, max_value=999_999_999))
def test_thousands_by_point(n):
    written = f"{n:,}".replace(",", ".")
    assert only(f"Hay {written} trabajadores.").value == n


@given(st.integers(min_value=1, max_value=999), st.integers(min_value=0, max_value=9))
def test_millions_with_either_decimal_mark(whole, tenth):
    for mark in ".,":
        found = only(f"Se dieron {whole}{mark}{tenth} millones de credenciales.")
        assert found.value == (Decimal(whole) + Decimal(tenth) / 10) * 10**6
        assert found.unit == "cards"
        assert only(f"It gave {whole}{mark}{tenth} million cards.").value == found.value


@given(st.integers(min_value=2, max_value=999), st.integers(min_value=1, max_value=999))
def test_mil_between_digits(thousands, rest):
    assert only(f"Hay {thousands} mil {rest} enfermeras.").value == thousands * 1000 + rest
    assert only(f"Son {thousands} mil {rest} millones de pesos.").value == (thousands * 1000 + rest) * 10**6
    assert only(f"Hay mil {rest} municipios.").value == 1000 + rest


@given(st.integers(min_value=2, max_value=999_999_999))
def test_words(n):
    assert only(f"En el país hay {spanish(n)} trabajadores de la salud.").value == n
    assert only(f"In the country there are {english(n)} workers of the service.").value == n


@given(st.integers(min_value=0, max_value=999), st.integers(min_value=0, max_value=9))
def test_percentages(whole, tenth):
    for sign in ("%", " %", " por ciento", "\u00a0%"):
        found = only(f"La cobertura es de {whole}.{tenth}{sign}.")
        assert (found.value, found.unit) == (Decimal(f"{whole}.{tenth}"), "percent")
    assert only(f"Coverage is {whole}.{tenth} percent.").unit == "percent"


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("55,000 millones de pesos", 55_000_000_000, "pesos"),
        ("1.4 mil millones de pesos", 1_400_000_000, "pesos"),
        ("mil millones de pesos", 1_000_000_000, "pesos"),
        ("$17,555 mdp", 17_555_000_000, "pesos"),
        ("US$12.5 M", 12_500_000, "dollars"),
        ("medio millón de credenciales", 500_000, "cards"),
        ("half a million cards", 500_000, "cards"),
        ("two thousand five hundred workers", 2_500, "persons"),
        ("a hundred and five hospitals", 105, "units"),
        ("5'200,000 credenciales", 5_200_000, "cards"),
        ("1.925 municipios", 1_925, "municipalities"),
        ("12.2 per 10,000 people", Decimal("12.2"), "rate"),
        ("5 millones 200 mil credenciales", 5_200_000, "cards"),
        ("１２ hospitales", 12, "units"),
        ("dos tercios de los hospitales", Decimal(200) / 3, "percent"),
    ],
)
def test_ways_of_writing(text, value, unit):
    found = only(f"Hay {text}.")
    assert (found.value, found.unit) == (value, unit)


def test_a_range_gives_both_ends_their_unit_and_scale():
    low, high = read_figures("Habrá entre 3 y 5 millones de credenciales.", vocabulary()).figures
    assert (low.value, high.value, low.unit, low.role, high.role) == (3_000_000, 5_000_000, "cards", "low", "high")
    one, two = read_figures("Los hospitales pasaron de 80 a 660.", vocabulary()).figures
    assert (one.role, two.role, one.partner, two.partner) == ("from", "to", 1, 0)


def test_accents_composed_or_not_give_the_same():
    import unicodedata

    text = "Faltan más de veintitrés médicos y medio millón de credenciales."
    whole, apart = (read_figures(unicodedata.normalize(form, text), vocabulary()).figures for form in ("NFC", "NFD"))
    assert [(f.value, f.unit, f.qualifier) for f in whole] == [(f.value, f.unit, f.qualifier) for f in apart]
    assert (
        [unicodedata.normalize("NFC", f.text) for f in apart]
        == [f.text for f in whole]
        == [
            "veintitrés",
            "medio millón",
        ]
    )
