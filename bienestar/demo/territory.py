"""The invented territory of one state: municipalities and localities, their people, how remote and how poor."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass

from bienestar.demo.dice import clamp, dice, shares
from bienestar.demo.land import Plot, Point
from bienestar.demo.size import FIRST_CODE, Size
from bienestar.demo.words import locality_names, municipality_names, state_name

#: Least index of each degree of marginalisation but the highest, degree 1 first: the limits between the degrees as
#: the index published for 2020 has them (a higher index is less marginalised).
LEAST_INDEX = (56.54, 54.59, 52.64, 48.73)


@dataclass(frozen=True)
class Locality:
    """A town or village."""

    code: str
    name: str
    point: Point
    people: int


@dataclass(frozen=True)
class Municipality:
    """One municipality with the figures that are told of it. ``remote``: 0 the capital, 1 the farthest hills."""

    code: str
    name: str
    plot: Plot
    remote: float
    people: int
    no_social_security: int
    no_entitlement: int
    no_access: int
    indigenous: int
    index: float
    degree: int
    localities: tuple[Locality, ...]

    @property
    def head(self) -> Locality:
        """The town where the town hall is."""
        return self.localities[0]


@dataclass(frozen=True)
class State:
    """An invented state. ``capital`` is the place of the capital in ``municipalities``."""

    code: str
    name: str
    municipalities: tuple[Municipality, ...]
    capital: int

    def within(self, plot: Plot, share: float, rng: random.Random) -> Point:
        """A point of a municipality, at most ``share`` of the way from its centre to its border.

        Every point of the border can be seen from the centre, so such a point lies inside.
        """
        return _towards(plot, share, rng)


def invent_state(seed: int, code: str, size: Size, plots: list[Plot]) -> State:
    """Give names, people and figures to the plots of a state."""
    rng = dice(seed, code, "territory")
    middle = (sum(p.centre[0] for p in plots) / len(plots), sum(p.centre[1] for p in plots) / len(plots))
    capital = min(range(len(plots)), key=lambda i: math.dist(plots[i].centre, middle))
    remote = _remoteness(rng, plots, capital)
    weights = [rng.lognormvariate(0, 0.5) * (1.75 - 1.4 * far) for far in remote]
    weights[capital] = 0.2 * sum(weights) + weights[capital]
    people = shares(size.people, weights)
    names = municipality_names(rng, len(plots))
    municipalities = tuple(
        _municipality(rng, f"{code}{i + 1:03d}", names[i], plots[i], remote[i], people[i], size)
        for i in range(len(plots))
    )
    return State(code, state_name(int(code) - FIRST_CODE), municipalities, capital)


def _remoteness(rng: random.Random, plots: list[Plot], capital: int) -> list[float]:
    """From 0 at the capital to 1: distance, one range of hills in some direction, and chance."""
    away = [math.dist(plot.centre, plots[capital].centre) for plot in plots]
    hills = rng.uniform(0, 2 * math.pi)
    rough = []
    for plot, far in zip(plots, away, strict=True):
        x, y = plot.centre[0] - plots[capital].centre[0], plot.centre[1] - plots[capital].centre[1]
        towards = (x * math.cos(hills) + y * math.sin(hills)) / (max(away) or 1)
        rough.append(0.55 * far / (max(away) or 1) + 0.4 * towards + rng.uniform(0, 0.3))
    rough[capital] = min(rough)
    low, high = min(rough), max(rough)
    return [(value - low) / ((high - low) or 1) for value in rough]


def _municipality(
    rng: random.Random, code: str, name: str, plot: Plot, remote: float, people: int, size: Size
) -> Municipality:
    speakers = clamp(0.015 + 0.8 * remote**2.2 * rng.uniform(0.3, 1.15), 0.005, 0.93)
    index = round(60.0 - 10.5 * remote - 5.0 * speakers + rng.uniform(-1.2, 1.2), 3)
    uninsured = clamp(0.42 + 0.36 * remote + rng.uniform(-0.05, 0.05))
    return Municipality(
        code=code,
        name=name,
        plot=plot,
        remote=remote,
        people=people,
        no_social_security=round(people * uninsured),
        no_entitlement=round(people * clamp(0.16 + 0.17 * remote + rng.uniform(-0.04, 0.04))),
        no_access=round(people * clamp(0.22 + 0.25 * remote + rng.uniform(-0.05, 0.05))),
        indigenous=round(people * speakers),
        index=index,
        degree=1 + sum(index < limit for limit in LEAST_INDEX),
        localities=_localities(rng, code, name, plot, remote, people, size),
    )


def _localities(
    rng: random.Random, code: str, name: str, plot: Plot, remote: float, people: int, size: Size
) -> tuple[Locality, ...]:
    """The head town, then villages; the more remote, the more people live in villages."""
    count = max(4, round(2.1 * size.units / size.municipalities * rng.uniform(0.75, 1.3)))
    head = clamp(0.62 - 0.45 * remote + rng.uniform(-0.06, 0.06), 0.08, 0.8)
    weights = [1 / (n + 2) ** 0.7 * rng.uniform(0.6, 1.4) for n in range(count - 1)]
    parts = [round(people * head), *shares(people - round(people * head), weights)]
    names = [name, *locality_names(rng, count - 1)]
    points = [plot.centre] + [_towards(plot, 0.88, rng) for _ in range(count - 1)]
    return tuple(Locality(f"{code}{n + 1:04d}", names[n], points[n], parts[n]) for n in range(count))


def _towards(plot: Plot, share: float, rng: random.Random) -> Point:
    corner = plot.ring[rng.randrange(len(plot.ring) - 1)]
    way = share * math.sqrt(rng.uniform(0.02, 1))
    x = plot.centre[0] + way * (corner[0] - plot.centre[0])
    y = plot.centre[1] + way * (corner[1] - plot.centre[1])
    return (round(x, 5), round(y, 5))
