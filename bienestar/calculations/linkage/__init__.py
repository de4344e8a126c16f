"""Matching persons: which rows of two rolls, or of one roll with itself, speak of the same person.

A DuckDB connection is passed in; everything is SQL over whole tables inside it. See docs/methods/matching-persons.md.

    settings = linkage_settings()                                  # definitions/linkage.yaml
    model, counts = match(con, "persons", "roll", settings)        # learn and link at once, the work shared
    model = learn(con, "persons", "roll", settings)                # or apart
    counts = link(con, "persons", "roll", model, settings)         # leaves the tables links and review in con
    counts = dedupe(con, "persons", None, settings)                # leaves review (links stays empty)
    reasons = explain(model, Record(...), Record(...))             # weights in bits that sum to the pair's weight

On a cluster, the same model by Splink: ``link_on_spark`` in ``linkage.spark`` (imported apart: it needs pyspark).
"""

from bienestar.calculations.linkage.compared import FIELDS, Field, Level
from bienestar.calculations.linkage.deciding import Counts
from bienestar.calculations.linkage.explaining import Reason, Record, explain
from bienestar.calculations.linkage.linking import dedupe, learn, link, match
from bienestar.calculations.linkage.model import Model
from bienestar.calculations.linkage.settings import Settings
from bienestar.calculations.linkage.splink_form import splink_settings

__all__ = [
    "FIELDS",
    "Counts",
    "Field",
    "Level",
    "Model",
    "Reason",
    "Record",
    "Settings",
    "dedupe",
    "explain",
    "learn",
    "link",
    "match",
    "splink_settings",
]
