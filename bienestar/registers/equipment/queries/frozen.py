"""The frozen table of devices."""

from __future__ import annotations

import datetime as dt

import duckdb

from bienestar.foundation.facilities.queries.frozen import fill_counts
from bienestar.registers.equipment.models import EquipmentCount


def fill_equipment(con: duckdb.DuckDBPyConnection, into: str, cut_off: dt.date) -> None:
    """Devices by type of each unit as last counted on or before the cut-off."""
    fill_counts(con, into, cut_off, table="equipment", counts=EquipmentCount.objects.all())
