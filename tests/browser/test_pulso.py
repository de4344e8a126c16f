"""Somebody without an account opens a national figure down to the units behind it and comes back, in a real browser."""

from __future__ import annotations

import re
import shutil

import pytest

from bienestar.foundation.accounts.queries import system_user
from bienestar.web.components.maps import forget_drawings
from bienestar.web.pulso_report.kept import home
from tests.browser.conftest import Visitor
from tests.indicators.made import PulsoSets, make_sets

pytestmark = pytest.mark.browser


@pytest.fixture
def published(units) -> PulsoSets:
    """Two published sets over the small territory."""
    forget_drawings()
    return make_sets(system_user())


@pytest.fixture
def reader(browser, live_server, published):
    """Make somebody without an account, with a screen of a width and a language."""
    contexts = []

    def make(width: int = 1280, language: str = "es") -> Visitor:
        context = browser.new_context(viewport={"width": width, "height": 900})
        context.add_cookies([{"name": "django_language", "value": language, "url": live_server.url}])
        contexts.append(context)
        page = context.new_page()
        errors: list[str] = []
        page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: errors.append(str(error)))
        return Visitor(page, live_server.url, errors)

    yield make
    for context in contexts:
        context.close()


@pytest.mark.parametrize(("width", "language"), [(1280, "es"), (360, "es"), (360, "en")])
def test_from_the_country_s_figure_to_a_unit_and_back(reader, published, width, language):
    visitor = reader(width, language)
    start = f"/pulso/valor/{published.newest.pk}/FAC-02/"
    page = visitor.see("/pulso/")
    assert page.locator("html").get_attribute("lang") == language
    steps = ["MX", "91", "91001", "XAIMB000011"]
    for code in steps:
        visitor.send(page.locator(f"main a[href='{start}{code}/']").first)
        assert page.url.endswith(f"{start}{code}/")
        assert page.locator(".headline .value").count() == 1
    assert "XAIMB000011" in page.locator("h1").inner_text()
    for code in reversed(steps[:-1]):
        visitor.send(page.locator(f".crumbs a[href='{start}{code}/']"))
        assert page.url.endswith(f"{start}{code}/")
    visitor.send(page.locator(".crumbs a[href='/pulso/']"))
    assert page.locator("#mapa svg a").count() >= 2


def test_the_map_changes_by_keyboard_and_its_places_lead_on(reader, published):
    visitor = reader()
    page = visitor.see("/pulso/")
    page.locator("select[name=indicador]").focus()
    page.locator("select[name=indicador]").select_option("ENR-01")
    page.wait_for_url(re.compile("indicador=ENR-01"))
    visitor.check()
    place = page.locator("#mapa svg a").first
    place.focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert "/ENR-01/9" in page.url
    visitor.check()


@pytest.mark.parametrize("width", [1280, 360])
def test_every_page_keeps_the_rules(reader, published, width):
    visitor = reader(width)
    newest, earlier = published.newest.pk, published.earlier.pk
    for address in (
        "/pulso/estados/91/?indicador=ENR-01",
        "/pulso/indicadores/",
        "/pulso/indicadores/WRK-06/",
        "/pulso/indicadores/LCN-01/",
        "/pulso/cortes/",
        f"/pulso/cortes/{earlier}/",
        f"/pulso/valor/{newest}/ENR-01/91/?por=unit",
        f"/pulso/valor/{newest}/ENR-01/MX/sex/F/",
        f"/pulso/valor/{earlier}/WRK-06/91/",
        f"/pulso/valor/{newest}/LCN-01/MX/",
    ):
        page = visitor.see(address)
        for details in page.locator("main details").all():
            details.evaluate("one => one.open = true")
        visitor.check()


def test_files_that_are_not_made_yet_appear_by_themselves(reader, published):
    shutil.rmtree(home(), ignore_errors=True)
    visitor = reader(360, "es")
    page = visitor.see(f"/pulso/informe/{published.newest.pk}/")
    assert "se están haciendo" in page.locator("#files [role=status]").inner_text()
    page.locator("#files a[href$='-es.pdf']").wait_for(timeout=120_000)
    visitor.settled()
    assert page.locator("#files [role=status]").count() == 0
