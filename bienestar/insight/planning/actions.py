"""Saving plans: a scenario is frozen with the run, the costs and the limits that it was reckoned from."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from bienestar.foundation.accounts.choices import Permission
from bienestar.foundation.accounts.models import User
from bienestar.foundation.accounts.queries import require
from bienestar.foundation.journal.actions import record, records_hash
from bienestar.foundation.storage.rows import insert_rows
from bienestar.insight.gaps.models import DiagnosisRun
from bienestar.insight.planning.models import Scenario, ScenarioItem, ScenarioPurchase
from bienestar.insight.planning.queries import DEFAULT_GAP, PlanRefused, Solved, pesos, solved

ITEM_FIELDS = ("scenario_id", "unit_id", "service", "chosen", "cost", "people", "value", "reason", "figures")
PURCHASE_FIELDS = ("scenario_id", "unit_id", "resource", "to_repair", "to_acquire", "uncounted", "money", "cost")
NAME_LENGTH = 120


@transaction.atomic
def make_scenario(
    *,
    by: User,
    run: DiagnosisRun,
    name: str,
    budget: Decimal | float | str,
    limits: Mapping[str, Any] | None = None,
    gap: float = DEFAULT_GAP,
) -> Scenario:
    """Plan a diagnosis run under a budget (pesos) and keep the answer with a reason for every item.

    ``limits``: see queries.limits. ``gap``: relative distance to the bound to prove. Raises PlanRefused with one
    sentence when the plan cannot be made as asked, PermissionDenied without MAKE_PLAN over the run's area.
    """
    require(by, Permission.MAKE_PLAN, run.area.path)
    title = _checked_name(name)
    started = time.perf_counter()
    done = solved(run, budget, limits or {}, gap)
    scenario = _keep(by, run, title, gap, done, time.perf_counter() - started)
    items = list(_item_rows(scenario.pk, done))
    bought = list(_purchase_rows(scenario.pk, done))
    insert_rows(ScenarioItem, ITEM_FIELDS, items)
    insert_rows(ScenarioPurchase, PURCHASE_FIELDS, bought)
    record(
        by=by,
        action="planning.make_scenario",
        subject=f"scenario:{scenario.pk}",
        area_path=run.area.path,
        detail={"run": run.pk, "name": title, "budget": str(scenario.budget), "value": scenario.value},
        records=len(items) + len(bought) + 1,
        records_sha256=records_hash([*items, *bought]),
    )
    return scenario


@transaction.atomic
def rename_scenario(*, by: User, scenario: Scenario, name: str) -> Scenario:
    """Give a scenario another name. Raises PlanRefused for an empty or too long one."""
    require(by, Permission.MAKE_PLAN, scenario.area.path)
    before, scenario.name = scenario.name, _checked_name(name)
    scenario.save(update_fields=["name"])
    record(
        by=by,
        action="planning.rename_scenario",
        subject=f"scenario:{scenario.pk}",
        area_path=scenario.area.path,
        detail={"before": before, "after": scenario.name},
    )
    return scenario


@transaction.atomic
def delete_scenario(*, by: User, scenario: Scenario) -> None:
    """Delete a scenario with its items; the journal keeps what it was."""
    require(by, Permission.MAKE_PLAN, scenario.area.path)
    detail = {
        "name": scenario.name,
        "run": scenario.run_id,
        "made_by": scenario.made_by,
        "budget": str(scenario.budget),
        "value": scenario.value,
    }
    subject, path = f"scenario:{scenario.pk}", scenario.area.path
    scenario.delete()
    record(by=by, action="planning.delete_scenario", subject=subject, area_path=path, detail=detail)


def _checked_name(name: str) -> str:
    title = name.strip()
    if not title or len(title) > NAME_LENGTH:
        raise PlanRefused(_("A plan needs a name of 1 to %(most)d characters.") % {"most": NAME_LENGTH})
    return title


def _keep(by: User, run: DiagnosisRun, name: str, gap: float, done: Solved, seconds: float) -> Scenario:
    plan = done.plan
    return Scenario.objects.create(
        run=run,
        area=run.area,
        name=name,
        made_by=by.username,
        budget=pesos(done.limits.budget),
        limits=done.written,
        costs_version=done.found.costs.version,
        costs_sha256=done.found.costs.sha256,
        gap_target=gap,
        spent=pesos(plan.spent),
        value=plan.value,
        bound=plan.bound,
        gap=plan.gap,
        greedy_value=plan.greedy_value,
        people_gaining=plan.people_gaining,
        price_of_million=plan.price_of_million,
        seconds=seconds,
    )


def _item_rows(scenario: int, done: Solved) -> Iterator[tuple[Any, ...]]:
    services = done.found.problem.services
    for service, why in zip(services, done.explained(), strict=True):
        assumed = done.found.uncounted.get((service.unit, service.service))
        figures = {**why.figures, "uncounted": assumed} if assumed else why.figures
        yield (
            scenario,
            service.unit,
            service.service,
            why.chosen,
            pesos(why.cents),
            service.people,
            service.value,
            why.reason,
            json.dumps(figures),
        )
    for item in done.found.refused:
        told = json.dumps(item.figures)
        yield (scenario, item.unit, item.service, False, None, item.people, 0.0, str(item.reason), told)


def _purchase_rows(scenario: int, done: Solved) -> Iterator[tuple[Any, ...]]:
    assumed = {(unit, code) for (unit, _), codes in done.found.uncounted.items() for code in codes}
    for row in done.purchases():
        what = (row.unit, row.resource, row.to_repair, row.to_acquire, (row.unit, row.resource) in assumed)
        yield (scenario, *what, row.money, pesos(row.cents))
