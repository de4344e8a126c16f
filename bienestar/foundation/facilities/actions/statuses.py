"""From what dated files say of a unit's status to the periods in which each status held.

The periods are made anew from all that was told, so that it does not matter which file came first.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, order=True)
class Told:
    """What one file says: on its date the unit had a status, since a day if it tells one."""

    date: dt.date
    sha: str
    status: str
    since: dt.date | None = None
    source_id: int | None = None

    def as_json(self) -> list[Any]:
        """Plain values, kept with the unit."""
        return [self.date.isoformat(), self.sha, self.status, str(self.since or ""), self.source_id]

    @classmethod
    def from_json(cls, kept: list[Any]) -> Told:
        """The same, read back."""
        date, sha, status, since, source_id = kept
        return cls(dt.date.fromisoformat(date), sha, status, dt.date.fromisoformat(since) if since else None, source_id)


@dataclass(frozen=True)
class Period:
    """A status and the days on which it held; no start: since before our records; no end: it holds."""

    status: str
    valid_from: dt.date | None
    valid_to: dt.date | None
    source_id: int | None


def periods(told: Iterable[Told]) -> list[Period]:
    """The periods in order.

    Files that say the same one after another make one period, from the earliest day any of them tells. A period that
    follows another begins on the day told, if that is after the start of the one before, else on the date of the
    first file that tells it. Of two files of one date that contradict each other the one of the greater hash holds.
    """
    ordered = sorted(told, key=lambda t: (t.date, t.sha, t.status, t.since or dt.date.max))
    status_on = {statement.date: statement.status for statement in ordered}
    runs: list[list[Told]] = []
    for statement in ordered:
        if statement.status != status_on[statement.date]:
            continue
        if runs and runs[-1][0].status == statement.status:
            runs[-1].append(statement)
        else:
            runs.append([statement])
    found: list[Period] = []
    for run in runs:
        days = [statement.since for statement in run if statement.since]
        if found:
            earliest = (found[-1].valid_from or dt.date.min) + ONE_DAY
            after = [day for day in days if day >= earliest]
            start: dt.date | None = min(after) if after else max(run[0].date, earliest)
            assert start is not None
            found[-1] = replace(found[-1], valid_to=start - ONE_DAY)
        else:
            start = min(days) if days else None
        found.append(Period(run[0].status, start, None, run[0].source_id))
    return found
