"""Sets between which units join and leave, and sets over the shared territory."""

from __future__ import annotations

import pytest
from django.core.cache import cache

from bienestar.foundation.accounts.models import User
from bienestar.insight.indicators.models import ValueSet
from tests.indicators.made import PulsoSets, make_set, make_sets
from tests.indicators.two_days import TwoSets, make_two_sets


@pytest.fixture(autouse=True)
def _nothing_kept():
    cache.clear()


@pytest.fixture
def pulso_set(system: User) -> ValueSet:
    return make_set(system)


@pytest.fixture
def pulso_sets(system: User) -> PulsoSets:
    return make_sets(system)


@pytest.fixture
def two_sets(system: User) -> TwoSets:
    return make_two_sets(system)
