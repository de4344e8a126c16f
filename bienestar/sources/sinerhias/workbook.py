"""Finding the mapped columns of a SINERHIAS workbook by code and heading, sheet by sheet."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import python_calamine
from django.utils.translation import gettext_lazy as _

from bienestar.sources import cells
from bienestar.sources.layouts import Unusable, normal, why_not
from bienestar.sources.reading import HEADING_ROWS, open_workbook, sheet_rows, sniff
from bienestar.sources.sinerhias.variables import codes, wanted

CODE = re.compile(r"\d+(?:\.[0-9A-Za-z]+)+")
FIRST_WORD = re.compile(r"^\s*([A-Za-z]+)\s*-?\s*(?=\S)")
TOTAL, USABLE, LEFT_OVER, PLAIN = "total", "usable", "left over", "plain"


@dataclass(frozen=True, slots=True)
class Found:
    """A mapped column of a sheet: where it is, what it counts of which resource, and how the file names it."""

    place: int
    resource: str
    index: int
    part: str
    code: str
    heading: str


@dataclass(frozen=True)
class Sheet:
    """A sheet with a heading row (0-based), the place of the unit's key, its mapped columns and those it lost."""

    name: str
    heading_row: int
    key_place: int
    columns: tuple[Found, ...]
    reworded: tuple[tuple[str, str], ...]


@dataclass
class Workbook:
    """An opened workbook and the sheets of it that say something of a resource."""

    book: python_calamine.CalamineWorkbook
    sheets: list[Sheet]
    about: str = "SINERHIAS"
    publisher: str = "DGIS"


def open_file(path: Path) -> Workbook:
    """The workbook with its mapped columns found; Unusable when it is no SINERHIAS workbook."""
    if sniff(path) != "xlsx":
        raise Unusable(_("The census of units comes as a spreadsheet (.xlsx); this is not one."))
    book = open_workbook(path)
    sheets, tops = [], []
    for name in book.sheet_names:
        rows = sheet_rows(book, name)[:HEADING_ROWS]
        tops.extend(rows)
        sheet = _sheet(name, rows)
        if sheet and (sheet.columns or sheet.reworded):
            sheets.append(sheet)
    if not any(sheet.columns for sheet in sheets):
        raise why_not("sinerhias", tops)
    return Workbook(book, sheets)


def _sheet(name: str, rows: list[list[Any]]) -> Sheet | None:
    for index, row in enumerate(rows):
        places = [place for place, cell in enumerate(row) if isinstance(cell, str) and normal(cell) == "clues"]
        if places:
            if len(places) > 1:
                raise Unusable(
                    _("The heading “%(heading)s” appears more than once; only one column may have it.")
                    % {"heading": "CLUES"}
                )
            return _columns(name, index, places[0], rows[:index], row)
    return None


def _columns(name: str, heading_row: int, key_place: int, above: list[list[Any]], headings: list[Any]) -> Sheet:
    columns, reworded = [], []
    mapped = codes()
    for place, cell in enumerate(headings):
        heading = cells.text(cell)
        if not heading or place == key_place:
            continue
        code = _code(above, place)
        part, bare = split(heading)
        found = wanted(code, bare)
        if found:
            columns.append(Found(place, *found, part, code, heading))
        elif code in mapped and not heading.startswith("¿"):
            reworded.append((code, heading))
    return Sheet(name, heading_row, key_place, tuple(columns), tuple(reworded))


def _code(above: list[list[Any]], place: int) -> str:
    """The variable code over a heading: the nearest cell above that has the form of one; "" when none has."""
    for row in reversed(above):
        told = cells.text(row[place]) if place < len(row) else ""
        if CODE.fullmatch(told):
            return told
    return ""


def split(heading: str) -> tuple[str, str]:
    """What a heading counts, told by its first word (also misspelt: INAHABILITADOS), and the heading without it."""
    match = FIRST_WORD.match(heading)
    first = match.group(1).upper() if match else ""
    if first == "TOTAL":
        part = TOTAL
    elif re.fullmatch(r"OCUPAD[OA]S?|HABILITAD[OA]S?", first):
        part = USABLE
    elif re.fullmatch(r"DESOCUPAD[OA]S?|VACANTES?|[A-Z]+HABILITAD[OA]S?", first):
        part = LEFT_OVER
    else:
        return PLAIN, heading
    return part, heading[match.end() :] if match else heading
