"""Taking turns: two transactions that take the turn are never open at once."""

from __future__ import annotations

import threading

import pytest
from django.db import connection, transaction

from bienestar.foundation.storage.turns import take_turn


@pytest.mark.django_db(transaction=True)
def test_a_second_transaction_waits_for_the_first() -> None:
    """Two threads, so on PostgreSQL only: SQLite in memory refuses the second where a file lets it wait."""
    if connection.vendor != "postgresql":
        pytest.skip("on SQLite one transaction writes at a time")
    said: list[str] = []
    started = threading.Event()

    def second() -> None:
        started.set()
        with transaction.atomic():
            take_turn()
            said.append("second")
        connection.close()

    other = threading.Thread(target=second)
    with transaction.atomic():
        take_turn()
        take_turn()
        other.start()
        assert started.wait(timeout=30)
        other.join(timeout=0.3)
        said.append("first")
    other.join(timeout=30)
    assert said == ["first", "second"]


@pytest.mark.django_db(transaction=True)
def test_a_turn_needs_a_transaction() -> None:
    with pytest.raises(RuntimeError):
        take_turn()
