"""Slows down the guessing of passwords: ten failures for one name from one address, then a wait.

Counted in the shared cache (files under BIENESTAR_HOME), so that every worker sees the same count. Names are hashed:
people type passwords into the wrong box.
"""

from __future__ import annotations

import hashlib

from django.core.cache import cache

FAILURES = 10
WAIT_SECONDS = 15 * 60


def _key(username: str, address: str) -> str:
    return "sign-in-" + hashlib.sha256(f"{username.strip().lower()}\n{address}".encode()).hexdigest()


def must_wait(username: str, address: str) -> bool:
    """Whether this name from this address has failed too often lately."""
    return int(cache.get(_key(username, address), 0)) >= FAILURES


def count_failure(username: str, address: str) -> bool:
    """One more failure; the wait starts anew with each. Whether the name must wait from now on."""
    key = _key(username, address)
    failures = int(cache.get(key, 0)) + 1
    cache.set(key, failures, WAIT_SECONDS)
    return failures >= FAILURES


def forget_failures(username: str, address: str) -> None:
    """After a good sign-in."""
    cache.delete(_key(username, address))
