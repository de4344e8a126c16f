"""What a state diagnosis says, as plain values: read once from the database, then written in words, pages and sheets.

Nothing here knows a language's grammar, HTML or Typst. A value of None is not known and is never turned into 0.
Names of resources, services and types are already in the reader's language.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Identity:
    """What the document is about and what makes it checkable."""

    area_code: str
    area_name: str
    level: str
    as_of: dt.date
    run: int
    made_at: dt.datetime
    made_by: str
    published_at: dt.datetime | None
    records_sha256: str
    standards_version: str
    standards_sha256: str


@dataclass(frozen=True)
class Coverage:
    """How much of the territory the diagnosis saw. ``lines_unknown``: (unit, resource) pairs without an answer."""

    units: int
    units_observed: int
    units_without_standard: int
    lines: int
    lines_unknown: int

    @property
    def units_not_observed(self) -> int:
        return self.units - self.units_observed


@dataclass(frozen=True)
class ServiceTotal:
    """A service over the units that must offer it."""

    code: str
    name: str
    units_required: int
    units_ready: int
    units_unknown: int
    people: float | None
    people_ready: float | None

    @property
    def units_held(self) -> int:
        """Units in which the service is known to be held back."""
        return self.units_required - self.units_ready - self.units_unknown


@dataclass(frozen=True)
class ResourceTotal:
    """A resource over the units that must have it; figures are sums over the units where they are known."""

    code: str
    group: str
    name: str
    required: float
    existing: float
    usable: float
    gap: float
    to_repair: float
    to_acquire: float
    repairs: int
    acquisitions: int
    units_required: int
    units_short: int
    units_unknown: int

    @property
    def units_known(self) -> int:
        return self.units_required - self.units_unknown


@dataclass(frozen=True)
class PlaceRow:
    """One municipality (or state, for the country). ``staff_gap`` None: nothing could be compared there."""

    code: str
    name: str
    people: float | None
    units: int
    units_observed: int
    services_required: int
    services_ready: int
    services_unknown: int
    staff_gap: float | None
    equipment_gap: float | None


@dataclass(frozen=True)
class UnitRow:
    """One unit. ``missing``: what holds its services back, (name of resource, quantity), the largest first."""

    key: str
    name: str
    municipality: str
    unit_type: str
    observed: bool
    people: float | None
    services_required: int
    services_ready: int
    services_unknown: int
    staff_gap: float | None
    equipment_gap: float | None
    lines_unknown: int
    missing: tuple[tuple[str, float], ...] = ()

    @property
    def services_held(self) -> int:
        """Services known to be held back."""
        return self.services_required - self.services_ready - self.services_unknown

    @property
    def hardship(self) -> float:
        """People served times the share of the required services known to be held back; orders the worst-off."""
        if not self.services_required:
            return 0.0
        return (self.people or 0.0) * self.services_held / self.services_required


@dataclass(frozen=True)
class StaffGroupRow:
    """Categories of staff that are read together; ``lines``: (unit, category) pairs that ask for somebody."""

    name: str
    required: float
    existing: float
    usable: float
    gap: float
    lines: int
    lines_unknown: int


@dataclass(frozen=True)
class PublishedFigure:
    """A figure that somebody else published for the same territory; ``subject``: "staff_gap" or "equipment_gap"."""

    subject: str
    statement: str
    value: float
    at_least: bool
    as_of: dt.date
    source: str
    how_counted: str


@dataclass(frozen=True)
class PlanItem:
    """One service in one unit that the plan chooses or leaves out, and why (already in words)."""

    key: str
    unit: str
    municipality: str
    service: str
    chosen: bool
    cost: Decimal | None
    people: float | None
    value: float
    reason: str


@dataclass(frozen=True)
class Purchase:
    """A line of the shopping list: a resource over all the units that the plan gives it to."""

    code: str
    group: str
    name: str
    money: str
    to_repair: float
    to_acquire: float
    units: int
    cost: Decimal


@dataclass(frozen=True)
class Plan:
    """The scenario that the document carries."""

    number: int
    name: str
    made_at: dt.datetime
    made_by: str
    budget: Decimal
    spent: Decimal
    value: float
    bound: float
    gap: float
    greedy_value: float
    people_gaining: float
    price_of_million: float
    costs_version: str
    costs_sha256: str
    spent_by_money: tuple[tuple[str, Decimal], ...]
    items: tuple[PlanItem, ...]
    refused_reasons: tuple[tuple[str, int], ...]
    purchases: tuple[Purchase, ...]

    @property
    def chosen(self) -> tuple[PlanItem, ...]:
        return tuple(item for item in self.items if item.chosen)


@dataclass(frozen=True)
class Source:
    """A file from which values of the diagnosis came."""

    name: str
    kind: str
    publisher: str
    published_on: dt.date | None
    sha256: str


@dataclass(frozen=True)
class Map:
    """A map as stand-alone SVG, with what its shades mean."""

    svg: str
    legend: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Content:
    """Everything that the document says."""

    language: str
    identity: Identity
    coverage: Coverage
    services: tuple[ServiceTotal, ...]
    resources: tuple[ResourceTotal, ...]
    places: tuple[PlaceRow, ...]
    units: tuple[UnitRow, ...]
    staff_groups: tuple[StaffGroupRow, ...]
    published: tuple[PublishedFigure, ...]
    vacancies: float | None
    sources: tuple[Source, ...]
    plan: Plan | None = None
    map: Map | None = None
    shows_people: bool = True

    def resources_of(self, *groups: str) -> tuple[ResourceTotal, ...]:
        """Resources of some groups, in the order given by the standards' catalogue."""
        return tuple(row for row in self.resources if row.group in groups)

    def known_of(self, group: str) -> tuple[int, int]:
        """Answers about a group that are known, and all: pairs of a resource and a unit that needs it."""
        rows = self.resources_of(group)
        return sum(row.units_known for row in rows), sum(row.units_required for row in rows)

    def gap_of(self, group: str) -> float | None:
        """The gap of a whole group; None when nothing of it could be compared in any unit."""
        rows = [row for row in self.resources_of(group) if row.units_known]
        return sum(row.gap for row in rows) if rows else None
