"""Reading plans: previews, scenarios, their items with reasons, purchases."""

from bienestar.insight.planning.queries.limits import PlanRefused
from bienestar.insight.planning.queries.previews import (
    DEFAULT_GAP,
    CurvePoint,
    Preview,
    Solved,
    budget_curve,
    pesos,
    preview,
    preview_of,
    solved,
    whole_cost,
)
from bienestar.insight.planning.queries.problems import Refused, RunProblem, run_problem
from bienestar.insight.planning.queries.scenarios import (
    Comparison,
    ResourceTotal,
    UnitPart,
    compare_scenarios,
    items,
    purchases_by_resource,
    purchases_of,
    reasons_of,
    run_to_plan,
    scenario_visible_to,
    scenarios_visible_to,
    spent_by_money,
    unit_part,
)
from bienestar.insight.planning.queries.sentences import reason_sentence, sentence_of

__all__ = [
    "DEFAULT_GAP",
    "Comparison",
    "CurvePoint",
    "PlanRefused",
    "Preview",
    "Refused",
    "ResourceTotal",
    "RunProblem",
    "Solved",
    "UnitPart",
    "budget_curve",
    "compare_scenarios",
    "items",
    "pesos",
    "preview",
    "preview_of",
    "purchases_by_resource",
    "purchases_of",
    "reason_sentence",
    "reasons_of",
    "run_problem",
    "run_to_plan",
    "scenario_visible_to",
    "scenarios_visible_to",
    "sentence_of",
    "solved",
    "spent_by_money",
    "unit_part",
    "whole_cost",
]
