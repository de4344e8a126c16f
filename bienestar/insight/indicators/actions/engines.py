"""What runs the expressions of indicators: DuckDB in this process, or Spark. Both get the same Ibis expressions."""

from __future__ import annotations

import shutil
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import duckdb
import ibis
import sqlglot
from django.conf import settings
from sqlglot import exp

from bienestar.foundation.storage.spark import spark_session
from bienestar.insight.snapshots.queries.manifests import FrozenTable, Manifest

#: Kind of a column → its type in Ibis.
TYPES = {"text": "string", "whole": "int64", "number": "decimal(18, 4)", "date": "date", "flag": "boolean"}
DUCKDB, SPARK = "duckdb", "spark"
ENGINES = (DUCKDB, SPARK)
#: Ibis's name of a dialect → that of the parser.
READ = {"duckdb": "duckdb", "pyspark": "spark"}
#: Spark on one machine answers many small questions, and would spend most of its time on preparing them for large ones.
ONE_MACHINE = {
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.shuffle.partitions": "2",
    "spark.ui.showConsoleProgress": "false",
}
#: The column that says by which set of keys a row is grouped; that of gathered rows, and their name.
MASK, INNER, GATHERED = "_set", "_inner", "gathered"


@dataclass(frozen=True)
class Question:
    """An aggregate by several sets of keys at once, in one reading of its rows.

    ``expression``: of Ibis, grouped by all ``keys``. ``of``: a question that gives the rows which it calls GATHERED.
    The answer has the column ``mask``: a bit for each key that a row is not grouped by.
    """

    expression: Any
    keys: tuple[str, ...]
    sets: tuple[tuple[str, ...], ...]
    mask: str = MASK
    of: Question | None = None

    def sql(self, dialect: str) -> str:
        """The question in an engine's words."""
        tree = self._tree(dialect)
        if self.of is not None:
            tree = tree.with_(GATHERED, as_=self.of._tree(dialect))
        return str(tree.sql(dialect=READ[dialect]))

    def _tree(self, dialect: str) -> Any:
        tree: Any = sqlglot.parse_one(str(ibis.to_sql(self.expression, dialect=dialect)), dialect=READ[dialect])
        columns = [one.unalias() for one in tree.expressions[: len(self.keys)]]
        sets = list(dict.fromkeys(self.sets))
        mask: exp.Expression = exp.cast(exp.Literal.number(0), "bigint")
        if sets != [self.keys]:
            groups = [exp.Tuple(expressions=[columns[self.keys.index(key)].copy() for key in one]) for one in sets]
            tree.set("group", exp.Group(grouping_sets=[exp.GroupingSets(expressions=groups)]))
            for place, column in enumerate(columns):
                bit = exp.cast(exp.func("GROUPING", column.copy()), "bigint")
                mask = exp.Add(this=mask, expression=exp.Mul(this=bit, expression=exp.Literal.number(1 << place)))
        return tree.select(exp.alias_(mask, self.mask, quoted=True))


def mask_of(keys: tuple[str, ...], chosen: tuple[str, ...]) -> int:
    """The mask of a set of keys among all: one bit for each that it leaves out."""
    return sum(1 << place for place, key in enumerate(keys) if key not in chosen)


class Engine(Protocol):
    """Answers questions over the tables of one snapshot."""

    def fill(self, into: str, question: Question) -> None:
        """Make the table ``into`` in DuckDB. Amounts come as whole numbers or exact decimals."""


def unbound(name: str, table: FrozenTable) -> Any:
    """A frozen table as Ibis sees it, of no engine yet."""
    return ibis.table({column: TYPES[kind] for column, kind in table.columns.items()}, name=name)


@contextmanager
def engine_of(
    name: str, con: duckdb.DuckDBPyConnection, working: Path, folder: Path, manifest: Manifest
) -> Iterator[Engine]:
    """The engine of that name over a snapshot's folder; ``con`` has its tables as views.

    ``working``: a folder in which Spark may put what it needs.

    Raises storage.spark.SparkMissing where Spark is asked for and cannot be had.
    """
    if name != SPARK:
        yield DuckEngine(con)
        return
    working = working / "spark"
    told = {"spark.sql.session.timeZone": "UTC"}
    if settings.SPARK_MASTER.startswith("local"):
        told |= ONE_MACHINE
    session = spark_session("bienestar indicators", working, told)
    try:
        for table, frozen in manifest.tables.items():
            _offer(session, folder, table, frozen)
        yield _Spark(con, session)
    finally:
        session.stop()
        shutil.rmtree(working, ignore_errors=True)


class DuckEngine:
    """DuckDB over the views of one connection."""

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        self.con = con

    def fill(self, into: str, question: Question) -> None:
        """Make the table of a question's answer."""
        self.con.execute(f"CREATE OR REPLACE TEMP TABLE {into} AS {question.sql('duckdb')}")


class _Spark:
    def __init__(self, con: duckdb.DuckDBPyConnection, session: Any) -> None:
        self.con, self.session = con, session

    def fill(self, into: str, question: Question) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # pyspark's own
            answer = self.session.sql(question.sql("pyspark")).toArrow()
        self.con.register("_answer", answer)
        self.con.execute(f"CREATE OR REPLACE TEMP TABLE {into} AS FROM _answer")
        self.con.unregister("_answer")


SPARK_TYPES = {"text": "string", "whole": "bigint", "number": "decimal(18,4)", "date": "date", "flag": "boolean"}


def _offer(session: Any, folder: Path, name: str, table: FrozenTable) -> None:
    """A view of one table in Spark. The state stands in the path only; read as it is written: "09" is no number."""
    shape = ", ".join(f"`{column}` {SPARK_TYPES[kind]}" for column, kind in table.columns.items())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if table.parts:
            reader = session.read.option("basePath", str(folder / name)).schema(shape)
            frame = reader.parquet(*[str(folder / part.file) for part in table.parts])
        else:
            frame = session.createDataFrame([], shape)
        frame.select(*table.columns).createOrReplaceTempView(name)
