"""Kind ``population``: census, marginalisation and deprivation by municipality, census by locality.

Counts are people. A share of a population becomes people by rounding to the nearest whole person, which gives back
INEGI's national total. A suppressed ("*") or blank figure is not known: nothing is stored for it, never 0.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from bienestar.foundation.territory.actions import AreaRow, FigureRow, put_areas, put_figures
from bienestar.foundation.territory.choices import Level, Measure
from bienestar.foundation.territory.queries import areas_by_code
from bienestar.sources import cells
from bienestar.sources.cells import BadValue
from bienestar.sources.job import UNCHANGED, Job, Line
from bienestar.sources.municipalities import Place, add_missing, parents, point_of, state_code
from bienestar.sources.reading import Table, open_table

TOTAL = "0000"
SMALL_LOCALITIES = {"9998", "9999"}  # sums of localities of one and of two dwellings: no place of their own
_YEAR = re.compile(r"(?:20\d\d|(?<=CSV)\d\d)(?!\d)", re.IGNORECASE)


@dataclass(frozen=True)
class Told:
    """What one row tells of one area; ``place`` only where the row may create it. Sums of small places: no figures."""

    code: str
    figures: tuple[tuple[Measure, float], ...]
    place: Place | None = None


def open_file(path: Path) -> Table:
    """A table of one of the population layouts; Unusable for anything else."""
    return open_table(path, "population")


def load(job: Job, table: Table) -> None:
    """Store the figures of the file, and the localities that it names."""
    parse = PARSERS[table.recognised.name]
    day = figures_day(job, table)
    records = job.distinct(job.records(table, parse), lambda told: told.code, "cvegeo")
    _add_places(job, [told.place for _number, told in records if told.place])
    known = _known_areas([told.code for _number, told in records if told.figures])
    numbers: list[int] = []
    rows: list[FigureRow] = []
    for number, told in records:
        if told.code not in known and told.figures:
            reason = _("this area is not stored: load the catalogue of municipalities first")
            job.refuse(number, "cvegeo", told.code, reason)
            continue
        job.outcomes.setdefault(number, UNCHANGED)
        for measure, value in told.figures:
            numbers.append(number)
            rows.append(FigureRow(known[told.code], measure, day, value))
    if rows:
        job.settle(numbers, put_figures(by=job.by, rows=rows, source=job.source).outcomes)


def figures_day(job: Job, table: Table) -> dt.date:
    """The day to which the figures belong: of the year in the file's name or headings, else the census before it."""
    days = job.layouts.census_days
    found = _YEAR.findall(job.path.name) or _YEAR.findall(" ".join(table.recognised.headings))
    for told in found:
        year = int(told) if len(told) == 4 else 2000 + int(told)
        if year in days:
            return days[year]
    before = [day for day in days.values() if day <= job.as_of]
    day = max(before) if before else min(days.values())
    job.doubt(0, "", day, _("the file does not tell its year; its figures were taken as of this census"))
    return day


def _add_places(job: Job, places: Sequence[Place]) -> None:
    """Localities that the catalogue has not brought; those that it has keep its name and gain a point if without."""
    if not places:
        return
    add_missing(job, [area for place in places for area in (*parents(place), place.area)])
    known = areas_by_code(Level.LOCALITY)
    bare = [
        AreaRow(place.area.code, known[place.area.code].name, place.area.latitude, place.area.longitude)
        for place in places
        if len(place.area.code) == 9 and known[place.area.code].latitude is None and place.area.latitude is not None
    ]
    if bare:
        put_areas(by=job.by, rows=bare, source=job.source)


def _known_areas(codes: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    levels = {2: Level.STATE, 5: Level.MUNICIPALITY, 9: Level.LOCALITY}
    for width in sorted({len(code) for code in codes}):
        found |= {code: area.pk for code, area in areas_by_code(levels[width]).items()}
    return found


def _figures(pairs: Sequence[tuple[Measure, float | None]]) -> tuple[tuple[Measure, float], ...]:
    return tuple((measure, float(value)) for measure, value in pairs if value is not None)


def _iter_locality(line: Line) -> Told | None:
    state = state_code(line)
    municipality = line.need("municipality_code", lambda value: cells.code(value, 3))
    locality = line.need("locality_code", lambda value: cells.code(value, 4))
    if line.job.state and state != line.job.state:
        return None
    code = _iter_code(line, state, municipality, locality)
    if locality in SMALL_LOCALITIES:
        return Told(f"{code} {locality}", ())
    place = None
    if locality != TOTAL:
        latitude, longitude = point_of(line)
        name = line.need("locality_name", cells.text)
        place = Place(
            AreaRow(code=code, name=name, latitude=latitude, longitude=longitude),
            line.need("state_name", cells.text),
            line.need("municipality_name", cells.text),
        )
    counts = (
        (Measure.POPULATION, line.take("population", cells.whole)),
        (Measure.NO_HEALTH_ENTITLEMENT, line.take("no_health_entitlement", cells.whole)),
        (Measure.INDIGENOUS_SPEAKERS, line.take("indigenous_speakers", cells.whole)),
    )
    return Told(code, _figures(counts), place)


def _iter_code(line: Line, state: str, municipality: str, locality: str) -> str:
    if municipality == "000":
        if locality != TOTAL and locality not in SMALL_LOCALITIES:
            raise line.refused("municipality_code", _("there is no municipality of this number"))
        return state
    return state + municipality + ("" if locality == TOTAL or locality in SMALL_LOCALITIES else locality)


def _municipality_key(line: Line) -> str | None:
    """The five digits; None when the run is limited to another state."""
    code = line.need("municipality_key", lambda value: cells.code(value, 5))
    if not 1 <= int(code[:2]) <= 32 or code[2:] == "000":
        raise line.refused("municipality_key", _("there is no municipality of this number"))
    return None if line.job.state and not code.startswith(line.job.state) else code


def _share(value: Any) -> float | None:
    share = cells.decimal(value)
    if share is not None and not 0 <= share <= 100:
        raise BadValue(_("a share is between 0 and 100"))
    return share


def _iter_municipality(line: Line) -> Told | None:
    code = _municipality_key(line)
    if code is None:
        return None
    people = line.need("population", cells.whole)
    share = line.take("no_health_entitlement_share", _share)
    # pct_hli is a share of people of three years and more, whose number the file does not tell: no count is made of it.
    counts = (
        (Measure.POPULATION, float(people)),
        (Measure.NO_HEALTH_ENTITLEMENT, None if share is None else float(round(people * share / 100))),
    )
    return Told(code, _figures(counts))


def _conapo(line: Line) -> Told | None:
    code = _municipality_key(line)
    if code is None:
        return None
    degree: str | None = None
    try:
        degree = line.job.layouts.word("degree", line.raw("degree"))
    except KeyError:
        line.doubt("degree", _("this word is not known; the value was left empty"))
    index = line.take("index", cells.decimal)
    figures = (
        (Measure.MARGINALISATION_INDEX, index),
        (Measure.MARGINALISATION_DEGREE, None if degree is None else float(degree)),
    )
    return Told(code, _figures(figures))


def _coneval(line: Line) -> Told | None:
    code = _municipality_key(line)
    if code is None:
        return None
    columns = {"no_health_access": Measure.NO_HEALTH_ACCESS, "no_social_security": Measure.NO_SOCIAL_SECURITY}
    figures = []
    for column, measure in columns.items():
        value = line.take(column, cells.whole)
        if value is None and not line.text(column):
            line.doubt(column, _("it is blank: not known"))
        figures.append((measure, value))
    return Told(code, _figures(figures))


PARSERS: dict[str, Callable[[Line], Told | None]] = {
    "iter_localities": _iter_locality,
    "iter_municipalities": _iter_municipality,
    "conapo_index": _conapo,
    "coneval_municipalities": _coneval,
}
