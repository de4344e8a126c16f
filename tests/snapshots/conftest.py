"""A small invented world with a history: what stood on 31 August 2024 and what stands today differ in every table."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from django.utils import timezone

from bienestar.foundation.accounts.models import User
from bienestar.foundation.facilities.actions import HoursRow, UnitRow, put_capacities, put_hours, put_units
from bienestar.foundation.facilities.models import Unit
from bienestar.foundation.journal.models import SourceFile
from bienestar.foundation.storage.counts import Count
from bienestar.foundation.territory.actions import FigureRow, put_figures
from bienestar.foundation.territory.choices import Measure
from bienestar.insight.gaps.actions import run_diagnosis
from bienestar.operations.census.actions import (
    Seen,
    VisitRow,
    accept_visits,
    expect_units,
    open_round,
    record_visits,
    refuse_visits,
)
from bienestar.operations.census.models import Visit
from bienestar.operations.enrolment.actions import deliver, receive_batch, request_at_module
from bienestar.operations.enrolment.actions import replace as replace_card
from bienestar.operations.enrolment.models import EligibilityCheck
from bienestar.registers.beneficiaries.actions import PersonEntry, merge_persons, record_death, register_person
from bienestar.registers.beneficiaries.models import Card, CardEvent, Person
from bienestar.registers.equipment.actions import put_counts as put_equipment
from bienestar.registers.workforce.actions import put_counts as put_staff
from tests.beneficiaries.conftest import BABY, JUAN, LUPE
from tests.conftest import People, Territory
from tests.enrolment.made import ship_a_card

EARLY = dt.date(2024, 8, 31)
CENTRE, HOSPITAL, RURAL = "XAIMB000011", "XAIMB000023", "XAIMB000035"
#: What must never leave the register: names, CURPs, a birth date and an address, as invented below.
SECRETS = ("Guadalupe", "Hernández", "López", "Nayeli", "HELJ850312", "CUOG011231", "1985-03-12", "Calle Inventada")


def at(day: dt.date, hour: int = 12) -> dt.datetime:
    """A moment of a day in Mexico; 23 is already the next day in UTC."""
    return timezone.make_aware(dt.datetime.combine(day, dt.time(hour, 30)))


@pytest.fixture
def world(
    system: User,
    territory: Territory,
    units: dict[str, Unit],
    people: People,
    source: SourceFile,
    settings: Any,
    tmp_path: Any,
) -> dict[str, Unit]:
    """Units by uid; everything else is found in the database."""
    settings.HOME = tmp_path
    _figures(system, territory, source)
    _units(system, territory, source)
    _counts(system, units)
    _census(system, territory, units)
    for day in (dt.date(2024, 7, 15), dt.date(2025, 6, 30)):
        run_diagnosis(by=system, area=territory.state_a, as_of=day)
    run_diagnosis(by=system, area=territory.country, as_of=dt.date(2024, 5, 1))
    _people(system, people, units)
    return {unit.uid: unit for unit in Unit.objects.all()}


def _figures(by: User, territory: Territory, source: SourceFile) -> None:
    town, other = territory.municipalities["91001"], territory.municipalities["91002"]
    put_figures(
        by=by,
        source=source,
        rows=[
            FigureRow(town.pk, Measure.POPULATION, dt.date(2025, 1, 1), 41_000),
            FigureRow(other.pk, Measure.INDIGENOUS_SPEAKERS, dt.date(2020, 3, 15), 3_000),
            FigureRow(town.pk, Measure.MARGINALISATION_INDEX, dt.date(2020, 3, 15), -1.25),
            FigureRow(territory.state_a.pk, Measure.POPULATION, dt.date(2020, 3, 15), 63_000),
            FigureRow(territory.state_b.pk, Measure.INDIGENOUS_SPEAKERS, dt.date(2020, 3, 15), 9_000),
            FigureRow(territory.state_b.pk, Measure.INDIGENOUS_SPEAKERS, dt.date(2025, 3, 15), 9_500),
            FigureRow(territory.country.pk, Measure.POPULATION, dt.date(2020, 3, 15), 128_000_000),
        ],
    )


def _units(by: User, territory: Territory, source: SourceFile) -> None:
    town = territory.municipalities["91003"].pk
    common: dict[str, Any] = {
        "municipality_id": town,
        "unit_type": "rural_health_center",
        "establishment": "DE CONSULTA",
    }
    first = UnitRow("XASSA000105", "Centro de Salud Álamos", key_from=dt.date(2010, 5, 1), status="operating",
                    status_from=dt.date(2010, 5, 1), stratum="rural", jurisdiction="Sierra", **common)  # fmt: skip
    put_units(by=by, rows=[first], source=source)
    told = SourceFile.objects.create(sha256="1" * 64, kind="test", name="a.csv", published_on=dt.date(2025, 2, 1))
    moved = replace(first, key="XAIMB000105", old_key="XASSA000105", key_from=dt.date(2025, 1, 1), care_level=1)
    opened = UnitRow("XAIMB000110", "Centro de Salud Nuevo", key_from=dt.date(2025, 1, 15), status="operating",
                     status_from=dt.date(2025, 2, 1), **common)  # fmt: skip
    closed = UnitRow(RURAL, "Centro de Salud Río Seco", territory.municipalities["91002"].pk, "rural_health_center",
                     status="closed", status_from=dt.date(2025, 1, 20))  # fmt: skip
    put_units(by=by, rows=[moved, opened, closed], source=told)


def _counts(by: User, units: dict[str, Unit]) -> None:
    hospital, centre, rural = units[HOSPITAL].pk, units[CENTRE].pk, units[RURAL].pk
    old, new = dt.date(2024, 7, 1), dt.date(2025, 3, 1)
    rooms = [
        Count(hospital, "bed.surgery", old, 20, 18),
        Count(hospital, "bed.surgery", new, 25, 25),
        Count(hospital, "bed.paediatrics", old, 10, None),
        Count(hospital, "room.operating_theatre", old, 3, 2),
        Count(hospital, "room.general_consulting", old, 4, 4),
        Count(hospital, "room.dental", old, None, None),
        Count(hospital, "opening.days_per_week", old, 7, 7),
        Count(hospital, "opening.hours_per_day", old, 24, 24),
        Count(centre, "room.general_consulting", old, 2, 1),
        Count(centre, "room.psychology", new, 1, 1),
        Count(centre, "activity.general_consultations", old, 9_000, 9_000),
        Count(rural, "utility.electricity", new, 1, 1),
    ]
    put_capacities(by=by, path="MX/", counts=rooms)
    put_hours(by=by, as_of=dt.date(2024, 2, 1), rows=[
        HoursRow(centre, dt.time(8), dt.time(14, 30), "12345"),
        HoursRow(hospital, dt.time(8), dt.time(15), "12345"),
        HoursRow(rural, dt.time(20), dt.time(23, 59), ""),
    ])  # fmt: skip
    put_hours(by=by, as_of=dt.date(2025, 2, 1), rows=[HoursRow(centre, dt.time(8), dt.time(8), "1234567")])
    staff = [
        Count(hospital, "staff.obstetrician", old, 4, 3),
        Count(hospital, "staff.general_nurse", old, 30, 28),
        Count(hospital, "staff.resident", old, 6, None),
        Count(centre, "staff.general_physician", old, 2, 1),
        Count(centre, "staff.general_physician", new, 2, 2),
    ]
    put_staff(by=by, path="MX/", counts=staff)
    devices = [
        Count(centre, "equipment.scale", old, 2, 1),
        Count(centre, "equipment.scale", new, 3, 3),
        Count(rural, "equipment.scale", new, None, None),
    ]
    put_equipment(by=by, path="MX/", counts=devices)


def _census(by: User, territory: Territory, units: dict[str, Unit]) -> None:
    teams = [("Brigada 1", 4), ("Brigada 2", 3)]
    first = open_round(by=by, area=territory.state_a, name="Primera", starts_on=dt.date(2024, 6, 1),
                       ends_on=dt.date(2025, 1, 31), teams=teams)  # fmt: skip
    second = open_round(by=by, area=territory.country, name="Segunda", starts_on=dt.date(2025, 5, 1), teams=teams[:1])
    chosen = [units[CENTRE], units[HOSPITAL], units[RURAL]]
    expect_units(by=by, round_=first, unit_ids=[unit.pk for unit in chosen])
    expect_units(by=by, round_=second, unit_ids=[chosen[0].pk])
    days = [dt.date(2024, 7, 1), dt.date(2024, 8, 20), dt.date(2024, 10, 1)]
    seen = (Seen("equipment.computer", 1, 1),)
    visits = [
        VisitRow(unit.pk, day, team="Brigada 1" if day.month == 7 else "", seen=seen)
        for unit, day in zip(chosen, days, strict=True)
    ]
    record_visits(by=by, round_=first, visits=visits)
    one, two, three = Visit.objects.order_by("visited_on")
    accept_visits(by=by, visits=[one], on=EARLY)
    accept_visits(by=by, visits=[three])
    refuse_visits(by=by, visits=[two], note="Falta la hoja dos", on=EARLY + dt.timedelta(days=1))


def _people(system: User, people: People, units: dict[str, Unit]) -> None:
    by = people.supervisor_a

    def register(entry: PersonEntry, day: dt.date, hour: int = 12, **changes: Any) -> Person:
        person = register_person(by=by, entry=replace(entry, **changes)).person
        assert person
        Person.objects.filter(pk=person.pk).update(registered_at=at(day, hour))
        person.identifiers.update(since=day)
        return person

    juan = register(JUAN, EARLY, 23, address="Calle Inventada 12")
    lupe = register(LUPE, dt.date(2024, 3, 1))
    baby = register(BABY, EARLY + dt.timedelta(days=1), 0, unit="")
    again = register(
        BABY,
        dt.date(2024, 4, 1),
        given_names="Nayely",
        second_surname="Uk",
        municipality="91002",
        unit=RURAL,
    )
    born = dt.date(1931, 9, 1)
    old = register(LUPE, dt.date(2024, 5, 5), given_names="Petra", curp="", birth_date=born, birth_state="")
    merge_persons(by=by, survivor=baby, merged=again)
    record_death(by=by, person=old, on=dt.date(2024, 12, 24))
    for person, day, result, institution in (
        (juan, dt.date(2024, 8, 31), "covered", "imss"),
        (juan, dt.date(2025, 8, 1), "eligible", ""),
        (lupe, dt.date(2024, 3, 1), "unknown", ""),
        (lupe, dt.date(2024, 3, 1), "eligible", ""),
        (baby, dt.date(2025, 1, 1), "contested", ""),
    ):
        EligibilityCheck.objects.filter(person=person).update(is_current=False)
        EligibilityCheck.objects.create(
            person=person,
            checked_on=day,
            result=result,
            institution=institution,
            valid_until=day + dt.timedelta(days=365),
            basis="lookup",
            decided_by="test",
        )
    made = ship_a_card(system, by, units[CENTRE].municipality, units[CENTRE])
    receive_batch(by=by, batch=made.batch, folios=[made.card.folio])
    deliver(by=by, card=Card.objects.get(pk=made.card.pk), receiver="holder", seen="official_id")
    _date_steps(made.card, [dt.date(2024, 3, 1), dt.date(2024, 3, 9), dt.date(2024, 4, 1), dt.date(2024, 4, 8),
                            dt.date(2024, 4, 20), EARLY + dt.timedelta(days=1)])  # fmt: skip
    new = replace_card(by=by, card=Card.objects.get(pk=made.card.pk), why="lost")
    _date_steps(new, [dt.date(2025, 4, 1)])
    made.card.events.filter(stage="replaced").update(at=at(dt.date(2025, 4, 1)))
    _date_steps(request_at_module(by=by, person=lupe, module=made.module), [EARLY])


def _date_steps(card: Card, days: list[dt.date]) -> None:
    """Give a card's steps the days of the story; the last day holds for those left over."""
    steps = list(CardEvent.objects.filter(card=card).order_by("pk"))
    for place, step in enumerate(steps):
        CardEvent.objects.filter(pk=step.pk).update(at=at(days[min(place, len(days) - 1)]))
    Card.objects.filter(pk=card.pk).update(requested_at=at(days[0]))
    Person.objects.filter(pk=card.person_id, registered_at__gt=at(days[0])).update(registered_at=at(days[0]))
    if card.issued_on or Card.objects.filter(pk=card.pk, issued_on__isnull=False).exists():
        Card.objects.filter(pk=card.pk).update(issued_on=days[1], expires_on=days[1] + dt.timedelta(days=3650))
