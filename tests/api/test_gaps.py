"""Diagnoses through the API: one is run, read by its territory, published, and read by everybody."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from bienestar.foundation.journal.models import JournalEntry
from bienestar.insight.gaps.models import DiagnosisRun, GapLine
from tests.api.conftest import Call, Census

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(call: Call, census: Census) -> dict[str, Any]:
    call("post", f"/visits/{census.visit.pk}/accept", "census_lead")
    answer = call("post", "/diagnoses", "coordinator_a", {"area": "91", "as_of": "2024-07-01"})
    assert answer.status_code == 201, answer.content
    body: dict[str, Any] = answer.json()
    return body


def items(answer: Any) -> list[dict[str, Any]]:
    assert answer.status_code == 200, answer.content
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


def test_a_run_is_frozen_and_journalled_under_the_callers_name(call: Call, run: dict[str, Any]) -> None:
    assert (run["area"], run["as_of"], run["stage"], run["units"]) == ("91", "2024-07-01", "done", 3)
    stored = DiagnosisRun.objects.get()
    assert (stored.pk, stored.made_by, stored.as_of) == (run["id"], "coordinator_a", dt.date(2024, 7, 1))
    assert JournalEntry.objects.filter(actor="coordinator_a", action__startswith="gaps.").count() == 1


def test_lines_are_those_of_the_readers_units(call: Call, run: dict[str, Any]) -> None:
    path = f"/diagnoses/{run['id']}/lines?limit=1000"
    whole = items(call("get", path, "auditor"))
    assert len(whole) == GapLine.objects.filter(run=run["id"]).count()
    own = items(call("get", path, "director"))
    assert {line["unit"] for line in own} == {"XAIMB000011"}
    assert own == [line for line in whole if line["unit"] == "XAIMB000011"]
    assert call("get", path, "coordinator_b").status_code == 404


def test_what_was_counted_is_known_and_what_was_not_is_null(call: Call, run: dict[str, Any]) -> None:
    path = f"/diagnoses/{run['id']}/lines?unit=XAIMB000011&resource="
    (staff,) = items(call("get", f"{path}staff.general_physician", "auditor"))
    assert (staff["existing"], staff["usable"]) == (2, 1)
    (scale,) = items(call("get", f"{path}equipment.scale", "auditor"))
    assert (scale["existing"], scale["usable"], scale["gap"]) == (None, None, None)


def test_lines_are_filtered_and_those_not_known_come_last(call: Call, run: dict[str, Any]) -> None:
    path = f"/diagnoses/{run['id']}/lines?limit=1000"
    for sort in ("gap", "-gap"):
        gaps = [line["gap"] for line in items(call("get", f"{path}&sort={sort}", "auditor"))]
        known = [gap for gap in gaps if gap is not None]
        assert gaps == sorted(known, reverse=sort == "-gap") + [None] * (len(gaps) - len(known))
    assert all(line["gap"] > 0 for line in items(call("get", f"{path}&short=true", "auditor")))
    assert all(line["gap"] is None for line in items(call("get", f"{path}&known=false", "auditor")))
    groups = {line["resource"].split(".")[0] for line in items(call("get", f"{path}&group=staff", "auditor"))}
    assert groups == {"staff"}


def test_sums_add_up_to_the_lines(call: Call, run: dict[str, Any]) -> None:
    lines = items(call("get", f"/diagnoses/{run['id']}/lines?limit=1000", "auditor"))
    for total in items(call("get", f"/diagnoses/{run['id']}/totals?area=91&limit=1000", "auditor")):
        gaps = [line["gap"] for line in lines if line["resource"] == total["resource"]]
        assert total["gap"] == pytest.approx(sum(gap for gap in gaps if gap is not None))
        assert total["units_unknown"] == gaps.count(None)


def test_services_say_what_holds_them_back(call: Call, run: dict[str, Any]) -> None:
    found = items(call("get", f"/diagnoses/{run['id']}/services?limit=1000", "auditor"))
    assert {service["unit"] for service in found} == {"XAIMB000011", "XAIMB000023", "XAIMB000035"}
    for service in found:
        assert bool(service["missing"]) or service["readiness"] != "held"
    told = items(call("get", f"/diagnoses/{run['id']}/services?limit=1000", "census_lead"))
    assert any(service["people"] for service in found)
    assert told == [service | {"people": None} for service in found], "a census lead sees no catchments"
    sums = items(call("get", f"/diagnoses/{run['id']}/service-totals?area=91", "auditor"))
    assert sum(row["units_required"] for row in sums) == len(found)


def test_a_run_is_everybodys_once_it_is_published_and_then_in_sums_only(call: Call, run: dict[str, Any]) -> None:
    path = f"/diagnoses/{run['id']}"
    assert call("get", path).status_code == 401
    assert items(call("get", "/diagnoses")) == []
    assert call("post", f"{path}/publish", "coordinator_a").status_code == 403
    assert call("post", f"{path}/publish", "planner").json()["stage"] == "published"
    assert [found["id"] for found in items(call("get", "/diagnoses"))] == [run["id"]]
    areas = {total["area"] for total in items(call("get", f"{path}/totals?limit=1000"))}
    assert areas == {"91"}, "municipalities are not published"
    own = {total["area"] for total in items(call("get", f"{path}/totals?limit=1000", "auditor"))}
    assert own == {"91", "91001", "91002"}
    assert call("get", f"{path}/lines").status_code == 401
    rows = JournalEntry.objects.count()
    assert call("post", f"{path}/publish", "planner").status_code == 200
    assert JournalEntry.objects.count() == rows


def test_counts_of_few_people_are_held_back_from_the_public_only(call: Call, run: dict[str, Any]) -> None:
    path = f"/diagnoses/{run['id']}"
    call("post", f"{path}/publish", "planner")
    where = f"{path}/totals?area=91&resource="
    (seen,), (shown,) = (items(call("get", f"{where}staff.general_physician", who)) for who in ("auditor", None))
    assert (seen["usable"], seen["few"]) == (1, [])
    assert (shown["usable"], shown["few"]) == (None, ["usable"])
    assert shown == seen | {"usable": None, "few": ["usable"]}
    (rooms,) = items(call("get", f"{where}room.general_consulting"))
    assert (rooms["usable"], rooms["few"]) == (2, [])
    for row in items(call("get", f"{path}/service-totals?area=91")):
        for name in ("people", "people_ready"):
            assert (row[name] is None) == (name in row["few"])
            assert row[name] is None or row[name] >= 4.5 or not row["units_ready"]


def test_where_nothing_operates_there_is_nothing_to_diagnose(call: Call, census: Census) -> None:
    answer = call("post", "/diagnoses", "planner", {"area": "91003", "as_of": "2024-07-01"})
    assert (answer.status_code, DiagnosisRun.objects.count()) == (409, 0)


def test_runs_are_filtered_by_area_and_stage(call: Call, run: dict[str, Any]) -> None:
    assert len(items(call("get", "/diagnoses?area=91&stage=done", "planner"))) == 1
    assert items(call("get", "/diagnoses?area=92", "planner")) == []
    assert items(call("get", "/diagnoses?stage=published", "planner")) == []
