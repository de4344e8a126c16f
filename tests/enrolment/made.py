"""A card on its way, for tests of pages and of the API."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from bienestar.foundation.accounts.models import User
from bienestar.operations.enrolment.actions import (
    make_batch,
    make_key,
    open_module,
    print_batch,
    request_at_module,
    ship_batch,
    validate_requests,
)
from bienestar.operations.enrolment.models import CardBatch, EligibilityCheck, Module, SigningKey
from bienestar.registers.beneficiaries.actions import PersonEntry, record_consent, register_person
from bienestar.registers.beneficiaries.models import Card

DAY = dt.date(2024, 7, 1)


@dataclass(frozen=True)
class Made:
    """A key, a module, and a batch with one card."""

    key: SigningKey
    module: Module
    batch: CardBatch
    card: Card


def ship_a_card(system: User, by: User, municipality: Any, unit: Any) -> Made:
    """One card of somebody invented, on its way to a new module at ``unit``."""
    key = make_key(by=system)
    module = open_module(by=by, municipality=municipality, name="Módulo Peña Alta", unit=unit, opened_on=DAY)
    batch = printed_batch(by, module, unit, "Ana")
    ship_batch(by=by, batch=batch)
    return Made(key, module, batch, batch.pieces.get().card)


def printed_batch(by: User, module: Module, unit: Any, name: str) -> CardBatch:
    """A printed batch of one card, of somebody invented with that given name."""
    entry = PersonEntry(given_names=name, first_surname="Prueba", municipality=unit.municipality.code, unit=unit.uid)
    person = register_person(by=by, entry=entry).person
    assert person
    record_consent(by=by, person=person, purpose="privacy_notice", given=True)
    EligibilityCheck.objects.create(
        person=person,
        checked_on=DAY,
        result="eligible",
        valid_until=timezone.localdate() + dt.timedelta(days=180),
        basis="lookup",
        decided_by="test",
    )
    validate_requests(by=by, cards=[request_at_module(by=by, person=person, module=module)])
    batch = make_batch(by=by, module=module)
    print_batch(by=by, batch=batch)
    return batch
