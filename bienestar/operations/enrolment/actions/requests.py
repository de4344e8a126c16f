"""Requests for cards and their validation: a card is signed once everything that is looked at holds."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone

from bienestar.foundation.accounts.choices import Permission
from bienestar.foundation.accounts.models import User
from bienestar.foundation.accounts.queries import require
from bienestar.foundation.definitions.people import people_rules
from bienestar.foundation.journal.actions import record, records_hash
from bienestar.foundation.territory.queries import common_path
from bienestar.operations.enrolment.actions.modules import give_folios, give_positions
from bienestar.operations.enrolment.models import Module
from bienestar.operations.enrolment.queries.keys import current_key, private_key
from bienestar.operations.enrolment.queries.requests import Look, look_at, waiting_requests
from bienestar.registers.beneficiaries.actions import (
    CardRequest,
    Signed,
    observe_cards,
    request_card,
    request_cards,
    validate_cards,
)
from bienestar.registers.beneficiaries.models import Card, Person
from bienestar.registers.beneficiaries.queries import holders

CHUNK = 900


@dataclass(frozen=True)
class Validated:
    """What validating did: how many cards were signed, and the looks of those that were stopped."""

    signed: int = 0
    stopped: list[Look] = field(default_factory=list)


@transaction.atomic
def request_at_module(*, by: User, person: Person, module: Module) -> Card:
    """Ask for a card that the person collects at ``module``. Raises CardError when they have one that has not ended."""
    require(by, Permission.REGISTER_PERSON, person.path)
    (folio,) = give_folios(module, 1)
    card = request_card(by=by, person=person, module_path=module.path, folio=folio, position=give_positions(1)[0])
    record(by=by, action="enrolment.request_card", subject=f"card:{folio}", area_path=module.path)
    return card


@transaction.atomic
def request_many(*, by: User, person_ids: Sequence[int], module: Module) -> list[Card]:
    """Ask for cards for many persons at one module, with one journal row. Raises CardError when one has a card."""
    whose = holders(person_ids)
    path = common_path(sorted({holder.path for holder in whose.values()}))
    require(by, Permission.REGISTER_PERSON, path)
    ids = [whose[pk].person_id for pk in person_ids]
    numbers = zip(ids, give_folios(module, len(ids)), give_positions(len(ids)), strict=True)
    requests = [CardRequest(person, folio, position) for person, folio, position in numbers]
    cards = request_cards(by=by, path=path, module_path=module.path, requests=requests)
    _record(by, "enrolment.request_cards", module.path, [card.folio for card in cards])
    return cards


@transaction.atomic
def validate_requests(*, by: User, cards: Sequence[Card]) -> Validated:
    """Look at requests: sign those that nothing stops, and stop the others with the names of what is wrong.

    Cards that do not wait any more, or lie outside the territory of ``by``, are passed over. Raises CardError when no
    key can sign today.
    """
    paths = sorted({card.path for card in cards})
    path = common_path(paths) if paths else ""
    if not paths:
        return Validated()
    require(by, Permission.MANAGE_CARDS, path)
    waiting = _waiting(by, cards)
    looks = look_at(waiting)
    good, stopped = [look for look in looks if not look.stops], [look for look in looks if look.stops]
    if good:
        key = current_key()
        private_key(key.kid)  # a key whose file is not here signs nothing: better found now than at printing
        validate_cards(by=by, path=path, signed=[_signed(look, key.kid) for look in good])
    if stopped:
        observe_cards(by=by, path=path, notes={look.card.pk: " ".join(look.fails) for look in stopped})
    if looks:
        _record(by, "enrolment.validate_requests", path, [look.card.folio for look in looks])
    return Validated(len(good), stopped)


def _waiting(by: User, cards: Sequence[Card]) -> list[Card]:
    ids = [card.pk for card in cards]
    found: list[Card] = []
    for start in range(0, len(ids), CHUNK):
        found += waiting_requests(by).filter(pk__in=ids[start : start + CHUNK])
    return found


def _signed(look: Look, kid: str) -> Signed:
    today = timezone.localdate()
    until = years_after(today, people_rules().card.valid_years.value)
    return Signed(look.card.pk, kid, today, until, look.name_on_card, look.unit_name)


def years_after(day: dt.date, years: int) -> dt.date:
    """The same day so many years later; 28 February where there is no 29th."""
    last = calendar.monthrange(day.year + years, day.month)[1]
    return day.replace(year=day.year + years, day=min(day.day, last))


def _record(by: User, action: str, path: str, folios: Sequence[str]) -> None:
    record(
        by=by,
        action=action,
        subject=f"{len(folios)} cards",
        area_path=path,
        records=len(folios),
        records_sha256=records_hash(folios),
    )
