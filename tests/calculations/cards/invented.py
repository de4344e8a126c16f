"""Invented keys and cards that the tests of this folder share."""

from __future__ import annotations

import zlib
from dataclasses import replace

import cbor2

from bienestar.calculations.cards import base45, folio
from bienestar.calculations.cards.keys import SigningKey
from bienestar.calculations.cards.tokens import Claims, Status

DAY = 86_400
ISSUED = 1_780_000_000
NOW = ISSUED + 30 * DAY
URI = "bienestar:cards/1"
KEY = SigningKey.from_seed(bytes(range(32)))
OTHER = SigningKey.from_seed(bytes(range(1, 33)))
RECORD = KEY.record(ISSUED - 100 * DAY)
KEYS = {KEY.kid: RECORD}


def card(serial: int = 4_567, **changes) -> Claims:
    """A card of module 0012 of Hidalgo, whose position in the status list is its serial."""
    number = folio.make("13", "0012", serial)
    made = Claims("bienestar", number, ISSUED, ISSUED + 3_650 * DAY, Status(serial, URI), "María Guadalupe Ñuñez Cruz")
    return replace(made, **changes)


def wrapped(data: bytes, level: int = 9) -> str:
    """COSE bytes as the text of a QR, by zlib's own packing."""
    return base45.encode(zlib.compress(data, level))


def unwrapped(text: str) -> bytes:
    """The COSE bytes of a text."""
    return zlib.decompress(base45.decode(text))


def forged(claims=None, *, header=None, loose=None, key=KEY, payload=None, tag=18) -> str:
    """A token made by hand: every part can be replaced; what is not given is as ours."""
    claims = {1: "bienestar", 2: card().folio, 4: NOW + DAY, 6: ISSUED} if claims is None else claims
    protected = cbor2.dumps({1: -8, 4: KEY.kid} if header is None else header)
    payload = cbor2.dumps(claims) if payload is None else payload
    signature = key.sign(cbor2.dumps(["Signature1", protected, b"", payload]))
    message = [protected, {} if loose is None else loose, payload, signature]
    return wrapped(cbor2.dumps(cbor2.CBORTag(tag, message) if tag else message))
