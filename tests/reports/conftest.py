"""A small invented state, diagnosed and planned; and the document of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import transaction
from django.utils import translation

from bienestar.demo.build import Built, build_state
from bienestar.demo.size import SECOND_DIAGNOSIS
from bienestar.foundation.accounts.actions import create_user, grant_role, set_up_access
from bienestar.foundation.accounts.models import User
from bienestar.foundation.territory.models import Area
from bienestar.foundation.territory.queries import area_with_code
from bienestar.insight.gaps.actions import run_diagnosis
from bienestar.insight.gaps.models import DiagnosisRun
from bienestar.insight.planning.actions import make_scenario
from bienestar.insight.planning.models import Scenario
from bienestar.web.components.maps import forget_drawings


@dataclass(frozen=True)
class Diagnosed:
    """The state, its diagnosis and its plan."""

    built: Built
    area: Area
    run: DiagnosisRun
    scenario: Scenario


@pytest.fixture(scope="module")
def _stored(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """One transaction round all tests of a module, undone at its end: what is built once serves every test in it."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def diagnosed(_stored: None) -> Diagnosed:
    """Some twenty units, a census with holes, a plan for ten million pesos. Tests only read it."""
    forget_drawings()
    system = set_up_access()
    built = build_state(by=system)
    area = area_with_code(built.code)
    run = run_diagnosis(by=system, area=area, as_of=SECOND_DIAGNOSIS)
    scenario = make_scenario(by=system, run=run, name="Diez millones", budget=10_000_000)
    return Diagnosed(built, area, run, scenario)


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    """Sentences are compared in English, whatever is translated."""
    with translation.override("en"):
        yield


@pytest.fixture
def account(diagnosed: Diagnosed, system: User) -> Callable[..., User]:
    """account("state_coordinator", "MX/51/"): somebody who holds one role over a territory."""

    def make(role: str, path: str = diagnosed.built.path) -> User:
        user = create_user(by=system, username=role, display_name=role, password=None, language="en")
        grant_role(by=system, user=user, role=role, area_path=path, valid_from=dt.date(2020, 1, 1))
        return user

    return make
