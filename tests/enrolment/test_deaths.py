"""Somebody dies: their card holds no more and goes no further; a supervisor can take the death back."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from bienestar.calculations.cards.tokens import Verdict
from bienestar.foundation.journal.models import JournalEntry
from bienestar.operations.enrolment.actions import (
    check_eligibility,
    deliver,
    make_batch,
    note_death,
    print_batch,
    receive_batch,
    request_at_module,
    scan_arrival,
)
from bienestar.operations.enrolment.models import CardBatch
from bienestar.operations.enrolment.queries import balance_of, read_token, token_of
from bienestar.registers.beneficiaries.actions import PersonRefused, record_death, take_back_death
from bienestar.registers.beneficiaries.choices import CardStage
from bienestar.registers.beneficiaries.models import Card, CardEvent, Person
from bienestar.registers.beneficiaries.queries import CardError
from tests.enrolment.conftest import TODAY, folios_of

pytestmark = pytest.mark.django_db
HANDED = {"receiver": "holder", "seen": "official_id"}


@pytest.fixture(autouse=True)
def _english(settings: Any) -> None:
    settings.LANGUAGE_CODE = "en"


def now(card: Card) -> Card:
    return Card.objects.get(pk=card.pk)


def done(action: str) -> int:
    return JournalEntry.objects.filter(action=action).count()


def test_a_card_in_a_hand_is_revoked_and_every_verifier_learns_it(people: Any, stocked: Any) -> None:
    card = stocked(1).pieces.get().card
    text = token_of(card)
    deliver(by=people.operator_a, card=card, scanned=text, **HANDED)
    assert read_token(text).verdict == Verdict.VALID
    note_death(by=people.operator_a, person=card.person, on=TODAY())
    assert now(card).stage == CardStage.REVOKED
    assert read_token(text).verdict == Verdict.REVOKED
    assert CardEvent.objects.get(card=card, stage="revoked").note == "died"
    assert card.pieces.get().stage == "delivered", "it was handed over, and stays so"
    assert done("beneficiaries.revoke_card") == done("enrolment.note_death") == done("beneficiaries.record_death") == 1
    note_death(by=people.operator_a, person=card.person, on=TODAY())
    assert done("beneficiaries.revoke_card") == done("beneficiaries.record_death") == 1


def test_a_card_on_its_way_is_not_delivered(people: Any, shipped: Any) -> None:
    batch = shipped(2)
    gone, other = (piece.card for piece in batch.pieces.order_by("place"))
    text = token_of(gone)
    note_death(by=people.operator_a, person=gone.person, on=TODAY())
    assert (now(gone).stage, gone.pieces.get().stage) == (CardStage.REVOKED, "spoiled")
    for scanned in ("", text):
        with pytest.raises(CardError, match=r"recorded as dead.*Destroy the piece"):
            deliver(by=people.operator_a, card=gone, scanned=scanned, **HANDED)
    seen = scan_arrival(by=people.operator_a, batch=batch, text=gone.folio)
    assert not seen.fits
    assert "Destroy the piece" in seen.sentence
    receive_batch(by=people.operator_a, batch=batch, folios=[other.folio])
    assert balance_of(CardBatch.objects.get()).adds_up


def test_a_card_in_stock_of_somebody_dead_is_not_delivered_though_nothing_stopped_it(people: Any, stocked: Any) -> None:
    card = stocked(1).pieces.get().card
    Person.objects.filter(pk=card.person_id).update(died_on=TODAY())  # as a file of before would have left it
    with pytest.raises(CardError, match="recorded as dead"):
        deliver(by=people.operator_a, card=card, **HANDED)


def test_what_was_never_printed_is_not_printed(people: Any, module: Any, validated: Any, enrol: Any) -> None:
    signed, other = validated(2)
    asked = request_at_module(by=people.operator_a, person=enrol(), module=module)
    batch = make_batch(by=people.supervisor_a, module=module)
    for card in (signed, asked):
        note_death(by=people.operator_a, person=card.person, on=TODAY())
    assert (now(signed).stage, now(asked).stage) == (CardStage.REVOKED, CardStage.CANCELLED)
    assert print_batch(by=people.supervisor_a, batch=batch).finished
    assert folios_of(batch) == [other.folio]


def test_nobody_dead_gets_a_card_until_a_supervisor_takes_the_death_back(
    people: Any, module: Any, stocked: Any
) -> None:
    card = stocked(1).pieces.get().card
    person = card.person
    note_death(by=people.operator_a, person=person, on=TODAY())
    with pytest.raises(CardError, match="recorded as dead"):
        request_at_module(by=people.operator_a, person=person, module=module)
    with pytest.raises(PermissionDenied):
        take_back_death(by=people.operator_a, person=person)
    assert Person.objects.get(pk=person.pk).died_on == TODAY()
    take_back_death(by=people.supervisor_a, person=person)
    assert done("beneficiaries.take_back_death") == 1
    assert Person.objects.get(pk=person.pk).died_on is None
    assert now(card).stage == CardStage.REVOKED, "verifiers have learned of it"
    check_eligibility(by=people.operator_a, person=Person.objects.get(pk=person.pk))
    new = request_at_module(by=people.operator_a, person=person, module=module)
    assert (new.stage, new.person_id) == (CardStage.REQUESTED, person.pk)
    with pytest.raises(PersonRefused, match="No death"):
        take_back_death(by=people.supervisor_a, person=person)


def test_the_card_of_a_merged_record_ends_too(people: Any, stocked: Any, enrol: Any) -> None:
    card, kept = stocked(1).pieces.get().card, enrol()
    Person.objects.filter(pk=card.person_id).update(merged_into=kept)
    record_death(by=people.supervisor_a, person=kept, on=TODAY())
    assert now(card).stage == CardStage.REVOKED


def test_a_day_that_cannot_be_leaves_the_card_as_it_is(people: Any, stocked: Any) -> None:
    card = stocked(1).pieces.get().card
    for day in (TODAY() + dt.timedelta(days=1), dt.date(1989, 12, 31)):
        with pytest.raises(PersonRefused):
            note_death(by=people.operator_a, person=card.person, on=day)
    assert (now(card).stage, card.pieces.get().stage) == (CardStage.RECEIVED, "received")


def test_the_page_says_what_becomes_of_the_card_before_anything_is_written(as_role: Any, stocked: Any) -> None:
    card = stocked(1).pieces.get().card
    uid = card.person.uid
    page, record, back = (reverse(name, args=[uid]) for name in ("person_death", "person", "person_death_take_back"))
    operator = as_role("operator_a")
    operator.cookies["django_language"] = "en"
    assert page in operator.get(record).content.decode()
    shown = operator.get(page).content.decode()
    assert "ends at once and for good" in shown
    assert "at the module" in shown
    tomorrow = TODAY() + dt.timedelta(days=1)
    assert "has not come yet" in operator.post(page, {"died_on": tomorrow.isoformat()}).content.decode()
    assert now(card).stage == CardStage.RECEIVED
    after = operator.post(page, {"died_on": TODAY().isoformat()}, follow=True).content.decode()
    assert "The death is recorded" in after
    assert "Died" in after
    assert "Attend the person." in after
    assert page not in after
    assert "Request a new card" not in after
    assert back not in after
    refused = operator.get(reverse("card_deliver", args=[uid]), follow=True).content.decode()
    assert "recorded as dead: the card is not handed over" in refused
    assert operator.get(back).status_code == 404
    supervisor = as_role("supervisor_a")
    assert back in supervisor.get(record).content.decode()
    assert "stays revoked" in supervisor.get(back).content.decode()
    after = supervisor.post(back, follow=True).content.decode()
    assert "The death is taken back" in after
    assert "Request a new card" in after
