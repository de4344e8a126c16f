"""A batch of cards from the module to its reception, as a supervisor takes it there in a browser."""

import datetime as dt

import pytest

from bienestar.foundation.accounts.actions import create_user, grant_role
from bienestar.foundation.accounts.queries import system_user
from bienestar.foundation.facilities.queries import unit_visible_to
from bienestar.operations.enrolment.actions import make_key, open_module, request_at_module, validate_requests
from bienestar.operations.enrolment.models import CardBatch, CardPiece
from bienestar.registers.beneficiaries.actions import PersonEntry, record_consent, register_person
from bienestar.registers.beneficiaries.choices import Purpose
from tests.conftest import PASSWORD
from tests.enrolment.conftest import check

pytestmark = pytest.mark.browser


@pytest.fixture
def module(state, settings, tmp_path):
    """A module at a unit of the state, two signed cards that wait to be printed, and the supervisor of the state."""
    settings.HOME = tmp_path
    by = system_user()
    user = create_user(by=by, username="supervisor", display_name="Supervisora", password=PASSWORD)
    grant_role(by=by, user=user, role="enrolment_supervisor", area_path=state.path, valid_from=dt.date(2024, 1, 1))
    unit = unit_visible_to(by, state.unit())
    made = open_module(
        by=by, municipality=unit.municipality, name="Módulo Peña Alta", unit=unit, opened_on=dt.date(2024, 1, 2)
    )
    make_key(by=by)
    cards = []
    for day in (1, 2):
        entry = PersonEntry(
            given_names=f"Inventada {'Uno' if day == 1 else 'Dos'}",
            first_surname="Prueba",
            municipality=unit.municipality.code,
            unit=state.unit(),
            birth_date=dt.date(1990, 1, day),
        )
        person = register_person(by=by, entry=entry).person
        record_consent(by=by, person=person, purpose=Purpose.PRIVACY_NOTICE, given=True)
        check(person, "eligible")
        cards.append(request_at_module(by=by, person=person, module=made))
    assert validate_requests(by=by, cards=cards).signed == 2
    return made


@pytest.mark.parametrize("width", [1280, 360])
def test_a_batch_is_made_printed_shipped_and_received(visit, module, width):
    visitor = visit(width)
    visitor.sign_in("supervisor")
    page = visitor.page
    visitor.see("/cards/modules/")
    visitor.send(page.get_by_role("link", name="Módulo Peña Alta"))
    visitor.send(page.get_by_role("link", name="Formar un lote"))
    visitor.send(page.get_by_role("button", name="Formar el lote"))
    batch = CardBatch.objects.get()
    visitor.send(page.get_by_role("link", name="Imprimir el lote"))
    page.get_by_role("button", name="Hacer los archivos").click()
    page.wait_for_url(f"**/cards/batches/{batch.pk}/")
    visitor.check()
    assert page.get_by_role("link", name="Archivo 1 de 1 (PDF)").count() == 1
    visitor.send(page.get_by_role("link", name="Enviar el lote"))
    visitor.send(page.get_by_role("button", name="Anotar que salió"))
    visitor.send(page.get_by_role("link", name="Recibir el lote"))
    first, second = (piece.card.folio for piece in CardPiece.objects.order_by("place"))
    page.keyboard.type(first)  # the field has the focus, as a scanner needs it
    page.keyboard.press("Enter")
    page.locator(".tally strong", has_text="1").wait_for()
    visitor.settled()
    assert page.evaluate("document.activeElement.name") == "text"  # and has it again for the next scan
    page.get_by_role("button", name="Terminar la recepción").click()
    page.get_by_text("1 pieza no se escaneó").wait_for()
    visitor.check()
    with page.expect_navigation():
        page.locator(".warning button").click()
    visitor.check()
    assert [piece.stage for piece in CardPiece.objects.order_by("place")] == ["received", "missing"]
    visitor.see("/cards/reconciliation/")
    assert page.locator("#missing").count() == 1
    assert second[-5:-1] in visitor.text()
