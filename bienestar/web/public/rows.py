"""Published totals as rows, with counts of few people held back: the page and the file show the same."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from bienestar.calculations.disclosure import is_few
from bienestar.foundation.definitions.catalogue import catalogue, resource_name


@dataclass(frozen=True)
class Cell:
    """A figure for everybody: known, not known, or few people."""

    value: float | None
    few: bool = False

    @property
    def plain(self) -> str:
        """The figure in a file: the number, "<5", or "unknown"."""
        if self.few:
            return "<5"
        return "unknown" if self.value is None else f"{round(self.value, 1):g}"


@dataclass(frozen=True)
class ResourceRow:
    """One resource over a whole territory."""

    code: str
    group: str
    name: str
    required: Cell
    existing: Cell
    usable: Cell
    gap: Cell
    units_required: int
    units_short: int
    units_unknown: int


@dataclass(frozen=True)
class ServiceRow:
    """One service over a whole territory."""

    code: str
    name: str
    units_required: int
    units_ready: int
    units_unknown: int
    people: Cell
    people_ready: Cell


def people(count: float | None) -> Cell:
    """A count of people, held back when they are few."""
    return Cell(None, few=True) if is_few(count) else Cell(None if count is None else round(count))


def resource_rows(totals: Iterable[Any], language: str) -> list[ResourceRow]:
    """Rows of ``AreaTotal`` in the order of the catalogue. Where no unit could be counted the gap is not known."""
    order = list(catalogue().resources)
    rows = [_resource(row, language) for row in totals]
    return sorted(rows, key=lambda row: (order.index(row.code) if row.code in order else len(order), row.code))


def _resource(row: Any, language: str) -> ResourceRow:
    counted = row.units_unknown < row.units_required
    # Who works in a post is a person; a room or a device is not.
    shown = people if row.resource.startswith("staff.") else Cell
    return ResourceRow(
        code=row.resource,
        group=row.resource.split(".")[0],
        name=resource_name(row.resource, language),
        required=Cell(row.required),
        existing=Cell(row.existing) if counted else Cell(None),
        usable=shown(row.usable) if counted else Cell(None),
        gap=Cell(row.gap) if counted else Cell(None),
        units_required=row.units_required,
        units_short=row.units_short,
        units_unknown=row.units_unknown,
    )


def service_rows(totals: Iterable[Any], standards: Any, language: str) -> list[ServiceRow]:
    """Rows of ``AreaService`` in the order of the standards."""
    order = list(standards.services)
    rows = [
        ServiceRow(
            code=row.service,
            name=standards.service_name(row.service, language),
            units_required=row.units_required,
            units_ready=row.units_ready,
            units_unknown=row.units_unknown,
            people=people(row.people),
            # Where no unit is ready the zero tells of units, which are shown, and of nobody in particular.
            people_ready=people(row.people_ready) if row.units_ready else Cell(0),
        )
        for row in totals
    ]
    return sorted(rows, key=lambda row: (order.index(row.code) if row.code in order else len(order), row.code))


def grouped(rows: Iterable[ResourceRow]) -> list[tuple[str, list[ResourceRow]]]:
    """Resources by group, in the order of the catalogue."""
    found: dict[str, list[ResourceRow]] = {}
    for row in rows:
        found.setdefault(row.group, []).append(row)
    return list(found.items())


def columns() -> list[tuple[str, str]]:
    """Columns of the file with what each means."""
    return [
        ("kind", _("resource or service")),
        ("code", _("code in the open definitions")),
        ("name", _("name")),
        ("required", _("what the standards ask for, all units together")),
        ("existing", _("what there is; for staff, authorised posts")),
        ("usable", _("what can be used; for staff, people at work")),
        ("gap", _("what is missing, summed unit by unit: one unit's surplus does not fill another's gap")),
        ("units_required", _("units that must have it or offer it")),
        ("units_short", _("units that lack some of it")),
        ("units_ready", _("units where the service is ready")),
        ("units_unknown", _("units where it is not known")),
        ("people", _("people without social security of the units that must offer it")),
        ("people_ready", _("of them, those whose unit has it ready")),
    ]


def table(resources: Iterable[ResourceRow], services: Iterable[ServiceRow]) -> list[list[Any]]:
    """All rows in the columns of the file; what does not apply is empty."""
    found: list[list[Any]] = []
    for row in resources:
        cells = [row.required.plain, row.existing.plain, row.usable.plain, row.gap.plain]
        found.append(
            ["resource", row.code, row.name, *cells, row.units_required, row.units_short, "", row.units_unknown, "", ""]
        )
    for one in services:
        counts = [one.units_required, "", one.units_ready, one.units_unknown]
        found.append(["service", one.code, one.name, "", "", "", "", *counts, one.people.plain, one.people_ready.plain])
    return found
