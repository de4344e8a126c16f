"""The language of the standards: what it reads, what it refuses, and how "not known" travels through it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bienestar.calculations.formulas import FormulaError, parse

NAN = float("nan")


@pytest.mark.parametrize(
    ("text", "values", "expected"),
    [
        ("2", {}, 2),
        ("rooms + 2 * beds", {"rooms": 1, "beds": 3}, 7),
        ("-(rooms - 5) / 2", {"rooms": 1}, 2),
        ("ceil(beds / 6)", {"beds": 13}, 3),
        ("floor(beds / 6)", {"beds": 13}, 2),
        ("round(beds / 2)", {"beds": 5}, 3),
        ("max(1, rooms, beds)", {"rooms": 2, "beds": 0}, 2),
        ("min(1, rooms)", {"rooms": 2}, 1),
        ("3 if rooms >= 2 else 1", {"rooms": 2}, 3),
        ("when(rooms == 2, 3, 1)", {"rooms": 1}, 1),
        ("rooms != 2", {"rooms": 1}, 1),
        ("cover(1, 7 * 8, 40, 0.15)", {}, 1.6470588),
        ("ceil(0.1 * 30 + 0.2 * 35)", {}, 10),
    ],
)
def test_value(text, values, expected):
    assert float(parse(text, ["rooms", "beds"]).evaluate(values)) == pytest.approx(expected)


@pytest.mark.parametrize(
    "text",
    [
        "rooms",
        "rooms * 0",
        "max(1, rooms)",
        "1 if rooms > 2 else 1",
        "when(1, rooms, 2)",
        "1 / (rooms - rooms)",
        "1 / 0",
    ]
    + ["cover(1, 40, 0, 0.1)", "cover(1, 40, 40, 1)", "ceil(rooms)"],
)
def test_what_comes_from_the_unknown_is_unknown(text):
    assert np.isnan(parse(text, ["rooms"]).evaluate({"rooms": NAN}))


def test_the_branch_not_taken_does_not_matter():
    assert float(parse("1 if 2 > 1 else rooms", ["rooms"]).evaluate({"rooms": NAN})) == 1


def test_all_units_at_once():
    found = parse("when(rooms > 1, people / 2, 0)", ["rooms", "people"]).evaluate(
        {"rooms": np.array([1.0, 2.0, NAN, 2.0]), "people": np.array([8.0, 8.0, 8.0, NAN])}
    )
    np.testing.assert_array_equal(found, [0, 4, NAN, NAN])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("boxes + 1", "'boxes' is not known here; these names are: beds, rooms"),
        ("sum(rooms)", "no function 'sum'"),
        ("ceil(1, 2)", "ceil() takes 1 value,"),
        ("min(1)", "min() takes 2 values or more"),
        ("1 < rooms < 3", "two sides"),
        ("rooms ** 2", "may not be said"),
        ("rooms.real", "may not be said"),
        ("'a'", "may not be said"),
        ("True", "may not be said"),
        ("(lambda: 1)()", "may not be said"),
        ("max(*rooms, 1)", "may not be said"),
        ("max(a=1)", "max() takes"),
        ("9" * 300, "may not be said"),
        ("1 +", "not a formula that can be read"),
        ("", "not a formula that can be read"),
        ("1+" * 400 + "1", "characters; 400 is the most"),
    ],
)
def test_refused_with_a_sentence(text, words):
    with pytest.raises(FormulaError) as refused:
        parse(text, ["rooms", "beds"])
    assert words in str(refused.value)


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused_never_worse(text):
    try:
        parse(text, ["rooms"]).evaluate({"rooms": 1.0})
    except FormulaError:
        return


def test_names_used_are_told():
    assert parse("cover(rooms, beds, 40, 0)", ["rooms", "beds", "people"]).names == {"rooms", "beds"}
