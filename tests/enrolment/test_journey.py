"""A reception with the keyboard alone, as a scanner types it, in a browser; every page checked for accessibility."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from bienestar.operations.enrolment.actions import make_batch
from bienestar.operations.enrolment.models import CardBatch
from bienestar.operations.enrolment.queries import missing_pieces, token_of
from bienestar.registers.beneficiaries.models import Card
from tests.browser.conftest import settled
from tests.conftest import PASSWORD
from tests.enrolment.conftest import folios_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def opened(browser: Any, live_server: Any) -> Any:
    """``opened("operator_a", 360)``: a page of that width, somebody signed in, and ``check`` for it."""
    contexts = []

    def make(username: str, width: int = 1280) -> tuple[Any, Any]:
        context = browser.new_context(viewport={"width": width, "height": 900}, locale="es-MX")
        contexts.append(context)
        page, errors = context.new_page(), []
        page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(f"{live_server.url}/sign-in/")
        page.locator("input[name=username]").focus()
        page.keyboard.type(username)
        page.keyboard.press("Tab")
        page.keyboard.type(PASSWORD)
        with page.expect_navigation():
            page.keyboard.press("Enter")

        def check(path: str = "") -> None:
            if path:
                assert page.goto(f"{live_server.url}{path}").status == 200
            found = Axe().run(page)
            assert found.violations_count == 0, f"{page.url}\n{found.generate_report()}"
            assert errors == []
            wide, view = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
            assert wide <= view, f"{page.url} is {wide} px wide on a screen of {view}"

        return page, check

    yield make
    for context in contexts:
        context.close()


def _scan(page: Any, text: str) -> None:
    """What a scanner does: types the code and presses Enter, without looking where the cursor is."""
    page.keyboard.type(text)
    _enter(page)


def _enter(page: Any) -> None:
    """Press Enter: the answer comes, and the cursor is in the new, empty field and stays there."""
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.keyboard.press("Enter")
    page.wait_for_function("() => document.activeElement.id === 'id_text' && document.activeElement.value === ''")
    settled(page)


def _tally(page: Any) -> str:
    return str(page.locator(".tally strong").inner_text())


@pytest.mark.parametrize("width", [1280, 360])
def test_a_batch_is_received_with_the_scanner_alone(opened, shipped, people, width):
    batch = shipped(3)
    folios = folios_of(batch)
    page, check = opened("operator_a", width)
    check(f"/cards/batches/{batch.pk}/receive/")
    assert page.evaluate("document.activeElement.id") == "id_text"
    _scan(page, folios[0])
    assert _tally(page) == "1"
    _scan(page, token_of(Card.objects.get(folio=folios[1])))
    assert _tally(page) == "2"
    _scan(page, "esto no es un folio")
    assert "refused" in page.locator(".said").get_attribute("class")
    assert _tally(page) == "2"
    check()
    page.locator("button[value=undo]").focus()
    _enter(page)
    assert _tally(page) == "1"
    _scan(page, folios[1])
    page.locator("button[value=ask]").focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    check()
    page.locator("button[value=finish]").focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    check()
    assert CardBatch.objects.get(pk=batch.pk).stage == "received"
    assert [piece.card.folio for piece in missing_pieces(people.supervisor_a)] == folios[2:]


def test_printing_goes_on_by_itself(opened, validated, people, module, monkeypatch):
    from bienestar.operations.enrolment.queries import sheets  # noqa: PLC0415
    from bienestar.web.cards import batches  # noqa: PLC0415

    monkeypatch.setattr(sheets, "CARDS_A_FILE", 1)
    monkeypatch.setattr(batches, "FILES_AT_ONCE", 1)
    validated(3)
    batch = make_batch(by=people.supervisor_a, module=module)
    page, check = opened("supervisor_a", 360)
    check(f"/cards/batches/{batch.pk}/print/")
    page.locator("#progress button").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/cards/batches/{batch.pk}/")
    check()
    assert CardBatch.objects.get(pk=batch.pk).stage == "printed"
    for path in ("/cards/", "/cards/requests/", "/cards/reconciliation/", f"/cards/modules/{module.code}/"):
        check(path)
