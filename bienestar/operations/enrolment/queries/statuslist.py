"""The status list: signed and dated, kept as a file until a card ends, a key changes or half its time has gone."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

import numpy as np
from django.conf import settings
from django.utils import timezone

from bienestar.calculations.cards import statuslist
from bienestar.foundation.definitions.people import people_rules
from bienestar.operations.enrolment.models import StatusList
from bienestar.operations.enrolment.queries.keys import current_key, key_records, private_key
from bienestar.registers.beneficiaries.queries import CardError, ended_count, revoked_positions

HOUR = 3600


def status_folder() -> Path:
    """Where the list of the moment is kept."""
    return Path(settings.HOME) / "cards" / "status"


def status_list() -> bytes:
    """The signed list as verifiers carry it. Raises CardError when no key can sign it.

    A list is made again as soon as a card has ended, the signing key is another, or positions run short, and at the
    latest after half the hours that it holds: who fetches it can work with it for the other half.
    """
    row = StatusList.objects.first()
    rules, now = people_rules().card, int(timezone.now().timestamp())
    key, ended, given = current_key(), ended_count(), row.positions if row else 0
    spare = rules.list_spare.value
    size = (given // spare + 2) * spare
    begins, folder = f"{key.kid}-{size}-{ended}-", status_folder()
    kept = max((path for path in folder.glob(f"{begins}*.cwt")), key=_made, default=None)
    if kept and now - _made(kept) < rules.list_hours.value * HOUR // 2:
        with suppress(FileNotFoundError):  # another worker has just made a newer one
            return kept.read_bytes()
    made = statuslist.build(
        row.uri if row else rules.status_uri,
        size,
        np.fromiter(revoked_positions(), dtype=np.int64),
        issued=now,
        ttl=rules.list_hours.value * HOUR,
        key=private_key(key.kid),
    )
    _keep(folder / f"{begins}{now}.cwt", made)
    return made


def parsed_status_list() -> statuslist.StatusList | None:
    """The list of the moment, read; None while there is no key to sign one."""
    try:
        return statuslist.parse(status_list(), key_records())
    except CardError:
        return None


def _made(path: Path) -> int:
    return int(path.stem.rpartition("-")[2])


def _keep(path: Path, content: bytes) -> None:
    """Write the whole file or none, then drop the older ones."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_suffix(f".{os.getpid()}")
    draft.write_bytes(content)
    draft.replace(path)
    for old in path.parent.glob("*.cwt"):
        if old != path and _made(old) <= _made(path):
            old.unlink(missing_ok=True)
