"""The units table of a territory: one page of it on the screen, all of it as CSV or XLSX, the same rows in both."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext_lazy as _

from bienestar.foundation.accounts.choices import Permission
from bienestar.foundation.accounts.queries import Actor, access_of
from bienestar.foundation.definitions.catalogue import unit_type_name
from bienestar.foundation.territory.queries import area_visible_to
from bienestar.insight.gaps.queries.pages import run_covering
from bienestar.insight.gaps.queries.tables import UnitFilter, undiagnosed_table, unit_table
from bienestar.web.components.downloads import csv_file, xlsx_file
from bienestar.web.components.tables import Column, Table
from bienestar.web.territory.forms import UnitFilterForm

PAGE_SIZE = 25
COLUMNS = (
    Column("name", _("Unit")),
    Column("municipality", _("Municipality")),
    Column("type", _("Type")),
    Column("people", _("People without social security"), numeric=True),
    Column("staff", _("Staff missing"), numeric=True),
    Column("equipment", _("Devices missing"), numeric=True),
    Column("ready", _("Services ready"), numeric=True),
)


PEOPLE_CELL = 4  # where a row of the file says whom the unit serves


@dataclass(frozen=True)
class UnitRow:
    """One row of the table, from a diagnosis or, without one, from the register alone."""

    key: str
    name: str
    municipality: str
    unit_type: str
    people: float | None = None
    staff_gap: float | None = None
    equipment_gap: float | None = None
    services_ready: int | None = None
    services_required: int | None = None
    services_unknown: int | None = None
    lines_unknown: int | None = None
    observed: bool | None = None


def rows_asked(by: Actor, area: Any, run: Any, asked: UnitFilter, order: str) -> QuerySet[Any]:
    """The rows that the reader asked for, unpaged."""
    if run is None:
        return undiagnosed_table(by, area, asked, order)
    return unit_table(by, run, area, asked, order)


def as_row(found: Any) -> UnitRow:
    """A row of either query as it is shown."""
    if not hasattr(found, "unit"):
        return UnitRow(found.key or found.uid, found.name, found.municipality.name, found.unit_type)
    unit = found.unit
    return UnitRow(
        key=found.key or unit.uid,
        name=unit.name,
        municipality=unit.municipality.name,
        unit_type=found.unit_type,
        people=found.people,
        staff_gap=found.staff_gap,
        equipment_gap=found.equipment_gap,
        services_ready=found.services_ready,
        services_required=found.services_required,
        services_unknown=found.services_unknown,
        lines_unknown=found.lines_unknown,
        observed=found.observed,
    )


def columns_for(by: Actor, area: Any) -> tuple[Column, ...]:
    """The columns of a diagnosis; whom each unit serves only for who may see catchments there."""
    if access_of(by).can(Permission.VIEW_CATCHMENT, area.path):
        return COLUMNS
    return tuple(column for column in COLUMNS if column.key != "people")


def page_of_units(request: HttpRequest, area: Any, run: Any, asked: UnitFilter) -> dict[str, Any]:
    """Context of the table: its head, one page of rows, and the address of the same rows as a file."""
    columns = columns_for(request.actor, area) if run is not None else COLUMNS[:3]
    table = Table(columns, request.GET.get("sort"), "name", anchor="#units")
    page = Paginator(rows_asked(request.actor, area, run, asked, table.order), PAGE_SIZE).get_page(
        request.GET.get("page")
    )
    query = request.GET.copy()
    for name in ("page", "map"):
        query.pop(name, None)
    return {
        "unit_columns": table,
        "units_page": page,
        "shows_people": any(column.key == "people" for column in columns),
        "unit_rows": [as_row(found) for found in page.object_list],
        "download_query": query.urlencode(),
    }


def download(request: HttpRequest, code: str, kind: str) -> HttpResponse:
    """Every row of the filtered table, in the order shown, as CSV or XLSX."""
    area = area_visible_to(request.actor, code, Permission.EXPORT)
    run = run_covering(request.actor, area.path)
    municipality = request.GET.get("municipality", "")
    form = UnitFilterForm(request.GET, [(municipality, municipality), ("", "")], diagnosed=run is not None)
    columns = columns_for(request.actor, area)
    table = Table(columns, request.GET.get("sort"), "name")
    found = rows_asked(request.actor, area, run, form.asked(), table.order)
    name = f"bienestar-{area.code}-{run.as_of if run else 'unidades'}"
    heads, rows = file_heads(), file_rows(as_row(row) for row in found.iterator(chunk_size=2000))
    if columns != COLUMNS:
        heads, rows = _without_people(heads), map(_without_people, rows)
    if kind == "csv":
        return csv_file(f"{name}.csv", heads, rows)
    return xlsx_file(f"{name}.xlsx", [(area.name, heads, rows)])


def _without_people(cells: list[Any]) -> list[Any]:
    return [*cells[:PEOPLE_CELL], *cells[PEOPLE_CELL + 1 :]]


def file_heads() -> list[str]:
    """Headings of the file, in the reader's language."""
    return [
        str(words)
        for words in (
            _("CLUES key"),
            _("Unit"),
            _("Municipality"),
            _("Type"),
            _("People without social security"),
            _("Staff missing"),
            _("Devices missing"),
            _("Services required"),
            _("Services ready"),
            _("Services not known"),
            _("Figures not known"),
            pgettext("one unit", "Visited by the census"),
        )
    ]


def file_rows(rows: Iterable[UnitRow]) -> Iterator[list[Any]]:
    """One list a row; what is not known is an empty cell, as spreadsheets have it."""
    language = get_language() or "es"
    yes, no = str(_("yes")), str(_("no"))
    for row in rows:
        yield [
            row.key,
            row.name,
            row.municipality,
            unit_type_name(row.unit_type, language),
            whole(row.people),
            whole(row.staff_gap),
            whole(row.equipment_gap),
            row.services_required,
            row.services_ready,
            row.services_unknown,
            row.lines_unknown,
            None if row.observed is None else yes if row.observed else no,
        ]


def whole(value: float | None) -> float | int | None:
    """12 for 12.0, so that a file does not show decimals that nobody counted."""
    return int(value) if value is not None and value == int(value) else value
