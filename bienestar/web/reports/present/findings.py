"""The findings: what is not known, services, resources, water and power, places, units, actions."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bienestar.web.reports.blocks import Column, Paragraph, Picture, Points, Row, Section, Table, number
from bienestar.web.reports.content import Content
from bienestar.web.reports.present import tables
from bienestar.web.reports.present.tables import COUNTED_IN_THINGS

WORST_UNITS = 20
LEAST_COUNTED = 10
INFRASTRUCTURE = ("utility", "water", "opening")


def unknown_section(content: Content) -> Section:
    """What nobody has counted, so that no reader takes silence for good news."""
    coverage = content.coverage
    sentences = [
        _("%(seen)s of %(all)s units were visited by the census; of the others only what earlier records say is known.")
        % {"seen": number(coverage.units_observed), "all": number(coverage.units)}
    ]
    if coverage.units_without_standard:
        sentences.append(
            ngettext(
                "%(n)s more unit has no standard (an office or a warehouse) and is not in any figure.",
                "%(n)s more units have no standard (offices, warehouses) and are not in any figure.",
                coverage.units_without_standard,
            )
            % {"n": number(coverage.units_without_standard)}
        )
    unseen = [row for row in content.places if row.units and not row.units_observed]
    if unseen:
        sentences.append(
            ngettext(
                "In %(n)s place no unit was visited: %(names)s.",
                "In %(n)s places no unit was visited: %(names)s.",
                len(unseen),
            )
            % {"n": number(len(unseen)), "names": ", ".join(row.name for row in unseen)}
        )
    sentences.append(
        _("%(n)s answers of %(all)s (one resource in one unit) are not known.")
        % {"n": number(coverage.lines_unknown), "all": number(coverage.lines)}
    )
    blocks: list[Points | Table] = [Points(tuple(sentences))]
    table = least_counted(content)
    if table.rows:
        blocks.append(table)
    return Section("unknown", _("What is not known"), tuple(blocks))


def least_counted(content: Content) -> Table:
    """The resources that most units did not count."""
    columns = (
        Column("resource", _("Resource"), width=3),
        Column("units_required", _("Units that need it"), "count"),
        Column("units_unknown", _("of which not known"), "count"),
        Column("share", _("Share not known"), "percent"),
    )
    found = [row for row in content.resources if row.units_unknown]
    found.sort(key=lambda row: (-row.units_unknown / row.units_required, -row.units_unknown, row.code))
    rows = tuple(
        Row((row.name, row.units_required, row.units_unknown, row.units_unknown / row.units_required))
        for row in found[:LEAST_COUNTED]
    )
    return Table("unknown", _("The resources least counted"), columns, rows)


def services_section(content: Content) -> Section:
    """Readiness of services."""
    rule = _(
        "A service counts as ready in a unit only when everything that it needs is there and works: staff, rooms, "
        "beds, equipment, water, power and days of opening. One thing missing holds it back."
    )
    return Section("services", _("Services"), (Paragraph(rule), tables.services_table(content)))


def resources_section(content: Content) -> Section:
    """What is missing, by group of resources."""
    rule = _(
        "Each figure is summed over the units where it is known. What one unit has too much of does not make up for "
        "what another lacks, and units not counted have a requirement and no gap: so “missing” is not “required” "
        "less “usable”."
    )
    table = tables.resources_table(content, groups=COUNTED_IN_THINGS)
    return Section("gaps", _("What is missing"), (Paragraph(rule), table))


def water_section(content: Content) -> Section | None:
    """Water, power, drainage, internet and days of opening: in how many units they work."""
    rows = content.resources_of(*INFRASTRUCTURE)
    if not rows:
        return None
    columns = (
        Column("resource", _("What"), width=3),
        Column("units_required", _("Units that need it"), "count"),
        Column("units_with", _("Have it"), "count"),
        Column("units_short", _("Lack it"), "count"),
        Column("units_unknown", _("Not known"), "count"),
        Column("share", _("Have it, of those known"), "percent"),
    )
    lines = []
    for row in rows:
        having = row.units_known - row.units_short
        share = having / row.units_known if row.units_known else None
        known = (having, row.units_short) if row.units_known else (None, None)
        lines.append(Row((row.name, row.units_required, *known, row.units_unknown, share)))
    table = Table("water", _("Water, power and days of opening, in units"), columns, tuple(lines))
    return Section("water", _("Water, power and opening"), (table,))


def places_section(content: Content) -> Section | None:
    """The map and the table of municipalities; None where the document is of one municipality."""
    if not content.places:
        return None
    table = tables.places_table(content)
    if content.map is None:
        return Section("places", table.title, (table,))
    picture = Picture(
        content.map,
        alt=_("Map of %(area)s shaded by the posts missing in each place; the table below gives the same figures.")
        % {"area": content.identity.area_name},
        caption=_("Posts missing in each place: the darker, the more. Hatched: not known."),
    )
    return Section("places", table.title, (picture, table))


def worst_section(content: Content) -> Section | None:
    """The units to help first."""
    table = tables.worst_table(content, WORST_UNITS)
    return Section("worst", table.title, (table,)) if table.rows else None


def actions_section(content: Content) -> Section:
    """What has to be done, by kind."""
    table = tables.actions_table(content)
    if not table.rows:
        return Section("actions", _("Improvement actions"), (Paragraph(_("Nothing is known to be missing.")),))
    rule = _("An action is not closed by a report: it closes when the record itself changes.")
    return Section("actions", _("Improvement actions"), (Paragraph(rule), table))
