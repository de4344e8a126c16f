"""The document as a whole: what it is called, what makes it checkable, its sections in order."""

from __future__ import annotations

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from bienestar.web.reports.blocks import Document, Section, Table, day
from bienestar.web.reports.content import Content, Identity
from bienestar.web.reports.present import findings, notes, plan, staff, summary, tables


def document_of(content: Content) -> Document:
    """The document in the active language."""
    identity = content.identity
    title = title_of(identity)
    return Document(
        language=content.language,
        title=title,
        area=f"{identity.area_name} ({identity.area_code})",
        as_of=identity.as_of,
        made_at=identity.made_at,
        standards=identity.standards_version,
        short_hash=identity.records_sha256[:12],
        facts=facts(content),
        warning=summary.completeness(content),
        sections=sections(content),
        files=files(content),
        running=(
            title,
            _("As of %(day)s") % {"day": day(identity.as_of)},
            _("Standards %(version)s · diagnosis %(run)s · %(hash)s")
            % {"version": identity.standards_version, "run": identity.run, "hash": identity.records_sha256[:12]},
        ),
        page_words=(_("Page"), _("of")),
    )


def title_of(identity: Identity) -> str:
    """ "State diagnosis: Hidalgo"; a municipality's or the country's says so."""
    if identity.level == "state":
        return _("State diagnosis: %(area)s") % {"area": identity.area_name}
    return _("Diagnosis: %(area)s") % {"area": identity.area_name}


def facts(content: Content) -> tuple[tuple[str, str], ...]:
    """What the document is, who made it, and the hashes with which anybody can check it."""
    identity, coverage = content.identity, content.coverage
    made = date_format(timezone.localtime(identity.made_at), "DATETIME_FORMAT")
    rows = [
        (_("Territory"), f"{identity.area_name} ({identity.area_code})"),
        (_("State of things as of"), day(identity.as_of)),
        (_("Diagnosis made"), _("%(when)s, by %(who)s") % {"when": made, "who": identity.made_by}),
        (_("Diagnosis number"), str(identity.run)),
        (_("Standards"), _("version %(version)s") % {"version": identity.standards_version}),
        (_("SHA-256 of the standards"), identity.standards_sha256),
        (_("SHA-256 of the results"), identity.records_sha256),
        (
            _("Units visited by the census"),
            _("%(seen)s of %(all)s") % {"seen": coverage.units_observed, "all": coverage.units},
        ),
    ]
    if identity.published_at:
        published = date_format(timezone.localtime(identity.published_at), "DATETIME_FORMAT")
        rows.insert(4, (_("Published"), published))
    return tuple(rows)


def sections(content: Content) -> tuple[Section, ...]:
    """Every part that has something to say, in the order in which a minister reads."""
    found = [
        summary.section(content),
        findings.unknown_section(content),
        findings.services_section(content),
        staff.section(content),
        findings.resources_section(content),
        findings.water_section(content),
        findings.places_section(content),
        findings.worst_section(content),
        findings.actions_section(content),
        plan.section(content),
        notes.method_section(content),
        notes.glossary_section(),
        notes.sources_section(content),
    ]
    return tuple(section for section in found if section is not None)


def files(content: Content) -> tuple[Table, ...]:
    """The complete tables, one per sheet of the workbook and per CSV file."""
    found = [
        tables.summary_table(content, facts(content)),
        tables.services_table(content),
        tables.resources_table(content, grouped=False),
        *([tables.places_table(content)] if content.places else []),
        tables.units_table(content),
        tables.actions_table(content),
        *plan.file_tables(content),
        notes.sources_table(content),
    ]
    return tuple(found)
