"""Actions of the room."""

from bienestar.insight.indicators.actions.compute import ReckoningRefused, compute_values, publish_values
from bienestar.insight.indicators.actions.reading import export_records, read_records

__all__ = ["ReckoningRefused", "compute_values", "export_records", "publish_values", "read_records"]
