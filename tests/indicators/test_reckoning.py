"""Every indicator of the dictionary over a snapshot: equal on both engines, equal to plain SQL, equal byte by byte."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest

from bienestar.foundation.accounts.queries import PublicUser
from bienestar.insight.indicators.actions.engines import engine_of
from bienestar.insight.indicators.actions.reckoning import Reckoning
from bienestar.insight.indicators.queries.rules import checked_indicators
from bienestar.insight.indicators.queries.values import reporting_by, value_of, values_of
from bienestar.insight.snapshots.actions.take import write_tables
from bienestar.insight.snapshots.queries.manifests import Manifest
from bienestar.insight.snapshots.queries.reading import attach
from tests.indicators.invented import CUT_OFF, invented_fills
from tests.indicators.made import PLANNED, make_set


@pytest.fixture(scope="module")
def frozen(tmp_path_factory) -> tuple[Path, Manifest]:
    folder = tmp_path_factory.mktemp("snapshot") / "all"
    return folder, write_tables(folder, CUT_OFF, invented_fills(), lambda _table, _rows: None)


def reckoned(engine: str, frozen: tuple[Path, Manifest], work: Path) -> list[tuple]:
    folder, manifest = frozen
    with duckdb.connect() as con:
        attach(con, folder, manifest)
        with engine_of(engine, con, work, folder, manifest) as runs:
            Reckoning(con, runs, manifest, checked_indicators()).run()
        return con.execute("SELECT * FROM values ORDER BY ALL").fetchall()


@pytest.mark.spark
def test_both_engines_give_every_value_of_the_dictionary_alike(frozen, tmp_path):
    pytest.importorskip("pyspark", reason="pip install -r requirements-spark.txt to run Spark")
    if shutil.which("java") is None:
        pytest.skip("Spark needs Java 17")
    ours = reckoned("duckdb", frozen, tmp_path)
    assert len(ours) > 5000
    assert reckoned("spark", frozen, tmp_path) == ours


@pytest.mark.django_db
def test_reports_due_are_made_of_who_has_reported_where_no_register_keeps_them(system):
    value_set = make_set(system, leave_out=(*PLANNED, "reports_due"))
    for code in ("MX", "91"):
        told = reporting_by(value_set, "country" if code == "MX" else "state", code)
        found = value_of(PublicUser(), value_set, "DQ-01", code)
        assert found.denominator == sum(one.units_due for one in told) > 0
        assert found.numerator == sum(one.units_in_time for one in told)
    split = {one.member: one for one in values_of(PublicUser(), value_set, "DQ-01", level="country", split="register")}
    assert split.keys() == {one.register for one in reporting_by(value_set, "country") if one.units_due}


@pytest.mark.django_db
def test_a_register_of_receipts_is_used_where_there_is_one(system):
    kept, made = make_set(system), make_set(system, leave_out=(*PLANNED, "reports_due"))
    values = [value_of(PublicUser(), one, "DQ-01").denominator for one in (kept, made)]
    assert values[0] != values[1]
