"""Lists of units: keys, operators, statuses, places."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest

from bienestar.foundation.facilities.models import Unit, UnitIdentifier
from tests.sources import state
from tests.sources.files import catalogue, closed, load, national, new, old, square, write_csv, write_xlsx

HANDOVER = dt.date(2024, 7, 18)


def only() -> dict[str, Any]:
    (unit,) = state.units().values()
    found: dict[str, Any] = unit
    return found


def test_a_handover_told_by_three_files(territory: Path) -> None:
    load("clues", write_csv(territory / "ssa_2025-01.csv", [closed(old(1))]))
    assert only()["statuses"] == []
    load("clues", write_csv(territory / "imb_2025-01.csv", [catalogue(new(1))]))
    assert len(state.units()) == 2
    load("clues", write_xlsx(territory / "cruce.xlsx", {"A": [["CLUES", "CLUES_SSH"], [new(1), old(1)]]}))
    unit = only()
    assert unit["keys"] == [(new(1), HANDOVER, None, True), (old(1), None, HANDOVER, False)]
    assert unit["operators"] == [("IMB", str(HANDOVER), "None"), ("SSA", "None", str(HANDOVER))]
    assert unit["statuses"] == [("operating", "1990-01-01", "None")]


def test_a_unit_that_closes_for_good_is_closed_from_its_day(territory: Path) -> None:
    row = catalogue(
        old(1),
        **{
            "ESTATUS DE OPERACION": "FUERA DE OPERACION",
            "MOTIVO BAJA": "POR CIERRE",
            "FECHA EFECTIVA DE BAJA": "03/02/2023",
        },
    )
    load("clues", write_csv(territory / "ssa_2025-01.csv", [row]))
    assert only()["statuses"] == [("closed", "2023-02-03", "None")]


def test_an_older_file_fills_in_what_came_before(territory: Path) -> None:
    load("clues", write_csv(territory / "lista_2026.csv", [national(1, estatus_de_operacion="FUERA DE OPERACION")]))
    load("clues", write_csv(territory / "lista_2024.csv", [national(1)]))
    assert only()["statuses"] == [("closed", "2026-01-01", "None"), ("operating", "1990-01-01", "2025-12-31")]


@pytest.mark.parametrize(
    ("told", "severity", "column"),
    [
        ({"clues_imb": "HGIMB00001"}, "refused", "clues_imb"),
        ({"clues_imb": "hgimb 000011"}, None, ""),
        ({"clues_imb": ""}, "refused", "clues_imb"),
        ({"clues_imb": "HGIMB000012"}, "doubted", "clues_imb"),
        ({"clues_imb": new(1, "MC")}, "doubted", "clues_imb"),
        ({"clave_de_la_entidad": "13.0", "clave_del_municipio": "1.0"}, None, ""),
        ({"clave_del_municipio": ""}, "refused", "clave_del_municipio"),
        ({"clave_del_municipio": "777"}, "refused", "clave_del_municipio"),
        ({"clave_de_la_entidad": "HRAES", "entidad": "HRAES"}, None, ""),
        ({"clave_de_la_entidad": "X"}, "doubted", "clave_de_la_entidad"),
        ({"entidad": "INIEMS"}, None, ""),
        ({"clave_de_tipologia": "ZZZ"}, "doubted", "clave_de_tipologia"),
        ({"clave_de_tipologia": ""}, "doubted", "clave_de_tipologia"),
        ({"estatus_de_operacion": "DORMIDA"}, "doubted", "estatus_de_operacion"),
        ({"nombre_de_la_unidad": " "}, "refused", "nombre_de_la_unidad"),
        ({"FECHA DE INICIO DE OPERACION": "31/02/1990"}, "doubted", "FECHA DE INICIO DE OPERACION"),
        ({"FECHA DE INICIO DE OPERACION": "1990-05-01"}, None, ""),
        ({"FECHA DE INICIO DE OPERACION": "32874"}, None, ""),
        ({"latitud": "-98.44", "longitud": "20.14"}, "doubted", "latitud, longitud"),
        ({"longitud": "98.44"}, "doubted", "latitud, longitud"),
        ({"latitud": "0", "longitud": "0"}, "doubted", "latitud, longitud"),
        ({"latitud": "20144656"}, "doubted", "latitud, longitud"),
        ({"latitud": ""}, "doubted", "latitud, longitud"),
        ({"latitud": "20,14", "longitud": "-98,44"}, None, ""),
        ({"clues_ssa_y_sme": "SIN CLAVE"}, "doubted", "clues_ssa_y_sme"),
        ({"clues_ssa_y_sme": ""}, None, ""),
    ],
)
def test_what_is_refused_and_what_is_doubted(
    territory: Path, told: dict[str, str], severity: str | None, column: str
) -> None:
    outcome = load("clues", write_csv(territory / "lista_2026.csv", [national(1, **told), national(2)]))
    groups = [(group[0], group[1]) for group in outcome.groups]
    assert groups == ([(severity, column)] if severity else [])
    assert outcome.rejected == (severity == "refused")
    assert Unit.objects.count() == (1 if severity == "refused" else 2)


def test_coordinates_that_can_be_mended_are(territory: Path) -> None:
    rows = [national(1, latitud="-98.44", longitud="20.14"), national(2, longitud="98.44"), national(3, latitud="0")]
    load("clues", write_csv(territory / "lista_2026.csv", rows))
    points = dict(Unit.objects.values_list("uid", "latitude")), dict(Unit.objects.values_list("uid", "longitude"))
    assert [points[0][new(n)] for n in (1, 2, 3)] == [20.14, 20.14, None]
    assert [points[1][new(n)] for n in (1, 2, 3)] == [-98.44, -98.44, None]


def test_a_point_outside_its_municipality_is_kept_with_a_doubt(territory: Path) -> None:
    path = territory / "contornos_2020.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [square("13001", -99, 20)]}))
    load("geometry", path)
    rows = [national(1), national(2, longitud="-97.5"), national(3, clave_del_municipio="48")]
    outcome = load("clues", write_csv(territory / "lista_2026.csv", rows))
    assert (outcome.accepted, outcome.warned) == (3, 1)
    marks = dict(Unit.objects.values_list("uid", "outside_municipality"))
    assert marks == {new(1): False, new(2): True, new(3): None}


def test_two_units_are_never_made_one_by_an_old_key_told_of_both(territory: Path) -> None:
    rows = [national(1, clues_ssa_y_sme=old(7)), national(2, clues_ssa_y_sme=old(7))]
    outcome = load("clues", write_csv(territory / "lista_2026.csv", rows))
    assert (outcome.accepted, outcome.warned) == (2, 2)
    assert sorted(state.units()) == [new(1), new(2)]
    load("clues", write_csv(territory / "otra_2026-02.csv", [national(1, clues_ssa_y_sme=old(7))]))
    outcome = load("clues", write_csv(territory / "tercera_2026-03.csv", [national(2, clues_ssa_y_sme=old(7))]))
    assert outcome.warned == 1
    assert Unit.objects.filter(merged_into=None).count() == 2
    crosswalk = write_xlsx(territory / "cruce.xlsx", {"A": [["CLUES", "CLUES_SSH"], [new(2), old(7)]]})
    assert load("clues", crosswalk).rejected == 1
    assert Unit.objects.filter(merged_into=None).count() == 2


def test_a_bare_crosswalk_of_unknown_keys_is_refused(territory: Path) -> None:
    rows = [["CLUES", "CLUES_SSH"], [new(1), old(1)], [new(2), ""]]
    outcome = load("clues", write_xlsx(territory / "cruce.xlsx", {"A": rows}))
    assert (outcome.rows_read, outcome.rejected) == (2, 2)
    assert not UnitIdentifier.objects.exists()


def test_text_encoded_twice_is_mended(territory: Path) -> None:
    load("clues", write_csv(territory / "lista_2026.csv", [national(1, nombre_de_la_unidad="LA CAÃ‘ADA")]))
    assert Unit.objects.get().name == "LA CAÑADA"


def test_a_workbook_with_numbers_for_codes(territory: Path) -> None:
    row = {
        **catalogue(new(1)),
        "CLAVE DE LA ENTIDAD": 13.0,
        "CLAVE DEL MUNICIPIO": 1.0,
        "LATITUD": 20.14,
        "LONGITUD": -98.44,
        "FECHA DE INICIO DE OPERACION": 32874,
    }
    path = write_xlsx(territory / "corte_2025-01.xlsx", {"Hoja": [["Catálogo"], [], list(row), list(row.values())]})
    outcome = load("clues", path)
    assert (outcome.accepted, outcome.warned) == (1, 0)
    assert only()["statuses"] == [("operating", "1990-01-01", "None")]
