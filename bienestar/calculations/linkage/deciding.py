"""From weights to ``links`` and ``review``: what the program links and what it leaves to a person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from string import Template

import duckdb

from bienestar.calculations.linkage.model import Model
from bienestar.calculations.linkage.rows import LEFT, RIGHT, count
from bienestar.calculations.linkage.scoring import PROBABILITY, SCORED, compare, score, threshold, weigh_rivals
from bienestar.calculations.linkage.settings import Settings


@dataclass(frozen=True)
class Counts:
    """What a matching did. ``linked_from``: the probability from which the model linked; None where it linked none.

    ``left`` and ``right``: rows; ``exact`` and ``model``: links by basis; ``review``: pairs for a person;
    ``candidates``: pairs that were compared.
    """

    left: int
    right: int
    exact: int
    model: int
    review: int
    candidates: int
    linked_from: float | None

    @property
    def linked(self) -> int:
        """All links."""
        return self.exact + self.model


_CHOSEN = Template("""
CREATE OR REPLACE TEMP TABLE linkage_chosen AS
SELECT l, r, weight, probability FROM linkage_rivals WHERE best AND probability >= $from
""")
_LINKS = Template("""
CREATE OR REPLACE TEMP TABLE links AS
SELECT left_id, right_id, 'exact' AS basis, NULL::DOUBLE AS weight, NULL::DOUBLE AS probability
FROM linkage_key WHERE verdict = 'link'
UNION ALL
SELECT a.id, b.id, 'model', weight, probability
FROM linkage_chosen p JOIN $left a ON a.rowid = p.l JOIN $right b ON b.rowid = p.r
""")
_REVIEW = Template("""
CREATE OR REPLACE TEMP TABLE review AS
SELECT a.id AS left_id, b.id AS right_id, weight, probability FROM (
    SELECT l, r, weight, $probability AS probability FROM linkage_asked_scored
    UNION ALL
    SELECT l, r, weight, probability FROM linkage_rivals ANTI JOIN linkage_chosen USING (l, r)
    WHERE probability >= $least
) p JOIN $left a ON a.rowid = p.l JOIN $right b ON b.rowid = p.r
""")
_ASKED = """
CREATE OR REPLACE TEMP TABLE linkage_asked AS SELECT l, r FROM linkage_key WHERE verdict <> 'link'
"""


def decide(con: duckdb.DuckDBPyConnection, rows: Mapping[str, int], model: Model, settings: Settings) -> Counts:
    """Write ``links`` and ``review`` from ``linkage_scored`` and ``linkage_key``; ``rows``: how many each side has."""
    weigh_rivals(con, SCORED)
    linked_from = threshold(con, settings)
    con.execute(_CHOSEN.substitute({"from": 2.0 if linked_from is None else linked_from}))
    con.execute(_ASKED)
    compare(con, "linkage_asked_compared", "linkage_asked", LEFT, RIGHT)
    score(con, model, "linkage_asked_compared", "linkage_asked_scored")
    con.execute(_LINKS.substitute(left=LEFT, right=RIGHT))
    con.execute(_REVIEW.substitute(left=LEFT, right=RIGHT, probability=PROBABILITY, least=settings.review_probability))
    by_model = count(con, "linkage_chosen")
    exact = count(con, "links") - by_model
    return Counts(rows[LEFT], rows[RIGHT], exact, by_model, count(con, "review"), count(con, SCORED), linked_from)


_NO_LINKS = """
CREATE OR REPLACE TEMP TABLE links AS SELECT id AS left_id, id AS right_id, '' AS basis, 0::DOUBLE AS weight,
    0::DOUBLE AS probability FROM linkage_left WHERE false
"""
_DUPLICATES = Template("""
CREATE OR REPLACE TEMP TABLE review AS
SELECT least(a.id, b.id) AS left_id, greatest(a.id, b.id) AS right_id, weight, probability
FROM (SELECT l, r, weight, $probability AS probability FROM $scored) p
JOIN $rows a ON a.rowid = p.l JOIN $rows b ON b.rowid = p.r WHERE probability >= $least
""")


def show_duplicates(con: duckdb.DuckDBPyConnection, rows: int, settings: Settings) -> Counts:
    """Write ``review`` from ``linkage_scored`` of one roll with itself; ``links`` stays empty."""
    con.execute(_NO_LINKS)
    least = settings.review_probability
    con.execute(_DUPLICATES.substitute(rows=LEFT, scored=SCORED, probability=PROBABILITY, least=least))
    return Counts(rows, rows, 0, 0, count(con, "review"), count(con, SCORED), None)
