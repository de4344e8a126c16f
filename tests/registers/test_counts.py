"""Counts as of a date, against the plainest way to say it; the same on both engines."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bienestar.foundation.storage.counts import Count
from bienestar.registers.equipment.actions import put_counts as put_equipment
from bienestar.registers.equipment.models import EquipmentCount
from bienestar.registers.workforce.actions import put_counts
from bienestar.registers.workforce.models import StaffCount
from bienestar.registers.workforce.queries import counts_as_of

DAY = dt.date(2024, 7, 1)
numbers = st.one_of(st.none(), st.integers(0, 9).map(float))
entries = st.lists(
    st.tuples(st.integers(0, 2), st.sampled_from(["staff.dentist", "staff.midwife"]), st.integers(0, 4), numbers),
    max_size=25,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(entries, st.integers(0, 4))
def test_the_newest_count_by_the_day_holds(system, units, rows, until):
    StaffCount.objects.all().delete()
    ids = sorted(unit.pk for unit in units.values())
    plain: dict = {}
    counts = []
    for unit, resource, day, number in rows:
        counts.append(Count(ids[unit], resource, DAY + dt.timedelta(days=day), number, number))
        plain[(ids[unit], resource, day)] = number
    put_counts(by=system, path="MX/", counts=counts)
    expected = {}
    for (unit, resource, day), number in sorted(plain.items(), key=lambda item: item[0][2]):
        if day <= until:
            expected[(unit, resource)] = number
    found = {(unit, res): existing for unit, res, existing, _ in counts_as_of(DAY + dt.timedelta(days=until), "MX/")}
    assert found == expected


def test_the_same_counts_again_change_nothing(system, units):
    unit = units["XAIMB000011"].pk
    counts = [Count(unit, "equipment.scale", DAY, 2, 1), Count(unit, "equipment.oximeter", DAY, None, None)]
    first = put_equipment(by=system, path="MX/", counts=counts)
    again = put_equipment(by=system, path="MX/", counts=counts)
    corrected = put_equipment(by=system, path="MX/", counts=[Count(unit, "equipment.oximeter", DAY, 3, 3)])
    assert (first.created, again.unchanged, again.touched, corrected.changed) == (2, 2, 0, 1)
    assert set(EquipmentCount.objects.values_list("existing", flat=True)) == {2, 3}


def test_only_a_reviewer_of_the_place_writes(people, units):
    unit = units["XAIMB000011"]
    count = [Count(unit.pk, "staff.dentist", DAY, 1, 1)]
    for stranger in (people.coordinator_b, people.auditor, people.director):
        with pytest.raises(PermissionDenied):
            put_counts(by=stranger, path=unit.path, counts=count)
    assert put_counts(by=people.census_lead, path=unit.path, counts=count).created == 1


def test_only_units_under_the_path_are_read(system, units):
    for unit in units.values():
        put_counts(by=system, path="MX/", counts=[Count(unit.pk, "staff.dentist", DAY, 1, 1)])
    assert len(list(counts_as_of(DAY, "MX/91/"))) == 3
    assert len(list(counts_as_of(DAY, "MX/"))) == 5
