"""Cards by the API: what is asked, what is refused and how."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from bienestar.foundation.accounts.actions import issue_token
from bienestar.operations.enrolment.queries import token_of
from bienestar.registers.beneficiaries.models import Card
from tests.enrolment.conftest import folios_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def call(people: Any, system: Any) -> Any:
    """``call("get", "/cards/batches", "operator_a")``: status and body."""
    client = Client()

    def ask(method: str, path: str, who: str, body: Any = None) -> tuple[int, Any]:
        secret = issue_token(by=system, user=getattr(people, who), name="test")
        arguments = {} if body is None else {"data": body, "content_type": "application/json"}
        answer = getattr(client, method)(f"/api/v1{path}", headers={"Authorization": f"Bearer {secret}"}, **arguments)
        return answer.status_code, answer.json()

    return ask


def test_a_card_from_the_request_to_the_hand(call, people, module, enrol, stocked):
    person = enrol()
    status, made = call("post", "/cards", "operator_a", {"person": person.uid, "module": module.code})
    assert (status, made["stage"]) == (201, "requested")
    status, again = call("post", "/cards", "operator_a", {"person": person.uid, "module": module.code})
    assert (status, again["status"]) == (409, 409)
    card = stocked(1).pieces.get().card
    body = {"receiver": "holder", "seen": "official_id", "scanned": token_of(card)}
    status, handed = call("post", f"/cards/{card.folio}/deliver", "operator_a", body)
    assert (status, handed["stage"]) == (200, "active")
    assert [step["stage"] for step in handed["steps"]][-2:] == ["delivered", "active"]
    status, new = call("post", f"/cards/{card.folio}/replace", "operator_a", {"why": "lost"})
    assert (status, new["stage"]) == (201, "requested")
    assert Card.objects.get(folio=new["folio"]).replaces_id == card.pk
    assert call("post", f"/cards/{card.folio}/revoke", "supervisor_a", {"why": "lost"})[0] == 409


def test_a_reception_and_what_is_missing(call, shipped):
    batch = shipped(3)
    folios = folios_of(batch)
    unknown = {"folios": ["130012000045678"]}
    assert call("post", f"/cards/batches/{batch.pk}/receive", "operator_a", unknown)[0] == 409
    status, done = call("post", f"/cards/batches/{batch.pk}/receive", "operator_a", {"folios": folios[:2]})
    assert (status, done) == (200, {"here": 2, "missing": 1})
    assert [row["folio"] for row in call("get", "/cards/missing", "auditor")[1]["items"]] == [folios[2]]
    balance = call("get", f"/cards/batches/{batch.pk}/balance", "auditor")[1]
    assert balance == {
        "printed": 3, "delivered": 0, "stock": 2, "returned": 0, "spoiled": 0, "press": 0, "way": 0, "missing": 1,
        "adds_up": True,
    }  # fmt: skip
    found = call("get", "/cards/reconciliation", "auditor")[1]
    assert found["total"] == balance
    assert found["municipalities"][0]["modules"][0]["balance"] == balance
    assert call("get", f"/cards/batches/{batch.pk}/pieces?stage=missing", "auditor")[1]["count"] == 1


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/cards/1300120000456/deliver", {"receiver": "holder", "seen": "none"}),
        ("/cards/130012000045678/deliver", {"receiver": "HOLDER; DROP", "seen": "none"}),
        ("/cards/130012000045678/deliver", {"receiver": "holder", "seen": "none", "scanned": "A" * 10_000}),
        ("/cards", {"person": "abc", "module": "x"}),
        ("/cards/batches/1/receive", {"folios": ["12"]}),
    ],
)
def test_what_cannot_be_read_is_said(call, path, body):
    status, problem = call("post", path, "operator_a", body)
    assert status == 422
    assert problem["errors"]


def test_no_answer_holds_a_name(call, stocked):
    batch = stocked(1, given="Xóchitl", agrees=True)
    folio = folios_of(batch)[0]
    for path in (f"/cards/{folio}", f"/cards/batches/{batch.pk}/pieces", "/cards/batches", "/cards/reconciliation"):
        status, body = call("get", path, "supervisor_a")
        assert status == 200
        assert "Xóchitl" not in str(body)
