"""A diagnosis as plain values, small enough to check by eye."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal

from bienestar.web.reports.content import (
    Content,
    Coverage,
    Identity,
    Map,
    PlaceRow,
    Plan,
    PlanItem,
    PublishedFigure,
    Purchase,
    ResourceTotal,
    ServiceTotal,
    Source,
    StaffGroupRow,
    UnitRow,
)

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20">'
    '<rect width="20" height="20" fill="#cfe3e1" stroke="#333"/>'
    '<rect x="20" width="20" height="20" fill="#0b4f4a" stroke="#333"/></svg>'
)
MADE = dt.datetime(2024, 7, 3, 15, 30, tzinfo=dt.UTC)


def identity(**changes) -> Identity:
    """A state called Sierra Alta."""
    values = {
        "area_code": "33",
        "area_name": "Sierra Alta y Peñón",
        "level": "state",
        "as_of": dt.date(2024, 7, 1),
        "run": 7,
        "made_at": MADE,
        "made_by": "Coordinación estatal",
        "published_at": None,
        "records_sha256": "ab12cd34ef56" + "0" * 52,
        "standards_version": "2026.1",
        "standards_sha256": "9f" * 32,
    }
    return Identity(**{**values, **changes})


def resource(code: str, name: str, **changes) -> ResourceTotal:
    """10 required, 6 existing, 5 usable, 5 missing in 4 units, one of which is not known."""
    values = {
        "code": code,
        "group": code.split(".")[0],
        "name": name,
        "required": 10,
        "existing": 6,
        "usable": 5,
        "gap": 5,
        "to_repair": 1,
        "to_acquire": 4,
        "repairs": 1,
        "acquisitions": 2,
        "units_required": 4,
        "units_short": 2,
        "units_unknown": 1,
    }
    return ResourceTotal(**{**values, **changes})


NOTHING_KNOWN = {
    "required": 0,
    "existing": 0,
    "usable": 0,
    "gap": 0,
    "to_repair": 0,
    "to_acquire": 0,
    "repairs": 0,
    "acquisitions": 0,
    "units_short": 0,
    "units_unknown": 4,
}


def unit(key: str, name: str, **changes) -> UnitRow:
    """A visited health centre with 3 of 5 services ready."""
    values = {
        "key": key,
        "name": name,
        "municipality": "Ixtlán",
        "unit_type": "Centro de salud rural",
        "observed": True,
        "people": 1200.0,
        "services_required": 5,
        "services_ready": 3,
        "services_unknown": 1,
        "staff_gap": 2.0,
        "equipment_gap": 3.0,
        "lines_unknown": 1,
        "missing": (("Enfermera general", 2.0), ("Báscula", 1.0)),
    }
    return UnitRow(**{**values, **changes})


def plan(**changes) -> Plan:
    """Two chosen items, one refused."""
    chosen = PlanItem(
        "SAIMB000011", "Peñón Blanco", "Ixtlán", "Consulta general", True, Decimal(650_000), 1200.0, 1450.5, "Da más."
    )
    second = replace(chosen, key="SAIMB000022", unit="El Nogal", cost=Decimal(350_000), people=3.0, value=3.0)
    refused = replace(chosen, service="Vacunación", chosen=False, cost=None, reason="No se puede costear.")
    values = {
        "number": 3,
        "name": "Presupuesto 2025",
        "made_at": MADE,
        "made_by": "Planeación",
        "budget": Decimal(2_000_000),
        "spent": Decimal(1_000_000),
        "value": 1453.5,
        "bound": 1455.0,
        "gap": 0.001,
        "greedy_value": 1400.0,
        "people_gaining": 1203.0,
        "price_of_million": 812.4,
        "costs_version": "2026.1",
        "costs_sha256": "1" * 64,
        "spent_by_money": (("Nómina", Decimal(800_000)), ("Equipo", Decimal(200_000))),
        "items": (chosen, second, refused),
        "refused_reasons": (("No se puede costear.", 1),),
        "purchases": (
            Purchase("staff.general_nurse", "staff", "Enfermera general", "Nómina", 1, 2, 2, Decimal(800_000)),
            Purchase("equipment.scale", "equipment", "Báscula", "Equipo", 0, 4, 2, Decimal(200_000)),
        ),
    }
    return Plan(**{**values, **changes})


def content(**changes) -> Content:
    """A whole diagnosis with a plan, a map, a published figure and things not known."""
    values = {
        "language": "es",
        "identity": identity(),
        "coverage": Coverage(units=4, units_observed=3, units_without_standard=1, lines=40, lines_unknown=9),
        "services": (
            ServiceTotal("general_care", "Consulta general", 4, 1, 1, 5200.0, 1200.0),
            ServiceTotal("vaccination", "Vacunación", 4, 3, 0, 5200.0, 4.0),
        ),
        "resources": (
            resource("staff.general_physician", "Médico general o familiar", gap=7, to_repair=2, to_acquire=5),
            resource("staff.general_nurse", "Enfermera general"),
            resource("room.general_consulting", "Consultorio general"),
            resource("equipment.scale", "Báscula"),
            resource(
                "equipment.electrocardiograph",
                "Electrocardiógrafo",
                **{**NOTHING_KNOWN, "units_required": 1, "units_unknown": 1},
            ),
            resource("utility.water_service", "Agua entubada", gap=2),
            resource("water.quality_test", "Prueba de calidad del agua", **NOTHING_KNOWN),
            resource("opening.days_per_week", "Días de apertura por semana"),
        ),
        "places": (
            PlaceRow("33001", "Ixtlán", 5400.0, 3, 3, 6, 4, 0, 12.0, 5.0),
            PlaceRow("33002", "Peñón Blanco", 3.0, 1, 0, 2, 0, 1, None, None),
            PlaceRow("33003", "Sin Unidades", None, 0, 0, 0, 0, 0, None, None),
        ),
        "units": (
            unit("SAIMB000011", "Peñón Blanco"),
            unit("SAIMB000022", "El Nogal", people=3.0),
            unit("SAIMB000033", "La Cañada", observed=False, people=None, staff_gap=None, equipment_gap=None),
        ),
        "staff_groups": (
            StaffGroupRow("Médicos generales", 10, 6, 5, 7, 4, 1),
            StaffGroupRow("Enfermería", 10, 6, 5, 5, 4, 1),
        ),
        "published": (
            PublishedFigure(
                "staff_gap",
                "Déficit de profesionales publicado",
                4000,
                True,
                dt.date(2023, 3, 14),
                "Mexico Business News",
                "No se publicó cómo se contó.",
            ),
        ),
        "vacancies": 3.0,
        "sources": (
            Source("censo.xlsx", "sinerhias", "DGIS", dt.date(2024, 7, 1), "c" * 64),
            Source("unidades.csv", "clues", "", None, "d" * 64),
        ),
        "plan": plan(),
        "map": Map(SVG, (("#cfe3e1", "0 – 5"), ("#0b4f4a", "5 – 12"))),
    }
    return Content(**{**values, **changes})
