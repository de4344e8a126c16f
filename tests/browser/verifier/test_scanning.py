"""Pictures and the camera, without network."""

from __future__ import annotations

import pytest
from django.contrib.staticfiles.finders import find
from PIL import Image

from bienestar.calculations.cards import sheets
from bienestar.calculations.cards.folio import make
from tests.browser.verifier.hands import (
    NAME,
    as_file,
    cut_off,
    film_of,
    kept,
    needs_library,
    picture_of,
    said_in,
    scan,
    verdict,
    visitor_of,
)
from tests.calculations.cards.printed import UNITS, WORDS, pages
from tests.calculations.cards.test_decoding import blurred, leaning, stained, turned, upside_down, worn
from tests.conftest import CHROMIUM

pytestmark = pytest.mark.browser


def test_pictures_are_read_without_network(device, line, card):
    if not find("zxing/index.js"):
        pytest.skip("what reads codes is not installed: make setup, with the npm registry in reach")
    visitor = device(360)
    cut_off(visitor, line)
    visitor.page.reload()
    page = visitor.page
    page.locator("#picture").set_input_files(as_file(picture_of(card(), turned=17, blurred=1.5)))
    assert verdict(page) == "valid"
    page.locator("#picture").set_input_files(as_file(picture_of(card(expires=-1), turned=-80)))
    page.wait_for_selector("#answer[data-verdict=expired]")
    page.locator("#picture").set_input_files(as_file(picture_of("https://example.org/otra-cosa")))
    page.wait_for_selector("#answer[data-reason=not_base45]")
    visitor.check()

    said = said_in()["scanner"]
    page.locator("#picture").set_input_files(as_file(Image.new("L", (400, 300), 90)))
    page.wait_for_function("words => document.querySelector('#told').textContent === words", arg=said["no_code"])
    page.locator("#picture").set_input_files({"name": "a.png", "mimeType": "image/png", "buffer": b"no picture"})
    page.wait_for_function("words => document.querySelector('#told').textContent === words", arg=said["no_picture"])
    assert page.locator("#answer h2").count() == 0
    visitor.check()


@needs_library
def test_a_printed_card_is_read_from_its_picture_whole_or_harmed(device, line, card):
    """The card as the press gets it, photographed badly: the same harms that the printed sheets must stand."""
    face = sheets.Face(card(), make("13", "0012", 4_567), "31 de diciembre de 2031", UNITS[0], NAME)
    (picture,) = pages(sheets.render([face], WORDS, sheets.PAPERS["card"]), 300)
    visitor = device(360)
    cut_off(visitor, line)
    page = visitor.page
    for harm in (lambda whole: whole, blurred, turned, upside_down, leaning, stained, worn):
        page.locator("#picture").set_input_files(as_file(harm(picture)))
        assert verdict(page) == "valid", harm.__name__
        page.locator("#clear").click()
    visitor.check()


@needs_library
def test_the_camera_reads_a_card_without_network(browser, line, card, tmp_path):
    film = film_of(picture_of(card(), turned=8), tmp_path / "card.y4m")
    arguments = [
        "--no-sandbox",
        "--disable-gpu",
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={film}",
    ]
    filmed = browser.browser_type.launch(executable_path=CHROMIUM, args=arguments)
    page = filmed.new_page(viewport={"width": 360, "height": 740})
    visitor = visitor_of(page, line)
    visitor.see("/verificador/")
    kept(page)
    cut_off(visitor, line)
    page.reload()
    page.locator("#camera").focus()
    page.keyboard.press("Enter")
    assert verdict(page) == "valid"
    page.wait_for_selector("#viewfinder", state="hidden")
    assert page.evaluate("document.querySelector('#video').srcObject") is None, "the camera is off again"
    assert page.evaluate("document.activeElement.tagName") == "H2", "a screen reader reads the answer"
    visitor.check()
    filmed.close()


@needs_library
def test_a_camera_that_sees_no_card_can_be_stopped(browser, line, key, tmp_path):
    film = film_of(Image.new("L", (640, 480), 120), tmp_path / "nothing.y4m")
    arguments = [
        "--no-sandbox",
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={film}",
    ]
    filmed = browser.browser_type.launch(executable_path=CHROMIUM, args=arguments)
    page = filmed.new_page(viewport={"width": 360, "height": 740})
    visitor = visitor_of(page, line)
    visitor.see("/verificador/")
    page.locator("#camera").click()
    page.wait_for_function("() => document.querySelector('#video').videoWidth > 0")
    visitor.check()
    assert page.evaluate("document.activeElement.id") == "stop"
    page.keyboard.press("Enter")
    page.wait_for_selector("#viewfinder", state="hidden")
    assert page.evaluate("document.activeElement.id") == "camera"
    assert page.locator("#told").inner_text() == ""
    visitor.check()
    filmed.close()


@needs_library
def test_a_camera_that_is_not_allowed_is_one_sentence(browser, line, card):
    """Chromium without a hand to allow it refuses."""
    shy = browser.browser_type.launch(
        executable_path=CHROMIUM,
        args=["--no-sandbox", "--use-fake-device-for-media-stream", "--deny-permission-prompts"],
    )
    visitor = visitor_of(shy.new_page(), line)
    visitor.see("/verificador/")
    page, refused = visitor.page, said_in()["scanner"]["refused"]
    page.locator("#camera").click()
    page.wait_for_function("words => document.querySelector('#told').textContent === words", arg=refused)
    assert page.evaluate("document.activeElement.id") == "camera"
    visitor.check()
    assert scan(page, card()) == "valid"
    shy.close()
