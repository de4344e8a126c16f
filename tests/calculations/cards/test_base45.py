"""Base45: the examples of RFC 9285, there and back, one by one and all at once."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bienestar.calculations.cards import base45


@pytest.mark.parametrize(
    ("data", "text"), [(b"AB", "BB8"), (b"Hello!!", "%69 VD92EX0"), (b"base-45", "UJCLQE7W581"), (b"", "")]
)
def test_examples_of_the_rfc(data, text):
    assert base45.encode(data) == text
    assert base45.decode(text) == data


@given(st.lists(st.binary(max_size=9), max_size=12))
def test_a_batch_is_each_one(items):
    assert base45.encode_many(items) == [base45.encode(item) for item in items]
    assert [base45.decode(base45.encode(item)) for item in items] == items


@pytest.mark.parametrize("text", ["A", "AAAA", "GGW", ":::", "::", "6A", "bb8", "BB8\n", "Ñ00", "0_0"])
def test_what_is_not_base45(text):
    with pytest.raises(ValueError, match="not base45"):
        base45.decode(text)
