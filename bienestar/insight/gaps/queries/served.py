"""Whom each unit serves, and the figures that the standards' formulas use of it. See docs/methods/people-served.md."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bienestar.calculations.formulas import Array
from bienestar.calculations.people import on_sphere, shares, site_of_each
from bienestar.foundation.definitions.standards import Standards
from bienestar.foundation.territory.choices import Measure
from bienestar.foundation.territory.queries import figures_as_of
from bienestar.insight.gaps.queries.readings import COUNTED, Flags, Numbers, Readings

WITHOUT = (Measure.NO_SOCIAL_SECURITY, Measure.NO_HEALTH_ENTITLEMENT)
MOST_SHIFTS = 4


@dataclass
class Served:
    """People without social security and all people that each unit serves, and how each was reckoned."""

    people: Array
    population: Array
    basis: list[str]


@dataclass(frozen=True)
class _Local:
    """Figures of each municipality: people without social security, by which measure, and population."""

    people: Array
    measure: list[str]
    population: Array


def people_served(found: Readings, rules: Standards) -> Served:
    """Reckon whom each unit serves, by the rule of its type: over whole states, whatever area is diagnosed."""
    local = _local_figures(found)
    served = Served(np.full(found.size, np.nan), np.full(found.size, np.nan), [""] * found.size)
    rule_of = {code: unit_type.serves for code, unit_type in rules.unit_types.items()}
    kinds = np.array([rule_of.get(code, "") for code in found.types.tolist()], dtype=str)
    _share(found, local, served, kinds == "share")
    whole = np.flatnonzero(kinds == "municipality")
    _give(served, whole, local.people[found.municipality[whole]], local.population[found.municipality[whole]])
    for place in whole.tolist():
        served.basis[place] = _named("municipality", local.measure[found.municipality[place]])
    _nearest(found, local, served, kinds == "nearest_general")
    for code in sorted(set(found.types[kinds == "nearest_of_type"].tolist())):
        _nearest(found, local, served, found.types == code)
    return served


def _local_figures(found: Readings) -> _Local:
    """Each municipality's people: CONEVAL's without social security, else the census's without entitlement."""
    size = len(found.municipalities.ids)
    people, measure = np.full(size, np.nan), [""] * size
    for name in reversed(WITHOUT):
        for area, figure in figures_as_of(None, name, found.as_of).items():
            place = found.municipalities.place_of.get(area)
            if place is not None:
                people[place], measure[place] = figure.value, str(name)
    population = np.full(size, np.nan)
    for area, figure in figures_as_of(None, Measure.POPULATION, found.as_of).items():
        if area in found.municipalities.place_of:
            population[found.municipalities.place_of[area]] = figure.value
    return _Local(people, measure, population)


def _named(rule: str, measure: str) -> str:
    return f"{rule}.{measure}" if measure else ""


def _give(served: Served, places: Numbers, people: Array, population: Array) -> None:
    served.people[places] = people
    served.population[places] = np.where(np.isnan(population), people, population)


def _share(found: Readings, local: _Local, served: Served, chosen: Flags) -> None:
    """A clinic's catchment; without one, its part of the municipality by rooms, else nuclei, else one room."""
    places = np.flatnonzero(chosen)
    rooms = found.counted("rooms")[places]
    weights = np.where(rooms > 0, rooms, np.where(found.nuclei[places] > 0, found.nuclei[places], 1.0))
    home = found.municipality[places]
    part = shares(home, weights, len(found.municipalities.ids))
    _give(served, places, local.people[home] * part, local.population[home] * part)
    for place in places.tolist():
        served.basis[place] = _named("share", local.measure[found.municipality[place]])
    known = places[~np.isnan(found.catchment[places])]
    _give(served, known, found.catchment[known], found.catchment_population[known])
    for place in known.tolist():
        served.basis[place] = "catchment"


def _nearest(found: Readings, local: _Local, served: Served, chosen: Flags) -> None:
    """Hospitals share, by beds, the people of their own municipality and of those to which they are nearest."""
    places = np.flatnonzero(chosen)
    if not len(places):
        return
    homes, site = np.unique(found.municipality[places], return_inverse=True)
    towns = found.municipalities
    own = np.full(len(towns.ids), -1, dtype=np.int64)
    own[homes] = np.arange(len(homes))
    sites = on_sphere(
        _site_mean(found.latitude[places], site, towns.latitude[homes]),
        _site_mean(found.longitude[places], site, towns.longitude[homes]),
    )
    municipalities = on_sphere(towns.latitude, towns.longitude)
    site_of = site_of_each(own, municipalities, sites, towns.states, towns.states[homes])
    part = shares(site, found.counted("beds")[places], len(homes))
    people, population = (_site_sum(figures, site_of, len(homes)) for figures in (local.people, local.population))
    _give(served, places, people[site] * part, population[site] * part)
    for place, where in zip(places.tolist(), site.tolist(), strict=True):
        measures = {local.measure[i] for i in np.flatnonzero(site_of == where)} - {""}
        served.basis[place] = _named("nearest", measures.pop() if len(measures) == 1 else "mixed" if measures else "")


def _site_mean(values: Array, site: Numbers, otherwise: Array) -> Array:
    """Mean of the known coordinates of a site's hospitals; where none is known, the municipality's own."""
    known = ~np.isnan(values)
    count = np.bincount(site[known], minlength=len(otherwise))
    total = np.bincount(site[known], values[known], len(otherwise))
    return np.where(count > 0, total / np.maximum(count, 1), otherwise)


def _site_sum(figures: Array, site_of: Numbers, sites: int) -> Array:
    """Sum of the known figures of each site's municipalities; not known where none of them is."""
    use = (site_of >= 0) & ~np.isnan(figures)
    count = np.bincount(site_of[use], minlength=sites)
    return np.where(count > 0, np.bincount(site_of[use], figures[use], sites), np.nan)


def variables(found: Readings, served: Served, rules: Standards) -> dict[str, Array]:
    """Every name that formulas may use (``VARIABLES``), one value a unit."""
    values = {name: found.counted(name) for name in COUNTED}
    values["nuclei"] = np.where(np.isnan(found.nuclei), values["rooms"], found.nuclei)
    values["people"], values["population"] = served.people, served.population
    opening = {code: (unit_type.days, unit_type.hours_per_day) for code, unit_type in rules.unit_types.items()}
    wanted = np.array([opening.get(code, (np.nan, np.nan)) for code in found.types.tolist()]).reshape(-1, 2)
    values["days"] = wanted[:, 0]
    hours = np.where(np.isnan(found.hours_per_day), wanted[:, 1], found.hours_per_day)
    values["hours_per_day"] = hours
    shift = rules.parameters["shift_hours"].value if "shift_hours" in rules.parameters else np.nan
    values["shifts"] = np.clip(np.floor(hours / shift + 0.5), 1, MOST_SHIFTS)
    return values
