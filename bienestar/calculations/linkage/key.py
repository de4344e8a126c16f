"""The exact key: the same CURP in both rolls, where names and birth date do not say otherwise.

``linkage_key(l, r, left_id, right_id, verdict)``: every pair under the same CURP. Verdict ``link``; ``contradicts``
where the given names differ, or both birth date and first surname do (a CURP that was keyed for somebody else, a
twin's, a mother's), or the CURP's check digit is wrong and names and date are not the same; ``second`` where another
row of the same CURP fits at least as well. The last two are for a person to decide.
"""

from __future__ import annotations

from string import Template

import duckdb

from bienestar.calculations.linkage.compared import FIELD, both_sides, level_number, once, with_edits
from bienestar.calculations.linkage.names import nameless
from bienestar.calculations.linkage.rows import LEFT, RIGHT, comparable, count, of_pairs

_ALPHABET = "0123456789ABCDEFGHIJKLMNÑOPQRSTUVWXYZ"
# The check digit, as the civil register reckons it (python-stdnum's mx.curp does the same).
_SUM = " + ".join(f"(instr('{_ALPHABET}', curp[{n + 1}]) - 1) * {18 - n}" for n in range(17))
_DIGIT = f"coalesce((10 - ({_SUM}) % 10) % 10 = try_cast(curp[18] AS INTEGER), false)"
_SEEN = tuple(FIELD[name] for name in ("given_names", "first_surname", "birth_date"))

# ``same``: names and date are written alike. No more need be known of most pairs.
_SAME_KEY = Template("""
CREATE OR REPLACE TEMP TABLE linkage_same_key AS
SELECT l.rowid AS l, r.rowid AS r, l.id AS left_id, r.id AS right_id,
    coalesce(l.birth_date = r.birth_date
        AND l.spelled_given = r.spelled_given AND l.spelled_given NOT IN ($nameless)
        AND l.spelled_surname1 = r.spelled_surname1 AND l.spelled_surname1 NOT IN ($nameless), false) AS same
FROM $left l JOIN $right r USING (key) $only
""")
_SHARED = """
CREATE OR REPLACE TEMP TABLE linkage_shared_key AS
SELECT * FROM linkage_same_key SEMI JOIN (SELECT l FROM linkage_same_key GROUP BY l HAVING count(*) > 1) USING (l)
UNION
SELECT * FROM linkage_same_key SEMI JOIN (SELECT r FROM linkage_same_key GROUP BY r HAVING count(*) > 1) USING (r)
"""
_UNLIKE = """
CREATE OR REPLACE TEMP TABLE linkage_unlike AS
SELECT l, r, left_id, right_id, false AS shared FROM linkage_same_key
    ANTI JOIN linkage_shared_key USING (l, r) WHERE NOT same
UNION ALL SELECT l, r, left_id, right_id, true FROM linkage_shared_key
"""
_LOOKED_AT = Template("""
CREATE OR REPLACE TEMP TABLE linkage_looked_at AS
WITH pair AS (
    SELECT p.*, l.curp, $sides FROM linkage_unlike p
    JOIN ($left) l ON l.i = p.l JOIN ($right) r ON r.i = p.r WHERE l.curp = r.curp
), edited AS ($edited), seen AS (
    SELECT l, r, left_id, right_id, shared, curp, ($given)::TINYINT AS given, ($surname)::TINYINT AS surname,
        ($born)::TINYINT AS born,
        coalesce(given_l = given_r AND surname1_l = surname1_r AND born_l = born_r, false) AS same
    FROM edited
)
SELECT l, r, left_id, right_id, shared, (given + surname + born)::TINYINT AS likeness,
    CASE WHEN same THEN false WHEN given = 0 OR (born = 0 AND surname = 0) THEN true ELSE NOT $digit END AS contradicts
FROM seen
""")
# Of rows that share a CURP the most alike is linked, each side once; the roll's own number settles what is left.
_KEY = """
CREATE OR REPLACE TEMP TABLE linkage_key AS
WITH ranked AS (
    SELECT *,
        row_number() OVER (PARTITION BY l ORDER BY contradicts, likeness DESC, right_id) AS of_l,
        row_number() OVER (PARTITION BY r ORDER BY contradicts, likeness DESC, left_id) AS of_r
    FROM linkage_looked_at WHERE shared
)
SELECT l, r, left_id, right_id,
    CASE WHEN contradicts THEN 'contradicts' WHEN of_l = 1 AND of_r = 1 THEN 'link' ELSE 'second' END AS verdict
FROM ranked
UNION ALL
SELECT l, r, left_id, right_id, CASE WHEN contradicts THEN 'contradicts' ELSE 'link' END
FROM linkage_looked_at WHERE NOT shared
UNION ALL
SELECT l, r, left_id, right_id, 'link' FROM linkage_same_key ANTI JOIN linkage_shared_key USING (l, r) WHERE same
"""
# One bit for each row of a side; asking it costs far less than a join with all that is linked.
_LINKED = Template("""
CREATE OR REPLACE TEMP TABLE linkage_linked AS
SELECT bitstring_agg(l, 0, $lefts) AS l, bitstring_agg(r, 0, $rights) AS r FROM linkage_key WHERE verdict = 'link'
""")


def join_by_key(con: duckdb.DuckDBPyConnection, within: bool = False) -> None:
    """Write ``linkage_key`` from the rows; ``within``: the left rows with each other, each pair once."""
    right = LEFT if within else RIGHT
    given, surname, born = (once(level_number(field)) for field in _SEEN)
    sides = both_sides(("given", "main", "surname1", "surname2", "born"))
    edited = with_edits("FROM pair")
    parts = {"edited": edited, "sides": sides, "given": given, "surname": surname, "born": born, "digit": _DIGIT}
    only = "WHERE l.id < r.id" if within else ""
    con.execute(_SAME_KEY.substitute(left=LEFT, right=right, only=only, nameless=nameless(con)))
    con.execute(_SHARED)
    con.execute(_UNLIKE)
    one, other = comparable(LEFT, of_pairs("linkage_unlike", "l")), comparable(right, of_pairs("linkage_unlike", "r"))
    con.execute(_LOOKED_AT.substitute(left=one, right=other, **parts))
    con.execute(_KEY)
    con.execute(_LINKED.substitute(lefts=count(con, LEFT), rights=count(con, right)))
