"""A live server on a small invented state, a visitor with a browser, and what must hold on every page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from bienestar.demo.build import Built, build_state
from bienestar.demo.judge import diagnose, plan
from bienestar.foundation.accounts.actions import create_user, grant_role
from bienestar.foundation.accounts.queries import system_user
from bienestar.foundation.territory.actions import AreaRow, put_areas
from tests.conftest import PASSWORD

# Rules that speak of the whole of WCAG 2.1 A and AA and of good practice are all on; none is switched off.
AXE = Axe()


@dataclass
class Visitor:
    """Somebody with a browser. ``see`` opens an address and checks what must hold on every page."""

    page: Any
    base: str
    errors: list[str]

    def see(self, address: str, status: int = 200) -> Any:
        """Open an address; it answers with ``status`` and the page keeps the rules."""
        answer = self.page.goto(self.base + address)
        assert answer.status == status, f"{address}: {answer.status}"
        if status != 200:
            self.errors.clear()  # the browser itself writes a line for an answer that is not 200
        self.check()
        return self.page

    def check(self) -> None:
        """No rule of accessibility is broken, nothing was blocked or failed, nothing runs off the side."""
        found = AXE.run(self.page)
        assert found.violations_count == 0, f"{self.page.url}\n{found.generate_report()}"
        assert self.errors == [], f"{self.page.url}: {self.errors}"
        wide, view = self.page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
        assert wide <= view, f"{self.page.url} is {wide} px wide on a screen of {view}"

    def sign_in(self, username: str) -> None:
        """Sign in with the keyboard alone."""
        self.see("/sign-in/")
        self.page.locator("input[name=username]").focus()
        self.page.keyboard.type(username)
        self.page.keyboard.press("Tab")
        self.page.keyboard.type(PASSWORD)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")
        self.check()

    def send(self, button: Any) -> None:
        """Press a button or link that leads to another page, and check that page."""
        with self.page.expect_navigation():
            button.click()
        self.check()

    def settled(self) -> None:
        """Wait until no part of the page is being replaced, and check it."""
        settled(self.page)
        self.check()

    def text(self) -> str:
        """What the page says."""
        return self.page.locator("body").inner_text()


def settled(page: Any) -> None:
    """Wait until no part of the page is asked for or put in; the last thing that is done then is to move the focus."""
    page.wait_for_function(
        "() => !document.querySelector('.htmx-request, .htmx-swapping, .htmx-settling, .htmx-added')"
    )


@pytest.fixture
def state(transactional_db: None) -> Built:
    """A small invented state with two census rounds, two diagnoses, the newest published, and a saved plan."""
    by = system_user()
    built = build_state(by=by)
    put_areas(by=by, rows=[AreaRow("52", "Otro estado")])
    run = diagnose(by, built.code)
    plan(by, run, 1)
    rows = {
        "planner": ("national_planner", "MX/"),
        "coordinator": ("state_coordinator", built.path),
        "stranger-state": ("state_coordinator", "MX/52/"),
        "director": ("unit_director", unit_path(built.unit())),
    }
    for username, (role, path) in rows.items():
        user = create_user(by=by, username=username, display_name=username.title(), password=PASSWORD)
        grant_role(by=by, user=user, role=role, area_path=path, valid_from=dt.date(2024, 1, 1))
    return built


def unit_path(key: str) -> str:
    """The path of the unit with that key."""
    from bienestar.foundation.facilities.queries import unit_visible_to

    return unit_visible_to(system_user(), key).path


@pytest.fixture
def visit(browser: Any, live_server: Any, state: Built) -> Iterator[Callable[..., Visitor]]:
    """Make a visitor with a screen of a width and a language."""
    contexts = []

    def make(width: int = 1280, language: str = "es") -> Visitor:
        locale = {"es": "es-MX", "en": "en-GB"}[language]
        context = browser.new_context(viewport={"width": width, "height": 900}, locale=locale)
        contexts.append(context)
        page = context.new_page()
        errors: list[str] = []
        page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: errors.append(str(error)))
        return Visitor(page, live_server.url, errors)

    yield make
    for context in contexts:
        context.close()
