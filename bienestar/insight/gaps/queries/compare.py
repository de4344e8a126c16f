"""Two runs side by side: which gaps closed, opened or changed, and why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from bienestar.foundation.accounts.queries import Actor
from bienestar.foundation.storage.rows import read_rows
from bienestar.insight.gaps.choices import Outcome, Why
from bienestar.insight.gaps.models import DiagnosisRun
from bienestar.insight.gaps.queries.listed import lines_visible_to

Figures = tuple[float | None, float | None, float | None]
_FIELDS = ("unit_id", "unit__uid", "unit__name", "resource", "required", "usable", "gap")


@dataclass(frozen=True)
class Change:
    """One gap that is not the same in two runs. None: not known, or no line in that run."""

    unit_id: int
    uid: str
    unit_name: str
    resource: str
    before: float | None
    after: float | None
    outcome: Outcome
    why: tuple[Why, ...]


@dataclass(frozen=True)
class _UnitLines:
    unit_id: int
    uid: str
    name: str
    lines: dict[str, Figures]


def compare_runs(by: Actor, earlier: DiagnosisRun, later: DiagnosisRun, path: str = "") -> Iterator[Change]:
    """Every gap that differs between two runs over the units that ``by`` may read in both, unit by unit.

    A gap that is 0 and a line that is not there are the same: nothing is lacking.
    """
    same_rules = earlier.standards_id == later.standards_id
    befores, afters = _by_unit(by, earlier, path), _by_unit(by, later, path)
    before, after = next(befores, None), next(afters, None)
    while before or after:
        if after is None or (before and before.unit_id < after.unit_id):
            assert before
            yield from _changes(before, None, same_rules)
            before = next(befores, None)
        elif before is None or after.unit_id < before.unit_id:
            yield from _changes(None, after, same_rules)
            after = next(afters, None)
        else:
            yield from _changes(before, after, same_rules)
            before, after = next(befores, None), next(afters, None)


def _by_unit(by: Actor, run: DiagnosisRun, path: str) -> Iterator[_UnitLines]:
    """A run's lines, one unit after the other in the order of their numbers: a country is never held whole."""
    found = lines_visible_to(by, run).select_related(None)
    if path:
        found = found.filter(unit__path__startswith=path)
    for (unit, uid, name), rows in groupby(read_rows(found.order_by("unit_id"), _FIELDS), key=lambda row: row[:3]):
        yield _UnitLines(unit, uid, name, {row[3]: (row[4], row[5], row[6]) for row in rows})


def _changes(before: _UnitLines | None, after: _UnitLines | None, same_rules: bool) -> Iterator[Change]:
    unit = after or before
    assert unit
    old, new = before.lines if before else {}, after.lines if after else {}
    for resource in sorted(old.keys() | new.keys()):
        nothing: Figures = (0.0, None, 0.0)
        was, now = old.get(resource, nothing), new.get(resource, nothing)
        if was[2] == now[2]:
            continue
        why = _why(before, after, was, now, same_rules)
        yield Change(unit.unit_id, unit.uid, unit.name, resource, was[2], now[2], _outcome(was[2], now[2]), why)


def _outcome(before: float | None, after: float | None) -> Outcome:
    if before is None or after is None or (before > 0 and after > 0):
        return Outcome.CHANGED
    return Outcome.CLOSED if after == 0 else Outcome.OPENED


def _why(
    before: _UnitLines | None, after: _UnitLines | None, was: Figures, now: Figures, same_rules: bool
) -> tuple[Why, ...]:
    if before is None:
        return (Why.UNIT_ADDED,)
    if after is None:
        return (Why.UNIT_REMOVED,)
    reasons = []
    if was[0] != now[0]:
        reasons.append(Why.FIGURES if same_rules else Why.STANDARD)
    if was[1] != now[1] and was[1] is not None and now[1] is not None:
        reasons.append(Why.RECORD)
    if was[2] is None:
        reasons.append(Why.BECAME_KNOWN)
    if now[2] is None:
        reasons.append(Why.BECAME_UNKNOWN)
    return tuple(reasons)
