"""At the counter with the keyboard alone: find, register, find again, see who looked."""

import datetime as dt

import pytest

from bienestar.foundation.accounts.actions import create_user, grant_role
from bienestar.foundation.accounts.queries import system_user
from tests.browser.conftest import unit_path
from tests.conftest import PASSWORD

pytestmark = pytest.mark.browser
CURP = "NUXA920704MVZXXN09"


@pytest.fixture
def operator(state):
    by = system_user()
    user = create_user(by=by, username="operator", display_name="Operadora", password=PASSWORD)
    grant_role(
        by=by,
        user=user,
        role="enrolment_operator",
        area_path=unit_path(state.unit()),
        valid_from=dt.date(2024, 1, 1),
    )
    return user


def press(visitor, key="Enter"):
    """A key that leads to another page, which is then checked."""
    with visitor.page.expect_navigation():
        visitor.page.keyboard.press(key)
    visitor.check()


def tab_to(page, name):
    """Tab until the control of that name has the focus."""
    for _step in range(60):
        if page.evaluate("document.activeElement.name || document.activeElement.innerText.trim()") == name:
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{name} is not reached with the keyboard")


@pytest.mark.parametrize("width", [1280, 360])
def test_a_person_is_registered_and_found_with_the_keyboard_alone(visit, operator, width):
    visitor = visit(width)
    visitor.sign_in("operator")
    page = visitor.page
    assert page.url.endswith("/people/")
    page.keyboard.type(CURP)  # the field has the focus already
    press(visitor)
    assert "Atienda a la persona." in visitor.text()
    tab_to(page, "Registrar a esta persona")
    press(visitor)
    assert page.input_value("input[name=curp]") == CURP
    for name, typed in (("given_names", "Ana"), ("first_surname", "Núñez")):
        tab_to(page, name)
        page.keyboard.type(typed)
    tab_to(page, "municipality")
    page.keyboard.press("ArrowDown")
    tab_to(page, "notice_given")
    page.keyboard.press("Space")
    tab_to(page, "Registrar")
    press(visitor)
    assert "Ana Núñez" in visitor.text()
    assert "Atienda a la persona." in visitor.text()
    visitor.see("/people/")
    page.keyboard.type("nunez ana")
    press(visitor)
    tab_to(page, "Ana Núñez")
    press(visitor)
    tab_to(page, "Quién lo consultó")
    press(visitor)
    assert page.locator("tbody tr").count() >= 2
    assert "operator" in visitor.text()


def test_the_counter_speaks_english(visit, operator):
    visitor = visit(360, "en")
    visitor.sign_in("operator")
    visitor.send(visitor.page.get_by_role("button", name="English"))
    assert "Everybody is attended" in visitor.text()
    visitor.see("/people/new/")
