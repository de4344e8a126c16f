"""Frozen tables filled by dice: every described table, every column of its kind, in keys that no two rows share."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping

import duckdb

from bienestar.foundation.definitions.tables import FrozenTableShape, frozen_tables
from bienestar.insight.snapshots.queries.reading import TYPES

CUT_OFF = dt.date(2026, 9, 30)
STATES, MUNICIPALITIES, UNITS = 3, 24, 120
#: Words that expressions ask for, so that conditions are sometimes true.
WORDS: dict[str, tuple[str, ...]] = {
    "sex": ("F", "M"),
    "eligibility": ("eligible", "covered", "unknown", "unchecked"),
    "unit_type": ("rural_medical_unit", "rural_health_center", "general_hospital", "urban_health_center"),
    "operator": ("IMB", "IMO", "SSA"),
    "category": ("nurse", "general_physician", "specialist", "dentist"),
    "measure": ("no_social_security", "population", "no_health_entitlement"),
    "stage": ("delivered", "requested", "printed", "active", "registered", "took_post", "agreement_signed"),
    "source": ("national", "international_agreement", "retired_doctor"),
    "filled": ("full", "full", "partial", "none"),
    "resource": (
        *(f"staff.{name}" for name in ("internist", "general_surgeon", "paediatrician", "obstetrician")),
        *("staff.anaesthetist", "staff.general_physician", "equipment.scale", "equipment.xray", "water.quality_test"),
    ),
    "group": ("staff", "equipment", "room"),
    "readiness": ("ready", "ready", "ready", "held", "unknown"),
    "age_group": ("0-4", "5-9", "20-24", "60-64"),
}
ROWS = {"municipalities": MUNICIPALITIES, "units": UNITS, "persons": 4000, "cards": 1500}
ROWS |= {"staff": 4000, "opening_days": 30 * UNITS}
#: Days back that a column's dates go, where it is not a year.
OLDEST = {"took_post_on": 720}


def invented_fills(leave_out: tuple[str, ...] = ()) -> Mapping[str, Callable[..., None]]:
    """A filler for every described table but those left out; the same rows at every call."""
    return {name: _fill_of(name, shape) for name, shape in frozen_tables().items() if name not in leave_out}


def _fill_of(name: str, shape: FrozenTableShape) -> Callable[..., None]:
    def fill(con: duckdb.DuckDBPyConnection, into: str, cut_off: dt.date) -> None:
        columns = ", ".join(_column(name, column, shape, place) for place, column in enumerate(shape.columns))
        key = ", ".join(f'"{column}"' for column in shape.key)
        rows = ROWS.get(name, 900)
        con.execute(
            f"CREATE OR REPLACE TABLE {into} AS SELECT DISTINCT ON ({key}) * FROM "
            f"(SELECT {columns} FROM range({rows}) AS r(i)) ORDER BY {key}"
        )

    return fill


def _column(table: str, column: str, shape: FrozenTableShape, place: int) -> str:
    kind = shape.columns[column].kind
    dice = f"(hash(i * 31 + {place * 7919 + len(table)}) % 1000003)::BIGINT"
    state = f"lpad((i % {STATES} + 1)::VARCHAR, 2, '0')"
    if column == "state":
        told = state
    elif column == "municipality":
        told = f"{state} || lpad((i % {MUNICIPALITIES})::VARCHAR, 3, '0')"
    elif column == "unit":
        told = f"'U' || lpad((i % {UNITS})::VARCHAR, 4, '0')"
    elif table == "population" and column in ("sex", "age_group"):
        told = f"CASE WHEN (i // {MUNICIPALITIES}) % 3 > 0 THEN '{column} ' || ({dice} % 3) END"  # empty: everybody
    elif table == "opening_days" and column != "day":
        # Some units open every day with everybody, others not.
        always = f"i % {UNITS} % 4 = 0"
        told = f"{always} OR {dice} % 6 > 0" if kind == "flag" else f"CASE WHEN {always} THEN 1 ELSE {dice} % 8 END"
    elif table == "opening_days":
        told = f"DATE '{CUT_OFF}' - (i // {UNITS})::INTEGER"
    elif column == "care_level":
        told = f"{dice} % 2 + 1"
    elif column in WORDS and kind == "text":
        words = "[" + ", ".join(f"'{word}'" for word in WORDS[column]) + "]"
        told = f"({words})[{dice} % {len(WORDS[column])} + 1]"
    elif column in shape.key:
        told = {"text": f"'{column}-' || i", "date": "DATE '2025-10-01' + (i % 365)::INTEGER"}.get(kind, "i")
    elif kind == "text":
        told = f"'{column}-' || ({dice} % 3)"
    elif kind == "whole":
        told = f"CASE WHEN {dice} % 11 > 0 THEN {dice} % 8 END"
    elif kind == "number":
        told = f"CASE WHEN {dice} % 13 > 0 THEN ({dice} % 997) / 10.0 END"
    elif kind == "date":
        told = f"CASE WHEN {dice} % 7 > 0 THEN DATE '2026-09-29' - ({dice} % {OLDEST.get(column, 364)})::INTEGER END"
    else:
        told = f"{dice} % 6 > 0"
    return f'CAST({told} AS {TYPES[kind]}) AS "{column}"'
