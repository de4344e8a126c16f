"""The engine's values are those of the slow, obvious reckoning; the order of rows and a second time change nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest
from django.test import override_settings

from bienestar.insight.indicators.actions.compute import write_values
from bienestar.insight.indicators.queries.rules import checked_indicators
from bienestar.insight.indicators.queries.storage import REPORTING, VALUES
from bienestar.insight.snapshots.actions.take import write_tables
from bienestar.insight.snapshots.models import Snapshot
from bienestar.insight.snapshots.queries.manifests import NAME, read_manifest
from bienestar.insight.snapshots.queries.reading import attach
from tests.indicators.invented import CUT_OFF, invented_fills
from tests.indicators.slow_values import Slow


@pytest.fixture(scope="module")
def home(tmp_path_factory: Any) -> Path:
    """A home with one snapshot, named frozen."""
    folder = tmp_path_factory.mktemp("home")
    frozen = folder / "snapshots" / "frozen"
    (folder / "snapshots").mkdir()
    manifest = write_tables(frozen, CUT_OFF, invented_fills(), lambda _table, _rows: None)
    (frozen / NAME).write_bytes(manifest.as_bytes())
    return folder


@pytest.fixture(scope="module")
def first(home: Path, tmp_path_factory: Any) -> Path:
    """The folder of its values."""
    return values_in(home, tmp_path_factory.mktemp("values") / "first")


def values_in(home: Path, into: Path) -> Path:
    into.mkdir()
    with override_settings(HOME=home):
        write_values(into, Snapshot(folder="frozen", cut_off=CUT_OFF), "duckdb", checked_indicators())
    return into


def rows_of(con: duckdb.DuckDBPyConnection, select: str) -> list[dict[str, Any]]:
    answer = con.execute(select)
    names = [one[0] for one in answer.description or []]
    return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]


def test_every_value_is_what_plain_python_makes_of_the_rows(home, first):
    with duckdb.connect() as con:
        manifest = read_manifest(home / "snapshots" / "frozen")
        attach(con, home / "snapshots" / "frozen", manifest)
        tables = {name: rows_of(con, f'SELECT * FROM "{name}"') for name in manifest.tables}  # noqa: S608
    slow = Slow(CUT_OFF, tables).values()
    file = first / VALUES
    with duckdb.connect() as con:
        rows = rows_of(con, f"SELECT * FROM '{file}'")  # noqa: S608
    ours = {tuple(row[name] for name in ("indicator", "level", "code", "split", "member")): row for row in rows}
    assert len(ours) == len(rows) > 10_000
    # Members of nobody that a split which is held back is given, so that their absence tells nothing.
    added = {key: row for key, row in ours.items() if key not in slow}
    assert all((row["rows"], row["numerator"], row["public"]) == (0, 0, False) for row in added.values())
    assert ours.keys() - added.keys() == slow.keys()
    wrong = {}
    for key, (numerator, denominator, value, status, count, due, reported) in slow.items():
        row = ours[key]
        same = (numerator, denominator, status, count, due, reported) == tuple(
            row[name] for name in ("numerator", "denominator", "status", "rows", "units_due", "units_reported")
        )
        if not same or row["value"] != (None if value is None else pytest.approx(value, rel=1e-12)):
            wrong[key] = (slow[key], row)
    assert wrong == {}


def test_every_indicator_has_a_known_value_somewhere(first):
    file = first / VALUES
    with duckdb.connect() as con:
        asked = "SELECT indicator FROM read_parquet(?) GROUP BY 1 HAVING bool_or(status = 'known' AND rows > 0)"
        known = {name for (name,) in con.execute(asked, [str(file)]).fetchall()}
    reckoned = {name for name, one in checked_indicators().items() if one.numerator is not None}
    assert sorted(reckoned - known) == []


def test_reckoned_again_the_bytes_are_the_same(home, first, tmp_path):
    again = values_in(home, tmp_path / "again")
    for name in (VALUES, REPORTING):
        assert (first / name).read_bytes() == (again / name).read_bytes()


def test_the_order_of_the_frozen_rows_does_not_matter(home, first, tmp_path):
    shuffled = tmp_path / "home" / "snapshots" / "frozen"
    shuffled.mkdir(parents=True)
    frozen = home / "snapshots" / "frozen"
    manifest = read_manifest(frozen)
    (shuffled / NAME).write_bytes(manifest.as_bytes())
    with duckdb.connect() as con:
        for part in manifest.parts:
            (shuffled / part.file).parent.mkdir(parents=True)
            con.execute(
                f"COPY (SELECT * FROM read_parquet('{frozen / part.file}', hive_partitioning = false) "  # noqa: S608
                f"ORDER BY random()) TO '{shuffled / part.file}' (FORMAT parquet, ROW_GROUP_SIZE 2048)"
            )
    other = values_in(tmp_path / "home", tmp_path / "other")
    for name in (VALUES, REPORTING):
        assert (first / name).read_bytes() == (other / name).read_bytes()
