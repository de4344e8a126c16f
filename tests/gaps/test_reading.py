"""Reading diagnoses: improvement actions, comparisons, published figures beside ours, how people were reckoned."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils.translation import override

from bienestar.foundation.definitions.claims import claims_about
from bienestar.foundation.definitions.staff_groups import staff_groups
from bienestar.foundation.definitions.standards import standards
from bienestar.foundation.facilities.actions import CatchmentRow, put_catchment
from bienestar.insight.gaps.actions import run_diagnosis
from bienestar.insight.gaps.choices import ActionKind, Outcome, Why
from bienestar.insight.gaps.models import GapLine, RunUnit
from bienestar.insight.gaps.queries.basis import people_basis_words
from bienestar.insight.gaps.queries.claims import census_posts, staff_gap
from bienestar.insight.gaps.queries.compare import compare_runs
from bienestar.insight.gaps.queries.improvements import actions_of
from tests.gaps.conftest import DAY

pytestmark = pytest.mark.django_db
CENTRE, HOSPITAL = "XAIMB000035", "XAIMB000023"


@pytest.fixture
def diagnose(people, territory):
    """Diagnose state A on a day, by the standards in force or others."""

    def run(as_of=DAY, rules=None, area=None):
        return run_diagnosis(by=people.planner, area=area or territory.state_a, as_of=as_of, standards=rules)

    return run


def test_each_gap_becomes_the_actions_that_close_it(diagnose, units, fill):
    fill(
        units[CENTRE],
        {
            "staff.general_physician": (1, 0),
            "equipment.scale": (1, 0),
            "equipment.doppler": (0, 0),
            "room.waiting": (0, 0),
            "utility.drainage": (0, 0),
            "opening.days_per_week": (5, 5),
        },
    )
    run = diagnose()
    lines = GapLine.objects.filter(run=run, unit=units[CENTRE]).order_by("resource")
    found = {(a.line.resource, a.kind): a for a in actions_of(lines)}
    assert {key: a.quantity for key, a in found.items()} == {
        ("equipment.doppler", ActionKind.BUY): 1,
        ("equipment.scale", ActionKind.REPAIR): 1,
        ("opening.days_per_week", ActionKind.OPEN_DAYS): 2,
        ("room.waiting", ActionKind.BUILD): 1,
        ("staff.general_physician", ActionKind.FILL_POST): 1,
        ("staff.general_physician", ActionKind.NEW_POST): 1,
        ("utility.drainage", ActionKind.CONNECT): 1,
    }
    assert run.actions == 7
    with override("en"):
        sentence = found["staff.general_physician", ActionKind.FILL_POST].closes_when("en")
    assert "2 filled posts of “General or family physician” (now 0)" in sentence


def test_water_test_is_an_action_of_hospitals(diagnose, units, fill):
    fill(units[HOSPITAL], {"water.quality_test": (0, 0)})
    lines = GapLine.objects.filter(run=diagnose(), unit=units[HOSPITAL], resource="water.quality_test")
    assert [a.kind for a in actions_of(lines)] == [ActionKind.TEST_WATER]


def changes(people, earlier, later):
    return {(c.uid, c.resource): c for c in compare_runs(people.planner, earlier, later)}


def test_what_the_record_closed_opened_and_changed(diagnose, people, units, fill, count):
    fill(units[CENTRE], {"equipment.scale": (0, 0), "staff.general_nurse": (0, 0)})
    first = diagnose()
    later = DAY + dt.timedelta(days=30)
    count(
        units[CENTRE],
        {"equipment.scale": (1, 1), "staff.general_nurse": (1, 1), "equipment.doppler": (1, 0)},
        on=later,
    )
    count(units["XAIMB000011"], {"equipment.scale": (0, 0)}, on=later)
    found = changes(people, first, diagnose(later))
    assert {key: (c.before, c.after, c.outcome, c.why) for key, c in found.items()} == {
        (CENTRE, "equipment.scale"): (1, 0, Outcome.CLOSED, (Why.RECORD,)),
        (CENTRE, "equipment.doppler"): (0, 1, Outcome.OPENED, (Why.RECORD,)),
        (CENTRE, "staff.general_nurse"): (2, 1, Outcome.CHANGED, (Why.RECORD,)),
        ("XAIMB000011", "equipment.scale"): (None, 2, Outcome.CHANGED, (Why.BECAME_KNOWN,)),
    }


def test_a_changed_standard_is_told_from_a_changed_record(diagnose, people, units, fill):
    fill(units[CENTRE], {"equipment.glucometer": (1, 1)})
    rules = standards()
    kit = rules.sets["consulting_room_kit"]
    lines = [n.model_copy(update={"quantity": "3"}) if "glucometer" in n.resource else n for n in kit.requires]
    sets = rules.sets | {"consulting_room_kit": kit.model_copy(update={"requires": lines})}
    stricter = rules.model_copy(update={"sets": sets, "version": "2026.2", "sha256": "f" * 64})
    found = changes(people, diagnose(), diagnose(rules=stricter))
    assert {key: (c.before, c.after, c.outcome, c.why) for key, c in found.items()} == {
        (CENTRE, "equipment.glucometer"): (0, 2, Outcome.OPENED, (Why.STANDARD,))
    }


def test_units_that_came_and_went(diagnose, people, units, fill):
    fill(units[CENTRE], {"equipment.scale": (0, 0)})
    with_it = diagnose()
    units[CENTRE].statuses.update(valid_to=DAY)
    without = diagnose(DAY + dt.timedelta(days=1))
    gone = changes(people, with_it, without)[CENTRE, "equipment.scale"]
    assert (gone.outcome, gone.why) == (Outcome.CLOSED, (Why.UNIT_REMOVED,))
    come = changes(people, without, with_it)[CENTRE, "equipment.scale"]
    assert (come.outcome, come.why) == (Outcome.OPENED, (Why.UNIT_ADDED,))


def test_a_run_beside_itself_has_no_difference(diagnose, people, units, fill):
    fill(units[CENTRE], {"equipment.scale": (0, 0)})
    run = diagnose()
    assert changes(people, run, run) == {}


def test_nobody_compares_units_of_another_territory(diagnose, people, territory, units, fill):
    fill(units["XBIMB000010"], {"equipment.scale": (0, 0)})
    empty = diagnose(DAY - dt.timedelta(days=1), area=territory.country)
    full = diagnose(area=territory.country)
    assert list(compare_runs(people.coordinator_a, empty, full)) == []
    assert list(compare_runs(people.coordinator_b, empty, full)) != []


def test_published_figures_stand_beside_ours(diagnose, territory, units, fill):
    fill(units[CENTRE], {"staff.general_physician": (2, 0), "staff.general_nurse": (0, 0)})
    run = diagnose()
    groups = {g.code: g for g in staff_gap(run, territory.state_a)}
    assert (groups["general_physicians"].gap, groups["nurses"].gap) == (2, 2)
    assert groups["nurses"].lines_unknown > 0
    assert "support" not in groups
    posts = census_posts(run, territory.state_a)
    assert posts is not None
    assert posts.vacant == 2
    assert census_posts(run, territory.municipalities["91002"]) is None


def test_hidalgo_has_its_published_claims():
    assert [(c.subject, c.value, c.at_least) for c in claims_about("13")] == [
        ("staff_gap", 4000, True),
        ("equipment_gap", 8000, False),
    ]


def test_every_category_is_in_one_group():
    placed = [resource for group in staff_groups().values() for resource in group.resources]
    assert len(placed) == len(set(placed))


def served(run, unit):
    return RunUnit.objects.values_list("people", "people_basis").get(run=run, unit=unit)


def test_clinics_share_their_municipality_by_rooms(diagnose, units, count):
    hospital = units[HOSPITAL]
    hospital.unit_type, hospital.nuclei = "urban_health_center", 1
    hospital.save()
    count(units["XAIMB000011"], {"room.general_consulting": (3, 3)})
    run = diagnose()
    assert served(run, units["XAIMB000011"]) == (18_000, "share.no_social_security")
    assert served(run, hospital) == (6_000, "share.no_social_security")


def test_a_catchment_comes_before_a_share(diagnose, system, units):
    rows = [
        CatchmentRow(unit_id=units[CENTRE].pk, locality_code=f"91002000{n}", block="", population=900, entitled=400,
                     not_entitled=500, minutes=None, kilometres=None, road="")
        for n in (1, 2)
    ]  # fmt: skip
    put_catchment(by=system, as_of=dt.date(2024, 1, 1), rows=rows)
    run = diagnose()
    assert served(run, units[CENTRE]) == (1000, "catchment")
    assert RunUnit.objects.get(run=run, unit=units[CENTRE]).variables["population"] == 1800


def test_a_hospital_serves_the_municipalities_of_its_state_that_are_nearest(diagnose, units):
    assert served(diagnose(), units[HOSPITAL]) == (24_000 + 6_500 + 7_000, "nearest.no_social_security")


@pytest.mark.parametrize(
    ("basis", "words"),
    [
        ("catchment", "assigned to the unit"),
        ("share.no_social_security", "of its municipality (People without social security)"),
        ("nearest.mixed", "nearest hospital (several measures)"),
        ("municipality.no_health_entitlement", "All people of its municipality"),
        ("", "Not known"),
    ],
)
def test_how_people_were_reckoned_is_said_in_words(basis, words):
    with override("en"):
        assert words in people_basis_words(basis)
