"""Rolls of institutions: which is in force, what was received, and the entries of one."""

from __future__ import annotations

import datetime as dt
import secrets
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from bienestar.foundation.accounts.choices import Permission
from bienestar.foundation.accounts.queries import Actor, access_of
from bienestar.foundation.definitions.people import people_rules
from bienestar.foundation.storage.sorted_file import find_rows
from bienestar.registers.beneficiaries.models import Roll

ENTRIES = "entries.parquet"


@dataclass(frozen=True)
class Entry:
    """An entry of a roll. ``entry`` is its number as a hash; ``valid_from``/``valid_to`` None: not told / open."""

    entry: str
    curp: str
    given_names: str | None
    first_surname: str | None
    second_surname: str | None
    birth_date: dt.date | None
    sex: str | None
    birth_state: str | None
    municipality: str | None
    valid_from: dt.date | None
    valid_to: dt.date | None


_FOUND = tuple(Entry.__dataclass_fields__)


def current_roll(institution: str, on: dt.date | None = None) -> Roll | None:
    """The newest cut of an institution's roll that had been made by a day (today unless told); None: there is none.

    Of two files of one cut the one received last holds.
    """
    day = on or timezone.localdate()
    rolls = Roll.objects.filter(institution=institution, cut_off__lte=day)
    return rolls.order_by("-cut_off", "-received_at", "-pk").first()


def current_rolls(on: dt.date | None = None) -> dict[str, Roll]:
    """Institution → its roll in force on a day; one that never sent a roll is not there."""
    day = on or timezone.localdate()
    rolls = Roll.objects.filter(cut_off__lte=day).select_related("file").order_by("cut_off", "received_at", "pk")
    return {roll.institution: roll for roll in rolls}  # the last of each


def rolls_visible_to(by: Actor) -> QuerySet[Roll]:
    """Every roll that was received, newest cut first, for whoever sees cards or compares rolls anywhere.

    A roll is of the whole country. Its row says how many entries it has, and nothing of anybody in it.
    """
    if not sees_rolls(by):
        return Roll.objects.none()
    return Roll.objects.select_related("file").order_by("institution", "-cut_off", "-received_at", "-pk")


def sees_rolls(by: Actor) -> bool:
    """Whether ``by`` may know which rolls are here."""
    access = access_of(by)
    return any(access.paths(permission) for permission in (Permission.VIEW_CARDS, Permission.RUN_MATCH))


def roll_of_file(institution: str, cut_off: dt.date, sha256: str) -> Roll | None:
    """The roll that these bytes became as this cut, or None."""
    return Roll.objects.filter(institution=institution, cut_off=cut_off, file__sha256=sha256).first()


def replaced_rolls(on: dt.date | None = None) -> list[Roll]:
    """Rolls whose entries should be deleted: a newer one was received that many days ago and compared."""
    moment = timezone.now() if on is None else timezone.make_aware(dt.datetime.combine(on, dt.time.max))
    since = moment - dt.timedelta(days=people_rules().privacy.replaced_roll_days.value)
    current = current_rolls(timezone.localdate(moment))
    kept = []
    for roll in Roll.objects.exclude(stored="").order_by("pk"):
        newest = current.get(roll.institution)
        if newest is None or newest.pk == roll.pk or roll.cut_off > newest.cut_off:
            continue
        if newest.matched_at is not None and newest.received_at <= since:
            kept.append(roll)
    return kept


def folder_of(roll: Roll) -> Path | None:
    """Where the entries of a roll lie; None once they are deleted."""
    return Path(settings.HOME) / roll.stored if roll.stored else None


def roll_entries(roll: Roll) -> Path:
    """The Parquet file of a roll's entries, sorted by CURP, for DuckDB or Arrow to read; FileNotFoundError: deleted.

    Columns: entry (64 hexadecimal digits), curp (as told if it has the form of one), holds (whether it can be a real
    one), given_names, first_surname, second_surname, birth_date (DATE), sex, birth_state, municipality (5 digits),
    valid_from, valid_to (DATE; null: not told, open). No text is empty: what is not known is null.
    """
    folder = folder_of(roll)
    if folder is None or not (folder / ENTRIES).is_file():
        raise FileNotFoundError(f"the entries of the roll {roll} are not stored")
    return folder / ENTRIES


def find_in_roll(roll: Roll, curp: str) -> list[Entry]:
    """Every entry with this CURP, in milliseconds; FileNotFoundError when the entries are deleted."""
    rows: list[dict[str, Any]] = find_rows(roll_entries(roll), "curp", curp, _FOUND)
    return [Entry(**row) for row in rows]


def entry_key(institution: str) -> str:
    """What goes before an entry's number when it is hashed: a secret of this installation, and the institution.

    Numbers of insured people have eleven digits: a hash without a secret could be undone by trying them all.
    """
    kept = Path(settings.HOME) / "rolls" / ".secret"
    if not kept.exists():
        kept.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = kept.with_name(f".secret.{secrets.token_hex(4)}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_hex(16))
        with suppress(FileExistsError):
            kept.hardlink_to(draft)  # whole or not at all, and the first of two processes wins
        draft.unlink()
    return f"{kept.read_text().strip()}{institution}:"
