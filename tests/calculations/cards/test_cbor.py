"""The strict CBOR reader: the same as cbor2 for what we read, an answer for all the rest."""

from __future__ import annotations

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bienestar.calculations.cards import cbor

SCALARS = st.one_of(
    st.integers(-(2**64), 2**64 - 1), st.text(max_size=40), st.binary(max_size=300), st.booleans(), st.none()
)
KEYS = st.one_of(st.integers(-(2**64), 2**64 - 1), st.text(max_size=5))
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=12
)


REASONS = {"cut", "trailing", "deep", "big", "indefinite", "duplicate", "cbor"}


def answer(data):
    """The value, or the reason in words; any other exception is a fault."""
    try:
        return cbor.decode(data)
    except cbor.CborError as error:
        return f"refused: {REASONS.intersection({error.reason}).pop()}"


@given(VALUES)
def test_what_cbor2_writes_is_read_alike(value):
    data = cbor2.dumps(value)
    assert answer(data) in (value, "refused: deep")
    assert cbor2.loads(data) == value


@given(st.binary(max_size=60))
def test_any_bytes_get_a_value_or_a_reason(data):
    answer(data)


@pytest.mark.parametrize(
    ("hexes", "reason"),
    [
        ("", "cut"),
        ("18", "cut"),
        ("62c3", "cut"),
        ("0000", "trailing"),
        ("9f00ff", "indefinite"),
        ("5f4100ff", "indefinite"),
        ("bf0000ff", "indefinite"),
        ("ff", "indefinite"),
        ("a200010002", "duplicate"),
        ("a2000118000 2".replace(" ", ""), "duplicate"),
        ("a1f400", "cbor"),
        ("a1410000", "cbor"),
        ("61ff", "cbor"),
        ("f90000", "cbor"),
        ("fb0000000000000000", "cbor"),
        ("f7", "cbor"),
        ("1c", "cbor"),
        ("9bffffffffffffffff", "big"),
        ("bb00000000ffffffff", "big"),
        ("5bffffffffffffffff", "cut"),
        ("81" * 400 + "00", "deep"),
        ("c1" * 400 + "00", "deep"),
    ],
)
def test_what_is_refused_and_why(hexes, reason):
    with pytest.raises(cbor.CborError) as caught:
        cbor.decode(bytes.fromhex(hexes))
    assert caught.value.reason == reason


def test_a_tag_is_kept_with_its_value():
    assert cbor.decode(bytes.fromhex("d28101")) == cbor.Tagged(18, [1])
    assert cbor.decode(bytes.fromhex("d823612e")) == cbor.Tagged(35, "."), "a pattern is never compiled"
