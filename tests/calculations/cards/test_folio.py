"""The folio: what is made is read back, a wrong digit is seen, and it is read aloud in groups."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bienestar.calculations.cards import folio

PARTS = st.tuples(st.integers(1, 32), st.integers(0, 9_999), st.integers(0, 99_999_999))


def slow_check_digit(digits):
    """ISO 7064 MOD 11,10 as the standard words it: the digit that makes the whole come to 1."""
    for digit in "0123456789":
        product = 10
        for figure in digits:
            total = (product + int(figure)) % 10 or 10
            product = total * 2 % 11
        if (product + int(digit)) % 10 == 1:
            return digit
    raise AssertionError("no digit fits")


@given(PARTS)
def test_made_and_read_back(parts):
    made = folio.make(*parts)
    assert len(made) == 15
    assert made[-1] == slow_check_digit(made[:-1])
    found = folio.parse(made)
    assert (int(found.state), int(found.module), found.serial) == parts
    assert str(found) == made
    assert folio.check(made)


@given(PARTS, st.integers(0, 14), st.integers(1, 9))
def test_one_wrong_digit_is_always_seen(parts, place, step):
    made = folio.make(*parts)
    wrong = made[:place] + str((int(made[place]) + step) % 10) + made[place + 1 :]
    assert not folio.check(wrong)


@pytest.mark.parametrize(
    "text", ["13 0012 0000 4567 8", "13-0012-0000-4567-8", " 130012000045678\n", "13‐0012–00004567.8"]
)
def test_groups_and_marks_are_read(text):
    assert folio.parse(text) == folio.Folio("13", "0012", 4567)
    assert not folio.check(text) or text == "130012000045678"


def test_groups_for_reading_aloud():
    assert folio.spoken(folio.make(13, 12, 4567)) == "13 0012 0000 4567 8"


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("", "characters"),
        ("13001200004567X", "characters"),
        ("١٣٠٠١٢٠٠٠٠٤٥٦٧٨", "characters"),
        ("13001200004567", "length"),
        ("1300120000456780", "length"),
        ("130012000045679", "check_digit"),
        ("000012000045671", "state"),
    ],
)
def test_what_is_wrong_is_said(text, wrong):
    if wrong == "state":
        text = text[:-1] + slow_check_digit(text[:-1])
    with pytest.raises(folio.FolioError) as caught:
        folio.parse(text)
    assert caught.value.wrong == wrong
    assert text == "" or text not in str(caught.value)


@pytest.mark.parametrize("parts", [(0, 1, 1), (100, 1, 1), (1, 10_000, 1), (1, 1, 100_000_000), (1, 1, -1)])
def test_parts_that_do_not_fit(parts):
    with pytest.raises(ValueError, match=r"state|room"):
        folio.make(*parts)
