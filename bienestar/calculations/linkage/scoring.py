"""The weight of every candidate pair by a model, and which pairs the program links and which a person decides.

``linkage_compared(l, r, tf_…, g_…)``: levels and frequencies. ``linkage_scored(l, r, weight)``: bits, prior included.
Two rows of one side cannot both be the same person of the other, so that a pair's probability weighs its rivals too:
odds / (1 + odds of all pairs of either row). Two that fit alike get about a half each: a person decides.
"""

from __future__ import annotations

import math
from string import Template

import duckdb

from bienestar.calculations.linkage.compared import (
    FIELD,
    FIELDS,
    FREQUENCY_FIELDS,
    Field,
    both_sides,
    level_numbers,
    with_edits,
)
from bienestar.calculations.linkage.model import Model
from bienestar.calculations.linkage.rows import comparable, of_pairs, one_value
from bienestar.calculations.linkage.settings import Settings

COMPARED, SCORED = "linkage_compared", "linkage_scored"
# Pairs under this weight have no part in what rivals leave: less than one in a thousand.
NO_RIVAL = -10.0

# A pair's own probability, rivals left aside.
PROBABILITY = "1 / (1 + pow(2::DOUBLE, -greatest(weight, -300)))"

# Pairs under the same CURP that the key did not link are left to a person, whatever they weigh.
NOT_SAME_CURP = f"WHERE g_curp <> {len(FIELD['curp'].levels) - 1}"

_COMPARED = Template("""
CREATE OR REPLACE TEMP TABLE $compared AS
SELECT l, r, $frequencies, $levels FROM ($pairs)
""")
_PAIRS = Template("""
SELECT p.l, p.r, $rival_frequencies, $sides FROM $pairs p JOIN ($left) l ON l.i = p.l JOIN ($right) r ON r.i = p.r
""")
_SCORED = Template("""
CREATE OR REPLACE TEMP TABLE $scored AS
SELECT l, r, $weight AS weight, g_given_names = 0 AS other_name FROM $compared $where
""")
_RIVALS = Template("""
CREATE OR REPLACE TEMP TABLE linkage_rivals AS
WITH likely AS (
    SELECT l, r, weight, other_name, pow(2::DOUBLE, least(weight, 300)) AS odds FROM $scored WHERE weight > $least
),
by_l AS (SELECT l, sum(odds) AS odds, max(weight) AS best FROM likely GROUP BY l),
by_r AS (SELECT r, sum(odds) AS odds, max(weight) AS best FROM likely GROUP BY r)
SELECT p.l, p.r, p.weight, p.odds / (1 + by_l.odds + by_r.odds - p.odds) AS probability,
    p.weight = by_l.best AND p.weight = by_r.best AND NOT other_name AS best
FROM likely p JOIN by_l USING (l) JOIN by_r USING (r)
""")
_THRESHOLD = Template("""
SELECT min(probability) FROM (
    SELECT probability, avg(probability) OVER (ORDER BY probability DESC, l, r) AS precision
    FROM linkage_rivals WHERE best AND probability >= $least
) WHERE precision >= $target
""")


def compare(con: duckdb.DuckDBPyConnection, compared: str, pairs: str, left: str, right: str) -> None:
    """Write the levels and frequencies of ``pairs(l, r)`` whose rows are in ``left`` and ``right``."""
    columns = [f"tf_{field.column}" for field in FREQUENCY_FIELDS]
    found = _PAIRS.substitute(
        rival_frequencies=", ".join(f"greatest(l.{tf}, r.{tf}) AS {tf}" for tf in columns),
        sides=both_sides(),
        pairs=pairs,
        left=comparable(left, of_pairs(pairs, "l")),
        right=comparable(right, of_pairs(pairs, "r")),
    )
    parts = {"frequencies": ", ".join(columns), "levels": level_numbers(), "pairs": with_edits(found)}
    con.execute(_COMPARED.substitute(compared=compared, **parts))


def field_weight(model: Model, field: Field) -> str:
    """SQL that gives the bits of a field from its level and, where names agree, their frequency."""
    whens = []
    top = len(field.levels) - 1
    for number, level in enumerate(model.levels[field.name]):
        bits = f"{level.weight!r}::DOUBLE"
        if field.by_frequency and number == 0:
            bits = f"{math.log2(level.m)!r}::DOUBLE - log2(tf_{field.column})"
        whens.append(f"WHEN {top - number} THEN {bits}")
    return f"CASE g_{field.name} {' '.join(whens)} ELSE 0 END"


def score(con: duckdb.DuckDBPyConnection, model: Model, compared: str, scored: str, where: str = "") -> None:
    """Write the weight of each pair of ``compared``."""
    weight = " + ".join([f"{model.prior_weight!r}::DOUBLE", *(field_weight(model, field) for field in FIELDS)])
    con.execute(_SCORED.substitute(scored=scored, compared=compared, weight=weight, where=where))


def weigh_rivals(con: duckdb.DuckDBPyConnection, scored: str) -> None:
    """Write ``linkage_rivals(l, r, weight, probability, best)`` of the likely pairs.

    ``best``: the best pair of both its rows, and not of people with another given name (twins, brothers and sisters).
    """
    con.execute(_RIVALS.substitute(scored=scored, least=NO_RIVAL))


def threshold(con: duckdb.DuckDBPyConnection, settings: Settings) -> float | None:
    """The probability from which pairs are linked, so that their expected precision is the target; None: none are."""
    return one_value(con, _THRESHOLD.substitute(least=settings.least_probability, target=settings.target_precision))
