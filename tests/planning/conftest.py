"""Frozen diagnoses to plan from, built row by row so that every figure in a test can be checked by eye."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from bienestar.foundation.definitions.standards import standards
from bienestar.foundation.facilities.models import Unit
from bienestar.foundation.journal.models import SourceFile
from bienestar.foundation.territory.models import Area
from bienestar.insight.gaps.models import DiagnosisRun, ServiceResult, StandardsVersion
from bienestar.insight.planning.queries import problems
from tests.conftest import People, Territory

AS_OF = dt.date(2024, 7, 1)
# unit, service, people, missing [[resource, to repair, to acquire]], unknown
Row = tuple[str, str, float | None, list[list[Any]], list[list[Any]]]
ROWS: list[Row] = [
    (
        "XAIMB000011",
        "general_consultation",
        9_000,
        [["staff.general_physician", 0, 2], ["utility.water_service", 0, 1], ["opening.days_per_week", 0, 2]],
        [],
    ),
    ("XAIMB000011", "preventive_care", 9_000, [["utility.water_service", 0, 1], ["equipment.scale", 1, 0]], []),
    ("XAIMB000011", "dental_care", 9_000, [["staff.dentist", 0, 1], ["equipment.dental_unit", 0, 1]], []),
    ("XAIMB000035", "general_consultation", 2_500, [["staff.general_nurse", 0, 1]], []),
    ("XAIMB000035", "preventive_care", 2_500, [["equipment.vaccine_refrigerator", 0, 1]], []),
    ("XAIMB000035", "dental_care", 2_500, [["room.dental", 0, 1]], [["equipment.dental_unit", None]]),
    ("XAIMB000023", "emergency_care", 20_000, [["staff.emergency_physician", 0, 12]], []),
    ("XAIMB000023", "general_surgery", None, [["staff.general_surgeon", 0, 2]], []),
    ("XAIMB000023", "internal_medicine", 20_000, [["equipment.unheard_of", 0, 1]], []),
]


@pytest.fixture(autouse=True)
def _nothing_kept_in_memory() -> None:
    """Runs of other tests have the same ids."""
    problems._kept.clear()


@pytest.fixture
def make_run(territory: Territory) -> Callable[..., DiagnosisRun]:
    """Freeze a diagnosis of an area with the given service rows."""
    version, _ = StandardsVersion.objects.get_or_create(
        sha256=standards().sha256, defaults={"version": standards().version, "content": standards().content()}
    )

    def make(area: Area, rows: list[Row]) -> DiagnosisRun:
        ids = dict(Unit.objects.values_list("uid", "pk"))
        run = DiagnosisRun.objects.create(
            area=area,
            as_of=AS_OF,
            standards=version,
            made_by="test",
            units=len({row[0] for row in rows}),
            units_observed=0,
            records_sha256="0" * 64,
        )
        ServiceResult.objects.bulk_create(
            ServiceResult(
                run=run,
                unit_id=ids[uid],
                service=service,
                readiness="unknown" if unknown and not missing else "held" if missing else "ready",
                people=people,
                missing=missing,
                unknown=unknown,
            )
            for uid, service, people, missing, unknown in rows
        )
        return run

    return make


@pytest.fixture
def run(people: People, territory: Territory, make_run: Callable[..., DiagnosisRun]) -> DiagnosisRun:
    """A diagnosis of state A: six services that can be planned and three that cannot."""
    return make_run(territory.state_a, ROWS)


@pytest.fixture
def large_run(
    people: People, territory: Territory, source: SourceFile, make_run: Callable[..., DiagnosisRun]
) -> DiagnosisRun:
    """A diagnosis of state A with 60 more health centres in its three municipalities, three services each."""
    municipalities = [territory.municipalities[code] for code in ("91001", "91002", "91003")]
    rows: list[Row] = []
    made = []
    for number in range(60):
        municipality, uid = municipalities[number % 3], f"XAIMB9{number:05d}"
        path = f"{municipality.path}U-{uid}/"
        made.append(
            Unit(
                uid=uid, name=f"Centro {number}", municipality=municipality, path=path, unit_type="rural_health_center"
            )
        )
        served = 400 + 137 * (number * 7 % 29)
        water = [["utility.water_service", 0, 1]] if number % 4 == 0 else []
        nurses = [["staff.general_nurse", 0, 1 + number % 3]]
        rows.append((uid, "general_consultation", served, [["staff.general_physician", 0, 1], *nurses, *water], []))
        rows.append((uid, "preventive_care", served, [["equipment.vaccine_refrigerator", 0, 1], *water], []))
        rows.append((uid, "dental_care", served, [["equipment.dental_unit", number % 2, 1], *water], []))
    Unit.objects.bulk_create(made)
    return make_run(territory.state_a, rows)
