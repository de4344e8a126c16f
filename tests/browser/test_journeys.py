"""What a planner, a coordinator and a stranger do, in a real browser, with an accessibility check on each page.

Elements are found by role, address and name of field, not by their words, so that a better sentence breaks nothing.
"""

from __future__ import annotations

import csv
import re

import pytest

from bienestar.operations.census.models import Visit as CensusVisit

pytestmark = pytest.mark.browser


def test_a_planner_goes_from_the_country_to_a_funded_plan(visit, state):
    visitor = visit()
    visitor.sign_in("planner")
    page = visitor.see("/areas/MX/")
    visitor.send(page.locator(f"main a[href='/areas/{state.code}/']").first)
    assert page.locator("svg a path").count() >= 5

    # The map by another gap, without the mouse.
    page.locator("select[name=map], select[name=resource]").first.focus()
    page.locator("select[name=map], select[name=resource]").first.select_option("staff.general_nurse")
    page.locator("select[name=map], select[name=resource]").first.evaluate("box => box.form.requestSubmit()")
    page.wait_for_url(re.compile("staff.general_nurse"))
    visitor.settled()

    # Each summary page, then the plan.
    for part in ("gaps", "gaps/staff.general_nurse", "actions", "diagnoses", "diagnoses/compare"):
        visitor.see(f"/areas/{state.code}/{part}/")
    visitor.see(f"/areas/{state.code}/plan/")
    before = page.locator("#answer").inner_text()
    page.locator("#budget-slider").focus()
    with page.expect_response(lambda answer: "/plan/" in answer.url and answer.status == 200):
        page.keyboard.press("PageUp")  # one step, so that no second answer comes while the name is written
    page.wait_for_function("text => document.querySelector('#answer').innerText !== text", arg=before)
    visitor.settled()
    page.locator("#answer input[name=name]").fill("Plan de la prueba")
    visitor.send(page.locator("#answer form[method=post] button").first)
    assert re.search(r"/plans/\d+/", page.url)
    assert "Plan de la prueba" in visitor.text()
    for part in ("chosen", "refused", "shopping"):
        visitor.see(f"{page.url.removeprefix(visitor.base).split('?')[0]}?show={part}")
    visitor.see("/plans/")
    visitor.see(f"/areas/{state.code}/plan/curve/")
    visitor.see("/access/")
    visitor.see("/journal/")


def test_a_planner_downloads_what_the_table_shows(visit, state):
    visitor = visit()
    visitor.sign_in("planner")
    page = visitor.see(f"/areas/{state.code}/?q=rural")
    links = page.locator("main table a[href^='/units/']").evaluate_all("all => all.map(a => a.getAttribute('href'))")
    shown = {link.split("/")[2] for link in links}
    with page.expect_download() as download:
        page.locator("a[href*='units.csv']").first.click()
    rows = list(csv.reader(download.value.path().read_text(encoding="utf-8-sig").splitlines()))
    assert shown
    assert {row[0] for row in rows[1:]} == shown


def test_a_planner_reads_a_unit_and_its_document_in_english(visit, state):
    visitor = visit(language="en")
    visitor.sign_in("planner")
    page = visitor.see(f"/units/{state.unit()}/")
    assert page.locator("html").get_attribute("lang") == "es"  # Spanish first, whatever the browser asks for
    visitor.send(page.locator("header form[action='/language/'] button, header a[href*='language']").first)
    assert page.locator("html").get_attribute("lang") == "en"
    assert "What is missing" in visitor.text()
    visitor.see(f"/areas/{state.code}/document/")
    with page.expect_download() as download:
        page.locator("a[href$='document.pdf'], a[href*='document.pdf']").first.click()
    assert download.value.path().read_bytes().startswith(b"%PDF")


def test_a_coordinator_reviews_the_census_of_their_state_and_of_no_other(visit, state):
    visitor = visit()
    visitor.sign_in("coordinator")
    page = visitor.see(f"/areas/{state.code}/")
    visitor.see("/census/")
    visitor.see("/census/review/")
    waiting = CensusVisit.objects.filter(stage="recorded").count()
    assert waiting
    page.locator("input[type=checkbox][name=visit], input[type=checkbox][name=visits]").first.check()
    visitor.send(page.locator("button[name=decision][value=accept]"))
    assert CensusVisit.objects.filter(stage="recorded").count() == waiting  # a preview writes nothing
    visitor.send(page.locator("main form[method=post] button"))
    assert CensusVisit.objects.filter(stage="recorded").count() == waiting - 1

    # A form that is filled in badly says what to mend, and is announced.
    visitor.see("/census/new/")
    visitor.send(page.locator("main form button").first)
    assert page.locator(".errors[role=alert]").count() == 1

    other = visit()
    other.sign_in("stranger-state")
    other.see(f"/areas/{state.code}/", status=404)
    other.see(f"/units/{state.unit()}/", status=404)
    other.see(f"/areas/{state.code}/plan/", status=404)


def test_a_director_sees_their_unit(visit, state):
    visitor = visit()
    visitor.sign_in("director")
    assert f"/units/{state.unit()}/" in visitor.page.url
    visitor.see(f"/areas/{state.code}/", status=404)


def test_a_stranger_reads_what_is_published_and_is_asked_to_sign_in_for_the_rest(visit, state):
    visitor = visit()
    page = visitor.see("/publico/")
    visitor.send(page.locator(f"main a[href='/publico/diagnosticos/{state.code}/']"))
    visitor.see("/publico/unidades/?q=hospital")
    page.goto(f"{visitor.base}/areas/{state.code}/")
    assert "/sign-in/" in page.url
    visitor.check()
    page.locator("input[name=username]").fill("planner")
    page.locator("input[name=password]").fill("no es esta")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    visitor.check()
    assert page.locator(".errors[role=alert]").count() == 1
    visitor.see("/no-such-page/", status=404)


@pytest.mark.parametrize("language", ["es", "en"])
def test_every_page_fits_a_phone(visit, state, language):
    visitor = visit(width=360, language=language)
    visitor.sign_in("planner")
    if language == "en":
        visitor.send(visitor.page.locator("header form[action='/language/'] button, header a[href*='language']").first)
    code, key = state.code, state.unit()
    scenario = "/plans/"
    for address in (
        "/areas/MX/",
        f"/areas/{code}/",
        f"/areas/{code}001/",
        f"/areas/{code}/gaps/",
        f"/areas/{code}/actions/",
        f"/areas/{code}/plan/",
        f"/units/{key}/",
        scenario,
        "/census/",
        "/census/review/",
        "/publico/",
        f"/publico/diagnosticos/{code}/",
    ):
        visitor.see(address)


def test_the_keyboard_skips_to_the_content(visit, state):
    visitor = visit()
    visitor.sign_in("planner")
    page = visitor.see(f"/areas/{state.code}/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#main"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")
