"""The names of the rolls, each different spelling once: made comparable, counted, and with how frequent they are.

A million people share some forty thousand spellings, so that what costs time is done forty thousand times.
``linkage_spelled(kind, spelling, value, main, n)``: ``kind`` is a column of ``compared.py``, ``spelling`` the hash of
the name as written, by which rows (``rows.py``) find their names, ``main`` the given name that tells people apart.
``linkage_<kind>(spelling, value, main, h, h_main, share)`` has hashes of both too, and the share of people with it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from string import Template

import duckdb
import numpy as np
from numpy.typing import NDArray

from bienestar.calculations.linkage.compared import FREQUENCY_FIELDS
from bienestar.calculations.linkage.model import Frequencies
from bienestar.calculations.linkage.settings import Settings

# Words between names that people leave out as often as not (the CURP leaves them out too).
PARTICLES = "DA|DAS|DE|DEL|DER|DI|DIE|DD|EL|LA|LAS|LOS|LE|LES|MAC|MC|VAN|VON|Y|MI"
# Marks and blanks, with the particles that follow, become one blank; at the beginning they go.
_MARKS = f"^[^A-Z]*(?:(?:{PARTICLES})[^A-Z]+)+|[^A-Z]+(?:(?:{PARTICLES})[^A-Z]+)*"
# With José or María the next name tells people apart, as in the CURP.
COMMON = ("MARIA", "JOSE", "MA", "J", "M")
# A name is remembered from this many bearers on; fewer say nothing about how frequent it is.
FEWEST_BEARERS = 3

# Each kind of name and the roll's column that it is written in.
WRITTEN = {"given": "given_names", "surname1": "first_surname", "surname2": "second_surname"}

_SPELLED = Template("""
CREATE OR REPLACE TEMP TABLE linkage_spelled AS
WITH seen AS (SELECT kind, written, sum(n) AS n FROM ($seen) GROUP BY ALL),
capital AS (SELECT kind, hash(written) AS spelling, n, upper(strip_accents(written)) AS written FROM seen),
plain AS (SELECT kind, spelling, n, CASE WHEN regexp_full_match(written, '[A-Z]+') THEN written
    ELSE nullif(trim(regexp_replace(written, '$marks', ' ', 'g')), '') END AS value FROM capital)
SELECT kind, spelling, value, n,
    CASE WHEN $common THEN split_part(value, ' ', 2) ELSE split_part(value, ' ', 1) END AS main FROM plain
""")
_SEEN = Template(
    "SELECT '$kind' AS kind, $column AS written, count(*) AS n FROM $source WHERE $column IS NOT NULL GROUP BY $column"
)
_BEARERS = Template("""
SELECT value, sum(n) AS bearers FROM linkage_spelled WHERE kind = '$kind' AND value IS NOT NULL GROUP BY value
""")
_NAMED = Template("""
CREATE OR REPLACE TEMP TABLE linkage_$kind AS
SELECT spelling, value, main, CASE WHEN value IS NOT NULL THEN hash(value) END AS h,
    CASE WHEN main IS NOT NULL THEN hash(main) END AS h_main,
    CASE WHEN value IS NOT NULL THEN coalesce(f.share, $rare::DOUBLE) END AS share
FROM linkage_spelled LEFT JOIN linkage_frequent f USING (kind, value) WHERE kind = '$kind'
""")
# As text, which DuckDB reads itself: a table of Arrow would make it import pandas first, which takes longer.
_FREQUENT = """
CREATE OR REPLACE TEMP TABLE linkage_frequent AS
SELECT one.kind AS kind, one.value AS value, one.share AS share
FROM (SELECT unnest(from_json($told, '[{"kind": "VARCHAR", "value": "VARCHAR", "share": "DOUBLE"}]')) AS one)
"""


def spell(con: duckdb.DuckDBPyConnection, *sources: str) -> None:
    """Write the different spellings in all ``sources`` (quoted) as ``linkage_spelled``."""
    seen = " UNION ALL ".join(
        _SEEN.substitute(kind=kind, column=column, source=source)
        for source in sources
        for kind, column in WRITTEN.items()
    )
    common = " OR ".join(f"value LIKE '{word} %'" for word in COMMON)
    con.execute(_SPELLED.substitute(seen=seen, marks=_MARKS, common=common))


def count_names(con: duckdb.DuckDBPyConnection, settings: Settings) -> dict[str, Frequencies]:
    """How frequent each name is among all the people whose names were spelled."""
    found = {}
    for field in FREQUENCY_FIELDS:
        counted = con.execute(_BEARERS.substitute(kind=field.column)).fetchnumpy()
        bearers = np.asarray(counted["bearers"], dtype=float)
        found[field.name] = _frequencies(np.asarray(counted["value"], dtype=object), bearers, settings.frequent_names)
    return found


def _frequencies(values: NDArray[np.object_], bearers: NDArray[np.float64], most: int) -> Frequencies:
    total = bearers.sum()
    if not total:
        return Frequencies(1.0, {})
    known = np.flatnonzero(bearers >= FEWEST_BEARERS)
    order = known[np.lexsort((values[known].astype(str), -bearers[known]))][:most]
    rare = bearers[order[-1]] if len(order) == most else FEWEST_BEARERS - 1
    shares = {str(values[n]): float(bearers[n] / total) for n in order}
    return Frequencies(float(min(1.0, rare / total)), shares)


def weigh_names(con: duckdb.DuckDBPyConnection, frequencies: Mapping[str, Frequencies]) -> None:
    """Write ``linkage_<kind>``: the spellings with their shares; what is not among the frequent is rare."""
    rows = [
        {"kind": field.column, "value": value, "share": share}
        for field in FREQUENCY_FIELDS
        for value, share in frequencies[field.name].shares.items()
    ]
    con.execute(_FREQUENT, {"told": json.dumps(rows)})
    for field in FREQUENCY_FIELDS:
        con.execute(_NAMED.substitute(kind=field.column, rare=repr(frequencies[field.name].rare)))


def nameless(con: duckdb.DuckDBPyConnection) -> str:
    """The spellings that are no name (missing, empty, only marks), as an SQL list."""
    ask = "SELECT DISTINCT spelling FROM linkage_spelled WHERE value IS NULL UNION SELECT hash(NULL::VARCHAR)"
    return ", ".join(f"{spelling}::UBIGINT" for (spelling,) in con.execute(ask).fetchall())
