"""All that is stored of units, without row numbers and without which key came first: to compare two databases."""

from __future__ import annotations

from typing import Any

from bienestar.foundation.facilities.models import Unit

FIELDS = (
    "name", "locality_name", "jurisdiction", "establishment", "typology", "typology_name", "unit_type", "nuclei",
    "care_level", "stratum", "latitude", "longitude", "outside_municipality",
)  # fmt: skip


def units() -> dict[str, Any]:
    """Units that stand, by their keys."""
    found = {}
    related = ("identifiers", "operators", "statuses")
    for unit in Unit.objects.filter(merged_into=None).select_related("municipality").prefetch_related(*related):
        keys = sorted((i.value, i.valid_from, i.valid_to, i.is_current) for i in unit.identifiers.all())
        told = {name: getattr(unit, name) for name in FIELDS}
        told["municipality"] = unit.municipality.code
        told["keys"] = keys
        told["operators"] = sorted((o.operator, str(o.valid_from), str(o.valid_to)) for o in unit.operators.all())
        told["statuses"] = sorted((s.status, str(s.valid_from), str(s.valid_to)) for s in unit.statuses.all())
        found[" ".join(k[0] for k in keys)] = told
    return found
