"""Kind ``clues``: lists of medical units, in the layouts that the state and the service publish.

A unit has one key after another; a file may tell its new key, its old key, or both. Files may come in any order:
what they tell is put together by the actions on units, newer over older and open keys over closed ones.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from bienestar.calculations.clues import fits_check_digit, is_clues
from bienestar.foundation.definitions.catalogue import Typology
from bienestar.foundation.facilities.actions import UnitRow, put_units, tie_keys
from bienestar.foundation.facilities.choices import Status
from bienestar.foundation.facilities.queries import keys_of, units_by_key
from bienestar.foundation.territory.choices import Level
from bienestar.foundation.territory.queries import areas_by_code
from bienestar.sources import cells
from bienestar.sources.cells import BadValue
from bienestar.sources.job import UNCHANGED, Job, Line
from bienestar.sources.municipalities import point_of
from bienestar.sources.places import Outlines, mark_units_outside
from bienestar.sources.reading import Table, open_table

CHANGED_INSTITUTION = "CAMBIO DE INSTITUCION"  # the key closes, the unit does not
NEW_KEY = "ALTA"
DESCRIBES_UNITS = ("name", "state_code", "municipality_code", "typology", "status")


@dataclass(frozen=True)
class Listed:
    """One row of a list: the unit as told, where it stands by its codes, and the key it had before."""

    unit: UnitRow
    municipality: str
    locality: str
    latitude: float | None
    longitude: float | None


def open_file(path: Path) -> Table:
    """A list of units in one of the known layouts; Unusable for anything else."""
    return open_table(path, "clues")


def load(job: Job, table: Table) -> None:
    """Store the units of the file, or (a bare crosswalk) tie the keys of units that are stored."""
    if any(column not in table.recognised.places for column in DESCRIBES_UNITS):
        _tie(job, table)
        return
    records = job.distinct(job.records(table, listed), lambda row: row.unit.key, table.recognised.heading("key"))
    known = areas_by_code(Level.MUNICIPALITY)
    localities = {
        code: area.pk for code, area in areas_by_code(Level.LOCALITY, [r.locality for _n, r in records]).items()
    }
    placed = []
    for number, row in records:
        municipality = known.get(row.municipality)
        if municipality is None:
            heading = table.recognised.heading("municipality_code")
            reason = _("this municipality is not stored: load the catalogue of municipalities first")
            job.refuse(number, heading, row.municipality, reason)
            continue
        unit = replace(row.unit, municipality_id=municipality.pk, locality_id=localities.get(row.locality))
        placed.append((number, unit))
    placed = _honest_ties(job, table, placed)
    if placed:
        job.settle(
            [number for number, _unit in placed], put_units(by=job.by, rows=[u for _n, u in placed], source=job.source)
        )
    _warn_outside(job, table, placed)
    mark_units_outside(job.by, {unit.municipality_id for _number, unit in placed}, job.source)


def key_of(line: Line, column: str) -> str:
    """A CLUES as the row has it, or the row is refused."""
    key = line.need(column, lambda value: cells.plain(value).replace(" ", ""))
    if not is_clues(key):
        raise line.refused(column, _("it is not a CLUES key: two letters, three of the institution, six digits"))
    return key


def listed(line: Line) -> Listed | None:
    """One unit of the list."""
    key = key_of(line, "key")
    if not fits_check_digit(key):
        line.doubt("key", _("its check digit does not fit; it was kept as written"))
    municipality = _municipality(line, key)
    if line.job.state and not municipality.startswith(line.job.state):
        return None
    locality = line.take("locality_code", lambda value: cells.code(value, 4)) or ""
    latitude, longitude = point_of(line)
    name = line.need("name", cells.text)
    typology, kind = _typology(line)
    unit = UnitRow(
        key=key,
        old_key=_old_key(line, key),
        name=name[:250],
        municipality_id=0,
        unit_type=kind.unit_type,
        nuclei=kind.nuclei,
        typology=typology,
        typology_name=line.words("typology_name", 120),
        subtypology_name=line.words("subtypology_name", 150),
        establishment=line.words("establishment", 60),
        locality_name=line.words("locality_name", 200),
        jurisdiction=line.words("jurisdiction", 120),
        care_level=_number(_word(line, "care_level")),
        stratum=_word(line, "stratum") or "",
        latitude=latitude,
        longitude=longitude,
    )
    unit = _with_dates(line, unit)
    return Listed(unit, municipality, municipality + locality if locality else "", latitude, longitude)


def _with_dates(line: Line, unit: UnitRow) -> UnitRow:
    """Status and the days of the key. A key closed by a change of institution does not close its unit."""
    status = _word(line, "status")
    opened = line.take("opened_on", cells.day)
    closed = line.take("closed_on", cells.day)
    moved = line.take("moved_on", cells.day)
    movement = cells.plain(line.raw("movement"))
    since = moved if movement in {"", NEW_KEY} else None
    if status == Status.OPERATING:
        if closed:
            line.doubt("closed_on", _("the unit is in operation; its closing date was left out"))
        return replace(unit, status=status, status_from=opened, key_from=since)
    if status == Status.CLOSED and CHANGED_INSTITUTION in cells.plain(line.raw("closing_reason")):
        return replace(unit, key_open=False, key_from=_not_after(since, closed), key_to=closed)
    return replace(unit, status=status, status_from=closed, key_from=_not_after(since, closed))


def _not_after(since: dt.date | None, until: dt.date | None) -> dt.date | None:
    """The start of a period, left out when it is after its end (a later correction of the row, not its start)."""
    return since if since and (until is None or since < until) else None


def _municipality(line: Line, key: str) -> str:
    state = _state(line, key)
    code = line.need("municipality_code", lambda value: cells.code(value, 3))
    if code == "000":
        raise line.refused("municipality_code", _("there is no municipality of this number"))
    return state + code


def _state(line: Line, key: str) -> str:
    """The state by its code; where the column has none or a group of hospitals, by the letters of the key."""
    by_key = line.job.layouts.state_letters.get(key[:2])
    try:
        code = cells.code(line.raw("state_code"), 2)
    except BadValue:
        code = None
    if code is None or not 1 <= int(code) <= 32:
        if by_key is None:
            raise line.refused("state_code", _("neither the column nor the key tells the state"))
        if cells.plain(line.raw("state_code")) not in line.job.layouts.pseudo_states:
            line.doubt("state_code", _("it names no state; the letters of the key were taken"))
        return by_key
    if by_key != code:
        line.doubt("key", _("its first two letters are not those of the state of the row"))
    return code


def _old_key(line: Line, key: str) -> str:
    found = cells.plain(line.raw("old_key")).replace(" ", "")
    if not found:
        if line.recognised.name == "clues_crosswalk":
            line.doubt("old_key", _("no old key is told"))
        return ""
    if not is_clues(found) or found == key:
        line.doubt("old_key", _("it is not another CLUES key; it was left out"))
        return ""
    return found


def _typology(line: Line) -> tuple[str, Typology]:
    known = line.job.typologies.typologies
    code = cells.plain(line.raw("typology"))
    if code in known:
        return code, known[code]
    line.doubt("typology", _("this typology is not in definitions/typologies.yaml; taken as not specified"))
    return code[:10], Typology(unit_type="unspecified")


def _word(line: Line, column: str) -> str | None:
    try:
        return line.job.layouts.word(column, line.raw(column))
    except KeyError:
        line.doubt(column, _("this word is not known; the value was left empty"))
        return None


def _number(found: str | None) -> int | None:
    return None if found is None else int(found)


def _honest_ties(job: Job, table: Table, placed: list[tuple[int, UnitRow]]) -> list[tuple[int, UnitRow]]:
    """Drop, with a doubt, old keys that would make one unit of two: told twice, or held by a unit with a newer key."""
    told: dict[str, set[str]] = {}
    for _number, unit in placed:
        if unit.old_key:
            told.setdefault(unit.old_key, set()).add(unit.key)
    holders = _holders({key for _number, unit in placed for key in (unit.old_key, unit.key) if key})
    heading = table.recognised.heading("old_key") if "old_key" in table.recognised.layout.columns else ""
    kept = []
    for number, unit in placed:
        if unit.old_key:
            others = told[unit.old_key] - {unit.key}
            holder = holders.get(unit.old_key, unit.old_key)
            if holder not in {unit.old_key, unit.key, holders.get(unit.key)}:
                others.add(holder)
            if others:
                reason = _("this old key is also told of %(other)s; it was left out")
                job.doubt(number, heading, unit.old_key, reason, other=", ".join(sorted(others)))
                unit = replace(unit, old_key="")  # noqa: PLW2901  the same row without its doubtful tie
        kept.append((number, unit))
    return kept


def _holders(keys: set[str]) -> dict[str, str]:
    """The current key of the unit that holds each stored key."""
    units = units_by_key(keys)
    current = keys_of(units.values())
    return {key: current[unit] for key, unit in units.items() if unit in current}


def _tie(job: Job, table: Table) -> None:
    """A crosswalk of keys alone: units stored apart become one."""

    def pair(line: Line) -> tuple[str, str] | None:
        new = key_of(line, "key")
        return None if job.elsewhere(new) else (new, key_of(line, "old_key"))

    records = job.distinct(job.records(table, pair), lambda keys: keys[0], table.recognised.heading("key"))
    holders = _holders({key for _number, keys in records for key in keys})
    honest = []
    for number, (new, old) in records:
        holder = holders.get(old, old)
        if holder in {old, new, holders.get(new)}:
            honest.append((number, (new, old)))
        else:
            reason = _("this old key is also told of %(other)s; it was left out")
            job.refuse(number, table.recognised.heading("old_key"), old, reason, other=holder)
    outcomes = tie_keys(by=job.by, pairs=[keys for _number, keys in honest], source=job.source) if honest else ()
    for (number, (new, _old)), outcome in zip(honest, outcomes, strict=True):
        if outcome == "unknown":
            reason = _("neither key is of a stored unit: load the list of units first")
            job.refuse(number, table.recognised.heading("key"), new, reason)
        else:
            job.settle([number], [outcome])


def _warn_outside(job: Job, table: Table, placed: list[tuple[int, UnitRow]]) -> None:
    outlines = Outlines({unit.municipality_id for _number, unit in placed})
    points = [(n, u) for n, u in placed if u.latitude is not None and u.longitude is not None]
    told = outlines.outside([(u.municipality_id, u.latitude, u.longitude) for _n, u in points])
    for (number, unit), outside in zip(points, told, strict=True):
        if outside:
            column = f"{table.recognised.heading('latitude')}, {table.recognised.heading('longitude')}"
            reason = _("the point lies outside the outline of its municipality; it was kept")
            job.doubt(number, column, f"{unit.latitude}, {unit.longitude}", reason)
            job.outcomes.setdefault(number, UNCHANGED)


def unit_of(line: Line, column: str, units: dict[str, int]) -> int:
    """The unit that has or had the row's key; the row is refused when no list of units has brought it."""
    key = key_of(line, column)
    if key not in units:
        operator: Any = key[2:5]
        raise line.refused(column, _("no list of units has this key (institution %(operator)s)"), operator=operator)
    return units[key]
