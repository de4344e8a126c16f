"""What the page of one medical unit shows of the registers, beside its diagnosis."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from bienestar.foundation.facilities.models import Unit
from bienestar.foundation.facilities.queries import capacities_of
from bienestar.registers.equipment.queries import counts_of as devices_of
from bienestar.registers.workforce.queries import counts_of as staff_of


@dataclass(frozen=True)
class Count:
    """The newest count of one resource; None: looked for and not counted."""

    resource: str
    as_of: dt.date
    existing: float | None
    usable: float | None
    source: str | None
    publisher: str | None

    @property
    def group(self) -> str:
        return self.resource.split(".")[0]


def newest_counts(unit: Unit) -> list[Count]:
    """Staff, rooms, beds, devices, utilities of a unit as last counted, from all registers in one query."""
    fields = ("resource", "as_of", "existing", "usable", "source__name", "source__publisher")
    parts = [rows.order_by().values_list(*fields) for rows in (staff_of(unit), capacities_of(unit), devices_of(unit))]
    newest: dict[str, Count] = {}
    for row in parts[0].union(*parts[1:], all=True):
        count = Count(*row)
        kept = newest.get(count.resource)
        if kept is None or count.as_of > kept.as_of:
            newest[count.resource] = count
    return sorted(newest.values(), key=lambda count: count.resource)
