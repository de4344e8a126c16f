"""The data behind the Pulso is read, compared and downloaded by everybody, wide and narrow, in both languages."""

from __future__ import annotations

import pytest

from bienestar.foundation.accounts.queries import system_user
from bienestar.foundation.territory.actions import AreaRow, put_areas
from tests.browser.test_counter import tab_to
from tests.indicators.two_days import make_two_sets

pytestmark = pytest.mark.browser


@pytest.fixture
def two_sets(state):
    by = system_user()
    put_areas(by=by, rows=[AreaRow(code, name) for code, name in (("01", "Aguas"), ("02", "Baja"), ("03", "Cerro"))])
    return make_two_sets(by)


PAGES = (
    "/pulso/cambios/FAC-02/",
    "/pulso/cambios/WRK-06/?lugar=02",
    "/pulso/cambios/ENR-01/",
    "/pulso/completitud/",
    "/pulso/completitud/staff/02/",
    "/pulso/datos/",
)


@pytest.mark.parametrize(("width", "language"), [(1280, "es"), (360, "es"), (1280, "en"), (360, "en")])
def test_changes_completeness_and_files_are_read_by_everybody(visit, two_sets, width, language):
    visitor = visit(width, language)
    page = visitor.page
    page.context.add_cookies([{"name": "django_language", "value": language, "url": visitor.base}])
    for address in PAGES:
        visitor.see(address)
    visitor.see("/pulso/completitud/")
    tab_to(page, "Plazas" if language == "es" else "Posts")


def test_a_comparison_is_chosen_and_a_file_downloaded_with_the_keyboard(visit, two_sets):
    visitor = visit(360)
    page = visitor.page
    visitor.see("/pulso/cambios/FAC-02/")
    page.locator("#lugar").focus()
    page.keyboard.type("Baja")
    tab_to(page, "Comparar")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    visitor.check()
    assert "lugar=02" in page.url
    assert "Baja, entre" in visitor.text()
    tab_to(page, "Descargar esta comparación (CSV)")
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    assert download.value.suggested_filename == "FAC-02-02-2026-03-31-2026-09-30.csv"
