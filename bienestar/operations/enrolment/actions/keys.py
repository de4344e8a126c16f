"""Making, retiring and giving up the keys that sign cards. The private half is a file, and never a row."""

from __future__ import annotations

import datetime as dt
import os
import secrets

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bienestar.calculations.cards import keys as card_keys
from bienestar.foundation.accounts.choices import Permission
from bienestar.foundation.accounts.models import User
from bienestar.foundation.accounts.queries import ROOT, require
from bienestar.foundation.journal.actions import record
from bienestar.operations.enrolment.models import SigningKey
from bienestar.operations.enrolment.queries.keys import key_file, signing_key_on, signing_keys
from bienestar.registers.beneficiaries.queries import CardError


@transaction.atomic
def make_key(*, by: User, valid_from: dt.date | None = None) -> SigningKey:
    """Draw a new key, keep its private half in a file of mode 600, and sign with it from a day on (today).

    The file is encrypted where BIENESTAR_KEY_PASSPHRASE is set. Raises CardError when it cannot be written.
    """
    require(by, Permission.MANAGE_KEYS, ROOT)
    today = timezone.localdate()
    day = valid_from or today
    if day < today:
        raise CardError(_("A key cannot be valid before it exists."))
    drawn = card_keys.SigningKey.from_seed(secrets.token_bytes(32))
    key = SigningKey.objects.create(kid=drawn.kid.hex(), public=drawn.public.hex(), valid_from=day)
    record(
        by=by,
        action="enrolment.make_key",
        subject=f"key:{key.kid}",
        area_path=ROOT,
        detail={"valid_from": day.isoformat(), "public": key.public},
    )
    _write(drawn)
    return key


def _write(drawn: card_keys.SigningKey) -> None:
    """The last step of making a key: if it fails, there is no row either."""
    path = key_file(drawn.kid.hex())
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(drawn.to_pem(settings.KEY_PASSPHRASE.encode() or None))
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        sentence = _("The private key could not be written (%(why)s). No key was made.")
        raise CardError(sentence % {"why": error.strerror}) from None


@transaction.atomic
def retire_key(*, by: User, key: SigningKey) -> None:
    """Let a key sign no more; the cards that it signed hold. Raises CardError when no other key could sign today."""
    require(by, Permission.MANAGE_KEYS, ROOT)
    kept = SigningKey.objects.select_for_update().get(pk=key.pk)
    today = timezone.localdate()
    if kept.retired_on or kept.compromised_on:
        raise CardError(_("This key signs no more already."))
    others = signing_keys().filter(valid_from__lte=today, retired_on=None, compromised_on=None).exclude(pk=kept.pk)
    if not others.exists() and signing_key_on(today) == kept:
        raise CardError(_("No other key can sign today. Make the next key first."))
    SigningKey.objects.filter(pk=kept.pk).update(retired_on=max(today, kept.valid_from))
    record(by=by, action="enrolment.retire_key", subject=f"key:{kept.kid}", area_path=ROOT)


@transaction.atomic
def compromise_key(*, by: User, key: SigningKey) -> None:
    """Somebody else may have the key: nothing that it signed is believed, and its file is deleted.

    Allowed whether or not another key is there: until one is made, no card can be signed.
    """
    require(by, Permission.MANAGE_KEYS, ROOT)
    kept = SigningKey.objects.select_for_update().get(pk=key.pk)
    if kept.compromised_on:
        raise CardError(_("This key is known to be compromised already."))
    SigningKey.objects.filter(pk=kept.pk).update(compromised_on=timezone.localdate())
    record(by=by, action="enrolment.compromise_key", subject=f"key:{kept.kid}", area_path=ROOT)
    transaction.on_commit(lambda: key_file(kept.kid).unlink(missing_ok=True))
