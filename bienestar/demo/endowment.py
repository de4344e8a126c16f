"""What a unit of each kind would have if nothing were missing, and what this one really has.

These are the demo's own round numbers. They follow no standard on purpose: the diagnosis must find the differences.
"""

from __future__ import annotations

import math
import random

from bienestar.demo.dice import clamp
from bienestar.demo.units import InventedUnit

#: Resource → (existing, usable); None: not counted.
Having = dict[str, tuple[float | None, float | None]]

ROOM_SET = (
    "scale", "sphygmomanometer", "stethoscope", "doppler", "diagnostic_set", "thermometer", "examination_table",
    "instrument_table",
)  # fmt: skip
UNIT_SET = ("infant_scale", "vaccine_refrigerator", "nebuliser", "oximeter", "glucometer", "steriliser")
CLINIC_ROOMS = ("waiting", "patient_toilet", "dressing", "pharmacy", "accessible_toilet")
UTILITIES = {
    "water_service": 0.985, "electricity": 0.995, "drainage": 0.98, "hazardous_waste_store": 0.96, "cistern": 0.9,
    "internet": 0.85, "emergency_power": 0.35, "electronic_record": 0.4, "telehealth": 0.25, "gas": 0.8, "radio": 0.3,
}  # fmt: skip
SPECIALISTS = (
    "obstetrician", "general_surgeon", "paediatrician", "internist", "anaesthetist", "emergency_physician",
)  # fmt: skip
#: Beds, rooms and devices of a community hospital and of a general one.
HOSPITAL = {
    "bed.general_medicine": (6, 22), "bed.surgery": (5, 20), "bed.obstetrics": (6, 18), "bed.paediatrics": (4, 14),
    "bed.intensive_care": (0, 6), "bed.emergency": (3, 8), "bed.observation": (3, 8), "bed.labour": (2, 5),
    "bed.postpartum": (3, 8), "bed.recovery": (2, 6), "bed.cot": (4, 10), "room.general_consulting": (2, 4),
    "room.specialty_consulting": (4, 12), "room.emergency_consulting": (1, 3), "room.shock": (1, 2),
    "room.delivery": (1, 3), "room.operating_theatre": (1, 4), "room.laboratory": (1, 1), "room.imaging": (1, 2),
    "room.pharmacy": (1, 1), "room.sterilisation": (1, 1), "room.kitchen": (1, 1), "room.laundry": (1, 1),
    "room.waiting": (1, 3), "room.patient_toilet": (2, 6), "room.rehabilitation": (0, 1), "room.blood_bank": (0, 1),
    "equipment.xray": (1, 2), "equipment.ultrasound": (1, 3), "equipment.laboratory_analyser": (1, 3),
    "equipment.anaesthesia_machine": (1, 4), "equipment.operating_table": (1, 4),
    "equipment.vital_signs_monitor": (6, 22), "equipment.ventilator": (1, 7), "equipment.incubator": (1, 4),
    "equipment.radiant_warmer": (1, 3), "equipment.defibrillator": (2, 4), "equipment.red_cart": (2, 5),
    "equipment.electrocardiograph": (2, 4), "equipment.nebuliser": (2, 5), "equipment.oximeter": (3, 8),
    "equipment.glucometer": (2, 5), "equipment.steriliser": (1, 2), "equipment.doppler": (2, 5),
    "equipment.infant_scale": (2, 4), "equipment.scale": (2, 5), "equipment.ambulance": (1, 3),
}  # fmt: skip
HOSPITAL_STAFF = {
    "general_physician": (6, 14), "traumatologist": (0, 4), "radiologist": (1, 2), "other_specialist": (1, 7),
    "general_nurse": (30, 120), "specialist_nurse": (12, 45), "auxiliary_nurse": (8, 30), "chemist": (3, 6),
    "laboratory_technician": (5, 10), "imaging_technician": (5, 9), "social_worker": (1, 4), "nutritionist": (1, 3),
    "psychologist": (1, 2), "rehabilitation_technician": (0, 2), "resident": (0, 8), "undergraduate_intern": (2, 8),
    "administrative": (8, 30), "maintenance": (2, 6), "cleaning": (6, 20),
}  # fmt: skip


def endow(rng: random.Random, unit: InventedUnit) -> Having:
    """What the unit has: resource → (existing, usable)."""
    if unit.kind.level == 2 and unit.kind.beds:
        return _hospital(rng, unit)
    if unit.kind.code == "mobile":
        return _mobile(rng, unit)
    if unit.kind.code == "specialty":
        return _specialty(rng, unit)
    return _clinic(rng, unit)


def _there(rng: random.Random, unit: InventedUnit, wanted: float, rare: float = 0.0) -> tuple[float, float]:
    """How many of ``wanted`` things exist and how many of these work; both chances grow with how well it is kept."""
    lacking = 0.004 + 0.27 * (1 - unit.good) ** 1.6 + rare
    broken = 0.006 + 0.16 * (1 - unit.good) ** 1.3
    existing = sum(rng.random() >= lacking for _ in range(round(wanted)))
    return float(existing), float(sum(rng.random() >= broken for _ in range(existing)))


def _posts(rng: random.Random, unit: InventedUnit, wanted: float, scarce: float = 0.0) -> tuple[float, float]:
    """Posts authorised and filled; ``scarce``: how much harder than usual the category is to find."""
    budget = 0.5 + 0.5 * unit.good + rng.uniform(-0.14, 0.14)
    authorised = math.floor(wanted * min(1.0, budget) + rng.uniform(0.35, 0.75))
    empty = clamp(0.02 + 0.22 * (1 - unit.good) + scarce, 0, 0.75)
    return float(authorised), float(sum(rng.random() >= empty for _ in range(authorised)))


def _yes(rng: random.Random, unit: InventedUnit, likely: float) -> tuple[float, float]:
    """A thing that is there or not, and if there works or not; less likely where the unit is ill kept."""
    existing = rng.random() < likely - 0.25 * (1 - unit.good) ** 1.5
    works = existing and rng.random() < 0.99 - 0.06 * (1 - unit.good)
    return float(existing), float(works)


def _clinic(rng: random.Random, unit: InventedUnit) -> Having:
    nuclei = unit.nuclei
    found: Having = {}
    rooms = nuclei - (1 if nuclei > 1 and rng.random() > 0.55 + 0.5 * unit.good else 0)
    found["room.general_consulting"] = (float(rooms), float(rooms - (rooms > 1 and rng.random() < 0.04)))
    for room in CLINIC_ROOMS:
        found[f"room.{room}"] = _there(rng, unit, 1, 0.3 if room == "accessible_toilet" else 0)
    found["room.preventive_medicine"] = _there(rng, unit, 1 if nuclei > 1 else 0)
    found["room.dental"] = _there(rng, unit, nuclei // 3, 0.08)
    for device in ROOM_SET:
        found[f"equipment.{device}"] = _there(rng, unit, nuclei)
    for device in UNIT_SET:
        found[f"equipment.{device}"] = _there(rng, unit, 1)
    found["equipment.electrocardiograph"] = _there(rng, unit, nuclei // 3, 0.15)
    found["equipment.red_cart"] = _there(rng, unit, 1, 0.35)
    found["equipment.computer"] = _there(rng, unit, nuclei, 0.2)
    found["equipment.dental_unit"] = _there(rng, unit, nuclei // 3, 0.12)
    _clinic_staff(rng, unit, found)
    if unit.kind.code == "extended":
        _extended(rng, unit, found)
    if unit.kind.code == "with_beds":
        _with_beds(rng, unit, found)
    _building(rng, unit, found, quality_test=0.25)
    return found


def _clinic_staff(rng: random.Random, unit: InventedUnit, found: Having) -> None:
    nuclei = unit.nuclei
    hours = unit.hours[1] - unit.hours[0] if unit.hours and unit.hours[1] else 8
    # A post of 40 hours covers five days of eight; every day, or longer days, takes more posts than doctors expect.
    cover = nuclei * max(8, hours) * (7 / 40 / 0.85 if unit.seven_days else 5 / 40)
    found["staff.general_physician"] = _posts(rng, unit, math.ceil(cover), 0.03)
    found["staff.general_nurse"] = _posts(rng, unit, math.ceil(cover) + (nuclei > 2))
    found["staff.auxiliary_nurse"] = _posts(rng, unit, math.ceil(cover * 0.8))
    found["staff.primary_care_technician"] = _posts(rng, unit, max(1, math.ceil(unit.people * 0.55 / 3000)))
    found["staff.health_promoter"] = _posts(rng, unit, 1)
    found["staff.medical_intern"] = _posts(rng, unit, 1, 0.25)
    found["staff.nursing_intern"] = _posts(rng, unit, 1, 0.3)
    found["staff.dentist"] = _posts(rng, unit, math.ceil(nuclei / 3 * 1.2) if nuclei > 2 else 0, 0.05)
    found["staff.administrative"] = _posts(rng, unit, nuclei // 2)
    found["staff.cleaning"] = _posts(rng, unit, 1)


def _extended(rng: random.Random, unit: InventedUnit, found: Having) -> None:
    for category, wanted in (
        ("psychologist", 1), ("nutritionist", 1), ("social_worker", 1), ("laboratory_technician", 2), ("chemist", 1),
        ("imaging_technician", 2),
    ):  # fmt: skip
        found[f"staff.{category}"] = _posts(rng, unit, wanted, 0.06)
    for name in ("room.psychology", "room.nutrition", "room.laboratory", "room.imaging"):
        found[name] = _there(rng, unit, 1, 0.03)
    for name in ("xray", "ultrasound", "laboratory_analyser"):
        found[f"equipment.{name}"] = _there(rng, unit, 1, 0.08)


def _with_beds(rng: random.Random, unit: InventedUnit, found: Having) -> None:
    for name, wanted in (
        ("bed.observation", 3), ("bed.labour", 1), ("bed.postpartum", 2), ("bed.cot", 2), ("room.delivery", 1),
        ("room.emergency_consulting", 1), ("room.laboratory", 1), ("equipment.radiant_warmer", 1),
        ("equipment.ambulance", 1), ("equipment.laboratory_analyser", 1),
    ):  # fmt: skip
        found[name] = _there(rng, unit, wanted, 0.05)
    for category, wanted in (("specialist_nurse", 5), ("laboratory_technician", 2), ("chemist", 1)):
        found[f"staff.{category}"] = _posts(rng, unit, wanted, 0.1)


def _mobile(rng: random.Random, unit: InventedUnit) -> Having:
    found: Having = {f"staff.{name}": _posts(rng, unit, 1, 0.05) for name in ("general_physician", "general_nurse")}
    found["staff.health_promoter"] = _posts(rng, unit, 1)
    for device in (
        "sphygmomanometer",
        "stethoscope",
        "diagnostic_set",
        "doppler",
        "vaccine_refrigerator",
        "glucometer",
    ):
        found[f"equipment.{device}"] = _there(rng, unit, 1)
    found["opening.days_per_week"] = (5.0, 5.0) if rng.random() < 0.4 + 0.5 * unit.good else (3.0, 3.0)
    found["opening.hours_per_day"] = (8.0, 8.0)
    return found


def _specialty(rng: random.Random, unit: InventedUnit) -> Having:
    found: Having = {"room.specialty_consulting": _there(rng, unit, 4), "room.waiting": _there(rng, unit, 1)}
    for category, wanted in (
        ("general_physician", 2), ("other_specialist", 2), ("general_nurse", 3), ("psychologist", 1),
        ("social_worker", 1), ("nutritionist", 1), ("administrative", 2),
    ):  # fmt: skip
        found[f"staff.{category}"] = _posts(rng, unit, wanted, 0.05)
    for device, wanted in (("vital_signs_monitor", 2), ("electrocardiograph", 1), ("scale", 2), ("glucometer", 2)):
        found[f"equipment.{device}"] = _there(rng, unit, wanted, 0.05)
    _building(rng, unit, found, quality_test=0.3)
    return found


def _hospital(rng: random.Random, unit: InventedUnit) -> Having:
    general = unit.kind.code == "general_hospital"
    found: Having = {}
    for name, (small, large) in HOSPITAL.items():
        wanted = (large if general else small) * rng.uniform(0.8, 1.25)
        found[name] = _there(rng, unit, wanted, 0.02)
    for category, (small, large) in HOSPITAL_STAFF.items():
        found[f"staff.{category}"] = _posts(rng, unit, (large if general else small) * rng.uniform(0.6, 1.0), 0.04)
    for category in SPECIALISTS:
        found[f"staff.{category}"] = _posts(rng, unit, rng.choice((5, 6, 7) if general else (1, 2, 2, 3)), 0.16)
    found["utility.medical_gases"] = _yes(rng, unit, 0.95)
    _building(rng, unit, found, quality_test=0.6)
    found["utility.emergency_power"] = _yes(rng, unit, 0.95)
    return found


def _building(rng: random.Random, unit: InventedUnit, found: Having, quality_test: float) -> None:
    """Water, power, opening: one of each for the whole unit. A test that was never made is 0, a failed one 1 and 0."""
    for name, likely in UTILITIES.items():
        found[f"utility.{name}"] = _yes(rng, unit, likely)
    tested = rng.random() < quality_test
    passed = tested and rng.random() < 0.45 + 0.45 * unit.good
    found["water.quality_test"] = (float(tested), float(passed))
    days = 7.0 if unit.seven_days else 6.0 if rng.random() < 0.12 else 5.0
    found["opening.days_per_week"] = (days, days)
    hours = 24.0 if unit.kind.beds else float(unit.hours[1] - unit.hours[0]) if unit.hours else 8.0
    found["opening.hours_per_day"] = (hours, hours)


def activity(rng: random.Random, unit: InventedUnit, having: Having) -> Having:
    """A year's work of some units, in the order of the staff who did it; the others keep no count of it."""
    found: Having = {}
    physicians = having.get("staff.general_physician", (None, None))[1] or 0
    if unit.kind.level == 2 and unit.kind.beds:
        beds = sum((value[0] or 0) for name, value in having.items() if name.startswith("bed."))
        found["activity.emergency_visits"] = (float(round(beds * rng.uniform(180, 330))), None)
        found["activity.births"] = (float(round(beds * rng.uniform(8, 22))), None)
        found["activity.surgeries"] = (float(round(beds * rng.uniform(10, 30))), None)
        found["activity.bed_days"] = (float(round(beds * 365 * rng.uniform(0.5, 0.95))), None)
        found["activity.specialty_consultations"] = (float(round(beds * rng.uniform(150, 300))), None)
    elif physicians and rng.random() < 0.6:
        found["activity.general_consultations"] = (float(round(physicians * rng.uniform(2600, 6800))), None)
        dentists = having.get("staff.dentist", (None, None))[1] or 0
        if dentists:
            found["activity.dental_consultations"] = (float(round(dentists * rng.uniform(1200, 2900))), None)
    return found
