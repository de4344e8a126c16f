"""Sets of values for the tests of indicators, pages, reports and files."""

from __future__ import annotations

import pytest

from bienestar.insight.indicators.models import ValueSet
from tests.indicators.made import PulsoSets, make_set, make_sets


@pytest.fixture
def pulso_set(system) -> ValueSet:
    """One published set over invented tables (``tests/indicators/made.py``)."""
    return make_set(system)


@pytest.fixture
def pulso_sets(system) -> PulsoSets:
    """Two published sets six weeks apart: there is a series, and a change to explain."""
    return make_sets(system)
