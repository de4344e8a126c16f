"""The rows of a roll: each name by the hash of how it is written, the birth date as a number, the CURP in capitals.

``linkage_left`` and ``linkage_right`` have the roll's own ``id``, ``key`` (the hash of a CURP of eighteen characters),
``spelled_…`` and the other columns of ``compared.py``; DuckDB's ``rowid`` numbers them. Nine in ten linked rows never
need more. ``comparable`` puts the names in the place of the hashes, for the rows that do. An empty value is missing.
"""

from __future__ import annotations

from string import Template

import duckdb

from bienestar.calculations.linkage.names import WRITTEN

LEFT, RIGHT = "linkage_left", "linkage_right"

_ROWS = Template("""
CREATE OR REPLACE TEMP TABLE $name AS SELECT id, curp, CASE WHEN length(curp) = 18 THEN hash(curp) END AS key,
    $spelled, birth_date, sex, birth_state, municipality
FROM (SELECT * REPLACE ($curp AS curp) FROM $source)
""")
# Nearly every CURP has its eighteen characters and needs no trimming.
_CURP = "CASE WHEN strlen(curp) = 18 THEN upper(curp) ELSE nullif(upper(trim(curp)), '') END"
BORN = "(year(birth_date) * 10000 + month(birth_date) * 100 + day(birth_date))::INTEGER AS born"
NAMES = " ".join(f"LEFT JOIN linkage_{kind} {kind} ON {kind}.spelling = spelled_{kind}" for kind in WRITTEN)
_COMPARABLE = Template("""
SELECT i, id, given.value AS given, given.main AS main, surname1.value AS surname1, surname2.value AS surname2,
    $born, nullif(sex, '') AS sex, nullif(birth_state, '') AS birth_state, nullif(municipality, '') AS municipality,
    curp,
    given.share AS tf_given, surname1.share AS tf_surname1, surname2.share AS tf_surname2
FROM (SELECT rowid AS i, * FROM $rows $kept) $names
""")
# A CURP on more rows of one roll than this (each sixteenth row is looked at in large ones) is a placeholder, such as
# the one for people born abroad without papers.
PLACEHOLDER_FROM = 16
SAMPLED_FROM, ONE_IN, SEEN_IN_SAMPLE = 200_000, 16, 3
_PLACEHOLDERS = Template("""
CREATE OR REPLACE TEMP TABLE linkage_placeholders AS
SELECT curp FROM $name WHERE curp IS NOT NULL AND hash(id) % $one_in = 0 GROUP BY curp HAVING count(*) > $most
""")


def quoted(name: str) -> str:
    """A table's name as SQL, whatever letters it has."""
    return '"' + name.replace('"', '""') + '"'


def comparable(rows: str, kept: str = "") -> str:
    """SQL that gives ``rows`` with their names and how frequent they are, spelled and weighed before; ``i``: rowid.

    ``kept``: what follows FROM to keep some of the rows.
    """
    return _COMPARABLE.substitute(rows=rows, kept=kept, born=BORN, names=NAMES)


def of_pairs(pairs: str, side: str) -> str:
    """What follows FROM to keep the rows of a side, ``l`` or ``r``, of ``pairs(l, r)``."""
    return Template("SEMI JOIN (SELECT $side AS i FROM $pairs) k ON k.i = rowid").substitute(side=side, pairs=pairs)


def make_rows(con: duckdb.DuckDBPyConnection, name: str, source: str) -> int:
    """Write the rows of ``source`` (quoted) as the table ``name``; gives how many."""
    spelled = ", ".join(f"hash({column}::VARCHAR) AS spelled_{kind}" for kind, column in WRITTEN.items())
    con.execute(_ROWS.substitute(name=name, source=source, spelled=spelled, curp=_CURP))
    rows = count(con, name)
    one_in = ONE_IN if rows >= SAMPLED_FROM else 1
    most = PLACEHOLDER_FROM if one_in == 1 else SEEN_IN_SAMPLE
    con.execute(_PLACEHOLDERS.substitute(name=name, one_in=one_in, most=most))
    if one_number(con, "SELECT count(*) FROM linkage_placeholders"):
        forget = "UPDATE $name SET curp = NULL, key = NULL WHERE curp IN (SELECT curp FROM linkage_placeholders)"
        con.execute(Template(forget).substitute(name=name))
    return rows


def count(con: duckdb.DuckDBPyConnection, table: str) -> int:
    """Rows of a table."""
    return one_number(con, Template("SELECT count(*) FROM $table").substitute(table=table))


def one_number(con: duckdb.DuckDBPyConnection, sql: str) -> int:
    """The one whole number that a question gives; 0 where it gives none."""
    return int(one_value(con, sql) or 0)


def one_value(con: duckdb.DuckDBPyConnection, sql: str) -> float | None:
    """The one number that a question gives; read to its end, because an open answer keeps the connection busy."""
    found = con.execute(sql).fetchall()
    return None if not found or found[0][0] is None else float(found[0][0])
