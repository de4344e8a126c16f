"""Frozen diagnoses to plan from, the same as for the planning room itself, and two saved scenarios."""

import pytest

from bienestar.insight.planning.actions import make_scenario
from tests.planning.conftest import (  # noqa: F401  fixtures
    _nothing_kept_in_memory,
    large_run,
    make_run,
    run,
)


@pytest.fixture
def small(people, run):  # noqa: F811
    """A scenario of the coordinator with a small budget."""
    return make_scenario(by=people.coordinator_a, run=run, name="Plan corto", budget=1_000_000)


@pytest.fixture
def large(people, run):  # noqa: F811
    """One of the planner with a larger budget and a lock."""
    limits = {"locked_in": [["XAIMB000011", "dental_care"]], "money": {"payroll": 9_000_000}}
    return make_scenario(by=people.planner, run=run, name="Plan largo", budget=12_000_000, limits=limits)
