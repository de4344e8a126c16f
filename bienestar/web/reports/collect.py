"""Reads a frozen diagnosis, and the newest plan made from it, into the content of the document."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import translation

from bienestar.foundation.accounts.choices import Permission
from bienestar.foundation.accounts.queries import Actor, access_of
from bienestar.foundation.definitions.catalogue import catalogue, resource_name, unit_type_name
from bienestar.foundation.definitions.claims import claims_about
from bienestar.foundation.definitions.standards import Standards, standards_from_content
from bienestar.foundation.territory.choices import Level, Measure
from bienestar.foundation.territory.queries import children_of, figures_as_of
from bienestar.insight.gaps.queries import document as gaps
from bienestar.insight.gaps.queries.claims import census_posts, staff_gap
from bienestar.insight.gaps.queries.provenance import sources_of_run
from bienestar.web.reports.collect_plan import plan_of
from bienestar.web.reports.content import (
    Content,
    Coverage,
    Identity,
    PlaceRow,
    PublishedFigure,
    ResourceTotal,
    ServiceTotal,
    Source,
    StaffGroupRow,
    UnitRow,
)
from bienestar.web.reports.picture import map_of

if TYPE_CHECKING:
    from bienestar.foundation.territory.models import Area
    from bienestar.insight.gaps.models import DiagnosisRun

EXPLAINED_UNITS = 20
NAMED_RESOURCES = 4


def collect(by: Actor, area: Area, run: DiagnosisRun, language: str, scenario: int | None = None) -> Content:
    """Everything that the document says of ``area``, as far as ``by`` may see it.

    People served by single units need the permission to see catchments, the plan the permission to see plans.
    Raises Scenario.DoesNotExist for a scenario number that is not of this diagnosis and area.
    """
    access = access_of(by)
    standards = standards_from_content(run.standards.content)
    with translation.override(language):
        lines = gaps.lines_by_resource(run, area)
        units = unit_rows(run, area, language)
        places = place_rows(run, area)
        return Content(
            language=language,
            identity=identity_of(run, area),
            coverage=Coverage(
                units=len(units),
                units_observed=sum(row.observed for row in units),
                units_without_standard=run.units_without_standard if run.area_id == area.pk else 0,
                lines=sum(line.lines for line in lines.values()),
                lines_unknown=sum(line.unknown for line in lines.values()),
            ),
            services=service_rows(run, area, standards, language),
            resources=resource_rows(run, area, lines, language),
            places=places,
            units=units,
            staff_groups=staff_group_rows(run, area, language),
            published=published_rows(area, language),
            vacancies=posts.vacant if (posts := census_posts(run, area)) else None,
            sources=source_rows(run, area),
            plan=plan_of(by, run, area, standards, language, scenario),
            map=map_of(area, places),
            shows_people=access.can(Permission.VIEW_CATCHMENT, area.path),
        )


def identity_of(run: DiagnosisRun, area: Area) -> Identity:
    """What the document is about."""
    return Identity(
        area_code=area.code,
        area_name=area.name,
        level=area.level,
        as_of=run.as_of,
        run=run.pk,
        made_at=run.made_at,
        made_by=run.made_by,
        published_at=run.published_at,
        records_sha256=run.records_sha256,
        standards_version=run.standards.version,
        standards_sha256=run.standards.sha256,
    )


def service_rows(run: DiagnosisRun, area: Area, standards: Standards, language: str) -> tuple[ServiceTotal, ...]:
    """Services in the order of the standards that the run used."""
    order = {code: place for place, code in enumerate(standards.services)}
    rows = sorted(
        gaps.service_totals(run, area), key=lambda row: (order.get(row["service"], len(order)), row["service"])
    )
    return tuple(
        ServiceTotal(
            code=row["service"],
            name=standards.service_name(row["service"], language),
            units_required=row["units_required"],
            units_ready=row["units_ready"],
            units_unknown=row["units_unknown"],
            people=row["people"],
            people_ready=row["people_ready"],
        )
        for row in rows
    )


def resource_rows(
    run: DiagnosisRun, area: Area, lines: dict[str, gaps.Lines], language: str
) -> tuple[ResourceTotal, ...]:
    """Resources in the order of the catalogue, with what is to be done about each."""
    order = {code: place for place, code in enumerate(catalogue().resources)}
    rows = sorted(gaps.totals(run, area), key=lambda row: (order.get(row["resource"], len(order)), row["resource"]))
    nothing = gaps.Lines(0, 0, 0.0, 0.0, 0, 0)
    found = []
    for row in rows:
        code = row["resource"]
        todo = lines.get(code, nothing)
        found.append(
            ResourceTotal(
                code=code,
                group=code.split(".")[0],
                name=resource_name(code, language),
                required=row["required"],
                existing=row["existing"],
                usable=row["usable"],
                gap=row["gap"],
                to_repair=todo.to_repair,
                to_acquire=todo.to_acquire,
                repairs=todo.repairs,
                acquisitions=todo.acquisitions,
                units_required=row["units_required"],
                units_short=row["units_short"],
                units_unknown=row["units_unknown"],
            )
        )
    return tuple(found)


def staff_group_rows(run: DiagnosisRun, area: Area, language: str) -> tuple[StaffGroupRow, ...]:
    """The staff gap by groups of categories."""
    return tuple(
        StaffGroupRow(
            name=row.group.name.in_language(language),
            required=row.required,
            existing=row.existing,
            usable=row.usable,
            gap=row.gap,
            lines=row.lines,
            lines_unknown=row.lines_unknown,
        )
        for row in staff_gap(run, area)
    )


def published_rows(area: Area, language: str) -> tuple[PublishedFigure, ...]:
    """What others published about the area."""
    return tuple(
        PublishedFigure(
            subject=claim.subject,
            statement=claim.said.in_language(language),
            value=claim.value,
            at_least=claim.at_least,
            as_of=claim.as_of,
            source=claim.source,
            how_counted=claim.how_counted.in_language(language),
        )
        for claim in claims_about(area.code)
    )


def unit_rows(run: DiagnosisRun, area: Area, language: str) -> tuple[UnitRow, ...]:
    """Every unit; what holds its services back is read for those that need help first."""
    raw = gaps.unit_rows(run, area)
    rows = [unit_row(row, language) for row in raw]
    ids = {row["key"] or row["unit__uid"]: row["unit_id"] for row in raw}
    worst = sorted(rows, key=lambda row: (-row.hardship, row.key))[:EXPLAINED_UNITS]
    missing = gaps.held_back_by(run, [ids[row.key] for row in worst])
    explained = {row.key: named(missing.get(ids[row.key], {}), language) for row in worst}
    return tuple(
        UnitRow(**{**row.__dict__, "missing": explained[row.key]}) if row.key in explained else row for row in rows
    )


def unit_row(row: dict[str, Any], language: str) -> UnitRow:
    """One unit from its frozen row."""
    return UnitRow(
        key=row["key"] or row["unit__uid"],
        name=row["name"],
        municipality=row["municipality"],
        unit_type=unit_type_name(row["unit_type"], language),
        observed=row["observed"],
        people=row["people"],
        services_required=row["services_required"],
        services_ready=row["services_ready"],
        services_unknown=row["services_unknown"],
        staff_gap=row["staff_gap"],
        equipment_gap=row["equipment_gap"],
        lines_unknown=row["lines_unknown"],
    )


def named(missing: dict[str, float], language: str) -> tuple[tuple[str, float], ...]:
    """The resources most missing by name, the largest quantity first; staff before things of the same quantity."""
    first = sorted(missing.items(), key=lambda pair: (not pair[0].startswith("staff."), -pair[1], pair[0]))
    return tuple((resource_name(code, language), quantity) for code, quantity in first[:NAMED_RESOURCES])


def place_rows(run: DiagnosisRun, area: Area) -> tuple[PlaceRow, ...]:
    """Each area right below; for a municipality there is none to tell."""
    if area.level not in {Level.COUNTRY, Level.STATE}:
        return ()
    totals = gaps.places_below(run, area)
    below = list(children_of(area))
    ids = [place.pk for place in below]
    # The same order as in the reckoning of people served: the poverty measure's figure, else the census's.
    people = figures_as_of(ids, Measure.NO_HEALTH_ENTITLEMENT, run.as_of)
    people |= figures_as_of(ids, Measure.NO_SOCIAL_SECURITY, run.as_of)
    found = []
    for place in below:
        figure = people.get(place.pk)
        row = totals.get(place.pk, gaps.PlaceTotals())
        found.append(
            PlaceRow(code=place.code, name=place.name, people=figure.value if figure else None, **row.__dict__)
        )
    return tuple(found)


def source_rows(run: DiagnosisRun, area: Area) -> tuple[Source, ...]:
    """The files behind the figures."""
    return tuple(
        Source(
            name=source.name,
            kind=source.kind,
            publisher=source.publisher,
            published_on=source.published_on,
            sha256=source.sha256,
        )
        for source in sources_of_run(run, area)
    )
