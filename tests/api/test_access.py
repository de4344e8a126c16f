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
ENROLMENT = ("operator_a", "supervisor_a")


@dataclass(frozen=True)
class Row:
    """Status for nobody, each of READERS and each of ENROLMENT. ``path`` and ``body`` speak of things in state A."""

    path: str
    nobody: int
    readers: tuple[int, int, int, int, int, int]
    body: Callable[[dict[str, Any]], Any] = lambda ids: None
    enrolment: tuple[int, int] = (200, 200)


def _visit(ids: dict[str, Any]) -> dict[str, Any]:
    seen = [{"resource": "staff.dentist", "existing": 1, "usable": 1}]
    return {"round": ids["round"], "unit": "XAIMB000011", "visited_on": "2024-06-01", "seen": seen}


def _diagnosis(ids: dict[str, Any]) -> dict[str, Any]:
    return {"area": "91", "as_of": "2024-07-01"}


def _person(ids: dict[str, Any]) -> dict[str, Any]:
    return {"given_names": "Ana", "first_surname": "Uc", "municipality": "91001", "unit": "XAIMB000011"}


def _search(ids: dict[str, Any]) -> dict[str, Any]:
    return {"words": "Juan Hernández"}


def _curp(ids: dict[str, Any]) -> dict[str, Any]:
    return {"curp": "HELJ850312HOCRPN01"}


def _card(ids: dict[str, Any]) -> dict[str, Any]:
    return {"person": ids["person"], "module": ids["module"]}


def _delivery(ids: dict[str, Any]) -> dict[str, Any]:
    return {"receiver": "holder", "seen": "official_id", "scanned": ids["token"]}


def _end(ids: dict[str, Any]) -> dict[str, Any]:
    return {"why": "lost"}


def _scenario(ids: dict[str, Any]) -> dict[str, Any]:
    return {"run": ids["run"], "name": "Plan 1", "budget": 5_000_000}


ALL_BUT_B = (200, 200, 200, 200, 200, 404)
# Of a round the director, who holds one unit, sees nothing: it belongs to a state.
# A plan is over a state: the director of one unit and the census lead see none.
NO_PLANS = (200, 200, 404, 404, 200, 404)
# People's data: only who enrols them; of a single record the others are told that it is not there.
ANY_LIST, CARDS, NOT_CARDS = (200,) * 6, (200, 200, 404, 200, 200, 404), (403, 403, 404, 403, 403, 404)
NOBODY_ELSE, NOT_EVEN_THERE = (403,) * 6, (404,) * 6
# An operator's role is over one unit, a supervisor's over a state; neither sees what is missing.
NO_UNIT_AREA, REFUSED, NO_GAPS = (404, 200), (403, 403), (404, 404)
NOT_DIRECTOR = (200, 200, 200, 404, 200, 404)

TABLE = {
    ("get", "/areas"): Row("/areas", 200, (200, 200, 200, 200, 200, 200)),
    ("get", "/areas/{code}"): Row("/areas/91001", 200, NOT_DIRECTOR, enrolment=NO_UNIT_AREA),
    ("get", "/areas/{code}/figures"): Row("/areas/91001/figures", 200, NOT_DIRECTOR, enrolment=NO_UNIT_AREA),
    ("get", "/areas/{code}/boundary"): Row("/areas/91001/boundary", 200, NOT_DIRECTOR, enrolment=NO_UNIT_AREA),
    ("get", "/units"): Row("/units", 401, (200, 200, 200, 200, 200, 200)),
    ("get", "/units/{key}"): Row("/units/XAIMB000011", 401, ALL_BUT_B),
    ("get", "/units/{key}/counts/{kind}"): Row("/units/XAIMB000011/counts/staff", 401, ALL_BUT_B),
    ("get", "/rounds"): Row("/rounds", 401, (200, 200, 200, 200, 200, 200)),
    ("get", "/rounds/{number}/progress"): Row("/rounds/{round}/progress", 401, NOT_DIRECTOR, enrolment=NO_UNIT_AREA),
    ("get", "/observations"): Row("/observations?unit=XAIMB000011", 401, ALL_BUT_B),
    ("post", "/observations"): Row("/observations", 401, (201, 201, 201, 201, 403, 404), _visit, enrolment=REFUSED),
    ("get", "/visits/{number}"): Row("/visits/{visit}", 401, ALL_BUT_B),
    ("post", "/visits/{number}/accept"): Row(
        "/visits/{visit}/accept", 401, (200, 200, 200, 403, 403, 404), enrolment=REFUSED
    ),
    ("post", "/visits/{number}/refuse"): Row(
        "/visits/{visit}/refuse",
        401,
        (200, 200, 200, 403, 403, 404),
        lambda ids: {"reason": "Faltan hojas"},
        enrolment=REFUSED,
    ),
    ("get", "/diagnoses"): Row("/diagnoses", 200, (200, 200, 200, 200, 200, 200)),
    ("post", "/diagnoses"): Row("/diagnoses", 401, (201, 201, 403, 404, 403, 404), _diagnosis, enrolment=NO_GAPS),
    ("get", "/diagnoses/{number}"): Row("/diagnoses/{run}", 401, ALL_BUT_B, enrolment=NO_GAPS),
    ("post", "/diagnoses/{number}/publish"): Row(
        "/diagnoses/{run}/publish", 401, (200, 403, 403, 403, 403, 404), enrolment=NO_GAPS
    ),
    ("get", "/diagnoses/{number}/lines"): Row("/diagnoses/{run}/lines", 401, ALL_BUT_B, enrolment=NO_GAPS),
    ("get", "/diagnoses/{number}/services"): Row("/diagnoses/{run}/services", 401, ALL_BUT_B, enrolment=NO_GAPS),
    ("get", "/diagnoses/{number}/totals"): Row("/diagnoses/{run}/totals", 401, ALL_BUT_B, enrolment=NO_GAPS),
    ("get", "/diagnoses/{number}/service-totals"): Row(
        "/diagnoses/{run}/service-totals", 401, ALL_BUT_B, enrolment=NO_GAPS
    ),
    ("get", "/scenarios"): Row("/scenarios", 401, (200, 200, 200, 200, 200, 200)),
    ("post", "/scenarios"): Row("/scenarios", 401, (201, 201, 403, 403, 403, 404), _scenario, enrolment=NO_GAPS),
    ("get", "/scenarios/{number}"): Row("/scenarios/{scenario}", 401, NO_PLANS, enrolment=NO_GAPS),
    ("get", "/scenarios/{number}/items"): Row("/scenarios/{scenario}/items", 401, NO_PLANS, enrolment=NO_GAPS),
    ("get", "/indicators"): Row("/indicators", 200, ANY_LIST),
    ("get", "/indicators/{name}"): Row("/indicators/FAC-02", 200, ANY_LIST),
    ("get", "/sets"): Row("/sets", 200, ANY_LIST),
    ("get", "/values"): Row("/values?indicator=FAC-02&level=state", 200, ANY_LIST),
    ("get", "/values/{number}/{name}/{code}"): Row("/values/{set}/ENR-01/91", 200, ANY_LIST),
    ("post", "/persons"): Row("/persons", 401, NOBODY_ELSE, _person, (201, 201)),
    ("post", "/persons/search"): Row("/persons/search", 401, NOBODY_ELSE, _search),
    ("post", "/persons/eligibility"): Row("/persons/eligibility", 401, NOBODY_ELSE, _curp),
    ("get", "/persons/{uid}"): Row("/persons/{person}", 401, NOT_EVEN_THERE),
    ("get", "/cards/modules"): Row("/cards/modules", 401, ANY_LIST),
    ("get", "/cards/batches"): Row("/cards/batches", 401, ANY_LIST),
    ("get", "/cards/batches/{number}"): Row("/cards/batches/{batch}", 401, CARDS),
    ("get", "/cards/batches/{number}/balance"): Row("/cards/batches/{batch}/balance", 401, CARDS),
    ("get", "/cards/batches/{number}/pieces"): Row("/cards/batches/{batch}/pieces", 401, CARDS),
    ("post", "/cards/batches/{number}/ship"): Row(
        "/cards/batches/{printed}/ship", 401, NOT_CARDS, lambda ids: {"carrier": "Camioneta"}, (403, 200)
    ),
    ("post", "/cards/batches/{number}/receive"): Row(
        "/cards/batches/{batch}/receive", 401, NOT_CARDS, lambda ids: {"folios": [ids["card"]]}
    ),
    ("get", "/cards/reconciliation"): Row("/cards/reconciliation", 401, ANY_LIST),
    ("get", "/cards/missing"): Row("/cards/missing", 401, ANY_LIST),
    ("post", "/cards"): Row("/cards", 401, NOT_EVEN_THERE, _card, (201, 201)),
    ("get", "/cards/{folio}"): Row("/cards/{card}", 401, CARDS),
    ("post", "/cards/{folio}/deliver"): Row("/cards/{card}/deliver", 401, NOT_CARDS, _delivery),
    ("post", "/cards/{folio}/replace"): Row("/cards/{card}/replace", 401, NOT_CARDS, _end, (201, 201)),
    ("post", "/cards/{folio}/revoke"): Row("/cards/{card}/revoke", 401, NOT_CARDS, _end, (403, 200)),
    ("get", "/scenarios/{number}/purchases"): Row("/scenarios/{scenario}/purchases", 401, NO_PLANS, enrolment=NO_GAPS),
}


def test_every_operation_stands_in_the_table() -> None:
    paths = api.get_openapi_schema()["paths"]
    operations = {(method, path.removeprefix("/api/v1")) for path, found in paths.items() for method in found}
    assert operations == TABLE.keys()


@pytest.mark.parametrize("operation", TABLE, ids=lambda operation: " ".join(operation))
def test_access(operation: tuple[str, str], call: Call, things: dict[str, Any]) -> None:
    row = TABLE[operation]
    for who in (*READERS, *ENROLMENT):
        call("get", "/areas", who)  # its token is made here, outside what is rolled back below
    for who, expected in zip((None, *READERS, *ENROLMENT), (row.nobody, *row.readers, *row.enrolment), strict=True):
        with transaction.atomic():
            answer = call(operation[0], row.path.format(**things), who, row.body(things))
            transaction.set_rollback(True)
        assert (who, answer.status_code) == (who, expected), answer.content
        if expected >= 400:
            assert answer.headers["Content-Type"] == "application/problem+json"
            assert answer.json()["status"] == expected
