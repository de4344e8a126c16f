"""A country by dice, as large as the real one: rows of every frozen table for the measurements of ``bench.pulso``.

Nothing here tells of anybody. Units are in the numbers that the programme tells of; a unit's people, staff, stock and
days follow from its number, so that the same size gives the same rows, and staff are as many as the workers are.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import duckdb

from bienestar.foundation.definitions.tables import FrozenTableShape, frozen_tables

STATES, MUNICIPALITIES, UNITS, WORKERS = 32, 2478, 12_600, 275_000
PERSONS, CARDS = 53_200_000, 5_200_000
#: A prime above every number of rows: multiplied by another one and taken by it, no two rows share a key.
PRIME = 2_147_483_647

STAFF = {
    "general_nurse": "nurse",
    "auxiliary_nurse": "nurse",
    "general_physician": "general_physician",
    "internist": "specialist",
    "general_surgeon": "specialist",
    "paediatrician": "specialist",
    "obstetrician": "specialist",
    "anaesthetist": "specialist",
    "dentist": "dentist",
    "health_promoter": "community",
    "administrative": "support",
    "medical_intern": "intern",
}
RESOURCES = [f"staff.{name}" for name in STAFF]
EQUIPMENT = [
    "ambulance",
    "computer",
    "scale",
    "infant_scale",
    "sphygmomanometer",
    "stethoscope",
    "doppler",
    "diagnostic_set",
    "thermometer",
    "examination_table",
    "vaccine_refrigerator",
    "nebuliser",
    "oximeter",
    "glucometer",
    "electrocardiograph",
    "red_cart",
    "steriliser",
    "dental_unit",
    "ultrasound",
    "xray",
    "laboratory_analyser",
    "vital_signs_monitor",
    "ventilator",
    "incubator",
    "defibrillator",
]
MACROS = f"""
CREATE OR REPLACE TEMP MACRO dice(i, k) AS CAST(hash(i * 61 + k) % 1000003 AS BIGINT);
CREATE OR REPLACE TEMP MACRO pick(i, k, words) AS words[1 + dice(i, k) % len(words)];
CREATE OR REPLACE TEMP MACRO uid(letter, i) AS letter || lpad(CAST(i * 48271 % {PRIME} AS VARCHAR), 10, '0');
CREATE OR REPLACE TEMP MACRO ago(told, most, i, k) AS told - CAST(dice(i, k) % most AS INTEGER);
CREATE OR REPLACE TEMP MACRO worker_unit(i) AS
    CASE WHEN i % 2 = 0 THEN i * {UNITS} // {WORKERS} ELSE i * {UNITS} // {WORKERS} // 19 * 19 END;
CREATE OR REPLACE TEMP MACRO worker_post(i) AS
    CASE WHEN i % 11 < 7 OR i % 2 = 1 THEN dice(i, 1) % {len(RESOURCES)} ELSE dice(i, 1) % 3 END;
"""
#: States by halves of different sizes, as in the country; each state's municipalities and units stand together.
LAND = f"""
CREATE OR REPLACE TEMP TABLE land_municipalities AS
    SELECT m, lpad(s::VARCHAR, 2, '0') AS state,
           lpad(s::VARCHAR, 2, '0') || lpad((1 + m - min(m) OVER (PARTITION BY s))::VARCHAR, 3, '0') AS municipality
    FROM (SELECT i AS m, 1 + CAST(floor({STATES} * pow(i / {MUNICIPALITIES}.0, 1.4)) AS BIGINT) AS s
          FROM range({MUNICIPALITIES}) AS r(i));
CREATE OR REPLACE TEMP TABLE land_units AS
    SELECT u, m, state, municipality, uid('u', u) AS unit, u % 19 = 0 AS hospital
    FROM (SELECT i AS u, i * {MUNICIPALITIES} // {UNITS} AS m FROM range({UNITS}) AS r(i))
    JOIN land_municipalities USING (m);
CREATE OR REPLACE TEMP TABLE land_homes AS
    SELECT m, min(u) AS first, count(*) AS units FROM land_units GROUP BY m;
"""
PLACE = {"state": "state", "municipality": "municipality", "unit": "unit"}
CATEGORY = "pick(i, 5, ['nurse', 'general_physician', 'specialist', 'dentist', 'community', 'support'])"
SPECIALTY = "pick(i, 6, ['internist', 'general_surgeon', 'paediatrician', 'obstetrician', 'anaesthetist'])"
COMPONENT = "pick(i, 5, ['staff', 'services', 'community', 'supply', 'furniture', 'water', 'equipment', 'finance'])"
AGE = "CAST(floor(92 * pow(dice(i, 7) / 1000003.0, 1.3)) AS BIGINT)"
AGE_GROUP = "CASE WHEN age >= 85 THEN '85+' ELSE printf('%02d-%02d', age // 5 * 5, age // 5 * 5 + 4) END"
AGE_GROUPS = [*(f"{low:02}-{low + 4:02}" for low in range(0, 85, 5)), "85+"]
KEYS = 150
SUPPLY = "['010', '020', '030', '060'][1 + key % 4]"
SUPPLY_KEY = f"{SUPPLY} || '.000.' || lpad(key::VARCHAR, 4, '0') || '.00'"


@dataclass(frozen=True)
class Spec:
    """Rows of a table and its columns in SQL; a column that is not named is filled by its kind."""

    rows: str
    columns: Mapping[str, str] = field(default_factory=dict)


def country_fills(persons: int = PERSONS, cut_off: dt.date | None = None) -> dict[str, Callable[..., None]]:
    """A filler for every described table. ``persons`` moves the tables of single people alone."""
    specs = _specs(persons)
    shapes = frozen_tables()
    missing = sorted(shapes.keys() - specs.keys())
    if missing:
        raise SystemExit(f"bench/pulso_country.py has no rows for: {', '.join(missing)}")
    return {name: _fill(specs[name], shape) for name, shape in shapes.items()}


def _fill(spec: Spec, shape: FrozenTableShape) -> Callable[..., None]:
    def fill(con: duckdb.DuckDBPyConnection, into: str, cut_off: dt.date) -> None:
        con.execute(MACROS)
        if not con.execute("SELECT 1 FROM duckdb_tables() WHERE table_name = 'land_homes'").fetchall():
            con.execute(LAND)
        columns = ", ".join(
            f'{spec.columns.get(name) or _by_kind(name, column.kind, place)} AS "{name}"'
            for place, (name, column) in enumerate(shape.columns.items())
        ).replace("cut_off", f"DATE '{cut_off}'")
        con.execute(f"CREATE OR REPLACE TABLE {into} AS SELECT {columns} FROM ({spec.rows})")

    return fill


def _by_kind(name: str, kind: str, place: int) -> str:
    dice = f"dice(i, {20 + place})"
    if name in PLACE:
        return name
    return {
        "text": f"'{name} ' || ({dice} % 5)",
        "whole": f"CASE WHEN {dice} % 25 > 0 THEN {dice} % 8 END",
        "number": f"CASE WHEN {dice} % 25 > 0 THEN ({dice} % 997) / 10.0 END",
        "date": f"cut_off - CAST({dice} % 360 AS INTEGER)",
        "flag": f"{dice} % 6 > 0",
    }[kind]


def events(rows: int) -> str:
    """So many things that happened, spread over the units."""
    return f"SELECT i, land_units.* FROM range({rows}) AS r(i) JOIN land_units ON u = i * {UNITS} // {rows}"


def each(words: list[str], of: str = "land_units", where: str = "true") -> str:
    """Every unit with every word; ``word``, its number ``key``, and ``i`` that counts both."""
    told = "[" + ", ".join(f"'{word}'" for word in words) + "]"
    rows = f"(SELECT {told}[1 + key] AS word, key FROM range({len(words)}) AS k(key))"
    place = "u" if of == "land_units" else "m"
    return f"SELECT *, {place} * {len(words)} + key AS i FROM {of} CROSS JOIN {rows} WHERE {where}"


def of_states(rows: int) -> str:
    """So many rows for each state; ``key`` counts them in it."""
    states = "SELECT DISTINCT state FROM land_municipalities"
    return f"SELECT state, key, CAST(state AS BIGINT) * {rows} + key AS i FROM ({states}), range({rows}) AS k(key)"


def _specs(persons: int) -> dict[str, Spec]:
    return _of_people(persons) | _of_units() | _of_work() | _of_supply() | _of_committees() | _of_states()


def _of_people(persons: int) -> dict[str, Spec]:
    cards, prescriptions = persons * CARDS // PERSONS, max(persons * 3 // 53, 1000)
    home = f"""
        SELECT i, home.state, home.municipality, asked.unit, {AGE} AS age
        FROM range({persons}) AS r(i)
        JOIN land_municipalities AS home ON home.m = i * {MUNICIPALITIES} // {persons}
        JOIN land_homes ON land_homes.m = home.m
        LEFT JOIN land_units AS asked
          ON asked.u = CASE WHEN dice(i, 3) % 20 > 0 THEN
             first + CAST(floor(units * pow(dice(i, 4) / 1000003.0, 2)) AS BIGINT) END
    """
    eligibility = "['eligible', 'eligible', 'eligible', 'eligible', 'covered', 'unknown', 'contested', 'unchecked']"
    stage = "['requested', 'validated', 'printed', 'shipped', 'delivered', 'active', 'active', 'replaced', 'cancelled']"
    sent = "dice(i, 5) % 9"
    filled = "pick(i, 8, ['full', 'full', 'full', 'partial', 'none'])"
    of_items = f"""
        SELECT i * 2 + item AS n, i AS prescription, item, state, municipality, unit
        FROM ({events(prescriptions)}), range(2) AS k(item)
    """
    items = (
        f"SELECT n AS i, prescription, item, state, municipality, unit, dice(n, 9) % {KEYS} AS key FROM ({of_items})"
    )
    return {
        "persons": Spec(
            home,
            {
                "person": "uid('b', i)",
                "sex": "CASE WHEN dice(i, 5) % 1000 = 0 THEN 'X' WHEN dice(i, 5) % 25 < 13 THEN 'M' ELSE 'H' END",
                "age_group": AGE_GROUP,
                "age": "age",
                "living": "dice(i, 8) % 70 > 0",
                "registered_on": "ago(cut_off, 700, i, 9)",
                "eligibility": f"pick(i, 10, {eligibility})",
                "covered_by": "CASE WHEN dice(i, 10) % 8 = 4 THEN 'imss' END",
                "checked_on": "CASE WHEN dice(i, 10) % 8 < 7 THEN ago(cut_off, 500, i, 11) END",
                "check_valid_until": "CASE WHEN dice(i, 10) % 8 < 7 THEN ago(cut_off, 500, i, 11) + 365 END",
                "has_curp": "dice(i, 12) % 10 > 0",
            },
        ),
        "cards": Spec(
            events(cards),
            {
                "card": "uid('c', i)",
                "module": "'m' || (i % 2000)",
                "person": f"uid('b', (i * {persons} // {cards}) - i % 3)",
                "stage": f"pick(i, 5, {stage})",
                "requested_on": "ago(cut_off, 200, i, 6) - 60",
                "printed_on": f"CASE WHEN {sent} BETWEEN 2 AND 7 THEN ago(cut_off, 200, i, 6) - 40 END",
                "shipped_on": f"CASE WHEN {sent} BETWEEN 3 AND 7 THEN ago(cut_off, 200, i, 6) - 30 END",
                "received_on": f"CASE WHEN {sent} BETWEEN 4 AND 7 THEN ago(cut_off, 200, i, 6) - 20 END",
                "delivered_on": f"CASE WHEN {sent} BETWEEN 4 AND 7 THEN ago(cut_off, 200, i, 6) END",
                "ended_on": f"CASE WHEN {sent} > 6 THEN cut_off END",
                "expires_on": "cut_off + 1000",
                "active": f"{sent} IN (5, 6)",
                "days_to_delivery": f"CASE WHEN {sent} BETWEEN 4 AND 7 THEN 10 + dice(i, 7) % 90 END",
            },
        ),
        "prescriptions": Spec(
            events(prescriptions),
            {"prescription": "uid('r', i)", "issued_on": "ago(cut_off, 60, i, 7)", "filled": filled},
        ),
        "prescription_items": Spec(
            items,
            {
                "prescription": "uid('r', prescription)",
                "item": "item",
                "supply_key": SUPPLY_KEY,
                "supply_group": SUPPLY,
                "issued_on": "ago(cut_off, 60, prescription, 7)",
                "filled": filled,
            },
        ),
    }


def _of_units() -> dict[str, Spec]:
    kinds = "['rural_health_center', 'rural_medical_unit', 'urban_health_center', 'rural_health_center']"
    hospitals = "['general_hospital', 'community_hospital', 'community_hospital', 'specialised_hospital']"
    beds = "CASE WHEN hospital THEN 20 + dice(i, 7) % 120 ELSE 0 END"
    theatres = "CASE WHEN hospital THEN 1 + dice(i, 8) % 5 ELSE 0 END"
    rooms = "CASE WHEN dice(i, 9) % 30 > 0 THEN CASE WHEN hospital THEN 15 ELSE 1 END + dice(i, 9) % 4 END"
    goods = [f"equipment.{name}" for name in EQUIPMENT]
    lines = RESOURCES + goods[:13]
    existing = {"existing": "1 + dice(i, 30) % 6", "usable": "CASE WHEN dice(i, 32) % 40 > 0 THEN dice(i, 30) % 6 END"}
    posts = f"SELECT worker_unit(i) AS w, worker_post(i) AS r, count(*) AS filled FROM range({WORKERS}) AS t(i)"
    staff = f"""
        SELECT land_units.*, filled, u * 100 + r AS i, {[*RESOURCES]!r}[1 + r] AS resource,
               {[*STAFF.values()]!r}[1 + r] AS category
        FROM ({posts} GROUP BY ALL) JOIN land_units ON u = w
    """
    domains = ["amenities", "basic_equipment", "infection_prevention", "diagnostics", "essential_medicines"]
    months = "(date_trunc('month', cut_off) - to_months(CAST(key AS INTEGER)))::DATE"
    names = [f"{month}" for month in range(12)]
    visits = "SELECT *, u * 48 + key * 4 + kind AS i FROM (" + each(names) + "), range(4) AS t(kind)"
    visits = visits.replace("SELECT *, u * 48", "SELECT * EXCLUDE (i), u * 48", 1)
    asset = "dice(i, 7) % 8"
    registers = ["units", "staff", "stock", "cards", "visits", "opening_days", "equipment", "kits"]
    reports = f"SELECT * EXCLUDE (i), i * 3 + month AS i FROM ({each(registers)}), range(3) AS t(month)"
    return {
        "municipalities": Spec(
            "SELECT *, m AS i FROM land_municipalities",
            {
                "name": "'Municipio ' || m",
                "population": "2000 + dice(i, 1) % 90000",
                "without_social_security": "1000 + dice(i, 1) % 60000",
                "indigenous_speakers": "CASE WHEN dice(i, 2) % 3 = 0 THEN 1900 + dice(i, 1) % 70000 ELSE 100 END",
                "marginalisation": "CASE WHEN dice(i, 3) % 50 > 0 THEN 1 + dice(i, 3) % 5 END",
            },
        ),
        "population": Spec(
            f"""
            SELECT *, m * 8 + key AS i, NULL AS sex, NULL AS age_group FROM land_municipalities,
                   (SELECT ['population', 'no_social_security', 'no_health_entitlement', 'no_health_access'][1 + key]
                           AS measure, key FROM range(4) AS k(key))
            UNION ALL BY NAME
            SELECT *, m * 50 + key AS i, ['H', 'M'][1 + key % 2] AS sex, {AGE_GROUPS!r}[1 + key // 2] AS age_group,
                   'population' AS measure FROM land_municipalities, range(36) AS k(key)
            """,
            {
                "measure": "measure",
                "sex": "sex",
                "age_group": "age_group",
                "people": "CASE WHEN sex IS NULL THEN 40000 // (1 + i % 8) + dice(i, 1) % 900 ELSE dice(i, 1) % 99 END",
                "source": "'dice'",
            },
        ),
        "units": Spec(
            "SELECT *, u AS i FROM land_units",
            {
                "name": "'Unidad ' || u",
                "clues": "'XX' || u",
                "operator": "['SSA', 'IMO', 'IMO', 'IMO', 'IMO', 'IMB'][1 + least(5, dice(i, 1) % 13)]",
                "status": "CASE WHEN dice(i, 2) % 60 > 0 THEN 'operating' ELSE 'closed' END",
                "operating": "dice(i, 2) % 60 > 0",
                "unit_type": f"CASE WHEN hospital THEN pick(i, 3, {hospitals}) ELSE pick(i, 3, {kinds}) END",
                "care_level": "CASE WHEN hospital THEN 2 ELSE 1 END",
                "stratum": "pick(i, 4, ['rural', 'rural', 'urban'])",
                "hospital": "hospital",
                "outpatient": "NOT hospital",
                "care": "true",
                "consulting_rooms": rooms,
                "general_rooms": rooms,
                "beds": beds,
                "theatres": theatres,
                "theatres_working": f"CASE WHEN i % 20 > 0 THEN greatest(0, {theatres} - dice(i, 10) % 2) END",
                "latitude": "16 + dice(i, 11) % 14",
                "longitude": "-116 + dice(i, 12) % 29",
                "days_open": "CASE WHEN dice(i, 13) % 20 > 0 THEN 5 + dice(i, 13) % 3 END",
                "hours_week": "40 + dice(i, 14) % 60",
            },
        ),
        "capacities": Spec(
            each(["water.quality_test", *(f"room.{n}" for n in range(12)), *(f"bed.{n}" for n in range(6))]),
            {"resource": "word", "group": "split_part(word, '.', 1)", **existing},
        ),
        "equipment": Spec(each(goods), {"resource": "word", **existing}),
        "staff": Spec(
            staff,
            {
                "resource": "resource",
                "category": "category",
                "physician": "category IN ('general_physician', 'specialist')",
                "authorised": "CASE WHEN dice(i, 3) % 30 > 0 THEN filled + dice(i, 3) % 3 END",
                "filled": "filled",
            },
        ),
        "workloads": Spec(each(RESOURCES[:5]), {"resource": "word", "category": "word"}),
        "gap_lines": Spec(
            each(lines),
            {
                "resource": "word",
                "group": "split_part(word, '.', 1)",
                "category": f"CASE WHEN key < {len(RESOURCES)} THEN {[*STAFF.values()]!r}[1 + key] END",
            },
        ),
        "service_results": Spec(
            each([f"service {number}" for number in range(6)]),
            {"service": "word", "readiness": "pick(i, 3, ['ready', 'ready', 'ready', 'ready', 'held', 'unknown'])"},
        ),
        "tracer_domains": Spec(each(domains), {"domain": "word"}),
        "opening_days": Spec(
            "SELECT *, u * 400 + day AS i FROM land_units, range(365) AS d(day)",
            {
                "day": "cut_off - CAST(day AS INTEGER)",
                "open": "u % 3 > 0 OR dice(i, 1) % 7 > 0",
                "physicians": "CASE WHEN u % 4 > 0 THEN 1 + dice(i, 2) % 3 ELSE dice(i, 2) % 2 END",
                "nurses": "CASE WHEN u % 5 > 0 THEN 1 + dice(i, 3) % 4 ELSE dice(i, 3) % 2 END",
                "activities": "CASE WHEN u % 7 > 0 THEN 1 + dice(i, 4) % 9 ELSE dice(i, 4) % 3 END",
            },
        ),
        "visits": Spec(
            visits,
            {
                "month": months,
                "kind": "['general', 'specialty', 'dental', 'emergency'][1 + kind]",
                "visits": "dice(i, 1) % 900",
            },
        ),
        "bed_days": Spec(
            each(names, where="hospital"),
            {"month": months, "available": "600 + dice(u, 1) % 900", "used": "300 + dice(i, 2) % 300"},
        ),
        "equipment_assets": Spec(
            events(120_000),
            {
                "asset": "uid('e', i)",
                "resource": f"pick(i, 6, {goods!r})",
                "stage": "['ordered', 'delivered', 'installed', 'in_service', 'in_service', 'in_service', 'retired', "
                f"'requested'][1 + {asset}]",
                "ordered_on": f"CASE WHEN {asset} < 7 THEN ago(cut_off, 1400, i, 8) END",
                "ordered_year": f"CASE WHEN {asset} < 7 THEN year(ago(cut_off, 1400, i, 8)) END",
                "condemned_on": f"CASE WHEN {asset} = 6 THEN ago(cut_off, 300, i, 9) END",
                "replaced_on": f"CASE WHEN {asset} = 6 AND i % 3 > 0 THEN ago(cut_off, 100, i, 9) END",
                "cost": "dice(i, 10) * 1.25",
                "cost_constant": "dice(i, 10) * 1.5",
            },
        ),
        "census_expected": Spec(
            "SELECT *, u AS i FROM land_units",
            {"round": "'2026-1'", "round_area": "state", "starts_on": "cut_off - 90"},
        ),
        "census_visits": Spec(
            "SELECT *, u AS i FROM land_units WHERE u % 10 > 0",
            {
                "round": "'2026-1'",
                "round_area": "state",
                "stage": "CASE WHEN i % 8 > 0 THEN 'accepted' ELSE 'recorded' END",
                "closed": "i % 12 > 0",
                "accepted": "i % 8 > 0",
                "team": "'team ' || (i % 30)",
            },
        ),
        "findings": Spec(
            events(60_000),
            {
                "finding": "uid('f', i)",
                "component": COMPONENT,
                "severity": "pick(i, 6, ['good', 'regular', 'critical'])",
                "closed_on": "CASE WHEN i % 3 = 0 THEN cut_off - 9 END",
            },
        ),
        "improvement_actions": Spec(
            events(40_000),
            {"action": "uid('a', i)", "component": COMPONENT, "done_on": "CASE WHEN i % 3 > 0 THEN cut_off - 3 END"},
        ),
        "water_tests": Spec(events(25_000), {"test": "uid('w', i)"}),
        "property_titles": Spec(
            events(15_000),
            {
                "property": "uid('p', i)",
                "owner": "pick(i, 5, ['federal', 'state', 'municipal', 'communal', 'private'])",
                "registered_on": "CASE WHEN i % 3 > 0 THEN cut_off - 400 END",
            },
        ),
        "reports_due": Spec(
            reports,
            {
                "report": "uid('d', i)",
                "register": "word",
                "due_on": "cut_off - CAST(30 * month AS INTEGER)",
                "received_on": "cut_off - CAST(30 * month + 5 - dice(i, 1) % 7 AS INTEGER)",
            },
        ),
        "handover_units": Spec(
            "SELECT *, u AS i FROM land_units WHERE u % 9 > 0",
            {"signed_on": "CASE WHEN i % 4 > 0 THEN cut_off - 200 END"},
        ),
    }


def _of_work() -> dict[str, Spec]:
    rows = f"""
        SELECT land_units.*, i, worker_post(i) AS r, {AGE} AS age
        FROM range({WORKERS}) AS t(i) JOIN land_units ON u = worker_unit(i)
    """
    source = (
        "['national', 'national', 'national', 'national', 'international_agreement', 'retired_doctor', 'residency']"
    )
    return {
        "workers": Spec(
            rows,
            {
                "worker": "uid('t', i)",
                "category": f"{[*STAFF.values()]!r}[1 + r]",
                "resource": f"{RESOURCES!r}[1 + r]",
                "specialty": f"CASE WHEN {[*STAFF.values()]!r}[1 + r] = 'specialist' THEN {RESOURCES!r}[1 + r] END",
                "source": f"pick(i, 3, {source})",
                "shift": "pick(i, 4, ['morning', 'evening', 'night', 'weekend'])",
                "sex": "pick(i, 5, ['H', 'M', 'M'])",
                "age_group": f"pick(i, 6, {AGE_GROUPS[4:14]!r})",
                "ended_on": "NULL",
                "active": "true",
            },
        ),
        "training": Spec(
            f"SELECT *, i AS who FROM ({rows}) WHERE i % 3 > 0",
            {
                "worker": "uid('t', i)",
                "category": f"{[*STAFF.values()]!r}[1 + r]",
                "course": "'course ' || i % 9",
                "hours": "10 + dice(i, 2) % 40",
            },
        ),
        "handover_workers": Spec(
            events(110_000),
            {
                "worker": "uid('h', i)",
                "category": CATEGORY,
                "choice": "pick(i, 2, ['transfer', 'transfer', 'stay', 'pending'])",
                "assigned_on": "CASE WHEN i % 4 > 0 THEN cut_off - 99 END",
            },
        ),
        "hires": Spec(
            events(60_000),
            {
                "hire": "uid('k', i)",
                "person": "uid('t', i)",
                "source": "pick(i, 4, ['call', 'call', 'residency', 'international_agreement', 'retired_doctor'])",
                "category": CATEGORY,
                "specialty": SPECIALTY,
                "took_post_on": "ago(cut_off, 900, i, 7)",
                "left_on": "CASE WHEN i % 5 = 0 THEN ago(cut_off, 900, i, 7) + CAST(i % 500 AS INTEGER) END",
            },
        ),
        "vacancies": Spec(
            events(30_000),
            {
                "vacancy": "uid('v', i)",
                "category": CATEGORY,
                "specialty": SPECIALTY,
                "filled_on": "CASE WHEN i % 3 > 0 THEN cut_off - 5 END",
            },
        ),
        "permanency": Spec(
            events(60_000),
            {
                "candidate": "uid('q', i)",
                "category": CATEGORY,
                "accepted_on": "CASE WHEN i % 7 > 0 THEN cut_off - 80 END",
                "appointed_on": "CASE WHEN i % 7 > 2 THEN cut_off - 20 END",
            },
        ),
        "spending": Spec(
            events(300_000),
            {
                "payment": "uid('s', i)",
                "concept": "pick(i, 3, ['payroll', 'works', 'equipment', 'supply', 'operation'])",
                "amount": "dice(i, 4) * 1.17",
            },
        ),
    }


def _of_supply() -> dict[str, Spec]:
    def stocked(keys: int, months: int = 1) -> str:
        return (
            f"SELECT *, (u * {keys} + key) * {months} + month AS i FROM land_units, range({keys}) AS k(key), "
            f"range({months}) AS t(month)"
        )

    key = {"supply_key": SUPPLY_KEY, "supply_group": SUPPLY}

    def keyed(rows: int) -> str:
        return f"SELECT *, dice(i, 9) % {KEYS} AS key FROM ({events(rows)})"

    pieces = {"pieces_received": "CASE WHEN i % 20 > 0 THEN dice(i, 5) % 500 END"}
    return {
        "stock": Spec(
            stocked(KEYS),
            key
            | {
                "usable": "CASE WHEN dice(i, 1) % 30 > 0 THEN greatest(0, dice(i, 1) % 300 - 20) END",
                "monthly_use": "10 + dice(i, 2) % 60",
                "days_of_stock": "CASE WHEN dice(i, 1) % 30 > 0 THEN dice(i, 3) % 120 END",
                "counted_on": "cut_off - CAST(u % 40 AS INTEGER)",
            },
        ),
        "stock_days": Spec(
            stocked(60, 3),
            key
            | {
                "month": "(date_trunc('month', cut_off) - to_months(CAST(month AS INTEGER)))::DATE",
                "days": "30",
                "days_at_zero": "greatest(0, dice(i, 1) % 60 - 40)",
            },
        ),
        "supply_orders": Spec(
            keyed(500_000),
            key
            | {"order_line": "uid('o', i)", "supplier": "'supplier ' || dice(i, 2) % 60", "pieces_ordered": "500"}
            | pieces,
        ),
        "deliveries": Spec(
            events(150_000),
            {
                "delivery": "uid('l', i)",
                "route": "'route ' || u // 60",
                "supplier": "'supplier ' || dice(i, 2) % 20",
                "due_on": "ago(cut_off, 90, i, 3)",
                "delivered_on": "ago(cut_off, 90, i, 3) + CAST(dice(i, 4) % 6 - 4 AS INTEGER)",
            },
        ),
        "kits": Spec(
            each([f"{month}" for month in range(12)]),
            {
                "round": "'round ' || key",
                "kit": "uid('i', i)",
                "route": "'route ' || u // 60",
                "planned_on": "cut_off - CAST(30 * key + u % 20 AS INTEGER)",
                "delivered_on": "CASE WHEN dice(i, 1) % 12 > 0 THEN cut_off - CAST(30 * key + u % 20 AS INTEGER) END",
            },
        ),
        "lots": Spec(
            keyed(600_000),
            key | {"lot_receipt": "uid('n', i)", "pieces_expired": "greatest(0, dice(i, 6) % 90 - 60)"} | pieces,
        ),
    }


def _of_committees() -> dict[str, Spec]:
    both = each(["2025", "2026"])
    return {
        "committees": Spec(
            both,
            {
                "edition": "word",
                "tier": "pick(i, 3, ['1', '2', '3'])",
                "card_on": "CASE WHEN i % 9 > 0 THEN cut_off - 100 END",
                "tariff": "200000 + 200000 * (dice(i, 3) % 3)",
                "dispersed": "CASE WHEN i % 8 > 0 THEN 200000 + 200000 * (dice(i, 3) % 3) ELSE 0 END",
                "spent_accepted": "CASE WHEN i % 8 > 0 THEN dice(i, 4) % 200000 END",
                "closed_on": "CASE WHEN i % 3 > 0 THEN cut_off - 20 END",
            },
        ),
        "committee_members": Spec(
            events(60_000),
            {
                "edition": "'2026'",
                "member": "uid('g', i)",
                "role": "['president', 'treasurer', 'secretary', 'citizen_endorser', 'other'][1 + i % 5]",
                "sex": "pick(i, 5, ['H', 'M', 'M'])",
                "left_on": "CASE WHEN i % 30 = 0 THEN cut_off - 3 END",
            },
        ),
        "committee_expenses": Spec(
            events(120_000), {"edition": "pick(i, 3, ['2025', '2026'])", "expense": "uid('x', i)"}
        ),
    }


def _of_states() -> dict[str, Spec]:
    stages = ["registered", "summoned", "accredited", "offered", "hired", "took_post", "active_90_days"]
    steps = [
        "interest",
        "census",
        "agreement_signed",
        "transition_table",
        "worker_information",
        "handover",
        "operating",
    ]
    training = {"institution": "'institution ' || key", "specialty": "'specialty ' || key % 20"}
    return {
        "availability_scores": Spec(of_states(4), {"area": "'area ' || key", "score": "50 + dice(i, 1) % 50"}),
        "claim_checks": Spec("SELECT i, '09' AS state FROM range(85) AS r(i)", {"claim": "'claim ' || i"}),
        "census_teams": Spec(
            of_states(30),
            {"round": "'2026-1'", "round_area": "state", "team": "'team ' || key", "surveyors": "2 + dice(i, 1) % 4"},
        ),
        "graduates": Spec(of_states(60), {"cycle": "'2026'", "people": "dice(i, 1) % 40", **training}),
        "residency_places": Spec(of_states(60), {"call": "'2026'", "places": "dice(i, 1) % 30", **training}),
        "milestones": Spec(of_states(40), {"milestone": "'milestone ' || key", "stage": f"pick(i, 1, {steps!r})"}),
        "recruitment_stages": Spec(
            of_states(len(stages)),
            {
                "round": "'2026'",
                "stage": f"{stages!r}[1 + key]",
                "entered": "9000 - 1000 * key",
                "reached": "8000 - 1000 * key",
            },
        ),
        "stage_events": Spec(
            of_states(len(steps)),
            {"stage": f"{steps!r}[1 + key]", "reached_on": "CASE WHEN dice(i, 1) % 4 > 0 THEN cut_off - 30 END"},
        ),
    }
