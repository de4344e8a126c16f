"""Every answer in both languages, wide and narrow, and whatever somebody types."""

from __future__ import annotations

import pytest

from bienestar.calculations.cards import tokens
from bienestar.operations.enrolment.queries.keys import key_records
from tests.browser.verifier.hands import (
    NAME,
    cut_off,
    said_in,
    scan,
    verdict,
)
from tests.calculations.cards.invented import OTHER, unwrapped, wrapped

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize("width", [1280, 360])
def test_every_answer_has_its_words_its_shape_and_what_to_do(device, line, card, width, language):
    visitor = device(width, language)
    cut_off(visitor, line)
    said = said_in(language)
    good = card()
    cases = {
        "valid": good,
        "expired": card(expires=-1),
        "not_yet_valid": card(begins=2),
        "revoked": card(position=2**31),
        "unknown_key": tokens.sign(tokens.read(good, key_records(), None, 0).claims, OTHER),
        "tampered": wrapped(unwrapped(good).replace(b"Cruz", b"Ruiz")),
        "unreadable": good[: len(good) // 2],
    }
    for name, text in cases.items():
        assert scan(visitor.page, text) == name
        visitor.check()
        answer = visitor.page.locator("#answer")
        assert said["verdicts"][name][0] in answer.inner_text()
        assert said["attend"] in answer.inner_text(), "care is never refused"
        assert answer.locator(f"svg use[href='#icon-{name}']").count() == 1
        shown = name in {"valid", "expired", "not_yet_valid", "revoked"}
        assert (NAME in answer.inner_text()) == shown, "nothing that was not signed is shown"
        assert visitor.page.evaluate("document.activeElement.id") == "text", "the next card can be scanned at once"
        assert visitor.page.locator("#text").input_value() == ""
    assert scan(visitor.page, card(name=None)) == "valid"
    assert said["no_name"] in visitor.text()


def test_whatever_is_typed_gets_an_answer(device, line, card):
    visitor = device(360, "en")
    page = visitor.page
    cut_off(visitor, line)
    page.locator("#text").focus()
    page.keyboard.type(card(), delay=1)  # a code reader is a fast keyboard
    page.keyboard.press("Enter")
    assert verdict(page) == "valid"
    strange = {
        "V" * 10_000: "too_long",
        "": "empty",
        "<img src=x onerror=alert(1)>": "not_base45",
        "🪪🪪🪪": "not_base45",
        card().lower(): "not_base45",
        "130012000045678": "not_zlib",
        "https://bienestar.example/verificador/": "not_base45",
    }
    for text, reason in strange.items():
        scan(page, text)
        page.wait_for_selector(f"#answer[data-verdict=unreadable][data-reason={reason}]")
        visitor.check()
    page.locator("#clear").click()
    assert page.locator("#answer").inner_text() == ""
    assert page.evaluate("document.activeElement.id") == "text"
    assert page.locator("#after").is_hidden()
