"""Who may call what: every operation of the API stands in this table; one that is missing fails."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from bienestar.api.v1 import api
from tests.api.conftest import Call

pytestmark = pytest.mark.django_db

READERS = ("planner", "coordinator_a", "census_lead", "director", "auditor", "coordinator_b")


@dataclass(frozen=True)
class Row:
    """Status for nobody, then for each of READERS. ``path`` and ``body`` speak of things in state A."""

    path: str
    nobody: int
    readers: tuple[int, int, int, int, int, int]
    body: Callable[[dict[str, Any]], Any] = lambda ids: None


def _visit(ids: dict[str, Any]) -> dict[str, Any]:
    seen = [{"resource": "staff.dentist", "existing": 1, "usable": 1}]
    return {"round": ids["round"], "unit": "XAIMB000011", "visited_on": "2024-06-01", "seen": seen}


ALL_BUT_B = (200, 200, 200, 200, 200, 404)
# Of a round the director, who holds one unit, sees nothing: it belongs to a state.
NOT_DIRECTOR = (200, 200, 200, 404, 200, 404)

TABLE = {
    ("get", "/areas"): Row("/areas", 200, (200, 200, 200, 200, 200, 200)),
    ("get", "/areas/{code}"): Row("/areas/91001", 200, NOT_DIRECTOR),
    ("get", "/areas/{code}/figures"): Row("/areas/91001/figures", 200, NOT_DIRECTOR),
    ("get", "/areas/{code}/boundary"): Row("/areas/91001/boundary", 200, NOT_DIRECTOR),
    ("get", "/units"): Row("/units", 401, (200, 200, 200, 200, 200, 200)),
    ("get", "/units/{key}"): Row("/units/XAIMB000011", 401, ALL_BUT_B),
    ("get", "/units/{key}/counts/{kind}"): Row("/units/XAIMB000011/counts/staff", 401, ALL_BUT_B),
    ("get", "/rounds"): Row("/rounds", 401, (200, 200, 200, 200, 200, 200)),
    ("get", "/rounds/{number}/progress"): Row("/rounds/{round}/progress", 401, NOT_DIRECTOR),
    ("get", "/observations"): Row("/observations?unit=XAIMB000011", 401, ALL_BUT_B),
    ("post", "/observations"): Row("/observations", 401, (201, 201, 201, 201, 403, 404), _visit),
    ("get", "/visits/{number}"): Row("/visits/{visit}", 401, ALL_BUT_B),
    ("post", "/visits/{number}/accept"): Row("/visits/{visit}/accept", 401, (200, 200, 200, 403, 403, 404)),
    ("post", "/visits/{number}/refuse"): Row(
        "/visits/{visit}/refuse", 401, (200, 200, 200, 403, 403, 404), lambda ids: {"reason": "Faltan hojas"}
    ),
}


def test_every_operation_stands_in_the_table() -> None:
    paths = api.get_openapi_schema()["paths"]
    operations = {(method, path.removeprefix("/api/v1")) for path, found in paths.items() for method in found}
    assert operations == TABLE.keys()


@pytest.mark.parametrize("who", [None, *READERS])
@pytest.mark.parametrize("operation", TABLE, ids=lambda operation: " ".join(operation))
def test_access(operation: tuple[str, str], who: str | None, call: Call, things: dict[str, Any]) -> None:
    row = TABLE[operation]
    expected = row.readers[READERS.index(who)] if who else row.nobody
    answer = call(operation[0], row.path.format(**things), who, row.body(things))
    assert answer.status_code == expected, answer.content
    if expected >= 400:
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert answer.json()["status"] == expected
