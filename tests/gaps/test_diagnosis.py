"""Running a diagnosis: what is frozen, what is not known, who may, and what is refused."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied

from bienestar.foundation.journal.models import JournalEntry
from bienestar.insight.gaps.actions import NothingToDiagnose, publish_run, run_diagnosis
from bienestar.insight.gaps.choices import Readiness, RunStage
from bienestar.insight.gaps.models import AreaService, AreaTotal, GapLine, RunUnit, ServiceResult, WisnLine
from bienestar.insight.gaps.queries.frozen import run_is_unchanged
from tests.gaps.conftest import DAY

pytestmark = pytest.mark.django_db
CENTRE = "XAIMB000035"  # rural, one nucleus, the only clinic of a municipality with 6,500 without social security
HOSPITAL = "XAIMB000023"


@pytest.fixture
def run(people, territory, units):
    """Diagnose state A as its coordinator."""

    def diagnose(area=territory.state_a, by=people.coordinator_a, as_of=DAY):
        return run_diagnosis(by=by, area=area, as_of=as_of)

    return diagnose


def line(run, unit, resource):
    found = GapLine.objects.get(run=run, unit=unit, resource=resource)
    return found.required, found.existing, found.usable, found.gap, found.to_repair, found.to_acquire


def test_nothing_counted_leaves_every_gap_not_known(run, units):
    made = run()
    assert (made.units, made.units_observed, made.actions) == (3, 0, 0)
    assert line(made, units[CENTRE], "staff.general_physician") == (2, None, None, None, 0, 0)
    assert set(ServiceResult.objects.filter(run=made).values_list("readiness", flat=True)) == {Readiness.UNKNOWN}


def test_a_full_unit_is_ready(run, units, fill):
    fill(units[CENTRE])
    made = run()
    assert not GapLine.objects.filter(run=made, unit=units[CENTRE]).exclude(gap=0).exists()
    found = ServiceResult.objects.filter(run=made, unit=units[CENTRE]).values_list("service", "readiness")
    assert dict(found) == {"general_consultation": "ready", "preventive_care": "ready"}
    summary = RunUnit.objects.get(run=made, unit=units[CENTRE])
    assert (summary.services_required, summary.services_ready, summary.services_unknown) == (2, 2, 0)


def test_missing_broken_and_vacant(run, units, fill):
    fill(
        units[CENTRE],
        {
            "staff.general_physician": (2, 1),
            "equipment.scale": (0, None),
            "equipment.vaccine_refrigerator": (1, 0),
            "utility.drainage": (0, 0),
        },
    )
    made = run()
    centre = units[CENTRE]
    assert line(made, centre, "staff.general_physician") == (2, 2, 1, 1, 1, 0)
    assert line(made, centre, "equipment.scale") == (1, 0, 0, 1, 0, 1)
    assert line(made, centre, "equipment.vaccine_refrigerator") == (1, 1, 0, 1, 1, 0)
    assert made.actions == 4
    found = {s.service: s for s in ServiceResult.objects.filter(run=made, unit=centre)}
    assert found["general_consultation"].readiness == Readiness.HELD
    assert sorted(found["general_consultation"].missing) == [
        ["equipment.scale", 0, 1],
        ["staff.general_physician", 1, 0],
        ["utility.drainage", 0, 1],
    ]
    assert sorted(found["preventive_care"].missing) == [
        ["equipment.vaccine_refrigerator", 1, 0],
        ["utility.drainage", 0, 1],
    ]
    summary = RunUnit.objects.get(run=made, unit=centre)
    assert (summary.staff_gap, summary.equipment_gap) == (1, 2)


def test_counts_after_the_date_do_not_count(run, units, fill):
    fill(units[CENTRE], on=DAY + dt.timedelta(days=1))
    made = run()
    assert GapLine.objects.filter(run=made, unit=units[CENTRE], usable__isnull=False).count() == 0


def test_shares_of_the_services_add_up_to_the_gap(run, units, fill):
    fill(units["XAIMB000023"], {"staff.general_nurse": (9, 7), "equipment.vital_signs_monitor": (2, 2)})
    made = run()
    services = ServiceResult.objects.filter(run=made, unit=units["XAIMB000023"])
    for resource in ("staff.general_nurse", "equipment.vital_signs_monitor"):
        parts = [(r, a) for s in services for code, r, a in s.missing if code == resource]
        _, _, _, gap, repair, acquire = line(made, units["XAIMB000023"], resource)
        assert gap > 0
        assert (sum(r for r, _ in parts), sum(a for _, a in parts)) == (repair, acquire)


def test_totals_of_the_state_and_its_municipalities(run, units, territory, fill):
    fill(units[CENTRE], {"staff.general_physician": (0, 0)})
    made = run()
    totals = AreaTotal.objects.filter(run=made, resource="staff.general_physician")
    state = totals.get(area=territory.state_a)
    assert (state.gap, state.units_required, state.units_short, state.units_unknown) == (2, 3, 1, 2)
    town = totals.get(area=territory.municipalities["91002"])
    assert (town.required, town.usable, town.gap, town.units_required) == (2, 0, 2, 1)
    assert not totals.filter(area=territory.state_b).exists()
    service = AreaService.objects.get(run=made, area=territory.state_a, service="general_consultation")
    assert (service.units_required, service.units_ready, service.units_unknown) == (2, 0, 1)
    assert service.people == 24_000 + 6_500


def test_a_country_run_has_totals_of_its_states(people, territory, units):
    made = run_diagnosis(by=people.planner, area=territory.country, as_of=DAY)
    areas = set(AreaTotal.objects.filter(run=made).values_list("area__code", flat=True))
    assert areas == {"MX", "91", "92", "91001", "91002", "92001", "92002"}


def test_a_municipality_run_has_its_own_units_only(people, territory, units):
    made = run_diagnosis(by=people.coordinator_a, area=territory.municipalities["91002"], as_of=DAY)
    assert list(RunUnit.objects.filter(run=made).values_list("unit__uid", flat=True)) == [CENTRE]


def test_a_run_of_the_state_and_of_the_country_say_the_same_of_a_unit(people, territory, units, fill):
    fill(units[CENTRE], {"equipment.scale": (0, 0)})
    fields = ("resource", "required", "existing", "usable", "gap", "to_repair", "to_acquire")
    found = [
        list(
            GapLine.objects.filter(
                run=run_diagnosis(by=people.planner, area=area, as_of=DAY), unit=units["XAIMB000023"]
            )
            .order_by("resource")
            .values_list(*fields)
        )
        for area in (territory.country, territory.state_a)
    ]
    assert found[0] == found[1]


def test_offices_are_counted_apart_and_closed_units_not_at_all(run, units):
    office = units["XAIMB000035"]
    office.unit_type = "office"
    office.save()
    units["XAIMB000011"].statuses.update(status="closed")
    made = run()
    assert (made.units, made.units_without_standard) == (1, 1)


def test_nothing_to_diagnose_is_refused(run, territory, people):
    with pytest.raises(NothingToDiagnose, match="Los Álamos"):
        run(area=territory.municipalities["91003"])


def test_the_same_state_of_things_gives_the_same_hash_and_it_can_be_checked(run, units, fill):
    fill(units[CENTRE], {"equipment.scale": (0, 0)})
    first, second = run(), run()
    assert first.records_sha256 == second.records_sha256
    assert run_is_unchanged(second)
    GapLine.objects.filter(run=second, unit=units[CENTRE], resource="equipment.scale").update(existing=1)
    assert not run_is_unchanged(second)
    fill(units[CENTRE])
    assert run().records_sha256 != first.records_sha256


def test_wisn_where_activity_is_known(run, units, count):
    count(units[CENTRE], {"activity.general_consultations": (5280, 5280), "staff.general_physician": (1, 1)})
    made = run()
    found = WisnLine.objects.get(run=made)
    # 5,280 visits of 20 minutes are 1,760 hours, one working year; 15 % support work: 1 / 0.85.
    assert (found.resource, found.current) == ("staff.general_physician", 1)
    assert found.required == pytest.approx(1 / 0.85)
    assert found.ratio == pytest.approx(0.85)


def test_one_journal_row_with_the_hash(run):
    made = run()
    row = JournalEntry.objects.get(action="gaps.run_diagnosis")
    assert (row.records, row.records_sha256) == (GapLine.objects.filter(run=made).count(), made.records_sha256)


def test_a_coordinator_may_not_diagnose_another_state(run, people, territory):
    with pytest.raises(PermissionDenied):
        run(area=territory.state_b)


def test_publishing_is_the_planners(run, people):
    made = run()
    with pytest.raises(PermissionDenied):
        publish_run(by=people.coordinator_a, run=made)
    publish_run(by=people.planner, run=made)
    publish_run(by=people.planner, run=made)
    assert made.stage == RunStage.PUBLISHED
    assert JournalEntry.objects.filter(action="gaps.publish_run").count() == 1


def test_sums_of_the_country_are_those_of_its_parts(people, territory, units, fill):
    """Added up a second way: from the frozen lines of each unit, in plain Python."""
    fill(units[CENTRE], {"equipment.scale": (0, 0), "staff.general_nurse": (5, 1)})
    fill(units["XBIMB000010"], {"equipment.scale": (1, None)})
    fill(units["XBIMB000022"], {"staff.general_nurse": (3, 3)})
    made = run_diagnosis(by=people.planner, area=territory.country, as_of=DAY)
    expected: dict[tuple[str, str], list[float]] = {}
    for found in GapLine.objects.filter(run=made).select_related("unit"):
        parts = found.unit.path.split("/")
        for code in parts[:3]:
            sums = expected.setdefault((code, found.resource), [0, 0, 0, 0, 0, 0, 0])
            for i, figure in enumerate((found.required, found.existing, found.usable, found.gap)):
                sums[i] += figure or 0
            sums[4] += 1
            sums[5] += (found.gap or 0) > 0
            sums[6] += found.gap is None
    totals = {
        (row.area.code, row.resource): [
            *(row.required, row.existing, row.usable, row.gap),
            *(row.units_required, row.units_short, row.units_unknown),
        ]
        for row in AreaTotal.objects.filter(run=made).select_related("area")
    }
    assert totals == expected


@pytest.mark.parametrize(("hours", "physicians"), [(8, 2), (12, 2), (24, 2), (4, 1)])
def test_a_rural_centre_that_opens_all_night_needs_no_more_consulting_physicians(run, units, count, hours, physicians):
    count(units[CENTRE], {"opening.hours_per_day": (hours, hours)})
    assert line(run(), units[CENTRE], "staff.general_physician")[0] == physicians


def test_a_centre_without_a_room_still_needs_one_and_its_team(run, units, count):
    unit = units[CENTRE]
    unit.unit_type, unit.nuclei = "extended_health_center", None
    unit.save()
    count(unit, {"room.general_consulting": (0, 0)})
    made = run()
    assert line(made, unit, "room.general_consulting") == (1, 0, 0, 1, 0, 1)
    assert line(made, unit, "staff.general_physician")[0] == 3


def test_surgical_beds_of_a_specialised_hospital_are_nursed_once(run, units, count):
    unit = units[HOSPITAL]
    unit.unit_type = "specialised_hospital"
    unit.save()
    count(unit, {"bed.surgery": (14, 14), "bed.general_medicine": (14, 14)})
    # Two nurses at a time for each fourteen beds, round the clock: 2 · 168 / 34 = 9.9, twice.
    assert line(run(), unit, "staff.general_nurse")[0] == 20
