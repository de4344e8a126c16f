"""Rooms fill the frozen tables as things stood on a day; each is compared with a slow, obvious reckoning."""

from __future__ import annotations

import datetime as dt
from typing import Any

import duckdb
import pytest
from django.utils import timezone

from bienestar.foundation.accounts.models import User
from bienestar.foundation.definitions.tables import frozen_tables
from bienestar.foundation.facilities.actions import tie_keys
from bienestar.foundation.facilities.models import Unit
from bienestar.foundation.storage.frozen import TYPES, provide, providers, scratch
from bienestar.insight.indicators.models import ValueSet
from bienestar.registers.beneficiaries.actions import unmerge_person
from bienestar.registers.beneficiaries.models import Person
from tests.conftest import People
from tests.indicators.made import make_set
from tests.snapshots.conftest import CENTRE, EARLY, HOSPITAL, RURAL, SECRETS, at
from tests.snapshots.slow import SLOW, Rows

World = dict[str, Unit]


def filled(table: str, day: dt.date) -> Rows:
    """Rows of a frozen table on a day, in the order of its key; numbers as floats."""
    con = duckdb.connect()
    providers()[table](con, "frozen", day)
    con.execute("FROM frozen")
    names = [column[0] for column in con.description]
    rows = [dict(zip(names, row, strict=True)) for row in con.fetchall()]
    assert con.execute("SELECT table_name FROM duckdb_tables()").fetchall() == [("frozen",)], "scratch tables stay"
    return in_order(table, rows)


def in_order(table: str, rows: Rows) -> Rows:
    shape = frozen_tables()[table]
    for row in rows:
        for name, kind in shape.kinds.items():
            if kind in ("number", "whole") and row[name] is not None:
                row[name] = float(row[name])
    return sorted(rows, key=lambda row: [str(row[name]) for name in shape.key])


def same(kind: str, value: Any, other: Any, within: float) -> bool:
    if kind != "number" or value is None or other is None:
        return bool(value == other)
    return bool(value == pytest.approx(other, abs=within))


def test_every_recorded_table_is_described_and_reckoned() -> None:
    assert set(providers()) == set(SLOW)
    assert set(providers()) <= set(frozen_tables())


@pytest.mark.django_db
@pytest.mark.parametrize("table", sorted(SLOW))
def test_an_empty_database_gives_the_described_columns_and_no_rows(table: str) -> None:
    con = duckdb.connect()
    providers()[table](con, "frozen", EARLY)
    found = con.execute("DESCRIBE frozen").fetchall()
    assert [row[:2] for row in found] == [(name, TYPES[kind]) for name, kind in frozen_tables()[table].kinds.items()]
    assert con.execute("SELECT count(*) FROM frozen").fetchall() == [(0,)]


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize("table", sorted(SLOW))
def test_a_table_says_what_stood_on_a_day(table: str, system: User) -> None:
    if table == "claim_checks":
        made = make_set(system, EARLY - dt.timedelta(days=92))
        ValueSet.objects.filter(pk=made.pk).update(published_at=at(EARLY, 23))
    shape = frozen_tables()[table]
    differ = []
    for day in (EARLY, timezone.localdate()):
        rows, slow = filled(table, day), in_order(table, SLOW[table](day))
        assert rows, "a table without rows shows nothing"
        assert [list(row) for row in rows] == [list(shape.kinds)] * len(rows)
        assert len(rows) == len(slow)
        for row, wanted in zip(rows, slow, strict=True):
            assert set(wanted) == set(shape.kinds)
            for name, kind in shape.kinds.items():
                # An outline's edge between two corners of one parallel is not quite that parallel.
                within = abs(wanted["area"]) * 1e-4 if name == "area" else 1e-4
                assert same(kind, row[name], wanted[name], within), f"{name} of {[row[k] for k in shape.key]} on {day}"
        keys = [tuple(row[name] for name in shape.key) for row in rows]
        assert len(set(keys)) == len(keys), "the key is not one"
        assert all(row["state"] for row in rows)
        differ.append(rows)
    assert differ[0] != differ[1], "the world of the test has no history for this table"


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize("table", sorted(SLOW))
def test_nobody_can_be_recognised(table: str) -> None:
    text = str([list(row.values()) for row in filled(table, timezone.localdate())])
    assert not [secret for secret in SECRETS if secret in text]
    if table in ("persons", "cards"):
        assert all(str(person.birth_date) not in text for person in Person.objects.exclude(birth_date=None))
        assert frozen_tables()[table].personal


def test_a_unit_is_what_it_was(world: World) -> None:
    before = {row["unit"]: row for row in filled("units", EARLY)}
    now = {row["unit"]: row for row in filled("units", timezone.localdate())}
    joined = next(uid for uid, row in now.items() if row["clues"] == "XAIMB000105")
    assert (before[joined]["operator"], before[joined]["clues"]) == ("SSA", "XASSA000105")
    assert (now[joined]["operator"], now[joined]["joined_on"]) == ("IMB", dt.date(2025, 1, 1))
    assert before[joined]["opened_on"] == now[joined]["opened_on"] == dt.date(2010, 5, 1)
    assert set(now) - set(before) == {"XAIMB000110"}, "it had neither key nor status yet"
    assert (before[RURAL]["operating"], now[RURAL]["operating"]) == (True, False)
    # Beds of one kind were looked for and not counted in the hospital: how many there are is not known.
    assert (before[HOSPITAL]["beds"], now[HOSPITAL]["beds"]) == (30, 35)
    assert (before[HOSPITAL]["consulting_rooms"], before[HOSPITAL]["theatres_working"]) == (None, 2)
    assert (before[CENTRE]["days_open"], before[CENTRE]["hours_week"]) == (5, 32.5)
    assert (now[CENTRE]["days_open"], now[CENTRE]["hours_week"]) == (7, 168)
    assert (before[RURAL]["days_open"], before[RURAL]["hours_week"]) == (None, None)
    assert before[HOSPITAL]["hospital"]
    assert not before[CENTRE]["hospital"]


def test_figures_of_people_add_up_and_nobody_is_counted_twice(world: World) -> None:
    rows = filled("population", EARLY)
    people = [row["people"] for row in rows if row["measure"] == "population"]
    assert sum(people) == 128_000  # the municipalities'; neither the state's nor the country's own figure
    speakers = {row["state"]: (row["municipality"], row["people"]) for row in rows if "speakers" in row["measure"]}
    assert speakers == {"91": ("91002", 3_000), "92": (None, 9_000)}


def test_a_merged_person_counts_once_and_from_the_first_day(world: World, people: People) -> None:
    merged = Person.objects.get(merged_into__isnull=False)
    kept = merged.merged_into
    assert kept
    rows = {row["person"]: row for row in filled("persons", EARLY)}
    assert merged.uid not in rows
    assert rows[kept.uid]["registered_on"] == dt.date(2024, 4, 1), "the record that stays came later"
    unmerge_person(by=people.supervisor_a, person=merged)
    rows = {row["person"]: row for row in filled("persons", EARLY)}
    assert merged.uid in rows
    assert kept.uid not in rows


def test_a_late_hour_belongs_to_its_day_in_mexico(world: World) -> None:
    """Registered at 23:30 of the cut-off, which is the next day in UTC."""
    registered = [row for row in filled("persons", EARLY) if row["registered_on"] == EARLY]
    assert len(registered) == 1
    assert registered[0]["eligibility"] == "covered"
    assert not [row for row in filled("persons", EARLY - dt.timedelta(days=1)) if row["covered_by"]]


def test_a_card_is_where_its_steps_had_brought_it(world: World) -> None:
    before = {row["stage"]: row for row in filled("cards", EARLY)}
    assert set(before) == {"received", "requested"}
    assert before["received"]["delivered_on"] is None
    assert not before["received"]["active"]
    later = next(row for row in filled("cards", dt.date(2024, 9, 30)) if row["delivered_on"])
    assert later["active"]
    assert later["days_to_delivery"] == 184
    now = {row["stage"]: row for row in filled("cards", timezone.localdate())}
    assert now["replaced"]["ended_on"] == dt.date(2025, 4, 1)
    assert not now["replaced"]["active"]


def test_each_unit_has_the_lines_of_its_newest_diagnosis(world: World) -> None:
    days = {row["unit"]: row["as_of"] for row in filled("gap_lines", EARLY)}
    assert days[HOSPITAL] == dt.date(2024, 7, 15)
    assert days["XBIMB000010"] == dt.date(2024, 5, 1), "only the country's run covers state B"
    assert filled("gap_lines", dt.date(2024, 4, 30)) == []


def test_rows_of_a_unit_that_was_folded_into_another_are_its(world: World, system: Any) -> None:
    """The centre's people stay, under the unit that it became; a frozen line of the folded row waits for a new run."""
    assert tie_keys(by=system, pairs=[(CENTRE, RURAL)]) == ("changed",)
    gone = Unit.objects.exclude(merged_into=None).get()
    kept = gone.merged_into
    assert kept
    day = timezone.localdate()
    assert {row["unit"] for row in filled("persons", day)} >= {kept.uid}
    for table in sorted(set(SLOW) - {"municipalities", "population", "census_teams"}):
        assert gone.uid not in {row["unit"] for row in filled(table, day)}, table


def test_one_table_has_one_provider() -> None:
    with pytest.raises(ValueError, match="two rooms"):
        provide("units", lambda con, into, day: None)


def test_scratch_tables_go_also_when_something_fails() -> None:
    con = duckdb.connect()

    def fail() -> None:
        with scratch(con) as name:
            con.execute(f"CREATE TABLE {name('one')} AS SELECT 1")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert con.execute("SELECT count(*) FROM duckdb_tables()").fetchall() == [(0,)]
