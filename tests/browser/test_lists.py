"""A list of people is downloaded with the keyboard; rolls and readers are read, wide and narrow, in both languages."""

import datetime as dt

import pytest
from django.utils import timezone

from bienestar.foundation.accounts.actions import create_user, grant_role
from bienestar.foundation.accounts.queries import system_user
from bienestar.foundation.journal.actions import keep_source
from bienestar.registers.beneficiaries.actions import PersonEntry, register_person
from bienestar.registers.beneficiaries.models import Roll
from tests.browser.conftest import unit_path
from tests.browser.test_counter import press, tab_to
from tests.conftest import PASSWORD

pytestmark = pytest.mark.browser


@pytest.fixture
def person(state):
    """Somebody registered at a unit of the state whose supervisor signs in; three rolls have arrived."""
    by = system_user()
    user = create_user(by=by, username="supervisor", display_name="Supervisora", password=PASSWORD)
    grant_role(by=by, user=user, role="enrolment_supervisor", area_path=state.path, valid_from=dt.date(2024, 1, 1))
    town = unit_path(state.unit()).split("/")[2]
    today = timezone.localdate()
    for number, (institution, days) in enumerate((("imss", 20), ("imss", 120), ("issste", 300))):
        file = keep_source(sha256=f"{number:064}", kind="affiliations", name="padron.csv")
        cut = today - dt.timedelta(days=days)
        Roll.objects.create(institution=institution, cut_off=cut, file=file, entries=61_234_567, refused=89)
    entry = PersonEntry("Ana", "Núñez", town, birth_date=dt.date(1992, 7, 4), unit=state.unit())
    return register_person(by=by, entry=entry).person


@pytest.mark.parametrize(("width", "language"), [(1280, "es"), (360, "es"), (1280, "en"), (360, "en")])
def test_a_list_is_downloaded_with_the_keyboard_and_the_readers_page_says_so(visit, person, width, language):
    visitor = visit(width, language)
    visitor.sign_in("supervisor")
    page = visitor.page
    page.context.add_cookies([{"name": "django_language", "value": language, "url": visitor.base}])
    visitor.see("/people/")
    tab_to(page, "Descargar una lista de personas" if language == "es" else "Download a list of people")
    press(visitor)
    tab_to(page, "card")
    page.keyboard.press("End")
    tab_to(page, "Contar" if language == "es" else "Count")
    press(visitor)
    assert "card=without" in page.url
    assert ("1 persona cumple" if language == "es" else "1 person fits") in visitor.text()
    tab_to(page, "kind")
    press(visitor)  # no purpose yet
    assert ("Elija para qué es la lista." if language == "es" else "Choose what the list is for.") in visitor.text()
    tab_to(page, "purpose")
    page.keyboard.press("Space")
    tab_to(page, "kind")
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    with open(download.value.path(), encoding="utf-8-sig") as file:
        assert person.uid in file.read()
    visitor.see(f"/people/{person.uid}/readers/")
    assert "supervisor" in visitor.text()
    visitor.see(f"/people/{person.uid}/")
    tab_to(page, "Padrones de las instituciones" if language == "es" else "Rolls of the institutions")
    press(visitor)
    assert ("hace 20 días" if language == "es" else "20 days ago") in visitor.text()
    page.locator("summary").first.click()
    visitor.check()
