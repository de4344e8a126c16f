"""A page that comes back with something wrong takes the keyboard there, and from there to the field."""

import re
from pathlib import Path

import pytest

import bienestar.web
from tests.browser.test_counter import operator, press  # noqa: F401  the fixture

pytestmark = pytest.mark.browser
TEMPLATES = Path(bienestar.web.__file__).parent / "templates"


def summary_is_reached(visitor):
    """The summary of errors has the focus, no field below it, and the eye finds it."""
    page = visitor.page
    assert page.evaluate("document.activeElement.className") == "errors"
    assert page.evaluate("document.querySelectorAll('.errors').length") == 1
    top = page.evaluate("document.activeElement.getBoundingClientRect().top")
    assert 0 <= top < page.evaluate("window.innerHeight")


def follow_first_error(visitor):
    """Tab once and press Enter: the field that the first sentence speaks of has the focus."""
    page = visitor.page
    page.keyboard.press("Tab")
    wanted = page.evaluate("document.activeElement.getAttribute('href').slice(1)")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == wanted


@pytest.mark.parametrize("width", [1280, 360])
def test_the_keyboard_goes_to_what_is_wrong_and_on_to_the_field(visit, operator, width):  # noqa: F811
    visitor = visit(width)
    visitor.see("/sign-in/")
    visitor.page.locator("input[name=username]").focus()
    visitor.page.keyboard.type("operator")
    press(visitor)
    summary_is_reached(visitor)
    visitor.sign_in("operator")
    press(visitor)  # the field of the counter has the focus by itself, and is empty
    summary_is_reached(visitor)
    follow_first_error(visitor)
    visitor.page.keyboard.type("nunez ana")
    press(visitor)
    assert visitor.page.locator(".errors").count() == 0
    visitor.see("/people/new/")
    press(visitor)  # so has the first field of a record
    summary_is_reached(visitor)
    follow_first_error(visitor)


def test_a_page_that_is_right_leaves_the_focus_where_it_was(visit, operator):  # noqa: F811
    visitor = visit()
    visitor.sign_in("operator")
    assert visitor.page.evaluate("document.activeElement.name") == "words"


def test_every_summary_of_errors_takes_the_focus():
    """The three pages above share one part; the others have a summary of their own."""
    tags = {
        f"{path.relative_to(TEMPLATES)}: {tag}"
        for path in TEMPLATES.rglob("*.html")
        for tag in re.findall(r'<div class="errors".*?>', path.read_text(), re.DOTALL)
    }
    assert len(tags) > 4
    assert {tag for tag in tags if 'role="alert" tabindex="-1"' not in tag or "autofocus" not in tag} == set()
