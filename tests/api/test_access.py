"""Who may call what: every operation of the API stands in this table; one that is missing fails."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import transaction

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


def _diagnosis(ids: dict[str, Any]) -> dict[str, Any]:
    return {"area": "91", "as_of": "2024-07-01"}


def _scenario(ids: dict[str, Any]) -> dict[str, Any]:
    return {"run": ids["run"], "name": "Plan 1", "budget": 5_000_000}


ALL_BUT_B = (200, 200, 200, 200, 200, 404)
# Of a round the director, who holds one unit, sees nothing: it belongs to a state.
# A plan is over a state: the director of one unit and the census lead see none.
NO_PLANS = (200, 200, 404, 404, 200, 404)
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
    ("get", "/diagnoses"): Row("/diagnoses", 200, (200, 200, 200, 200, 200, 200)),
    ("post", "/diagnoses"): Row("/diagnoses", 401, (201, 201, 403, 404, 403, 404), _diagnosis),
    ("get", "/diagnoses/{number}"): Row("/diagnoses/{run}", 401, ALL_BUT_B),
    ("post", "/diagnoses/{number}/publish"): Row("/diagnoses/{run}/publish", 401, (200, 403, 403, 403, 403, 404)),
    ("get", "/diagnoses/{number}/lines"): Row("/diagnoses/{run}/lines", 401, ALL_BUT_B),
    ("get", "/diagnoses/{number}/services"): Row("/diagnoses/{run}/services", 401, ALL_BUT_B),
    ("get", "/diagnoses/{number}/totals"): Row("/diagnoses/{run}/totals", 401, ALL_BUT_B),
    ("get", "/diagnoses/{number}/service-totals"): Row("/diagnoses/{run}/service-totals", 401, ALL_BUT_B),
    ("get", "/scenarios"): Row("/scenarios", 401, (200, 200, 200, 200, 200, 200)),
    ("post", "/scenarios"): Row("/scenarios", 401, (201, 201, 403, 403, 403, 404), _scenario),
    ("get", "/scenarios/{number}"): Row("/scenarios/{scenario}", 401, NO_PLANS),
    ("get", "/scenarios/{number}/items"): Row("/scenarios/{scenario}/items", 401, NO_PLANS),
    ("get", "/scenarios/{number}/purchases"): Row("/scenarios/{scenario}/purchases", 401, NO_PLANS),
}


def test_every_operation_stands_in_the_table() -> None:
    paths = api.get_openapi_schema()["paths"]
    operations = {(method, path.removeprefix("/api/v1")) for path, found in paths.items() for method in found}
    assert operations == TABLE.keys()


@pytest.mark.parametrize("operation", TABLE, ids=lambda operation: " ".join(operation))
def test_access(operation: tuple[str, str], call: Call, things: dict[str, Any]) -> None:
    row = TABLE[operation]
    for who in READERS:
        call("get", "/areas", who)  # its token is made here, outside what is rolled back below
    for who, expected in zip((None, *READERS), (row.nobody, *row.readers), strict=True):
        with transaction.atomic():
            answer = call(operation[0], row.path.format(**things), who, row.body(things))
            transaction.set_rollback(True)
        assert (who, answer.status_code) == (who, expected), answer.content
        if expected >= 400:
            assert answer.headers["Content-Type"] == "application/problem+json"
            assert answer.json()["status"] == expected
