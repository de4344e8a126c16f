"""What can be chosen from a frozen diagnosis: services held back, priced; and those that cannot be chosen, with why."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from bienestar.calculations.optimiser.problem import Need, Price, Prices, Problem, Service, build_problem
from bienestar.foundation.definitions.catalogue import catalogue
from bienestar.foundation.definitions.costs import CostLine, Costs, costs
from bienestar.foundation.definitions.planning import PlanningRules, planning_rules
from bienestar.foundation.definitions.standards import Standards, standards_from_content
from bienestar.foundation.territory.choices import Measure
from bienestar.foundation.territory.queries import figures_as_of
from bienestar.insight.gaps.choices import Readiness
from bienestar.insight.gaps.models import DiagnosisRun
from bienestar.insight.planning.choices import Reason

KEPT_SERVICES = 100_000  # together in the problems that one process keeps: a country, or many states


@dataclass(frozen=True)
class Refused:
    """A service that is not ready and cannot be planned."""

    unit: int
    service: str
    people: float | None
    reason: Reason
    figures: dict[str, Any]


@dataclass
class RunProblem:
    """A diagnosis run laid out for planning."""

    problem: Problem
    prices: Prices
    refused: list[Refused]
    costs: Costs
    rules: PlanningRules
    standards: Standards
    units: dict[str, int] = field(default_factory=dict)  # uid → unit id
    position: dict[tuple[int, str], int] = field(default_factory=dict)  # (unit id, service) → place in the problem
    uncounted: dict[tuple[int, str], list[str]] = field(default_factory=dict)  # resources taken as missing

    @property
    def whole_cost(self) -> int:
        """Cents that would make every service ready that can be planned."""
        return self.problem.used_by_cents(range(len(self.problem.services)))


_kept: OrderedDict[tuple[object, ...], RunProblem] = OrderedDict()
_lock = Lock()


def run_problem(run: DiagnosisRun, uncounted: str | None = None) -> RunProblem:
    """The run laid out with the costs and rules in force; kept in memory, because a run never changes.

    ``uncounted``: "buy" or "leave" what nobody counted; None is the policy of definitions/planning.yaml.
    """
    policy = uncounted or planning_rules().uncounted.policy
    key = (run.pk, run.records_sha256, run.made_at, costs().sha256, planning_rules().sha256, policy)
    with _lock:
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key]
    found = _load(run, policy)
    with _lock:
        _kept[key] = found
        while len(_kept) > 1 and sum(len(kept.problem.services) for kept in _kept.values()) > KEPT_SERVICES:
            _kept.popitem(last=False)
    return found


def prices_of(found: Costs, years: float) -> Prices:
    """The costs as prices in cents; what is paid every year is paid for the plan's horizon."""
    staff = {code for code, resource in catalogue().resources.items() if resource.group == "staff"}

    def price(code: str, line: CostLine) -> Price:
        amount = line.amount * (years if line.per == "year" else 1)
        return Price(round(amount * 100), line.money, code if code in staff else None)

    return Prices(
        acquire={code: price(code, cost.acquire) for code, cost in found.costs.items()},
        repair={code: price(code, cost.repair) for code, cost in found.costs.items()},
    )


def _load(run: DiagnosisRun, policy: str) -> RunProblem:
    found, rules = costs(), planning_rules()
    frozen = standards_from_content(run.standards.content)
    prices = prices_of(found, rules.horizon_years.years)
    degrees = _degrees(run)
    shared = {code for code, resource in catalogue().resources.items() if resource.shared}
    layers = _layers(run, frozen)
    services, refused, units, uncounted = [], [], {}, {}
    for row in _services(run):
        units[row["unit__uid"]] = row["unit_id"]
        degree = degrees.get(row["unit__municipality_id"])
        needs = tuple(Need(code, repair, acquire, code in shared) for code, repair, acquire in row["missing"])
        if row["unknown"] and row["readiness"] == Readiness.HELD and policy == "buy":
            assumed = [
                (code, rules.uncounted.lacking(code, asked)) for code, asked in row["unknown"] if asked is not None
            ]
            needs += tuple(Need(code, 0, lacking, code in shared) for code, lacking in assumed)
            uncounted[(row["unit_id"], row["service"])] = [code for code, _ in row["unknown"]]
            row["unknown"] = [pair for pair in row["unknown"] if pair[1] is None]
        obstacle = _obstacle(row, needs, prices)
        if obstacle:
            reason, figures = obstacle
            refused.append(Refused(row["unit_id"], row["service"], row["people"], reason, figures))
            continue
        weight = frozen.services[row["service"]].weight * rules.marginalisation_weights.of(degree)
        people = row["people"]
        layer = layers.get(row["unit_id"], "")
        place = row["unit__municipality_id"] if layer == "municipality" else None
        services.append(Service(row["unit_id"], row["service"], people * weight, people, needs, degree, layer, place))
    position = {(service.unit, service.service): i for i, service in enumerate(services)}
    problem = build_problem(services, prices)
    return RunProblem(problem, prices, refused, found, rules, frozen, units, position, uncounted)


def _services(run: DiagnosisRun) -> list[dict[str, Any]]:
    rows = run.services.exclude(readiness=Readiness.READY).order_by("unit__uid", "service")
    fields = ("unit_id", "unit__uid", "unit__municipality_id", "service", "readiness", "people", "missing", "unknown")
    return list(rows.values(*fields))


def _layers(run: DiagnosisRun, standards: Standards) -> dict[int, str]:
    """By unit id, which units of the run serve different people: those whose types share them out together."""

    def layer(unit_type: str) -> str:
        rule = standards.unit_types[unit_type].serves if unit_type in standards.unit_types else ""
        return f"{rule} {unit_type}" if rule == "nearest_of_type" else rule

    return {unit: layer(unit_type) for unit, unit_type in run.run_units.values_list("unit_id", "unit_type")}


def _degrees(run: DiagnosisRun) -> dict[int, int]:
    """CONAPO's degree by municipality id, as of the diagnosis."""
    figures = figures_as_of(None, Measure.MARGINALISATION_DEGREE, run.as_of)
    return {area: int(figure.value) for area, figure in figures.items()}


def _obstacle(row: dict[str, Any], needs: tuple[Need, ...], prices: Prices) -> tuple[Reason, dict[str, Any]] | None:
    """Why a service that is not ready cannot be chosen at all, or None."""
    if row["readiness"] == Readiness.UNKNOWN or row["unknown"]:
        return Reason.UNKNOWN, {"resources": [code for code, _ in row["unknown"]]}
    without = prices.lacking(needs)
    if without:
        return Reason.NO_COST, {"resources": without}
    if not row["people"]:
        return Reason.NO_PEOPLE, {}
    return None
