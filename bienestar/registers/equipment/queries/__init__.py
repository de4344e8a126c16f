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


def sources_of(as_of: dt.date, path: str) -> set[int]:
    """Ids of the files from which devices under ``path`` were counted up to ``as_of``."""
    found = EquipmentCount.objects.filter(unit__path__startswith=path, as_of__lte=as_of, source__isnull=False)
    return set(found.values_list("source_id", flat=True).distinct())
