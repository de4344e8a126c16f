"""A supervisor at the review desk: opens the first pair, decides it, finds it under the decisions, and undoes it."""

import datetime as dt

import pytest
from django.utils import timezone

from bienestar.foundation.accounts.actions import create_user, grant_role
from bienestar.foundation.accounts.queries import system_user
from bienestar.foundation.facilities.queries import unit_visible_to
from bienestar.operations.enrolment.models import MatchDecision, MatchRun, ReviewPair
from bienestar.registers.beneficiaries.actions import PersonEntry, register_person
from bienestar.registers.beneficiaries.models import Person
from tests.conftest import PASSWORD

pytestmark = pytest.mark.browser


@pytest.fixture
def pair(state):
    """Two records of the state that may be one person, and the supervisor of the state."""
    by = system_user()
    user = create_user(by=by, username="supervisor", display_name="Supervisora", password=PASSWORD)
    grant_role(by=by, user=user, role="enrolment_supervisor", area_path=state.path, valid_from=dt.date(2024, 1, 1))
    home = unit_visible_to(by, state.unit()).municipality.code
    told = {"first_surname": "Prueba", "municipality": home, "unit": state.unit()}
    one, other = (
        register_person(by=by, entry=PersonEntry(given_names=name, birth_date=dt.date(1990, 1, day), **told)).person
        for name, day in (("Inventada", 1), ("Inbentada", 2))
    )
    run = MatchRun.objects.create(started_at=timezone.now(), started_by="test", engine="duckdb")
    return ReviewPair.objects.create(
        run=run, kind="persons", person=one, other=other, weight=1.5, probability=0.7, path=state.path
    )


@pytest.mark.parametrize("width", [1280, 360])
def test_a_pair_is_decided_and_the_decision_undone(visit, pair, width):
    visitor = visit(width)
    visitor.sign_in("supervisor")
    page = visitor.page
    visitor.see("/review/")
    visitor.send(page.get_by_role("link", name="Empezar por el primero"))
    assert "Inventada" in visitor.text()
    assert page.get_by_role("link", name="Abrir el registro").count() == 2
    page.get_by_label("Nota (sin nombres ni CURP)").focus()
    page.keyboard.type("mismas huellas")
    page.keyboard.press("Tab")
    with page.expect_navigation():
        page.keyboard.press("Enter")  # the first button: the same person
    visitor.check()
    assert "Decidido" in visitor.text()
    assert "Ningún par espera revisión" in visitor.text()
    assert Person.objects.filter(merged_into__isnull=False).count() == 1
    visitor.send(page.get_by_role("link", name="Lo que decidí"))
    visitor.send(page.get_by_role("button", name="Deshacer"))
    assert MatchDecision.objects.get().undone_at
    assert not Person.objects.filter(merged_into__isnull=False).exists()
    visitor.see("/review/")
    assert page.get_by_role("link", name="Empezar por el primero").count() == 1


def test_a_record_leads_to_its_pair_and_back(visit, pair):
    visitor = visit(1280, "es")
    visitor.sign_in("supervisor")
    page = visitor.page
    visitor.see(f"/people/{pair.person.uid}/")
    visitor.send(page.get_by_role("link", name="Decidir si dos registros son una sola persona"))
    visitor.send(page.get_by_role("link", name="Abrir el registro: A"))
    assert page.url.endswith(f"/people/{pair.person.uid}/")
