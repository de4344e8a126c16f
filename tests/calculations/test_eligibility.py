"""Who is eligible: the table of cases, and what must hold whatever the rolls say."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bienestar.calculations.eligibility import (
    Conclusion,
    Cover,
    Evidence,
    Found,
    Rules,
    conclude,
    is_news,
    months_later,
    seen,
)

DAY = dt.date(2026, 3, 31)
CUT = dt.date(2026, 3, 1)
RULES = Rules(required=("imss", "issste"), recheck_months=12, roll_valid_days=180)
CODES = ("imss", "issste", "pemex")


def evidence(**found):
    return [Evidence(code, None if told == "none" else CUT, Found(told)) for code, told in found.items()]


YEAR, ROLL_ENDS = dt.date(2027, 3, 31), CUT + dt.timedelta(days=180)
CASES = [
    ("in no required roll", evidence(imss="no", issste="no"), [], Conclusion("eligible", "", ROLL_ENDS)),
    (
        "rolls that are not required may be missing or old",
        [*evidence(imss="no", issste="no", pemex="none"), Evidence("state", CUT, Found.OLD)],
        [],
        Conclusion("eligible", "", ROLL_ENDS),
    ),
    ("a required roll is missing", evidence(imss="no", issste="none"), [], Conclusion("unknown")),
    ("a required roll is not even named", evidence(imss="no"), [], Conclusion("unknown")),
    ("a required roll is old", evidence(imss="old", issste="no"), [], Conclusion("unknown")),
    ("no roll at all", [], [], Conclusion("unknown")),
    ("a pair waits", evidence(imss="no", issste="review"), [], Conclusion("unknown")),
    (
        "a pair waits with an institution that is not required",
        evidence(imss="no", issste="no", pemex="review"),
        [],
        Conclusion("unknown"),
    ),
    ("covered", evidence(imss="yes", issste="no"), [Cover("imss")], Conclusion("covered", "imss", YEAR)),
    (
        "covered although a pair waits and a roll is missing",
        evidence(imss="yes", issste="none", pemex="review"),
        [Cover("imss")],
        Conclusion("covered", "imss", YEAR),
    ),
    (
        "covered to a day",
        evidence(imss="yes", issste="no"),
        [Cover("imss", dt.date(2026, 5, 5))],
        Conclusion("covered", "imss", dt.date(2026, 5, 5)),
    ),
    (
        "the last day of cover is covered",
        evidence(imss="yes", issste="no"),
        [Cover("imss", DAY)],
        Conclusion("covered", "imss", DAY),
    ),
    (
        "cover that ended covers no more",
        evidence(imss="no", issste="no"),
        [Cover("imss", DAY - dt.timedelta(days=1))],
        Conclusion("eligible", "", ROLL_ENDS),
    ),
    (
        "of two the one that lasts",
        evidence(imss="yes", issste="yes"),
        [Cover("imss", dt.date(2026, 5, 5)), Cover("issste")],
        Conclusion("covered", "issste", YEAR),
    ),
    (
        "an affiliation that no roll confirms still covers",
        evidence(imss="old", issste="no"),
        [Cover("imss")],
        Conclusion("covered", "imss", YEAR),
    ),
]


@pytest.mark.parametrize(("case", "told", "covers", "expected"), CASES, ids=[case[0] for case in CASES])
def test_cases(case, told, covers, expected):
    assert conclude(DAY, told, covers, RULES) == expected


def test_contested_whatever_the_rolls_say():
    for _case, told, covers, _expected in CASES:
        assert conclude(DAY, told, covers, RULES, contested=True) == Conclusion("contested")


@pytest.mark.parametrize(
    ("cut", "linked", "waits", "expected"),
    [
        (None, False, False, "none"),
        (None, True, True, "none"),
        (CUT, True, True, "yes"),
        (CUT, False, True, "review"),
        (CUT, False, False, "no"),
        (DAY - dt.timedelta(days=180), False, False, "no"),
        (DAY - dt.timedelta(days=181), False, False, "old"),
        (DAY - dt.timedelta(days=181), True, False, "yes"),
        (DAY - dt.timedelta(days=181), False, True, "review"),
    ],
)
def test_what_a_roll_says(cut, linked, waits, expected):
    assert seen(DAY, cut, linked=linked, waits=waits, rules=RULES) == expected


days = st.dates(dt.date(2024, 1, 1), dt.date(2028, 12, 31))
covers_ = st.lists(st.builds(Cover, st.sampled_from(CODES), st.none() | days), max_size=3)
rolls = st.fixed_dictionaries({code: st.none() | st.tuples(days, st.booleans(), st.booleans()) for code in CODES})


def said(day, told):
    """Evidence as a run makes it: from the cut-off, a link and a pair that waits."""
    return [
        Evidence(code, one and one[0], seen(day, one and one[0], linked=one[1], waits=one[2], rules=RULES))
        if one
        else Evidence(code, None, Found.NONE)
        for code, one in told.items()
    ]


@given(days, rolls, covers_)
def test_what_holds_today_holds_until_its_last_day(day, told, covers):
    """With nothing new, the conclusion of any later day of its validity is the same; so nobody needs ask again."""
    now = conclude(day, said(day, told), covers, RULES)
    if now.valid_until is None:
        assert now.result == "unknown"
        return
    assert day <= now.valid_until <= months_later(day, RULES.recheck_months)
    later = conclude(now.valid_until, said(now.valid_until, told), covers, RULES)
    assert later.result == now.result


@given(days, rolls, covers_)
def test_nobody_is_called_eligible_on_less_than_all_that_is_required(day, told, covers):
    now = conclude(day, said(day, told), covers, RULES)
    if now.result != "eligible":
        return
    assert now.institution == ""
    for code in RULES.required:
        cut, linked, waits = told[code]
        assert not linked
        assert not waits
        assert (day - cut).days <= RULES.roll_valid_days
    assert all(cover.until and cover.until < day for cover in covers)


@given(days, rolls, covers_)
def test_the_same_again_is_no_news_until_it_ran_out(day, told, covers):
    first = said(day, told)
    now = conclude(day, first, covers, RULES)
    assert is_news(day, None, (now, first))
    assert not is_news(day, (now, first), (now, first))
    if now.valid_until:
        after = now.valid_until + dt.timedelta(days=1)
        again = said(after, told)
        assert is_news(after, (now, first), (conclude(after, again, covers, RULES), again))


@given(days, rolls, covers_, st.integers(1, 60))
def test_a_newer_cut_that_says_the_same_is_no_news(day, told, covers, later):
    old = said(day, told)
    newer = [Evidence(one.institution, one.cut_off and day, one.found) for one in old]
    then, now = conclude(day, old, covers, RULES), conclude(day, newer, covers, RULES)
    if Found.OLD not in {one.found for one in old} and all(one.cut_off is None or one.cut_off <= day for one in old):
        assert not is_news(day, (then, old), (now, newer))


@given(days, st.integers(0, 400))
def test_months_later(day, months):
    """By counting: the same month number on, and the day unless that month is shorter."""
    found = months_later(day, months)
    assert (found.year * 12 + found.month) - (day.year * 12 + day.month) == months
    assert found.day == day.day or (found.day < day.day and (found + dt.timedelta(days=1)).day == 1)
