"""The seal of the journal: what it finds, and that writers at work beside it do not make it cry wolf."""

from __future__ import annotations

import threading

import pytest
from django.db import connection, transaction

from bienestar.foundation.accounts.models import User
from bienestar.foundation.journal.actions import append_seal, record
from bienestar.foundation.journal.models import JournalEntry, Seal
from bienestar.foundation.journal.queries import broken_seals
from bienestar.foundation.storage.rows import hold_writers


def write(by: User, subject: str) -> JournalEntry:
    with transaction.atomic():
        return record(by=by, action="test.write", subject=subject, area_path="MX/")


@pytest.mark.django_db
def test_batches_leave_no_row_between_them(system: User) -> None:
    append_seal()
    write(system, "one")
    gone = write(system, "rolled back")
    JournalEntry.objects.filter(pk=gone.pk).delete()
    write(system, "two")
    append_seal()
    first, second = Seal.objects.order_by("id")
    assert second.first_entry == first.last_entry + 1
    assert broken_seals() == []


@pytest.mark.django_db
def test_a_row_slipped_into_a_number_that_was_never_used_is_found(system: User) -> None:
    unused = write(system, "rolled back")
    JournalEntry.objects.filter(pk=unused.pk).delete()
    write(system, "after")
    seal = append_seal()
    JournalEntry.objects.create(
        id=unused.pk, actor="otra", action="test.write", subject="slipped in", area_path="MX/", detail={}
    )
    assert broken_seals() == [seal]


@pytest.mark.django_db
def test_a_seal_taken_away_is_found_by_the_next(system: User) -> None:
    for subject in ("one", "two", "three"):
        write(system, subject)
        append_seal()
    first, second, third = Seal.objects.order_by("id")
    second.delete()
    assert broken_seals() == [third]


@pytest.mark.django_db(transaction=True)
def test_a_row_that_is_being_written_is_sealed_with_its_batch() -> None:
    """The seal waits for a writer that has its number and has not committed. SQLite lets no such writer be."""
    if connection.vendor != "postgresql":
        pytest.skip("on SQLite one transaction writes at a time")
    by = User.objects.get(username="sistema")
    has_number, may_commit = threading.Event(), threading.Event()

    def slow_writer() -> None:
        with transaction.atomic():
            record(by=by, action="test.write", subject="slow", area_path="MX/")
            has_number.set()
            may_commit.wait(timeout=30)
        connection.close()

    writer = threading.Thread(target=slow_writer)
    writer.start()
    assert has_number.wait(timeout=30)
    # A second row would take a later number and commit first; the seal below must not close over the gap.
    write(by, "quick")
    threading.Timer(0.5, may_commit.set).start()
    append_seal()
    writer.join(timeout=30)
    sealed = Seal.objects.get()
    slow = JournalEntry.objects.get(subject="slow")
    assert sealed.first_entry <= slow.pk <= sealed.last_entry
    assert broken_seals() == []


@pytest.mark.django_db
def test_holding_writers_lets_the_holder_write(system: User) -> None:
    with transaction.atomic():
        hold_writers(JournalEntry)
        assert record(by=system, action="test.write", subject="own", area_path="MX/").pk
