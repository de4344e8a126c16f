"""The OpenAPI page: served whole from here, under our content security policy."""

from __future__ import annotations

from typing import Any

import pytest
from ninja import Schema

from tests.api.conftest import Call


@pytest.mark.django_db
def test_the_description_lists_the_operations(call: Call) -> None:
    body = call("get", "/openapi.json").json()
    assert body["openapi"].startswith("3.")
    assert body["paths"]["/api/v1/observations"]["post"]["operationId"] == "record_visit"
    assert set(body["components"]["securitySchemes"]) == {"Token", "Session"}


@pytest.mark.django_db
def test_every_operation_tells_what_it_answers_when_it_cannot(call: Call) -> None:
    body = call("get", "/openapi.json").json()
    problem = body["components"]["schemas"]["Problem"]
    for operations in body["paths"].values():
        for operation in operations.values():
            content = operation["responses"]["default"]["content"]
            assert content["application/problem+json"]["schema"] == {"$ref": "#/components/schemas/Problem"}
    answer = call("get", "/units?limit=0", "planner").json()
    assert set(problem["required"]) <= set(answer) <= set(problem["properties"])
    assert set(answer["errors"][0]) == set(problem["properties"]["errors"]["items"]["properties"])


def test_no_two_shapes_share_a_name() -> None:
    """The description holds one shape a name: of two, a program would be told the wrong one."""
    rooms: dict[str, set[str]] = {}
    waiting = [Schema]
    while waiting:
        for shape in waiting.pop().__subclasses__():
            waiting.append(shape)
            if shape.__module__.startswith("bienestar.api"):
                rooms.setdefault(shape.__name__, set()).add(shape.__module__)
    assert {name: found for name, found in rooms.items() if len(found) > 1} == {}


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
