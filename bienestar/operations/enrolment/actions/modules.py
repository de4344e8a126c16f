"""Opening and closing enrolment modules, and the numbers that they give: folios and positions in the status list."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from bienestar.calculations.cards import folio as folios
from bienestar.foundation.accounts.choices import Permission
from bienestar.foundation.accounts.models import User
from bienestar.foundation.accounts.queries import require
from bienestar.foundation.definitions.people import people_rules
from bienestar.foundation.facilities.models import Unit
from bienestar.foundation.journal.actions import record
from bienestar.foundation.storage.turns import take_turn
from bienestar.foundation.territory.models import Area
from bienestar.operations.enrolment.models import Module, StatusList
from bienestar.registers.beneficiaries.queries import CardError

STATE = 2
LAST_SERIAL = 99_999_999


@transaction.atomic
def open_module(
    *,
    by: User,
    municipality: Area,
    name: str,
    opened_on: dt.date,
    unit: Unit | None = None,
    number: int | None = None,
) -> Module:
    """Open a module in a municipality, at a unit or beside it; its number is the next of the state unless given.

    Raises CardError for a number that the state has used, or a unit of another municipality.
    """
    require(by, Permission.MANAGE_CARDS, municipality.path)
    if unit and not unit.path.startswith(municipality.path):
        raise CardError(_("The unit is not in this municipality."))
    take_turn()
    state = municipality.code[:STATE]
    used = {int(code[STATE:]) for code in Module.objects.filter(code__startswith=state).values_list("code", flat=True)}
    number = max(used, default=0) + 1 if number is None else number
    if number in used or not 1 <= number <= 9999:
        raise CardError(_("The state already has a module of this number, or it is not between 1 and 9999."))
    module = Module.objects.create(
        code=f"{state}{number:04d}",
        name=name,
        municipality=municipality,
        unit=unit,
        path=unit.path if unit else municipality.path,
        opened_on=opened_on,
    )
    record(by=by, action="enrolment.open_module", subject=f"module:{module.code}", area_path=module.path)
    return module


@transaction.atomic
def close_module(*, by: User, module: Module, on: dt.date) -> None:
    """Close a module: no card is asked for there any more; its batches go on to their end."""
    require(by, Permission.MANAGE_CARDS, module.path)
    kept = Module.objects.select_for_update().get(pk=module.pk)
    if kept.closed_on:
        raise CardError(_("This module is closed already."))
    if on < kept.opened_on:
        raise CardError(_("The module was not open yet on that day."))
    Module.objects.filter(pk=module.pk).update(closed_on=on)
    record(by=by, action="enrolment.close_module", subject=f"module:{module.code}", area_path=module.path)


def give_folios(module: Module, count: int) -> list[str]:
    """The next folios of an open module. Holds its row until the transaction ends, so that none is given twice."""
    kept = Module.objects.select_for_update().get(pk=module.pk)
    if kept.closed_on:
        raise CardError(_("This module is closed. Choose another one."))
    last = kept.last_serial + count
    if last > LAST_SERIAL:
        raise CardError(_("This module has given all its folios. Open another one."))
    Module.objects.filter(pk=kept.pk).update(last_serial=last)
    code = kept.code
    return [folios.make(code[:STATE], code[STATE:], serial) for serial in range(kept.last_serial + 1, last + 1)]


def give_positions(count: int) -> range:
    """The next positions of the status list, each for one card for ever. Holds the row as ``give_folios`` does."""
    StatusList.objects.get_or_create(pk=1, defaults={"uri": people_rules().card.status_uri})
    kept = StatusList.objects.select_for_update().get(pk=1)
    StatusList.objects.filter(pk=1).update(positions=kept.positions + count)
    return range(kept.positions, kept.positions + count)
