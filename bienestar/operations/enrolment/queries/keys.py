"""Reading signing keys: which one signs on a day, its private half from its file, and the set that verifiers carry."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from bienestar.calculations.cards import keys as card_keys
from bienestar.operations.enrolment.models import SigningKey
from bienestar.registers.beneficiaries.queries import CardError, cards_by_key


def midnight(day: dt.date) -> int:
    """The first second of a day where the service works, in seconds since 1970 UTC."""
    return int(timezone.make_aware(dt.datetime.combine(day, dt.time.min), timezone.get_default_timezone()).timestamp())


def signing_keys() -> QuerySet[SigningKey]:
    """Every key, the newest first."""
    return SigningKey.objects.order_by("-valid_from", "-pk")


def signing_key(kid: str) -> SigningKey:
    """The key of that id; SigningKey.DoesNotExist."""
    return SigningKey.objects.get(kid=kid)


def signing_key_on(day: dt.date) -> SigningKey | None:
    """The key that signs on a day: the newest of those valid by then, neither retired nor compromised; or None."""
    return signing_keys().filter(valid_from__lte=day, retired_on=None, compromised_on=None).first()


def current_key() -> SigningKey:
    """The key that signs today. Raises CardError when there is none."""
    found = signing_key_on(timezone.localdate())
    if found is None:
        raise CardError(_("No key can sign today. Somebody who keeps the keys must make one first."))
    return found


def key_folder() -> Path:
    """Where the private halves lie."""
    return Path(settings.KEYS_DIR or settings.HOME / "keys")


def key_file(kid: str) -> Path:
    """The file of a private key."""
    return key_folder() / f"{kid}.pem"


def private_key(kid: str) -> card_keys.SigningKey:
    """The private half of a key. Raises CardError when its file is missing or cannot be opened."""
    path = key_file(kid)
    try:
        return _opened(str(path), path.stat().st_mtime_ns, settings.KEY_PASSPHRASE)
    except FileNotFoundError:
        raise CardError(_("The file of the private key %(kid)s is not here.") % {"kid": kid}) from None
    except (OSError, ValueError):
        sentence = _("The file of the private key %(kid)s cannot be opened. Check its passphrase.")
        raise CardError(sentence % {"kid": kid}) from None


@lru_cache(maxsize=8)
def _opened(path: str, time: int, passphrase: str) -> card_keys.SigningKey:
    kid = bytes.fromhex(Path(path).stem)
    found = card_keys.SigningKey.from_pem(Path(path).read_bytes(), passphrase.encode() or None, kid)
    row = SigningKey.objects.filter(kid=Path(path).stem).values_list("public", flat=True).first()
    if row and row != found.public.hex():
        raise ValueError("the file holds another key")
    return found


def key_record(key: SigningKey) -> card_keys.KeyRecord:
    """What verifiers carry of a key.

    The day on which it was retired is its last. Whoever stole a key can write any date, so nothing that a compromised
    key ever signed is believed.
    """
    since = midnight(key.valid_from)
    retired = midnight(key.retired_on + dt.timedelta(days=1)) if key.retired_on else None
    return card_keys.KeyRecord(
        bytes.fromhex(key.kid), bytes.fromhex(key.public), since, retired, since if key.compromised_on else None
    )


def key_records() -> dict[bytes, card_keys.KeyRecord]:
    """Every key by its id, as ``tokens.read`` wants them."""
    return card_keys.by_kid(key_record(key) for key in signing_keys())


def verifier_keys() -> bytes:
    """The COSE_KeySet of every key, retired and compromised ones included with their dates."""
    return card_keys.to_key_set(key_record(key) for key in signing_keys())


def fingerprint(key: SigningKey) -> str:
    """The key's public half in groups of four, for two people to compare by voice."""
    return " ".join(key.public[start : start + 4] for start in range(0, len(key.public), 4))


def keys_with_counts() -> list[tuple[SigningKey, dict[str, int]]]:
    """Every key with how many cards it signed, by the stage that they are at now."""
    counts = cards_by_key()
    return [(key, counts.get(key.kid, {})) for key in signing_keys()]


def compromised_kids() -> list[str]:
    """Ids of the keys whose cards are not believed."""
    return list(SigningKey.objects.filter(compromised_on__isnull=False).values_list("kid", flat=True))
