"""Which pairs are worth comparing: those that share at least one of six keys.

A block that grows beyond the settings' ``largest_block`` (a placeholder date, a very common name) is narrowed by more
fields; what is still too large is left out of that key, and the other keys remain.

``linkage_left_rest`` and ``linkage_right_rest``: the rows not linked by CURP, with ``i`` (their number), ``id``, what
keys are made of, names as hashes, and ``b1`` … ``b6`` (the keys; missing where a part is).
"""

from __future__ import annotations

from dataclasses import dataclass
from string import Template

import duckdb

from bienestar.calculations.linkage.rows import BORN, NAMES, count, one_number

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
    Pass(("h_surname1", "h_surname2", "h_main"), ("born // 10000", "birth_state")),
    Pass(("substr(curp, 1, 9)",), ("h_main",)),
    Pass(("substr(curp, 10)",), ("h_surname1",), says=("birth_state",)),
)
# Of these one more must agree beside the key: of the strangers who share a key three in four share nothing else.
MORE = ("birth_state", "municipality", "h_surname1", "h_surname2", "h_main", "born")
KEYS = tuple(f"b{number}" for number in range(1, len(PASSES) + 1))

_REST = Template("""
CREATE OR REPLACE TEMP TABLE $rest AS SELECT i, id, $more, $keys FROM (
    SELECT i, id, $born, nullif(birth_state, '') AS birth_state, nullif(municipality, '') AS municipality, curp,
        given.h_main, surname1.h AS h_surname1, surname2.h AS h_surname2
    FROM (SELECT rowid AS i, * FROM $rows $kept) $names
)
""")
_HEAVY = Template("""
SELECT DISTINCT $key AS b FROM $rest $sample GROUP BY $key HAVING count(*) > $most AND $key IS NOT NULL
""")
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
    keys = ", ".join(f"{_key(one.parts)} AS {key}" for one, key in zip(PASSES, KEYS, strict=True))
    con.execute(
        _REST.substitute(rest=rest, rows=rows, kept=kept, keys=keys, more=", ".join(MORE), born=BORN, names=NAMES)
    )
    return count(con, rest)


def rule(key: str) -> str:
    """SQL that holds for rows ``l`` and ``r`` that share a key and one thing more; Splink blocks by the same.

    Who has no birth state may still share it: a missing one counts as shared.
    """
    one = PASSES[KEYS.index(key)]
    more = [f"l.{column} = r.{column}" for column in MORE if column not in (*one.parts, *one.says)]
    if "birth_state" not in one.says:
        more += ["l.birth_state IS NULL", "r.birth_state IS NULL"]
    return f"l.{key} = r.{key} AND ({' OR '.join(more)})"


def narrow_blocks(con: duckdb.DuckDBPyConnection, sides: tuple[str, ...], largest: int) -> None:
    """Narrow each block with more than ``largest`` rows on a side; drop it from its key if it stays so large."""
    for one, key in zip(PASSES, KEYS, strict=True):
        for replacement in (_key((key, *one.narrowed_by)), "NULL"):
            con.execute(
                "CREATE OR REPLACE TEMP TABLE linkage_heavy AS "
                + " UNION ".join(_heavy(con, side, key, largest) for side in sides)
            )
            if not one_number(con, "SELECT count(*) FROM linkage_heavy"):
                break
            for side in sides:
                change = "UPDATE $rest SET $key = $value WHERE $key IN (SELECT b FROM linkage_heavy)"
                con.execute(Template(change).substitute(rest=side, key=key, value=replacement))


def _heavy(con: duckdb.DuckDBPyConnection, rest: str, key: str, largest: int) -> str:
    sampled = count(con, rest) >= SAMPLED_FROM
    sample = f"WHERE hash(id) % {ONE_IN} = 0" if sampled else ""
    return _HEAVY.substitute(rest=rest, key=key, sample=sample, most=largest // ONE_IN if sampled else largest)


def find_pairs(con: duckdb.DuckDBPyConnection, within: bool = False) -> int:
    """Write ``linkage_pairs(l, r)``, every pair that shares a key, once; gives how many."""
    right = LEFT_REST if within else RIGHT_REST
    only = "WHERE l.id < r.id" if within else ""
    found = [_PAIRS.substitute(left=LEFT_REST, right=right, rule=rule(key), only=only) for key in KEYS]
    con.execute(_EVERY.substitute(pairs=PAIRS, found=" UNION ALL ".join(found)))
    return count(con, PAIRS)
