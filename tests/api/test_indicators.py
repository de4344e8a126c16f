"""Indicators and values by the API: published for anybody, and of few people for nobody but officials of the place."""

from __future__ import annotations

from typing import Any

import pytest

from bienestar.foundation.accounts.queries import PublicUser
from bienestar.foundation.definitions.indicators import indicators
from bienestar.insight.indicators.queries.values import value_of, values_of
from tests.api.conftest import Call
from tests.indicators.made import PLANNED, PulsoSets, make_set, make_sets

pytestmark = pytest.mark.django_db
FEW = "XAIMB000011"


@pytest.fixture
def two(system: Any) -> PulsoSets:
    return make_sets(system)


def test_the_rules_in_force_are_told_in_the_readers_language(call: Call) -> None:
    listed = call("get", "/indicators?limit=1000").json()
    assert listed["count"] == len(indicators())
    one = next(row for row in listed["items"] if row["id"] == "WRK-06")
    assert one["name"] == indicators()["WRK-06"].name.es
    assert one["numerator"]["table"] == "staff"
    assert "least(filled, authorised)" in one["numerator"]["value"]
    assert call("get", "/indicators/WRK-06").json() == one
    assert call("get", "/indicators/XXX-99", "auditor").status_code == 404
    paged = call("get", "/indicators?limit=2&offset=1").json()
    assert [row["id"] for row in paged["items"]] == [row["id"] for row in listed["items"][1:3]]


def test_values_are_those_of_the_query_and_of_the_newest_set_unless_told(call: Call, two: PulsoSets) -> None:
    told = call("get", "/values?indicator=FAC-02&level=municipality&under=91").json()
    expected = values_of(PublicUser(), two.newest, "FAC-02", level="municipality", under="91")
    assert [(row["code"], row["value"]) for row in told["items"]] == [(one.code, one.value) for one in expected]
    old = call("get", f"/values?indicator=FAC-02&level=country&set={two.earlier.number}").json()
    assert old["items"][0]["value"] == value_of(PublicUser(), two.earlier, "FAC-02").value
    split = call("get", "/values?indicator=FAC-02&level=country&split=operator").json()
    assert {row["member"] for row in split["items"]} <= {"IMB", "IMO"}
    assert split["count"] == len(split["items"]) > 0


def test_what_tells_of_few_people_is_withheld_from_strangers(call: Call, two: PulsoSets) -> None:
    asked = "/values?indicator=ENR-01&level=unit&limit=1000"

    def of_centre(who: str | None) -> dict[str, Any]:
        return next(row for row in call("get", asked, who).json()["items"] if row["code"] == FEW)

    hidden = of_centre(None)
    assert hidden["status"] == "withheld"
    assert [hidden[name] for name in ("numerator", "denominator", "value", "rows")] == [None] * 4
    assert of_centre("coordinator_b")["status"] == "withheld"
    assert of_centre("coordinator_a")["value"] > 0
    evidence = call("get", f"/values/{two.newest.number}/ENR-01/{FEW}").json()
    assert evidence["value"]["value"] is None
    assert all(one["value"]["value"] is None for one in evidence["series"] if not one["value"]["public"])


def test_evidence_holds_the_rule_the_set_and_every_cut_off(call: Call, two: PulsoSets) -> None:
    told = call("get", f"/values/{two.newest.number}/FAC-02/MX").json()
    assert told["definition"]["id"] == "FAC-02"
    assert told["set"]["sha256"] == two.newest.sha256
    assert told["set"]["snapshot_sha256"] == two.newest.snapshot.sha256
    assert [one["set"] for one in told["series"]] == [two.earlier.number, two.newest.number]
    assert told["series"][-1]["value"] == told["value"]


def test_a_draft_is_there_for_officials_only(call: Call, system: Any) -> None:
    draft = make_set(system, leave_out=(*PLANNED, "equipment"), publish=False)
    assert call("get", "/sets").json()["items"] == []
    assert [row["id"] for row in call("get", "/sets", "planner").json()["items"]] == [draft.number]
    assert call("get", f"/values?indicator=FAC-02&set={draft.number}").status_code == 401
    assert call("get", f"/values?indicator=FAC-02&set={draft.number}", "planner").status_code == 200
    assert call("get", "/values?indicator=FAC-02").status_code == 401


@pytest.mark.parametrize("wrong", ["under=Jalisco", "level=planet", "set=0", "limit=0", "set=9999999999999999999999"])
def test_what_cannot_be_asked_is_refused_with_the_field(call: Call, two: PulsoSets, wrong: str) -> None:
    answer = call("get", f"/values?indicator=FAC-02&{wrong}", "planner")
    assert answer.status_code == 422
    assert wrong.split("=")[0] in answer.json()["errors"][0]["where"]
