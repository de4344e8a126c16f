"""Why two rows weigh what they weigh: one reason per field, in bits, that sum to the pair's weight."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import asdict, dataclass
from typing import Any

import duckdb
import pyarrow as pa

from bienestar.calculations.linkage.compared import FIELDS, FREQUENCY_FIELDS
from bienestar.calculations.linkage.model import Frequencies, Model
from bienestar.calculations.linkage.names import spell, weigh_names
from bienestar.calculations.linkage.rows import LEFT, RIGHT, make_rows
from bienestar.calculations.linkage.scoring import compare

PRIOR, MISSING = "prior", "missing"
_SHAPE = pa.schema(
    [
        ("id", pa.int64()),
        *[(name, pa.string()) for name in ("curp", "given_names", "first_surname", "second_surname")],
        ("birth_date", pa.date32()),
        *[(name, pa.string()) for name in ("sex", "birth_state", "municipality")],
    ]
)


@dataclass(frozen=True)
class Record:
    """One person as a roll has them; None is missing. ``sex`` H, M or X, ``birth_state`` two letters, ``municipality``
    five digits."""

    curp: str | None = None
    given_names: str | None = None
    first_surname: str | None = None
    second_surname: str | None = None
    birth_date: dt.date | None = None
    sex: str | None = None
    birth_state: str | None = None
    municipality: str | None = None


@dataclass(frozen=True)
class Reason:
    """What one field says. ``level``: a name of ``compared.FIELDS``, or ``missing``; the first reason is the ``prior``,
    without a level. ``weight``: bits, above 0 in favour of one person. ``share``: how frequent an equal name is.
    """

    field: str
    level: str
    weight: float
    share: float | None = None


def explain(model: Model, left: Record, right: Record) -> tuple[Reason, ...]:
    """The reasons of one pair: the prior, then every field; their weights sum to the weight that ``link`` gives."""
    with duckdb.connect() as con:
        sides = (("left", LEFT, left), ("right", RIGHT, right))
        for side, _, record in sides:
            con.register(f"{side}_record", pa.Table.from_pylist([{"id": 0, **asdict(record)}], _SHAPE))
        spell(con, "left_record", "right_record")
        weigh_names(con, _needed(con, model))
        for side, table, _ in sides:
            make_rows(con, table, f"{side}_record")
        con.execute("CREATE TEMP TABLE pair AS SELECT 0 AS l, 0 AS r")
        compare(con, "compared", "pair", LEFT, RIGHT)
        found = con.execute("SELECT * FROM compared")
        names = [column[0] for column in found.description or []]
        row = dict(zip(names, found.fetchall()[0], strict=True))
    return _reasons(model, row)


def _needed(con: duckdb.DuckDBPyConnection, model: Model) -> dict[str, Frequencies]:
    """The frequencies of the two rows' names alone: a model has tens of thousands."""
    names = con.execute("SELECT DISTINCT kind, value FROM linkage_spelled").fetchall()
    found = {}
    for field in FREQUENCY_FIELDS:
        known = model.frequencies[field.name]
        shares = {v: known.shares[v] for kind, v in names if kind == field.column and v in known.shares}
        found[field.name] = Frequencies(known.rare, shares)
    return found


def _reasons(model: Model, row: dict[str, Any]) -> tuple[Reason, ...]:
    reasons = [Reason(PRIOR, "", model.prior_weight)]
    for field in FIELDS:
        level = field.level(row[f"g_{field.name}"])
        if level is None:
            reasons.append(Reason(field.name, MISSING, 0.0))
            continue
        odds = model.levels[field.name][field.levels.index(level)]
        if field in FREQUENCY_FIELDS and level is field.levels[0]:
            share = row[f"tf_{field.column}"]
            reasons.append(Reason(field.name, level.name, math.log2(odds.m / share), share))
        else:
            reasons.append(Reason(field.name, level.name, odds.weight))
    return tuple(reasons)
