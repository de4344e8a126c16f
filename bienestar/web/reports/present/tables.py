"""The tables of the document: the same rows serve the page, the PDF, the workbook and the CSV files."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from bienestar.foundation.definitions.catalogue import catalogue
from bienestar.web.reports.blocks import NOT_APPLICABLE, Column, Row, Table, Value, lower_first, number
from bienestar.web.reports.content import Content, PlaceRow, ResourceTotal, UnitRow
from bienestar.web.reports.present.words import action_words

COUNTED_IN_THINGS = ("staff", "room", "bed", "equipment")
OTHER_GROUPS = ("utility", "water", "opening", "activity")


def summary_table(content: Content, facts: Iterable[tuple[str, str]]) -> Table:
    """What the document is and its main figures, for the first sheet."""
    known = [row for row in content.services]
    rows: list[Row] = [Row((label, value)) for label, value in facts]
    rows += [
        Row((_("Units without a standard (offices, warehouses)"), content.coverage.units_without_standard)),
        Row((_("Services required in units"), sum(row.units_required for row in known))),
        Row((_("Services ready in units"), sum(row.units_ready for row in known))),
        Row((_("Services not known in units"), sum(row.units_unknown for row in known))),
        Row((_("Staff gap"), content.gap_of("staff"))),
        Row((_("Equipment gap"), content.gap_of("equipment"))),
        Row((_("Vacant posts in the census"), content.vacancies)),
        Row((_("Improvement actions"), sum(row.repairs + row.acquisitions for row in content.resources))),
        Row((_("Lines not known (a resource in a unit)"), content.coverage.lines_unknown)),
        Row((_("Lines in all"), content.coverage.lines)),
    ]
    columns = (Column("figure", _("What"), width=2), Column("value", _("Value"), width=3))
    return Table("summary", _("Summary"), columns, tuple(rows))


def services_table(content: Content) -> Table:
    """Each service: in how many units it must be offered, is ready, held back, not known; whom it reaches."""
    columns = (
        Column("service", _("Service"), width=3),
        Column("units_required", _("Units that must offer it"), "count"),
        Column("units_ready", _("Ready"), "count"),
        Column("units_held", _("Held back"), "count"),
        Column("units_unknown", _("Not known"), "count"),
        Column("share_ready", _("Ready, of those known"), "percent"),
        Column("people", _("People who would use it"), "people"),
        Column("people_ready", _("of whom where it is ready"), "people"),
    )
    rows = []
    for row in content.services:
        known = row.units_required - row.units_unknown
        share = row.units_ready / known if known else None
        counts = (row.units_required, row.units_ready, row.units_held, row.units_unknown)
        rows.append(Row((row.name, *counts, share, row.people, row.people_ready)))
    if rows:
        sums = [sum(getattr(row, name) for row in content.services) for name in SERVICE_COUNTS]
        share = sums[1] / (sums[0] - sums[3]) if sums[0] > sums[3] else None
        total = (_("All services"), *sums, share, NOT_APPLICABLE, NOT_APPLICABLE)
        rows.append(Row(total, "total"))
    note = _("People are those without social security. They are not added over services: one person uses several.")
    return Table("services", _("Readiness of services"), columns, tuple(rows), note)


SERVICE_COUNTS = ("units_required", "units_ready", "units_held", "units_unknown")


def resources_table(
    content: Content, *, grouped: bool = True, groups: tuple[str, ...] = COUNTED_IN_THINGS + OTHER_GROUPS
) -> Table:
    """Required, existing, usable and missing of each resource; ``grouped`` puts a head and a total round each group."""
    columns = (
        Column("resource", _("Resource"), width=3),
        Column("required", _("Required"), "count"),
        Column("existing", _("Existing"), "count"),
        Column("usable", _("Usable"), "count"),
        Column("gap", _("Missing"), "count"),
        Column("units_required", _("Units that need it"), "count"),
        Column("units_short", _("Units short of it"), "count"),
        Column("units_unknown", _("Units not known"), "count"),
    )
    rows: list[Row] = []
    for group in groups:
        found = content.resources_of(group)
        if not found:
            continue
        lines = [Row(resource_cells(row)) for row in found]
        if grouped:
            rows.append(Row((group_words(group, content.language), *[NOT_APPLICABLE] * 7), "head"))
            rows += lines
            if group in COUNTED_IN_THINGS and len(found) > 1:
                rows.append(Row(group_total(group, found, content.language), "total"))
        else:
            rows += lines
    if not grouped:
        group_column = Column("group", _("Group"))
        code = Column("code", _("Code"), "code", width=2)
        details = [(row.code, group_words(row.group, content.language)) for row in content.resources_of(*groups)]
        rows = [Row((*detail, *row.cells)) for detail, row in zip(details, rows, strict=True)]
        columns = (code, group_column, *columns)
    return Table("gaps", _("What is missing, by resource"), columns, tuple(rows))


def resource_cells(row: ResourceTotal) -> tuple[Value, ...]:
    """One line; sums of nothing known are not known."""
    if not row.units_known:
        return (row.name, row.required or None, None, None, None, row.units_required, None, row.units_unknown)
    sums = (row.required, row.existing, row.usable, row.gap)
    return (row.name, *sums, row.units_required, row.units_short, row.units_unknown)


def group_total(group: str, rows: tuple[ResourceTotal, ...], language: str) -> tuple[Value, ...]:
    """The sum of a group over what is known."""
    known = [row for row in rows if row.units_known]
    label = _("Total: %(group)s") % {"group": lower_first(group_words(group, language))}
    required = sum(row.required for row in rows) or None
    if not known:
        return (label, required, None, None, None, *[NOT_APPLICABLE] * 3)
    sums = [sum(getattr(row, name) for row in known) for name in ("existing", "usable", "gap")]
    return (label, required, *sums, *[NOT_APPLICABLE] * 3)


def group_words(group: str, language: str) -> str:
    """The name of a group of resources."""
    found = catalogue().groups.get(group)  # type: ignore[call-overload]
    return found.in_language(language) if found else group


def places_table(content: Content) -> Table:
    """Each municipality (for the country, each state) with its main figures."""
    by_state = content.identity.level == "country"
    columns = (
        Column("code", _("Key"), "code"),
        Column("name", _("State") if by_state else _("Municipality"), width=2.3),
        Column("people", _("People without social security"), "people", width=1.3),
        Column("units", _("Units"), "count"),
        Column("units_observed", _("of which visited"), "count"),
        Column("services_required", _("Services required"), "count"),
        Column("services_ready", _("Services ready"), "count"),
        Column("services_unknown", _("Services not known"), "count"),
        Column("staff_gap", _("Staff missing"), "count"),
        Column("equipment_gap", _("Equipment missing"), "count"),
    )
    rows = tuple(Row(place_cells(row)) for row in content.places)
    title = _("States") if by_state else _("Municipalities")
    return Table("states" if by_state else "municipalities", title, columns, rows)


def place_cells(row: PlaceRow) -> tuple[Value, ...]:
    """One municipality; where no unit needs anything there is nothing to know."""
    services = (row.services_required, row.services_ready, row.services_unknown)
    gaps: tuple[Value, ...] = (row.staff_gap, row.equipment_gap)
    if not row.units:
        gaps = (NOT_APPLICABLE, NOT_APPLICABLE)
    return (row.code, row.name, row.people, row.units, row.units_observed, *services, *gaps)


def units_table(content: Content) -> Table:
    """Every unit of the diagnosis."""
    columns = [
        Column("key", _("CLUES"), "code", width=1.5),
        Column("unit", _("Unit"), width=4),
        Column("municipality", _("Municipality"), width=2),
        Column("type", _("Type"), width=3),
        Column("visited", pgettext("one unit", "Visited by the census")),
        Column("services_required", _("Services required"), "count"),
        Column("services_ready", _("Services ready"), "count"),
        Column("services_held", _("Services held back"), "count"),
        Column("services_unknown", _("Services not known"), "count"),
        Column("staff_gap", _("Staff missing"), "count"),
        Column("equipment_gap", _("Equipment missing"), "count"),
        Column("lines_unknown", _("Resources not known"), "count"),
    ]
    if content.shows_people:
        columns.insert(5, Column("people", _("People without social security served"), "people"))
    rows = tuple(Row(unit_cells(row, people=content.shows_people)) for row in content.units)
    return Table("units", _("Units"), tuple(columns), rows)


def unit_cells(row: UnitRow, *, people: bool) -> tuple[Value, ...]:
    """One unit; how many people it serves only for who may know."""
    seen = _("yes") if row.observed else _("no")
    served = (row.people,) if people else ()
    services = (row.services_required, row.services_ready, row.services_held, row.services_unknown)
    gaps = (row.staff_gap, row.equipment_gap, row.lines_unknown)
    return (row.key, row.name, row.municipality, row.unit_type, seen, *served, *services, *gaps)


def worst_table(content: Content, count: int) -> Table:
    """The units where most people find most of the required services held back."""
    columns = [
        Column("unit", _("Unit"), width=4.4),
        Column("services", _("Services ready"), width=1.2),
        Column("staff_gap", _("Staff missing"), "count", width=1.1),
        Column("missing", _("What holds its services back"), width=5),
    ]
    if content.shows_people:
        columns.insert(1, Column("people", _("People served"), "people", width=1.1))
    rows = []
    for row in worst_units(content, count):
        name = f"{row.name}, {row.municipality} ({row.key})"
        services = _("%(ready)s of %(required)s") % {"ready": row.services_ready, "required": row.services_required}
        missing = "; ".join(f"{number(quantity)} × {name}" for name, quantity in row.missing)
        served = (row.people,) if content.shows_people else ()
        rows.append(Row((name, *served, services, row.staff_gap, missing)))
    note = _("Ordered by the people served times the share of the required services known to be held back.")
    return Table("worst", _("Units that need help first"), tuple(columns), tuple(rows), note)


def worst_units(content: Content, count: int) -> list[UnitRow]:
    """The first ``count`` units by hardship; those without any are left out."""
    suffering = [row for row in content.units if row.hardship > 0]
    return sorted(suffering, key=lambda row: (-row.hardship, row.key))[:count]


def actions_table(content: Content) -> Table:
    """Improvement actions by kind: how many, how much in all, and which record closes them."""
    columns = (
        Column("action", _("Kind of action"), width=3),
        Column("actions", _("Actions"), "count"),
        Column("quantity", _("Quantity"), "count"),
        Column("units_words", _("Counted in")),
        Column("closes", _("It closes when"), width=4),
    )
    rows = []
    total = 0
    for group in COUNTED_IN_THINGS + OTHER_GROUPS:
        found = content.resources_of(group)
        for way, actions, amount in (
            ("repair", sum(row.repairs for row in found), sum(row.to_repair for row in found)),
            ("acquire", sum(row.acquisitions for row in found), sum(row.to_acquire for row in found)),
        ):
            if actions:
                words = action_words(group, way)
                rows.append(Row((words.label, actions, amount, words.unit, words.closes)))
                total += actions
    if rows:
        rows.append(Row((_("All actions"), total, NOT_APPLICABLE, NOT_APPLICABLE, NOT_APPLICABLE), "total"))
    note = _("One action is one resource in one unit, whatever the quantity.")
    return Table("actions", _("Improvement actions by kind"), columns, tuple(rows), note)


def units_in_words(count: int) -> str:
    """ "1 unit", "12 units"."""
    return ngettext("%(n)s unit", "%(n)s units", count) % {"n": number(count)}
