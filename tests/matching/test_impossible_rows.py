"""Rows that no story can explain are refused by the database itself, whoever writes them."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from bienestar.operations.enrolment.models import EligibilityCheck, MatchDecision, MatchRun, ReviewPair
from bienestar.registers.beneficiaries.models import Affiliation

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 3, 1)
CHECK = {"checked_on": TODAY, "basis": "lookup", "decided_by": "test", "is_current": False}
ENTRY = {"kind": "entry", "institution": "imss", "entry": "e" * 64}


def refused(model: Any, **row: Any) -> bool:
    """Whether a check of the database refuses the row."""
    try:
        with transaction.atomic():
            model.objects.create(**row)
    except IntegrityError as error:
        return "check constraint" in str(error).lower()
    return False


@pytest.mark.parametrize(
    ("row", "impossible"),
    [
        ({"result": "eligible", "valid_until": TODAY}, False),
        ({"result": "eligible"}, True),
        ({"result": "eligible", "valid_until": TODAY, "institution": "imss"}, True),
        ({"result": "covered", "valid_until": TODAY, "institution": "imss"}, False),
        ({"result": "covered", "valid_until": TODAY}, True),
        ({"result": "covered", "institution": "imss"}, True),
        ({"result": "unknown"}, False),
        ({"result": "contested"}, False),
        ({"result": "unknown", "institution": "imss"}, True),
        ({"result": "eligible", "valid_until": TODAY - dt.timedelta(days=1)}, True),
    ],
)
def test_a_conclusion_says_by_whom_and_until_when(person: Any, row: dict[str, Any], impossible: bool) -> None:
    assert refused(EligibilityCheck, person=person("juan"), **CHECK, **row) == impossible


@pytest.mark.parametrize(
    ("changed", "impossible"),
    [
        ({}, False),
        ({"institution": ""}, True),
        ({"entry": ""}, True),
        ({"undone_by": "test"}, True),
        ({"undone_at": timezone.now()}, True),
        ({"undone_by": "test", "undone_at": timezone.now()}, False),
    ],
)
def test_a_decision_names_what_was_decided_and_who_undid_it(
    person: Any, changed: dict[str, Any], impossible: bool
) -> None:
    row = {"person": person("juan"), "verdict": "same", "path": "MX/", "decided_by": "test"}
    assert refused(MatchDecision, **row, **ENTRY | {"decided_at": timezone.now()} | changed) == impossible


@pytest.mark.parametrize(
    ("changed", "impossible"), [({}, False), ({"institution": ""}, True), ({"probability": 1.2}, True)]
)
def test_a_pair_names_an_institution_and_a_chance(person: Any, changed: dict[str, Any], impossible: bool) -> None:
    run = MatchRun.objects.create(started_at=timezone.now(), started_by="test", engine="duckdb")
    row = {"run": run, "person": person("juan"), "weight": 3.0, "probability": 0.9, "path": "MX/"}
    assert refused(ReviewPair, **row | ENTRY | changed) == impossible


@pytest.mark.parametrize("institution", ["imss", ""])
def test_an_affiliation_is_with_somebody(person: Any, institution: str) -> None:
    row = {"person": person("juan"), "institution": institution, "valid_from": TODAY, "basis": "exact"}
    assert refused(Affiliation, **row) == (not institution)
