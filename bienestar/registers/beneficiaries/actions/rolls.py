"""Receiving an institution's roll, and deleting the entries of those that newer ones replaced."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import transaction

from bienestar.foundation.accounts.choices import Permission
from bienestar.foundation.accounts.models import User
from bienestar.foundation.accounts.queries import ROOT, require
from bienestar.foundation.journal.actions import record, records_hash
from bienestar.foundation.journal.models import SourceFile
from bienestar.foundation.storage.turns import take_turn
from bienestar.registers.beneficiaries.models import Roll
from bienestar.registers.beneficiaries.queries.rolls import folder_of, replaced_rolls


@dataclass(frozen=True)
class NewRoll:
    """A roll whose entries are written: how many, how many rows were refused, and the folder under BIENESTAR_HOME."""

    institution: str
    cut_off: dt.date
    stored: str
    entries: int
    refused: int


@transaction.atomic
def receive_roll(*, by: User, roll: NewRoll, source: SourceFile) -> Roll:
    """Put a cut of an institution's roll on record. The same file as the same cut is the same roll.

    Raises FileNotFoundError when nothing lies in its folder.
    """
    require(by, Permission.RUN_MATCH, ROOT)
    take_turn()
    if not (Path(settings.HOME) / roll.stored).is_dir():
        raise FileNotFoundError(roll.stored)
    told = {"stored": roll.stored, "entries": roll.entries, "refused": roll.refused}
    kept, _made = Roll.objects.update_or_create(
        institution=roll.institution, cut_off=roll.cut_off, file=source, defaults=told
    )
    record(
        by=by,
        action="beneficiaries.receive_roll",
        subject=f"roll:{roll.institution}:{roll.cut_off}",
        area_path=ROOT,
        detail={"file": source.sha256[:12], "entries": roll.entries, "refused": roll.refused},
        records=roll.entries,
        records_sha256=source.sha256,
    )
    return kept


@transaction.atomic
def prune_rolls(*, by: User, on: dt.date | None = None) -> Sequence[Roll]:
    """Delete the entries of rolls that a newer, compared one replaced long enough ago; the rows of the rolls stay.

    Returns the rolls whose entries were deleted. How long: ``privacy.replaced_roll_days`` of definitions/people.yaml.
    """
    require(by, Permission.RUN_MATCH, ROOT)
    take_turn()
    gone = replaced_rolls(on)
    if not gone:
        return gone
    folders = [folder_of(roll) for roll in gone]
    Roll.objects.filter(pk__in=[roll.pk for roll in gone]).update(stored="")
    record(
        by=by,
        action="beneficiaries.prune_rolls",
        subject=f"{len(gone)} rolls",
        area_path=ROOT,
        detail={"rolls": [str(roll) for roll in gone]},
        records=sum(roll.entries for roll in gone),
        records_sha256=records_hash((roll.institution, roll.cut_off, roll.file_id) for roll in gone),
    )
    # Only what is on record as deleted is deleted; a folder that is left over then goes with the next run.
    transaction.on_commit(lambda: [shutil.rmtree(folder, ignore_errors=True) for folder in folders if folder])
    return gone
