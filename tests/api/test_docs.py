"""The OpenAPI page: served whole from here, under our content security policy."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.conftest import Call


@pytest.mark.django_db
def test_the_description_lists_the_operations(call: Call) -> None:
    body = call("get", "/openapi.json").json()
    assert body["openapi"].startswith("3.")
    assert body["paths"]["/api/v1/observations"]["post"]["operationId"] == "record_visit"
    assert set(body["components"]["securitySchemes"]) == {"Token", "Session"}


@pytest.mark.browser
def test_the_page_works_without_the_network_and_breaks_no_policy(live_server: Any, browser: Any) -> None:
    page = browser.new_page()
    said: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{live_server.url}/api/v1/docs")
    page.get_by_text("/api/v1/observations", exact=True).first.wait_for()
    assert said == []
    assert [url for url in asked if not url.startswith((live_server.url, "data:"))] == []
    page.close()
