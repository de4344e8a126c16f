"""What a card's token says, as types that hold nothing else: no field could carry a CURP or anything about health."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bienestar.calculations.cards import folio as folios

# RFC 8392, MOSIP Claim 169 and the IETF Token Status List as IANA registered them.
ISSUER, SUBJECT, EXPIRES, NOT_BEFORE, ISSUED, IDENTITY, STATUS = 1, 2, 4, 5, 6, 169, 65535
FULL_NAME = 4  # inside Claim 169
STATUS_LIST = "status_list"
# Small letters only: a CURP has capitals and a name spaces.
ISSUER_FORM = re.compile(r"[a-z0-9][a-z0-9.:/-]{0,39}")
URI_FORM = re.compile(r"[a-z][a-z0-9+.-]*:[a-z0-9][a-z0-9.:/_-]{0,58}")
NAME_BYTES = 60  # longer names end at the last whole word: they still fit the fixed size of code
NAME_MARKS = frozenset(" '’ʼꞌ.-·")
LAST_SECOND = 2**40


@dataclass(frozen=True, slots=True)
class Status:
    """Where to look up whether the card is revoked: a position in the status list of that address."""

    index: int
    uri: str

    def __post_init__(self) -> None:
        if not 0 <= self.index < 2**32 or not URI_FORM.fullmatch(self.uri):
            raise ValueError("the place in the status list cannot be used")


@dataclass(frozen=True, slots=True)
class Claims:
    """A card's claims. Times in seconds since 1970 UTC; ``full_name`` only where the person consents to it.

    Raises ValueError for a folio that is none, an issuer that is not a short lower-case name, a name with digits or
    signs or above 60 bytes (``card_name`` shortens), dates in the wrong order. The texts are not repeated in it.
    """

    issuer: str
    folio: str
    issued: int
    expires: int
    status: Status | None
    full_name: str | None = None
    not_before: int | None = None

    def __post_init__(self) -> None:
        if not ISSUER_FORM.fullmatch(self.issuer):
            raise ValueError("the issuer is not a short lower-case name")
        if not folios.check(self.folio):
            raise ValueError("the folio is not valid")
        if not 0 <= self.issued <= self.starts < self.expires < LAST_SECOND:
            raise ValueError("the dates are not in order")
        if self.full_name is not None and not is_card_name(self.full_name):
            raise ValueError("the name cannot stand on a card")

    @property
    def starts(self) -> int:
        """From when the card is valid."""
        return self.issued if self.not_before is None else self.not_before


def is_card_name(name: str) -> bool:
    """Whether a name is letters, accents and the marks of names, composed (NFC), and short enough for a token."""
    if not name or name != name.strip() or len(name.encode()) > NAME_BYTES:
        return False
    if name.isascii() and name.replace(" ", "").isalpha():
        return True
    letters = all(letter in NAME_MARKS or unicodedata.category(letter)[0] in "LM" for letter in name)
    return letters and unicodedata.is_normalized("NFC", name)


def card_name(full_name: str) -> str | None:
    """A name as a token can carry it: composed, single spaces, ended at the last whole word that fits.

    None when nothing of it can stand there, or when it has digits or other signs.
    """
    words = unicodedata.normalize("NFC", full_name).split()
    while words and len(" ".join(words).encode()) > NAME_BYTES:
        words.pop()
    name = " ".join(words)
    return name if is_card_name(name) else None


def to_map(claims: Claims) -> dict[int, Any]:
    """The claims by number, in the order of deterministic CBOR."""
    found: dict[int, Any] = {ISSUER: claims.issuer, SUBJECT: claims.folio, EXPIRES: claims.expires}
    if claims.not_before is not None:
        found[NOT_BEFORE] = claims.not_before
    found[ISSUED] = claims.issued
    if claims.full_name is not None:
        found[IDENTITY] = {FULL_NAME: claims.full_name}
    if claims.status is not None:
        found[STATUS] = {STATUS_LIST: {"idx": claims.status.index, "uri": claims.status.uri}}
    return found


def from_map(found: Any) -> Claims:
    """The claims of a token whose signature was checked; claims of other numbers are passed over. Raises ValueError."""
    if not isinstance(found, dict):
        raise ValueError("the claims are not a map")
    issuer, number, issued, expires = (found.get(claim) for claim in (ISSUER, SUBJECT, ISSUED, EXPIRES))
    not_before = found.get(NOT_BEFORE)
    if not isinstance(issuer, str) or not isinstance(number, str):
        raise ValueError("a claim is missing")
    if type(issued) is not int or type(expires) is not int or type(not_before) not in (int, type(None)):
        raise ValueError("a date is not in seconds")
    status, name = _status(found.get(STATUS)), _full_name(found.get(IDENTITY))
    return Claims(issuer, number, issued, expires, status, name, not_before)


def _full_name(identity: Any) -> str | None:
    if identity is None:
        return None
    if not isinstance(identity, Mapping) or not isinstance(name := identity.get(FULL_NAME, ""), str):
        raise ValueError("Claim 169 is not a map of texts")
    return name or None


def _status(status: Any) -> Status | None:
    """The place in the status list; None without the claim, or when it tells of other mechanisms only."""
    if status is None or (isinstance(status, Mapping) and STATUS_LIST not in status):
        return None
    listed = status.get(STATUS_LIST) if isinstance(status, Mapping) else None
    if not isinstance(listed, Mapping):
        raise ValueError("the status claim is not a map")
    index, uri = listed.get("idx"), listed.get("uri")
    if type(index) is not int or not isinstance(uri, str):
        raise ValueError("the status claim has no place")
    return Status(index, uri)
