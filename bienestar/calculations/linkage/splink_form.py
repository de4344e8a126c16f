"""The model as the settings of Splink 5: the same levels, conditions, m and u, so that Splink gives the same weights.

Splink reads the comparable rows with the keys ``b1`` … ``b6`` (``blocking.make_rest``); how frequent names are is given
to it apart (``splink_run.py``).
"""

from __future__ import annotations

from typing import Any, Literal

from bienestar.calculations.linkage.blocking import KEYS, rule
from bienestar.calculations.linkage.compared import FIELDS, Field
from bienestar.calculations.linkage.model import Model


def splink_settings(
    model: Model, link_type: Literal["link_only", "dedupe_only"] = "link_only", id_column: str = "i"
) -> dict[str, Any]:
    """The settings to give to ``splink.Linker``, for DuckDB or Spark alike."""
    return {
        "link_type": link_type,
        "unique_id_column_name": id_column,
        "probability_two_random_records_match": model.prior,
        "blocking_rules_to_generate_predictions": [rule(key) for key in KEYS],
        "comparisons": [_comparison(field, model) for field in FIELDS],
        "retain_intermediate_calculation_columns": True,
        "retain_matching_columns": True,
    }


def _comparison(field: Field, model: Model) -> dict[str, Any]:
    levels: list[dict[str, Any]] = [
        {"sql_condition": field.missing, "label_for_charts": "missing", "is_null_level": True}
    ]
    for number, (level, odds) in enumerate(zip(field.levels, model.levels[field.name], strict=True)):
        one: dict[str, Any] = {
            "sql_condition": level.condition or "ELSE",
            "label_for_charts": level.name,
            "m_probability": odds.m,
            "u_probability": odds.u,
        }
        if field.by_frequency and number == 0:
            one["tf_adjustment_column"] = field.column
        levels.append(one)
    return {"output_column_name": field.name, "comparison_levels": levels}
