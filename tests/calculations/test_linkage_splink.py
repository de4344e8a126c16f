"""Splink, an independent implementation, gives our pairs our weights: on DuckDB and on Spark."""

from __future__ import annotations

import importlib.util
import shutil
import warnings
from collections import Counter
from dataclasses import fields

import duckdb
import pytest
import splink

from bienestar.calculations.linkage import Record, explain, learn, link, splink_settings
from bienestar.calculations.linkage.blocking import find_pairs
from bienestar.calculations.linkage.linking import make_rests, read, tidy
from bienestar.calculations.linkage.rows import LEFT, RIGHT
from bienestar.calculations.linkage.scoring import compare, score
from bienestar.calculations.linkage.splink_run import splink_linker, splink_sources
from bienestar.demo.people import write
from bienestar.foundation.definitions.linkage import linkage_rules

ROLL = "roll-imss"


@pytest.fixture(scope="module")
def settings():
    return linkage_rules().settings


@pytest.fixture(scope="module")
def con(tmp_path_factory):
    folder = tmp_path_factory.mktemp("people")
    write(folder, 3_000, seed=11, errors=0.2, rolls={"imss": 0.6})
    with duckdb.connect() as found:
        for table in ("persons", ROLL):
            found.read_parquet(str(folder / f"{table}.parquet")).create(table)
        yield found


@pytest.fixture(scope="module")
def model(con, settings):
    return learn(con, "persons", ROLL, settings)


@pytest.fixture(scope="module")
def by_splink(con, model, settings):
    """Our weights and Splink's of the same candidates: ``{(l, r): (ours, Splink's row)}``."""
    with tidy(con):
        read(con, "persons", ROLL, settings, model.frequencies)
        make_rests(con, settings, within=False)
        find_pairs(con)
        compare(con, "ours_compared", "linkage_pairs", LEFT, RIGHT)
        score(con, model, "ours_compared", "ours")
        tables = {name: con.sql(question).to_arrow_table() for name, question in splink_sources().items()}
        linker = splink_linker(splink.DuckDBAPI(), tables, splink_settings(model))
        found = linker.inference.predict(warning_mode="never").as_record_list()
        ours = {
            (left, right): weight for left, right, weight in con.execute("SELECT l, r, weight FROM ours").fetchall()
        }
        theirs = {(row["i_l"], row["i_r"]): row for row in found}
        return ours, theirs, linker, {**numbered(con, "persons"), **numbered(con, ROLL)}


def numbered(con, table):
    """The records of a roll by its name and their row number."""
    names = ", ".join(name.name for name in fields(Record))
    rows = con.execute(f'SELECT rowid, {names} FROM "{table}"').fetchall()
    return {(table, number): Record(*values) for number, *values in rows}


def test_splink_finds_the_same_candidates_with_the_same_weights(by_splink):
    ours, theirs, *_ = by_splink
    assert len(ours) > 500
    assert ours.keys() == theirs.keys()
    assert {pair: row["match_weight"] for pair, row in theirs.items()} == pytest.approx(ours)


def test_splinks_waterfall_says_what_our_reasons_say(by_splink, con, model):
    """Its bars: the prior, each field, each adjustment for a frequent name; ours has field and adjustment in one."""
    _, theirs, linker, records = by_splink
    rows = sorted(theirs.values(), key=lambda row: row["match_weight"])[:: max(1, len(theirs) // 20)]
    bars = linker.visualisations.waterfall_chart(rows, filter_nulls=False).chart_dict["data"]["values"]
    for number, row in enumerate(rows):
        theirs_by_field = Counter()
        for bar in bars:
            if bar["record_number"] == number and bar["column_name"] != "Final score":
                theirs_by_field[bar["column_name"].removeprefix("tf_").lower()] += bar["log2_bayes_factor"]
        reasons = explain(model, records["persons", row["i_l"]], records[ROLL, row["i_r"]])
        assert {reason.field: reason.weight for reason in reasons} == pytest.approx(dict(theirs_by_field))


@pytest.fixture(scope="module")
def spark(tmp_path_factory):
    if importlib.util.find_spec("pyspark") is None or shutil.which("java") is None:
        pytest.skip("make test EXTRAS=spark installs pyspark; Java 17 is needed too")
    from pyspark.sql import SparkSession

    from bienestar.calculations.linkage.spark import spark_configuration

    builder = SparkSession.builder.master("local[2]").appName("linkage")
    quiet = {
        "spark.ui.enabled": "false",
        "spark.sql.shuffle.partitions": "4",
        "spark.default.parallelism": "4",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.sql.warehouse.dir": str(tmp_path_factory.mktemp("warehouse")),
    }
    for name, value in (quiet | spark_configuration()).items():
        builder = builder.config(name, value)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        session = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    yield session
    session.stop()


@pytest.mark.spark
@pytest.mark.filterwarnings("ignore")  # pyspark's own
def test_spark_links_and_asks_the_same(con, model, settings, spark, tmp_path):
    from bienestar.calculations.linkage.spark import link_on_spark

    def found():
        ask = "SELECT left_id, right_id, round(weight, 6) FROM {} ORDER BY ALL"
        return [con.execute(ask.format(table)).fetchall() for table in ("links", "review")]

    link(con, "persons", ROLL, model, settings)
    on_duckdb = found()
    counts = link_on_spark(spark, con, "persons", ROLL, model, settings, str(tmp_path))
    assert counts.model > 50
    assert found() == on_duckdb
