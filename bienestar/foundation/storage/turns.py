"""Taking turns: what reads the registers and writes them by what it read must not be done twice at once."""

from __future__ import annotations

import hashlib

from django.db import connection

TURN = 0x6269656E  # any number that nothing else of this database uses: the letters "bien"


def take_turn() -> None:
    """Wait until no other transaction holds the turn, and hold it until this transaction ends.

    Imports, visits and diagnoses take it first. Two of them at once could otherwise both make the same row, accept
    what the other refuses, wait for each other's rows, or diagnose half an import. Taking it again in the same
    transaction does nothing. SQLite has one writer at a time, so there a transaction has its turn already.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("a turn lasts as long as its transaction, and there is none")
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [TURN])


def take_turn_of(what: str) -> None:
    """Wait for and hold the turn of one thing only, as ``take_turn`` does for all: others go on meanwhile.

    Two things may by chance share a turn (one in four thousand million); they then only wait for each other.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("a turn lasts as long as its transaction, and there is none")
    if connection.vendor == "postgresql":
        number = int.from_bytes(hashlib.blake2b(what.encode(), digest_size=4).digest(), "big", signed=True)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [TURN, number])
