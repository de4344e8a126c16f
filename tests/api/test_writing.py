"""Writing through the API: the same actions as the pages, each with its journal row or not at all."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from bienestar.foundation.journal.models import JournalEntry
from bienestar.operations.census.models import Observation, Visit
from bienestar.registers.workforce.queries import counts_as_of
from tests.api.conftest import Call, Census
from tests.conftest import People

pytestmark = pytest.mark.django_db


def told(census: Census, **changes: Any) -> dict[str, Any]:
    seen = [
        {"resource": "staff.dentist", "existing": 2, "usable": 1, "origin": "hoja 3"},
        {"resource": "equipment.scale", "existing": None, "usable": None},
    ]
    return {
        "round": census.round.pk,
        "unit": "XAIMB000035",
        "visited_on": "2024-06-01",
        "seen": seen,
        **changes,
    }


def test_a_visit_told_twice_is_recorded_once(call: Call, census: Census) -> None:
    first = call("post", "/observations", "census_lead", told(census))
    assert (first.status_code, first.json()["outcome"]) == (201, "created")
    rows = JournalEntry.objects.count()
    second = call("post", "/observations", "census_lead", told(census))
    assert (second.status_code, second.json()["outcome"]) == (200, "unchanged")
    assert second.json()["visit"] == first.json()["visit"]
    assert JournalEntry.objects.count() == rows
    assert Visit.objects.filter(unit__uid="XAIMB000035").count() == 1


def test_other_numbers_correct_the_visit(call: Call, census: Census) -> None:
    call("post", "/observations", "census_lead", told(census))
    seen = [{"resource": "staff.dentist", "existing": 3, "usable": 3}]
    answer = call("post", "/observations", "census_lead", told(census, seen=seen))
    assert (answer.status_code, answer.json()["outcome"]) == (200, "changed")
    rows = Observation.objects.filter(visit__unit__uid="XAIMB000035").values_list("resource", "existing", "usable")
    assert list(rows) == [("staff.dentist", 3, 3)]


def test_writing_leaves_a_journal_row_with_the_callers_name(call: Call, census: Census) -> None:
    call("post", "/observations", "census_lead", told(census))
    row = JournalEntry.objects.latest("id")
    assert (row.actor, row.action, row.records) == ("census_lead", "census.record_visits", 1)
    call("post", f"/visits/{census.visit.pk}/accept", "coordinator_a")
    actions = JournalEntry.objects.filter(actor="coordinator_a").values_list("action", flat=True)
    assert "census.accept_visits" in actions


def test_without_a_journal_row_nothing_is_written(
    census: Census, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(**values: Any) -> None:
        raise RuntimeError("the journal is broken")

    client = Client()
    client.force_login(people.coordinator_a)
    before = (Visit.objects.count(), Observation.objects.count())
    monkeypatch.setattr(JournalEntry.objects, "create", refuse)
    with pytest.raises(RuntimeError, match="the journal is broken"):
        client.post("/api/v1/observations", told(census), content_type="application/json")
    with pytest.raises(RuntimeError, match="the journal is broken"):
        client.post(f"/api/v1/visits/{census.visit.pk}/accept")
    assert (Visit.objects.count(), Observation.objects.count()) == before
    assert list(counts_as_of(dt.date(2024, 6, 1), "MX/91/")) == []
    assert Visit.objects.get().stage == "recorded"


def test_accepting_carries_what_was_seen_into_the_register(call: Call, census: Census) -> None:
    answer = call("post", f"/visits/{census.visit.pk}/accept", "census_lead")
    assert (answer.json()["stage"], answer.json()["decided_by"]) == ("accepted", "census_lead")
    found = [row[1:] for row in counts_as_of(dt.date(2024, 6, 1), "MX/91/")]
    assert found == [("staff.general_physician", 2, 1)]
    counts = call("get", "/units/XAIMB000011/counts/staff", "auditor").json()["items"]
    assert [(c["resource"], c["existing"], c["usable"]) for c in counts] == [("staff.general_physician", 2, 1)]


def test_refusing_says_why_and_reaches_no_register(call: Call, census: Census) -> None:
    answer = call("post", f"/visits/{census.visit.pk}/refuse", "census_lead", {"reason": "Faltan hojas"})
    assert (answer.json()["stage"], answer.json()["note"]) == ("refused", "Faltan hojas")
    assert list(counts_as_of(dt.date(2024, 6, 1), "MX/91/")) == []


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"unit": "XBIMB000010"}, 404),
        ({"unit": "NADA"}, 404),
        ({"round": 999_999}, 404),
        ({"visited_on": "ayer"}, 422),
        ({"seen": [{"resource": "staff.dentist", "existing": -1, "usable": None}]}, 422),
        ({"seen": [{"resource": "staff.dentist", "existing": 1}]}, 422),
        ({"seen": [{"resource": "staff.dentist", "existing": 1, "usable": 2}]}, 409),
        ({"seen": [{"resource": "staff.wizard", "existing": 1, "usable": 1}]}, 409),
        ({"seen": [{"resource": "staff.dentist", "existing": 1, "usable": 1}] * 2}, 409),
        ({"note": "x" * 501}, 422),
        ({"note": "a\x00b"}, 422),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_written(
    call: Call, census: Census, changes: dict[str, Any], status: int
) -> None:
    before = (Visit.objects.count(), JournalEntry.objects.exclude(action="accounts.issue_token").count())
    answer = call("post", "/observations", "census_lead", told(census, **changes))
    assert (answer.status_code, answer.json()["status"]) == (status, status), answer.content
    assert (Visit.objects.count(), JournalEntry.objects.exclude(action="accounts.issue_token").count()) == before


def test_a_body_that_is_not_json_is_refused(call: Call, census: Census) -> None:
    answer = call("post", "/observations", "census_lead", "{")
    assert answer.status_code in {400, 422}
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_a_closed_round_takes_no_visit(call: Call, census: Census) -> None:
    census.round.stage = "closed"
    census.round.save()
    assert call("post", "/observations", "census_lead", told(census)).status_code == 409
