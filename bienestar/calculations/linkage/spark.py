"""The same linkage on Apache Spark, by Splink with the settings of ``splink_settings``, for more than one machine.

DuckDB makes the rows comparable and joins by key, Spark finds and weighs the candidates, DuckDB decides. The session is
the caller's; it must carry Splink's functions: ``spark_configuration()`` says how. Needs pyspark and Java 17.
"""

from __future__ import annotations

from string import Template
from typing import TYPE_CHECKING

import duckdb
import splink
from splink.internals.spark.jar_location import similarity_jar_location

from bienestar.calculations.linkage.deciding import Counts, decide
from bienestar.calculations.linkage.linking import make_rests, read, tidy
from bienestar.calculations.linkage.model import Model
from bienestar.calculations.linkage.scoring import NO_RIVAL, NOT_SAME_CURP, SCORED
from bienestar.calculations.linkage.settings import Settings
from bienestar.calculations.linkage.splink_form import splink_settings
from bienestar.calculations.linkage.splink_run import splink_linker, splink_sources

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

_WRITE = Template("COPY ($question) TO '$file' (FORMAT parquet)")
_READ = Template("""
CREATE OR REPLACE TEMP TABLE $scored AS
SELECT i_l AS l, i_r AS r, match_weight AS weight, gamma_given_names = 0 AS other_name
FROM (SELECT *, gamma_curp AS g_curp FROM read_parquet('$files')) $where
""")


def spark_configuration() -> dict[str, str]:
    """What the session's builder must be given for Splink's functions to be found."""
    return {"spark.jars": similarity_jar_location()}


def link_on_spark(
    spark: SparkSession,
    con: duckdb.DuckDBPyConnection,
    left: str,
    right: str,
    model: Model,
    settings: Settings,
    folder: str,
) -> Counts:
    """``link`` with the candidates found and weighed by Splink on Spark; leaves ``links`` and ``review`` in con.

    ``folder``: an empty folder that DuckDB and every worker of Spark can read and write (on one machine any will do);
    the caller removes it: it holds names. Raises ValueError when its name has a quote.
    """
    if "'" in folder:
        raise ValueError("the folder's name must not have a quote")
    own = spark.newSession()  # Splink names its views after ours: two rolls in one session would meet
    with tidy(con):
        rows, _ = read(con, left, right, settings, model.frequencies)
        make_rests(con, settings, within=False)
        tables = {}
        for name, question in splink_sources().items():
            file = f"{folder}/{name}.parquet"
            con.execute(_WRITE.substitute(question=question, file=file))
            tables[name] = own.read.parquet(file)
        api = splink.SparkAPI(spark_session=own, break_lineage_method="persist")
        linker = splink_linker(api, tables, splink_settings(model))
        found = linker.inference.predict(threshold_match_weight=NO_RIVAL, warning_mode="never")
        found.as_spark_dataframe().write.mode("overwrite").parquet(f"{folder}/scored")
        con.execute(_READ.substitute(scored=SCORED, files=f"{folder}/scored/*.parquet", where=NOT_SAME_CURP))
        return decide(con, rows, model, settings)
