"""How the figures are made, what the words mean and where the values came from."""

from __future__ import annotations

from django.utils.translation import gettext as _

from bienestar.web.reports.blocks import SMALLEST_SHOWN, Column, Points, Row, Section, Table, Terms
from bienestar.web.reports.content import Content


def method_section(content: Content) -> Section:
    """The formulas in sentences."""
    sentences = [
        _("The standards say what each type of unit must offer and each service needs; every line names its basis."),
        _("Required quantities are rounded up to whole things; needs that services share (water, power) count once."),
        _("Gap of a resource in a unit: required less usable, never below zero. Usable: it works, or is filled."),
        _("When the required or the usable quantity of a unit is not known, its gap is not known and enters no sum."),
        _("People are those without social security whom the unit serves, from its catchment or its municipality."),
        _("Numbers of people from 1 to %(n)s are not told apart, so that nobody can be recognised.")
        % {"n": SMALLEST_SHOWN - 1},
        _("The results were frozen when the diagnosis was made; their SHA-256 changes if a single line changes."),
    ]
    if content.plan:
        sentences += [
            _("“People, weighted”: each counts by the weights of the service and of the place’s marginalisation."),
            _("The plan is solved to a proven bound: the distance to the best possible plan is known, not guessed."),
        ]
    return Section("method", _("How the figures are made"), (Points(tuple(sentences)),))


def glossary_section() -> Section:
    """What each state of a value means."""
    rows = (
        (_("Not known"), _("Nobody has counted it, or it cannot be reckoned from what was counted. It is not 0.")),
        ("0", _("It was counted, and there is none.")),
        ("–", _("It does not apply, or cannot be added.")),
        (_("Required"), _("What the standards ask of a unit of its type and size.")),
        (_("Existing"), _("What is there, working or not; for staff, authorised posts.")),
        (_("Usable"), _("What is there and works; for staff, posts with a person in them.")),
        (_("Missing"), _("Required less usable, in each unit, never below zero.")),
        (_("Ready"), _("Everything that the service needs is there and works.")),
        (_("Held back"), _("At least one thing that the service needs is known to be missing.")),
        (_("Visited"), _("The census visited the unit and the visit was accepted, on or before the date.")),
    )
    return Section("glossary", _("What the words mean"), (Terms(rows),))


def sources_section(content: Content) -> Section:
    """Files, publishers, dates, hashes."""
    return Section("sources", _("Where the values came from"), (sources_table(content, short=True),))


def sources_table(content: Content, *, short: bool = False) -> Table:
    """The provenance list; ``short`` prints the first 16 digits of each hash."""
    columns = (
        Column("name", _("File"), width=3),
        Column("publisher", _("Publisher"), width=3),
        Column("published_on", _("Date"), "date"),
        Column("kind", _("Kind"), width=1.2),
        Column("sha256", _("SHA-256 (first 16)") if short else _("SHA-256"), "code", width=2),
    )
    rows = tuple(
        Row(
            (
                source.name,
                source.publisher or None,
                source.published_on,
                source.kind,
                source.sha256[:16] if short else source.sha256,
            )
        )
        for source in content.sources
    )
    return Table("sources", _("Source files"), columns, rows)
