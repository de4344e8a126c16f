"""Keys of cards: the private one that signs, and the set of public ones that verifiers carry (COSE_KeySet, RFC 9052).

A key's id (kid) is the first four bytes of its COSE key thumbprint (RFC 9679, SHA-256), so nobody has to number keys.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import cbor2
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from bienestar.calculations.cards import cbor

KTY, KID, ALG, KEY_OPS, CRV, X = 1, 2, 3, 4, -1, -2
OKP, EDDSA, VERIFY, ED25519 = 1, -8, 2, 6
KID_BYTES = range(1, 17)
# Our own parameters of a COSE_Key; labels may be texts (RFC 9052, section 7).
VALID_FROM, RETIRED_ON, COMPROMISED_FROM = "valid_from", "retired_on", "compromised_from"


class KeySetError(ValueError):
    """Bytes that are not a key set we can use; the text says what is wrong in one sentence."""


@dataclass(frozen=True, slots=True)
class KeyRecord:
    """A public key (32 bytes) and when its signatures count.

    A token counts when it was issued from ``valid_from`` on, before ``retired_on`` and before ``compromised_from``
    (seconds; None: not so far). A retired key still verifies what it signed before. Whoever stole a key can also write
    an earlier date: to trust nothing that it ever signed, set ``compromised_from`` to ``valid_from``.
    """

    kid: bytes
    public: bytes
    valid_from: int
    retired_on: int | None = None
    compromised_from: int | None = None

    def __post_init__(self) -> None:
        if len(self.kid) not in KID_BYTES:
            raise ValueError("a key id has 1 to 16 bytes")
        if len(self.public) != 32:
            raise ValueError("an Ed25519 public key has 32 bytes")


class SigningKey:
    """A private Ed25519 key with its id. Never printed: its repr shows the id only."""

    def __init__(self, private: Ed25519PrivateKey, kid: bytes | None = None) -> None:
        self._private = private
        self.public = private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        self.kid = kid_of(self.public) if kid is None else kid
        self.sign = private.sign

    @classmethod
    def from_seed(cls, seed: bytes, kid: bytes | None = None) -> SigningKey:
        """A key from 32 random bytes that the caller draws (``secrets.token_bytes(32)``)."""
        return cls(Ed25519PrivateKey.from_private_bytes(seed), kid)

    @classmethod
    def from_pem(cls, pem: bytes, password: bytes | None = None, kid: bytes | None = None) -> SigningKey:
        """The key of a PEM file (PKCS 8). Raises ValueError when it is no Ed25519 key or the password is wrong."""
        try:
            private = load_pem_private_key(pem, password)
        except TypeError as error:  # a password where none is needed, or none where one is
            raise ValueError(str(error)) from None
        if not isinstance(private, Ed25519PrivateKey):
            raise ValueError("cards are signed with an Ed25519 key")
        return cls(private, kid)

    def to_pem(self, password: bytes | None = None) -> bytes:
        """The key as a PEM file, encrypted when a password is given."""
        how = BestAvailableEncryption(password) if password else NoEncryption()
        return self._private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, how)

    def record(self, valid_from: int, retired_on: int | None = None, compromised_from: int | None = None) -> KeyRecord:
        """What verifiers carry of this key."""
        return KeyRecord(self.kid, self.public, valid_from, retired_on, compromised_from)

    def __repr__(self) -> str:
        return f"SigningKey({self.kid.hex()})"


def kid_of(public: bytes) -> bytes:
    """The first four bytes of the SHA-256 thumbprint of an Ed25519 public key (RFC 9679)."""
    return sha256(cbor2.dumps({KTY: OKP, CRV: ED25519, X: public}, canonical=True)).digest()[:4]


def by_kid(keys: Iterable[KeyRecord]) -> dict[bytes, KeyRecord]:
    """The keys by their id, as ``tokens.read`` wants them. Raises ValueError when two share an id."""
    listed = list(keys)
    found = {key.kid: key for key in listed}
    if len(found) != len(listed):
        raise ValueError("two keys have the same id")
    return found


def verifies(key: KeyRecord, signature: bytes, signed: bytes) -> bool:
    """Whether the signature of these bytes is the key's."""
    try:
        Ed25519PublicKey.from_public_bytes(key.public).verify(signature, signed)
    except (InvalidSignature, ValueError):  # ValueError: the key cannot be one
        return False
    return True


def to_key_set(keys: Iterable[KeyRecord]) -> bytes:
    """The COSE_KeySet: an array of COSE_Key, sorted by id, so that the same keys give the same bytes."""
    return cbor2.dumps([_cose_key(key) for key in sorted(keys, key=lambda key: key.kid)], canonical=True)


def _cose_key(key: KeyRecord) -> dict[int | str, Any]:
    found: dict[int | str, Any] = {KTY: OKP, KID: key.kid, ALG: EDDSA, KEY_OPS: [VERIFY], CRV: ED25519, X: key.public}
    dates = {VALID_FROM: key.valid_from, RETIRED_ON: key.retired_on, COMPROMISED_FROM: key.compromised_from}
    return found | {name: date for name, date in dates.items() if date is not None}


def from_key_set(data: bytes) -> dict[bytes, KeyRecord]:
    """The keys of a COSE_KeySet by id. Raises KeySetError.

    A key of another kind is passed over: a set may hold keys for other uses. A private key in it refuses the whole set.
    """
    try:
        found = cbor.decode(data, items=10_000)
    except cbor.CborError as error:
        raise KeySetError(f"The key set cannot be read ({error.reason}).") from None
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise KeySetError("The key set is not a list of keys.")
    if any(-4 in one for one in found):
        raise KeySetError("The key set holds a private key. Do not use it, and retire that key.")
    try:
        return by_kid(_record(one) for one in found if (one.get(KTY), one.get(CRV)) == (OKP, ED25519))
    except (ValueError, TypeError) as error:
        raise KeySetError(f"The key set cannot be used: {error}.") from None


def _record(one: Mapping[int | str, Any]) -> KeyRecord:
    kid, public, since = one.get(KID), one.get(X), one.get(VALID_FROM, 0)
    if not isinstance(kid, bytes) or not isinstance(public, bytes):
        raise ValueError("a key has no id or no public part")
    dates = (since, one.get(RETIRED_ON), one.get(COMPROMISED_FROM))
    if not all(date is None or type(date) is int for date in dates) or since is None:
        raise ValueError("a date of a key is not in seconds")
    return KeyRecord(kid, public, *dates)
