"""Twelve indicators as somebody would write them in SQL on PostgreSQL, without this program; beside ``bench.pulso``."""

from __future__ import annotations

import datetime as dt
import tempfile
import time
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import psycopg

TYPES = {"text": "text", "whole": "bigint", "number": "numeric(18,4)", "date": "date", "flag": "boolean"}
TABLES = ("units", "persons", "cards", "staff", "stock", "opening_days", "workers", "population", "municipalities")
OURS = "u.operator IN ('IMB', 'IMO')"
UNIT = ("operator", "care_level", "unit_type")
ENROLLED = "living AND eligibility = 'eligible'"
FIRST = f"u.operating AND u.care AND u.outpatient AND u.care_level = 1 AND {OURS}"
FILLED = f"{OURS} AND filled IS NOT NULL"
ALL, TO_MUNICIPALITY = ("state", "municipality", "unit"), ("state", "municipality")
#: Id → amount, rows that count, places below the country, splits. The table is t, its unit u.
QUESTIONS: dict[str, tuple[str, str, str, tuple[str, ...], tuple[str, ...]]] = {
    "ENR-01": ("persons", "count(*)", ENROLLED, ALL, ("t.sex", "t.age_group")),
    "POP-02": (
        "persons",
        "count(*)",
        "living AND t.unit IS NOT NULL",
        ALL,
        ("t.sex", "t.age_group", *(f"u.{name}" for name in UNIT)),
    ),
    "ENR-03": (
        "persons",
        "count(*)",
        f"{ENROLLED} AND DATE 'cut_off' - checked_on <= 365 AND coalesce(check_valid_until, 'cut_off') >= 'cut_off'",
        ALL,
        ("t.sex", "t.age_group"),
    ),
    "CRD-01": ("cards", "count(*)", "printed_on IS NOT NULL", TO_MUNICIPALITY, ("t.stage",)),
    "CRD-03": ("cards", "count(DISTINCT person)", "active", TO_MUNICIPALITY, ()),
    "CRD-05": (
        "cards",
        "percentile_cont(0.5) WITHIN GROUP (ORDER BY days_to_delivery)",
        "delivered_on > DATE 'cut_off' - 90 AND days_to_delivery IS NOT NULL",
        TO_MUNICIPALITY,
        (),
    ),
    "POP-01": (
        "population",
        "sum(people)",
        "measure = 'no_social_security' AND sex IS NULL AND age_group IS NULL",
        TO_MUNICIPALITY,
        (),
    ),
    "FAC-02": ("units", "count(*)", FIRST, ALL, ("u.operator", "u.care_level", "u.unit_type", "u.stratum")),
    "WRK-01": ("staff", "sum(filled)", FILLED, ALL, ("t.category", *(f"u.{name}" for name in UNIT))),
    "WRK-09": (
        "workers",
        "count(DISTINCT worker)",
        "active AND source = 'international_agreement'",
        ALL,
        ("t.specialty", "t.sex", "t.age_group"),
    ),
    "SUP-01": (
        "stock",
        "count(*)",
        "normative AND usable > 0",
        ALL,
        ("t.supply_group", *(f"u.{name}" for name in UNIT)),
    ),
    "OPS-01C": ("opening_days", "", "", ALL, ()),
}
#: Units open on each of 28 days with a physician and a nurse.
FULL_WEEKS = f"""
    SELECT t.state, t.municipality, t.unit FROM opening_days AS t JOIN units AS u USING (unit)
    WHERE day > DATE 'cut_off' - 28 AND day <= 'cut_off' AND {FIRST} GROUP BY t.state, t.municipality, t.unit
    HAVING count(*) FILTER (WHERE open AND physicians >= 1 AND nurses >= 1) >= 28
"""
INDEXES = (
    "ALTER TABLE units ADD PRIMARY KEY (unit)",
    "ALTER TABLE persons ADD PRIMARY KEY (person)",
    "CREATE INDEX ON persons (unit)",
    "CREATE INDEX ON persons (state, municipality)",
    "ALTER TABLE cards ADD PRIMARY KEY (card)",
    "CREATE INDEX ON cards (state, municipality)",
    "ALTER TABLE staff ADD PRIMARY KEY (unit, resource)",
    "ALTER TABLE stock ADD PRIMARY KEY (unit, supply_key)",
    "ALTER TABLE opening_days ADD PRIMARY KEY (unit, day)",
    "CREATE INDEX ON opening_days (day)",
    "CREATE INDEX ON workers (unit)",
)
Amounts = dict[tuple[str, str, str, str, str], Decimal]


def question(name: str, cut_off: dt.date) -> str:
    """One indicator at every place and, for the country and states, every split."""
    table, amount, where, places, splits = QUESTIONS[name]
    named = [f"t.{place}" for place in places] + list(splits)
    rows = f"{table} AS t LEFT JOIN units AS u USING (unit)" if "unit" in columns(table) else f"{table} AS t"
    if table == "units":
        rows = "units AS u"
        named = [one.replace("t.", "u.") for one in named]
    if name == "OPS-01C":
        rows, where, amount, named = f"({FULL_WEEKS}) AS t", "true", "count(*)", [f"t.{place}" for place in places]
    sets = ["()", *(f"({one})" for one in named[: len(places)])]
    for split in named[len(places) :]:
        sets += [f"({split})", f"({named[0]}, {split})"]
    marks = ", ".join(f"grouping({one})" for one in named)
    grouped = f"GROUP BY GROUPING SETS ({', '.join(sets)})"
    return f"SELECT {', '.join(named)}, {marks}, {amount} FROM {rows} WHERE {where} {grouped}".replace(
        "cut_off", f"{cut_off}"
    )


def columns(table: str) -> dict[str, str]:
    """Kinds of a frozen table's columns."""
    from bienestar.foundation.definitions.tables import frozen_tables

    return dict(frozen_tables()[table].kinds)


def amounts_of(name: str, rows: list[tuple[Any, ...]]) -> Amounts:
    """The rows of a question as (indicator, level, code, split, member) → amount."""
    _table, _amount, _where, places, splits = QUESTIONS[name]
    names = [*places, *splits]
    found: Amounts = {}
    for row in rows:
        keys, marks, amount = row[: len(names)], row[len(names) : 2 * len(names)], row[-1]
        chosen = {key: value for key, value, mark in zip(names, keys, marks, strict=True) if not mark}
        split = next((key for key in splits if key in chosen), "")
        place = next((key for key in places if key in chosen), "country")
        code = "MX" if place == "country" else chosen[place]
        if amount is None or code is None or (split and chosen[split] is None):
            continue
        prefix, _dot, column = split.partition(".")
        called = f"unit.{column}" if prefix == "u" and name != "FAC-02" else column
        member = str(chosen[split]) if split else ""
        found[(name, place, code, called, member)] = Decimal(str(amount)).quantize(Decimal("0.0001"))
    return found


def compared(home: Path, server: str, database: str, cut_off: dt.date) -> dict[str, Any]:
    """Load, ask, compare with the values that were reckoned, and drop the database."""
    with psycopg.connect(f"{server}/postgres", autocommit=True) as admin:
        admin.execute(f'DROP DATABASE IF EXISTS "{database}"')
        admin.execute(f'CREATE DATABASE "{database}"')
        try:
            return _asked(home, f"{server}/{database}", cut_off)
        finally:
            admin.execute(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')


def _asked(home: Path, address: str, cut_off: dt.date) -> dict[str, Any]:
    found: Amounts = {}
    each = {}
    with psycopg.connect(address, autocommit=True) as con:
        begun = time.perf_counter()
        _load(con, home / "snapshots" / "country")
        load = time.perf_counter() - begun
        con.execute("SET work_mem = '512MB'")
        con.execute("SET max_parallel_workers_per_gather = 2")
        for name in QUESTIONS:
            begun = time.perf_counter()
            rows = con.execute(question(name, cut_off)).fetchall()
            each[name] = time.perf_counter() - begun
            found |= amounts_of(name, rows)
    ours, seconds = _ours(home)
    # A place or member of which there is nothing has no row in plain SQL, and nought or no value with us.
    differing = [key for key in found.keys() | ours.keys() if (found.get(key) or 0) != (ours.get(key) or 0)]
    # Units that do not work have no page of their own, so no value.
    places = {key[2] for key in ours if key[1] == "unit"}
    differing = [key for key in differing if key[1] != "unit" or key[2] in places]
    if differing:
        raise SystemExit(f"{len(differing)} amounts differ: {[(k, found.get(k), ours.get(k)) for k in differing[:5]]}")
    return {
        "questions": len(QUESTIONS),
        "load_s": load,
        "plain_s": sum(each.values()),
        "each_s": each,
        "ours_s": seconds,
        "equal": len(found.keys() & ours.keys()),
    }


def _load(con: psycopg.Connection[Any], folder: Path) -> None:
    """The tables by COPY, as large institutions do: no row passes through this program."""
    from bienestar.insight.snapshots.queries.manifests import read_manifest
    from bienestar.insight.snapshots.queries.reading import attach

    with duckdb.connect() as duck, tempfile.TemporaryDirectory() as name:
        attach(duck, folder, read_manifest(folder), set(TABLES))
        for table in TABLES:
            kinds = ", ".join(f'"{column}" {TYPES[kind]}' for column, kind in columns(table).items())
            con.execute(f"CREATE UNLOGGED TABLE {table} ({kinds})")
            file = Path(name) / f"{table}.csv"
            duck.execute(f"COPY (FROM {table}) TO '{file}' (FORMAT csv, HEADER false)")
            with con.cursor().copy(f"COPY {table} FROM STDIN (FORMAT csv)") as lines, file.open("rb") as source:
                while block := source.read(1 << 20):
                    lines.write(block)
            file.unlink()
    for statement in INDEXES:
        con.execute(statement)
    con.execute("ANALYZE")


def _ours(home: Path) -> tuple[Amounts, float]:
    """The same indicators by our engine, with nothing but them; numerators at every place and split."""
    from bienestar.insight.indicators.actions.compute import write_values
    from bienestar.insight.indicators.queries.rules import checked_indicators
    from bienestar.insight.indicators.queries.storage import VALUES
    from bienestar.insight.snapshots.models import Snapshot

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        begun = time.perf_counter()
        chosen = {key: one for key, one in checked_indicators().items() if key in QUESTIONS}
        write_values(folder, Snapshot(folder="country"), "duckdb", chosen)
        seconds = time.perf_counter() - begun
        asked = (
            "SELECT indicator, level, code, split, member, numerator FROM read_parquet(?) WHERE numerator IS NOT NULL"
        )
        with duckdb.connect() as con:
            rows = con.execute(asked, [str(folder / VALUES)]).fetchall()
    return {tuple(row[:5]): row[5] for row in rows}, seconds
