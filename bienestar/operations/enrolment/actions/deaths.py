"""A death that is told at a counter: the record says so, and the person's card goes no further."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from bienestar.foundation.accounts.choices import Permission
from bienestar.foundation.accounts.models import User
from bienestar.foundation.accounts.queries import require
from bienestar.foundation.journal.actions import record
from bienestar.operations.enrolment.actions.pieces import end_piece
from bienestar.registers.beneficiaries.actions import record_death
from bienestar.registers.beneficiaries.choices import ENDED
from bienestar.registers.beneficiaries.models import Person
from bienestar.registers.beneficiaries.queries import cards_of, subject_of


@transaction.atomic
def note_death(*, by: User, person: Person, on: dt.date) -> None:
    """Record the day on which a person died, end their card and stop its piece, wherever it is.

    A piece that was not handed over is to be destroyed. PersonRefused for a day to come or before the birth.
    """
    require(by, Permission.REGISTER_PERSON, person.path)
    ending = [card for card in cards_of(person) if card.stage not in ENDED]
    for card in ending:
        end_piece(card, by, "died")
    record_death(by=by, person=person, on=on)
    record(
        by=by,
        action="enrolment.note_death",
        subject=subject_of(person.uid),
        area_path=person.path,
        detail={"cards": len(ending)},
    )
