"""Units with something in them: counts, catchments and visits for diagnoses."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from bienestar.foundation.accounts.models import User
from bienestar.foundation.definitions.standards import standards
from bienestar.foundation.facilities.actions import put_capacities
from bienestar.foundation.facilities.models import Unit
from bienestar.foundation.storage.counts import Count
from bienestar.registers.equipment.actions import put_counts as put_equipment
from bienestar.registers.workforce.actions import put_counts as put_staff

DAY = dt.date(2024, 7, 1)
Counted = dict[str, tuple[float | None, float | None]]


@pytest.fixture
def count(system: User) -> Callable[..., None]:
    """Put counts of one unit into the registers: count(unit, {"staff.dentist": (2, 1)}, on=DAY)."""

    def put(unit: Unit, counts: Counted, on: dt.date = DAY) -> None:
        rows = [Count(unit.pk, resource, on, *pair) for resource, pair in counts.items()]
        for group, action in (("staff", put_staff), ("equipment", put_equipment), ("", put_capacities)):
            chosen = [
                row
                for row in rows
                if row.resource.startswith(f"{group}.") or (not group and row.resource[:5] not in ("staff", "equip"))
            ]
            if chosen:
                action(by=system, path=unit.path, counts=chosen)

    return put


@pytest.fixture
def fill(count: Callable[..., None]) -> Callable[..., None]:
    """Give a unit plenty of everything that its standard asks, except what ``less`` says."""

    def put(unit: Unit, less: Counted | None = None, on: dt.date = DAY, plenty: float = 60) -> None:
        wanted: dict[str, Any] = {line.resource: (plenty, plenty) for line in standards().requirements(unit.unit_type)}
        wanted["opening.days_per_week"] = (7, 7)
        count(unit, wanted | (less or {}), on)

    return put
