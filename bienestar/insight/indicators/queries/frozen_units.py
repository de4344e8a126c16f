"""Names of medical units as a snapshot froze them: a page of a past cut-off calls a unit what it was called then."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import duckdb

from bienestar.insight.indicators.models import ValueSet
from bienestar.insight.snapshots.queries.reading import attach, folder_of, manifest_of


@dataclass(frozen=True)
class FrozenUnit:
    """What a unit was called at a cut-off."""

    unit: str
    name: str
    clues: str
    municipality: str


def frozen_units(value_set: ValueSet, wanted: Collection[str]) -> dict[str, FrozenUnit]:
    """Units by their uid; none where the snapshot has no units or its files are not here."""
    if not wanted:
        return {}
    try:
        manifest = manifest_of(value_set.snapshot)
        if "units" not in manifest.tables:
            return {}
        with duckdb.connect(config={"threads": 1, "memory_limit": "256MB"}) as con:
            attach(con, folder_of(value_set.snapshot), manifest, {"units"})
            rows = con.execute(
                "SELECT unit, coalesce(name, unit), coalesce(clues, unit), coalesce(municipality, '') FROM units "
                "WHERE unit IN (SELECT unnest(?))",
                [sorted(wanted)],
            ).fetchall()
    except (OSError, ValueError, duckdb.Error):
        return {}
    return {row[0]: FrozenUnit(*row) for row in rows}
