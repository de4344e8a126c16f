"""Hours and catchments: files that speak of units by their keys."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from bienestar.foundation.facilities.models import CatchmentCell, CatchmentGroup, OpeningHours
from tests.sources.files import key, load, national, new, old, write_csv


@pytest.fixture
def units(territory: Path) -> Path:
    """Three units with new and old keys; the folder."""
    load("clues", write_csv(territory / "lista_2026.csv", [national(n) for n in (1, 2, 3)]))
    return territory


def hours(clues: str, opens: str, closes: str, **told: str) -> dict[str, str]:
    return {"CLUES": clues, "HORA INICIO": opens, "HORA FIN": closes, "DIAS": "", **told}


def test_hours_by_any_key_and_the_key_in_use_holds(units: Path) -> None:
    rows = [
        hours(old(1), "07:00", "14:00"),
        hours(new(1), "08:00", "15:00"),
        hours(new(2), "00:00", "24:00", DIAS="LUNES A VIERNES, DOMINGO"),
        hours(old(3), "8:30:00", "", DIAS="X"),
        hours(key("HGIMO", 5), "08:00", "15:00"),
        hours(key("HGIMO", 6), "08:00", "15:00"),
    ]
    outcome = load("hours", write_csv(units / "horarios_2025-01.csv", rows))
    assert (outcome.accepted, outcome.unchanged, outcome.rejected, outcome.warned) == (2, 1, 3, 1)
    stored = OpeningHours.objects.order_by("unit__uid").values_list("unit__uid", "as_of", "opens", "closes", "weekdays")
    day = dt.date(2025, 1, 1)
    assert list(stored) == [
        (new(1), day, dt.time(8), dt.time(15), ""),
        (new(2), day, dt.time(0), dt.time(0), "123457"),
    ]
    unknown = [group for group in outcome.groups if "IMO" in group[2]]
    assert [(group[0], group[3]) for group in unknown] == [("refused", 2)]


def cell(clues: str, **told: str) -> dict[str, str]:
    row = {
        "CLUES": clues, "Clave Municipio Unidad": "001", "Clave Municipio Loc": "1", "Clave Localidad": "7", "ageb": "",
        "Total Población": "10", "Total Derechohabiencia": "4", "Total No Derechohabiente": "6", "Tipo Camino": "CP",
        "Tiempo": "50", "Distancia": "27.5",
    }  # fmt: skip
    return {**row, **told}


def test_catchment_cells(units: Path) -> None:
    rows = [
        cell(old(1)),
        cell(old(1), **{"ageb": "17A", "Total Derechohabiencia": "5"}),
        cell(new(2), **{"Total No Derechohabiente": "", "Tiempo": "-5", "ageb": "112.0"}),
        cell(old(3), **{"Total Población": "*"}),
        cell(key("HGIMO", 5)),
    ]
    outcome = load("catchment", write_csv(units / "areas_2024.csv", rows))
    assert (outcome.accepted, outcome.rejected, outcome.warned) == (3, 2, 2)
    stored = CatchmentCell.objects.order_by("id").values_list(
        "unit__uid", "locality_code", "block", "population", "entitled", "not_entitled", "minutes", "kilometres", "road"
    )
    assert list(stored) == [
        (new(1), "130010007", "", 10, 4, 6, 50, 27.5, "CP"),
        (new(1), "130010007", "017A", 10, 5, 6, 50, 27.5, "CP"),
        (new(2), "130010007", "0112", 10, 4, None, None, 27.5, "CP"),
    ]
    assert load("catchment", units / "areas_2024.csv").accepted == 0


def test_people_by_sex_and_age_are_summed_over_a_units_cells(units: Path) -> None:
    names = ["h0-4 años", "h85+ años", "hindefinido", "m0-4 años"]
    told = [
        (old(1), "1", ["1", "2", "0", "4"]),
        (old(1), "2", ["10", "", "0", "3"]),
        (old(2), "1", ["1", "1", "1", "1"]),
    ]
    rows = [
        {
            "CLUES": k,
            "Clave Municipio Loc": "1",
            "Clave Localidad": place,
            "ageb": "",
            **dict(zip(names, v, strict=True)),
        }
        for k, place, v in told
    ]
    path = write_csv(units / "edades_2024.csv", rows)
    assert load("catchment", path).accepted == 3
    stored = CatchmentGroup.objects.filter(unit__uid=new(1)).values_list("sex", "age_group", "people")
    assert sorted(stored) == [("h", "0-4", 11), ("h", "unknown", 0), ("m", "0-4", 7)]
    again = load("catchment", path)
    assert (again.accepted, again.unchanged) == (0, 3)
