"""A round over the invented state A with visits in each stage."""

import datetime as dt

import pytest

from bienestar.operations.census.actions import (
    Seen,
    VisitRow,
    accept_visits,
    expect_units,
    open_round,
    record_visits,
)
from bienestar.operations.census.models import Visit

DAY = dt.date(2024, 7, 1)
SEEN = (
    Seen("staff.general_physician", 2, 1),
    Seen("room.general_consulting", 3, 3),
    Seen("equipment.scale", 1, 0),
    Seen("water.quality_test", None, None),
)


@pytest.fixture
def round_(people, territory, units):
    """Open, with two teams, expecting the three units of state A."""
    round_ = open_round(
        by=people.census_lead,
        area=territory.state_a,
        name="Ronda 2024",
        starts_on=DAY,
        teams=[("Norte", 3), ("Sur", 2)],
    )
    mine = [unit.pk for uid, unit in units.items() if uid.startswith("XA")]
    expect_units(by=people.census_lead, round_=round_, unit_ids=mine)
    return round_


@pytest.fixture
def waiting(people, round_, units):
    """Two visits that wait, by uid of the unit."""
    rows = [VisitRow(units[uid].pk, DAY, SEEN, team="Norte") for uid in ("XAIMB000011", "XAIMB000023")]
    record_visits(by=people.census_lead, round_=round_, visits=rows)
    return {visit.unit.uid: visit for visit in Visit.objects.select_related("unit")}


@pytest.fixture
def accepted(people, waiting):
    """The first of them accepted."""
    accept_visits(by=people.census_lead, visits=[waiting["XAIMB000011"]])
    return Visit.objects.get(pk=waiting["XAIMB000011"].pk)
