"""Learning the model from the rolls themselves, with nothing typed in.

- Frequencies of names: counted in both rolls (``names.py``).
- u, how often strangers agree: from pairs taken at random; where values agree exactly, from how often values repeat.
- m, how often true pairs agree: from pairs under the same CURP. A few of those are strangers under a mis-keyed CURP, so
  that each pair counts by its probability (expectation and maximisation with u fixed). Where too few share a CURP, from
  the candidate pairs themselves, the same way.
- The CURP's own m and u, and the prior: from the candidate pairs. The CURP repeats the birth date, sex, state and
  initials; so that they do not count twice, its u is learned among strangers who already share a key.

Samples are taken by the hash of the rolls' own numbers: the same rows give the same model in whatever order they come.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from string import Template

import duckdb
import numpy as np
from numpy.typing import NDArray

from bienestar.calculations.linkage.compared import (
    COLUMNS,
    FIELDS,
    Field,
    both_sides,
    level_numbers,
    with_edits,
)
from bienestar.calculations.linkage.model import Frequencies, LevelOdds, Model
from bienestar.calculations.linkage.rows import comparable, of_pairs, one_number, one_value
from bienestar.calculations.linkage.settings import Settings

Numbers = NDArray[np.float64]
SHIFTS = 10  # each row of the sample meets this many strangers
SETTLED = 1e-6  # the prior that moves less than this share has settled
GIVEN = next(n for n, field in enumerate(FIELDS) if field.name == "given_names")
CURP = next(n for n, field in enumerate(FIELDS) if field.name == "curp")
SAME_CURP = len(FIELDS[CURP].levels) - 1

_PAIRS = Template("SELECT $sides FROM $pairs p JOIN $left l ON l.i = p.l JOIN $right r ON r.i = p.r")
_LEVELS = Template("SELECT $levels FROM ($pairs)")
_PATTERNS = Template("SELECT $columns, count(*) AS n FROM ($levels) GROUP BY ALL ORDER BY ALL")
_SAMPLE = Template("""
CREATE OR REPLACE TEMP TABLE $name AS
SELECT row_number() OVER (ORDER BY hash(id), id) - 1 AS place, * FROM ($rows)
""")
_STRANGERS = Template("""
CREATE OR REPLACE TEMP TABLE linkage_strangers AS
SELECT l.i AS l, r.i AS r FROM linkage_some_left l, range($shifts) s(shift), linkage_some_right r
WHERE r.place = (l.place + shift + 1) % $right $unlike
""")
_REPEATS = Template("""
SELECT sum(n * (n - 1)) / (sum(n) * greatest(sum(n) - 1, 1))
FROM (SELECT count(*) AS n FROM $rows WHERE $column IS NOT NULL GROUP BY $column)
""")
_KEY_PAIRS = Template("""
CREATE OR REPLACE TEMP TABLE linkage_key_pairs AS
SELECT l, r FROM linkage_key WHERE verdict <> 'second' AND hash(left_id, right_id) % $one_in = 0
""")


@dataclass(frozen=True)
class Patterns:
    """How many pairs (``n``) are at each combination of levels; one row each, one column a field, -1 missing."""

    levels: NDArray[np.int64]
    n: Numbers


def patterns(con: duckdb.DuckDBPyConnection, source: str) -> Patterns:
    """Count the pairs of a table or question that has the columns of ``level_numbers``."""
    columns = ", ".join(f"g_{field.name}" for field in FIELDS)
    got = con.execute(_PATTERNS.substitute(columns=columns, levels=source)).fetchnumpy()
    levels = np.column_stack([np.asarray(got[f"g_{field.name}"], dtype=np.int64) for field in FIELDS])
    return Patterns(levels, np.asarray(got["n"], dtype=float))


def _levels_of(pairs: str, left: str, right: str) -> str:
    found = _PAIRS.substitute(sides=both_sides(COLUMNS), pairs=pairs, left=left, right=right)
    return _LEVELS.substitute(levels=level_numbers(), pairs=with_edits(found))


def of_strangers(con: duckdb.DuckDBPyConnection, rows: Mapping[str, int], settings: Settings) -> list[Numbers]:
    """u of every field: pairs at random, and how often a value repeats where values must be equal."""
    tables = list(rows)
    left, right = tables[0], tables[-1]
    for name, table in (("linkage_some_left", left), ("linkage_some_right", right)):
        one_in = max(1, rows[table] * SHIFTS // settings.random_pairs)
        con.execute(_SAMPLE.substitute(name=name, rows=comparable(table, f"WHERE hash(id) % {one_in} = 0")))
    places = one_number(con, "SELECT count(*) FROM linkage_some_right")
    if not places:
        return [_shares_of(field, np.zeros(len(field.levels))) for field in FIELDS]
    unlike = "AND l.i <> r.i" if left == right else ""
    con.execute(_STRANGERS.substitute(shifts=min(SHIFTS, places), right=places, unlike=unlike))
    seen = patterns(con, _levels_of("linkage_strangers", "linkage_some_left", "linkage_some_right"))
    found = [_shares_of(field, _tally(seen, seen.n, n)) for n, field in enumerate(FIELDS)]
    for n, field in enumerate(FIELDS):
        repeats = _repeats(con, "linkage_some_left", field)
        if 0 < repeats < 1 and field.name != "curp":
            found[n] = _with_top(found[n], repeats)
    return found


def _repeats(con: duckdb.DuckDBPyConnection, rows: str, field: Field) -> float:
    """Probability that two rows of a table have the same value of a field; 0 where no two do."""
    return one_value(con, _REPEATS.substitute(rows=rows, column=field.column)) or 0.0


def _with_top(shares: Numbers, top: float) -> Numbers:
    """Shares whose highest level is ``top`` and whose others keep their proportions."""
    others = shares[:-1] * (1 - top) / shares[:-1].sum()
    return np.append(others, top)


def _tally(seen: Patterns, n: Numbers, field: int) -> Numbers:
    """Pairs at each level of a field, lowest first; missing ones are left out."""
    at = seen.levels[:, field]
    counted = np.bincount(at[at >= 0], weights=n[at >= 0], minlength=len(FIELDS[field].levels))
    return counted.astype(np.float64)


def _shares_of(field: Field, tally: Numbers) -> Numbers:
    """Shares of the levels, half a pair added to each so that what was not seen is rare and not impossible."""
    return (tally + 0.5) / (tally.sum() + 0.5 * len(field.levels))


def _log_odds(seen: Patterns, m: list[Numbers], u: list[Numbers]) -> Numbers:
    """Natural logarithm of m/u of each pattern, missing fields saying nothing."""
    total = np.zeros(len(seen.n))
    for n in range(len(FIELDS)):
        at = seen.levels[:, n]
        total += np.where(at >= 0, np.log(m[n] / u[n])[np.maximum(at, 0)], 0.0)
    return total


def _probability(log_odds: Numbers, prior: float) -> Numbers:
    return np.asarray(1 / (1 + np.exp(-np.clip(log_odds + np.log(prior / (1 - prior)), -500, 500))))


def of_key_pairs(
    con: duckdb.DuckDBPyConnection, rows: Mapping[str, int], u: list[Numbers], settings: Settings
) -> tuple[list[Numbers] | None, float]:
    """m of every field but the CURP from pairs under the same CURP, and how many those were; None where too few."""
    under = one_number(con, "SELECT count(*) FROM linkage_key WHERE verdict <> 'second'")
    if under < settings.fewest_key_pairs:
        return None, under
    con.execute(_KEY_PAIRS.substitute(one_in=max(1, under // settings.key_pairs)))
    tables = list(rows)
    left, right = (
        comparable(table, of_pairs("linkage_key_pairs", side)) for side, table in (("l", tables[0]), ("r", tables[-1]))
    )
    seen = patterns(con, _levels_of("linkage_key_pairs", f"({left})", f"({right})"))
    seen.levels[:, CURP] = -1  # the same for all by choice
    prior, m = 0.99, _first_guess()
    for _ in range(settings.rounds):
        true = seen.n * _probability(_log_odds(seen, m, u), prior)
        m = [_shares_of(field, _tally(seen, true, n)) for n, field in enumerate(FIELDS)]
        prior = min(float(true.sum() / seen.n.sum()), 1 - 1e-6)
    return m, under


def _first_guess() -> list[Numbers]:
    """Where the search begins: nine in ten true pairs agree; the data soon overrule it."""
    found = []
    for field in FIELDS:
        others = len(field.levels) - 1
        found.append(np.append(np.full(others, 0.1 / others), 0.9))
    return found


@dataclass(frozen=True)
class Fitted:
    """What the candidate pairs told."""

    prior: float
    m: list[Numbers]
    u: list[Numbers]
    true_pairs: float


def fit(
    seen: Patterns, possible: float, m: list[Numbers] | None, u: list[Numbers], settings: Settings, key_apart: bool
) -> Fitted:
    """Expectation and maximisation over the candidate pairs: the prior, the CURP's m and u, and m where it is None.

    ``possible``: how many pairs the two rolls could form; pairs without a shared key are taken for strangers. Pairs of
    people with another given name are left out: brothers, sisters and twins share so much else that fields which are
    independent among strangers are not among them, and no such pair is ever linked by the program. ``key_apart``: pairs
    under one CURP were taken out by the key; those that contradict are left out too.
    """
    kept = seen.levels[:, GIVEN] != 0
    if key_apart:
        kept &= seen.levels[:, CURP] != SAME_CURP
    seen = Patterns(seen.levels[kept], seen.n[kept])
    free = range(len(FIELDS)) if m is None else [CURP]
    m = _first_guess() if m is None else list(m)
    m[CURP], u = _first_guess()[CURP], list(u)
    u[CURP] = _shares_of(FIELDS[CURP], _tally(seen, seen.n, CURP))
    prior = _within(max(float(seen.n.sum()) / 2, 1.0) / max(possible, 2.0))
    true = np.zeros(len(seen.n))
    for _ in range(settings.rounds):
        chance = _probability(_log_odds(seen, m, u), prior)
        true = seen.n * chance
        for n in free:
            m[n] = _shares_of(FIELDS[n], _tally(seen, true, n))
        u[CURP] = _shares_of(FIELDS[CURP], _tally(seen, seen.n - true, CURP))
        before, prior = prior, _within(true.sum() / max(possible, 1.0))
        if abs(prior - before) <= SETTLED * before:
            break
    return Fitted(prior, m, u, float(true.sum()))


def strangers_under_key(con: duckdb.DuckDBPyConnection) -> int:
    """Pairs under the same CURP whose names and dates say otherwise."""
    return one_number(con, "SELECT count(*) FROM linkage_key WHERE verdict = 'contradicts'")


def with_key(fitted: Fitted, seen: Patterns, under_key: float, strangers: int, possible: float) -> Fitted:
    """The weight of an equal CURP, which no candidate tells because the key took those pairs out."""
    both = float(seen.n[seen.levels[:, CURP] >= 0].sum() / max(seen.n.sum(), 1)) * fitted.true_pairs
    m, u = list(fitted.m), list(fitted.u)
    m[CURP] = np.append(fitted.m[CURP][:-1], (under_key + 0.5) / (under_key + both + 1))
    u[CURP] = np.append(fitted.u[CURP][:-1], (strangers + 0.5) / (possible + 1))
    return Fitted(fitted.prior, m, u, fitted.true_pairs)


def _within(share: float) -> float:
    return float(min(max(share, 1e-15), 0.5))


def refine_prior(weights: Numbers, n: Numbers, possible: float, prior: float, rounds: int) -> float:
    """The prior again, now that each name weighs by its own frequency.

    ``weights``: bits of the candidate pairs without the prior; ``n``: how many pairs have each.
    """
    for _ in range(rounds):
        before = prior
        prior = _within(float((n * _probability(weights * np.log(2), prior)).sum()) / max(possible, 1.0))
        if abs(prior - before) <= SETTLED * before:
            break
    return prior


def model_of(fitted: Fitted, frequencies: Mapping[str, Frequencies], learned_from: Mapping[str, float]) -> Model:
    """The model, its levels best first as ``compared.FIELDS`` has them."""
    levels = {}
    for field, m, u in zip(FIELDS, fitted.m, fitted.u, strict=True):
        pairs = zip(field.levels, m[::-1], u[::-1], strict=True)
        levels[field.name] = tuple(LevelOdds(level.name, float(one), float(other)) for level, one, other in pairs)
    return Model(fitted.prior, levels, dict(frequencies), dict(learned_from))
