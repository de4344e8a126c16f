"""Units, their keys over time, and files that come in any order."""

import datetime as dt
from itertools import permutations

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from bienestar.foundation.accounts.actions import create_user, grant_role, move_grants
from bienestar.foundation.accounts.models import Grant, User
from bienestar.foundation.facilities.actions import (
    CatchmentRow,
    HoursRow,
    UnitRow,
    put_catchment,
    put_hours,
    put_units,
    tie_keys,
)
from bienestar.foundation.facilities.models import CapacityCount, Unit, UnitIdentifier, UnitStatus
from bienestar.foundation.facilities.queries import (
    catchment_people_as_of,
    current_key,
    hours_as_of,
    operating_units,
    unit_visible_to,
    unit_with_history,
    units_by_key,
    units_visible_to,
)
from bienestar.foundation.journal.actions import keep_source
from bienestar.foundation.journal.models import JournalEntry
from bienestar.insight.gaps.models import DiagnosisRun, GapLine, StandardsVersion
from bienestar.operations.census.actions import Seen, VisitRow, accept_visits, open_round, record_visits

NEW, OLD = "XAIMB000102", "XASSA000104"
HANDOVER = dt.date(2024, 7, 18)


def file(letter, year):
    return keep_source(sha256=letter * 64, kind="clues", name=f"{letter}.csv", published_on=dt.date(year, 1, 1))


@pytest.fixture
def place(territory):
    return territory.municipalities["91001"]


def loaders(system, place):
    """Four files that speak of one unit, each a call that loads it."""
    key = {"municipality_id": place.pk, "unit_type": "rural_health_center"}
    return {
        "national list": lambda: put_units(
            by=system,
            source=file("a", 2026),
            rows=[UnitRow(NEW, "Centro Nuevo", **key, old_key=OLD, status="operating", latitude=19.2)],
        ),
        "catalogue": lambda: put_units(
            by=system,
            source=file("b", 2025),
            rows=[UnitRow(NEW, "Centro", **key, key_from=HANDOVER, status="operating", jurisdiction="Dos", nuclei=1)],
        ),
        "closed twins": lambda: put_units(
            by=system,
            source=file("c", 2025),
            rows=[UnitRow(OLD, "Viejo", **key, key_open=False, key_to=HANDOVER, jurisdiction="Uno", stratum="rural")],
        ),
        "crosswalk": lambda: tie_keys(by=system, source=file("d", 2025), pairs=[(NEW, OLD)]),
    }


def picture():
    """What is stored of the one unit, without what may depend on the order: row numbers and the uid."""
    unit = Unit.objects.get(merged_into=None)
    keys = sorted((i.value, i.valid_from, i.valid_to, i.is_current) for i in unit.identifiers.all())
    operators = sorted((o.operator, o.valid_from, o.valid_to) for o in unit.operators.all())
    fields = (unit.name, unit.jurisdiction, unit.nuclei, unit.stratum, unit.latitude)
    return fields, keys, operators, [s.status for s in unit.statuses.all()]


def test_files_in_any_order_tell_the_same_unit(system, place):
    calls = loaders(system, place)
    seen = []
    for order in permutations(calls):
        with transaction.atomic():
            for name in order:
                calls[name]()
            # A crosswalk that came before either unit tied nothing: it is loaded again at the end.
            calls["crosswalk"]()
            seen.append(picture())
            transaction.set_rollback(True)
    assert seen[0] == (
        ("Centro Nuevo", "Dos", 1, "rural", 19.2),
        [(NEW, HANDOVER, None, True), (OLD, None, HANDOVER, False)],
        [("IMB", HANDOVER, None), ("SSA", None, HANDOVER)],
        ["operating"],
    )
    assert all(one == seen[0] for one in seen)


def test_the_same_file_again_changes_nothing(system, place):
    calls = loaders(system, place)
    for call in calls.values():
        call()
    before = (picture(), JournalEntry.objects.count())
    for call in calls.values():
        assert set(call()) == {"unchanged"}
    assert (picture(), JournalEntry.objects.count()) == before


def test_an_old_key_finds_the_unit_and_the_new_one_is_shown(system, people, place):
    loaders(system, place)["national list"]()
    unit = unit_visible_to(people.coordinator_a, OLD.lower())
    assert current_key(unit) == NEW
    assert [i.value for i in unit_with_history(unit).identifiers.all()] == [NEW, OLD]
    assert units_by_key([NEW, OLD, "ZZ"]) == {NEW: unit.pk, OLD: unit.pk}
    with pytest.raises(Unit.DoesNotExist):
        unit_visible_to(people.coordinator_b, OLD)


def test_folding_moves_what_was_counted_and_leaves_frozen_results_alone(system, place, territory):
    calls = loaders(system, place)
    calls["catalogue"]()
    calls["closed twins"]()
    first, second = Unit.objects.order_by("pk")
    round_ = open_round(by=system, area=territory.state_a, name="R", starts_on=dt.date(2024, 7, 1))
    seen = (Seen("room.dental", 1, 1), Seen("staff.dentist", 2, 1))
    record_visits(by=system, round_=round_, visits=[VisitRow(second.pk, dt.date(2024, 7, 1), seen)])
    accept_visits(by=system, visits=list(round_.visits.all()))
    standards = StandardsVersion.objects.create(version="1", sha256="1", content={})
    run = DiagnosisRun.objects.create(
        area=territory.state_a, as_of=dt.date(2024, 7, 1), standards=standards, made_by="x", units=1, units_observed=1
    )
    GapLine.objects.create(run=run, unit=second, resource="room.dental", required=1, existing=1, usable=1, gap=0)
    calls["crosswalk"]()
    assert Unit.objects.get(pk=second.pk).merged_into == first
    assert list(CapacityCount.objects.values_list("unit", "resource")) == [(first.pk, "room.dental")]
    assert list(round_.visits.values_list("unit", flat=True)) == [first.pk]
    assert GapLine.objects.get().unit_id == second.pk
    assert [unit.pk for unit in units_visible_to(system)] == [first.pk]


def test_a_newer_file_closes_a_unit_and_the_past_stays(system, place):
    row = {"key": NEW, "name": "C", "municipality_id": place.pk, "unit_type": "rural_health_center"}
    put_units(by=system, source=file("b", 2025), rows=[UnitRow(**row, status="operating")])
    put_units(by=system, source=file("a", 2026), rows=[UnitRow(**row, status="closed")])
    path = place.path
    assert operating_units(path, dt.date(2025, 12, 31)).count() == 1
    assert operating_units(path, dt.date(2026, 1, 1)).count() == 0
    # An older file that comes late does not open it again.
    put_units(by=system, source=file("c", 2024), rows=[UnitRow(**row, status="operating")])
    assert operating_units(path, dt.date(2026, 1, 1)).count() == 0


def test_a_new_unit_of_a_district_is_not_written_by_a_stranger(people, place):
    row = UnitRow(NEW, "C", place.pk, "rural_health_center")
    for stranger in (people.coordinator_b, people.auditor, people.director, people.census_lead):
        with pytest.raises(PermissionDenied):
            put_units(by=stranger, rows=[row])
    assert put_units(by=people.coordinator_a, rows=[row]) == ("created",)


def test_the_database_refuses_what_must_never_be(units):
    one, two, *_ = units.values()
    with pytest.raises(IntegrityError), transaction.atomic():
        UnitIdentifier.objects.create(unit=two, value=one.uid, is_current=False)
    with pytest.raises(IntegrityError), transaction.atomic():
        UnitIdentifier.objects.create(unit=one, value="OTHER", is_current=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        UnitStatus.objects.create(unit=one, status="closed")
    with pytest.raises(IntegrityError), transaction.atomic():
        CapacityCount.objects.create(unit=one, resource="room.dental", as_of=HANDOVER, existing=1, usable=2)
    with pytest.raises(IntegrityError), transaction.atomic():
        CapacityCount.objects.create(unit=one, resource="room.dental", as_of=HANDOVER, existing=-1)


def test_hours_by_date(system, units):
    unit = units["XAIMB000011"]
    early, late = HoursRow(unit.pk, dt.time(8), dt.time(14)), HoursRow(unit.pk, dt.time(8), dt.time(20), "1234567")
    assert put_hours(by=system, as_of=dt.date(2024, 1, 1), rows=[early]) == ("created",)
    assert put_hours(by=system, as_of=dt.date(2024, 1, 1), rows=[early]) == ("unchanged",)
    assert put_hours(by=system, as_of=dt.date(2025, 1, 1), rows=[late]) == ("created",)
    assert hours_as_of(dt.date(2024, 6, 1), unit.path)[unit.pk].closes == dt.time(14)
    assert hours_as_of(dt.date(2020, 1, 1), unit.path)[unit.pk].closes == dt.time(14)
    assert hours_as_of(dt.date(2025, 6, 1), unit.path)[unit.pk].weekdays == "1234567"


def test_people_of_a_catchment_are_summed_and_unknown_stays_unknown(system, units):
    one, two = units["XAIMB000011"], units["XAIMB000035"]
    rows = [
        CatchmentRow(one.pk, "910010001", "", 100, 40, 60),
        CatchmentRow(one.pk, "910010002", "", 50, 25, 25),
        CatchmentRow(two.pk, "910020001", "", 70, None, None),
    ]
    day = dt.date(2024, 1, 1)
    assert put_catchment(by=system, as_of=day, rows=rows) == ("created",) * 3
    assert put_catchment(by=system, as_of=day, rows=rows) == ("unchanged",) * 3
    assert catchment_people_as_of(day, "MX/") == {one.pk: (150, 85, day), two.pk: (70, None, day)}


def test_a_role_over_a_unit_follows_it_to_another_municipality_and_into_another_row(system, territory, place):
    kinds = {"unit_type": "rural_health_center"}
    put_units(by=system, source=file("a", 2024), rows=[UnitRow(OLD, "Viejo", place.pk, **kinds, status="operating")])
    put_units(by=system, source=file("b", 2025), rows=[UnitRow(NEW, "Nuevo", place.pk, **kinds, status="operating")])
    somebody = create_user(by=system, username="directora", display_name="Directora", password=None)
    today = dt.date(2024, 1, 1)
    for key in (OLD, NEW):
        path = unit_visible_to(system, key).path
        grant_role(by=system, user=somebody, role="unit_director", area_path=path, valid_from=today)
    tie_keys(by=system, source=file("c", 2025), pairs=[(NEW, OLD)])
    other = territory.municipalities["91002"]
    put_units(by=system, source=file("d", 2026), rows=[UnitRow(NEW, "Nuevo", other.pk, **kinds)])
    unit = Unit.objects.get(merged_into=None)
    assert unit.path == f"{other.path}U-{OLD}/"
    assert set(Grant.objects.filter(user=somebody).values_list("area_path", flat=True)) == {unit.path}
    assert JournalEntry.objects.filter(action="accounts.move_grants").count() == 2
    director = User.objects.get(pk=somebody.pk)
    assert unit_visible_to(director, NEW) == unit
    with pytest.raises(PermissionDenied):
        move_grants(by=director, moved={unit.path: place.path})


@pytest.mark.parametrize("order", list(permutations(("before", "after", "crosswalk"))))
def test_two_units_that_both_have_a_key_in_use_become_one_with_the_new_key_in_use(system, place, order):
    kinds = {"unit_type": "rural_health_center", "status": "operating"}
    calls = {
        "before": lambda: put_units(by=system, source=file("a", 2023), rows=[UnitRow(OLD, "Viejo", place.pk, **kinds)]),
        "after": lambda: put_units(by=system, source=file("b", 2025), rows=[UnitRow(NEW, "Nuevo", place.pk, **kinds)]),
        "crosswalk": lambda: tie_keys(by=system, source=file("c", 2025), pairs=[(NEW, OLD)]),
    }
    for name in (*order, "crosswalk"):
        calls[name]()
    unit = Unit.objects.get(merged_into=None)
    assert {row.value: row.is_current for row in unit.identifiers.all()} == {NEW: True, OLD: False}
