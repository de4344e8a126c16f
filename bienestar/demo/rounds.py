"""Storing an invented census round: open it, record its visits, decide on them, close it if it is over."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from bienestar.demo.census import REFUSED_NOTE, SECTIONS, Round
from bienestar.operations.census.actions import (
    Seen,
    VisitRow,
    accept_visits,
    close_round,
    expect_units,
    open_round,
    record_visits,
    refuse_visits,
)
from bienestar.operations.census.queries import visits_of

if TYPE_CHECKING:
    from bienestar.foundation.accounts.models import User
    from bienestar.foundation.territory.models import Area
    from bienestar.operations.census.models import Visit


def store_round(by: User, area: Area, round_: Round, ids: list[int], source: Any) -> None:
    """Store one round of the units whose ids are given in their order."""
    opened = open_round(
        by=by, area=area, name=round_.name, starts_on=round_.starts_on, ends_on=round_.ends_on, teams=round_.teams
    )
    expect_units(by=by, round_=opened, unit_ids=[ids[n] for n in round_.expected])
    rows = [
        VisitRow(
            unit_id=ids[visit.unit],
            visited_on=visit.on,
            team=visit.team,
            seen=[Seen(name, *pair, f"sección {SECTIONS[name.split('.')[0]]}") for name, pair in visit.seen.items()],
        )
        for visit in round_.visits
    ]
    record_visits(by=by, round_=opened, visits=rows, source=source)
    sights = {(ids[sight.unit], sight.on): sight for sight in round_.visits}
    decided: dict[tuple[dt.date, str], list[Visit]] = defaultdict(list)
    for visit in visits_of(by, opened):
        sight = sights[(visit.unit_id, visit.visited_on)]
        decided[(sight.reviewed_on, sight.stage)].append(visit)
    for (day, stage), visits in sorted(decided.items(), key=lambda one: one[0]):
        if stage == "accepted":
            accept_visits(by=by, visits=visits, on=day)
        elif stage == "refused":
            refuse_visits(by=by, visits=visits, note=REFUSED_NOTE, on=day)
    if round_.closed:
        close_round(by=by, round_=opened, on=round_.ends_on)
