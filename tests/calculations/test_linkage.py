"""Matching persons as a whole: who is linked, who is shown to a person, who is left alone."""

from __future__ import annotations

import datetime as dt

import duckdb
import pyarrow as pa
import pytest

from bienestar.calculations.linkage import Model, Record, dedupe, explain, learn, link, match
from bienestar.demo.people import write
from bienestar.foundation.definitions.linkage import linkage_rules

NAMES = ["given_names", "first_surname", "second_surname"]
COLUMNS = ["id", "curp", *NAMES, "birth_date", "sex", "birth_state", "municipality"]
SHAPE = pa.schema([(name, pa.date32() if name == "birth_date" else pa.string()) for name in COLUMNS])
ROLL = "roll-imss"


@pytest.fixture(scope="module")
def settings():
    return linkage_rules().settings


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """4,000 invented persons, a roll of 4,000 that shares 60 %, 5 % errors, and the truth."""
    found = tmp_path_factory.mktemp("people")
    write(found, 4_000, seed=3, errors=0.05, rolls={"imss": 0.6})
    return found


@pytest.fixture
def con(folder):
    with duckdb.connect() as found:
        for table in ("persons", ROLL, "truth", "duplicates"):
            found.read_parquet(str(folder / f"{table}.parquet")).create(table)
        yield found


def put(con, table, rows):
    """A table of rows given as dictionaries; what is not given is missing."""
    con.register(f"{table}_rows", pa.Table.from_pylist([dict.fromkeys(COLUMNS) | row for row in rows], SHAPE))
    con.execute(f'CREATE OR REPLACE TABLE "{table}" AS SELECT * FROM {table}_rows')


def pairs(con, table):
    return set(con.execute(f"SELECT left_id, right_id FROM {table}").fetchall())


def right_and_wrong(con):
    right, links = con.execute(
        "SELECT count(t.person_id), count(*) FROM links l "
        "LEFT JOIN truth t ON t.person_id = l.left_id AND t.entry_id = l.right_id"
    ).fetchone()
    return right, links - right


def test_links_nearly_all_and_hardly_anybody_wrongly(con, settings):
    model, counts = match(con, "persons", ROLL, settings)
    right, wrong = right_and_wrong(con)
    (true,) = con.execute("SELECT count(*) FROM truth").fetchone()
    assert (counts.left, counts.right, counts.linked) == (4_000, 4_000, right + wrong)
    assert right > 0.99 * true
    assert wrong <= 0.002 * right
    assert counts.review < 0.01 * true
    assert model.learned_from["under_key"] > 1_000


def test_one_right_for_one_left(con, settings):
    match(con, "persons", ROLL, settings)
    links, lefts, rights = con.execute(
        "SELECT count(*), count(DISTINCT left_id), count(DISTINCT right_id) FROM links"
    ).fetchone()
    assert links == lefts == rights
    assert not pairs(con, "links") & pairs(con, "review")


def test_learning_and_linking_apart_gives_the_same(con, settings):
    model, together = match(con, "persons", ROLL, settings)
    links, review = pairs(con, "links"), pairs(con, "review")
    learned = learn(con, "persons", ROLL, settings)
    apart = link(con, "persons", ROLL, Model.from_json(learned.to_json()), settings)
    assert learned == model
    assert apart == together
    assert (pairs(con, "links"), pairs(con, "review")) == (links, review)


def test_a_roll_without_curp_is_linked_by_the_model_alone(con, settings):
    con.execute(f'UPDATE "{ROLL}" SET curp = NULL')
    model, counts = match(con, "persons", ROLL, settings)
    right, wrong = right_and_wrong(con)
    (true,) = con.execute("SELECT count(*) FROM truth").fetchone()
    assert counts.exact == 0
    assert model.learned_from["under_key"] == 0
    assert right > 0.95 * true
    assert wrong <= 0.005 * right


def test_swapping_the_rolls_links_the_same_pairs(con, settings):
    model, _ = match(con, "persons", ROLL, settings)
    link(con, "persons", ROLL, model, settings)
    one_way = pairs(con, "links")
    link(con, ROLL, "persons", model, settings)
    other_way = {(right, left) for left, right in pairs(con, "links")}
    assert one_way == other_way


def test_the_order_of_rows_does_not_matter(con, settings):
    model, _ = match(con, "persons", ROLL, settings)
    link(con, "persons", ROLL, model, settings)
    before = pairs(con, "links")
    con.execute("CREATE OR REPLACE TABLE persons AS SELECT * FROM persons ORDER BY hash(id)")
    link(con, "persons", ROLL, model, settings)
    assert pairs(con, "links") == before


def test_duplicates_are_shown_and_never_merged(con, settings):
    counts = dedupe(con, "persons", None, settings)
    found = {frozenset(pair) for pair in pairs(con, "review")}
    true = {frozenset(pair) for pair in con.execute("SELECT person_id, same_as FROM duplicates").fetchall()}
    assert counts.review == len(found)
    assert counts.linked == 0
    assert pairs(con, "links") == set()
    assert len(found & true) >= 0.9 * len(true)
    assert all(left < right for left, right in pairs(con, "review"))


def test_no_table_of_the_work_is_left(con, settings):
    match(con, "persons", ROLL, settings)
    left = {name for (name,) in con.execute("SELECT table_name FROM duckdb_tables() WHERE temporary").fetchall()}
    assert left == {"links", "review"}


ANA = {
    "curp": "NUXA920704MVZXXN09",
    "given_names": "Ana",
    "first_surname": "Núñez",
    "birth_date": dt.date(1992, 7, 4),
    "sex": "M",
    "birth_state": "VZ",
    "municipality": "30087",
}
JUAN = {
    "curp": "HELJ850312HOCRPN01",
    "given_names": "Juan Carlos",
    "first_surname": "Hernández",
    "second_surname": "López",
    "birth_date": dt.date(1985, 3, 12),
    "sex": "H",
    "birth_state": "OC",
    "municipality": "20067",
}


@pytest.fixture(scope="module")
def model(folder, settings):
    with duckdb.connect() as con:
        for table in ("persons", ROLL):
            con.read_parquet(str(folder / f"{table}.parquet")).create(table)
        return learn(con, "persons", ROLL, settings)


@pytest.mark.parametrize(
    ("change", "linked"),
    [
        ({}, True),
        ({"given_names": "JUAN  CARLOS"}, True),
        ({"given_names": "Juan"}, True),
        ({"curp": " helj850312hocrpn01"}, True),
        ({"birth_date": dt.date(1985, 12, 3)}, True),
        ({"birth_date": dt.date(1961, 6, 30)}, True),  # names agree: a wrong date
        ({"first_surname": "López", "second_surname": "Hernández"}, True),
        ({"given_names": "Pedro"}, False),  # a brother's CURP
        ({"birth_date": dt.date(2020, 8, 30), "first_surname": "García"}, False),
    ],
)
def test_the_same_curp_links_unless_names_and_date_contradict(con, model, settings, change, linked):
    put(con, "one", [JUAN | {"id": "p1"}, ANA | {"id": "p2"}])
    put(con, "other", [JUAN | {"id": "e1"} | change, ANA | {"id": "e2"}])
    link(con, "one", "other", model, settings)
    assert ("p2", "e2") in pairs(con, "links")
    assert (("p1", "e1") in pairs(con, "links")) is linked
    assert (("p1", "e1") in pairs(con, "review")) is not linked


def test_a_wrong_check_digit_is_no_key_when_names_differ(con, model, settings):
    wrong = JUAN | {"curp": "HELJ850312HOCRPN02"}
    put(con, "one", [wrong | {"id": "p1"}])
    put(con, "other", [wrong | {"id": "e1", "given_names": "Juan"}])
    link(con, "one", "other", model, settings)
    assert pairs(con, "links") == set()
    assert pairs(con, "review") == {("p1", "e1")}


def test_two_entries_of_one_curp_one_is_linked_and_the_other_shown(con, model, settings):
    put(con, "one", [JUAN | {"id": "p1"}])
    put(con, "other", [JUAN | {"id": "e1", "given_names": "Juan"}, JUAN | {"id": "e2"}])
    link(con, "one", "other", model, settings)
    assert pairs(con, "links") == {("p1", "e2")}
    assert pairs(con, "review") == {("p1", "e1")}


def test_twins_are_never_linked_by_the_program(con, model, settings):
    twin = {k: v for k, v in JUAN.items() if k != "curp"}
    put(con, "one", [twin | {"id": "p1", "given_names": "Miguel"}])
    put(con, "other", [twin | {"id": "e1", "given_names": "Rafael"}])
    link(con, "one", "other", model, settings)
    assert pairs(con, "links") == set()


def test_namesakes_that_fit_alike_are_left_to_a_person(con, model, settings):
    plain = {k: v for k, v in JUAN.items() if k not in ("curp", "municipality")}
    put(con, "one", [plain | {"id": "p1"}])
    put(con, "other", [plain | {"id": "e1"}, plain | {"id": "e2"}])
    link(con, "one", "other", model, settings)
    assert pairs(con, "links") == set()
    assert pairs(con, "review") == {("p1", "e1"), ("p1", "e2")}


def test_a_placeholder_curp_links_nobody(con, model, settings):
    people = [JUAN | {"given_names": f"Nombre{n}", "curp": "XEXX010101HNEXXXA4"} for n in range(40)]
    put(con, "one", [row | {"id": f"p{n:02}"} for n, row in enumerate(people)])
    put(con, "other", [row | {"id": f"e{n:02}"} for n, row in enumerate(people)])
    counts = link(con, "one", "other", model, settings)
    assert counts.exact == 0


def test_empty_rolls_and_rows_without_anything(con, model, settings):
    put(con, "one", [])
    put(con, "other", [{"id": "e1"}, {"id": "e2", "curp": "", "given_names": " . ", "sex": ""}])
    for left, right in (("one", "other"), ("other", "one"), ("other", "other"), ("one", "one")):
        assert link(con, left, right, model, settings).linked == 0
        _, counts = match(con, left, right, settings)
        assert (counts.linked, counts.review) == (0, 0)
    assert dedupe(con, "one", None, settings).review == 0


def test_the_reasons_sum_to_the_weight_of_the_pair(con, settings):
    model, _ = match(con, "persons", ROLL, settings)
    ask = ", ".join(f"{side}.{name}" for side in "pe" for name in COLUMNS[1:])
    rows = con.execute(
        f"SELECT weight, {ask} FROM (FROM links WHERE basis = 'model' UNION ALL BY NAME FROM review) x "
        f'JOIN persons p ON p.id = left_id JOIN "{ROLL}" e ON e.id = right_id ORDER BY weight LIMIT 40'
    ).fetchall()
    assert rows
    for weight, *values in rows:
        reasons = explain(model, Record(*values[:8]), Record(*values[8:]))
        assert sum(reason.weight for reason in reasons) == pytest.approx(weight)


def test_a_rare_name_says_more_and_a_missing_one_nothing(model):
    def of(field, **change):
        row = Record(**JUAN | change)
        return next(reason for reason in explain(model, row, row) if reason.field == field)

    rare, common = of("first_surname", first_surname="Ixtepanecatl"), of("first_surname")
    assert rare.weight > common.weight > 0
    assert rare.share < common.share
    assert of("second_surname", second_surname=None).weight == 0
    assert of("second_surname", second_surname=None).level == "missing"


def test_a_model_of_other_fields_is_refused(model):
    text = model.to_json()
    with pytest.raises(ValueError, match="other fields"):
        Model.from_json(text.replace('"near"', '"nearby"'))
    with pytest.raises(ValueError, match="not a model"):
        Model.from_json("{}")
