"""The pages of published figures by keyboard, on a narrow screen, without faults of accessibility."""

from __future__ import annotations

import pytest

from bienestar.foundation.accounts.queries import system_user
from tests.indicators.made import make_set

pytestmark = pytest.mark.browser
SPEECH = "Los trabajadores pasaron de 121,000 a 168,627, un incremento de 40.5 %. Hay 660 hospitales."


def test_a_text_is_checked_by_keyboard_on_a_phone(visit, state):
    make_set(system_user())
    visitor = visit(width=360)
    page = visitor.page
    visitor.see("/pulso/cifras-publicadas/")
    visitor.see("/pulso/cifras-publicadas/revisar/")
    visitor.check()
    page.get_by_label("Texto").fill(SPEECH)
    page.get_by_label("Texto").press("Tab")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="4 cifras halladas").wait_for()
    visitor.check()
    page.get_by_text("Por qué", exact=True).first.press("Enter")
    assert page.get_by_text("→ cuenta personas.").first.is_visible()
