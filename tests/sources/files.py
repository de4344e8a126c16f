"""Small invented files in the layouts that the importers read."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import xlsxwriter

from bienestar.calculations.clues import check_digit
from bienestar.foundation.accounts.queries import system_user
from bienestar.sources.run import Outcome, Request, ingest

MUNICIPALITIES = [
    ("13", "Hidalgo", "001", "Acatlán"),
    ("13", "Hidalgo", "048", "Pachuca de Soto"),
    ("15", "México", "002", "Acolman"),
]
STATES = {"HG": ("13", "HIDALGO"), "MC": ("15", "MEXICO")}

NATIONAL = [
    "clues_imb", "clues_ssa_y_sme", "categoria_gerencial_uas", "clave_de_la_entidad", "entidad",
    "clave_del_municipio", "municipio", "localidad", "clave_de_la_localidad", "nombre_de_la_unidad",
    "nombre_comercial", "estatus_de_operacion", "nivel_atencion", "clave_de_tipologia", "nombre_de_tipologia",
    "clave_de_subtipologia", "nombre_de_subtipologia", "estrato_unidad", "cve_ro", "nombre_region", "latitud",
    "longitud", "organ_ro", "FECHA DE INICIO DE OPERACION", "tipo_hbc",
]  # fmt: skip
CATALOGUE = [
    "CLUES", "CLAVE DE LA INSTITUCION", "NOMBRE DE LA INSTITUCION", "CLAVE DE LA ENTIDAD", "ENTIDAD",
    "CLAVE DEL MUNICIPIO", "MUNICIPIO", "CLAVE DE LA LOCALIDAD", "LOCALIDAD", "JURISDICCION",
    "NOMBRE TIPO ESTABLECIMIENTO", "CLAVE DE TIPOLOGIA", "NOMBRE DE TIPOLOGIA", "NOMBRE DE SUBTIPOLOGIA",
    "NOMBRE DE LA UNIDAD", "ESTATUS DE OPERACION", "FECHA DE INICIO DE OPERACION", "NIVEL ATENCION",
    "ESTRATO UNIDAD", "LATITUD", "LONGITUD", "ULTIMO MOVIMIENTO", "FECHA ULTIMO MOVIMIENTO", "MOTIVO BAJA",
    "FECHA EFECTIVA DE BAJA",
]  # fmt: skip


def key(letters: str, serial: int) -> str:
    """A CLUES with its check digit: ``key("HGIMB", 12)``."""
    return f"{letters}{serial:05d}{check_digit(letters, serial)}"


def new(serial: int, state: str = "HG") -> str:
    """A key of the federal service."""
    return key(f"{state}IMB", serial)


def old(serial: int, state: str = "HG") -> str:
    """A key of the state's service."""
    return key(f"{state}SSA", serial)


def national(serial: int, **told: Any) -> dict[str, Any]:
    """One row of the national list."""
    state = told.pop("state", "HG")
    code, name = STATES[state]
    row = {
        "clues_imb": new(serial, state),
        "clues_ssa_y_sme": old(serial, state),
        "clave_de_la_entidad": code.lstrip("0"),
        "entidad": name,
        "clave_del_municipio": "1" if state == "HG" else "2",
        "localidad": "CENTRO",
        "clave_de_la_localidad": "1",
        "nombre_de_la_unidad": f"CENTRO DE SALUD {serial}",
        "estatus_de_operacion": "EN OPERACION",
        "nivel_atencion": "PRIMER NIVEL",
        "clave_de_tipologia": "A",
        "nombre_de_tipologia": "RURAL DE 01 NÚCLEO BÁSICO",
        "nombre_de_subtipologia": "NO ESPECIFICADO",
        "estrato_unidad": "RURAL",
        "latitud": "20.14",
        "longitud": "-98.44",
        "FECHA DE INICIO DE OPERACION": "01/01/1990",
    }
    return {**dict.fromkeys(NATIONAL, ""), **row, **told}


def catalogue(clues: str, **told: Any) -> dict[str, Any]:
    """One row of the official layout, of a unit in operation under a federal key."""
    row = {
        "CLUES": clues,
        "CLAVE DE LA INSTITUCION": clues[2:5],
        "CLAVE DE LA ENTIDAD": "13",
        "ENTIDAD": "HIDALGO",
        "CLAVE DEL MUNICIPIO": "1",
        "CLAVE DE LA LOCALIDAD": "1",
        "LOCALIDAD": "CENTRO",
        "JURISDICCION": "TULANCINGO",
        "NOMBRE TIPO ESTABLECIMIENTO": "DE CONSULTA EXTERNA",
        "CLAVE DE TIPOLOGIA": "A",
        "NOMBRE DE TIPOLOGIA": "RURAL DE 01 NÚCLEO BÁSICO",
        "NOMBRE DE LA UNIDAD": f"UNIDAD {clues[5:10]}",
        "ESTATUS DE OPERACION": "EN OPERACION",
        "FECHA DE INICIO DE OPERACION": "01/01/1990",
        "NIVEL ATENCION": "PRIMER NIVEL",
        "ESTRATO UNIDAD": "RURAL",
        "LATITUD": "20.14",
        "LONGITUD": "-98.44",
        "ULTIMO MOVIMIENTO": "ALTA",
        "FECHA ULTIMO MOVIMIENTO": "18/07/2024",
    }
    return {**dict.fromkeys(CATALOGUE, ""), **row, **told}


def closed(clues: str, **told: Any) -> dict[str, Any]:
    """One row of the official layout of a key that closed because the unit changed institution."""
    closing = {
        "ESTATUS DE OPERACION": "FUERA DE OPERACION",
        "ULTIMO MOVIMIENTO": "MODIFICACION",
        "FECHA ULTIMO MOVIMIENTO": "26/04/2018",
        "MOTIVO BAJA": "POR CAMBIO DE INSTITUCION",
        "FECHA EFECTIVA DE BAJA": "18/07/2024",
    }
    return catalogue(clues, **{**closing, **told})


def as_csv(rows: Sequence[dict[str, Any]], *, delimiter: str = ",", headings: Sequence[str] | None = None) -> str:
    """The rows as CSV text under the headings of the first."""
    out = io.StringIO()
    names = list(headings or rows[0])
    writer = csv.writer(out, delimiter=delimiter)
    writer.writerow(names)
    writer.writerows([row.get(name, "") for name in names] for row in rows)
    return out.getvalue()


def write_csv(path: Path, rows: Sequence[dict[str, Any]], *, encoding: str = "utf-8", **options: Any) -> Path:
    """A CSV file of the rows."""
    path.write_bytes(as_csv(rows, **options).encode(encoding))
    return path


def write_xlsx(path: Path, sheets: dict[str, Sequence[Sequence[Any]]]) -> Path:
    """A workbook of plain rows by sheet."""
    with xlsxwriter.Workbook(str(path)) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for index, row in enumerate(rows):
                sheet.write_row(index, 0, row)
    return path


def load(kind: str, path: Path, **options: Any) -> Outcome:
    """Ingest a file as the commands do."""
    return ingest(by=system_user(), request=Request(kind=kind, path=path, **options))


def load_territory(folder: Path) -> Outcome:
    """The three invented municipalities."""
    rows = [
        {
            "cve_entidad": state,
            "nom_entidad": state_name,
            "cve_municipio": code,
            "nom_municipio": name,
            "cve_cabecera": "0001",
        }
        for state, state_name, code, name in MUNICIPALITIES
    ]
    return load("municipalities", write_csv(folder / "municipios_2025.csv", rows))


def square(code: str, west: float, south: float, size: float = 1.0) -> dict[str, Any]:
    """A GeoJSON feature of a square."""
    ring = [[west, south], [west + size, south], [west + size, south + size], [west, south + size], [west, south]]
    geometry = {"type": "Polygon", "coordinates": [ring]}
    return {"type": "Feature", "properties": {"cvegeo": code}, "geometry": geometry}


CENSUS_DAY = dt.date(2024, 7, 1)
