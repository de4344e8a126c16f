"""The invented state at its full size, made once and looked at: plausible, and with honest holes."""

from __future__ import annotations

import datetime as dt

import pytest
import shapely
from django.db import transaction
from django.db.models import F, Max
from hypothesis import given
from hypothesis import strategies as st

from bienestar.demo.build import build_state
from bienestar.demo.pulso import cut_offs
from bienestar.demo.size import SECOND_DIAGNOSIS, STATE, moved
from bienestar.foundation.definitions.tables import frozen_tables
from bienestar.foundation.facilities.models import CatchmentCell, OpeningHours, Unit, UnitIdentifier, UnitStatus
from bienestar.foundation.territory.choices import Level, Measure
from bienestar.foundation.territory.models import Area, AreaBoundary, AreaFigure
from bienestar.operations.census.models import CensusRound, ExpectedUnit, Observation, Visit
from bienestar.operations.census.queries import observed_units, progress
from bienestar.registers.workforce.models import StaffCount

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def whole(django_db_setup, django_db_blocker):
    """The state as `bienestar demo` makes it, once for the tests that only look at it."""
    from bienestar.foundation.accounts.actions import set_up_access

    with django_db_blocker.unblock(), transaction.atomic():
        made = build_state(by=set_up_access(), seed=1, size=STATE)
        yield made
        transaction.set_rollback(True)


def test_sizes_of_the_state(whole) -> None:
    assert Area.objects.filter(level=Level.MUNICIPALITY).count() == 40
    assert Unit.objects.count() == 300
    assert Unit.objects.filter(unit_type__endswith="hospital").count() == 6
    people = AreaFigure.objects.filter(measure=Measure.POPULATION, area__level=Level.MUNICIPALITY, as_of="2020-03-15")
    assert sum(people.values_list("value", flat=True)) == 1_200_000
    localities = AreaFigure.objects.filter(measure=Measure.POPULATION, area__level=Level.LOCALITY)
    assert sum(localities.values_list("value", flat=True)) == 1_200_000
    assert set(AreaFigure.objects.filter(measure=Measure.MARGINALISATION_DEGREE).values_list("value", flat=True)) == {
        1, 2, 3, 4, 5,
    }  # fmt: skip


def test_neighbours_share_their_borders(whole) -> None:
    """Neither gap nor overlap, point for point; the state is the sum of its municipalities."""
    towns = [
        shapely.from_geojson(geometry)
        for geometry in AreaBoundary.objects.filter(area__level=Level.MUNICIPALITY).values_list("geometry", flat=True)
    ]
    assert shapely.coverage_is_valid(towns)
    assert all(town.is_valid for town in towns)
    state = shapely.from_geojson(AreaBoundary.objects.get(area__code="51").geometry)
    assert state.geom_type == "Polygon"
    assert not state.interiors
    assert sum(town.area for town in towns) == pytest.approx(state.area, rel=1e-9)
    boxes = AreaBoundary.objects.values_list("geometry", "west", "south", "east", "north")
    assert all(shapely.from_geojson(geometry).bounds == tuple(box) for geometry, *box in boxes)


def test_units_stand_in_their_municipality_but_for_two(whole) -> None:
    outlines = {
        row.area_id: shapely.from_geojson(row.geometry)
        for row in AreaBoundary.objects.filter(area__level=Level.MUNICIPALITY)
    }
    outside = {
        unit.uid
        for unit in Unit.objects.exclude(latitude=None)
        if not shapely.contains_xy(outlines[unit.municipality_id], unit.longitude, unit.latitude)
    }
    assert len(outside) == 2
    assert outside == set(Unit.objects.filter(outside_municipality=True).values_list("uid", flat=True))
    assert 0 < Unit.objects.filter(latitude=None, outside_municipality=None).count() < 12


def test_codes_and_keys_are_no_real_ones(whole) -> None:
    real = {"AS", "BC", "BS", "CC", "CL", "CM", "CS", "CH", "DF", "DG", "GT", "GR", "HG", "JC", "MC", "MN", "MS",
            "NT", "NL", "OC", "PL", "QT", "QR", "SP", "SL", "SR", "TC", "TS", "TL", "VZ", "YN", "ZS", "NE"}  # fmt: skip
    keys = set(UnitIdentifier.objects.values_list("value", flat=True))
    assert not {key[:2] for key in keys} & real
    for key in keys:
        letters = sum(ord(letter) - 64 for letter in key[:5])
        assert int(key[10]) == 2 * (int(key[5:10]) - letters) % 7
    assert not Area.objects.exclude(code="MX").filter(code__lt="51").exists()


def test_the_census_has_honest_holes(whole) -> None:
    first, second = CensusRound.objects.order_by("starts_on")
    done = progress(second)
    assert 0.88 < done.share < 0.96
    assert (done.refused, second.stage, first.stage) == (1, "open", "closed")
    assert 3 < done.waiting < 40
    assert progress(first).expected < 0.7 * done.expected
    assert len(observed_units(SECOND_DIAGNOSIS, whole.path)) < done.expected
    latest = Observation.objects.filter(visit__round=second)
    assert 0.02 < latest.filter(existing=None).count() / latest.count() < 0.08
    assert latest.filter(resource="water.quality_test", existing=None).exists()
    assert latest.filter(resource__startswith="equipment.", existing__isnull=False, usable=None).exists()
    days = Visit.objects.filter(round=second).values_list("visited_on", flat=True)
    assert (max(days) - min(days)).days > 40
    assert {day.weekday() for day in days} == {0, 1, 2, 3, 4}


def test_most_units_have_counted_within_a_year_some_long_ago_and_some_never(whole) -> None:
    newest = dict(StaffCount.objects.values_list("unit").annotate(day=Max("as_of")))
    since = cut_offs()[-1] - dt.timedelta(days=frozen_tables()["staff"].reports.within_days)
    in_time = sum(day > since for day in newest.values())
    assert 0.75 < in_time / ExpectedUnit.objects.values("unit").distinct().count() < 0.95
    assert 5 < sum(day <= since for day in newest.values()) < 40
    assert 10 < Unit.objects.filter(pk__in=ExpectedUnit.objects.values("unit")).exclude(pk__in=newest).count() < 60


def test_more_units_are_censused_from_cut_off_to_cut_off(whole) -> None:
    censused = [Visit.objects.filter(decided_on__lte=day).values("unit").distinct().count() for day in cut_offs()]
    assert 50 < censused[0] < censused[1] < censused[2]
    assert not Visit.objects.filter(decided_on__lt=F("visited_on")).exists()


@given(st.dates(dt.date(2024, 6, 1), dt.date(2060, 1, 1)))
def test_the_story_ends_a_few_months_before_any_day(today: dt.date) -> None:
    told = [
        dt.date(2022, 12, 31),
        dt.date(2023, 3, 31),
        dt.date(2023, 7, 16),
        dt.date(2024, 2, 6),
        dt.date(2024, 4, 30),
    ]
    days = [moved(day, today) for day in told]
    assert days == sorted(set(days))
    assert 30 <= (today - days[-1]).days < 125
    assert [(day + dt.timedelta(days=1)).day == 1 for day in days] == [True, True, False, False, True]


def test_other_things_are_missing_too(whole) -> None:
    first_level = Unit.objects.filter(care_level=1).exclude(unit_type="mobile_unit")
    served = set(CatchmentCell.objects.values_list("unit_id", flat=True))
    assert 0.85 < len(served) / first_level.count() < 1
    assert CatchmentCell.objects.filter(not_entitled=None).exists()
    assert OpeningHours.objects.filter(weekdays="").exists()
    assert OpeningHours.objects.count() < Unit.objects.count()
    assert UnitStatus.objects.filter(status="closed").exists()


def test_remote_units_are_worse_off(whole) -> None:
    """The diagnosis has something to find: less works where marginalisation is higher."""
    degree = dict(AreaFigure.objects.filter(measure=Measure.MARGINALISATION_DEGREE).values_list("area_id", "value"))
    posts: dict[bool, list[float]] = {True: [], False: []}
    rows = Observation.objects.filter(resource="staff.general_physician", existing__gt=0, usable__isnull=False)
    for town, existing, usable in rows.values_list("visit__unit__municipality_id", "existing", "usable"):
        posts[degree[town] >= 4].append(usable / existing)
    assert sum(posts[True]) / len(posts[True]) < sum(posts[False]) / len(posts[False]) - 0.03
