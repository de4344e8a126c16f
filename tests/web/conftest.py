"""A small frozen diagnosis for the pages, and the test client signed in as each role."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.cache import cache

from bienestar.foundation.definitions.standards import standards
from bienestar.foundation.facilities.models import CapacityCount, OpeningHours, Unit, UnitIdentifier
from bienestar.insight.gaps.models import (
    AreaService,
    AreaTotal,
    DiagnosisRun,
    GapLine,
    RunUnit,
    ServiceResult,
    StandardsVersion,
)
from bienestar.operations.census.models import CensusRound, Visit
from bienestar.registers.equipment.models import EquipmentCount
from bienestar.registers.workforce.models import StaffCount
from bienestar.web.components.maps import forget_drawings
from tests.enrolment.made import ship_a_card

ROLES = ("planner", "coordinator_a", "coordinator_b", "director", "census_lead", "auditor", "public")
ENROLMENT = ("operator_a", "supervisor_a")
DAY = dt.date(2024, 7, 1)
# Per unit: resource → (required, existing, usable); None where nobody has counted.
LINES = {
    "staff.general_physician": (2, 1, 1),
    "staff.general_nurse": (2, 2, 2),
    "equipment.stethoscope": (2, 2, 0),
    "utility.water_service": (1, None, None),
}


@pytest.fixture(autouse=True)
def _nothing_kept():
    cache.clear()
    forget_drawings()


@pytest.fixture
def as_role(client, people):
    """The test client signed in as one of the roles, or not at all for "public"."""

    def sign_in(name):
        language = client.cookies.get("django_language")
        client.logout()  # which forgets the language as well
        if language:
            client.cookies["django_language"] = language.value
        if name != "public":
            client.force_login(getattr(people, name))
        return client

    return sign_in


def add_unit(territory, number, *, code="91001", source=None):
    """One more unit of state A, with the key that it had before it was handed over."""
    municipality = territory.municipalities[code]
    uid = f"XASSA{900_000 + number}"
    unit = Unit.objects.create(
        uid=uid,
        name=f"CENTRO DE SALUD PEÑASCO {number:03d}",
        municipality=municipality,
        path=f"{municipality.path}U-{uid}/",
        unit_type="rural_health_center",
        outside_municipality=number % 2 == 0,
        latitude=19.1,
        longitude=-99.9,
        source=source,
    )
    UnitIdentifier.objects.create(unit=unit, value=uid, is_current=False, valid_to=dt.date(2024, 1, 31))
    new = uid.replace("SSA", "IMB")
    UnitIdentifier.objects.create(unit=unit, value=new, valid_from=dt.date(2024, 2, 1), source=source)
    return unit


def freeze(area, units, source):
    """A diagnosis of ``area`` whose every unit has the lines of ``LINES``; sums go to its municipalities too."""
    current = standards()
    version, _ = StandardsVersion.objects.get_or_create(
        sha256=current.sha256, defaults={"version": current.version, "content": current.content()}
    )
    run = DiagnosisRun.objects.create(
        area=area,
        as_of=DAY,
        standards=version,
        made_by="planner",
        units=len(units),
        units_observed=len(units),
        records_sha256="c" * 64,
        posts={area.code: {"authorised": 15, "filled": 3, "vacant": 12}},
    )
    round_ = CensusRound.objects.create(area=area, name=f"Censo {run.pk}", starts_on=DAY)
    for unit in units:
        _freeze_unit(run, unit, round_, source)
    for place in {area, *(unit.municipality for unit in units)}:
        inside = [unit for unit in units if unit.path.startswith(place.path)]
        _total(run, place, len(inside))
    return run


def _freeze_unit(run, unit, round_, source):
    RunUnit.objects.create(
        run=run,
        unit=unit,
        unit_type=unit.unit_type,
        observed=True,
        people=1200,
        services_required=2,
        services_ready=1,
        staff_gap=1,
        equipment_gap=2,
        lines_unknown=1,
    )
    for resource, (required, existing, usable) in LINES.items():
        gap = None if usable is None else max(0, required - usable)
        repair = min((existing or 0) - (usable or 0), gap or 0)
        GapLine.objects.create(
            run=run,
            unit=unit,
            resource=resource,
            required=required,
            existing=existing,
            usable=usable,
            gap=gap,
            to_repair=repair,
            to_acquire=(gap or 0) - repair,
        )
        group = resource.split(".")[0]
        model = {"staff": StaffCount, "equipment": EquipmentCount}.get(group, CapacityCount)
        model.objects.create(unit=unit, resource=resource, as_of=DAY, existing=existing, usable=usable, source=source)
    held = [["staff.general_physician", 0, 1]]
    ServiceResult.objects.create(
        run=run, unit=unit, service="general_consultation", readiness="held", people=1200, missing=held
    )
    ServiceResult.objects.create(run=run, unit=unit, service="preventive_care", readiness="ready", people=1200)
    Visit.objects.create(round=round_, unit=unit, visited_on=DAY, stage="accepted", source=source)
    OpeningHours.objects.create(
        unit=unit, as_of=DAY, opens=dt.time(8), closes=dt.time(15), weekdays="12345", source=source
    )


def _total(run, area, units):
    for resource, (required, existing, usable) in LINES.items():
        known = 0 if usable is None else units
        gap = max(0, required - (usable or 0))
        AreaTotal.objects.create(
            run=run,
            area=area,
            resource=resource,
            required=required * known,
            existing=(existing or 0) * known,
            usable=(usable or 0) * known,
            gap=gap * known,
            units_required=units,
            units_short=known if gap else 0,
            units_unknown=units - known,
        )
    for service, ready in (("general_consultation", 0), ("preventive_care", units)):
        AreaService.objects.create(
            run=run,
            area=area,
            service=service,
            units_required=units,
            units_ready=ready,
            units_unknown=0,
            people=1200 * units,
            people_ready=1200 * ready,
        )


@pytest.fixture
def diagnosis(territory, units, source):
    """A diagnosis of state A: its three units."""
    inside = [unit for unit in units.values() if unit.path.startswith(territory.state_a.path)]
    return freeze(territory.state_a, inside, source)


@pytest.fixture
def shipped_cards(system, people, territory, units):
    """One card on its way to a module at the centre of state A: what the pages about cards speak of."""
    made = ship_a_card(system, people.supervisor_a, territory.municipalities["91001"], units["XAIMB000011"])
    return {"module": made.module.code, "batch": made.batch.pk, "kid": made.key.kid, "card": made.card.folio}
