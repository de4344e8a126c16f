"""Kind ``municipalities``: INEGI's catalogue of states, municipalities and localities (AGEEML).

The catalogue's names and points hold; files of other kinds that also name areas only add those that are missing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from bienestar.foundation.territory.actions import AreaRow, put_areas
from bienestar.foundation.territory.choices import Level
from bienestar.foundation.territory.queries import COUNTRY_CODE, areas_by_code
from bienestar.sources import cells
from bienestar.sources.job import Job, Line
from bienestar.sources.reading import Table, open_table

COUNTRY = AreaRow(code=COUNTRY_CODE, name="México")


@dataclass(frozen=True)
class Place:
    """One row of the catalogue: the area and the names of those above it."""

    area: AreaRow
    state_name: str
    municipality_name: str


def open_file(path: Path) -> Table:
    """The catalogue of municipalities or of localities; Unusable for anything else."""
    return open_table(path, "municipalities")


def load(job: Job, table: Table) -> None:
    """Store the areas of the file and those above them."""
    parse = municipality if table.recognised.name == "ageeml_municipalities" else locality
    records = job.distinct(job.records(table, parse), lambda place: place.area.code, "cvegeo")
    above = [area for _number, place in records for area in parents(place)]
    add_missing(job, above)
    if parse is municipality:
        # Only this file names the states by right; a file that names them in passing never corrects them.
        states = {area.code: area for area in sorted(above, key=lambda area: area.name, reverse=True)}
        put_areas(by=job.by, rows=list(states.values()), source=job.source)
    stored = put_areas(by=job.by, rows=[place.area for _number, place in records], source=job.source)
    job.settle([number for number, _place in records], stored.outcomes)


def state_code(line: Line) -> str:
    """The two digits of the state; the row is refused when they name none."""
    code = line.need("state_code", lambda value: cells.code(value, 2))
    if not 1 <= int(code) <= 32:
        raise line.refused("state_code", _("there is no state of this number"))
    return code


def municipality_code(line: Line) -> str:
    """The five digits of state and municipality; the row is refused when they name none."""
    state = state_code(line)
    code = line.need("municipality_code", lambda value: cells.code(value, 3))
    if code == "000":
        raise line.refused("municipality_code", _("there is no municipality of this number"))
    return state + code


def municipality(line: Line) -> Place | None:
    """One municipality."""
    code = municipality_code(line)
    if line.job.state and not code.startswith(line.job.state):
        return None
    name = line.need("municipality_name", cells.text)
    return Place(AreaRow(code=code, name=name), line.need("state_name", cells.text), name)


def locality(line: Line) -> Place | None:
    """One locality with its point."""
    above = municipality_code(line)
    if line.job.state and not above.startswith(line.job.state):
        return None
    code = line.need("locality_code", lambda value: cells.code(value, 4))
    latitude, longitude = point_of(line)
    return Place(
        AreaRow(
            code=above + code,
            name=line.need("locality_name", cells.text),
            latitude=latitude,
            longitude=longitude,
        ),
        line.need("state_name", cells.text),
        line.need("municipality_name", cells.text),
    )


def point_of(line: Line) -> tuple[float | None, float | None]:
    """The row's coordinates put right, with a doubt where they had to be."""
    latitude, longitude, doubt = cells.point(
        line.take("latitude", cells.degrees), line.take("longitude", cells.degrees)
    )
    if doubt is not None:
        line.job.doubt(
            line.number,
            f"{line.recognised.heading('latitude')}, {line.recognised.heading('longitude')}",
            f"{line.text('latitude')}, {line.text('longitude')}",
            doubt,
        )
    return latitude, longitude


def parents(place: Place) -> list[AreaRow]:
    """The areas above one, from the country down."""
    code = place.area.code
    found = [COUNTRY, AreaRow(code=code[:2], name=place.state_name)]
    if len(code) == 9:
        found.append(AreaRow(code=code[:5], name=place.municipality_name))
    return found


def add_missing(job: Job, rows: Sequence[AreaRow]) -> None:
    """Store the areas that are not yet there; what is stored of the others stays as it is."""
    levels = (Level.COUNTRY, Level.STATE, Level.MUNICIPALITY, Level.LOCALITY)
    known = {code for level in levels[:3] for code in areas_by_code(level)}
    wanted = {row.code: row for row in sorted(rows, key=lambda row: (row.code, row.name)) if row.code not in known}
    locality_codes = [code for code in wanted if len(code) == 9]
    if locality_codes:
        for code in areas_by_code(Level.LOCALITY):
            wanted.pop(code, None)
    fresh = sorted(wanted.values(), key=lambda row: (row.code != COUNTRY_CODE, len(row.code), row.code))
    if fresh:
        put_areas(by=job.by, rows=fresh, source=job.source)
