"""Which pairs are worth comparing: those that share at least one of six keys.

A block that grows beyond the settings' ``largest_block`` (a placeholder date, a very common name) is narrowed by more
fields; what is still too large is left out of that key, and the other keys remain.

``linkage_left_rest`` and ``linkage_right_rest``: the rows not linked by CURP, with ``i`` (their number), what keys are
made of as small numbers, ``b1`` … ``b6`` (the keys; missing where a part is), and ``sampled``: whether the row is one
of those by which sizes of blocks are judged.
"""

from __future__ import annotations

from dataclasses import dataclass
from string import Template

import duckdb

from bienestar.calculations.linkage.rows import BORN, NAMES, count

LEFT_REST, RIGHT_REST, PAIRS = "linkage_left_rest", "linkage_right_rest", "linkage_pairs"
# From this many rows on, sizes of blocks are judged from every sixteenth row.
SAMPLED_FROM, ONE_IN = 200_000, 16


@dataclass(frozen=True)
class Pass:
    """One key: the expressions that must all be equal, those that narrow a block that is too large, and what of
    ``MORE`` the key says already."""

    parts: tuple[str, ...]
    narrowed_by: tuple[str, ...]
    says: tuple[str, ...] = ()


PASSES: tuple[Pass, ...] = (
    Pass(("born", "h_surname1"), ("h_main",)),
    Pass(("born", "h_main"), ("h_surname2",)),
    Pass(("born", "h_surname2"), ("h_surname1",)),
    Pass(("h_surname1", "h_surname2", "h_main"), ("born // 10000", "h_state")),
    Pass(("substr(curp, 1, 9)",), ("h_main",)),
    Pass(("substr(curp, 10)",), ("h_surname1",), says=("h_state",)),
)
# Of these one more must agree beside the key: of the strangers who share a key three in four share nothing else.
# They are kept as hashes of 31 bits, because every key reads them again: two that differ seem equal once in two
# thousand million times, and then a pair is compared that need not be.
MORE = ("h_state", "h_municipality", "h_surname1", "h_surname2", "h_main", "born")
KEYS = tuple(f"b{number}" for number in range(1, len(PASSES) + 1))

_REST = Template("""
CREATE OR REPLACE TEMP TABLE $rest AS SELECT i, hash(id) % $one_in = 0 AS sampled, $more, $keys FROM (
    SELECT i, id, $born, $h_state AS h_state, $h_municipality AS h_municipality, curp,
        given.h_main, surname1.h AS h_surname1, surname2.h AS h_surname2
    FROM (SELECT rowid AS i, * FROM $rows $kept) $names
)
""")
_HEAVY = Template("""
SELECT '$key' AS key, $key AS b FROM $rest WHERE $key IS NOT NULL $sample GROUP BY $key HAVING count(*) > $most
""")
_NARROWED = Template("UPDATE $rest SET $key = $value WHERE $key IN (SELECT b FROM linkage_heavy WHERE key = '$key')")
_PAIRS = Template("SELECT (l.i << 32) | r.i AS pair FROM $left l JOIN $right r ON $rule $only")
_EVERY = Template("""
CREATE OR REPLACE TEMP TABLE $pairs AS
SELECT pair >> 32 AS l, pair & 4294967295 AS r FROM (SELECT DISTINCT pair FROM ($found))
""")
_NOT_LINKED = Template("WHERE coalesce(get_bit((SELECT $side FROM linkage_linked), rowid::INTEGER), 0) = 0")


def _key(parts: tuple[str, ...]) -> str:
    known = " AND ".join(f"{part} IS NOT NULL" for part in parts)
    return f"CASE WHEN {known} THEN (hash({', '.join(parts)}) >> 1)::BIGINT END"


def not_linked(side: str) -> str:
    """SQL that keeps the rows of a side, ``l`` or ``r``, that the key did not link."""
    return _NOT_LINKED.substitute(side=side)


def make_rest(con: duckdb.DuckDBPyConnection, rest: str, rows: str, kept: str = "") -> int:
    """Write the rows that are ``kept``, with their keys; gives how many."""
    con.execute(
        _REST.substitute(
            rest=rest,
            rows=rows,
            kept=kept,
            keys=", ".join(f"{_key(one.parts)} AS {key}" for one, key in zip(PASSES, KEYS, strict=True)),
            more=", ".join(column if column == "born" else f"{_small(column)} AS {column}" for column in MORE),
            one_in=ONE_IN,
            born=BORN,
            h_state=_hashed("birth_state"),
            h_municipality=_hashed("municipality"),
            names=NAMES,
        )
    )
    return count(con, rest)


def _hashed(column: str) -> str:
    return f"CASE WHEN {column} <> '' THEN hash({column}) END"


def _small(column: str) -> str:
    return f"({column} & 2147483647)::INTEGER"


def rule(key: str) -> str:
    """SQL that holds for rows ``l`` and ``r`` that share a key and one thing more; Splink blocks by the same.

    Who has no birth state may still share it: a missing one counts as shared.
    """
    one = PASSES[KEYS.index(key)]
    more = [f"l.{column} = r.{column}" for column in MORE if column not in (*one.parts, *one.says)]
    if "h_state" not in one.says:
        more += ["l.h_state IS NULL", "r.h_state IS NULL"]
    return f"l.{key} = r.{key} AND ({' OR '.join(more)})"


def narrow_blocks(con: duckdb.DuckDBPyConnection, sides: tuple[str, ...], largest: int) -> None:
    """Narrow each block with more than ``largest`` rows on a side; drop it from its key if it stays so large."""
    sizes = {side: count(con, side) for side in sides}
    left = dict(zip(KEYS, PASSES, strict=True))
    for narrowed in (True, False):
        found = " UNION ".join(_heavy(side, key, sizes[side], largest) for side in sides for key in left)
        con.execute(f"CREATE OR REPLACE TEMP TABLE linkage_heavy AS {found}")
        heavy = {key for (key,) in con.execute("SELECT DISTINCT key FROM linkage_heavy").fetchall()}
        left = {key: one for key, one in left.items() if key in heavy}
        if not left:
            return
        for key, one in left.items():
            value = _key((key, *one.narrowed_by)) if narrowed else "NULL"
            for side in sides:
                con.execute(_NARROWED.substitute(rest=side, key=key, value=value))


def _heavy(rest: str, key: str, rows: int, largest: int) -> str:
    sampled = rows >= SAMPLED_FROM
    sample = "AND sampled" if sampled else ""
    return _HEAVY.substitute(rest=rest, key=key, sample=sample, most=largest // ONE_IN if sampled else largest)


def find_pairs(con: duckdb.DuckDBPyConnection, within: bool = False) -> int:
    """Write ``linkage_pairs(l, r)``, every pair that shares a key, once; gives how many."""
    right = LEFT_REST if within else RIGHT_REST
    only = "WHERE l.i < r.i" if within else ""
    found = [_PAIRS.substitute(left=LEFT_REST, right=right, rule=rule(key), only=only) for key in KEYS]
    con.execute(_EVERY.substitute(pairs=PAIRS, found=" UNION ALL ".join(found)))
    return count(con, PAIRS)
