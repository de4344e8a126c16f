"""The frozen table of posts."""

from __future__ import annotations

import datetime as dt

import duckdb

from bienestar.foundation.facilities.queries.frozen import fill_counts
from bienestar.registers.workforce.models import StaffCount


def fill_staff(con: duckdb.DuckDBPyConnection, into: str, cut_off: dt.date) -> None:
    """Posts by category of each unit as last counted on or before the cut-off."""
    fill_counts(con, into, cut_off, table="staff", counts=StaffCount.objects.all())
