"""Reading the equipment register: devices by type, as of a date."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.db.models import QuerySet

from bienestar.foundation.facilities.models import Unit
from bienestar.foundation.storage.counts import latest_counts
from bienestar.registers.equipment.models import EquipmentCount


def counts_as_of(as_of: dt.date, path: str) -> Iterator[tuple[int, str, float | None, float | None]]:
    """Newest count on or before ``as_of`` for units under ``path``: (unit_id, resource, existing, usable)."""
    for unit, resource, existing, usable, _, _ in latest_counts(EquipmentCount, Unit, as_of, path):
        yield unit, resource, existing, usable


def counts_of(unit: Unit) -> QuerySet[EquipmentCount]:
    """Every count of a unit that the caller may see, newest first, with its source file."""
    return EquipmentCount.objects.filter(unit=unit).select_related("source").order_by("resource", "-as_of")
