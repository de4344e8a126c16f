"""A census in state A with one visit that waits, and a way to call the API as somebody."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client

from bienestar.foundation.accounts.actions import issue_token
from bienestar.foundation.accounts.models import User
from bienestar.foundation.facilities.models import Unit
from bienestar.insight.gaps.actions import run_diagnosis
from bienestar.insight.planning.actions import make_scenario
from bienestar.operations.census.actions import Seen, VisitRow, expect_units, open_round, record_visits
from bienestar.operations.census.models import CensusRound, Visit
from bienestar.operations.enrolment.queries import token_of
from bienestar.registers.beneficiaries.actions import register_person
from tests.beneficiaries.conftest import JUAN
from tests.conftest import People, Territory
from tests.enrolment.made import printed_batch, ship_a_card
from tests.indicators.made import make_set

API = "/api/v1"


@dataclass(frozen=True)
class Census:
    """A round of state A that expects its three units, and a visit to the first that waits for review."""

    round: CensusRound
    visit: Visit


@pytest.fixture
def census(system: User, territory: Territory, units: dict[str, Unit]) -> Census:
    round_ = open_round(by=system, area=territory.state_a, name="Ronda 1", starts_on=dt.date(2024, 5, 1))
    inside = [unit.pk for uid, unit in units.items() if uid.startswith("XA")]
    expect_units(by=system, round_=round_, unit_ids=inside)
    seen = [
        Seen("staff.general_physician", 2, 1, "row 1"),
        Seen("room.general_consulting", 2, 2, "row 1"),
        Seen("equipment.scale", None, None, "row 1"),
    ]
    row = VisitRow(units["XAIMB000011"].pk, dt.date(2024, 5, 20), seen)
    record_visits(by=system, round_=round_, visits=[row])
    return Census(round_, Visit.objects.get(round=round_))


Call = Callable[..., Any]


@pytest.fixture
def call(people: People, system: User) -> Call:
    """``call("get", "/units", "auditor")``: the answer to an account with a token; no name: to nobody."""
    secrets: dict[str, str] = {}

    def ask(method: str, path: str, who: str | None = None, body: Any = None, **headers: str) -> Any:
        if who:
            if who not in secrets:
                secrets[who] = issue_token(by=system, user=getattr(people, who), name="test")
            headers["Authorization"] = f"Bearer {secrets[who]}"
        address = path if path.startswith("/api/") else API + path
        arguments: dict[str, Any] = {"headers": headers}
        if body is not None:
            arguments |= {"data": body, "content_type": "application/json"}
        return getattr(Client(raise_request_exception=True), method)(address, **arguments)

    return ask


@pytest.fixture
def things(
    system: User, territory: Territory, units: dict[str, Unit], people: People, census: Census
) -> dict[str, Any]:
    """Numbers of the things in state A that paths speak of."""
    run = run_diagnosis(by=system, area=territory.state_a, as_of=dt.date(2024, 7, 1))
    plan = make_scenario(by=system, run=run, name="Plan 0", budget=1_000_000)
    person = register_person(by=system, entry=JUAN).person
    assert person
    unit = units["XAIMB000011"]
    made = ship_a_card(system, people.supervisor_a, territory.municipalities["91001"], unit)
    return {
        "module": made.module.code,
        "batch": made.batch.pk,
        "printed": printed_batch(people.supervisor_a, made.module, unit, "Eva").pk,
        "card": made.card.folio,
        "token": token_of(made.card),
        "round": census.round.pk,
        "visit": census.visit.pk,
        "run": run.pk,
        "scenario": plan.pk,
        "person": person.uid,
        "set": make_set(system).number,
    }
