"""The published sets, and the test client signed in as each role."""

from __future__ import annotations

import pytest

from bienestar.web.components.maps import forget_drawings
from tests.indicators.conftest import pulso_set, pulso_sets
from tests.web.conftest import as_role

__all__ = ["as_role", "pulso_set", "pulso_sets"]


@pytest.fixture(autouse=True)
def _nothing_drawn() -> None:
    forget_drawings()
