"""Asking whether somebody is eligible, by CURP: at the counter of any unit, hundreds of times a second."""

from __future__ import annotations

import datetime as dt
from contextlib import nullcontext

from django.db import connection, transaction
from django.utils import timezone

from bienestar.calculations import curp as curps
from bienestar.foundation.accounts.choices import Permission
from bienestar.foundation.accounts.queries import Actor, access_of, require_anywhere
from bienestar.foundation.journal.actions import record
from bienestar.foundation.storage.statements import rows_of
from bienestar.foundation.territory.queries import common_path
from bienestar.operations.enrolment.queries.answers import NOT_REGISTERED, Answer, answer_of, noting, reading
from bienestar.registers.beneficiaries.queries import PersonRefused, curp_fault, former_curp, subject_of

ACTION = "enrolment.ask_eligibility"
NOBODY = "person:-"


def ask_eligibility(*, by: Actor, curp: str) -> Answer:
    """Whether the person of this CURP is eligible. Whatever the answer says, they are attended.

    Asked by whoever sees persons somewhere; of somebody outside their territory the answer has no uid, only the
    eligibility. Each question leaves a journal row in the person's territory, without the CURP. Raises PersonRefused
    when the text is no CURP.
    """
    require_anywhere(by, Permission.VIEW_PERSONS)
    access = access_of(by)
    told = curps.normal(curp)
    today = timezone.localdate()
    values = [told, former_curp(told)]
    with transaction.atomic() if connection.vendor != "postgresql" else nullcontext():
        # On PostgreSQL one statement asks and leaves the row: both happen or neither, in one way there and back.
        together = connection.vendor == "postgresql"
        rows = rows_of(noting(), [*values, by.username, ACTION]) if together else rows_of(reading(), values)
        if rows and not together:
            record(by=by, action=ACTION, subject=subject_of(rows[0][0]), area_path=rows[0][1], detail={"found": True})
    if not rows:
        return _nobody(by, told, today)
    uid, path, *rest = rows[0]
    return answer_of(tuple(rest), uid if access.can(Permission.VIEW_PERSONS, path) else "", today)


def _nobody(by: Actor, told: str, today: dt.date) -> Answer:
    """Nobody is registered with it: is it a CURP at all? What finds somebody need not be asked that."""
    wrong = curp_fault(told, today)
    if wrong:
        raise PersonRefused(("curp", wrong))
    with transaction.atomic():
        own = common_path(access_of(by).paths(Permission.VIEW_PERSONS))
        record(by=by, action=ACTION, subject=NOBODY, area_path=own, detail={"found": False})
    return NOT_REGISTERED
