"""What the rules of the dictionary say of small invented tables, counted by hand."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from bienestar.foundation.definitions.indicators import indicators
from tests.indicators.plain import Plain

CUT_OFF = dt.date(2026, 10, 31)


def days_ago(days: int) -> dt.date:
    """A day before the cut-off."""
    return CUT_OFF - dt.timedelta(days=days)


def unit(uid: str, **what: Any) -> dict[str, Any]:
    """A first-level unit that works; ``what`` says what is different."""
    first = {"municipality": "13048", "operator": "IMB", "operating": True, "unit_type": "rural_health_center"}
    level = {"care_level": 1, "hospital": False, "outpatient": True, "care": True}
    return {"unit": uid, **first, **level, **what}


def hospital(uid: str, **what: Any) -> dict[str, Any]:
    """A general hospital that works."""
    return unit(uid, unit_type="general_hospital", care_level=2, hospital=True, outpatient=False, **what)


def person(uid: str, **what: Any) -> dict[str, Any]:
    """An enrolled person, checked a month ago."""
    seen = {"checked_on": days_ago(30), "check_valid_until": days_ago(-335)}
    return {"person": uid, "municipality": "13048", "living": True, "eligibility": "eligible", **seen, **what}


def staff(
    at: str, resource: str, category: str, filled: float | None, authorised: float | None = None
) -> dict[str, Any]:
    """Posts of one category at a unit."""
    physician = category in ("specialist", "general_physician")
    what = {"resource": f"staff.{resource}", "category": category, "physician": physician}
    return {"unit": at, "municipality": "13048", "filled": filled, "authorised": authorised, **what}


def test_every_rule_can_be_asked_as_plain_sql() -> None:
    nothing = Plain(CUT_OFF)
    for indicator_id, one in indicators().items():
        if one.numerator:
            assert nothing.numerator(indicator_id) in (0.0, None), indicator_id
        if one.denominator:
            assert nothing.denominator(indicator_id) in (0.0, None), indicator_id


def test_people_without_social_security_are_those_of_the_estimate_and_no_other_measure() -> None:
    rows = [
        {"measure": "no_social_security", "municipality": "13048", "people": 600},
        {"measure": "no_social_security", "municipality": "13051", "people": 400},
        {"measure": "no_health_entitlement", "municipality": "13048", "people": 250},
        {"measure": "population", "municipality": "13048", "people": 2000},
    ]
    plain = Plain(CUT_OFF, population=rows)
    assert plain.numerator("POP-01") == 1000
    assert plain.value("POP-03") == pytest.approx(12.5)
    assert plain.value("POP-04") == pytest.approx(50.0)


def test_the_enrolled_are_living_and_eligible_and_a_check_runs_out() -> None:
    people = [
        person("a"),
        person("b", checked_on=days_ago(366), check_valid_until=days_ago(1)),
        person("c", checked_on=days_ago(100), check_valid_until=days_ago(1)),
        person("d", living=False),
        person("e", eligibility="covered"),
        person("f", eligibility="unchecked", checked_on=None),
    ]
    estimate = [{"measure": "no_social_security", "municipality": "13048", "people": 12}]
    plain = Plain(CUT_OFF, persons=people, population=estimate)
    assert plain.numerator("ENR-01") == 3
    assert plain.value("ENR-02") == pytest.approx(25.0)
    assert plain.numerator("ENR-03") == 1


def test_vulnerable_people_live_where_marginalisation_is_high_or_many_speak_an_indigenous_language() -> None:
    places = [
        {"municipality": "13001", "marginalisation": 4, "population": 100, "indigenous_speakers": 0},
        {"municipality": "13002", "marginalisation": 1, "population": 100, "indigenous_speakers": 40},
        {"municipality": "13003", "marginalisation": 1, "population": 100, "indigenous_speakers": 39},
        {"municipality": "13004", "marginalisation": None, "population": None, "indigenous_speakers": None},
    ]
    people = [person(place["municipality"], municipality=place["municipality"]) for place in places]
    plain = Plain(CUT_OFF, municipalities=places, persons=people)
    assert plain.numerator("POP-05") == 2
    # Of the fourth nothing is known: it is not counted as a place without vulnerable people.
    assert plain.denominator("POP-05") == 3


def test_a_card_printed_is_not_a_card_delivered_nor_a_person_with_one() -> None:
    printed = {"municipality": "13048", "printed_on": days_ago(50)}
    cards = [
        {"card": "1", "person": "a", "stage": "printed", **printed},
        {
            "card": "2",
            "person": "b",
            "stage": "active",
            "delivered_on": days_ago(10),
            "days_to_delivery": 40,
            **printed,
        },
        {"card": "3", "person": "b", "stage": "active", "delivered_on": days_ago(9), "days_to_delivery": 50, **printed},
        {
            "card": "4",
            "person": "c",
            "stage": "replaced",
            "delivered_on": days_ago(90),
            "days_to_delivery": 9,
            **printed,
        },
        {"card": "5", "person": "d", "stage": "requested", "municipality": "13051"},
    ]
    for card in cards:
        card["active"] = card["stage"] == "active"
    places = [{"municipality": "13048"}, {"municipality": "13051"}]
    estimate = [{"measure": "no_social_security", "people": 10}]
    plain = Plain(CUT_OFF, cards=cards, municipalities=places, population=estimate)
    assert plain.numerator("CRD-01") == 4
    assert plain.numerator("CRD-02") == 3
    assert plain.value("CRD-03") == pytest.approx(10.0)
    assert plain.value("CRD-04") == pytest.approx(50.0)
    # The one delivered 90 days ago is outside the 90 days up to the cut-off.
    assert plain.numerator("CRD-05") == pytest.approx(45.0)


def test_units_of_other_operators_closed_ones_and_those_of_unknown_status_do_not_count() -> None:
    units = [
        hospital("h1", theatres=4, theatres_working=3, beds=60),
        hospital("h2", operator="IMO", theatres=1, theatres_working=None),
        hospital("h3", operator="SSA"),
        hospital("h4", operating=False),
        hospital("h5", operating=None),
        unit("u1", consulting_rooms=2, days_open=7, state="20"),
        unit("u2", operator="IMO", unit_type="rural_medical_unit", days_open=5),
        unit("u3", operator="SSA", days_open=7),
        unit("u4", care=False, unit_type="office"),
    ]
    estimate = [{"measure": "no_social_security", "people": 100_000}]
    plain = Plain(CUT_OFF, units=units, population=estimate)
    assert plain.numerator("FAC-01") == 2
    assert plain.numerator("FAC-02") == 2
    assert plain.numerator("FAC-03") == 1
    assert [plain.numerator(f"FAC-04{letter}") for letter in ("", "B", "C")] == [2, 60, 5]
    assert plain.value("FAC-05") == pytest.approx(0.2)
    assert plain.value("FAC-05B") == pytest.approx(2.0)
    assert plain.numerator("FAC-06") == 2
    # The theatre of which it is not known whether it works is left out of both sides.
    assert plain.value("FAC-08") == pytest.approx(75.0)
    assert plain.value("OPS-01A") == pytest.approx(50.0)


def test_all_staff_and_the_three_groups_come_from_one_table() -> None:
    units = [hospital("h1"), hospital("h2", operator="SSA")]
    rows = [
        staff("h1", "internist", "specialist", 3),
        staff("h1", "general_physician", "general_physician", 5),
        staff("h1", "general_nurse", "nurse", 10),
        staff("h1", "administrative", "administrative", 7),
        staff("h1", "cleaning", "support", None),
        staff("h2", "internist", "specialist", 100),
    ]
    plain = Plain(CUT_OFF, units=units, staff=rows, population=[{"measure": "no_social_security", "people": 9000}])
    assert plain.numerator("WRK-01") == 25
    assert plain.numerator("WRK-05") == 18
    assert sum(plain.numerator(f"WRK-0{number}") or 0 for number in (2, 3, 4)) == 18
    assert plain.value("WRK-11") == pytest.approx(20.0)
    assert plain.value("WRK-11B") == pytest.approx(80 / 9)
    assert plain.value("WRK-11C") == pytest.approx(100 / 9)


def test_a_surplus_in_one_hospital_does_not_hide_a_vacancy_in_another() -> None:
    rows = [
        staff("h1", "internist", "specialist", 6, authorised=4),
        staff("h2", "internist", "specialist", 2, authorised=4),
        staff("h2", "paediatrician", "specialist", None, authorised=9),
        staff("h2", "general_nurse", "nurse", 0, authorised=9),
    ]
    plain = Plain(CUT_OFF, units=[hospital("h1"), hospital("h2")], staff=rows)
    assert plain.value("WRK-06") == pytest.approx(75.0)
    assert plain.value("WRK-06B") == pytest.approx(100.0)


def test_a_hospital_needs_all_five_basic_specialties() -> None:
    basic = ["internist", "general_surgeon", "paediatrician", "obstetrician", "anaesthetist"]
    rows = [staff("h1", resource, "specialist", 1) for resource in basic]
    rows += [staff("h2", resource, "specialist", 1) for resource in basic[:4]]
    rows += [staff("h2", "anaesthetist", "specialist", 0), staff("h2", "cardiologist", "specialist", 2)]
    plain = Plain(CUT_OFF, units=[hospital("h1"), hospital("h2")], staff=rows)
    assert plain.value("WRK-14") == pytest.approx(50.0)


def test_a_centre_with_a_doctor_is_over_the_centres_whose_staff_was_counted() -> None:
    units = [unit("u1"), unit("u2"), unit("u3"), unit("u5"), unit("u4", operator="SSA"), hospital("h1")]
    rows = [
        staff("u1", "general_physician", "general_physician", 1),
        staff("u2", "general_nurse", "nurse", 1),
        staff("u3", "general_physician", "general_physician", 0),
        staff("u4", "general_physician", "general_physician", 1),
        staff("h1", "general_physician", "general_physician", 1),
    ]
    assert Plain(CUT_OFF, units=units, staff=rows).value("WRK-08") == pytest.approx(100 / 3)


def test_seven_days_are_every_day_of_four_weeks_with_physician_nurse_and_activity() -> None:
    def rows(uid: str, **odd: dict[int, Any]) -> list[dict[str, Any]]:
        full = {"open": True, "physicians": 1, "nurses": 2, "activities": 9}
        return [
            {
                "unit": uid,
                "day": days_ago(ago),
                **full,
                **{name: days.get(ago, full[name]) for name, days in odd.items()},
            }
            for ago in range(-2, 40)
        ]

    days = [
        *rows("all"),
        *rows("closed_once", open={6: False}),
        *rows("closed_before", open={28: False}),
        *rows("no_nurse_once", nurses={27: 0}),
        *rows("unknown_once", physicians={3: None}),
        *rows("quiet_two_days", activities={1: 0, 2: 0}),
        *rows("quiet_three_days", activities={1: 0, 2: 0, 5: None}),
        *[row for row in rows("a_day_missing") if row["day"] != days_ago(9)],
        *rows("of_the_state"),
    ]
    units = [unit(uid) for uid in sorted({row["unit"] for row in days} - {"of_the_state"})]
    plain = Plain(CUT_OFF, units=[*units, unit("of_the_state", operator="SSA")], opening_days=days)
    assert plain.denominator("OPS-01") == 8
    # Open all days: all but the one closed in the period and the one with a day missing.
    assert plain.numerator("OPS-01B") == 6
    # With physician and nurse: also not the one without a nurse and the one not known.
    assert plain.numerator("OPS-01C") == 4
    # With activity on 90 % of 28 days, which is 26: also not the one with three quiet days.
    assert plain.numerator("OPS-01") == 3


def test_who_stayed_twelve_months_is_asked_of_those_who_came_between_one_and_two_years_ago() -> None:
    hires = [
        {"hire": "1", "took_post_on": days_ago(365)},
        {"hire": "2", "took_post_on": days_ago(729), "left_on": days_ago(729 - 364)},
        {"hire": "3", "took_post_on": days_ago(500), "left_on": days_ago(135)},
        {"hire": "4", "took_post_on": days_ago(364)},
        {"hire": "5", "took_post_on": days_ago(730)},
    ]
    plain = Plain(CUT_OFF, hires=hires)
    assert plain.denominator("REC-06") == 3
    assert plain.numerator("REC-06") == 2
    assert plain.numerator("REC-03") == 1


def test_states_are_counted_by_stage() -> None:
    reached = days_ago(100)
    events = [
        {"state": "13", "stage": "census", "reached_on": reached},
        {"state": "13", "stage": "agreement_signed", "reached_on": reached},
        {"state": "10", "stage": "census", "reached_on": reached},
        {"state": "10", "stage": "agreement_signed"},
        {"state": "19", "stage": "census"},
        {"state": "19", "stage": "agreement_signed"},
    ]
    plain = Plain(CUT_OFF, stage_events=events)
    assert plain.value("TRF-01", stage="census") == pytest.approx(200 / 3)
    assert plain.value("TRF-01", stage="agreement_signed") == pytest.approx(100 / 3)
    assert plain.numerator("TRF-01B") == 1


def test_a_unit_is_regularised_when_all_its_properties_are() -> None:
    titles = [
        {"unit": "u1", "property": "a", "registered_on": days_ago(9)},
        {"unit": "u1", "property": "b", "registered_on": days_ago(5)},
        {"unit": "u2", "property": "c", "registered_on": days_ago(5)},
        {"unit": "u2", "property": "d"},
    ]
    assert Plain(CUT_OFF, property_titles=titles).value("FAC-07") == pytest.approx(50.0)


def test_a_hospital_is_ready_when_every_service_is_and_not_known_is_not_ready() -> None:
    results = [
        {"unit": "h1", "service": "surgery", "readiness": "ready"},
        {"unit": "h1", "service": "birth", "readiness": "ready"},
        {"unit": "h2", "service": "surgery", "readiness": "ready"},
        {"unit": "h2", "service": "birth", "readiness": "unknown"},
        {"unit": "u1", "service": "consultation", "readiness": "held"},
    ]
    plain = Plain(CUT_OFF, units=[hospital("h1"), hospital("h2"), unit("u1")], service_results=results)
    assert plain.value("RDY-02") == pytest.approx(50.0)
    assert plain.value("RDY-01A") == pytest.approx(75.0)


def test_what_is_not_counted_is_no_stock_of_nought_and_an_excess_does_not_make_up() -> None:
    stock = [
        {"unit": "u1", "supply_key": "a", "normative": True, "usable": 5, "days_of_stock": 10},
        {"unit": "u1", "supply_key": "b", "normative": True, "usable": 0, "days_of_stock": 0},
        {"unit": "u1", "supply_key": "c", "normative": True},
        {"unit": "u1", "supply_key": "d", "normative": False, "usable": 9, "days_of_stock": 90},
    ]
    due = {"due_on": days_ago(3)}
    orders = [
        {"order_line": "1", "pieces_ordered": 100, "pieces_received": 150, **due},
        {"order_line": "2", "pieces_ordered": 100, "pieces_received": None, **due},
        {"order_line": "3", "pieces_ordered": 100, "due_on": days_ago(-3)},
    ]
    plain = Plain(CUT_OFF, stock=stock, supply_orders=orders)
    assert plain.value("SUP-01") == pytest.approx(50.0)
    assert plain.numerator("SUP-02") == pytest.approx(5.0)
    assert plain.value("SUP-05") == pytest.approx(50.0)


def test_training_is_counted_in_hours_of_each_worker() -> None:
    courses = [
        {"worker": "a", "course": "1", "hours": 12, "finished_on": days_ago(10)},
        {"worker": "a", "course": "2", "hours": 8, "finished_on": days_ago(364)},
        {"worker": "b", "course": "1", "hours": 12, "finished_on": days_ago(10)},
        {"worker": "b", "course": "2", "hours": 8, "finished_on": days_ago(365)},
    ]
    assert Plain(CUT_OFF, training=courses).numerator("TRN-01") == 1
