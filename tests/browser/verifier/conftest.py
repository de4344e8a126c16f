"""A device with the verifier open, a line that can be cut, and cards signed for the test."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from bienestar.calculations.cards import keys, statuslist, tokens
from bienestar.calculations.cards.folio import make
from bienestar.foundation.accounts.queries import system_user
from bienestar.operations.enrolment.actions import make_key
from bienestar.operations.enrolment.models import SigningKey
from bienestar.operations.enrolment.queries import status_list
from bienestar.operations.enrolment.queries.keys import key_records, private_key
from tests.browser.conftest import Visitor
from tests.browser.verifier.hands import (
    NAME,
    PLACES,
    kept,
    visitor_of,
)
from tests.browser.verifier.line import Line

DAY = 86_400


@pytest.fixture
def now() -> int:
    return int(time.time())


@pytest.fixture
def key(transactional_db: None, now: int) -> keys.SigningKey:
    """The key that signs today; it has been signing since 2023, so that cards can have ended."""
    kid = make_key(by=system_user()).kid
    SigningKey.objects.update(valid_from=dt.date(2023, 1, 1))
    return private_key(kid)


@pytest.fixture
def card(key: keys.SigningKey, now: int) -> Callable[..., str]:
    """Sign a card's token; dates in days from now."""
    uri = statuslist.parse(status_list(), key_records()).uri

    def make_one(
        issued: float = -30,
        expires: float = 1_000,
        name: str | None = NAME,
        position: int = 3,
        begins: float | None = None,
    ) -> str:
        claims = tokens.Claims(
            "bienestar",
            make("13", "0012", 4_567),
            int(now + issued * DAY),
            int(now + expires * DAY),
            tokens.Status(position, uri),
            name,
            None if begins is None else int(now + begins * DAY),
        )
        return tokens.sign(claims, key)

    return make_one


@pytest.fixture
def line(live_server: Any) -> Iterator[Line]:
    made = Line(live_server.url)
    yield made
    made.cut()


@pytest.fixture
def device(browser: Any, line: Line) -> Iterator[Callable[..., Visitor]]:
    """Open the verifier with the network and wait until it is kept."""
    contexts = []

    def make_one(width: int = 1280, language: str = "es", **options: Any) -> Visitor:
        context = browser.new_context(
            viewport={"width": width, "height": 900}, locale=PLACES[language], timezone_id="America/Tijuana", **options
        )
        contexts.append(context)
        visitor = visitor_of(context.new_page(), line)
        visitor.see(f"/verificador/?lang={language}")
        kept(visitor.page)
        return visitor

    yield make_one
    for context in contexts:
        context.close()
