"""The content of the database without numbers and times that each database gives anew."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from bienestar.foundation.accounts.models import Grant, User
from bienestar.foundation.facilities.models import (
    CapacityCount,
    CatchmentCell,
    OpeningHours,
    Unit,
    UnitIdentifier,
    UnitOperator,
    UnitStatus,
)
from bienestar.foundation.journal.models import JournalEntry, SourceFile
from bienestar.foundation.territory.models import Area, AreaBoundary, AreaFigure
from bienestar.insight.gaps.models import DiagnosisRun
from bienestar.insight.planning.models import Scenario, ScenarioItem
from bienestar.operations.census.models import CensusRound, CensusTeam, ExpectedUnit, Observation, Visit
from bienestar.registers.equipment.models import EquipmentCount
from bienestar.registers.workforce.models import StaffCount

COUNT = ("unit__uid", "resource", "as_of", "existing", "usable", "source__sha256")
TABLES: dict[Any, tuple[str, ...]] = {
    SourceFile: ("sha256", "kind", "name", "publisher", "published_on"),
    Area: ("path", "level", "name", "latitude", "longitude", "source__sha256"),
    AreaBoundary: ("area__path", "geometry", "west", "south", "east", "north"),
    AreaFigure: ("area__path", "measure", "as_of", "value", "source__sha256"),
    Unit: (
        "uid", "path", "name", "municipality__path", "locality__path", "jurisdiction", "typology", "unit_type",
        "nuclei", "care_level", "stratum", "latitude", "longitude", "outside_municipality", "provenance",
    ),
    UnitIdentifier: ("value", "unit__uid", "valid_from", "valid_to", "is_current"),
    UnitOperator: ("unit__uid", "operator", "valid_from", "valid_to"),
    UnitStatus: ("unit__uid", "status", "valid_from", "valid_to"),
    OpeningHours: ("unit__uid", "as_of", "opens", "closes", "weekdays"),
    CatchmentCell: (
        "unit__uid", "locality_code", "block", "as_of", "population", "entitled", "not_entitled", "minutes", "road",
    ),
    CapacityCount: COUNT,
    StaffCount: COUNT,
    EquipmentCount: COUNT,
    CensusRound: ("area__path", "name", "starts_on", "ends_on", "stage"),
    CensusTeam: ("round__name", "name", "surveyors"),
    ExpectedUnit: ("round__name", "round__area__path", "unit__uid"),
    Visit: ("round__name", "unit__uid", "visited_on", "team__name", "stage", "decided_by", "note"),
    Observation: (
        "visit__round__name", "visit__unit__uid", "visit__visited_on", "resource", "existing", "usable", "origin",
    ),
    JournalEntry: ("actor", "action", "area_path", "records"),
    User: ("username", "display_name", "language"),
    Grant: ("user__username", "role__key", "area_path", "valid_to"),
    DiagnosisRun: ("area__path", "as_of", "stage", "units", "units_observed", "actions", "records_sha256"),
    Scenario: ("area__path", "name", "budget", "limits", "spent", "value", "people_gaining"),
    ScenarioItem: ("scenario__name", "unit__uid", "service", "chosen", "cost", "reason"),
}  # fmt: skip


def content() -> dict[str, tuple[int, str]]:
    """Table → number of rows and hash of what they say."""
    return {model.__name__: _hash(model.objects.values_list(*fields)) for model, fields in TABLES.items()}


def _hash(rows: Iterable[tuple[Any, ...]]) -> tuple[int, str]:
    lines = sorted(repr([_told(value) for value in row]) for row in rows)
    return len(lines), hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _told(value: Any) -> Any:
    """A value as both databases tell it, without numbers of rows: a unit's status is kept with its file's."""
    if isinstance(value, dict):
        return json.dumps({name: told for name, told in value.items() if name != "status"}, sort_keys=True)
    return float(value) if isinstance(value, Decimal) else value
