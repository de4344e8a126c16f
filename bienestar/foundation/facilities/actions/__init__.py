"""Writing medical units: what they are, their keys, hours, catchments, rooms and beds."""

from bienestar.foundation.facilities.actions.counts import put_capacities
from bienestar.foundation.facilities.actions.people import (
    CatchmentRow,
    GroupRow,
    put_catchment,
    put_catchment_groups,
)
from bienestar.foundation.facilities.actions.units import (
    HoursRow,
    UnitRow,
    mark_outside,
    put_hours,
    put_units,
    tie_keys,
)

__all__ = [
    "CatchmentRow",
    "GroupRow",
    "HoursRow",
    "UnitRow",
    "mark_outside",
    "put_capacities",
    "put_catchment",
    "put_catchment_groups",
    "put_hours",
    "put_units",
    "tie_keys",
]
