"""Between two cut-offs: as reported, and unit by unit against a slow reckoning row by row."""

from __future__ import annotations

import json
from collections import defaultdict
from decimal import Decimal
from typing import Any

import duckdb
import pytest
from click.testing import CliRunner

from bienestar.calculations.growth import Piece
from bienestar.cli.indicators import indicators
from bienestar.foundation.accounts.queries import PublicUser
from bienestar.insight.indicators.choices import NoScope
from bienestar.insight.indicators.queries.comparing import compare_sets
from bienestar.insight.indicators.queries.values import definitions_of, value_of
from bienestar.insight.snapshots.queries.reading import attach, folder_of, manifest_of
from tests.indicators.two_days import TwoSets, make_two_sets

pytestmark = pytest.mark.django_db
PUBLIC = PublicUser()


@pytest.fixture
def two(system) -> TwoSets:
    return make_two_sets(system)


def rows_of(value_set, table: str, state: str | None = None) -> list[dict[str, Any]]:
    with duckdb.connect() as con:
        attach(con, folder_of(value_set.snapshot), manifest_of(value_set.snapshot))
        found = con.execute(f"SELECT * FROM {table}")
        names = [column[0] for column in found.description]
        rows = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    return [row for row in rows if state is None or row["state"] == state]


OURS = ("IMB", "IMO")


def first_level(unit: dict[str, Any]) -> bool:
    return bool(
        unit["operating"]
        and unit["care"]
        and unit["outpatient"]
        and unit["care_level"] == 1
        and unit["operator"] in OURS
    )


def passed_to_another(was: dict[str, Any], now: dict[str, Any], two: TwoSets) -> bool:
    return was["operator"] != now["operator"] or (now["joined_on"] or two.before.cut_off) > two.before.cut_off


def slow_group(was: Any, now: Any, counted: tuple[bool, bool], two: TwoSets) -> str:
    worked, works = bool(was and was["operating"]), bool(now and now["operating"])
    if worked and works:
        if passed_to_another(was, now, two) and counted == (False, True):
            return "joined"
        if passed_to_another(was, now, two) and counted == (True, False):
            return "left"
        return "same"
    if worked:
        return "left"
    if works:
        if was is None and not (now["opened_on"] and now["opened_on"] > two.before.cut_off):
            return "joined"
        return "opened"
    return "elsewhere"


@pytest.mark.parametrize("state", [None, "02"])
def test_units_that_joined_opened_left_and_were_reclassified_are_told_apart(two, state):
    was = {row["unit"]: row for row in rows_of(two.before, "units", state)}
    now = {row["unit"]: row for row in rows_of(two.after, "units", state)}
    expected: dict[str, int] = defaultdict(int)
    same = [0, 0]
    for uid in was.keys() | now.keys():
        counted = uid in was and first_level(was[uid]), uid in now and first_level(now[uid])
        if not any(counted):
            continue
        group = slow_group(was.get(uid), now.get(uid), counted, two)
        if group == "same":
            same[0] += counted[0]
            same[1] += counted[1]
            group = "reclassified" if was[uid]["operator"] in OURS and now[uid]["operator"] in OURS else "hired"
        expected[group] += counted[1] - counted[0]
    code = state or "MX"
    found = compare_sets(PUBLIC, two.before, two.after, "FAC-02", code)
    split = found.parts[0].split
    assert {piece.value: int(amount) for piece, amount in split.pieces.items() if amount} == {
        group: amount for group, amount in expected.items() if amount
    }
    assert (found.same_before, found.same_after) == tuple(same)
    assert found.difference == value_of(PUBLIC, two.after, "FAC-02", code).value - found.before.value
    if state is None:
        assert {Piece.JOINED, Piece.OPENED, Piece.LEFT, Piece.RECLASSIFIED} <= {
            piece for piece, amount in split.pieces.items() if amount
        }


def slow_staff(two: TwoSets, category: str) -> tuple[dict[str, Decimal], list[Decimal]]:
    """Filled posts of a category, row by row and unit by unit."""
    units = [{row["unit"]: row for row in rows_of(one, "units")} for one in (two.before, two.after)]
    staff = [rows_of(one, "staff") for one in (two.before, two.after)]
    matched = [{(row["unit"], row["resource"]): row for row in rows} for rows in staff]

    def amount(row: Any, category_now: str, operators: dict[str, Any]) -> Decimal:
        unit = operators.get(row["unit"])
        counts = category_now == category and unit and unit["operator"] in OURS and row["filled"] is not None
        return row["filled"] if counts else Decimal(0)

    pieces: dict[str, Decimal] = defaultdict(Decimal)
    same = [Decimal(0), Decimal(0)]
    for uid in {row["unit"] for rows in staff for row in rows}:
        mine = [[row for row in rows if row["unit"] == uid] for rows in staff]
        before = sum((amount(row, row["category"], units[0]) for row in mine[0]), Decimal(0))
        after = sum((amount(row, row["category"], units[1]) for row in mine[1]), Decimal(0))
        renamed = Decimal(0)
        for row in mine[0]:
            later = matched[1].get((uid, row["resource"]))
            renamed += amount(row, later["category"] if later else row["category"], units[0])
        counted = tuple(
            any(
                row["category"] == category
                and amount(row, category, units[day]) is not None
                and (units[day].get(uid) or {}).get("operator") in OURS
                and row["filled"] is not None
                for row in mine[day]
            )
            for day in (0, 1)
        )
        group = slow_group(units[0].get(uid), units[1].get(uid), counted, two)
        if group != "same":
            pieces[group] += after - before
        elif not mine[0] or not mine[1]:
            pieces["reported"] += after - before
        else:
            pieces["reclassified"] += renamed - before
            pieces["hired"] += after - renamed
            same[0] += before
            same[1] += after
    return {name: amount for name, amount in pieces.items() if amount}, same


@pytest.mark.parametrize(("indicator", "category"), [("WRK-02", "specialist"), ("WRK-04", "nurse")])
def test_hired_is_told_apart_from_joined_first_reported_and_called_otherwise(two, indicator, category):
    expected, same = slow_staff(two, category)
    found = compare_sets(PUBLIC, two.before, two.after, indicator)
    split = found.parts[0].split
    assert {piece.value: amount for piece, amount in split.pieces.items() if amount} == expected
    assert {"joined", "reported", "reclassified", "hired"} <= expected.keys()
    assert [Decimal(str(found.same_before)), Decimal(str(found.same_after))] == same


def test_every_indicator_either_adds_up_or_says_why_not(two, system):
    told, untold = 0, set()
    for indicator in definitions_of(two.after):
        for code in ("MX", "01"):
            found = compare_sets(system, two.before, two.after, indicator, code)
            for part in found.parts:
                if part.split is not None:
                    assert part.split.difference == part.after - part.before
                    inside = [change for change in part.changes if change.group == "same"]
                    assert sum((one.after for one in inside), Decimal(0)) == part.split.same_after
                    told += 1
            if found.why_not:
                untold.add(found.why_not)
                assert found.same_after is None
            else:
                assert found.parts
    assert told > 40
    assert untold >= {NoScope.CHANGE, NoScope.NO_UNITS, NoScope.NOT_KNOWN}


def test_a_ratio_on_constant_scope_is_of_the_same_units_on_both_sides(two):
    found = compare_sets(PUBLIC, two.before, two.after, "WRK-06")
    above, below = found.parts
    assert [part.name for part in found.parts] == ["numerator", "denominator"]
    assert [(one.unit, one.group) for one in above.changes] == [(one.unit, one.group) for one in below.changes]
    assert found.same_after == pytest.approx(100 * float(above.split.same_after / below.split.same_after))
    assert found.growth == pytest.approx((found.after.value - found.before.value) / found.before.value)


def test_the_public_is_not_told_which_units_people_came_from(two, system):
    public = compare_sets(PUBLIC, two.before, two.after, "ENR-01")
    assert public.before.known
    assert public.why_not == NoScope.WITHHELD
    assert all(part.split is None and not part.changes for part in public.parts)
    assert compare_sets(system, two.before, two.after, "ENR-01").parts[0].split is not None


def test_without_the_frozen_tables_it_says_so_and_still_tells_what_was_reported(two):
    two.before.snapshot.folder += "-gone"
    found = compare_sets(PUBLIC, two.before, two.after, "FAC-01", "03")
    assert found.why_not == NoScope.NO_SNAPSHOT
    assert found.difference is not None


def test_the_command_tells_the_same_and_refuses_what_is_not_there(two):
    asked = ["compare", "WRK-02", "--before", "2026-03-31", "--after", "2026-09-30"]
    told = CliRunner().invoke(indicators, [*asked, "--json", "-"])
    assert told.exit_code == 0, told.output
    answer = json.loads(told.output)
    found = compare_sets(PUBLIC, two.before, two.after, "WRK-02")
    assert answer["difference"] == found.difference
    assert sum(answer["parts"]["numerator"]["pieces"].values()) == pytest.approx(answer["difference"])
    assert answer["constant_scope"]["units"] == found.same_units
    shown = CliRunner().invoke(indicators, [*asked, "--area", "02"])
    assert shown.exit_code == 0
    assert "reclassified" in shown.output
    for wrong in (["--area", "Jalisco"], ["--before", "2026-10-31"], ["--after", "2026-09-29"]):
        assert CliRunner().invoke(indicators, [*asked, *wrong]).exit_code == 2
