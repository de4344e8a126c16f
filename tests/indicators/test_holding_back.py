"""What everybody may see tells of no fewer than five people, by itself or by subtraction."""

from __future__ import annotations

import duckdb
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from bienestar.insight.indicators.actions.holding_back import hold_back
from bienestar.insight.indicators.queries.rules import checked_indicators
from bienestar.insight.indicators.queries.storage import VALUE_COLUMNS

SMALLEST = 5
COUNTS = st.one_of(st.integers(0, 12), st.integers(0, 400))


def values_table(con, rows):
    con.execute("CREATE TABLE values (" + ", ".join(f'"{name}" {kind}' for name, kind in VALUE_COLUMNS.items()) + ")")
    marks = ", ".join("?" * len(rows[0]))
    statement = f"INSERT INTO values ({', '.join(rows[0])}, public, status) VALUES ({marks}, true, 'known')"
    con.executemany(statement, [list(one.values()) for one in rows])


def row(level, code, state, rows, *, below=None, split="", member="", municipality=None):
    return {
        "indicator": "ENR-01",
        "version": 1,
        "level": level,
        "code": code,
        "state": state,
        "municipality": municipality,
        "split": split,
        "member": member,
        "numerator": rows,
        "denominator": below,
        "rows": rows,
    }


def published(rows):
    """What the invented values of ENR-01 become: (level, code, split, member) → count, None where it is held back."""
    with duckdb.connect() as con:
        values_table(con, rows)
        hold_back(con, [checked_indicators()["ENR-01"]], SMALLEST)
        found = con.execute("SELECT level, code, split, member, rows, public FROM values").fetchall()
    return {tuple(one[:4]): one[4] if one[5] else None for one in found}


def shown(rows):
    """What is shown of the invented values of ENR-01: (level, code, split, member) → count."""
    return {key: count for key, count in published(rows).items() if count is not None}


def world(states):
    """Rows of a country whose states have municipalities with counts, each count divided by sex at random."""
    rows, sexes = [], {"H": 0, "M": 0}
    for number, places in enumerate(states, 1):
        code = f"{number:02d}"
        people = sum(h + m for h, m in places)
        rows.append(row("state", code, code, people))
        for place, (h, m) in enumerate(places):
            rows.append(row("municipality", f"{code}{place:03d}", code, h + m))
        for sex, index in (("H", 0), ("M", 1)):
            count = sum(pair[index] for pair in places)
            sexes[sex] += count
            if count:
                rows.append(row("state", code, code, count, split="sex", member=sex))
    rows.append(row("country", "MX", None, sum(sexes.values())))
    rows += [row("country", "MX", None, count, split="sex", member=sex) for sex, count in sexes.items() if count]
    return rows


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.tuples(COUNTS, COUNTS), min_size=1, max_size=6), min_size=1, max_size=6))
def test_nothing_shown_is_of_few_and_no_difference_is(states):
    rows = world(states)
    seen = shown(rows)
    for (level, code, split, member), count in seen.items():
        assert count == 0 or count >= SMALLEST, (level, code, split, member)
    everything = {(one["level"], one["code"], one["split"], one["member"]): one["rows"] for one in rows}
    for total, parts in families(everything):
        if total not in seen:
            inside = [part for part in parts if part in seen and part[0] != total[0]]
            assert not inside, "shown inside what is held back"
            continue
        # What is held back can be worked out only together; a single one then is not of few people.
        hidden = [everything[part] for part in parts if part not in seen]
        assert not any(hidden) or sum(hidden) >= SMALLEST, (total, hidden)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.tuples(COUNTS, COUNTS), min_size=1, max_size=2), min_size=1, max_size=5))
def test_who_tries_with_a_program_cannot_tell_a_held_back_count_closer(states):
    """Each count held back may be, for whoever knows all that is shown, in a range as wide as the smallest shown."""
    told = published(world(states))
    seen = {key: count for key, count in told.items() if count is not None}
    # A member that the file does not tell of in a state is known to be of nobody there.
    cells = [key for key in told if key[0] == "state" and key[2]]
    place_of = {key: column for column, key in enumerate(cells)}
    known = []
    for key, count in seen.items():
        level, code, split, member = key
        inside = [cell for cell in cells if (level == "country" or cell[1] == code) and member in ("", cell[3])]
        if level != "municipality" and inside:
            known.append(([place_of[cell] for cell in inside], count))
    equal = np.zeros((len(known) or 1, len(cells)))
    values = [count for _, count in known] or [0]
    for line, (columns, _) in enumerate(known):
        equal[line, columns] = 1
    for cell in cells:
        if cell not in seen and ("country", "MX", "sex", cell[3]) in seen:
            wanted = np.zeros(len(cells))
            wanted[place_of[cell]] = 1
            least = linprog(wanted, A_eq=equal, b_eq=values).fun
            most = -linprog(-wanted, A_eq=equal, b_eq=values).fun
            assert most - least >= SMALLEST - 1e-6, (cell, least, most)


@pytest.mark.parametrize("states", [[[(0, 5)], [(1, 4)], [(5, 0)]]])
def test_a_member_of_nobody_does_not_stand_for_people(states):
    """A state with no men cannot hide the only man of another one."""
    rows = world(states)
    seen = shown(rows)
    hidden = [
        one["rows"]
        for one in rows
        if one["split"]
        and one["member"] == "H"
        and one["level"] == "state"
        and ("state", one["code"], "sex", "H") not in seen
    ]
    assert sum(hidden) >= SMALLEST


def families(everything):
    """Totals with the parts that add up to them: places in places, members in a split, members over states."""
    for total in everything:
        level, code, split, member = total
        if split:
            continue
        if level == "country":
            yield total, [key for key in everything if key[0] == "state" and not key[2]]
        if level == "state":
            yield total, [key for key in everything if key[0] == "municipality" and key[1].startswith(code)]
        members = [key for key in everything if key[:2] == (level, code) and key[2] == "sex"]
        if any(key in everything for key in members):
            yield total, members
    for member in ("H", "M"):
        if ("country", "MX", "sex", member) in everything:
            yield (
                ("country", "MX", "sex", member),
                [key for key in everything if key[0] == "state" and key[2:] == ("sex", member)],
            )


def test_a_lone_small_municipality_takes_another_with_it():
    seen = shown(world([[(3, 0), (10, 10), (40, 40)], [(30, 30), (30, 30)]]))
    inside = [code for level, code, split, _ in seen if level == "municipality" and code.startswith("01")]
    assert inside == ["01002"]
    assert ("state", "01", "", "") in seen


def test_tables_of_no_person_hold_nothing_back():
    one = checked_indicators()["FAC-02"]
    with duckdb.connect() as con:
        values_table(con, [{**row("country", "MX", None, 1), "indicator": "FAC-02"}])
        assert hold_back(con, [one], SMALLEST) == 0


@pytest.mark.parametrize(
    ("rows", "below", "expected"), [(100, 98, False), (100, 200, True), (3, 200, False), (50, 53, False)]
)
def test_a_share_hides_when_those_left_over_are_few(rows, below, expected):
    count, whole = min(rows, below), max(rows, below)
    with duckdb.connect() as con:
        values_table(con, [{**row("country", "MX", None, count, below=whole), "indicator": "ENR-03"}])
        hold_back(con, [checked_indicators()["ENR-03"]], SMALLEST)
        assert con.execute("SELECT public FROM values").fetchall() == [(expected,)]


def test_every_indicator_of_people_is_looked_at():
    """No table of single people gives a value that passes by."""
    looked = {name for name, one in checked_indicators().items() if one.numerator and one.numerator.personal}
    assert {"ENR-01", "ENR-03", "POP-02", "CRD-01", "CRD-02"} <= looked
