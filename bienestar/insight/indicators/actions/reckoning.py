"""Reckoning every indicator over one snapshot: numerators joined with denominators at every place."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import duckdb
import pyarrow as pa

from bienestar.foundation.definitions.tables import frozen_tables
from bienestar.insight.indicators.actions.amounts import Amounts
from bienestar.insight.indicators.actions.engines import Engine
from bienestar.insight.indicators.actions.reporting import (
    COUNTRY,
    REPORTS_DUE,
    derive_reports_due,
    fill_places,
    fill_reporting,
)
from bienestar.insight.indicators.queries.rules import JOINED, CheckedIndicator
from bienestar.insight.indicators.queries.storage import VALUE_COLUMNS
from bienestar.insight.snapshots.queries.manifests import Manifest


class Reckoning:
    """Fills the tables ``values`` and ``reporting`` of ``con`` with every indicator over a snapshot's tables."""

    def __init__(
        self,
        con: duckdb.DuckDBPyConnection,
        engine: Engine,
        manifest: Manifest,
        indicators: dict[str, CheckedIndicator],
    ) -> None:
        self.con, self.engine, self.manifest, self.indicators = con, engine, manifest, indicators
        self.shapes = frozen_tables()

    def run(self) -> None:
        """Everything, in order."""
        fill_places(self.con, self.manifest)
        fill_reporting(self.con, self.manifest)
        own_tables: frozenset[str] = frozenset()
        derived = derive_reports_due(self.con, self.manifest)
        if derived is not None:
            self.manifest = replace(self.manifest, tables={**self.manifest.tables, REPORTS_DUE: derived})
            own_tables = frozenset({REPORTS_DUE})
        self.amounts = Amounts(self.con, self.engine, self.manifest, own_tables)
        for one in self.indicators.values():
            for rule in (one.numerator, one.denominator):
                if rule is not None and self._recorded(one):
                    self.amounts.ask(rule, one.definition.days)
        self.amounts.reckon()
        self._values()

    def _recorded(self, one: CheckedIndicator) -> bool:
        """Whether the registers that an indicator needs are there."""
        tables = set(one.tables)
        for rule in (one.numerator, one.denominator):
            if rule is not None:
                tables |= {JOINED[prefix][0] for prefix, _name in rule.columns if prefix}
        return bool(tables) and tables <= self.manifest.tables.keys()

    def _values(self) -> None:
        columns = ", ".join(f'"{name}" {kind}' for name, kind in VALUE_COLUMNS.items())
        self.con.execute(f"CREATE TABLE values ({columns})")
        self.con.execute(
            """
            CREATE TEMP TABLE reported AS
            SELECT register, level, code, count(*) FILTER (due) AS due, count(*) FILTER (due AND in_time) AS reported,
                   count(*) FILTER (rows > 0) AS ever
            FROM (
                SELECT *, 'country' AS level, 'MX' AS code FROM reporting UNION ALL
                SELECT *, 'state', state FROM reporting UNION ALL
                SELECT *, 'municipality', municipality FROM reporting UNION ALL
                SELECT *, 'unit', unit FROM reporting)
            GROUP BY register, level, code
            """
        )
        asked = [row for one in self.indicators.values() if (row := self._row(one)) is not None]
        self.con.register("_asked", pa.Table.from_pylist(asked, _ASKED))
        self.con.execute("CREATE TEMP TABLE asked AS FROM _asked")
        self.con.unregister("_asked")
        self.con.execute(
            f"""
            INSERT INTO values (indicator, version, level, code, split, member, status, public)
            SELECT indicator, version, 'country', '{COUNTRY}', '', '', 'not_recorded', true
            FROM asked WHERE NOT recorded
            """  # noqa: S608
        )
        self.con.execute(_VALUES.format(found=_OF_PLACES))
        self.con.execute(_VALUES.format(found=_OF_SPLITS))

    def _row(self, one: CheckedIndicator) -> dict[str, Any] | None:
        """What is asked of the amounts for an indicator; None where it is a change of another one."""
        if one.numerator is None:
            return None
        definition, recorded = one.definition, self._recorded(one)
        row: dict[str, Any] = {
            "indicator": definition.id,
            "version": definition.version,
            "times": definition.times,
            "recorded": recorded,
            "levels": list(one.numerator.levels),
            "splits": list(one.numerator.splits),
        }
        for side, rule in (("above", one.numerator), ("below", one.denominator)):
            if rule is not None:
                shape = self.shapes[rule.table]
                row |= {
                    side: self.amounts.number_of(rule, definition.days) if recorded else None,
                    f"{side}_register": rule.table,
                    f"{side}_reports": shape.reports is not None and "unit" in shape.columns,
                    f"{side}_counts": rule.counts,
                }
        return {"below": None, **row, "alone": one.denominator is None}


_ASKED = pa.schema(
    {
        "indicator": pa.string(),
        "version": pa.int32(),
        "times": pa.float64(),
        "recorded": pa.bool_(),
        "alone": pa.bool_(),
        "levels": pa.list_(pa.string()),
        "splits": pa.list_(pa.string()),
        **{
            f"{side}{what}": kind
            for side in ("above", "below")
            for what, kind in {
                "": pa.int32(),
                "_register": pa.string(),
                "_reports": pa.bool_(),
                "_counts": pa.bool_(),
            }.items()
        },
    }
)
_VALUES = """
    INSERT INTO values
    SELECT indicator, version, level, code, state, municipality, split, member, numerator, denominator,
           CASE WHEN alone THEN CAST(numerator AS DOUBLE) * times
                WHEN denominator <> 0 THEN CAST(numerator AS DOUBLE) / CAST(denominator AS DOUBLE) * times END,
           CASE WHEN numerator IS NULL THEN 'unknown'
                WHEN alone THEN 'known'
                WHEN denominator IS NULL THEN 'unknown'
                WHEN denominator = 0 THEN 'undefined'
                ELSE 'known' END,
           rows, due, reported, true
    FROM ({found})
"""
#: An amount at every place; nought without a row only where the register tells that there is nothing.
_OF_PLACES = """
    WITH told AS (SELECT number, level, code, amount, rows FROM amounts WHERE split = '' AND rows > 0),
    wanted AS (SELECT asked.*, unnest(levels) AS level FROM asked WHERE recorded)
    SELECT indicator, version, times, alone, places.level, places.code, places.state, places.municipality,
           '' AS split, '' AS member,
           CASE WHEN above.rows > 0 THEN above.amount
                WHEN CASE WHEN above_reports THEN coalesce(above_told.ever, 0) > 0 OR coalesce(above_told.due, 0) = 0
                          ELSE above_counts END THEN 0 END AS numerator,
           CASE WHEN below.rows > 0 THEN below.amount
                WHEN alone THEN NULL
                WHEN CASE WHEN below_reports THEN coalesce(below_told.ever, 0) > 0 OR coalesce(below_told.due, 0) = 0
                          ELSE below_counts END THEN 0 END AS denominator,
           coalesce(above.rows, 0) AS rows, above_told.due, above_told.reported
    FROM wanted JOIN places ON places.level = wanted.level
    LEFT JOIN told AS above
        ON above.number = wanted.above AND above.level = places.level AND above.code = places.code
    LEFT JOIN told AS below
        ON below.number = wanted.below AND below.level = places.level AND below.code = places.code
    LEFT JOIN reported AS above_told
        ON above_told.register = above_register AND above_told.level = places.level AND above_told.code = places.code
    LEFT JOIN reported AS below_told
        ON below_told.register = below_register AND below_told.level = places.level AND below_told.code = places.code
"""
#: An amount of every member that is there on either side.
_OF_SPLITS = """
    WITH wanted AS (SELECT asked.*, unnest(splits) AS split FROM asked WHERE recorded),
    sides AS (
        SELECT indicator, version, times, alone, side, level, code, split, member, amount, rows FROM (
            SELECT 'above' AS side, wanted.*, amounts.* EXCLUDE (split) FROM wanted
            JOIN amounts ON amounts.number = wanted.above AND amounts.split = wanted.split
            UNION ALL
            SELECT 'below', wanted.*, amounts.* EXCLUDE (split) FROM wanted
            JOIN amounts ON amounts.number = wanted.below AND amounts.split = wanted.split)
        WHERE level IN levels
    ),
    joined AS (
        SELECT indicator, version, times, alone, level, code, split, member,
               max(amount) FILTER (side = 'above') AS above, coalesce(max(rows) FILTER (side = 'above'), 0) AS rows,
               max(amount) FILTER (side = 'below') AS below, coalesce(max(rows) FILTER (side = 'below'), 0) AS behind
        FROM sides GROUP BY ALL
    )
    SELECT indicator, version, times, alone, level, code, CASE WHEN level = 'state' THEN code END AS state,
           NULL AS municipality, split, member,
           CASE WHEN above IS NULL AND rows = 0 THEN 0 ELSE above END AS numerator, below AS denominator,
           rows, NULL AS due, NULL AS reported
    FROM joined WHERE rows > 0 OR behind > 0
"""
