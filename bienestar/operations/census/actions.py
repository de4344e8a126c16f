"""Doing a census: open a round, say which units it expects, record visits, accept or refuse them.

Accepting a visit carries what was seen into the registers, through their own actions.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bienestar.foundation.accounts.choices import Permission
from bienestar.foundation.accounts.models import User
from bienestar.foundation.accounts.queries import access_of, require
from bienestar.foundation.definitions.catalogue import catalogue
from bienestar.foundation.facilities.actions import put_capacities
from bienestar.foundation.facilities.queries import unit_paths
from bienestar.foundation.journal.actions import record, records_hash
from bienestar.foundation.journal.models import SourceFile
from bienestar.foundation.storage.counts import Count
from bienestar.foundation.storage.rows import insert_rows
from bienestar.foundation.storage.turns import take_turn
from bienestar.foundation.territory.models import Area
from bienestar.foundation.territory.queries import common_path
from bienestar.operations.census.choices import RoundStage, VisitStage
from bienestar.operations.census.models import CensusRound, CensusTeam, ExpectedUnit, Observation, Visit
from bienestar.operations.census.queries import stored_observations
from bienestar.registers.equipment.actions import put_counts as put_equipment
from bienestar.registers.workforce.actions import put_counts as put_staff

#: Which register a resource group belongs to; every other group is a capacity of the unit.
REGISTERS = {"staff": put_staff, "equipment": put_equipment}


@dataclass(frozen=True, slots=True)
class Seen:
    """One thing seen: existing and usable, None where it was looked for and not counted; and where it came from."""

    resource: str
    existing: float | None
    usable: float | None
    origin: str = ""


@dataclass(frozen=True)
class VisitRow:
    """One unit on one day, with what was seen."""

    unit_id: int
    visited_on: dt.date
    seen: Sequence[Seen] = field(default_factory=tuple)
    team: str = ""
    note: str = ""


class CensusError(Exception):
    """What was asked contradicts the census as it stands; the message is for the person who asked."""


@transaction.atomic
def open_round(
    *,
    by: User,
    area: Area,
    name: str,
    starts_on: dt.date,
    ends_on: dt.date | None = None,
    teams: Iterable[tuple[str, int]] = (),
) -> CensusRound:
    """Open a round over an area; one of the same name there is the same round. ``teams``: (name, surveyors)."""
    require(by, Permission.MANAGE_ROUND, area.path)
    round_, made = CensusRound.objects.get_or_create(
        area=area, name=name, defaults={"starts_on": starts_on, "ends_on": ends_on}
    )
    for team, surveyors in teams:
        CensusTeam.objects.get_or_create(round=round_, name=team, defaults={"surveyors": surveyors})
    if made:
        record(by=by, action="census.open_round", subject=f"round:{round_.pk}", area_path=area.path)
    return round_


@transaction.atomic
def expect_units(*, by: User, round_: CensusRound, unit_ids: Collection[int]) -> int:
    """Add units to the list that a round means to visit; how many were new."""
    require(by, Permission.MANAGE_ROUND, round_.area.path)
    known = set(ExpectedUnit.objects.filter(round=round_).values_list("unit_id", flat=True))
    fresh = sorted(set(unit_ids) - known)
    outside = sum(not path.startswith(round_.area.path) for path in unit_paths(fresh).values())
    if outside:
        raise CensusError(f"{outside} units are not in {round_.area.name}")
    ExpectedUnit.objects.bulk_create([ExpectedUnit(round=round_, unit_id=pk) for pk in fresh], batch_size=1000)
    if fresh:
        record(
            by=by,
            action="census.expect_units",
            subject=f"round:{round_.pk}",
            area_path=round_.area.path,
            records=len(fresh),
            records_sha256=records_hash(fresh),
        )
    return len(fresh)


@transaction.atomic
def record_visits(
    *, by: User, round_: CensusRound, visits: Sequence[VisitRow], source: SourceFile | None = None
) -> tuple[str, ...]:
    """Record visits with what was seen; "created", "changed" or "unchanged" for each in order.

    The same visit told again with the same numbers changes nothing. With other numbers it is corrected and waits for
    review again: one that was accepted is corrected only by whoever may review it, because until then the registers
    rest on it. Once its round is closed, or when a resource is not in the catalogue, CensusError.
    """
    paths = unit_paths({row.unit_id for row in visits})
    where = common_path(list(paths.values())) if paths else round_.area.path
    require(by, Permission.RECORD_VISIT, where)
    take_turn()
    _check(round_, visits, paths)
    kept = stored_observations(round_, set(paths))
    ids = {(unit, day): pk for pk, unit, day in _visit_days(round_)}
    teams = dict(CensusTeam.objects.filter(round=round_).values_list("name", "pk"))
    fresh = [row for row in visits if (row.unit_id, row.visited_on) not in ids]
    made = Visit.objects.bulk_create(
        [
            Visit(
                round=round_,
                unit_id=row.unit_id,
                visited_on=row.visited_on,
                team_id=teams.get(row.team),
                note=row.note,
                source=source,
            )
            for row in fresh
        ],
        batch_size=1000,
    )
    ids |= {(visit.unit_id, visit.visited_on): visit.pk for visit in made}
    outcomes, to_write = [], []
    corrected: dict[int, VisitRow] = {}
    new_ids = {visit.pk for visit in made}
    for row in visits:
        pk = ids[(row.unit_id, row.visited_on)]
        told = {seen.resource: (seen.existing, seen.usable) for seen in row.seen}
        if pk in new_ids:
            outcomes.append("created")
        elif kept[pk][2] == told:
            outcomes.append("unchanged")
            continue
        else:
            if kept[pk][1] == VisitStage.ACCEPTED and not access_of(by).can(
                Permission.REVIEW_VISIT, paths[row.unit_id]
            ):
                raise CensusError(
                    _("This visit was accepted: only a reviewer corrects it. Record a later visit instead.")
                )
            outcomes.append("changed")
            corrected[pk] = row
        to_write.extend((pk, s.resource, s.existing, s.usable, s.origin) for s in row.seen)
    _correct(corrected, teams, source)
    insert_rows(Observation, ("visit_id", "resource", "existing", "usable", "origin"), to_write)
    if len(fresh) or corrected:
        record(
            by=by,
            action="census.record_visits",
            subject=f"round:{round_.pk}",
            area_path=where,
            records=len(fresh) + len(corrected),
            records_sha256=records_hash(to_write),
        )
    return tuple(outcomes)


def _correct(corrected: dict[int, VisitRow], teams: dict[str, int], source: SourceFile | None) -> None:
    """Visits told again with other numbers: what was seen goes, and they wait for review again."""
    Observation.objects.filter(visit_id__in=corrected).delete()
    for pk, row in corrected.items():
        Visit.objects.filter(pk=pk).update(
            team_id=teams.get(row.team),
            note=row.note,
            source=source,
            stage=VisitStage.RECORDED,
            decided_by="",
            decided_at=None,
            decided_on=None,
        )


def _visit_days(round_: CensusRound) -> Iterable[tuple[int, int, dt.date]]:
    return Visit.objects.filter(round=round_).values_list("pk", "unit_id", "visited_on")


def _check(round_: CensusRound, visits: Sequence[VisitRow], paths: dict[int, str]) -> None:
    # Asked again: the round may have been closed since the caller read it.
    if CensusRound.objects.filter(pk=round_.pk, stage=RoundStage.CLOSED).exists():
        raise CensusError(f"the round {round_.name} is closed")
    if any(not path.startswith(round_.area.path) for path in paths.values()):
        raise CensusError(f"a unit is not in {round_.area.name}")
    days = [(row.unit_id, row.visited_on) for row in visits]
    if len(set(days)) != len(days):
        raise CensusError("the same unit is given twice on the same day")
    known = catalogue().resources
    for row in visits:
        names = [seen.resource for seen in row.seen]
        if len(set(names)) != len(names):
            raise CensusError("the same resource is given twice in one visit")
        for seen in row.seen:
            if seen.resource not in known:
                raise CensusError(f"{seen.resource!r} is not in the catalogue of resources")
            if seen.usable is not None and (seen.existing is None or seen.usable > seen.existing):
                raise CensusError(f"{seen.resource}: more are usable than exist")
            if seen.existing is not None and seen.existing < 0 or seen.usable is not None and seen.usable < 0:
                raise CensusError(f"{seen.resource}: a count is negative")


@transaction.atomic
def accept_visits(*, by: User, visits: Collection[Visit], on: dt.date | None = None) -> int:
    """Accept visits that wait, and carry what was seen into the registers; how many were accepted.

    ``on``: the day of a review that was made on paper and is entered later; today unless told. The journal has the
    moment at which it was entered. A day after today or before one of the visits: CensusError.
    """
    paths = unit_paths({visit.unit_id for visit in visits})
    where = common_path(list(paths.values()))
    require(by, Permission.REVIEW_VISIT, where)
    waiting = _still_waiting(visits)
    _decide(by, waiting, VisitStage.ACCEPTED, "", on)
    for source_id in sorted({visit.source_id for visit in waiting}, key=lambda pk: pk or 0):
        _carry(by, where, [visit for visit in waiting if visit.source_id == source_id])
    if waiting:
        _record(by, "census.accept_visits", where, waiting)
    return len(waiting)


def _carry(by: User, where: str, visits: list[Visit]) -> None:
    """What was seen in visits of one source, into the register of each resource's group."""
    by_id = {visit.pk: visit for visit in visits}
    groups = {code: resource.group for code, resource in catalogue().resources.items()}
    counts: dict[str, list[Count]] = {}
    for visit_id, resource, existing, usable in _seen_in(list(by_id)):
        visit = by_id[visit_id]
        group = groups.get(resource, "")
        register = group if group in REGISTERS else "capacity"
        counts.setdefault(register, []).append(Count(visit.unit_id, resource, visit.visited_on, existing, usable))
    for register, rows in counts.items():
        put = REGISTERS.get(register, put_capacities)
        put(by=by, path=where, counts=rows, source=visits[0].source)


def _seen_in(visit_ids: list[int]) -> Iterable[tuple[int, str, float | None, float | None]]:
    for start in range(0, len(visit_ids), 900):
        rows = Observation.objects.filter(visit_id__in=visit_ids[start : start + 900])
        yield from rows.values_list("visit_id", "resource", "existing", "usable").iterator(chunk_size=20_000)


@transaction.atomic
def refuse_visits(*, by: User, visits: Collection[Visit], note: str, on: dt.date | None = None) -> int:
    """Refuse visits that wait, with the reason; what was seen stays readable and reaches no register. ``on``: as in
    ``accept_visits``."""
    paths = unit_paths({visit.unit_id for visit in visits})
    where = common_path(list(paths.values()))
    require(by, Permission.REVIEW_VISIT, where)
    waiting = _still_waiting(visits)
    _decide(by, waiting, VisitStage.REFUSED, note, on)
    if waiting:
        _record(by, "census.refuse_visits", where, waiting)
    return len(waiting)


def _still_waiting(visits: Collection[Visit]) -> list[Visit]:
    """Those that nobody has decided since the caller read them, as they are now; nobody else decides meanwhile."""
    take_turn()
    ids = sorted({visit.pk for visit in visits})
    found: list[Visit] = []
    for start in range(0, len(ids), 900):
        found.extend(Visit.objects.filter(pk__in=ids[start : start + 900], stage=VisitStage.RECORDED))
    return found


def _decide(by: User, visits: list[Visit], stage: VisitStage, note: str, on: dt.date | None) -> None:
    today = timezone.localdate()
    if on is not None and on > today:
        raise CensusError("the review would be in the future")
    if on is not None and any(visit.visited_on > on for visit in visits):
        raise CensusError("a visit was made after the day of its review")
    ids = [visit.pk for visit in visits]
    for start in range(0, len(ids), 900):
        chosen = Visit.objects.filter(pk__in=ids[start : start + 900])
        chosen.update(stage=stage, decided_by=by.username, decided_at=timezone.now(), decided_on=on or today)
        if note:
            chosen.update(note=note)


@transaction.atomic
def close_round(*, by: User, round_: CensusRound, on: dt.date) -> CensusRound:
    """Close a round on its last day; visits can then be neither recorded nor corrected."""
    require(by, Permission.MANAGE_ROUND, round_.area.path)
    take_turn()
    if round_.visits.filter(stage=VisitStage.RECORDED).exists():
        raise CensusError("visits are still waiting for review")
    round_.stage, round_.ends_on = RoundStage.CLOSED, max(on, round_.starts_on)
    round_.save(update_fields=["stage", "ends_on"])
    record(by=by, action="census.close_round", subject=f"round:{round_.pk}", area_path=round_.area.path)
    return round_


def _record(by: User, action: str, where: str, visits: Collection[Visit]) -> None:
    record(
        by=by,
        action=action,
        subject=f"{len(visits)} visits",
        area_path=where,
        records=len(visits),
        records_sha256=records_hash(sorted(visit.pk for visit in visits)),
    )
