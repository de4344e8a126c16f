"""Plans through the API: one is made from a diagnosis, read with its reasons, and refused when it cannot be."""

from __future__ import annotations

from typing import Any

import pytest

from bienestar.foundation.journal.models import JournalEntry
from bienestar.insight.planning.models import Scenario
from tests.api.conftest import Call

pytestmark = pytest.mark.django_db


def told(things: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {"run": things["run"], "name": "Plan de prueba", "budget": 20_000_000, **changes}


def make(call: Call, things: dict[str, Any], **changes: Any) -> dict[str, Any]:
    answer = call("post", "/scenarios", "coordinator_a", told(things, **changes))
    assert answer.status_code == 201, answer.content
    body: dict[str, Any] = answer.json()
    return body


def pages(call: Call, path: str) -> list[dict[str, Any]]:
    answer = call("get", path, "auditor")
    assert answer.status_code == 200, answer.content
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


def test_a_plan_is_kept_and_journalled(call: Call, things: dict[str, Any]) -> None:
    made = make(call, things)
    assert (made["run"], made["area"], made["made_by"]) == (things["run"], "91", "coordinator_a")
    assert made["spent"] <= made["budget"] == 20_000_000
    assert made["value"] <= made["bound"] * (1 + 1e-9)
    row = JournalEntry.objects.latest("id")
    assert (row.actor, row.action, row.subject) == (
        "coordinator_a",
        "planning.make_scenario",
        f"scenario:{made['id']}",
    )


def test_every_item_has_its_reason_in_words_and_purchases_add_up(call: Call, things: dict[str, Any]) -> None:
    made = make(call, things)
    path = f"/scenarios/{made['id']}"
    items = pages(call, f"{path}/items?limit=1000")
    assert items
    assert all(item["sentence"].strip() for item in items)
    chosen = pages(call, f"{path}/items?chosen=true&limit=1000")
    assert [item for item in items if item["chosen"]] == chosen
    spent = sum(purchase["cost"] for purchase in pages(call, f"{path}/purchases?limit=1000"))
    assert spent == pytest.approx(made["spent"])


@pytest.mark.parametrize(
    "changes",
    [
        {"budget": -1},
        {"budget": "mucho"},
        {"name": ""},
        {"gap": 0},
        {"limits": {"wishes": 1}},
        {"limits": {"money": {"gold": 1}}},
        {"limits": {"hires": {"staff.wizard": 1}}},
        {"limits": {"locked_in": [["NADA", "general_consultation"]]}},
        {"limits": {"equity": [{"degrees": [9], "share": 0.5}]}},
    ],
)
def test_what_cannot_be_planned_is_refused_and_nothing_is_kept(
    call: Call, things: dict[str, Any], changes: dict[str, Any]
) -> None:
    before = Scenario.objects.count()
    answer = call("post", "/scenarios", "coordinator_a", told(things, **changes))
    assert answer.status_code == 422, answer.content
    assert answer.json().get("detail") or answer.json().get("errors")
    assert Scenario.objects.count() == before


def test_plans_are_filtered_and_ordered(call: Call, things: dict[str, Any]) -> None:
    make(call, things, budget=30_000_000)
    budgets = [plan["budget"] for plan in pages(call, f"/scenarios?area=91&run={things['run']}&sort=-budget")]
    assert budgets == [30_000_000, 1_000_000]
    assert call("get", "/scenarios", "coordinator_b").json()["count"] == 0


def test_a_plan_may_leave_what_nobody_counted(call: Call, things: dict[str, Any]) -> None:
    for policy in ("leave", "buy"):
        assert make(call, things, limits={"uncounted": policy})["limits"]["uncounted"] == policy
    answer = call("post", "/scenarios", "coordinator_a", told(things, limits={"uncounted": "guess"}))
    assert answer.status_code == 422
