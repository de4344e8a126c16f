"""How a plan values people and which limits it keeps unless told otherwise: ``definitions/planning.yaml``."""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

from pydantic import Field

from bienestar.foundation.definitions.catalogue import catalogue
from bienestar.foundation.definitions.files import Definition, Located, Location, definitions_dir
from bienestar.foundation.definitions.standard_shapes import Basis

DEGREES = (1, 2, 3, 4, 5)


class UnknownWeight(Definition):
    """Weight of people whose municipality has no degree."""

    weight: float = Field(gt=0)
    basis: str


class MarginalisationWeights(Definition):
    """Weight of one person by CONAPO's degree of the unit's municipality, 1 very low to 5 very high."""

    basis: str
    by_degree: dict[int, float]
    unknown: UnknownWeight

    def of(self, degree: int | None) -> float:
        """The weight for a degree; None is not known."""
        return self.unknown.weight if degree is None else self.by_degree[degree]


class EquityDefault(Definition):
    """At least ``share`` of the money goes to municipalities of these degrees."""

    degrees: list[int] = Field(min_length=1)
    share: float = Field(ge=0, le=1)
    basis: str


class HireDefaults(Definition):
    """People that can be hired by category when a plan does not say."""

    basis: str
    limits: dict[str, float] = {}


class Horizon(Definition):
    """Years of wages and yearly expenses that a plan pays."""

    years: float = Field(gt=0, le=30)
    basis: str


class AtLeast(Definition):
    """How much of a resource is taken to be there where nobody counted it."""

    quantity: float = Field(ge=0)
    basis: str


class Uncounted(Definition):
    """What a plan does about a resource that nobody counted in a service with a known gap.

    "buy": takes it as missing, so that the service is sure to be ready; "leave": the service cannot be planned.
    """

    policy: Literal["buy", "leave"]
    basis: str
    at_least: dict[str, AtLeast] = {}

    def lacking(self, resource: str, asked: float) -> float:
        """How much of a resource that nobody counted is taken as missing."""
        there = self.at_least[resource].quantity if resource in self.at_least else 0.0
        return max(asked - there, 0.0)


class PlanningFile(Definition):
    """definitions/planning.yaml as written."""

    version: str
    bases: dict[str, Basis]
    marginalisation_weights: MarginalisationWeights
    equity_floors: list[EquityDefault] = []
    hires: HireDefaults
    horizon_years: Horizon
    uncounted: Uncounted


class PlanningRules(PlanningFile):
    """The rules in force with the hash of their file."""

    sha256: str


def planning_rules() -> PlanningRules:
    """The rules in force; read again only when a file has changed. Raises DefinitionError."""
    path = definitions_dir() / "planning.yaml"
    return _load(str(path), path.stat().st_mtime_ns if path.exists() else 0)


@lru_cache(maxsize=4)
def _load(path: str, time: int) -> PlanningRules:
    located = Located(definitions_dir() / "planning.yaml")
    found = located.parse(PlanningFile)
    weights = found.marginalisation_weights
    at: Location = ("marginalisation_weights", "by_degree")
    if sorted(weights.by_degree) != list(DEGREES):
        raise located.error(at, "a weight is needed for each of the degrees 1 to 5 and no other")
    for degree, weight in weights.by_degree.items():
        if weight <= 0:
            raise located.error((*at, degree), f"a weight must be above 0 (got {weight})")
    _check_floors(located, found)
    _check_hires(located, found)
    for code in found.uncounted.at_least:
        if code not in catalogue().resources:
            raise located.error(("uncounted", "at_least", code), f"there is no resource {code!r} in resources.yaml")
    bases: list[tuple[Location, str]] = [
        (("marginalisation_weights", "basis"), weights.basis),
        (("hires", "basis"), found.hires.basis),
    ]
    bases.append((("marginalisation_weights", "unknown", "basis"), weights.unknown.basis))
    bases.append((("horizon_years", "basis"), found.horizon_years.basis))
    bases.append((("uncounted", "basis"), found.uncounted.basis))
    bases += [(("uncounted", "at_least", code, "basis"), one.basis) for code, one in found.uncounted.at_least.items()]
    bases += [(("equity_floors", i, "basis"), floor.basis) for i, floor in enumerate(found.equity_floors)]
    for where, basis in bases:
        if basis not in found.bases:
            raise located.error(where, f"there is no basis {basis!r} under bases")
    return PlanningRules(**found.model_dump(), sha256=located.sha256)


def _check_floors(located: Located, found: PlanningFile) -> None:
    for number, floor in enumerate(found.equity_floors):
        for degree in floor.degrees:
            if degree not in DEGREES:
                raise located.error(("equity_floors", number, "degrees"), f"{degree} is not a degree from 1 to 5")


def _check_hires(located: Located, found: PlanningFile) -> None:
    known = catalogue().resources
    for code, people in found.hires.limits.items():
        if code not in known or known[code].group != "staff":
            raise located.error(("hires", "limits", code), f"{code!r} is not a category of staff in resources.yaml")
        if people < 0:
            raise located.error(("hires", "limits", code), f"people to hire cannot be fewer than 0 (got {people})")
