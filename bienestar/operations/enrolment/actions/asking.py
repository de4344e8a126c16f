"""Asking whether somebody is eligible, by CURP: at the counter of any unit, hundreds of times a second."""

from __future__ import annotations

import datetime as dt

from django.db import connection, transaction
from django.utils import timezone

from bienestar.calculations import curp as curps
from bienestar.foundation.accounts.choices import Permission
from bienestar.foundation.accounts.queries import (
    Access,
    Actor,
    access_of,
    access_to,
    require_anywhere,
    token_holder_values,
    user_of_token,
)
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
    told = curps.normal(curp)
    today = timezone.localdate()
    with transaction.atomic():
        rows = rows_of(reading(), [told, former_curp(told)])
        if not rows:
            return _nobody(by, told, today)
        uid, path, *rest = rows[0]
        record(by=by, action=ACTION, subject=subject_of(uid), area_path=path, detail={"found": True})
    return answer_of(tuple(rest), _shown(uid, path, access_of(by)), today)


def ask_eligibility_by_token(*, by: str, curp: str) -> Answer | None:
    """``ask_eligibility`` by whoever holds the API token ``by``; None where that is nobody.

    On PostgreSQL one statement knows the token, asks for the permission, answers, and leaves the row if both are
    there: all of it happens or nothing, in one way there and back. Whoever it does not answer (a token of nobody, an
    account that may not, a CURP that nobody has) is answered by ``ask_eligibility``.
    """
    if connection.vendor == "postgresql":
        told, today = curps.normal(curp), timezone.localdate()
        asker = token_holder_values(by, Permission.VIEW_PERSONS, today)
        rows = rows_of(noting(), [*asker, told, former_curp(told), ACTION])
        if rows and rows[0][1] is not None:
            paths, uid, path, *rest = rows[0]
            return answer_of(tuple(rest), _shown(uid, path, access_to(Permission.VIEW_PERSONS, paths)), today)
    user = user_of_token(by)
    if user is None:
        return None
    with transaction.atomic():
        return ask_eligibility(by=user, curp=curp)


def _shown(uid: str, path: str, access: Access) -> str:
    """The person's uid for whoever may see the person; of others nothing."""
    return uid if access.can(Permission.VIEW_PERSONS, path) else ""


def _nobody(by: Actor, told: str, today: dt.date) -> Answer:
    """Nobody is registered with it: is it a CURP at all? What finds somebody need not be asked that."""
    wrong = curp_fault(told, today)
    if wrong:
        raise PersonRefused(("curp", wrong))
    own = common_path(access_of(by).paths(Permission.VIEW_PERSONS))
    record(by=by, action=ACTION, subject=NOBODY, area_path=own, detail={"found": False})
    return NOT_REGISTERED
