"""What links people with a roll: DuckDB in this process, or Splink on Spark with the model that DuckDB learned."""

from __future__ import annotations

import shutil
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from bienestar.calculations import linkage
from bienestar.foundation.storage.spark import SparkMissing, not_installed, spark_session
from bienestar.operations.enrolment.choices import Engine

Linker = Callable[[duckdb.DuckDBPyConnection, str, str, linkage.Settings], linkage.Model]


class MatchError(Exception):
    """The comparison cannot be made as things stand; the message is for the person who asked."""


@contextmanager
def linker(engine: str, folder: Path) -> Iterator[Linker]:
    """What learns from two tables and leaves ``links`` and ``review``; gives the model.

    ``folder`` is the engine's own while it works, and the caller removes it: it holds names. Every worker of Spark must
    see it. MatchError where Spark is not installed or does not start.
    """
    if engine != Engine.SPARK:
        yield lambda con, left, right, rules: linkage.match(con, left, right, rules)[0]
        return
    # Java writes there too, by its own name for things.
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    spark = _session(folder)
    try:
        yield lambda con, left, right, rules: _on_spark(spark, folder / "pairs", con, left, right, rules)
    finally:
        spark.stop()


def _on_spark(
    spark: Any, folder: Path, con: duckdb.DuckDBPyConnection, left: str, right: str, rules: linkage.Settings
) -> linkage.Model:
    from bienestar.calculations.linkage.spark import link_on_spark  # noqa: PLC0415  only here is Spark needed

    model = linkage.learn(con, left, right, rules)
    folder.mkdir(mode=0o700)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # pyspark's own
            link_on_spark(spark, con, left, right, model, rules, str(folder))
        spark.catalog.clearCache()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return model


def _session(folder: Path) -> Any:
    try:
        from bienestar.calculations.linkage.spark import spark_configuration  # noqa: PLC0415  Splink's, for Spark only

        return spark_session("bienestar match", folder, spark_configuration())
    except ImportError:
        raise MatchError(str(not_installed())) from None
    except SparkMissing as error:
        raise MatchError(str(error)) from None
