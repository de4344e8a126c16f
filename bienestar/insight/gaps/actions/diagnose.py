"""Running a diagnosis: read, reckon, freeze, all in one transaction."""

from __future__ import annotations

import datetime as dt
import time
from typing import Any

import numpy as np
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bienestar.calculations.formulas import Array
from bienestar.foundation.accounts.choices import Permission
from bienestar.foundation.accounts.models import User
from bienestar.foundation.accounts.queries import require
from bienestar.foundation.definitions.standards import Standards
from bienestar.foundation.definitions.standards import standards as standards_in_force
from bienestar.foundation.journal.actions import record
from bienestar.foundation.storage.rows import insert_rows
from bienestar.foundation.storage.turns import take_turn
from bienestar.foundation.territory.choices import Level
from bienestar.foundation.territory.models import Area
from bienestar.foundation.territory.queries import areas_under
from bienestar.insight.gaps.actions import rows as to_rows
from bienestar.insight.gaps.actions import totals as to_totals
from bienestar.insight.gaps.choices import RunStage
from bienestar.insight.gaps.models import (
    AreaService,
    AreaTotal,
    DiagnosisRun,
    GapLine,
    RunUnit,
    ServiceResult,
    StandardsVersion,
    WisnLine,
)
from bienestar.insight.gaps.queries.frozen import LINE_FIELDS, frozen_hash
from bienestar.insight.gaps.queries.posts import posts_by_area
from bienestar.insight.gaps.queries.readings import Numbers, Readings, read_units, state_path
from bienestar.insight.gaps.queries.reckoning import Reckoned, reckon
from bienestar.insight.gaps.queries.served import Served, people_served, variables


class NothingToDiagnose(ValueError):
    """There is no operating unit of a type with a standard in the area on the day."""


@transaction.atomic
def run_diagnosis(*, by: User, area: Area, as_of: dt.date, standards: Standards | None = None) -> DiagnosisRun:
    """Diagnose the units of ``area`` that operate on ``as_of``, against the standards in force or those given.

    Everything is frozen in one transaction: lines, services, totals, the standards themselves, and one hash.
    Raises NothingToDiagnose when no unit operates there that has a standard.
    """
    require(by, Permission.RUN_DIAGNOSIS, area.path)
    take_turn()
    started = time.perf_counter()
    rules = standards or standards_in_force()
    found = read_units(state_path(area.path), as_of)
    inside = np.array([path.startswith(area.path) for path in found.paths], dtype=bool)
    outside_rules = to_rows.without_standard(found, inside, rules)
    chosen = inside & ~outside_rules
    if not chosen.any():
        reason = _("%(area)s has no operating unit with a standard on %(day)s.")
        raise NothingToDiagnose(reason % {"area": area.name, "day": as_of.isoformat()})
    served = people_served(found, rules)
    values = variables(found, served, rules)
    result = reckon(found, values, chosen, rules)
    run = DiagnosisRun.objects.create(
        area=area,
        as_of=as_of,
        standards=_kept(rules),
        made_by=by.username,
        units=int(chosen.sum()),
        units_observed=int((chosen & found.observed).sum()),
        units_without_standard=int(outside_rules.sum()),
        actions=int((result.lines.to_repair > 0).sum() + (result.lines.to_acquire > 0).sum()),
        posts=posts_by_area(area, found, chosen),
        records_sha256=_hash(found, result),
    )
    _freeze(run, found, served, values, np.flatnonzero(chosen), result)
    run.seconds = round(time.perf_counter() - started, 3)
    run.save(update_fields=["seconds"])
    record(
        by=by,
        action="gaps.run_diagnosis",
        subject=f"run:{run.pk}",
        area_path=area.path,
        detail={"as_of": as_of.isoformat(), "standards": rules.version, "units": run.units},
        records=len(result.lines),
        records_sha256=run.records_sha256,
    )
    return run


@transaction.atomic
def publish_run(*, by: User, run: DiagnosisRun) -> DiagnosisRun:
    """Let everybody see a run. Publishing a published run changes nothing."""
    require(by, Permission.PUBLISH_DIAGNOSIS, run.area.path)
    if run.stage == RunStage.PUBLISHED:
        return run
    run.stage, run.published_at = RunStage.PUBLISHED, timezone.now()
    run.save(update_fields=["stage", "published_at"])
    record(by=by, action="gaps.publish_run", subject=f"run:{run.pk}", area_path=run.area.path)
    return run


def _kept(rules: Standards) -> StandardsVersion:
    """The row that keeps these very standards."""
    kept, _made = StandardsVersion.objects.get_or_create(
        sha256=rules.sha256, defaults={"version": rules.version, "content": rules.content()}
    )
    return kept


def _hash(found: Readings, result: Reckoned) -> str:
    lines = ((found.uids[row[0]], *row[1:]) for row in to_rows.line_rows(result.lines))
    services = ((found.uids[row.unit], row.service, str(row.readiness)) for row in result.services)
    return frozen_hash(lines, services)


def _freeze(
    run: DiagnosisRun, found: Readings, served: Served, values: dict[str, Array], places: Numbers, result: Reckoned
) -> None:
    insert_rows(
        RunUnit,
        to_rows.RUN_UNIT_FIELDS,
        to_rows.run_unit_rows(run.pk, found, served, values, places, result),
    )
    ids = found.ids.tolist()
    lines = ((run.pk, ids[row[0]], *row[1:]) for row in to_rows.line_rows(result.lines))
    insert_rows(GapLine, ("run_id", "unit_id", *LINE_FIELDS), lines)
    insert_rows(ServiceResult, to_rows.SERVICE_FIELDS, to_rows.service_rows(run.pk, found, result))
    insert_rows(WisnLine, to_rows.WISN_FIELDS, to_rows.wisn_rows(run.pk, found, result))
    areas = _areas(run.area, found)
    totals: Any = to_totals.area_totals(run.pk, result.lines, areas, found.size)
    insert_rows(AreaTotal, to_totals.AREA_TOTAL_FIELDS, totals)
    insert_rows(AreaService, to_totals.AREA_SERVICE_FIELDS, to_totals.area_services(run.pk, result, areas))


def _areas(area: Area, found: Readings) -> list[Numbers]:
    """For the run's area, the states below it and the municipalities below it: the area id of every unit."""
    levels = [np.full(found.size, area.pk, dtype=np.int64)]
    if area.level == Level.COUNTRY:
        states = {int(state.code): state.pk for state in areas_under(area.path, Level.STATE)}
        of_town = np.array([states[number] for number in found.municipalities.states.tolist()], dtype=np.int64)
        levels.append(of_town[found.municipality])
    if area.level in {Level.COUNTRY, Level.STATE}:
        levels.append(np.array(found.municipalities.ids, dtype=np.int64)[found.municipality])
    return levels
