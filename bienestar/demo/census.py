"""What two census rounds saw: an earlier one of part of the units and a later one of nearly all, with honest holes."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass

from bienestar.demo.dice import dice
from bienestar.demo.endowment import Having, activity, endow
from bienestar.demo.size import (
    FIRST_REVIEW,
    FIRST_ROUND,
    LAST_REVIEW,
    LEFT_FOR_LAST,
    SECOND_REVIEW,
    SECOND_ROUND,
)
from bienestar.demo.units import InventedUnit

#: Sections of the form, by the group of the resource; a section that was not counted is told as such.
SECTIONS = {"utility": 4, "water": 4, "room": 5, "bed": 5, "staff": 6, "equipment": 7, "opening": 1, "activity": 5}
NOT_VISITED = 0.09
WAITING = 0.05
REFUSED_NOTE = "Lo anotado corresponde a otra unidad; hay que volver a visitarla."


@dataclass(frozen=True)
class Sight:
    """One visit: the unit's place in the list, the day, the team, what was seen, and what became of it."""

    unit: int
    on: dt.date
    team: str
    seen: Having
    stage: str  # accepted · recorded · refused
    reviewed_on: dt.date


@dataclass(frozen=True)
class Round:
    """One round as it went: teams with their number of surveyors, units expected, visits."""

    name: str
    starts_on: dt.date
    ends_on: dt.date
    teams: tuple[tuple[str, int], ...]
    expected: tuple[int, ...]
    visits: tuple[Sight, ...]
    closed: bool


def invent_rounds(seed: int, code: str, units: list[InventedUnit]) -> tuple[Round, Round]:
    """The earlier and the later round of a state."""
    truth = dice(seed, code, "endowment")
    having = [endow(truth, unit) for unit in units]
    work = [activity(truth, unit, have) for unit, have in zip(units, having, strict=True)]
    before = dice(seed, code, "before")
    earlier = [_a_year_before(before, have) for have in having]
    later = [have | done for have, done in zip(having, work, strict=True)]
    return (
        _round(dice(seed, code, "first round"), units, earlier, first=True),
        _round(dice(seed, code, "second round"), units, later, first=False),
    )


def _a_year_before(rng: random.Random, having: Having) -> Having:
    """Most things were as they are now; more were missing than have broken since."""
    found: Having = {}
    if rng.random() < 0.4:
        return dict(having)
    for name, (existing, usable) in having.items():
        chance = rng.random()
        if existing is None or usable is None or name.startswith("opening.hours"):
            found[name] = (existing, usable)
        elif name == "opening.days_per_week":
            found[name] = (5.0, 5.0) if existing == 6 or (existing == 7 and chance < 0.25) else (existing, usable)
        elif chance < 0.022 and existing > 0:
            found[name] = (existing - 1, min(usable, existing - 1))
        elif chance < 0.045 and usable > 0:
            found[name] = (existing, usable - 1)
        elif chance > 0.85 and usable < existing:
            found[name] = (existing, usable + 1)
        else:
            found[name] = (existing, usable)
    return found


def _round(rng: random.Random, units: list[InventedUnit], having: list[Having], *, first: bool) -> Round:
    starts, ends = FIRST_ROUND if first else SECOND_ROUND
    open_units = [n for n, unit in enumerate(units) if unit.kind.care and unit.status != "building"]
    if first:
        open_units = [
            n for n in open_units if units[n].kind.beds or rng.random() < 0.42 - 0.2 * units[n].municipality.remote
        ]
    teams = _teams(units, open_units, 12 if len(open_units) > 60 else 3)
    days = [starts + dt.timedelta(days=n) for n in range((ends - starts).days + 1)]
    days = [day for day in days if day.weekday() < 5]
    visits, refused = [], False
    for team, members in teams.items():
        for turn, n in enumerate(members):
            if rng.random() < NOT_VISITED * (0.5 + units[n].municipality.remote) or units[n].status == "closed":
                continue
            on = days[min(len(days) - 1, turn * len(days) // max(1, len(members)))]
            stage = "accepted" if first or rng.random() >= WAITING else "recorded"
            if not first and not refused and turn > 1 and not units[n].kind.beds:
                stage, refused = "refused", True
            visits.append(Sight(n, on, team, _seen(rng, having[n]), stage, _reviewed(on, ends, first)))
    name = f"Censo de unidades médicas {starts.year}" + (" (primera parte)" if first else "")
    sizes = tuple((team, 3 + (place * 7) % 4) for place, team in enumerate(teams))
    return Round(
        name, starts, ends, sizes, tuple(open_units), tuple(sorted(visits, key=lambda v: (v.on, v.unit))), first
    )


def _reviewed(on: dt.date, ends: dt.date, first: bool) -> dt.date:
    """The day on which the papers of a visit are reviewed, if they are."""
    if first:
        return FIRST_REVIEW
    return LAST_REVIEW if on > ends - LEFT_FOR_LAST else SECOND_REVIEW


def _teams(units: list[InventedUnit], chosen: list[int], count: int) -> dict[str, list[int]]:
    """Each team has neighbouring municipalities, in the order of their codes."""
    order = sorted(chosen, key=lambda n: (units[n].district, units[n].municipality.code, n))
    found: dict[str, list[int]] = {}
    for rank, n in enumerate(order):
        found.setdefault(f"Brigada {rank * count // len(order) + 1:02d}", []).append(n)
    return found


def _seen(rng: random.Random, having: Having) -> Having:
    """What the form says: whole sections not counted here and there, single things now and then."""
    missing = {section for section in sorted(set(SECTIONS.values())) if rng.random() < 0.035}
    found: Having = {}
    for name, (existing, usable) in having.items():
        group = name.split(".")[0]
        if SECTIONS[group] in missing and name != "opening.days_per_week" or group == "water" and rng.random() < 0.35:
            found[name] = (None, None)
        elif group == "equipment" and rng.random() < 0.006:
            found[name] = (existing, None)
        else:
            found[name] = (existing, usable)
    return found
