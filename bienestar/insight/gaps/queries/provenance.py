"""The files behind a diagnosis."""

from __future__ import annotations

from bienestar.foundation.facilities.queries import sources_of_units
from bienestar.foundation.journal.models import SourceFile
from bienestar.foundation.journal.queries import sources_received
from bienestar.foundation.territory.models import Area
from bienestar.foundation.territory.queries import sources_of_areas
from bienestar.insight.gaps.models import DiagnosisRun
from bienestar.registers.equipment.queries import sources_of as sources_of_equipment
from bienestar.registers.workforce.queries import sources_of as sources_of_staff


def sources_of_run(run: DiagnosisRun, area: Area) -> list[SourceFile]:
    """Every file that brought a value of the area and had been received when the diagnosis was made."""
    ids = sources_of_units(area.path) | sources_of_areas(area.path)
    ids |= sources_of_staff(run.as_of, area.path) | sources_of_equipment(run.as_of, area.path)
    return sources_received(ids, run.made_at)
