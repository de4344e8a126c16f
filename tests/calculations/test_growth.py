"""Growth in pieces: whatever units do between two days, the pieces add up to the difference."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bienestar.calculations.growth import (
    Group,
    Piece,
    UnitAmounts,
    UnitThen,
    group_of,
    growth,
    is_same_scope,
    split_growth,
)

SINCE = dt.date(2026, 3, 31)
AMOUNTS = st.decimals(-10_000, 10_000, places=4)
DAYS = st.none() | st.dates(dt.date(2025, 1, 1), dt.date(2026, 9, 30))
THEN = st.none() | st.builds(UnitThen, st.booleans(), st.sampled_from(["IMB", "IMO", "SSA"]), DAYS, DAYS)
UNITS = st.tuples(
    THEN, THEN, st.builds(UnitAmounts, AMOUNTS, AMOUNTS, AMOUNTS, st.booleans(), st.booleans()), st.booleans()
)


def grouped(rows):
    return [
        (
            group_of(was, now, SINCE, counted_before=amounts.before != 0, counted_after=flag or amounts.after != 0),
            amounts,
        )
        for was, now, amounts, flag in rows
    ]


@given(st.lists(UNITS, max_size=30), AMOUNTS)
def test_the_pieces_add_up_to_the_difference_to_the_last_digit(rows, reported):
    units = grouped(rows)
    by_later_rule = sum((amounts.before for _group, amounts in units), Decimal(0))
    after = sum((amounts.after for _group, amounts in units), Decimal(0))
    split = split_growth(units, rule=by_later_rule - reported)
    assert split.difference == after - reported
    assert set(split.pieces) == set(Piece)


@given(st.lists(UNITS, max_size=30))
def test_the_constant_scope_grows_by_what_was_hired_and_reclassified_and_by_nothing_else(rows):
    split = split_growth(grouped(rows))
    assert split.same_after - split.same_before == split.pieces[Piece.HIRED] + split.pieces[Piece.RECLASSIFIED]


@given(THEN, THEN, st.booleans(), st.booleans())
def test_a_unit_that_works_on_one_day_only_is_never_the_same(was, now, before, after):
    group = group_of(was, now, SINCE, counted_before=before, counted_after=after)
    working = bool(was and was.operating), bool(now and now.operating)
    assert (group == Group.SAME) <= (working == (True, True))
    assert (group in (Group.OPENED, Group.JOINED)) <= working[1]
    assert (group == Group.LEFT) <= working[0]
    assert (group == Group.ELSEWHERE) == (working == (False, False))


IMB, SSA = UnitThen(True, "IMB"), UnitThen(True, "SSA")


@pytest.mark.parametrize(
    ("was", "now", "counted", "expected"),
    [
        (None, UnitThen(True, "IMB", opened_on=dt.date(2020, 1, 1)), (False, True), Group.JOINED),
        (None, UnitThen(True, "IMB", opened_on=SINCE), (False, True), Group.JOINED),
        (None, UnitThen(True, "IMB", opened_on=dt.date(2026, 4, 1)), (False, True), Group.OPENED),
        (UnitThen(False, "IMB"), IMB, (False, True), Group.OPENED),
        (SSA, IMB, (False, True), Group.JOINED),
        (IMB, SSA, (True, False), Group.LEFT),
        (IMB, None, (True, False), Group.LEFT),
        (IMB, UnitThen(False, "IMB"), (True, False), Group.LEFT),
        (UnitThen(True, "IMO"), IMB, (True, True), Group.SAME),
        (IMB, IMB, (False, True), Group.SAME),
        (UnitThen(False, "IMB"), None, (True, False), Group.ELSEWHERE),
    ],
)
def test_what_became_of_a_unit(was, now, counted, expected):
    assert group_of(was, now, SINCE, counted_before=counted[0], counted_after=counted[1]) == expected


def test_a_unit_that_first_reports_has_hired_nobody():
    amounts = UnitAmounts(Decimal(0), Decimal(0), Decimal(7), told_before=False)
    split = split_growth([(Group.SAME, amounts)])
    assert split.pieces[Piece.REPORTED] == 7
    assert split.pieces[Piece.HIRED] == 0
    assert not is_same_scope(Group.SAME, amounts)
    assert split.same_units == 0


def test_growth_is_reckoned_and_never_without_a_base():
    assert growth(121_000, 168_627) == pytest.approx(0.3936, abs=5e-5)
    assert growth(0, 5) is None
    assert growth(None, 5) is None
    assert growth(5, None) is None
