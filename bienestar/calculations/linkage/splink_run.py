"""A linker of Splink over our rows: on DuckDB to hold our weights against, on Spark to work (``spark.py``)."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from string import Template
from typing import Any

import splink

from bienestar.calculations.linkage.blocking import LEFT_REST, MORE, RIGHT_REST
from bienestar.calculations.linkage.compared import COLUMNS, FREQUENCY_FIELDS
from bienestar.calculations.linkage.rows import LEFT, RIGHT, comparable

_ROWS = Template("""
SELECT rest.*, $columns FROM $rest rest JOIN ($rows) c USING (i)
""")
_SHARES = Template("""
SELECT DISTINCT value AS $column, share AS tf_$column FROM linkage_$column WHERE value IS NOT NULL
""")


def splink_sources() -> dict[str, str]:
    """Name → question: the rows of both sides, and for each column with names its frequencies (``tf_<column>``)."""
    columns = ", ".join(f"c.{column}" for column in COLUMNS if column not in MORE)
    found = {
        rest: _ROWS.substitute(columns=columns, rest=rest, rows=comparable(rows))
        for rest, rows in ((LEFT_REST, LEFT), (RIGHT_REST, RIGHT))
    }
    for field in FREQUENCY_FIELDS:
        found[f"tf_{field.column}"] = _SHARES.substitute(column=field.column)
    return found


def splink_linker(api: Any, tables: Mapping[str, Any], settings: Mapping[str, Any]) -> splink.Linker:
    """Splink's linker over ``tables``: what ``splink_sources`` names, in a form that this ``api`` of Splink takes."""
    rows = [api.register(tables[name], dataset_display_name=name) for name in (LEFT_REST, RIGHT_REST)]
    linker = splink.Linker(rows, dict(settings), log_level=logging.ERROR, validate_settings=False)
    for field in FREQUENCY_FIELDS:
        shares = api.register(tables[f"tf_{field.column}"], table_name=f"shares_{field.column}")
        linker.table_management.register_term_frequency_lookup(shares, field.column)
    return linker
