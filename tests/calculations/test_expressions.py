"""Expressions of indicators: what is allowed gives what SQL gives; what is not is told with its place."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import duckdb
import ibis
import pytest

from bienestar.calculations.expressions.building import build
from bienestar.calculations.expressions.reading import (
    Columns,
    ExpressionError,
    read_amount,
    read_column,
    read_condition,
    read_gathered_condition,
)

KINDS = {"unit": "text", "kind": "text", "rooms": "whole", "money": "number", "day": "date", "open": "flag"}
COLUMNS = Columns(KINDS, {"unit": {"operator": "text", "level": "whole"}})
DAYS = {"cut_off": dt.date(2026, 9, 30), "since": dt.date(2026, 7, 2)}
ROWS = [
    ("a", "x", 1, Decimal("10.5"), dt.date(2026, 9, 1), True),
    ("b", "y", 2, None, dt.date(2026, 1, 1), False),
    ("c", None, None, Decimal("3.25"), None, None),
    ("d", "x", 4, Decimal("0"), dt.date(2026, 9, 30), True),
]
TYPES = {"text": "VARCHAR", "whole": "BIGINT", "number": "DECIMAL(18,4)", "date": "DATE", "flag": "BOOLEAN"}


@pytest.fixture(scope="module")
def con():
    with duckdb.connect() as con:
        con.execute("CREATE TABLE t (" + ", ".join(f'"{name}" {TYPES[kind]}' for name, kind in KINDS.items()) + ")")
        con.executemany("INSERT INTO t VALUES (?, ?, ?, ?, ?, ?)", ROWS)
        yield con


def built(expression):
    types = {"text": "string", "whole": "int64", "number": "decimal(18, 4)", "date": "date", "flag": "boolean"}
    table = ibis.table({name: types[kind] for name, kind in KINDS.items()}, name="t")
    return table, build(expression.tree, lambda _prefix, name: table if name == "*" else table[name], DAYS)


CONDITIONS = {
    "open": None,
    "not open": None,
    "kind = 'x' and rooms >= 2": None,
    "kind in ('x', 'y') or money is null": None,
    "kind like 'x%'": None,
    "rooms between 1 and 2": None,
    "day > since and day <= cut_off": "day > DATE '2026-07-02' AND day <= DATE '2026-09-30'",
    "days_between(cut_off, day) < 30": "DATE '2026-09-30' - day < 30",
    "year(day) = 2026 and month(day) = 9": None,
    "coalesce(rooms, 0) = 0": None,
    "least(rooms, 2) = 2": None,
    "greatest(rooms, 2) > 2": None,
    "abs(rooms - 3) = 1": None,
    "day = date '2026-09-01'": None,
    "case when open then rooms > 1 else true end": None,
    "money <> 0": None,
    "kind is not null and not (kind = 'x')": None,
    "rooms * 2 - 1 = 3": None,
}


@pytest.mark.parametrize("text", CONDITIONS)
def test_a_condition_is_what_sql_says(con, text):
    table, value = built(read_condition(text, COLUMNS))
    ours = con.execute(str(ibis.to_sql(table.filter(value).select("unit"), dialect="duckdb"))).fetchall()
    plain = con.execute(f"SELECT unit FROM t WHERE {CONDITIONS[text] or text}").fetchall()
    assert sorted(ours) == sorted(plain)


AMOUNTS = (
    "count(*)",
    "count(rooms)",
    "count(distinct kind)",
    "sum(money)",
    "sum(rooms) - sum(least(rooms, 1))",
    "max(rooms)",
    "min(money)",
    "median(rooms)",
    "count(*) filter (where open)",
    "sum(case when kind = 'x' then money end)",
    "sum(money) filter (where day is not null)",
)


@pytest.mark.parametrize("text", AMOUNTS)
def test_an_amount_is_what_sql_says(con, text):
    table, value = built(read_amount(text, COLUMNS))
    ours = con.execute(str(ibis.to_sql(table.aggregate(amount=value), dialect="duckdb"))).fetchall()
    assert ours == con.execute(f"SELECT {text} FROM t").fetchall()


@pytest.mark.parametrize(
    ("text", "additive"),
    [
        ("count(*)", True),
        ("sum(money) - count(*)", True),
        ("count(*) filter (where open)", True),
        ("count(distinct unit)", False),
        ("median(rooms)", False),
        ("sum(rooms) + max(rooms)", False),
    ],
)
def test_what_adds_up_is_known(text, additive):
    assert read_amount(text, COLUMNS).additive is additive


WRONG = [
    (read_condition, "rom = 1", 0, "did you mean rooms?"),
    (read_condition, "open and unit.operater = 'IMB'", 9, "did you mean operator?"),
    (read_condition, "open and place.name = 'x'", 9, "nothing named place"),
    (read_condition, "kind = 3", 7, "a text is put beside a whole"),
    (read_condition, "rooms", 0, "this gives a whole"),
    (read_condition, "count(*) > 1", 0, "cannot count"),
    (read_condition, "open and rooms", 9, "this gives a whole"),
    (read_condition, "day - 3 > day", 0, "days_between"),
    (read_condition, "upper(kind) = 'X'", 0, "cannot be used here"),
    (read_condition, "age(day) = 3", 0, "functions are"),
    (read_condition, "rooms in (select 1)", 0, ""),
    (read_condition, "", 0, "empty"),
    (read_condition, "open and and open", 9, "cannot be read"),
    (read_condition, "kind = 'x", 0, "quotation mark"),
    (read_condition, "cast(rooms as text) = '1'", 5, "not turned"),
    (read_amount, "rooms", 0, "put together"),
    (read_amount, "sum(rooms) / count(*)", 0, "no division"),
    (read_amount, "avg(rooms)", 0, "cannot be used here"),
    (read_amount, "sum(kind)", 4, "is a text"),
    (read_amount, "sum(sum(rooms))", 4, "sum of sums"),
    (read_amount, "sum(rooms) + rooms", 0, "side by side"),
    (read_amount, "median(money)", 7, "whole numbers"),
    (read_amount, "count(*) filter (where count(*) > 1)", 0, ""),
    (read_gathered_condition, "rooms > 1", 0, "put together"),
    (read_column, "rooms + 1", 0, "one column"),
]


@pytest.mark.parametrize(("read", "text", "start", "reason"), WRONG)
def test_what_is_wrong_is_told_with_its_place(read, text, start, reason):
    with pytest.raises(ExpressionError) as told:
        read(text, COLUMNS)
    assert reason in told.value.reason
    if reason:
        assert told.value.start == start


@pytest.mark.parametrize(
    "text",
    [
        "1; drop table t",
        "(select 1) = 1",
        "exists (select 1)",
        "open or read_csv('/etc/passwd') is null",
        "x -> 1",
        "a[1]",
    ],
)
def test_nothing_but_the_listed_words_is_taken(text):
    with pytest.raises(ExpressionError):
        read_condition(text, COLUMNS)


@pytest.mark.parametrize(
    "text", ["(" * 3000, "(" * 300 + "open" + ")" * 300, "open and " * 2000 + "open", "not " * 900 + "open"]
)
def test_what_lies_too_deep_is_one_sentence(text):
    with pytest.raises(ExpressionError):
        read_condition(text, COLUMNS)


def test_what_is_deep_and_still_read_can_be_reckoned(con):
    text = "open and " * 60 + "open"
    table, value = built(read_condition(text, COLUMNS))
    ours = con.execute(str(ibis.to_sql(table.filter(value).select("unit"), dialect="duckdb"))).fetchall()
    assert sorted(ours) == sorted(con.execute("SELECT unit FROM t WHERE open").fetchall())
