"""Enrolling somebody at a counter: record, consents, eligibility and card in one step that happens whole or not."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from bienestar.foundation.accounts.choices import Permission
from bienestar.foundation.accounts.models import User
from bienestar.foundation.accounts.queries import require, require_anywhere
from bienestar.operations.enrolment.actions.eligibility import check_eligibility
from bienestar.operations.enrolment.actions.requests import request_at_module
from bienestar.operations.enrolment.queries.modules import nearest_module
from bienestar.registers.beneficiaries.actions import PersonEntry, Registered, record_consent, register_person
from bienestar.registers.beneficiaries.choices import Purpose
from bienestar.registers.beneficiaries.models import Person
from bienestar.registers.beneficiaries.queries import CardError


@dataclass(frozen=True)
class Enrolled:
    """What became of an enrolment: of the registration, and of the request for a card as a sentence, "" for none."""

    registered: Registered
    card: str = ""


@transaction.atomic
def enrol(*, by: User, entry: PersonEntry, name_agreed: bool, wants_card: bool) -> Enrolled:
    """Register somebody who was given the privacy notice, note what they agree to, check eligibility, ask for a card.

    Raises PersonRefused, as ``register_person``. Of somebody who was registered before, here or elsewhere, nothing
    is changed. A card that cannot be asked for refuses nothing: ``card`` says why. The journal has a row for each
    of the steps.
    """
    require_anywhere(by, Permission.REGISTER_PERSON)
    done = register_person(by=by, entry=entry)
    if done.person is None or done.outcome == "known":
        return Enrolled(done)
    person = done.person
    record_consent(by=by, person=person, purpose=Purpose.PRIVACY_NOTICE, given=True)
    record_consent(by=by, person=person, purpose=Purpose.NAME_ON_CARD, given=name_agreed)
    check_eligibility(by=by, person=person)
    return Enrolled(done, request_at_nearest(by=by, person=person) if wants_card else "")


@transaction.atomic
def request_at_nearest(*, by: User, person: Person) -> str:
    """Ask for a card at the module nearest to the person's home; what became of it as a sentence."""
    require(by, Permission.REGISTER_PERSON, person.path)
    module = nearest_module(person)
    if module is None:
        return _("No card was asked for: no enrolment module serves this place yet.")
    try:
        request_at_module(by=by, person=person, module=module)
    except CardError as error:
        return str(error)
    return _("A card was asked for. The person collects it at %(module)s.") % {"module": module.name}
