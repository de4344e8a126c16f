"""A text's own arithmetic: what holds, what cannot, and silence where nothing can be said."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bienestar.calculations.statements.arithmetic import checks_of
from bienestar.calculations.statements.figures import read_figures
from bienestar.foundation.definitions.statements import vocabulary


def reckoned(text):
    words = vocabulary()
    figures = read_figures(text, words).figures
    return [(one.kind, one.verdict, one.working) for one in checks_of(figures, {"NAT23": 23})]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "El total de trabajadores subió de 121,000 a 168,627, un incremento de 40.5 por ciento.",
            ("growth", "inconsistent", "(168,627 − 121,000) ÷ 121,000 = 39.4 %"),
        ),
        (
            "The staff rose from 121,000 to 168,627, an increase of 39.4%.",
            ("growth", "consistent", "(168,627 − 121,000) ÷ 121,000 = 39.4 %"),
        ),
        (
            "Hay 27,129 especialistas, 37,739 médicos generales y 103,759 enfermeras, en total 168,627 trabajadores.",
            ("sum", "consistent", "27,129 + 37,739 + 103,759 = 168,627"),
        ),
        (
            "It recruited 4,712 doctors in total: 1,232 specialists, 2,057 residents, 610 Cuban doctors, 188 foreign "
            "doctors and 634 others.",
            ("sum", "inconsistent", "1,232 + 2,057 + 610 + 188 + 634 = 4,721"),
        ),
        ("De 854,253 personas se registró a 574,606, el 54 %.", None),
        (
            "574,606 of the 854,253 people were enrolled, that is 67.3%.",
            ("share", "consistent", "574,606 ÷ 854,253 = 67.3 %"),
        ),
        (
            "574,606 of the 854,253 people were enrolled, that is 54%.",
            ("share", "inconsistent", "574,606 ÷ 854,253 = 67.3 %"),
        ),
        (
            "Se invirtieron 17,555 millones de pesos en 189,324 equipos médicos.",
            ("unit_cost", "computed", "17,555,000,000 ÷ 189,324 = 92,725"),
        ),
        (
            "Se invirtieron 17,555 millones de pesos en 189,324 equipos, a 120,000 pesos por equipo.",
            ("unit_cost", "inconsistent", "17,555,000,000 ÷ 189,324 = 92,725"),
        ),
        (
            "It cost 236 million pesos (US$12.5 million).",
            ("exchange", "computed", "236,000,000 ÷ 12,500,000 = 18.88"),
        ),
        ("Catorce estados tienen 100% y otros nueve 95%.", ("states", "consistent", "14 + 9 = 23")),
        (
            "Catorce estados tienen 100% y otros nueve 95%, en promedio 98%.",
            ("average", "consistent", "(14 × 100 + 9 × 95) ÷ 23 = 98.04 %"),
        ),
        (
            "Catorce estados tienen 100% y otros nueve 95%, en promedio 92%.",
            ("average", "inconsistent", "(14 × 100 + 9 × 95) ÷ 23 = 98.04 %"),
        ),
        (
            "The staff rose from 100,400 to 150,400, an increase of 50,000 workers.",
            ("difference", "consistent", "150,400 − 100,400 = 50,000"),
        ),
        (
            "El déficit bajó de 12,000 a 9,000 enfermeras, una reducción de 25 %.",
            ("growth", "consistent", "(12,000 − 9,000) ÷ 12,000 = 25.0 %"),
        ),
        (
            "El déficit bajó de 12,000 a 9,000 enfermeras, una reducción de 40 %.",
            ("growth", "inconsistent", "(12,000 − 9,000) ÷ 12,000 = 25.0 %"),
        ),
        (
            "660 hospitals, up from 80, a rise of 725%.",
            ("growth", "consistent", "(660 − 80) ÷ 80 = 725.0 %"),
        ),
        (
            "Crecieron los hospitales de 80 a 660, es decir, 500 %.",
            ("growth", "inconsistent", "(660 − 80) ÷ 80 = 725.0 %"),
        ),
        (
            "El abasto subió de 60 % a 75 %, 20 puntos más.",
            ("difference", "inconsistent", "75 − 60 = 15"),
        ),
        (
            "De 11,935 clínicas, 7,199 abren diario, o sea el 75 %.",
            ("share", "inconsistent", "7,199 ÷ 11,935 = 60.3 %"),
        ),
        (
            "Se cubrió el 95 % del 80 % comprometido, o sea 76 % del total.",
            ("share", "consistent", "95 % × 80 % = 76.0 %"),
        ),
        (
            "189,324 devices at 92,725 pesos each cost 17,555 million pesos.",
            ("unit_cost", "consistent", "17,555,000,000 ÷ 189,324 = 92,725"),
        ),
    ],
)
def test_what_the_text_states_is_reckoned_again(text, expected):
    found = reckoned(text)
    if expected is None:
        assert not [one for one in found if one[1] == "inconsistent" and one[0] != "share"]
    else:
        assert expected in found


@pytest.mark.parametrize(
    "text",
    [
        "Hay 660 hospitales y 11,935 centros de salud.",
        "El personal creció más de 40 % y hay 103,759 enfermeras.",
        "Los hospitales pasaron de 80 a 660; el 95% tiene agua.",
        "Más de 4 mil médicos de un total de 30 mil.",
        "There are 14 hospitals, 9 clinics and 3 posts in 26 towns.",
    ],
)
def test_nothing_is_said_where_nothing_can_be(text):
    assert reckoned(text) == []


@given(st.integers(1001, 900_001), st.integers(1001, 900_001))
def test_a_growth_rounded_to_a_tenth_is_never_called_wrong(one, two):
    if one >= two:
        return
    said = round(Fraction(two - one, one) * 100, 1)
    (found,) = [
        t
        for t in reckoned(f"El personal pasó de {one:,} a {two:,}, un aumento de {float(said):.1f} %.")
        if t[0] == "growth"
    ]
    assert found[1] == "consistent"


@given(st.integers(100_001, 900_001), st.integers(100_001, 900_001), st.integers(2, 50))
def test_a_growth_that_is_points_off_is_called_wrong(one, two, off):
    if one >= two or one % 1000 == 0 or two % 1000 == 0:
        return
    said = round(Fraction(two - one, one) * 100 + off, 1)
    (found,) = [
        t
        for t in reckoned(f"El personal pasó de {one:,} a {two:,}, un aumento de {float(said):.1f} %.")
        if t[0] == "growth"
    ]
    assert found[1] == "inconsistent"


@given(st.lists(st.integers(2, 90_000), min_size=3, max_size=6))
def test_the_sum_of_the_parts_is_consistent(parts):
    named = ", ".join(f"{part:,} trabajadores" for part in parts)
    found = reckoned(f"Hay {named}; en total {sum(parts):,} trabajadores.")
    assert [one[1] for one in found if one[0] == "sum"] == ["consistent"]
