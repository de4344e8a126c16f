"""Where sets of values lie, and their columns. A set is three files that never change."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from django.conf import settings

from bienestar.foundation.definitions.indicators import Indicator
from bienestar.insight.indicators.models import ValueSet
from bienestar.insight.indicators.queries.rules import CheckedIndicator

VALUES, REPORTING, DEFINITIONS = "values.parquet", "reporting.parquet", "definitions.json"

#: Columns of the file of values, one row for each value; ``rows``: how many records are behind the numerator.
VALUE_COLUMNS = {
    "indicator": "VARCHAR",
    "version": "INTEGER",
    "level": "VARCHAR",
    "code": "VARCHAR",
    "state": "VARCHAR",
    "municipality": "VARCHAR",
    "split": "VARCHAR",
    "member": "VARCHAR",
    "numerator": "DECIMAL(38,4)",
    "denominator": "DECIMAL(38,4)",
    "value": "DOUBLE",
    "status": "VARCHAR",
    "rows": "BIGINT",
    "units_due": "BIGINT",
    "units_reported": "BIGINT",
    "public": "BOOLEAN",
}


def home() -> Path:
    """Where sets of values are."""
    return Path(settings.HOME) / "indicators"


def file_of(value_set: ValueSet, name: str) -> Path:
    """One of a set's files."""
    return home() / value_set.folder / name


def definitions_bytes(checked: dict[str, CheckedIndicator]) -> bytes:
    """The definitions as they are frozen: JSON, keys in order, UTF-8."""
    content = {name: one.definition.model_dump(mode="json") for name, one in sorted(checked.items())}
    return (json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def frozen_definitions(value_set: ValueSet) -> dict[str, Indicator]:
    """The indicators by whose rules a set was reckoned. Raises OSError when the file is gone."""
    content = json.loads(file_of(value_set, DEFINITIONS).read_bytes())
    return {name: Indicator.model_validate(one) for name, one in content.items()}


def sha256_of(content: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(content).hexdigest()
