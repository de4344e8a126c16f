"""Drawing an invented country: municipalities as Voronoi cells whose borders are made wobbly once for both sides.

Neighbours share each border point for point, so that there is neither gap nor overlap. A border is moved only within
the two triangles between it and the two centres, which tile the plane, so no two borders can cross.
The land lies in the open Pacific, where no real place is.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from scipy.spatial import Voronoi

from bienestar.demo.dice import array_dice
from bienestar.demo.size import FIRST_CODE

Point = tuple[float, float]
Ring = list[Point]

WEST, SOUTH = -134.0, 13.5  # degrees: the corner from which the states are laid out
PITCH = 1.5  # degrees between neighbouring states
COLUMNS = 7
DIGITS = 5  # of a degree: a metre


@dataclass(frozen=True)
class Plot:
    """One municipality as drawn: its centre and its outline, a closed ring of (longitude, latitude)."""

    centre: Point
    ring: Ring


def draw(seed: int, counts: dict[str, int]) -> dict[str, list[Plot]]:
    """Draw states side by side: state code → its municipalities, as many as ``counts`` says."""
    names = sorted(counts)
    seeds = np.array([_seat(seed, code) for code in names])
    land = _land(seed, names, seeds)
    centres, owners = [], []
    for place, code in enumerate(names):
        found = _centres(array_dice(seed, code, "centres"), land, seeds, place, counts[code])
        centres.append(found)
        owners.extend([code] * len(found))
    inner = np.vstack(centres)
    sea = _sea(array_dice(seed, "sea"), land, max(counts.values()))
    rings = _rings(seed, np.vstack([inner, sea]), len(inner))
    plots: dict[str, list[Plot]] = {code: [] for code in names}
    for owner, centre, ring in zip(owners, inner, rings, strict=True):
        plots[owner].append(Plot((round(float(centre[0]), DIGITS), round(float(centre[1]), DIGITS)), ring))
    return plots


def outline(plots: list[Plot]) -> shapely.Geometry:
    """The outline of several municipalities together."""
    return shapely.coverage_union_all([shapely.Polygon(plot.ring) for plot in plots])


def _seat(seed: int, code: str) -> Point:
    place = int(code) - FIRST_CODE
    row, column = divmod(place, COLUMNS)
    jitter = array_dice(seed, code, "seat").uniform(-0.1, 0.1, 2) * PITCH
    return (
        WEST + (column + 0.5 * (row % 2)) * PITCH + float(jitter[0]),
        SOUTH + row * PITCH * 0.87 + float(jitter[1]),
    )


def _land(seed: int, names: list[str], seeds: np.ndarray) -> shapely.Geometry:
    """A blob round each state's seat, melted together; what they enclose is land too."""
    turns = np.linspace(0, 2 * np.pi, 73)[:-1]
    blobs = []
    for code, (x, y) in zip(names, seeds, strict=True):
        rng = array_dice(seed, code, "coast")
        radius = np.full_like(turns, 0.6)
        for wave in (2, 3, 5):
            radius += rng.uniform(0.02, 0.08) / np.sqrt(wave) * np.cos(wave * turns + rng.uniform(0, 6.28))
        blobs.append(
            shapely.Polygon(np.column_stack([x + PITCH * radius * np.cos(turns), y + PITCH * radius * np.sin(turns)]))
        )
    melted = shapely.union_all(blobs)
    parts = [shapely.Polygon(part.exterior) for part in getattr(melted, "geoms", [melted])]
    return shapely.union_all(parts)


def _centres(rng: np.random.Generator, land: shapely.Geometry, seeds: np.ndarray, place: int, count: int) -> np.ndarray:
    """Centres inside one state, each the farthest from those before it among a few tries: spread, but not a grid."""
    spacing = PITCH / np.sqrt(count)
    inside = shapely.buffer(land, -0.3 * spacing)
    shapely.prepare(inside)
    found = [seeds[place]]
    while len(found) < count:
        tries = seeds[place] + rng.uniform(-0.75, 0.75, (40, 2)) * PITCH
        nearest = ((tries[:, None, :] - seeds[None, :, :]) ** 2).sum(axis=2).argmin(axis=1)
        tries = tries[(nearest == place) & shapely.contains_xy(inside, tries[:, 0], tries[:, 1])][:9]
        if len(tries):
            apart = ((tries[:, None, :] - np.array(found)[None, :, :]) ** 2).sum(axis=2).min(axis=1)
            found.append(tries[apart.argmax()])
    return np.array(found)


def _sea(rng: np.random.Generator, land: shapely.Geometry, most: int) -> np.ndarray:
    """Points of the sea round the land, so that every municipality at the coast ends half-way to one of them."""
    pitch = PITCH / np.sqrt(most)
    west, south, east, north = shapely.bounds(land)
    x, y = np.meshgrid(
        np.arange(west - 4 * pitch, east + 4 * pitch, pitch), np.arange(south - 4 * pitch, north + 4 * pitch, pitch)
    )
    points = np.column_stack([x.ravel(), y.ravel()]) + rng.uniform(-0.3, 0.3, (x.size, 2)) * pitch
    wet = ~shapely.contains_xy(shapely.buffer(land, 0.15 * pitch), points[:, 0], points[:, 1])
    return points[wet]


def _rings(seed: int, sites: np.ndarray, count: int) -> list[Ring]:
    """The outline of each of the first ``count`` sites' cells, closed, counter-clockwise."""
    cells = Voronoi(sites)
    borders: list[list[tuple[float, Ring, bool]]] = [[] for _ in range(count)]
    spacing = float(np.sqrt(np.ptp(sites[:, 0]) * np.ptp(sites[:, 1]) / len(sites)))
    for (one, other), ends in zip(cells.ridge_points, cells.ridge_vertices, strict=True):
        if min(one, other) >= count:
            continue
        if min(ends) < 0:
            raise RuntimeError("a municipality reaches the edge of the drawing: there is not enough sea round it")
        start, end = cells.vertices[ends[0]], cells.vertices[ends[1]]
        line = _wobble(seed, sites[one], start, end, spacing)
        for site in (one, other):
            if site < count:
                middle = (start + end) / 2 - sites[site]
                turn = (start[0] - sites[site][0]) * (end[1] - sites[site][1]) - (start[1] - sites[site][1]) * (
                    end[0] - sites[site][0]
                )
                borders[site].append((float(np.arctan2(middle[1], middle[0])), line, bool(turn > 0)))
    rings = []
    for lines in borders:
        ring: Ring = []
        for _, line, forward in sorted(lines, key=lambda border: border[0]):
            ring.extend((line if forward else line[::-1])[:-1])
        rings.append([*ring, ring[0]])
    return rings


def _wobble(seed: int, centre: np.ndarray, start: np.ndarray, end: np.ndarray, spacing: float) -> Ring:
    """The straight border from ``start`` to ``end`` with points moved sideways, both ends kept."""
    along = end - start
    length = float(np.hypot(*along))
    first = tuple(round(float(v), DIGITS) for v in start)
    last = tuple(round(float(v), DIGITS) for v in end)
    pieces = max(1, round(length / spacing * 7))
    if pieces == 1 or first == last:
        return [first, last]  # type: ignore[list-item]  pairs
    unit = along / length
    foot = float((centre - start) @ unit)
    height = abs(float(along[0] * (centre[1] - start[1]) - along[1] * (centre[0] - start[0]))) / length
    t = np.linspace(0, length, pieces + 1)[1:-1]
    room = np.full_like(t, height)
    if foot > 0:
        room = np.minimum(room, height * t / foot)
    if foot < length:
        room = np.minimum(room, height * (length - t) / (length - foot))
    rng = array_dice(seed, *sorted([first, last]))
    ends = np.minimum(t, length - t)
    side = np.zeros_like(t)
    for wave in (1, 2, 4):
        side += rng.uniform(-1, 1) / wave * np.sin(wave * np.pi * t / length + rng.uniform(0, 6.28))
    side += rng.uniform(-0.35, 0.35, len(t))
    move = np.clip(0.16 * spacing * side, -0.45 * np.minimum(room, ends), 0.45 * np.minimum(room, ends))
    x = start[0] + t * unit[0] - move * unit[1]
    y = start[1] + t * unit[1] + move * unit[0]
    middle = [(round(float(a), DIGITS), round(float(b), DIGITS)) for a, b in zip(x, y, strict=True)]
    return [first, *middle, last]  # type: ignore[list-item]  pairs
