"""Our staff gap beside what others say of the same state, each with how it is counted."""

from __future__ import annotations

from django.utils.translation import gettext as _

from bienestar.web.reports.blocks import Block, Column, Paragraph, Row, Section, Table, day, number
from bienestar.web.reports.content import Content, PublishedFigure
from bienestar.web.reports.present.tables import units_in_words


def section(content: Content) -> Section | None:
    """Three ways to count what is missing, and ours by groups of categories; None without anything about staff."""
    if not content.resources_of("staff") and not content.published:
        return None
    why = _(
        "These figures do not contradict each other: they count different things. A vacancy is an authorised post "
        "without a person; a gap is a post that the standards ask for, whether or not anybody ever authorised it."
    )
    blocks: list[Block] = [Paragraph(why), comparison(content)]
    if content.staff_groups:
        blocks.append(by_group(content))
    return Section("staff", _("The staff gap beside published figures"), tuple(blocks))


def comparison(content: Content) -> Table:
    """Each figure with its date, how it is counted and who says so."""
    columns = (
        Column("figure", _("Figure"), width=2.6),
        Column("value", _("Value"), "count", width=1),
        Column("as_of", _("As of"), "date", width=1.1),
        Column("how", _("How it is counted"), width=3.8),
        Column("source", _("Source"), width=1.8),
    )
    rows = [our_row(content, "staff", _("Staff gap of this diagnosis"))]
    rows += [published_row(figure) for figure in content.published if figure.subject == "staff_gap"]
    rows.append(vacancies_row(content))
    equipment = [published_row(figure) for figure in content.published if figure.subject == "equipment_gap"]
    if equipment:
        rows += [our_row(content, "equipment", _("Equipment gap of this diagnosis")), *equipment]
    return Table("staff_figures", _("What is missing, as each one counts it"), columns, tuple(rows))


def our_row(content: Content, group: str, label: str) -> Row:
    """The gap of this diagnosis."""
    units = units_in_words(content.coverage.units_observed)
    if group == "staff":
        how = _(
            "Posts that the standards ask for in each unit, less posts with a person in them, never below zero in any "
            "unit and category; %(units)s visited by the census. What is not known is left out."
        )
    else:
        how = _(
            "Devices that the standards ask for in each unit, less those that work, never below zero in any unit and "
            "kind; %(units)s visited by the census. What is not known is left out."
        )
    source = _("This diagnosis, standards %(version)s") % {"version": content.identity.standards_version}
    known, asked = content.known_of(group)
    completeness = _("Known: %(known)s of %(all)s answers.") % {"known": number(known), "all": number(asked)}
    words = f"{how % {'units': units}} {completeness}"
    return Row((label, content.gap_of(group), content.identity.as_of, words, source))


def published_row(figure: PublishedFigure) -> Row:
    """A figure of somebody else."""
    value = _("more than %(n)s") % {"n": number(figure.value)} if figure.at_least else figure.value
    return Row((figure.statement, value, figure.as_of, figure.how_counted, figure.source))


def vacancies_row(content: Content) -> Row:
    """Authorised posts without a person, as the census counted them."""
    how = _(
        "Authorised posts less posts with a person in them, of every category, also of those that no standard asks for."
    )
    source = _("The census, as of %(day)s") % {"day": day(content.identity.as_of)}
    return Row((_("Vacancies of the census"), content.vacancies, content.identity.as_of, how, source))


def by_group(content: Content) -> Table:
    """Our gap by groups of categories."""
    columns = (
        Column("group", _("Group of categories"), width=3),
        Column("required", _("Required"), "count"),
        Column("existing", _("Authorised posts"), "count"),
        Column("usable", _("Filled posts"), "count"),
        Column("gap", _("Missing"), "count"),
        Column("unknown", _("Not known (categories in units)"), "count", width=1.4),
    )
    rows = []
    for group in content.staff_groups:
        known = group.lines_unknown < group.lines
        figures = (group.existing, group.usable, group.gap) if known else (None, None, None)
        rows.append(Row((group.name, group.required or None, *figures, group.lines_unknown)))
    if len(rows) > 1:
        total = [sum(getattr(group, name) for group in content.staff_groups) for name in SUMS]
        rows.append(Row((_("All staff"), *total[:3], content.gap_of("staff"), total[3]), "total"))
    return Table("staff_groups", _("Staff by groups of categories"), columns, tuple(rows))


SUMS = ("required", "existing", "usable", "lines_unknown")
