"""Downloading a list of persons: for a purpose that the service has named, and never without a row in the journal."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from bienestar.foundation.accounts.choices import Permission
from bienestar.foundation.accounts.models import User
from bienestar.foundation.accounts.queries import access_of, require, require_anywhere
from bienestar.foundation.definitions.people import people_rules
from bienestar.foundation.journal.actions import record
from bienestar.foundation.territory.queries import common_path
from bienestar.registers.beneficiaries.queries.exporting import ExportChoice, export_rows, persons_to_export

NO_PURPOSE = _("Choose what the list is for.")
NOBODY = _("Nobody fits: there is nothing to download.")


class ExportRefused(ValueError):
    """A list that is not made; the message is for the person who asked."""


def export_persons(
    *, by: User, choice: ExportChoice, purpose: str, put: Callable[[tuple[str, ...]], None], most: int | None = None
) -> int:
    """Give ``put`` a row of each person that fits, with the purpose's columns; returns how many.

    The caller hands nothing over before this returns: the journal row is then there, and it says how many, of whom as
    one hash, and what for. Memory holds one piece of the rows. Reading takes no turn from who writes: only the journal
    row is a transaction. Raises ExportRefused; ``most`` is how many rows the file can hold.
    """
    if choice.path:
        require(by, Permission.EXPORT_PERSONS, choice.path)
    else:
        require_anywhere(by, Permission.EXPORT_PERSONS)
    rule = people_rules().exports.get(purpose)
    if rule is None:
        raise ExportRefused(str(NO_PURPOSE))
    digest, count = hashlib.sha256(), 0
    for uid, row in export_rows(persons_to_export(by, choice), rule.columns):
        count += 1
        if most is not None and count > most:
            raise ExportRefused(str(_("These are too many rows for a workbook: choose CSV, or fewer people.")))
        put(row)
        digest.update(f"{uid}\n".encode())
    if not count:
        raise ExportRefused(str(NOBODY))
    card = "" if choice.card is None else "with" if choice.card else "without"
    with transaction.atomic():
        record(
            by=by,
            action="beneficiaries.export_persons",
            subject=f"{count} persons",
            area_path=choice.path or common_path(access_of(by).paths(Permission.EXPORT_PERSONS)),
            detail={"purpose": purpose, "columns": list(rule.columns), "result": choice.result, "card": card},
            records=count,
            records_sha256=digest.hexdigest(),
        )
    return count
