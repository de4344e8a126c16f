"""An invented SINERHIAS workbook: banner, codes above headings, one row a unit on each sheet."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.sources.files import write_xlsx

GENERAL = [("", "CLUES"), ("", "Nombre de la Unidad"), ("", "Clave Entidad"), ("", "Estatus")]
POSTS = [
    ("11.50.1.1", "GENERAL"), ("11.50.1.8", "TRAUMATOLOGO"), ("11.50.1.25", "ORTOPEDISTA"),
    ("11.50.3.1", "LABORES ADMINISTRATIVAS"), ("11.50.4.1", "GENERALES"), ("11.50.5.1", "LABORES ADMINISTRATIVAS"),
]  # fmt: skip
ROOMS = [
    ("2.1.1.1.A", "NUMERO DE CONSULTORIOS DE MEDICINA GENERAL"),
    ("2.1.1.4.A\u00a0", "NUMERO DE CONSULTORIOS DE MEDICINA FAMILIAR"),
]
ASKED = [
    ("1.1.1", "¿CUENTA CON SERVICIO DE AGUA POTABLE?"), ("1.1.3", "¿CUENTA SISTEMA DE DRENAJE?"),
    ("1.1.3.2", "¿CUENTA CON FOSA SEPTICA?"),
    ("1.5.7.1", "¿QUE TIPO DE CONEXION A INTERNET TIENE EN SU ESTABLECIMIENTO DE SALUD?"),
    ("1.1.6.3", "NUMERO DE BAÑOS PARA PACIENTES (INODOROS Y MINGITORIO)"),
]  # fmt: skip

Headings = Sequence[tuple[str, str]]


def sheet(title: str, headings: Headings, rows: Sequence[Sequence[Any]]) -> list[list[Any]]:
    """One sheet: title, blank row, codes, headings, data."""
    full = [*GENERAL, *headings]
    banner = [["Secretaría de Salud"], [""], [title], [code for code, _h in full], [""]]
    return [*banner, [heading for _c, heading in full], *[list(row) for row in rows]]


def parts(headings: Headings, *words: str) -> Headings:
    """Each heading once for each word: HABILITADOS - …, INHABILITADOS - …, TOTAL - …"""
    return [(code, f"{word} - {heading}") for code, heading in headings for word in words]


def row(key: str, *values: Any) -> list[Any]:
    """A unit's row."""
    return [key, "UNIDAD", "13", 1, *values]


def workbook(path: Path, keys: Sequence[str], **changed: Any) -> Path:
    """The workbook of some units; ``changed`` replaces the values of every unit on a sheet."""
    posts = changed.get("posts", [2, 1, 1, 5, 3, 7])
    filled = changed.get("filled", [1, 1, 0, 5, 3, 7])
    empty = changed.get(
        "empty",
        [t - f if isinstance(t, int) and isinstance(f, int) else "" for t, f in zip(posts, filled, strict=True)],
    )
    rooms = changed.get("rooms", [2, 1, 3, 1, 0, 1])
    asked = changed.get("asked", ["SI", "NO ", "SI", "NO TIENE", 4])
    sheets = {
        "Orden1": sheet("Orden 1", ASKED, [row(k, *asked) for k in keys]),
        "Orden11-1": sheet("Orden 11-1", parts(POSTS, "TOTAL"), [row(k, *posts) for k in keys]),
        "Orden11-2": sheet("Orden 11-2", parts(POSTS, "OCUPADAS"), [row(k, *filled) for k in keys]),
        "Orden11-3": sheet("Orden 11-3", parts(POSTS, "DESOCUPADAS"), [row(k, *empty) for k in keys]),
        "Orden2-1": sheet(
            "Orden 2-1", parts(ROOMS, "HABILITADOS", "INHABILITADOS", "TOTAL"), [row(k, *rooms) for k in keys]
        ),
    }
    return write_xlsx(path, {**sheets, **changed.get("sheets", {})})
