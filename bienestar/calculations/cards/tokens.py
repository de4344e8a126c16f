"""The token of a card's QR: a CBOR Web Token signed as COSE_Sign1, as text base45(zlib(COSE)) like MOSIP Claim 169.

The same claims and key give the same text on every machine: keys of maps stand in order, Ed25519 draws nothing, and
zlib only wraps (a stored block, whose bytes no version of zlib can choose differently). A signature does not compress;
packing would save three characters in a hundred.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import cbor2

from bienestar.calculations.cards import base45
from bienestar.calculations.cards.claims import Claims, Status, card_name, from_map, to_map
from bienestar.calculations.cards.cose import (
    TYP,
    EnvelopeError,
    Reason,
    decoded,
    fault_of,
    header_of,
    inflated,
    key_fault,
    opened,
    seal,
)
from bienestar.calculations.cards.keys import KeyRecord, SigningKey, by_kid
from bienestar.calculations.cards.statuslist import StatusList

__all__ = ["Claims", "Doubt", "Reading", "Reason", "Status", "Verdict", "card_name", "read", "sign", "sign_many"]

MAX_TEXT = 4_296  # what the largest QR code can hold
MAX_COSE = 4_096  # bytes after unpacking; ours have about 240
ZLIB = b"\x78\x01"


class Verdict(StrEnum):
    """What a card is. Only the signature makes VALID, EXPIRED, NOT_YET_VALID and REVOKED possible."""

    VALID = "valid"
    EXPIRED = "expired"
    NOT_YET_VALID = "not_yet_valid"
    REVOKED = "revoked"
    UNKNOWN_KEY = "unknown_key"
    TAMPERED = "tampered"
    UNREADABLE = "unreadable"


class Doubt(StrEnum):
    """What a reader could not be sure of although the verdict stands."""

    NO_LIST = "no_list"  # there is no status list for this card here
    STALE_LIST = "stale_list"  # the status list is older than it should be
    NEWER_THAN_LIST = "newer_than_list"  # the card was made after the status list
    KEY_COMPROMISED_LATER = "key_compromised_later"  # somebody else may have written an earlier date with this key


@dataclass(frozen=True, slots=True)
class Reading:
    """The judgement of one token.

    ``claims`` are given only when the signature was checked (valid, expired, not yet valid, revoked). ``list_age`` is
    in seconds, None when there was no list of this card's address.
    """

    verdict: Verdict
    reason: Reason
    claims: Claims | None = None
    kid: bytes | None = None
    list_age: int | None = None
    doubts: tuple[Doubt, ...] = ()


def sign(claims: Claims, key: SigningKey) -> str:
    """The text of a card's QR."""
    return base45.encode(_wrapped(_sealed(claims, header_of(key.kid), key)))


def sign_many(claims: Sequence[Claims], key: SigningKey) -> list[str]:
    """What ``sign`` gives for each, the letters reckoned together."""
    header = header_of(key.kid)
    return base45.encode_many([_wrapped(_sealed(one, header, key)) for one in claims])


def _sealed(claims: Claims, header: bytes, key: SigningKey) -> bytes:
    return seal(header, cbor2.dumps(to_map(claims)), key)


def _wrapped(data: bytes) -> bytes:
    """A zlib stream (RFC 1950) of one stored block (RFC 1951, 3.2.4)."""
    size = len(data)
    return b"".join(
        (
            ZLIB,
            b"\x01",
            size.to_bytes(2, "little"),
            (size ^ 0xFFFF).to_bytes(2, "little"),
            data,
            zlib.adler32(data).to_bytes(4, "big"),
        )
    )


def read(
    text: str,
    keys: Mapping[bytes, KeyRecord] | Iterable[KeyRecord],
    status_list: StatusList | None,
    now: int,
    skew: int = 0,
) -> Reading:
    """Judge the text of a QR.

    ``keys``: by id (``keys.from_key_set`` gives that) or as records. ``now``: the reader's clock in seconds, which may
    be wrong by ``skew`` seconds either way. Never raises for what is in the text. Where several things hold, the first
    of revoked, not yet valid, expired is the verdict.
    """
    known = keys if isinstance(keys, Mapping) else by_kid(keys)
    try:
        envelope = opened(_unwrapped(text))
    except EnvelopeError as error:
        return Reading(Verdict.UNREADABLE, error.reason)
    fault = fault_of(envelope, known)
    if fault is not None:
        verdict = Verdict.UNKNOWN_KEY if fault is Reason.UNKNOWN_KEY else Verdict.TAMPERED
        return Reading(verdict, fault, kid=envelope.kid)
    try:
        if TYP in envelope.header:
            raise ValueError("a card's token says no type: this is something else")
        claims = from_map(decoded(envelope.payload))
    except EnvelopeError as error:
        return Reading(Verdict.UNREADABLE, error.reason, kid=envelope.kid)
    except ValueError:
        return Reading(Verdict.UNREADABLE, Reason.NOT_A_CARD, kid=envelope.kid)
    return _judged(claims, known[envelope.kid], status_list, now, skew)


def _judged(claims: Claims, key: KeyRecord, status_list: StatusList | None, now: int, skew: int) -> Reading:
    """The verdict on claims that the key did sign."""
    fault = key_fault(key, claims.issued)
    if fault is not None:
        return Reading(Verdict.UNKNOWN_KEY, fault, kid=key.kid)
    doubts = [] if key.compromised_from is None else [Doubt.KEY_COMPROMISED_LATER]
    age, revoked, more = _status_of(claims, status_list, now)
    doubts += more
    verdict, reason = Verdict.VALID, Reason.OK
    if revoked is not None:
        verdict, reason = Verdict.REVOKED, revoked
    elif claims.starts > now + skew:
        verdict, reason = Verdict.NOT_YET_VALID, Reason.FUTURE
    elif claims.expires <= now - skew:
        verdict, reason = Verdict.EXPIRED, Reason.EXPIRED
    return Reading(verdict, reason, claims, key.kid, age, tuple(doubts))


def _status_of(
    claims: Claims, status_list: StatusList | None, now: int
) -> tuple[int | None, Reason | None, list[Doubt]]:
    """How old the list is, why the card is revoked (None: it is not), and what is in doubt."""
    if status_list is None or claims.status is None or claims.status.uri != status_list.uri:
        return None, None, [Doubt.NO_LIST]
    doubts = [Doubt.STALE_LIST] if status_list.stale(now) else []
    status = status_list.status(claims.status.index)
    revoked = Reason.REVOKED if status else None
    if status is None:
        # A list grows: a card made after it is not on it yet. One that a later list does not know is not to be trusted.
        revoked = None if claims.issued > status_list.issued else Reason.OUTSIDE_LIST
    if claims.issued > status_list.issued:
        doubts.append(Doubt.NEWER_THAN_LIST)
    return status_list.age(now), revoked, doubts


def _unwrapped(text: str) -> bytes:
    """The COSE bytes of a text; line breaks and tabs of a pasted text are dropped. Raises EnvelopeError."""
    if len(text) > 2 * MAX_TEXT:
        raise EnvelopeError(Reason.TOO_LONG)
    text = text.translate({9: None, 10: None, 13: None}).strip(" ")
    if not text:
        raise EnvelopeError(Reason.EMPTY)
    if len(text) > MAX_TEXT:
        raise EnvelopeError(Reason.TOO_LONG)
    try:
        packed = base45.decode(text)
    except ValueError:
        raise EnvelopeError(Reason.NOT_BASE45) from None
    return inflated(packed, MAX_COSE)
