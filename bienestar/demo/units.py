"""The invented medical units of a state: kind, place, keys, hours, and whom each serves."""

from __future__ import annotations

import datetime as dt
import math
import random
from collections.abc import Iterator
from dataclasses import dataclass, field

from bienestar.demo.dice import clamp, dice, shares
from bienestar.demo.keys import unit_key
from bienestar.demo.kinds import KINDS, Kind, mix
from bienestar.demo.land import Point
from bienestar.demo.size import HANDOVER, Size, letters
from bienestar.demo.territory import Locality, Municipality, State

PEOPLE_OF_A_NUCLEUS = 2600
PEOPLE_OF_A_BLOCK = 2200


@dataclass(frozen=True)
class Cell:
    """People of a locality or block whom a unit serves; ``uninsured`` None: the list does not say."""

    locality: str
    block: str
    people: int
    uninsured: int | None
    kilometres: float


@dataclass
class InventedUnit:
    """One unit as it really is; what the census sees of it is drawn later. ``good``: 0 to 1, how well it is kept."""

    kind: Kind
    name: str
    municipality: Municipality
    locality: Locality
    key: str
    old_key: str
    opened: dt.date
    point: Point | None
    nuclei: int
    good: float
    seven_days: bool
    district: str
    stands_outside: bool = False
    status: str = "operating"
    status_from: dt.date | None = None
    hours: tuple[int, int, str] | None = None
    cells: list[Cell] = field(default_factory=list)

    @property
    def people(self) -> int:
        """Everybody whom the unit serves; hospitals and offices have no catchment."""
        return sum(cell.people for cell in self.cells)


def invent_units(seed: int, state: State, size: Size) -> list[InventedUnit]:
    """Every unit of a state, those that people go to first in their own town."""
    rng = dice(seed, state.code, "units")
    serial = iter(range(1, 10_000))
    districts = _districts(state)
    seats = _seats(rng, state, mix(size.units, size.hospitals))
    served = _catchments(dice(seed, state.code, "catchments"), state, seats)
    units = [
        _unit(rng, state, kind, place, seat, next(serial), districts, served.get(n, []))
        for n, (kind, place, seat) in enumerate(seats)
    ]
    _mark_strays(rng, state, units)
    return units


Seat = tuple[str, int, int]  # kind, place of the municipality in the state, place of the locality in it


def _seats(rng: random.Random, state: State, wanted: dict[str, int]) -> list[Seat]:
    """Where each unit stands."""
    towns = state.municipalities
    by_people = sorted(range(len(towns)), key=lambda i: (-towns[i].people, i))
    order = [state.capital, *(i for i in by_people if i != state.capital)]
    seats: list[Seat] = []
    for kind, count in wanted.items():
        if kind in KINDS and KINDS[kind].seat == "capital":
            seats += [(kind, order[n % min(3, len(order))], 0) for n in range(count)]
        elif KINDS[kind].seat == "towns":
            seats += [(kind, order[n % len(order)], 0) for n in range(count)]
        elif KINDS[kind].seat == "regions":
            step = max(1, len(order) // max(1, count))
            seats += [(kind, order[min(len(order) - 1, 1 + n * step)], 0) for n in range(count)]
    seats += _urban(state, order, wanted.get("urban", 0))
    return seats + _villages(rng, state, wanted, {(kind, i) for kind, i, _ in seats})


def _urban(state: State, order: list[int], count: int) -> list[Seat]:
    """Urban centres go to the largest towns, several to each."""
    largest = order[: max(1, round(len(order) * 0.35))]
    parts = shares(count, [float(state.municipalities[i].head.people) ** 0.8 for i in largest])
    return [("urban", i, 0) for i, part in zip(largest, parts, strict=True) for _ in range(part)]


def _villages(rng: random.Random, state: State, wanted: dict[str, int], taken: set[tuple[str, int]]) -> list[Seat]:
    """Rural units: one in the head town of each municipality without an urban one, the rest in the largest villages."""
    served = {i for kind, i in taken if KINDS[kind].first_level and kind != "mobile"}
    places = [(i, 0) for i in range(len(state.municipalities)) if i not in served]
    villages = [
        (locality.people, i, n)
        for i, town in enumerate(state.municipalities)
        for n, locality in enumerate(town.localities)
        if n
    ]
    places += [(i, n) for _, i, n in sorted(villages, key=lambda v: (-v[0], v[1], v[2]))]
    count = wanted.get("rural", 0) + wanted.get("rural_medical", 0)
    chosen = places[:count]
    if len(chosen) < count:
        raise ValueError("there are fewer villages than rural units")
    legacy = set(rng.sample(range(count), wanted.get("rural_medical", 0)))
    return [("rural_medical" if n in legacy else "rural", i, m) for n, (i, m) in enumerate(chosen)]


def _catchments(rng: random.Random, state: State, seats: list[Seat]) -> dict[int, list[Cell]]:
    """Which people go to which unit: a village to the nearest first-level unit of its municipality, a town by block."""
    at: dict[int, list[tuple[int, int]]] = {}
    for n, (kind, i, m) in enumerate(seats):
        if KINDS[kind].first_level and kind != "mobile":
            at.setdefault(i, []).append((n, m))
    found: dict[int, list[Cell]] = {}
    for i, town in enumerate(state.municipalities):
        for m, locality in enumerate(town.localities):
            here = [n for n, place in at.get(i, []) if place == m]
            nearest = here or [_nearest(state, seats, at, i, locality.point)]
            for n, cell in _cells(rng, state, town, locality, seats, nearest):
                found.setdefault(n, []).append(cell)
    return found


def _nearest(
    state: State, seats: list[Seat], at: dict[int, list[tuple[int, int]]], municipality: int, point: Point
) -> int:
    """The nearest first-level unit of the municipality, or of the state where the municipality has none."""
    near = at.get(municipality) or [seat for seats_there in at.values() for seat in seats_there]

    def away(seat: tuple[int, int]) -> tuple[float, int]:
        number, place = seat
        return math.dist(state.municipalities[seats[number][1]].localities[place].point, point), number

    return min(near, key=away)[0]


def _cells(
    rng: random.Random, state: State, town: Municipality, locality: Locality, seats: list[Seat], units: list[int]
) -> Iterator[tuple[int, Cell]]:
    blocks = max(1, round(locality.people / PEOPLE_OF_A_BLOCK)) if locality.people > 2500 else 1
    uninsured = town.no_social_security / max(1, town.people)
    for n, people in enumerate(shares(locality.people, [rng.uniform(0.6, 1.4) for _ in range(blocks)])):
        unit = units[n % len(units)]
        own = state.municipalities[seats[unit][1]].localities[seats[unit][2]].point
        far = math.dist(own, locality.point) * 108 * rng.uniform(1.2, 1.9)
        told = None if rng.random() < 0.004 else round(people * clamp(uninsured + rng.uniform(-0.06, 0.06)))
        block = f"{n * 7 + 12:03d}{n % 10}" if blocks > 1 else ""
        yield unit, Cell(locality.code, block, people, told, round(far, 1))


def _unit(
    rng: random.Random,
    state: State,
    kind_code: str,
    place: int,
    seat: int,
    serial: int,
    districts: list[str],
    cells: list[Cell],
) -> InventedUnit:
    kind, town = KINDS[kind_code], state.municipalities[place]
    locality = town.localities[seat]
    good = clamp(0.97 - 0.62 * town.remote - (0.08 if seat else 0) + rng.gauss(0, 0.13), 0.05, 1)
    handed_over = kind.institution == "IMB" and rng.random() < 0.9
    state_key = unit_key(letters(state.code), "SSA", serial)
    key = state_key if kind.institution == "IMB" and not handed_over else ""
    key = key or unit_key(letters(state.code), kind.institution, serial + 2000)
    opened = dt.date(rng.randint(1976, 2019), rng.randint(1, 12), rng.randint(1, 28))
    point = state.within(town.plot, 0.06, rng) if seat == 0 else locality.point
    unit = InventedUnit(
        kind=kind,
        name=f"{kind.title} {locality.name}" if kind.title else locality.name,
        municipality=town,
        locality=locality,
        key=key,
        old_key=state_key if handed_over else "",
        opened=opened,
        point=None if rng.random() < 0.012 else point,
        nuclei=_nuclei(kind, sum(cell.people for cell in cells)),
        good=good,
        seven_days=kind.beds or rng.random() < 0.1 + 0.5 * good,
        district=districts[place],
        cells=[] if rng.random() < 0.06 else cells,
    )
    if kind.title_numbered:
        unit.name = f"{unit.name} {serial}"
    _life(rng, unit)
    return unit


def _nuclei(kind: Kind, people: int) -> int:
    """Basic nuclei that the people call for, within what the type may have."""
    low, high = kind.nuclei
    return max(low, min(high, math.ceil(people * 0.62 / PEOPLE_OF_A_NUCLEUS)))


def _life(rng: random.Random, unit: InventedUnit) -> None:
    """Status and published hours."""
    chance = rng.random()
    if unit.kind.care and not unit.kind.beds and unit.locality is not unit.municipality.head:
        if chance < 0.015:
            unit.status, unit.status_from = "closed", HANDOVER + dt.timedelta(days=rng.randint(0, 120))
        elif chance < 0.022:
            unit.status, unit.status_from = "building", HANDOVER
    if rng.random() < 0.05 or not unit.kind.care:
        return
    if unit.kind.beds:
        unit.hours = (0, 0, "1234567")
    else:
        closes = rng.choice((14, 15, 16, 16)) if unit.kind.code != "urban" else rng.choice((15, 16, 20, 20))
        days = "1234567" if unit.seven_days else "12345"
        unit.hours = (8, closes, "" if rng.random() < 0.15 else days)


def _districts(state: State) -> list[str]:
    """The health district of each municipality: sectors round the capital."""
    count = max(1, min(8, len(state.municipalities) // 5))
    middle = state.municipalities[state.capital].plot.centre

    def turn(i: int) -> float:
        point = state.municipalities[i].plot.centre
        return math.atan2(point[1] - middle[1], point[0] - middle[0])

    order = sorted(range(len(state.municipalities)), key=turn)
    found = [""] * len(order)
    for rank, i in enumerate(order):
        found[i] = f"Distrito de salud {rank * count // len(order) + 1:02d}"
    return found


def _mark_strays(rng: random.Random, state: State, units: list[InventedUnit]) -> None:
    """One unit, or two in a large state, whose recorded point lies in another municipality than its own."""
    if len(state.municipalities) < 2:
        return
    rural = [unit for unit in units if unit.kind.code == "rural" and unit.point and unit.status == "operating"]
    for unit in rng.sample(rural, min(len(rural), 2 if len(units) >= 100 else 1)):
        others = [town for town in state.municipalities if town is not unit.municipality]
        near = min(others, key=lambda town: math.dist(town.plot.centre, unit.locality.point))
        unit.point = state.within(near.plot, 0.5, rng)
        unit.stands_outside = True
