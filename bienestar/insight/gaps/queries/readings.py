"""What a diagnosis reads: the operating units of whole states, what the registers count in them, hours, catchments.

Everything is arrays with one place a unit; NaN is "not known".
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from bienestar.calculations.formulas import Array
from bienestar.calculations.gaps import Stock
from bienestar.foundation.facilities.queries import (
    capacities_as_of,
    catchment_people_as_of,
    hours_as_of,
    operating_units,
)
from bienestar.foundation.storage.rows import read_rows
from bienestar.foundation.territory.choices import Level
from bienestar.foundation.territory.queries import areas_under, boundaries_under
from bienestar.operations.census.queries import observed_units
from bienestar.registers.equipment.queries import counts_as_of as equipment_as_of
from bienestar.registers.workforce.queries import counts_as_of as staff_as_of

Flags = NDArray[np.bool_]
Numbers = NDArray[np.int64]
# What a formula's name counts: the sum of what exists of these resources.
COUNTED: dict[str, tuple[str, ...]] = {
    "rooms": ("room.general_consulting",),
    "dental_rooms": ("room.dental",),
    "specialty_rooms": ("room.specialty_consulting",),
    "beds": (
        "bed.general_medicine",
        "bed.surgery",
        "bed.obstetrics",
        "bed.paediatrics",
        "bed.psychiatry",
        "bed.traumatology",
        "bed.isolation",
        "bed.other_census",
    ),
    "intensive_beds": ("bed.intensive_care",),
    "emergency_beds": ("bed.emergency", "bed.observation"),
    "theatres": ("room.operating_theatre",),
    "delivery_rooms": ("room.delivery",),
    "medicine_beds": ("bed.general_medicine",),
    "surgery_beds": ("bed.surgery",),
    "obstetrics_beds": ("bed.obstetrics",),
    "paediatrics_beds": ("bed.paediatrics",),
    "psychiatry_beds": ("bed.psychiatry",),
}


def state_path(path: str) -> str:
    """The path of the state that holds an area, or the country's own: people are reckoned over whole states."""
    return "/".join(path.split("/")[:2]).rstrip("/") + "/"


@dataclass
class Counts:
    """One resource; ``looked_for`` tells "looked for and not counted" from "never looked for"."""

    existing: Array
    usable: Array
    looked_for: Flags


@dataclass(frozen=True)
class Municipalities:
    """The municipalities of the states read, in order of code."""

    ids: list[int]
    codes: list[str]
    latitude: Array
    longitude: Array

    @cached_property
    def place_of(self) -> dict[int, int]:
        """Index by area id."""
        return {pk: i for i, pk in enumerate(self.ids)}

    @cached_property
    def states(self) -> Numbers:
        """The state's number of each municipality."""
        return np.array([int(code[:2]) for code in self.codes], dtype=np.int64)


@dataclass
class Readings:
    """Operating units of whole states, and all that is known of them on a day."""

    as_of: dt.date
    municipalities: Municipalities
    ids: Numbers
    uids: list[str]
    paths: list[str]
    types: NDArray[np.str_]
    municipality: Numbers
    nuclei: Array
    latitude: Array
    longitude: Array
    hours_per_day: Array
    days_open: Array
    catchment: Array
    catchment_population: Array
    observed: Flags
    counts: dict[str, Counts] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """How many units."""
        return len(self.ids)

    def stock(self, resource: str, places: Numbers) -> Stock:
        """What those units have of a resource."""
        found = self.counts.get(resource)
        if found is None:
            return Stock(np.full(len(places), np.nan), np.full(len(places), np.nan))
        return Stock(found.existing[places], found.usable[places])

    def counted(self, name: str) -> Array:
        """A formula's name as the sum of its resources.

        Kinds that nobody looked for do not count; not known where none was counted, or where one was looked for and
        not counted.
        """
        total, any_counted = np.zeros(self.size), np.zeros(self.size, dtype=bool)
        spoilt = np.zeros(self.size, dtype=bool)
        for resource in COUNTED[name]:
            found = self.counts.get(resource)
            if found is None:
                continue
            known = ~np.isnan(found.existing)
            total += np.where(known, found.existing, 0)
            any_counted |= known
            spoilt |= found.looked_for & ~known
        return np.where(any_counted & ~spoilt, total, np.nan)


def read_units(path: str, as_of: dt.date) -> Readings:
    """The operating units under ``path`` (a state's or the country's) on a day, with all that is known of them."""
    municipalities = _municipalities(path)
    fields = ("pk", "uid", "path", "unit_type", "municipality_id", "nuclei", "latitude", "longitude")
    rows = list(read_rows(operating_units(path, as_of).order_by("uid"), fields))
    ids = np.array([row[0] for row in rows], dtype=np.int64)
    place_of = {pk: i for i, pk in enumerate(ids.tolist())}
    hours, days = _hours(path, as_of, place_of)
    catchment, population = _catchment(path, as_of, place_of)
    seen = observed_units(as_of, path)
    found = Readings(
        as_of=as_of,
        municipalities=municipalities,
        ids=ids,
        uids=[row[1] for row in rows],
        paths=[row[2] for row in rows],
        types=np.array([row[3] for row in rows], dtype=str),
        municipality=np.array([municipalities.place_of[row[4]] for row in rows], dtype=np.int64),
        nuclei=numbers(row[5] for row in rows),
        latitude=numbers(row[6] for row in rows),
        longitude=numbers(row[7] for row in rows),
        hours_per_day=hours,
        days_open=days,
        catchment=catchment,
        catchment_population=population,
        observed=np.array([pk in seen for pk in place_of], dtype=bool),
    )
    for register in (capacities_as_of, staff_as_of, equipment_as_of):
        _read_counts(found.counts, register(as_of, path), place_of)
    _fill_opening(found)
    return found


def numbers(values: Iterable[float | None]) -> Array:
    """An array of numbers; None becomes NaN."""
    return np.array([np.nan if value is None else value for value in values], dtype=float)


def _municipalities(path: str) -> Municipalities:
    """Municipalities with their point: their own, else the middle of the box round their outline."""
    rows = list(read_rows(areas_under(path, Level.MUNICIPALITY), ("pk", "code", "latitude", "longitude")))
    boxes = boundaries_under(path, Level.MUNICIPALITY)
    middle = {
        area: ((south + north) / 2, (west + east) / 2)
        for area, west, south, east, north in read_rows(boxes, ("area_id", "west", "south", "east", "north"))
    }
    points = [row[2:] if row[2] is not None else middle.get(row[0], (None, None)) for row in rows]
    return Municipalities(
        [row[0] for row in rows],
        [row[1] for row in rows],
        numbers(point[0] for point in points),
        numbers(point[1] for point in points),
    )


def _read_counts(
    counts: dict[str, Counts],
    rows: Iterable[tuple[int, str, float | None, float | None]],
    place_of: dict[int, int],
) -> None:
    """Lay a register's rows out by resource; rows of units that do not operate are left out."""
    size = len(place_of)
    for unit, resource, existing, usable in rows:
        place = place_of.get(unit)
        if place is None:
            continue
        found = counts.get(resource)
        if found is None:
            found = counts[resource] = Counts(np.full(size, np.nan), np.full(size, np.nan), np.zeros(size, dtype=bool))
        found.looked_for[place] = True
        if existing is not None:
            found.existing[place] = existing
        if usable is not None:
            found.usable[place] = usable


def _hours(path: str, as_of: dt.date, place_of: dict[int, int]) -> tuple[Array, Array]:
    """Hours a day and days a week of each unit; equal opening and closing hours are round the clock."""
    hours, days = np.full(len(place_of), np.nan), np.full(len(place_of), np.nan)
    for unit, row in hours_as_of(as_of, path).items():
        place = place_of.get(unit)
        if place is None:
            continue
        minutes = (row.closes.hour - row.opens.hour) * 60 + row.closes.minute - row.opens.minute
        # 23:59 is how some sources write midnight.
        minutes += row.closes.hour == 23 and row.closes.minute == 59
        hours[place] = (minutes / 60) % 24 or 24
        if row.weekdays:
            days[place] = len(set(row.weekdays))
    return hours, days


def _catchment(path: str, as_of: dt.date, place_of: dict[int, int]) -> tuple[Array, Array]:
    free, people = np.full(len(place_of), np.nan), np.full(len(place_of), np.nan)
    for unit, (population, not_entitled, _) in catchment_people_as_of(as_of, path).items():
        if unit in place_of:
            people[place_of[unit]] = population
            if not_entitled is not None:
                free[place_of[unit]] = not_entitled
    return free, people


def _fill_opening(found: Readings) -> None:
    """Opening seen in a visit comes first; where nobody looked, the catalogue of hours tells."""
    empty = Counts(np.full(found.size, np.nan), np.full(found.size, np.nan), np.zeros(found.size, dtype=bool))
    days = found.counts.setdefault("opening.days_per_week", empty)
    told = np.isnan(days.existing) & ~np.isnan(found.days_open)
    days.existing[told] = days.usable[told] = found.days_open[told]
    hours = found.counts.get("opening.hours_per_day")
    if hours is not None:
        found.hours_per_day = np.where(np.isnan(hours.usable), found.hours_per_day, hours.usable)
