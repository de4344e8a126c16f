"""The real public files, where they are: what is in them lands where it should."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from django.conf import settings
from django.db.models import Sum

from bienestar.foundation.facilities.models import CatchmentCell, OpeningHours, Unit
from bienestar.foundation.territory.choices import Level
from bienestar.foundation.territory.models import Area, AreaFigure
from bienestar.operations.census.models import CensusRound
from bienestar.operations.census.queries import progress
from bienestar.registers.workforce.models import StaffCount
from tests.sources.files import load

DATA = Path(settings.REAL_DATA_DIR)
pytestmark = [
    pytest.mark.realdata,
    pytest.mark.django_db,
    pytest.mark.skipif(not DATA.exists(), reason=f"no real files at {DATA}; set BIENESTAR_REAL_DATA"),
]


def test_hidalgo_from_an_empty_database() -> None:
    load("municipalities", DATA / "population/municipalities_ageeml_2025.csv")
    assert Area.objects.filter(level=Level.MUNICIPALITY).count() == 2478

    iter_2020 = load("population", DATA / "population/municipalities_iter_2020.csv")
    assert (iter_2020.accepted, iter_2020.rejected) == (2469, 0)
    totals = dict(AreaFigure.objects.values_list("measure").annotate(total=Sum("value")))
    assert totals["population"] == 126_014_024
    assert totals["no_health_entitlement"] == 32_999_713

    national = load("clues", DATA / "clues/imss_bienestar_units_2026.csv")
    assert (national.rows_read, national.accepted, national.rejected) == (9974, 9974, 0)
    load("clues", DATA / "clues/hidalgo_clues_2025-01_ssa_closed.csv")
    load("clues", DATA / "clues/hidalgo_clues_2025-01_imb.csv")
    load("clues", DATA / "clues/hidalgo_crosswalk_2025-01.xlsx")
    assert Unit.objects.filter(merged_into=None).count() == 9974
    unit = Unit.objects.get(identifiers__value="HGSSA000016")
    keys = unit.identifiers.order_by("-is_current").values_list("value", "valid_from", "valid_to")
    handover = dt.date(2024, 7, 18)
    assert list(keys) == [("HGIMB000011", handover, None), ("HGSSA000016", None, handover)]

    census = load("sinerhias", DATA / "census/SINERHIAS_HGO_2024-07-01.xlsx")
    assert (census.rows_read, census.accepted, census.rejected) == (444, 423, 21)
    standing = progress(CensusRound.objects.get())
    assert (standing.visited, standing.accepted, standing.unexpected) == (423, 423, 0)
    assert StaffCount.objects.filter(resource="staff.general_nurse").count() == 423

    again = load("sinerhias", DATA / "census/SINERHIAS_HGO_2024-07-01.xlsx")
    assert (again.accepted, again.unchanged) == (0, 423)
    again = load("clues", DATA / "clues/imss_bienestar_units_2026.csv")
    assert (again.accepted, again.unchanged) == (0, 9974)

    hours = load("hours", DATA / "clues/opening_hours_2025-01.csv")
    assert hours.rows_read == 41_845
    assert OpeningHours.objects.count() == hours.accepted
    areas = load("catchment", DATA / "catchment/hidalgo_catchment_areas.csv")
    assert (areas.rows_read, areas.accepted) == (4665, 3591)
    assert CatchmentCell.objects.count() == 3591


def test_the_census_by_locality() -> None:
    load("municipalities", DATA / "population/municipalities_ageeml_2025.csv")
    outcome = load("population", DATA / "population/iter_13_hidalgo_2020.csv")
    assert (outcome.rows_read, outcome.rejected) == (4916, 0)
    state = AreaFigure.objects.filter(area__code="13", measure="population").get()
    assert (state.value, state.as_of) == (3_082_841, dt.date(2020, 3, 15))
    municipalities = AreaFigure.objects.filter(area__level=Level.MUNICIPALITY, measure="population")
    assert municipalities.aggregate(total=Sum("value"))["total"] == state.value
    assert not AreaFigure.objects.filter(area__level=Level.LOCALITY, measure="population", value__gt=300_000).exists()
