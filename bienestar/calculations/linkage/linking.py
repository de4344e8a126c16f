"""Learning from two rolls, linking them, and finding the duplicates of one.

All leave two tables in the connection: ``links(left_id, right_id, basis, weight, probability)``, one right per left and
one left per right, basis ``exact`` (same CURP, nothing against it; weight and probability are then missing) or
``model``; and ``review(left_id, right_id, weight, probability)``, what a person must decide. Their other tables are
temporary and dropped. The tables compared need the columns id (another one in each row), curp, given_names,
first_surname, second_surname, birth_date (DATE), sex, birth_state, municipality; empty or NULL is missing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from string import Template

import duckdb
import numpy as np

from bienestar.calculations.linkage.blocking import (
    LEFT_REST,
    PAIRS,
    RIGHT_REST,
    find_pairs,
    make_rest,
    narrow_blocks,
    not_linked,
)
from bienestar.calculations.linkage.deciding import Counts, decide, show_duplicates
from bienestar.calculations.linkage.key import join_by_key
from bienestar.calculations.linkage.learning import (
    fit,
    model_of,
    of_key_pairs,
    of_strangers,
    patterns,
    refine_prior,
    strangers_under_key,
    with_key,
)
from bienestar.calculations.linkage.model import Frequencies, Model
from bienestar.calculations.linkage.names import count_names, spell, weigh_names
from bienestar.calculations.linkage.rows import LEFT, RIGHT, make_rows, quoted
from bienestar.calculations.linkage.scoring import COMPARED, NOT_SAME_CURP, SCORED, compare, score
from bienestar.calculations.linkage.settings import Settings


@contextmanager
def tidy(con: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Drop the tables of the work when it is done, whether it succeeded or not."""
    try:
        yield
    finally:
        names = con.execute(
            "SELECT table_name FROM duckdb_tables() WHERE temporary AND table_name LIKE 'linkage\\_%' ESCAPE '\\'"
        )
        for (name,) in names.fetchall():
            con.execute(Template("DROP TABLE IF EXISTS $name").substitute(name=name))


def read(
    con: duckdb.DuckDBPyConnection,
    left: str,
    right: str | None,
    settings: Settings,
    frequencies: Mapping[str, Frequencies] | None = None,
) -> tuple[dict[str, int], Mapping[str, Frequencies]]:
    """Read the rows and their names and join by key; gives the tables with how many rows each has, and the frequencies.

    ``frequencies``: of names, from a model; counted here without.
    """
    sources = {LEFT: quoted(left)} | ({} if right is None else {RIGHT: quoted(right)})
    spell(con, *sources.values())
    frequencies = frequencies or count_names(con, settings)
    weigh_names(con, frequencies)
    rows = {table: make_rows(con, table, source) for table, source in sources.items()}
    join_by_key(con, within=right is None)
    return rows, frequencies


def make_rests(con: duckdb.DuckDBPyConnection, settings: Settings, within: bool) -> float:
    """Write the rows that the key left, with their keys; gives how many pairs they could form."""
    left = make_rest(con, LEFT_REST, LEFT, "" if within else not_linked("l"))
    right = left if within else make_rest(con, RIGHT_REST, RIGHT, not_linked("r"))
    narrow_blocks(con, (LEFT_REST,) if within else (LEFT_REST, RIGHT_REST), settings.largest_block)
    return left * (left - 1) / 2 if within else float(left) * right


def _candidates(con: duckdb.DuckDBPyConnection, settings: Settings, within: bool) -> float:
    """Find and compare the candidate pairs of what the key left; gives how many pairs there could be."""
    possible = make_rests(con, settings, within)
    find_pairs(con, within)
    compare(con, COMPARED, PAIRS, LEFT, LEFT if within else RIGHT)
    return possible


def _learn(
    con: duckdb.DuckDBPyConnection,
    rows: Mapping[str, int],
    frequencies: Mapping[str, Frequencies],
    settings: Settings,
) -> Model:
    """Learn from the rows; leaves the compared candidate pairs."""
    within = RIGHT not in rows
    possible = _candidates(con, settings, within)
    u = of_strangers(con, rows, settings)
    m, under_key = of_key_pairs(con, rows, u, settings)
    seen = patterns(con, Template("SELECT * FROM $compared").substitute(compared=COMPARED))
    fitted = fit(seen, possible, m, u, settings, key_apart=not within)
    if not within:
        fitted = with_key(fitted, seen, under_key, strangers_under_key(con), possible)
    told = {"under_key": under_key, "candidates": float(seen.n.sum()), "true_candidates": fitted.true_pairs}
    return _with_prior(con, model_of(fitted, frequencies, told), possible, settings)


def _with_prior(con: duckdb.DuckDBPyConnection, model: Model, possible: float, settings: Settings) -> Model:
    score(con, model, COMPARED, SCORED)
    got = con.execute(_EIGHTHS.substitute(scored=SCORED)).fetchnumpy()
    weights = np.asarray(got["weight"], dtype=float) - model.prior_weight
    n = np.asarray(got["n"], dtype=float)
    return replace(model, prior=refine_prior(weights, n, possible, model.prior, settings.rounds))


def learn(con: duckdb.DuckDBPyConnection, left: str, right: str | None, settings: Settings) -> Model:
    """The model of two rolls, or of one with itself (``right`` None). ``left`` and ``right`` name tables or views."""
    with tidy(con):
        rows, frequencies = read(con, left, right, settings)
        return _learn(con, rows, frequencies, settings)


def link(con: duckdb.DuckDBPyConnection, left: str, right: str, model: Model, settings: Settings) -> Counts:
    """Link two rolls by a model that was learned before; leaves ``links`` and ``review``."""
    with tidy(con):
        rows, _ = read(con, left, right, settings, model.frequencies)
        _candidates(con, settings, within=False)
        return _score_and_decide(con, rows, model, settings)


def match(con: duckdb.DuckDBPyConnection, left: str, right: str, settings: Settings) -> tuple[Model, Counts]:
    """``learn`` and ``link`` at once, the work that both need done once."""
    with tidy(con):
        rows, frequencies = read(con, left, right, settings)
        model = _learn(con, rows, frequencies, settings)
        return model, _score_and_decide(con, rows, model, settings)


def dedupe(con: duckdb.DuckDBPyConnection, table: str, model: Model | None, settings: Settings) -> Counts:
    """The likely duplicates of one roll, left_id < right_id, all for a person to decide.

    Without a ``model`` it is learned from the roll itself.
    """
    with tidy(con):
        rows, frequencies = read(con, table, None, settings, None if model is None else model.frequencies)
        if model is None:
            model = _learn(con, rows, frequencies, settings)
        else:
            _candidates(con, settings, within=True)
        score(con, model, COMPARED, SCORED)
        return show_duplicates(con, rows[LEFT], settings)


def _score_and_decide(
    con: duckdb.DuckDBPyConnection, rows: Mapping[str, int], model: Model, settings: Settings
) -> Counts:
    score(con, model, COMPARED, SCORED, NOT_SAME_CURP)
    return decide(con, rows, model, settings)


_EIGHTHS = Template("""
SELECT round(weight * 8) / 8 AS weight, count(*) AS n FROM $scored WHERE NOT other_name GROUP BY ALL ORDER BY ALL
""")
