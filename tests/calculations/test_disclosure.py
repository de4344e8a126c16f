"""Nobody can work a held-back count out of the published table, also with a program that tries."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from bienestar.calculations.disclosure import shown_parts

Rows = list[tuple[int, int]]
SMALLEST = 5


@st.composite
def tables(draw: st.DrawFn) -> Rows:
    """Persons and cards (never more than persons) of the parts of a territory whose totals may be published."""
    persons = draw(st.lists(st.integers(0, 30) | st.integers(0, 6), min_size=1, max_size=7))
    rows = [(count, draw(st.integers(0, count))) for count in persons]
    rows[0] = (rows[0][0] + 5, rows[0][1] + 5) if min(map(sum, zip(*rows, strict=True))) < SMALLEST else rows[0]
    return rows


def bounds(rows: Rows, shown: Sequence[bool], row: int, column: int) -> tuple[float, float]:
    """The least and most that a count can be for somebody who knows the totals, what is shown, and cards ≤ persons."""
    size = len(rows)
    equal, values = [], []
    for kind in (0, 1):
        line = np.zeros(2 * size)
        line[kind * size : (kind + 1) * size] = 1
        equal.append(line)
        values.append(sum(one[kind] for one in rows))
    for place, is_shown in enumerate(shown):
        for kind in (0, 1) if is_shown else ():
            line = np.zeros(2 * size)
            line[kind * size + place] = 1
            equal.append(line)
            values.append(rows[place][kind])
    less = np.hstack([-np.eye(size), np.eye(size)])
    wanted = np.zeros(2 * size)
    wanted[column * size + row] = 1
    how = {"A_ub": less, "b_ub": np.zeros(size), "A_eq": np.array(equal), "b_eq": values}
    return linprog(wanted, **how).fun, -linprog(-wanted, **how).fun


@given(tables())
@settings(max_examples=60, deadline=None)
def test_a_held_back_count_can_be_told_no_closer_than_the_smallest_that_is_shown(rows: Rows) -> None:
    shown = shown_parts(rows, SMALLEST)
    for place, is_shown in enumerate(shown):
        if is_shown:
            assert min(rows[place]) >= SMALLEST or rows[place] == (0, 0)
            continue
        for column in (0, 1):
            least, most = bounds(rows, shown, place, column)
            assert most - least >= SMALLEST - 1e-6


@given(tables())
def test_no_more_is_held_back_than_the_smallest_that_make_it_safe(rows: Rows) -> None:
    shown = shown_parts(rows, SMALLEST)
    few = [place for place, row in enumerate(rows) if min(row) < SMALLEST and any(row)]
    assert all(shown) == (not few)
    extra = [place for place, is_shown in enumerate(shown) if not is_shown and place not in few]
    left = [rows[place] for place, is_shown in enumerate(shown) if is_shown and any(rows[place])]
    assert all(rows[place] <= other for place in extra for other in left)


def test_one_small_part_takes_the_next_with_it() -> None:
    assert shown_parts([(3, 1), (50, 40), (20, 10)]) == [False, True, False]
    assert shown_parts([(3, 3), (4, 4), (20, 10)]) == [False, False, True]
    assert shown_parts([(0, 0), (4, 4), (9, 9)]) == [True, False, False]
    assert shown_parts([(0, 0), (0, 0), (9, 9)]) == [True, True, True]  # of nobody, nothing is told
    assert shown_parts([(9, 9)]) == [True]
    assert shown_parts([]) == []
