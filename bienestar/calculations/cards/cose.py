"""COSE_Sign1 (RFC 9052) with Ed25519: the envelope of the card's token and of the status list."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import cbor2

from bienestar.calculations.cards import cbor
from bienestar.calculations.cards.keys import EDDSA, KeyRecord, SigningKey, verifies

ALG, CRIT, KID, TYP = 1, 2, 4, 16
SIGN1, CWT = 18, 61
SIGNATURE_BYTES = 64
# The fixed beginning of what is signed: an array of four, the words, then the protected header and no further data.
CONTEXT = b"\x84" + cbor2.dumps("Signature1")


class Reason(StrEnum):
    """Why a token or list was judged as it was; the words for people are made from these on the page."""

    OK = "ok"
    EMPTY = "empty"
    TOO_LONG = "too_long"
    NOT_BASE45 = "not_base45"
    NOT_ZLIB = "not_zlib"
    CUT = "cut"
    TRAILING = "trailing"
    TOO_BIG = "too_big"
    DEEP = "deep"
    INDEFINITE = "indefinite"
    DUPLICATE = "duplicate"
    NOT_CBOR = "not_cbor"
    NOT_SIGN1 = "not_sign1"
    NO_KEY_ID = "no_key_id"
    NOT_A_CARD = "not_a_card"
    NOT_A_LIST = "not_a_list"
    WRONG_ALGORITHM = "wrong_algorithm"
    BAD_SIGNATURE = "bad_signature"
    UNKNOWN_KEY = "unknown_key"
    KEY_NOT_YET = "key_not_yet"
    KEY_RETIRED = "key_retired"
    KEY_COMPROMISED = "key_compromised"
    FUTURE = "future"
    EXPIRED = "expired"
    REVOKED = "revoked"
    OUTSIDE_LIST = "outside_list"


class EnvelopeError(ValueError):
    """Bytes that are no envelope of ours."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Envelope:
    """A COSE_Sign1 taken apart; nothing in it may be believed before ``fault_of`` finds nothing."""

    kid: bytes
    header: Mapping[int | str, Any]
    payload: bytes
    signature: bytes
    signed: bytes


def header_of(kid: bytes, typ: str | None = None) -> bytes:
    """The protected header: algorithm, key id and, for a status list, the type."""
    return cbor2.dumps({ALG: EDDSA, KID: kid} | ({TYP: typ} if typ else {}))


def string_head(kind: int, length: int) -> bytes:
    """The bytes that CBOR puts before a byte string (kind 2) or a text (3) of a length."""
    if length < 24:
        return bytes([kind << 5 | length])
    for small, width in cbor.WIDTHS.items():
        if length < 256**width:
            return bytes([kind << 5 | small]) + length.to_bytes(width, "big")
    raise ValueError("too long for CBOR")


def to_be_signed(header: bytes, payload: bytes) -> bytes:
    """Sig_structure: context, protected header, no external data, payload."""
    return b"".join((CONTEXT, string_head(2, len(header)), header, b"\x40", string_head(2, len(payload)), payload))


def seal(header: bytes, payload: bytes, key: SigningKey) -> bytes:
    """The tagged COSE_Sign1 with an empty unprotected header. Ed25519 is deterministic: same input, same bytes."""
    signature = key.sign(to_be_signed(header, payload))
    head = b"\xd2\x84" + string_head(2, len(header)) + header + b"\xa0"
    return b"".join((head, string_head(2, len(payload)), payload, b"\x58\x40", signature))


READING = {
    "cut": Reason.CUT,
    "trailing": Reason.TRAILING,
    "deep": Reason.DEEP,
    "big": Reason.TOO_BIG,
    "indefinite": Reason.INDEFINITE,
    "duplicate": Reason.DUPLICATE,
    "cbor": Reason.NOT_CBOR,
}


def decoded(data: bytes) -> Any:
    """The value of some CBOR. Raises EnvelopeError."""
    try:
        return cbor.decode(data)
    except cbor.CborError as error:
        raise EnvelopeError(READING[error.reason]) from None


def inflated(packed: bytes, limit: int) -> bytes:
    """What a zlib stream unpacks to, at most ``limit`` bytes of it. Raises EnvelopeError."""
    reader = zlib.decompressobj()
    try:
        data = reader.decompress(packed, limit)
    except zlib.error:
        raise EnvelopeError(Reason.NOT_ZLIB) from None
    if not reader.eof:
        raise EnvelopeError(Reason.TOO_BIG if len(data) == limit else Reason.CUT)
    if reader.unused_data:
        raise EnvelopeError(Reason.TRAILING)
    return data


def opened(data: bytes) -> Envelope:
    """Take a COSE_Sign1 apart: bare, tagged 18, or tagged 18 inside the CWT tag 61. Raises EnvelopeError.

    The key id may stand in the protected header (ours do) or in the other; two that differ are refused. A header that
    lists critical parameters is refused: we know none.
    """
    value = decoded(data)
    for tag in (CWT, SIGN1):
        if isinstance(value, cbor.Tagged) and value.tag == tag:
            value = value.value
    if not isinstance(value, list) or len(value) != 4:
        raise EnvelopeError(Reason.NOT_SIGN1)
    protected, loose, payload, signature = value
    if not isinstance(protected, bytes) or not isinstance(loose, dict) or not isinstance(payload, bytes):
        raise EnvelopeError(Reason.NOT_SIGN1)
    if not isinstance(signature, bytes):
        raise EnvelopeError(Reason.NOT_SIGN1)
    header = decoded(protected) if protected else {}
    if not isinstance(header, dict) or CRIT in header or CRIT in loose:
        raise EnvelopeError(Reason.NOT_SIGN1)
    kids = {repr(one[KID]): one[KID] for one in (header, loose) if KID in one}
    if len(kids) != 1 or not isinstance(kid := next(iter(kids.values())), bytes):
        raise EnvelopeError(Reason.NO_KEY_ID)
    return Envelope(kid, header, payload, signature, to_be_signed(protected, payload))


def fault_of(envelope: Envelope, keys: Mapping[bytes, KeyRecord]) -> Reason | None:
    """What is wrong with the signature: WRONG_ALGORITHM, UNKNOWN_KEY, BAD_SIGNATURE; None when it is the key's."""
    if type(alg := envelope.header.get(ALG)) is not int or alg != EDDSA:
        return Reason.WRONG_ALGORITHM
    key = keys.get(envelope.kid)
    if key is None:
        return Reason.UNKNOWN_KEY
    if len(envelope.signature) != SIGNATURE_BYTES or not verifies(key, envelope.signature, envelope.signed):
        return Reason.BAD_SIGNATURE
    return None


def key_fault(key: KeyRecord, issued: int) -> Reason | None:
    """Why a key's signature of that moment does not count, or None."""
    if key.compromised_from is not None and issued >= key.compromised_from:
        return Reason.KEY_COMPROMISED
    if issued < key.valid_from:
        return Reason.KEY_NOT_YET
    if key.retired_on is not None and issued >= key.retired_on:
        return Reason.KEY_RETIRED
    return None
