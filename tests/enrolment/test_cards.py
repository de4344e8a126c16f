"""A card from the request to the hand, and to its end; which steps are refused."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import translation

from bienestar.calculations.cards import folio as folios
from bienestar.calculations.cards.tokens import Verdict
from bienestar.foundation.definitions.people import people_rules
from bienestar.foundation.journal.models import JournalEntry
from bienestar.operations.enrolment.actions import (
    activate,
    cancel,
    close_module,
    compromise_key,
    deliver,
    make_batch,
    replace,
    request_at_module,
    request_many,
    revoke,
    validate_requests,
)
from bienestar.operations.enrolment.models import Module
from bienestar.operations.enrolment.queries import (
    folio_in,
    look_at,
    nearest_module,
    pieces_of_card,
    read_token,
    token_of,
    waiting_requests,
)
from bienestar.registers.beneficiaries.actions import (
    Signed,
    activate_card,
    advance_cards,
    cancel_card,
    deliver_card,
    observe_card,
    record_consent,
    replace_card,
    revoke_card,
    validate_card,
)
from bienestar.registers.beneficiaries.choices import COMES_FROM, ENDED, CardStage, Purpose
from bienestar.registers.beneficiaries.models import Card, CardEvent, Person
from bienestar.registers.beneficiaries.queries import CardError, cards_of, holders, living_card
from tests.enrolment.conftest import TODAY, check, folios_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    """What the program says is compared in English, whatever translations are compiled."""
    with translation.override("en"):
        yield


DAY = dt.timedelta(days=1)


def stage(card):
    return Card.objects.get(pk=card.pk).stage


def test_from_the_request_to_the_hand(people, module, key, enrol, stocked):
    batch = stocked(1, agrees=True)
    card = batch.pieces.get().card
    scanned = token_of(card)
    deliver(by=people.operator_a, card=card, receiver="holder", seen="official_id", scanned=scanned)
    assert stage(card) == CardStage.ACTIVE
    steps = CardEvent.objects.filter(card=card).order_by("at", "pk")
    assert [step.stage for step in steps] == [
        "requested",
        "validated",
        "printed",
        "shipped",
        "received",
        "delivered",
        "active",
    ]
    handed = steps.get(stage="delivered")
    assert (handed.to, handed.seen, handed.by) == ("holder", "official_id", "operator_a")
    piece = pieces_of_card(card).get()
    assert [step.stage for step in piece.steps.order_by("at", "pk")] == ["printed", "shipped", "received", "delivered"]


def test_the_token_is_the_same_each_time_and_says_what_was_fixed(people, validated):
    (card,) = validated(1, agrees=True, given="Íñigo")
    text = token_of(card)
    assert text == token_of(Card.objects.get(pk=card.pk))
    reading = read_token(text)
    assert reading.verdict == Verdict.VALID
    assert reading.claims.folio == card.folio
    assert reading.claims.full_name == "Íñigo Prueba Inventada Aa"
    assert card.issued_on == TODAY()
    assert card.expires_on.year == TODAY().year + people_rules().card.valid_years.value
    assert folio_in(text) == card.folio
    assert folio_in("130012000045678") is None


def test_the_name_is_on_the_card_only_with_consent(people, validated):
    (card,) = validated(1)
    assert card.name_on_card == ""
    assert read_token(token_of(card)).claims.full_name is None
    record_consent(by=people.operator_a, person=card.person, purpose=Purpose.NAME_ON_CARD, given=True)
    assert Card.objects.get(pk=card.pk).name_on_card == "", "what was signed stays as it was"


def test_consent_that_was_taken_back_does_not_count(people, module, key, enrol):
    person = enrol(agrees=True)
    record_consent(by=people.operator_a, person=person, purpose=Purpose.NAME_ON_CARD, given=False)
    card = request_at_module(by=people.operator_a, person=person, module=module)
    validate_requests(by=people.supervisor_a, cards=[card])
    assert Card.objects.get(pk=card.pk).name_on_card == ""


def test_folios_count_within_the_module_and_positions_overall(people, module, enrol, territory):
    other = Module.objects.get(
        pk=_open(people, territory, "91002").pk,
    )
    cards = [request_at_module(by=people.operator_a, person=enrol(), module=at) for at in (module, other, module)]
    parts = [folios.parse(card.folio) for card in cards]
    assert [(part.state, part.module, part.serial) for part in parts] == [
        ("91", "0001", 1),
        ("91", "0002", 1),
        ("91", "0001", 2),
    ]
    assert [card.position for card in cards] == [0, 1, 2]


def _open(people, territory, code):
    from bienestar.operations.enrolment.actions import open_module  # noqa: PLC0415

    return open_module(
        by=people.supervisor_a,
        municipality=territory.municipalities[code],
        name="Módulo",
        opened_on=dt.date(2024, 1, 2),
    )


def test_positions_are_never_given_again(people, module, key, enrol):
    person = enrol()
    card = request_at_module(by=people.operator_a, person=person, module=module)
    cancel(by=people.operator_a, card=card, why="asked")
    again = request_at_module(by=people.operator_a, person=person, module=module)
    assert again.position == card.position + 1
    assert again.folio != card.folio


def test_a_person_has_one_living_card(people, module, enrol):
    person = enrol()
    request_at_module(by=people.operator_a, person=person, module=module)
    with pytest.raises(CardError, match="already has a card"):
        request_at_module(by=people.operator_a, person=person, module=module)


def test_a_merged_record_counts_as_the_same_person(people, module, key, enrol):
    kept, merged = enrol(), enrol()
    card = request_at_module(by=people.operator_a, person=merged, module=module)
    Person.objects.filter(pk=merged.pk).update(merged_into=kept)
    with pytest.raises(CardError, match="already has a card"):
        request_at_module(by=people.operator_a, person=kept, module=module)
    assert [one.pk for one in cards_of(kept)] == [card.pk]
    assert living_card(kept) == card
    assert holders([merged.pk])[merged.pk].person_id == kept.pk
    new = replace_after_validation(people, card)
    assert new.person_id == kept.pk, "a new card is the survivor's"


def replace_after_validation(people, card):
    validate_requests(by=people.supervisor_a, cards=[card])
    return replace(by=people.operator_a, card=card, why="data_changed")


def test_many_requests_leave_one_journal_row_for_all(people, module, enrol):
    persons = [enrol() for _ in range(3)]
    before = JournalEntry.objects.count()
    cards = request_many(by=people.supervisor_a, person_ids=[one.pk for one in persons], module=module)
    assert [card.person_id for card in cards] == [one.pk for one in persons]
    rows = JournalEntry.objects.order_by("pk")[before:]
    assert [(row.action, row.records) for row in rows] == [
        ("beneficiaries.request_cards", 3),
        ("enrolment.request_cards", 3),
    ]
    with pytest.raises(CardError):
        request_many(by=people.supervisor_a, person_ids=[persons[0].pk], module=module)


@pytest.mark.parametrize(
    ("spoil", "code", "stops"),
    [
        (lambda person: check(person, "covered"), "covered", True),
        (lambda person: check(person, "contested"), None, False),
        (lambda person: check(person, "unknown"), None, False),
        (lambda person: check(person, "eligible", dt.date(2024, 1, 3)), "current", False),
        (lambda person: person.checks.all().delete(), "eligibility", True),
        (lambda person: person.consents.all().delete(), "notice", True),
        (lambda person: person.identifiers.all().delete(), "identity", True),
        (lambda person: Person.objects.filter(pk=person.pk).update(died_on=dt.date(2024, 1, 1)), "alive", True),
        (
            lambda person: Person.objects.filter(pk=person.pk).update(birth_date=None, birth_precision="unknown"),
            "birth",
            False,
        ),
    ],
    ids=["covered", "contested", "unknown", "old", "unchecked", "notice", "identity", "dead", "birth"],
)
def test_what_is_looked_at_before_a_card_is_signed(people, module, key, enrol, spoil, code, stops):
    person = enrol()
    card = request_at_module(by=people.operator_a, person=person, module=module)
    spoil(person)
    (look,) = look_at([card])
    assert look.fails == ((code,) if code else ())
    assert look.stops == stops
    done = validate_requests(by=people.supervisor_a, cards=[card])
    assert (done.signed, len(done.stopped)) == ((0, 1) if stops else (1, 0))
    assert stage(card) == (CardStage.OBSERVED if stops else CardStage.VALIDATED)
    if stops:
        assert CardEvent.objects.get(card=card, stage="observed").note == code


def test_an_observed_request_is_validated_once_it_is_put_right(people, module, key, enrol):
    person = enrol(result="covered")
    card = request_at_module(by=people.operator_a, person=person, module=module)
    validate_requests(by=people.supervisor_a, cards=[card])
    assert list(waiting_requests(people.supervisor_a)) == [card]
    check(person, "eligible")
    assert validate_requests(by=people.supervisor_a, cards=[card]).signed == 1
    assert list(waiting_requests(people.supervisor_a)) == []
    assert validate_requests(by=people.supervisor_a, cards=[card]).signed == 0, "what waits no more is passed over"


def test_looking_takes_as_many_questions_for_many_as_for_few(people, module, enrol, django_assert_max_num_queries):
    cards = [request_at_module(by=people.operator_a, person=enrol(), module=module) for _ in range(12)]
    with django_assert_max_num_queries(7):
        assert len(look_at(cards)) == 12


def test_no_key_no_card(people, module, enrol):
    card = request_at_module(by=people.operator_a, person=enrol(), module=module)
    with pytest.raises(CardError, match="No key"):
        validate_requests(by=people.supervisor_a, cards=[card])
    assert stage(card) == CardStage.REQUESTED


def test_delivery_needs_the_piece_here_or_in_the_hand(people, shipped):
    batch = shipped(2)
    first, second = [piece.card for piece in batch.pieces.order_by("place")]
    with pytest.raises(CardError, match="Scan it"):
        deliver(by=people.operator_a, card=first, receiver="holder", seen="official_id")
    with pytest.raises(CardError, match="not this card"):
        deliver(by=people.operator_a, card=first, receiver="holder", seen="official_id", scanned=token_of(second))
    deliver(by=people.operator_a, card=first, receiver="holder", seen="official_id", scanned=token_of(first))
    assert stage(first) == CardStage.ACTIVE
    assert "received" in [step.stage for step in CardEvent.objects.filter(card=first)]


def test_a_card_delivered_unscanned_becomes_active_at_its_first_scan(people, stocked):
    batch = stocked(2)
    card, other = [piece.card for piece in batch.pieces.order_by("place")]
    deliver(by=people.operator_a, card=card, receiver="guardian", seen="guardian_id", note="vino la abuela")
    assert stage(card) == CardStage.DELIVERED
    with pytest.raises(CardError):
        activate(by=people.operator_a, card=card, scanned=token_of(other))
    activate(by=people.operator_a, card=card, scanned=token_of(card))
    assert stage(card) == CardStage.ACTIVE


@pytest.mark.parametrize(("receiver", "seen"), [("", "official_id"), ("neighbour", "official_id"), ("holder", "")])
def test_delivery_says_to_whom_and_what_was_seen(people, stocked, receiver, seen):
    card = stocked(1).pieces.get().card
    with pytest.raises(CardError, match="which document"):
        deliver(by=people.operator_a, card=card, receiver=receiver, seen=seen)


def test_a_card_that_no_verifier_believes_is_not_handed_over(people, system, key, stocked):
    lost, old = (piece.card for piece in stocked(2).pieces.order_by("place"))
    Card.objects.filter(pk=old.pk).update(issued_on=TODAY() - dt.timedelta(days=9), expires_on=TODAY() - DAY)
    with pytest.raises(CardError, match="Replace it"):
        deliver(by=people.operator_a, card=old, receiver="holder", seen="none")
    compromise_key(by=system, key=key)
    with pytest.raises(CardError, match="Replace it"):
        deliver(by=people.operator_a, card=lost, receiver="holder", seen="none")
    assert replace(by=people.operator_a, card=lost, why="key_compromised").stage == "requested"


def test_a_card_is_not_delivered_twice(people, stocked):
    card = stocked(1).pieces.get().card
    deliver(by=people.operator_a, card=card, receiver="holder", seen="official_id")
    with pytest.raises(CardError):
        deliver(by=people.operator_a, card=card, receiver="holder", seen="official_id")


def test_a_lost_card_is_replaced_and_the_old_one_shows_as_revoked(people, stocked):
    card = stocked(1).pieces.get().card
    text = token_of(card)
    deliver(by=people.operator_a, card=card, receiver="holder", seen="official_id", scanned=text)
    new = replace(by=people.operator_a, card=card, why="lost")
    assert (new.stage, new.replaces_id, new.person_id) == (CardStage.REQUESTED, card.pk, card.person_id)
    assert stage(card) == CardStage.REPLACED
    assert read_token(text).verdict == Verdict.REVOKED
    with pytest.raises(CardError):
        replace(by=people.operator_a, card=Card.objects.get(pk=card.pk), why="lost")


def test_an_ended_card_leaves_no_good_piece(people, stocked, validated, module):
    stock = stocked(1).pieces.get()
    revoke(by=people.supervisor_a, card=stock.card, why="died")
    stock.refresh_from_db()
    assert stock.stage == "spoiled"
    (waiting,) = validated(1)
    batch = make_batch(by=people.supervisor_a, module=module)
    revoke(by=people.supervisor_a, card=waiting, why="duplicate")
    assert batch.pieces.count() == 0, "what was never printed is not accounted for"


@pytest.mark.parametrize("action", [revoke, cancel, replace])
def test_a_card_ends_for_a_reason(people, validated, action):
    (card,) = validated(1)
    with pytest.raises(CardError, match="why"):
        action(by=people.supervisor_a, card=card, why="")


def test_every_step_is_checked_against_the_table(people, validated):
    """From each stage to each stage: what the table does not allow is refused and leaves nothing."""
    (card,) = validated(1)
    boss = people.supervisor_a
    for now in CardStage:
        for next_ in set(CardStage) - {CardStage.REQUESTED}:
            _put(card, now)
            events = CardEvent.objects.count()
            if now in COMES_FROM[next_]:
                with transaction.atomic():
                    _go(boss, card, next_)
                    assert stage(card) == next_
                    transaction.set_rollback(True)
                continue
            with pytest.raises(CardError):
                _go(boss, card, next_)
            assert stage(card) == now
            assert CardEvent.objects.count() == events


def _put(card, now):
    Card.objects.filter(pk=card.pk).update(stage=now)


def _go(by, card, next_):
    signed = Signed(card.pk, card.key_id, card.issued_on, card.expires_on, "", "")
    single = {
        CardStage.VALIDATED: lambda: validate_card(by=by, card=card, signed=signed),
        CardStage.OBSERVED: lambda: observe_card(by=by, card=card, note="notice"),
        CardStage.DELIVERED: lambda: deliver_card(by=by, card=card, receiver="holder", seen="none"),
        CardStage.ACTIVE: lambda: activate_card(by=by, card=card),
        CardStage.REVOKED: lambda: revoke_card(by=by, card=card, why="lost"),
        CardStage.CANCELLED: lambda: cancel_card(by=by, card=card, why="lost"),
        CardStage.REPLACED: lambda: replace_card(
            by=by, card=card, why="lost", module_path=card.path, folio="910001000000994", position=99
        ),
    }
    step = single.get(next_, lambda: advance_cards(by=by, path=card.path, cards=[card.pk], stage=next_))
    step()


def test_ended_cards_never_come_back():
    assert all(not (set(ENDED) & before) for before in COMES_FROM.values())


@pytest.mark.parametrize(
    "never",
    [
        lambda card: CardEvent.objects.create(card=card, stage="delivered", at=dt.datetime.now(dt.UTC), by="x"),
        lambda card: CardEvent.objects.create(card=card, stage="revoked", at=dt.datetime.now(dt.UTC), by="x"),
        lambda card: Card.objects.filter(pk=card.pk).update(key_id=""),
        lambda card: Card.objects.filter(pk=card.pk).update(expires_on=card.issued_on),
        lambda card: Card.objects.create(person=card.person, folio="910001000000994", position=99, path=card.path),
    ],
    ids=["delivered to nobody", "revoked for nothing", "no key", "no time", "second card"],
)
def test_the_database_refuses_what_must_never_be(validated, never):
    (card,) = validated(1)
    with pytest.raises(IntegrityError), transaction.atomic():
        never(card)


def test_who_may_not_is_refused_and_nothing_is_written(people, module, key, enrol, stocked):
    card = stocked(1).pieces.get().card
    person = enrol()
    before = (JournalEntry.objects.count(), CardEvent.objects.count())
    for who in (people.auditor, people.coordinator_b, people.director):
        for act in (
            lambda who: request_at_module(by=who, person=person, module=module),
            lambda who: validate_requests(by=who, cards=[card]),
            lambda who: deliver(by=who, card=card, receiver="holder", seen="official_id"),
            lambda who: replace(by=who, card=card, why="lost"),
            lambda who: revoke(by=who, card=card, why="lost"),
            lambda who: cancel(by=who, card=card, why="lost"),
        ):
            with pytest.raises(PermissionDenied):
                act(who)
    with pytest.raises(PermissionDenied):
        revoke(by=people.operator_a, card=card, why="lost")
    assert (JournalEntry.objects.count(), CardEvent.objects.count()) == before


def test_no_journal_row_holds_a_name_or_a_curp(people, stocked):
    card = stocked(1, agrees=True, given="Xóchitl").pieces.get().card
    deliver(by=people.operator_a, card=card, receiver="holder", seen="official_id")
    rows = JournalEntry.objects.filter(action__contains="card") | JournalEntry.objects.filter(
        action__startswith="enrolment."
    )
    text = " ".join(f"{row.subject} {row.detail}" for row in rows)
    assert rows.count() > 8
    assert "Xóchitl" not in text
    assert "Inventada" not in text


def test_a_closed_module_gives_no_folio(people, module, enrol):
    close_module(by=people.supervisor_a, module=module, on=dt.date(2024, 6, 1))
    with pytest.raises(CardError, match="closed"):
        request_at_module(by=people.operator_a, person=enrol(), module=module)
    assert nearest_module(enrol()) is None


def test_the_nearest_module_is_the_persons_own(people, module, enrol, territory):
    _open(people, territory, "91002")
    assert nearest_module(enrol()) == module
    assert nearest_module(enrol(municipality="91002", unit="")).municipality.code == "91002"


def test_a_journal_that_cannot_be_written_stops_the_delivery(people, stocked, monkeypatch):
    card = stocked(1).pieces.get().card

    def broken(**_: object) -> None:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(JournalEntry.objects, "create", broken)
    with pytest.raises(RuntimeError):
        deliver(by=people.operator_a, card=card, receiver="holder", seen="official_id")
    assert stage(card) == CardStage.RECEIVED
    assert folios_of(card.pieces.get().batch)
