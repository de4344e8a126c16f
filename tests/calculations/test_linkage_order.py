"""The same people give the same model and the same answer, in whatever order their rows come."""

from __future__ import annotations

from dataclasses import replace

import duckdb
import pytest

from bienestar.calculations.linkage import blocking, dedupe, learn, link, rows
from bienestar.demo.people import write
from bienestar.foundation.definitions.linkage import linkage_rules

ROLL = "roll-imss"
ORDERS = ("id", "hash(id || 'another')")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("people")
    write(made, 30_000, seed=5, errors=0.2, rolls={"imss": 0.6})
    return made


@pytest.fixture
def settings(monkeypatch):
    """Every sample is one: smaller than what there is, as with millions of people."""
    for module in (rows, blocking):
        monkeypatch.setattr(module, "SAMPLED_FROM", 1_000)
    return replace(linkage_rules().settings, random_pairs=20_000, key_pairs=2_000, largest_block=30, frequent_names=500)


@pytest.fixture(scope="module")
def shuffled(folder):
    """Connections that have the same rows, each in another order."""
    found = []
    for order in ORDERS:
        con = duckdb.connect(config={"threads": 2, "preserve_insertion_order": False})
        for table in ("persons", ROLL):
            con.execute(f"CREATE TABLE \"{table}\" AS FROM read_parquet('{folder}/{table}.parquet') ORDER BY {order}")
        found.append(con)
    yield found
    for con in found:
        con.close()


@pytest.mark.parametrize("right", [ROLL, None], ids=["with a roll", "with each other"])
def test_the_same_people_in_another_order_give_the_same_model(shuffled, settings, right):
    one, other = [learn(con, "persons", right, settings).to_json() for con in shuffled]
    assert other == one


def test_the_same_people_in_another_order_are_linked_and_asked_alike(shuffled, settings):
    found = []
    for con in shuffled:
        model = learn(con, "persons", ROLL, settings)
        link(con, "persons", ROLL, model, settings)
        answer = [_rows(con, table) for table in ("links", "review")]
        dedupe(con, "persons", None, settings)
        found.append([*answer, _rows(con, "review")])
    one, other = found
    assert other == one
    assert all(one)


def _rows(con, table):
    ask = "SELECT left_id, right_id, round(weight, 4), round(probability, 6) FROM {} ORDER BY ALL"
    return con.execute(ask.format(table)).fetchall()
