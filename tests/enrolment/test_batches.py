"""Batches from the press to the last piece, and whether everything that was printed is accounted for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone, translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bienestar.calculations.cards import sheets
from bienestar.foundation.journal.models import JournalEntry
from bienestar.operations.enrolment.actions import (
    begin_count,
    cancel,
    close_batch,
    compromise_key,
    count_stock,
    deliver,
    drop_batch,
    finish_count,
    make_batch,
    make_key,
    print_batch,
    receive_batch,
    replace,
    return_pieces,
    revoke,
    scan_arrival,
    scan_stock,
    ship_batch,
    spoil_pieces,
    unscan_arrival,
    unscan_stock,
    validate_requests,
)
from bienestar.operations.enrolment.models import CardBatch, CardPiece, PieceStep
from bienestar.operations.enrolment.queries import (
    balance_of,
    missing_pieces,
    open_count,
    pieces_to_scan,
    reconciliation,
    sheet_files,
    token_of,
)
from bienestar.operations.enrolment.queries import sheets as sheet_queries
from bienestar.registers.beneficiaries.models import Card
from bienestar.registers.beneficiaries.queries import CardError
from tests.enrolment.conftest import TODAY, folios_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    """What the program says is compared in English, whatever translations are compiled."""
    with translation.override("en"):
        yield


def fresh(batch):
    return CardBatch.objects.get(pk=batch.pk)


@pytest.fixture
def small_files(monkeypatch):
    """Two cards a file: a batch of five makes three files."""
    monkeypatch.setattr(sheet_queries, "CARDS_A_FILE", 2)


def test_a_batch_takes_the_validated_cards_of_its_module(people, module, validated):
    cards = validated(3)
    batch = make_batch(by=people.supervisor_a, module=module, most=2)
    assert folios_of(batch) == [card.folio for card in cards[:2]]
    second = make_batch(by=people.supervisor_a, module=module)
    assert (second.number, folios_of(second)) == (2, [cards[2].folio])
    with pytest.raises(CardError, match="No validated card"):
        make_batch(by=people.supervisor_a, module=module)
    drop_batch(by=people.supervisor_a, batch=batch)
    assert len(folios_of(make_batch(by=people.supervisor_a, module=module))) == 2


def test_printing_goes_on_where_it_stopped_and_gives_the_same_bytes(people, module, validated, small_files, tmp_path):
    validated(5)
    batch = make_batch(by=people.supervisor_a, module=module)
    told = []
    first = print_batch(by=people.supervisor_a, batch=batch, most=1, tell=told.append)
    assert (first.done, first.files, first.finished) == (1, 3, False)
    assert fresh(batch).stage == "printing"
    assert told == [first]
    kept = sheet_files(batch)[0].read_bytes()
    sheet_files(batch)[0].unlink()  # killed before it was there
    assert print_batch(by=people.supervisor_a, batch=batch).finished
    done = sheet_files(batch)
    assert [path.name[:4] for path in done] == ["0001", "0002", "0003"]
    assert done[0].read_bytes() == kept
    assert all(path.read_bytes().startswith(b"%PDF") for path in done)
    assert {path.stat().st_mode & 0o777 for path in done} == {0o600}
    batch = fresh(batch)
    assert (batch.stage, batch.printed) == ("printed", 5)
    assert {card.stage for card in Card.objects.all()} == {"printed"}


def test_a_card_that_ends_before_or_while_printing(people, module, validated, small_files):
    cards = validated(4)
    batch = make_batch(by=people.supervisor_a, module=module)
    revoke(by=people.supervisor_a, card=cards[1], why="died")
    print_batch(by=people.supervisor_a, batch=batch, most=1)
    assert folios_of(batch) == [cards[0].folio, cards[2].folio, cards[3].folio]
    assert list(batch.pieces.order_by("place").values_list("place", flat=True)) == [1, 2, 3]
    files = sheet_queries.files_of(batch)
    cancel(by=people.operator_a, card=cards[0], why="asked")
    assert sheet_queries.files_of(batch) == files, "what is made already stays, and no place is left out"
    print_batch(by=people.supervisor_a, batch=batch)
    found = dict(batch.pieces.values_list("card__folio", "stage"))
    assert found == {cards[0].folio: "spoiled", cards[2].folio: "printed", cards[3].folio: "printed"}
    assert len(sheet_files(batch)) == len(files)
    assert balance_of(fresh(batch)).adds_up


def test_a_batch_at_the_press_is_taken_apart_when_its_key_is_given_up(
    people, system, key, module, validated, small_files, django_capture_on_commit_callbacks
):
    cards = validated(3)
    batch = make_batch(by=people.supervisor_a, module=module)
    print_batch(by=people.supervisor_a, batch=batch, most=1)
    with django_capture_on_commit_callbacks(execute=True):
        compromise_key(by=system, key=key)
    make_key(by=system)
    with pytest.raises(CardError, match="private key"):
        print_batch(by=people.supervisor_a, batch=batch)
    with django_capture_on_commit_callbacks(execute=True):
        drop_batch(by=people.supervisor_a, batch=batch)
    assert not sheet_files(batch)
    assert validate_requests(by=people.supervisor_a, cards=cards).signed == 3
    assert print_batch(by=people.supervisor_a, batch=make_batch(by=people.supervisor_a, module=module)).finished


def test_a_batch_whose_cards_all_ended_is_taken_apart(people, module, validated):
    (card,) = validated(1)
    batch = make_batch(by=people.supervisor_a, module=module)
    revoke(by=people.supervisor_a, card=card, why="died")
    with pytest.raises(CardError, match="apart"):
        print_batch(by=people.supervisor_a, batch=batch)


def test_a_name_that_no_font_has_is_named_by_its_folio(people, module, validated):
    (card,) = validated(1)
    Card.objects.filter(pk=card.pk).update(unit_name="診療所")
    batch = make_batch(by=people.supervisor_a, module=module)
    with pytest.raises(CardError, match=card.folio):
        print_batch(by=people.supervisor_a, batch=batch)
    with pytest.raises(sheets.UnprintableError):
        sheets.render([sheets.Face("AB", "130012000045678", "", "診療所")], sheet_queries.card_words())


def test_what_was_not_scanned_at_reception_is_missing(people, shipped):
    batch = shipped(3)
    folios = folios_of(batch)
    assert scan_arrival(by=people.operator_a, batch=batch, text=folios[0]).fits
    assert scan_arrival(by=people.operator_a, batch=batch, text=token_of(Card.objects.get(folio=folios[1]))).fits
    assert receive_batch(by=people.operator_a, batch=batch) == (2, 1)
    assert [piece.card.folio for piece in missing_pieces(people.supervisor_a)] == [folios[2]]
    balance = balance_of(fresh(batch))
    assert (balance.printed, balance.stock, balance.missing) == (3, 2, 1)
    assert (balance.holds, balance.adds_up) == (False, True)


def test_files_stay_until_the_reception_is_final(people, shipped, django_capture_on_commit_callbacks):
    batch = shipped(1)
    with django_capture_on_commit_callbacks(execute=False) as waiting:
        receive_batch(by=people.operator_a, batch=batch)
    assert len(waiting) == 1
    assert len(sheet_files(batch)) == 1
    waiting[0]()
    assert list(sheet_files(batch)) == []


def test_scanning_says_what_is_wrong(people, module, shipped, validated):
    batch = shipped(2)
    folios = folios_of(batch)
    (other,) = validated(1)
    by = people.operator_a
    assert scan_arrival(by=by, batch=batch, text=f" {folios[0][:2]} {folios[0][2:]} ").fits
    assert "already" in scan_arrival(by=by, batch=batch, text=folios[0]).sentence
    assert "not a folio" in scan_arrival(by=by, batch=batch, text="hola").sentence
    assert "not a folio" in scan_arrival(by=by, batch=batch, text=folios[0][:-1] + "x").sentence
    assert "not in this batch" in scan_arrival(by=by, batch=batch, text=other.folio).sentence
    revoke(by=people.supervisor_a, card=Card.objects.get(folio=folios[1]), why="stolen")
    scan = scan_arrival(by=by, batch=batch, text=folios[1])
    assert (scan.fits, "Destroy" in scan.sentence) == (False, True)


def test_the_last_scan_can_be_taken_back(people, shipped):
    batch = shipped(2)
    folios = folios_of(batch)
    for folio in folios:
        scan_arrival(by=people.operator_a, batch=batch, text=folio)
    assert unscan_arrival(by=people.operator_a, batch=batch) == folios[1]
    scanned, waiting = pieces_to_scan(batch)
    assert [piece.card.folio for piece in scanned] == folios[:1]
    assert [piece.card.folio for piece in waiting] == folios[1:]
    unscan_arrival(by=people.operator_a, batch=batch)
    assert unscan_arrival(by=people.operator_a, batch=batch) is None


def test_a_stock_count_finds_what_is_missing_and_what_came_back(people, module, shipped):
    batch = shipped(3)
    folios = folios_of(batch)
    receive_batch(by=people.operator_a, batch=batch, folios=folios[:2])
    count = begin_count(by=people.operator_a, module=module)
    assert begin_count(by=people.supervisor_a, module=module) == count
    assert scan_stock(by=people.operator_a, count=count, text=folios[0]).fits
    assert scan_stock(by=people.operator_a, count=count, text=folios[0]).sentence == "This card was scanned already."
    assert scan_stock(by=people.operator_a, count=count, text=folios[2]).fits, "it was missing and it is here"
    assert scan_stock(by=people.operator_a, count=count, text=folios[1]).fits
    assert unscan_stock(by=people.operator_a, count=count) == folios[1]
    done = finish_count(by=people.operator_a, count=count)
    assert (done.held, done.missed, done.found) == (2, 1, 1)
    assert [piece.card.folio for piece in missing_pieces(people.supervisor_a)] == [folios[1]]
    assert Card.objects.get(folio=folios[2]).stage == "received"
    assert open_count(module) is None
    with pytest.raises(CardError, match="finished"):
        scan_stock(by=people.operator_a, count=count, text=folios[1])
    with pytest.raises(CardError, match="finished"):
        finish_count(by=people.operator_a, count=count)


def test_a_missing_piece_of_an_ended_card_is_destroyed_when_found(people, module, shipped):
    batch = shipped(2)
    folios = folios_of(batch)
    receive_batch(by=people.operator_a, batch=batch, folios=folios[:1])
    replace(by=people.operator_a, card=Card.objects.get(folio=folios[1]), why="not_found")
    count = count_stock(by=people.operator_a, module=module, folios=folios)
    assert (count.held, count.found, count.missed) == (2, 1, 0)
    assert batch.pieces.get(card__folio=folios[1]).stage == "spoiled"
    with pytest.raises(CardError):
        count_stock(by=people.operator_a, module=module, folios=["130012000045678"])


def test_a_spoiled_piece_gets_a_second_one_in_a_later_batch(people, module, shipped):
    batch = shipped(2)
    folios = folios_of(batch)
    receive_batch(by=people.operator_a, batch=batch, folios=folios)
    with pytest.raises(CardError, match="what happened"):
        spoil_pieces(by=people.operator_a, batch=batch, folios=folios[:1], note=" ")
    before = token_of(Card.objects.get(folio=folios[0]))
    assert spoil_pieces(by=people.operator_a, batch=batch, folios=folios[:1], note="doblada") == 1
    later = make_batch(by=people.supervisor_a, module=module)
    assert folios_of(later) == folios[:1]
    assert print_batch(by=people.supervisor_a, batch=later).finished
    assert token_of(Card.objects.get(folio=folios[0])) == before
    assert [piece.stage for piece in CardPiece.objects.filter(card__folio=folios[0]).order_by("pk")] == [
        "spoiled",
        "printed",
    ]


def test_returned_pieces_end_their_cards(people, module, stocked, enrol):
    batch = stocked(2)
    folios = folios_of(batch)
    with pytest.raises(CardError, match="why"):
        return_pieces(by=people.operator_a, batch=batch, folios=folios[:1], why="because")
    assert return_pieces(by=people.operator_a, batch=batch, folios=folios[:1], why="never_collected") == 1
    assert Card.objects.get(folio=folios[0]).stage == "cancelled"
    balance = balance_of(batch)
    assert (balance.printed, balance.returned, balance.stock, balance.holds) == (2, 1, 1, True)


def test_a_folio_of_another_batch_is_refused_and_nothing_moves(people, shipped):
    batch = shipped(1)
    steps = PieceStep.objects.count()
    for act in (
        lambda: receive_batch(by=people.operator_a, batch=batch, folios=["130012000045678"]),
        lambda: spoil_pieces(by=people.operator_a, batch=batch, folios=["130012000045678"], note="x"),
        lambda: return_pieces(by=people.operator_a, batch=batch, folios=["130012000045678"], why="lost"),
    ):
        with pytest.raises(CardError, match="130012000045678"):
            act()
    assert PieceStep.objects.count() == steps


def test_a_batch_closes_when_every_piece_has_come_to_an_end(people, shipped):
    batch = shipped(3)
    folios = folios_of(batch)
    boss, at = people.supervisor_a, people.operator_a
    with pytest.raises(CardError):
        close_batch(by=boss, batch=batch)
    receive_batch(by=at, batch=batch, folios=folios[:2])
    deliver(by=at, card=Card.objects.get(folio=folios[0]), receiver="holder", seen="official_id")
    with pytest.raises(CardError, match="1 pieces"):
        close_batch(by=boss, batch=batch)
    return_pieces(by=at, batch=batch, folios=[folios[1]], why="never_collected")
    with pytest.raises(CardError, match="still hold"):
        close_batch(by=boss, batch=batch)
    replace(by=at, card=Card.objects.get(folio=folios[2]), why="not_found")
    close_batch(by=boss, batch=batch)
    assert fresh(batch).stage == "closed"


@pytest.mark.parametrize("action", [ship_batch, close_batch, receive_batch, print_batch, drop_batch])
def test_a_batch_is_not_moved_out_of_turn(people, shipped, action):
    batch = shipped(1)
    if action is receive_batch:
        receive_batch(by=people.operator_a, batch=batch)
    before = fresh(batch).stage
    with pytest.raises(CardError):
        action(by=people.supervisor_a, batch=batch)
    assert fresh(batch).stage == before


def test_as_of_a_day_is_what_was_known_then(people, module, shipped):
    batch = shipped(2)
    day = dt.timedelta(days=1)
    long_ago = timezone.now() - 10 * day
    CardBatch.objects.filter(pk=batch.pk).update(printed_at=long_ago)
    PieceStep.objects.filter(piece__batch=batch, stage="printed").update(at=long_ago)
    PieceStep.objects.filter(piece__batch=batch, stage="shipped").update(at=long_ago + 2 * day)
    folios = folios_of(batch)
    receive_batch(by=people.operator_a, batch=batch, folios=folios[:1])
    seen = {}
    for days in (11, 10, 8, 0):
        total = reconciliation(people.supervisor_a, TODAY() - days * day).total
        seen[days] = (total.printed, total.press, total.way, total.stock, total.missing)
        assert total.adds_up
    assert seen == {11: (0, 0, 0, 0, 0), 10: (2, 2, 0, 0, 0), 8: (2, 0, 2, 0, 0), 0: (2, 0, 0, 1, 1)}
    assert missing_pieces(people.supervisor_a, TODAY() - 8 * day).count() == 0
    assert missing_pieces(people.supervisor_a, TODAY()).count() == 1
    assert reconciliation(people.supervisor_a).total == reconciliation(people.supervisor_a, TODAY()).total


def test_reconciliation_is_by_municipality_and_only_of_the_readers_territory(people, module, shipped):
    shipped(2)
    found = reconciliation(people.supervisor_a)
    assert [(line.code, line.name, line.balance.printed) for line in found.municipalities] == [
        ("91001", "Peña Alta", 2)
    ]
    assert [(line.code, line.balance.way) for line in found.municipalities[0].modules] == [(module.code, 2)]
    assert reconciliation(people.coordinator_b).total.printed == 0
    assert reconciliation(people.planner).total.printed == 2, "the whole country is not an empty filter"
    assert missing_pieces(people.coordinator_b).count() == 0


def test_reconciling_takes_two_questions(people, shipped, django_assert_num_queries):
    shipped(4)
    reconciliation(people.supervisor_a)
    with django_assert_num_queries(2):
        reconciliation(people.supervisor_a)


def test_the_database_refuses_a_batch_or_piece_that_cannot_be(people, module, stocked):
    batch = stocked(1)
    piece = batch.pieces.get()
    for never in (
        lambda: CardBatch.objects.filter(pk=batch.pk).update(printed_at=None),
        lambda: CardBatch.objects.filter(pk=batch.pk).update(received_at=None),
        lambda: CardBatch.objects.filter(pk=batch.pk).update(closed_at=timezone.now()),
        lambda: CardBatch.objects.create(module=module, number=batch.number, path=module.path, made_by="x"),
        lambda: CardPiece.objects.create(batch=batch, card=piece.card, place=2),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            never()


def test_who_may_not_is_refused(people, module, shipped):
    batch = shipped(1)
    before = JournalEntry.objects.count()
    for who in (people.auditor, people.coordinator_b, people.director):
        for act in (
            lambda who: make_batch(by=who, module=module),
            lambda who: print_batch(by=who, batch=batch),
            lambda who: ship_batch(by=who, batch=batch),
            lambda who: receive_batch(by=who, batch=batch),
            lambda who: scan_arrival(by=who, batch=batch, text="1"),
            lambda who: unscan_arrival(by=who, batch=batch),
            lambda who: begin_count(by=who, module=module),
            lambda who: spoil_pieces(by=who, batch=batch, folios=[], note="x"),
            lambda who: return_pieces(by=who, batch=batch, folios=[], why="lost"),
            lambda who: close_batch(by=who, batch=batch),
            lambda who: drop_batch(by=who, batch=batch),
        ):
            with pytest.raises(PermissionDenied):
                act(who)
    with pytest.raises(PermissionDenied):
        ship_batch(by=people.operator_a, batch=batch)
    assert JournalEntry.objects.count() == before


STEPS = ("receive", "deliver", "spoil", "return", "count", "replace", "revoke", "print again")


# What an example leaves behind is rolled back, so the fixtures may serve them all.
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whatever_happens_it_adds_up(data, people, module, shipped):
    """Any mixture of steps, allowed or refused: what left the press is accounted for or missing."""
    with transaction.atomic():
        batch = shipped(4)
        for step in data.draw(st.lists(st.sampled_from(STEPS), max_size=10)):
            folios = data.draw(st.lists(st.sampled_from(folios_of(batch)), max_size=3, unique=True))
            _try(step, people, module, batch, folios)
            _adds_up(people)
        transaction.set_rollback(True)


def _adds_up(people):
    total = reconciliation(people.supervisor_a).total
    assert total.adds_up
    slow = [piece.stage for piece in CardPiece.objects.all() if piece.stage != "waiting"]
    assert total.printed == len(slow)
    assert total.missing == slow.count("missing") == missing_pieces(people.supervisor_a).count()
    assert total.holds == (total.missing == 0)
    assert total == reconciliation(people.supervisor_a, TODAY()).total


def _try(step, people, module, batch, folios):
    by = people.supervisor_a
    cards = [Card.objects.get(folio=folio) for folio in folios]
    ways = {
        "receive": lambda: receive_batch(by=by, batch=batch, folios=folios),
        "deliver": lambda: [deliver(by=by, card=card, receiver="holder", seen="none") for card in cards],
        "spoil": lambda: spoil_pieces(by=by, batch=batch, folios=folios, note="rota"),
        "return": lambda: return_pieces(by=by, batch=batch, folios=folios, why="asked"),
        "count": lambda: count_stock(by=by, module=module, folios=folios),
        "replace": lambda: [replace(by=by, card=card, why="lost") for card in cards],
        "revoke": lambda: [revoke(by=by, card=card, why="lost") for card in cards],
        "print again": lambda: print_batch(by=by, batch=make_batch(by=by, module=module)),
    }
    try:
        with transaction.atomic():
            ways[step]()
    except CardError:
        pass
