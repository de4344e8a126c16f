"""Kept on the device: it works without network, sends and keeps nothing, is small, and changes for a newer one."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.staticfiles.finders import find

from bienestar.calculations.cards.folio import make, spoken
from tests.browser.verifier.hands import NAME, as_file, cut_off, kept, picture_of, said_in, scan, until, visitor_of
from tests.conftest import CHROMIUM

pytestmark = pytest.mark.browser


def test_once_opened_it_works_without_network_after_a_reload_and_after_a_restart(browser, line, card, tmp_path):
    kind, folder = browser.browser_type, tmp_path / "profile"
    options: dict[str, Any] = {"executable_path": CHROMIUM, "args": ["--no-sandbox", "--disable-gpu"]}

    context = kind.launch_persistent_context(str(folder), **options)
    visitor = visitor_of(context.pages[0], line)
    visitor.see("/verificador/?lang=en")
    kept(visitor.page)
    cut_off(visitor, line)
    visitor.page.reload()
    assert scan(visitor.page, card()) == "valid"
    assert spoken(make("13", "0012", 4_567)) in visitor.text()
    context.close()

    context = kind.launch_persistent_context(str(folder), **options)
    context.set_offline(True)
    page = context.pages[0]
    page.goto(f"{line.address}/verificador/")
    assert page.locator("html").get_attribute("lang") == "en", "the language of last time"
    assert scan(page, card(expires=-1)) == "expired"
    assert scan(page, card(position=2**31)) == "revoked"
    # The other language is a page that the device has, too.
    page.locator("a.language").click()
    page.wait_for_selector("html[lang=es]")
    assert scan(page, card()) == "valid"
    context.close()


def test_nothing_of_a_card_leaves_the_page_or_stays_on_the_device(device, card):
    visitor = device()
    page, asked = visitor.page, []
    visitor.page.context.on("request", lambda request: asked.append(request.url))
    assert scan(page, card()) == "valid"
    assert scan(page, card(expires=-1)) == "expired"
    if find("zxing/index.js"):
        page.locator("#picture").set_input_files(as_file(picture_of(card(position=2**31))))
        page.wait_for_selector("#answer[data-verdict=revoked]")
    page.wait_for_timeout(500)
    allowed = ("/verificador/lector.js", "/static/zxing/")
    assert [url for url in asked if not any(part in url for part in allowed)] == []
    stored = page.evaluate(
        """async () => {
          const kept = [];
          for (const name of await caches.keys())
            for (const request of await (await caches.open(name)).keys()) kept.push(new URL(request.url).pathname);
          return { kept, local: localStorage.length, session: sessionStorage.length,
                   databases: (await indexedDB.databases()).length, address: location.href, cookies: document.cookie };
        }"""
    )
    assert (stored["local"], stored["session"], stored["databases"], stored["cookies"]) == (0, 0, 0, "")
    assert stored["address"].endswith("/verificador/?lang=es")
    assert all(path.startswith(("/static/", "/verificador/")) for path in stored["kept"])
    page.reload()
    assert NAME not in visitor.text()


def test_the_first_load_is_small(browser, line, key):
    """Without compression, which only makes it smaller; the libraries that read codes come later."""
    context = browser.new_context(service_workers="block")
    page = context.new_page()
    page.goto(f"{line.address}/verificador/", wait_until="networkidle")
    assert page.locator("h1").count() == 1
    assert line.received < 150_000
    context.close()


def test_an_address_without_https_says_so_and_judges_nothing(browser, line, card, settings):
    settings.ALLOWED_HOSTS = ["*"]
    plain = browser.browser_type.launch(
        executable_path=CHROMIUM, args=["--no-sandbox", "--host-resolver-rules=MAP clinica.test 127.0.0.1"]
    )
    page = plain.new_page()
    page.goto(f"http://clinica.test:{line.port}/verificador/")
    page.wait_for_selector("#kept[data-kept=insecure]")
    page.locator("#text").fill(card())
    page.keyboard.press("Enter")
    insecure = said_in()["lists"]["insecure"]
    page.wait_for_function("words => document.querySelector('#told').textContent === words", arg=insecure)
    assert page.locator("#answer h2").count() == 0
    plain.close()


def test_a_changed_page_takes_the_place_of_the_kept_one_when_nobody_reads_an_answer(device, card, settings):
    visitor = device()
    page = visitor.page
    assert page.locator(".demo-note").count() == 0
    assert scan(page, card()) == "valid"
    (old,) = [name for name in page.evaluate("caches.keys()") if name != "verificador-listas"]
    settings.DEMO = True
    page.evaluate("navigator.serviceWorker.getRegistration().then((one) => one.update())")
    until(page, "async (old) => !(await caches.has(old))", old)
    page.wait_for_timeout(1_000)
    assert page.locator("#answer h2").count() == 1, "an answer is not taken away"
    with page.expect_navigation():
        page.locator("#clear").click()
    assert page.locator(".demo-note").count() == 1
    assert NAME not in visitor.text()
    visitor.check()
