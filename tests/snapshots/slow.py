"""What each frozen table must hold, reckoned one object after another, slowly and obviously."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable
from typing import Any
from zoneinfo import ZoneInfo

from bienestar.foundation.accounts.queries import PublicUser
from bienestar.foundation.definitions.catalogue import catalogue, typologies
from bienestar.foundation.definitions.claims import claims
from bienestar.foundation.facilities.models import CapacityCount, OpeningHours, Unit
from bienestar.foundation.territory.models import Area, AreaFigure
from bienestar.insight.gaps.models import DiagnosisRun
from bienestar.insight.indicators.models import ValueSet
from bienestar.insight.indicators.queries.claims import published_claims
from bienestar.operations.census.models import CensusTeam, ExpectedUnit, Visit
from bienestar.operations.enrolment.models import EligibilityCheck
from bienestar.registers.beneficiaries.models import Card, Person
from bienestar.registers.equipment.models import EquipmentCount
from bienestar.registers.workforce.models import StaffCount

Rows = list[dict[str, Any]]
HERE = ZoneInfo("America/Mexico_City")
EVER = dt.date.min


def day_of(moment: dt.datetime) -> dt.date:
    return moment.astimezone(HERE).date()


def newest_figures(area: Area, day: dt.date) -> dict[str, AreaFigure]:
    found = AreaFigure.objects.filter(area=area, as_of__lte=day).select_related("source").order_by("as_of")
    return {figure.measure: figure for figure in found}


def municipalities(day: dt.date) -> Rows:
    rows = []
    for area in Area.objects.filter(level="municipality"):
        figures = newest_figures(area, day)
        value = {measure: figure.value for measure, figure in figures.items()}
        box = area.boundary
        wide = math.radians(box.east - box.west)
        high = math.sin(math.radians(box.north)) - math.sin(math.radians(box.south))
        people, speakers = value.get("population"), value.get("indigenous_speakers")
        rows.append(
            {
                "state": area.parent.code,
                "municipality": area.code,
                "name": area.name,
                # Of a box of meridians and parallels; edges between its corners are not quite parallels.
                "area": 6371.0088**2 * wide * high,
                "population": people,
                "without_social_security": value.get("no_social_security"),
                "without_health_entitlement": value.get("no_health_entitlement"),
                "without_health_access": value.get("no_health_access"),
                "indigenous_speakers": speakers,
                "indigenous_share": speakers / people if people and speakers is not None else None,
                "marginalisation": value.get("marginalisation_degree"),
                "marginalisation_index": value.get("marginalisation_index"),
                "figures_as_of": max((figure.as_of for figure in figures.values()), default=None),
            }
        )
    return rows


def population(day: dt.date) -> Rows:
    counted = {"population", "no_health_entitlement", "no_social_security", "no_health_access", "indigenous_speakers"}
    rows = []
    for state in Area.objects.filter(level="state"):
        inside: set[str] = set()
        for area in [*Area.objects.filter(parent=state), state]:
            for measure, figure in newest_figures(area, day).items():
                if measure not in counted or (area == state and measure in inside):
                    continue
                inside.add(measure)
                rows.append(
                    {
                        "state": state.code,
                        "municipality": None if area == state else area.code,
                        "measure": measure,
                        "sex": None,
                        "age_group": None,
                        "as_of": figure.as_of,
                        "people": figure.value,
                        "source": f"{figure.source.publisher}: {figure.source.name}".removeprefix(": "),
                    }
                )
    return rows


def place_of(unit: Unit) -> dict[str, Any]:
    return {"state": unit.municipality.parent.code, "municipality": unit.municipality.code, "unit": unit.uid}


def all_units() -> Iterable[Unit]:
    return Unit.objects.filter(merged_into=None).select_related("municipality__parent")


def holding(rows: Iterable[Any], day: dt.date) -> list[Any]:
    return [row for row in rows if (row.valid_from or EVER) <= day <= (row.valid_to or dt.date.max)]


def newest_count(model: Any, unit: Unit, resource: str, day: dt.date) -> Any:
    return model.objects.filter(unit=unit, resource=resource, as_of__lte=day).order_by("-as_of").first()


def add_up(unit: Unit, resources: list[str], field: str, day: dt.date) -> float | None:
    found = [newest_count(CapacityCount, unit, code, day) for code in resources]
    values = [getattr(count, field) for count in found if count]
    return sum(values) if values and None not in values else None


def opening(unit: Unit, day: dt.date) -> tuple[float | None, float | None]:
    """Days a week and hours a day."""
    days = hours = None
    told = OpeningHours.objects.filter(unit=unit, as_of__lte=day).order_by("-as_of").first()
    if told:
        days = len(set(told.weekdays)) or None
        start = told.opens.hour * 60 + told.opens.minute
        end = told.closes.hour * 60 + told.closes.minute + (told.closes.strftime("%H:%M") == "23:59")
        hours = ((end - start) % 1440 or 1440) / 60
    for resource in ("opening.days_per_week", "opening.hours_per_day"):
        count = newest_count(CapacityCount, unit, resource, day)
        if count and resource == "opening.days_per_week":
            days = count.usable
        elif count:
            hours = count.usable
    return days, hours


def units(day: dt.date) -> Rows:
    rows, sums = [], catalogue().sums
    for unit in all_units():
        kind = typologies().unit_types[unit.unit_type]
        keys, statuses = list(unit.identifiers.all()), list(unit.statuses.all())
        if min((row.valid_from or EVER) for row in [*keys, *statuses]) > day:
            continue
        key = sorted(holding(keys, day), key=lambda row: (row.is_current, row.valid_from or EVER))[-1:]
        operator = sorted(holding(unit.operators.all(), day), key=lambda row: row.valid_from or EVER)[-1:]
        status = holding(statuses, day)[-1:]
        starts = [row.valid_from for row in statuses if row.status == "operating" and (row.valid_from or EVER) <= day]
        level = kind.level if unit.care_level is None else unit.care_level
        days, hours = opening(unit, day)
        counted = [count.as_of for count in unit.capacities.filter(as_of__lte=day)]
        rows.append(
            {
                **place_of(unit),
                "name": unit.name,
                "clues": key[0].value if key else None,
                "jurisdiction": unit.jurisdiction or None,
                "operator": operator[0].operator if operator else None,
                "status": status[0].status if status else None,
                "operating": status[0].status == "operating" if status else None,
                "joined_on": operator[0].valid_from if operator else None,
                "opened_on": min(starts) if starts and None not in starts else None,
                "unit_type": unit.unit_type,
                "care_level": level,
                "establishment": unit.establishment or None,
                "stratum": None if unit.stratum == "unknown" else unit.stratum,
                "nuclei": unit.nuclei,
                "hospital": kind.hospital and level in (2, 3),
                "outpatient": kind.outpatient,
                "care": kind.care,
                "consulting_rooms": add_up(unit, sums.consulting_rooms, "existing", day),
                "general_rooms": add_up(unit, sums.general_rooms, "existing", day),
                "beds": add_up(unit, sums.beds, "existing", day),
                "theatres": add_up(unit, sums.theatres, "existing", day),
                "theatres_working": add_up(unit, sums.theatres, "usable", day),
                "latitude": unit.latitude,
                "longitude": unit.longitude,
                "days_open": days,
                "hours_week": days * hours if days is not None and hours is not None else None,
                "counted_on": max(counted, default=None),
            }
        )
    return rows


def counts(model: Any, day: dt.date, existing: str, usable: str) -> Rows:
    rows = []
    for unit in all_units():
        for resource in sorted(set(model.objects.filter(unit=unit, as_of__lte=day).values_list("resource", flat=True))):
            count = newest_count(model, unit, resource, day)
            told = {existing: count.existing, usable: count.usable, "as_of": count.as_of}
            rows.append({**place_of(unit), "resource": resource, **told})
    return rows


def capacities(day: dt.date) -> Rows:
    found = counts(CapacityCount, day, "existing", "usable")
    return [{**row, "group": catalogue().resources[row["resource"]].group} for row in found]


def staff(day: dt.date) -> Rows:
    rows = []
    for row in counts(StaffCount, day, "authorised", "filled"):
        category = catalogue().resources[row["resource"]].category or ""
        rows.append({**row, "category": category, "physician": category in {"specialist", "general_physician"}})
    return rows


def equipment(day: dt.date) -> Rows:
    return counts(EquipmentCount, day, "existing", "usable")


def records_of(person: Person) -> list[Person]:
    return [person, *Person.objects.filter(merged_into=person)]


def registered_on(person: Person) -> dt.date:
    return min(day_of(record.registered_at) for record in records_of(person))


def home_of(person: Person) -> dict[str, Any]:
    parts = person.home.path.split("/")
    return {"state": parts[1], "municipality": parts[2], "unit": person.unit.uid if person.unit else None}


def living(person: Person, day: dt.date) -> bool:
    return person.died_on is None or person.died_on > day


def persons(day: dt.date) -> Rows:
    rows = []
    for person in Person.objects.filter(merged_into=None):
        if registered_on(person) > day:
            continue
        born, age = person.birth_date, None
        if born:
            age = day.year - born.year - ((day.month, day.day) < (born.month, born.day))
        low = age // 5 * 5 if age is not None else 0
        check = EligibilityCheck.objects.filter(person=person, checked_on__lte=day).order_by("checked_on", "pk").last()
        rows.append(
            {
                **home_of(person),
                "person": person.uid,
                "sex": person.sex or None,
                "age_group": None if age is None else "85+" if age >= 85 else f"{low:02}-{low + 4:02}",
                "age": age,
                "living": living(person, day),
                "registered_on": registered_on(person),
                "eligibility": check.result if check else "unchecked",
                "covered_by": (check.institution or None) if check else None,
                "checked_on": check.checked_on if check else None,
                "check_valid_until": check.valid_until if check else None,
                "has_curp": any(
                    identifier.kind == "curp" and identifier.since <= day
                    for record in records_of(person)
                    for identifier in record.identifiers.all()
                ),
            }
        )
    return rows


def cards(day: dt.date) -> Rows:
    rows = []
    for card in Card.objects.all():
        asked = day_of(card.requested_at)
        if asked > day:
            continue
        holder = card.person.merged_into or card.person
        steps = [step for step in card.events.order_by("at", "pk") if day_of(step.at) <= day]
        first: dict[str, dt.date] = {}
        for step in steps:
            first.setdefault(step.stage, day_of(step.at))
        stage = steps[-1].stage if steps else "requested"
        signed = card.issued_on is not None and card.issued_on <= day
        delivered = first.get("delivered")
        rows.append(
            {
                **home_of(holder),
                "card": card.folio,
                "module": card.folio[:6],
                "person": holder.uid,
                "stage": stage,
                "requested_on": asked,
                "printed_on": first.get("printed"),
                "shipped_on": first.get("shipped"),
                "received_on": first.get("received"),
                "delivered_on": delivered,
                "ended_on": next((first[end] for end in ("replaced", "revoked", "cancelled") if end in first), None),
                "expires_on": card.expires_on if signed else None,
                "active": stage in ("delivered", "active") and card.expires_on >= day and living(holder, day),
                "days_to_delivery": (delivered - asked).days if delivered else None,
            }
        )
    return rows


def census_visits(day: dt.date) -> Rows:
    rows = []
    for visit in Visit.objects.filter(visited_on__lte=day):
        waits = visit.decided_on is None or visit.decided_on > day
        stage = "recorded" if waits else visit.stage
        rows.append(
            {
                **place_of(visit.unit),
                "round_area": visit.round.area.code,
                "round": visit.round.name,
                "visited_on": visit.visited_on,
                "stage": stage,
                "closed": stage != "recorded",
                "accepted": stage == "accepted",
                "team": visit.team.name if visit.team else None,
                "surveyors": visit.team.surveyors if visit.team else None,
            }
        )
    return rows


def census_expected(day: dt.date) -> Rows:
    rows = []
    for expected in ExpectedUnit.objects.filter(round__starts_on__lte=day):
        about = expected.round
        ended = about.ends_on if about.ends_on and about.ends_on <= day else None
        told = {"round_area": about.area.code, "round": about.name, "starts_on": about.starts_on, "ends_on": ended}
        rows.append({**place_of(expected.unit), **told})
    return rows


def census_teams(day: dt.date) -> Rows:
    return [
        {
            "state": "00" if team.round.area.level == "country" else team.round.area.code,
            "round_area": team.round.area.code,
            "round": team.round.name,
            "team": team.name,
            "surveyors": team.surveyors,
            "starts_on": team.round.starts_on,
        }
        for team in CensusTeam.objects.filter(round__starts_on__lte=day)
    ]


def of_newest_run(relation: str, fields: tuple[str, ...], day: dt.date) -> Rows:
    rows = []
    for unit in all_units():
        runs = DiagnosisRun.objects.filter(as_of__lte=day, run_units__unit=unit).order_by("as_of", "pk")
        run = runs.last()
        if run is None:
            continue
        for line in getattr(run, relation).filter(unit=unit):
            told = {field: getattr(line, field) for field in fields}
            rows.append({**place_of(unit), **told, "run": run.pk, "as_of": run.as_of})
    return rows


def gap_lines(day: dt.date) -> Rows:
    fields = ("resource", "required", "existing", "usable", "gap", "to_repair", "to_acquire")
    rows = of_newest_run("lines", fields, day)
    for row in rows:
        found = catalogue().resources[row["resource"]]
        row |= {"group": found.group, "category": found.category}
    return rows


def service_results(day: dt.date) -> Rows:
    return of_newest_run("services", ("service", "readiness", "people"), day)


def workloads(day: dt.date) -> Rows:
    rows = of_newest_run("wisn", ("resource", "required", "current", "ratio"), day)
    return [{**row, "category": catalogue().resources[row["resource"]].category} for row in rows]


def claim_checks(day: dt.date) -> Rows:
    rows, beside = [], {}
    for claim in claims().values():
        sets = ValueSet.objects.filter(stage="published", snapshot__cut_off__lt=day).order_by("pk")
        public = {one.cut_off: one for one in sets if day_of(one.published_at) <= day}
        if not public or (claim.source.published or claim.as_of) > day:
            continue
        nearest = public[min(public, key=lambda one: (abs((one - claim.as_of).days), one))]
        if nearest.pk not in beside:
            beside[nearest.pk] = {one.claim.id: one for one in published_claims(PublicUser(), nearest)}
        verdict = beside[nearest.pk][claim.id].comparison.verdict
        rows.append(
            {
                "state": claim.scope if claim.scope.isdecimal() else "00",
                "claim": claim.id,
                "article": claim.id[: claim.id.index("-")],
                "checkable": verdict in ("agrees", "differs"),
                "within_tolerance": verdict == "agrees",
                "checked_on": day,
            }
        )
    return rows


SLOW = {
    reckon.__name__: reckon
    for reckon in (
        municipalities,
        population,
        units,
        capacities,
        staff,
        equipment,
        persons,
        cards,
        census_visits,
        census_expected,
        census_teams,
        gap_lines,
        service_results,
        workloads,
        claim_checks,
    )
}
