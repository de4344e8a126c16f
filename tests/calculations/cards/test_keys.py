"""Keys: to a file and back, the set there and back, and sets that must not be used."""

from __future__ import annotations

import cbor2
import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypothesis import given
from hypothesis import strategies as st

from bienestar.calculations.cards import keys
from tests.calculations.cards.invented import KEY, OTHER, RECORD

DATES = st.none() | st.integers(0, 2**40)
RECORDS = st.builds(
    keys.KeyRecord,
    st.binary(min_size=1, max_size=16),
    st.binary(min_size=32, max_size=32),
    st.integers(0, 2**40),
    DATES,
    DATES,
)


@given(st.lists(RECORDS, max_size=5, unique_by=lambda record: record.kid))
def test_a_set_comes_back_and_does_not_depend_on_order(records):
    data = keys.to_key_set(records)
    assert keys.from_key_set(data) == {record.kid: record for record in records}
    assert keys.to_key_set(records[::-1]) == data


def test_the_kid_is_the_thumbprint_of_the_rfc():
    """The example of RFC 9679, section 6, is of another curve; the bytes to hash are written out here instead."""
    from hashlib import sha256

    plain = bytes.fromhex("a3010120062158 20".replace(" ", "")) + KEY.public
    assert KEY.kid == sha256(plain).digest()[:4]
    assert KEY.kid != OTHER.kid


@pytest.mark.parametrize("password", [None, b"a password"])
def test_a_private_key_to_a_file_and_back(password):
    again = keys.SigningKey.from_pem(KEY.to_pem(password), password)
    assert (again.public, again.kid, again.sign(b"x")) == (KEY.public, KEY.kid, KEY.sign(b"x"))


def test_other_keys_and_wrong_passwords_are_refused():
    curve = generate_private_key(SECP256R1()).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    with pytest.raises(ValueError, match="Ed25519"):
        keys.SigningKey.from_pem(curve)
    for pem, password in ((KEY.to_pem(b"one"), b"two"), (KEY.to_pem(b"one"), None), (b"nothing", None)):
        with pytest.raises(ValueError, match=r".+"):
            keys.SigningKey.from_pem(pem, password)


def test_a_private_key_is_never_printed():
    assert bytes(range(32)).hex() not in repr(KEY) + repr(RECORD)


def key_map(**changes):
    return {1: 1, 2: KEY.kid, 3: -8, -1: 6, -2: KEY.public, "valid_from": 5} | {
        {"private": -4, "kid": 2, "x": -2, "crv": -1, "since": "valid_from"}[name]: value
        for name, value in changes.items()
    }


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ({}, "not a list"),
        ([1], "not a list"),
        ([key_map(private=b"secret")], "private key"),
        ([key_map(), key_map()], "same id"),
        ([key_map(x=b"short")], "32 bytes"),
        ([key_map(x="text")], "no public part"),
        ([key_map(kid=None)], "no id"),
        ([key_map(kid=b"")], "1 to 16"),
        ([key_map(since="2026-01-01")], "seconds"),
    ],
)
def test_sets_that_must_not_be_used(value, words):
    with pytest.raises(keys.KeySetError, match=words):
        keys.from_key_set(cbor2.dumps(value))


def test_a_cut_set_is_refused_and_other_kinds_of_key_are_passed_over():
    with pytest.raises(keys.KeySetError, match="cut"):
        keys.from_key_set(keys.to_key_set([RECORD])[:-1])
    assert keys.from_key_set(cbor2.dumps([key_map(crv=7), key_map(since=None) | {"valid_from": 9}])).keys() == {KEY.kid}
    with pytest.raises(ValueError, match="same id"):
        keys.by_kid([RECORD, RECORD])
