"""Storing an invented state through the same actions that people and importers use.

``build_state`` is the entry for tests and benchmarks: a whole small state, diagnosed or not, in a second or two.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from bienestar.demo import size as story
from bienestar.demo.census import Round, invent_rounds
from bienestar.demo.ground import store_ground
from bienestar.demo.land import Plot, draw
from bienestar.demo.rounds import store_round
from bienestar.demo.size import SMALL, Size
from bienestar.demo.stock import store_units
from bienestar.demo.territory import State, invent_state
from bienestar.demo.units import InventedUnit, invent_units
from bienestar.foundation.journal.actions import keep_source
from bienestar.foundation.journal.queries import source_with_hash

if TYPE_CHECKING:
    from bienestar.foundation.accounts.models import User

KIND = "demo"
PUBLISHER = "Datos inventados"
#: Kinds of clinic where people enrol, the first that the state has.
COUNTERS = ("urban", "extended", "rural", "rural_medical", "general_hospital")


@dataclass(frozen=True)
class Built:
    """What was made: the state, the keys in use by kind of unit, and the names of its census rounds."""

    code: str
    path: str
    keys: dict[str, tuple[str, ...]]
    rounds: tuple[str, ...]

    def unit(self, kind: str = "rural") -> str:
        """The key of one unit of a kind (``bienestar.demo.kinds``) that works."""
        return self.keys[kind][0]

    @property
    def counter(self) -> str:
        """The key of the clinic at whose counter people enrol."""
        return self.unit(next(kind for kind in COUNTERS if kind in self.keys))


@transaction.atomic
def build_state(
    *, by: User, seed: int = 1, code: str = "51", size: Size = SMALL, plots: list[Plot] | None = None
) -> Built:
    """Invent one state and store it, in one transaction; what is stored already is left as it is.

    ``code``: "51" to "82". ``plots``: its drawing, when it is one of several states drawn together.
    """
    state = invent_state(seed, code, size, plots or draw(seed, {code: size.municipalities})[code])
    units = invent_units(seed, state, size)
    rounds = invent_rounds(seed, code, units)
    built = _summary(state, units, rounds)
    mark = mark_of(seed, code, size)
    if source_with_hash(mark, KIND):
        return built
    sources = {
        "territory": _source(mark, f"territorio-{code}", story.POPULATION_DAY),
        "projection": _source(mark, f"proyeccion-{code}", story.PROJECTION_DAY),
        "first list": _source(mark, f"unidades-{code}-{story.FIRST_LIST_DAY.year}", story.FIRST_LIST_DAY),
        "second list": _source(mark, f"unidades-{code}-{story.SECOND_LIST_DAY.year}", story.SECOND_LIST_DAY),
        "hours": _source(mark, f"horarios-{code}", story.HOURS_DAY),
        "catchment": _source(mark, f"areas-de-influencia-{code}", story.CATCHMENT_DAY),
        "first round": _source(mark, f"censo-{code}-{story.FIRST_ROUND[1].year}", story.FIRST_ROUND[1]),
        "second round": _source(mark, f"censo-{code}-{story.SECOND_ROUND[1].year}", story.SECOND_ROUND[1]),
    }
    area = store_ground(by, state, sources)
    ids = store_units(by, units, sources)
    for round_, source in zip(rounds, ("first round", "second round"), strict=True):
        store_round(by, area, round_, ids, sources[source])
    keep_source(sha256=mark, kind=KIND, name=f"estado-{code}", publisher=PUBLISHER)
    return built


def mark_of(seed: int, code: str, size: Size) -> str:
    """The hash that stands for a state made whole: it is kept as the last thing of the state's own transaction."""
    told = f"bienestar demo 1/{seed}/{code}/{size.municipalities}/{size.units}/{size.hospitals}/{size.people}"
    return hashlib.sha256(told.encode()).hexdigest()


def _source(mark: str, name: str, published_on: object) -> object:
    sha256 = hashlib.sha256(f"{mark}/{name}".encode()).hexdigest()
    return keep_source(sha256=sha256, kind=KIND, name=name, publisher=PUBLISHER, published_on=published_on)


def _summary(state: State, units: list[InventedUnit], rounds: tuple[Round, Round]) -> Built:
    keys: dict[str, list[str]] = {}
    for unit in units:
        if unit.status == "operating":
            keys.setdefault(unit.kind.code, []).append(unit.key)
    return Built(
        code=state.code,
        path=f"MX/{state.code}/",
        keys={kind: tuple(found) for kind, found in keys.items()},
        rounds=tuple(round_.name for round_ in rounds),
    )
