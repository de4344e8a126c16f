"""Takes the README's pictures of the pages, from the invented state, with a real browser. ``make pictures`` runs it.

It makes the demo in a folder of its own, serves it on a free port of this machine, signs in as the demo's accounts and
photographs each page of ``PICTURES`` into docs/pictures/. The demo is the same on every machine, so are the pictures.
Needs a Chromium (Debian: apt-get install chromium).
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "docs" / "pictures"
LARGEST = 150_000
STATE = "51"
COMMAND = [sys.executable, "-c", "from bienestar.cli.main import main; main()"]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@dataclass(frozen=True)
class Picture:
    """One picture: file name, address, width and height in pixels, and what to bring to the top first.

    ``who`` is signed in. ``follow``: the first link of the address to follow before the picture is taken.
    """

    name: str
    address: str
    width: int = 1280
    height: int = 900
    anchor: str = ""
    who: str = "demo-planner"
    follow: str = ""


PICTURES = (
    Picture("sign-in", "/sign-in/", height=760, who=""),
    Picture("phone-verifier", "/verificador/", width=360, height=780, who=""),
    Picture("pulso", "/pulso/", height=1000, who=""),
    Picture("pulso-indicator", "/pulso/indicadores/FAC-02/", height=1000, who=""),
    Picture("phone-pulso", "/pulso/", width=360, height=780, who=""),
    Picture("state", f"/areas/{STATE}/", height=1000),
    Picture("gaps", f"/areas/{STATE}/gaps/"),
    Picture("actions", f"/areas/{STATE}/actions/"),
    Picture("unit", "/units/{hospital}/", height=1000),
    Picture("plan", f"/areas/{STATE}/plan/", height=1000),
    Picture("census", "/census/", height=700),
    Picture("document", f"/areas/{STATE}/document/", height=1100, anchor=".document"),
    Picture("phone-state", f"/areas/{STATE}/", width=360, height=780),
    Picture("phone-unit", "/units/{hospital}/", width=360, height=780),
    Picture("counter", "/people/", height=620, who="demo-supervisor"),
    Picture("pair", "/review/", height=1150, who="demo-supervisor", follow="a[href*='/pairs/']"),
)


def main() -> int:
    """Take every picture; 1 when one could not be taken."""
    if not CHROMIUM:
        sys.stderr.write("No chromium on this machine; on Debian: apt-get install chromium\n")
        return 1
    TARGET.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="bienestar-pictures-") as home:
        settings = {**os.environ, "BIENESTAR_HOME": home, "BIENESTAR_DEMO": "1", "PYTHONPATH": str(ROOT)}  # noqa: TID251
        settings.pop("DATABASE_URL", None)
        say("Making the invented state")
        subprocess.run([*COMMAND, "demo"], env=settings, check=True, stdout=subprocess.DEVNULL)  # noqa: S603
        with served(settings) as base:
            return take_all(base)


def say(words: str) -> None:
    """One line of progress."""
    sys.stdout.write(f"· {words}\n")
    sys.stdout.flush()


@contextmanager
def served(settings: dict[str, str]) -> Iterator[str]:
    """The program on a free port, stopped at the end; gives its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [*COMMAND, "serve", "--port", str(port), "--workers", "1"]
    server = subprocess.Popen(command, env=settings, stdout=subprocess.DEVNULL)  # noqa: S603
    base = f"http://127.0.0.1:{port}"
    try:
        wait_for(f"{base}/sign-in/")
        yield base
    finally:
        server.terminate()
        server.wait(timeout=20)


def wait_for(address: str, seconds: float = 60) -> None:
    """Until the address answers."""
    until = time.monotonic() + seconds
    while True:
        try:
            urllib.request.urlopen(address, timeout=20).close()  # noqa: S310  our own server
            return
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.3)


def take_all(base: str) -> int:
    """All pictures in one browser; the sign-in page first, as a stranger sees it."""
    failed = 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        context = browser.new_context(locale="es-MX", reduced_motion="reduce")
        page = context.new_page()
        hospital, who = "", ""
        for picture in PICTURES:
            if picture.who != who:
                who = picture.who
                context.clear_cookies()
                sign_in(page, base, who)
                hospital = hospital or first_hospital(page, base)
            failed += not take(page, picture, base + picture.address.format(hospital=hospital))
        browser.close()
    return int(failed > 0)


def sign_in(page: Page, base: str, who: str) -> None:
    """As one of the demo's accounts, whose password the sign-in page itself shows."""
    page.goto(f"{base}/sign-in/")
    page.fill("input[name=username]", who)
    page.fill("input[name=password]", "bienestar-demo")
    page.press("input[name=password]", "Enter")
    page.wait_for_url(lambda url: "/sign-in/" not in url)


def first_hospital(page: Page, base: str) -> str:
    """The key of a general hospital of the state, from the API."""
    answer = page.request.get(f"{base}/api/v1/units?area={STATE}&unit_type=general_hospital&limit=1")
    rows: list[dict[str, Any]] = json.loads(answer.text())["items"]
    return str(rows[0]["uid"])


def take(page: Page, picture: Picture, address: str) -> bool:
    """One picture, cut shorter until its file is small enough for a README."""
    page.set_viewport_size({"width": picture.width, "height": picture.height})
    answer = page.goto(address)
    if answer is None or answer.status != 200:
        sys.stderr.write(f"{picture.name}: {address} answered {answer.status if answer else 'nothing'}\n")
        return False
    if picture.follow:
        page.goto(page.locator(picture.follow).first.evaluate("link => link.href"))
    if picture.anchor:
        page.locator(picture.anchor).first.evaluate("element => element.scrollIntoView()")
    path = TARGET / f"{picture.name}.png"
    height = picture.height
    while True:
        clip = {"x": 0, "y": 0, "width": picture.width, "height": height}
        page.screenshot(path=path, clip=clip)
        if path.stat().st_size <= LARGEST or height <= 300:
            break
        height -= 60
    say(f"{path.relative_to(ROOT)}  {picture.width} × {height}  {path.stat().st_size:,} bytes")
    return path.stat().st_size <= LARGEST


if __name__ == "__main__":
    sys.exit(main())
