"""What somebody does with the verifier, and the pictures and films that a camera would make of a card."""

from __future__ import annotations

import io
import time
from pathlib import Path
from typing import Any

import pytest
import segno
from django.contrib.staticfiles.finders import find
from django.utils import translation
from PIL import Image, ImageFilter

from bienestar.web.verifier.words import words
from tests.browser.conftest import Visitor
from tests.browser.verifier.line import Line

NAME = "María Guadalupe Ñuñez Cruz"


needs_library = pytest.mark.skipif(
    not find("zxing/index.js"), reason="what reads codes is not installed: make setup, with the npm registry in reach"
)


PLACES = {"es": "es-MX", "en": "en-GB"}


def visitor_of(page: Any, line: Line) -> Visitor:
    errors: list[str] = []
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    return Visitor(page, line.address, errors)


def kept(page: Any) -> None:
    page.wait_for_selector("#kept[data-kept=kept]", timeout=20_000)


def cut_off(visitor: Visitor, line: Line) -> None:
    """No network: neither for the browser's word nor in truth."""
    visitor.page.context.set_offline(True)
    line.cut()


def scan(page: Any, text: str) -> str:
    """What a code reader does: the text and Enter. The verdict."""
    page.locator("#text").focus()
    page.keyboard.insert_text(text)
    page.keyboard.press("Enter")
    return verdict(page)


def until(page: Any, script: str, arg: Any) -> None:
    """Wait until a script that promises an answer says yes; ``wait_for_function`` takes the promise for a yes."""
    end = time.monotonic() + 20
    while not page.evaluate(script, arg):
        assert time.monotonic() < end, f"never: {script}"
        page.wait_for_timeout(50)


def update(page: Any) -> None:
    """Ask for newer lists, and wait until the page says no more that it is bringing them."""
    page.locator("#update").click()
    brought(page)


def brought(page: Any) -> None:
    """The page is bringing no lists that somebody asked for."""
    waiting = [said_in(language)["lists"]["updating"] for language in PLACES]
    page.wait_for_function("words => !words.includes(document.querySelector('#lists').textContent)", arg=waiting)


def verdict(page: Any) -> str:
    page.wait_for_selector("#answer h2")
    found: str = page.locator("#answer").get_attribute("data-verdict")
    return found


def picture_of(text: str, turned: float = 0, blurred: float = 0) -> Image.Image:
    """A card's code as a phone might take it: on grey, turned, out of focus."""
    drawn = io.BytesIO()
    segno.make(text, error="m", boost_error=False).save(drawn, kind="png", scale=6, border=4)
    scene = Image.new("L", (1280, 960), 190)
    code = Image.open(drawn).convert("L")
    mask = Image.new("L", code.size, 255).rotate(turned, expand=True)
    code = code.rotate(turned, expand=True, resample=Image.Resampling.BICUBIC)
    scene.paste(code, ((1280 - code.width) // 2, (960 - code.height) // 2), mask)
    return scene.filter(ImageFilter.GaussianBlur(blurred)) if blurred else scene


def as_file(picture: Image.Image, name: str = "card.png") -> dict[str, Any]:
    data = io.BytesIO()
    picture.save(data, "PNG")
    return {"name": name, "mimeType": "image/png", "buffer": data.getvalue()}


def said_in(language: str = "es") -> dict[str, Any]:
    with translation.override(language):
        return words()


def film_of(picture: Image.Image, path: Path) -> Path:
    """A film for Chromium's invented camera: the picture, still."""
    small = picture.resize((640, 480), Image.Resampling.BICUBIC).convert("YCbCr")
    light = small.getchannel("Y").tobytes()
    frame = b"FRAME\n" + light + b"\x80" * (len(light) // 2)
    path.write_bytes(b"YUV4MPEG2 W640 H480 F10:1 Ip A1:1 C420jpeg\n" + frame * 5)
    return path
