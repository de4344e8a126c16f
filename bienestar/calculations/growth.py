"""Growth between two days, unit by unit: what came by units that joined, opened or left, and what changed inside.

The pieces of a difference add up to it exactly, because every unit's change goes into pieces of its own. Growth is
always reckoned from both amounts, never taken from what somebody typed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

NOUGHT = Decimal(0)


class Piece(StrEnum):
    """Where a part of a difference comes from; in the order in which they are told."""

    RULE = "rule"
    JOINED = "joined"
    OPENED = "opened"
    LEFT = "left"
    REPORTED = "reported"
    RECLASSIFIED = "reclassified"
    HIRED = "hired"
    ELSEWHERE = "elsewhere"


class Group(StrEnum):
    """What became of a unit between two days."""

    SAME = "same"
    JOINED = "joined"
    OPENED = "opened"
    LEFT = "left"
    ELSEWHERE = "elsewhere"


@dataclass(frozen=True)
class UnitThen:
    """A unit as it was on a day."""

    operating: bool
    operator: str | None = None
    joined_on: dt.date | None = None
    opened_on: dt.date | None = None


@dataclass(frozen=True)
class UnitAmounts:
    """What is counted in one unit: on the earlier day, the same records by what they are called on the later day, and
    on the later day.

    ``told_before``, ``told_after``: whether the unit's records say anything; what nobody reported is not nought.
    """

    before: Decimal
    relabelled: Decimal
    after: Decimal
    told_before: bool = True
    told_after: bool = True


@dataclass(frozen=True)
class Split:
    """A difference in pieces. ``same_before``, ``same_after``: the units that were there, and told, on both days."""

    pieces: dict[Piece, Decimal]
    units: dict[Piece, int]
    same_before: Decimal
    same_after: Decimal
    same_units: int

    @property
    def difference(self) -> Decimal:
        """The sum of the pieces."""
        return sum(self.pieces.values(), NOUGHT)


def group_of(
    before: UnitThen | None, after: UnitThen | None, since: dt.date, *, counted_before: bool, counted_after: bool
) -> Group:
    """What became of a unit. ``since``: the earlier day; ``counted_*``: whether anything of it counts on that day.

    A unit that another operator ran before has joined when nothing of it counted then, and left when nothing counts
    now; where it counts on both days it is the same unit.
    """
    was, is_now = bool(before and before.operating), bool(after and after.operating)
    if was and is_now:
        return _group_of_working(before, after, since, counted_before=counted_before, counted_after=counted_after)
    if was:
        return Group.LEFT
    if not is_now:
        return Group.ELSEWHERE
    assert after is not None
    began = before is not None or (after.opened_on is not None and after.opened_on > since)
    return Group.OPENED if began else Group.JOINED


def _group_of_working(
    before: UnitThen | None, after: UnitThen | None, since: dt.date, *, counted_before: bool, counted_after: bool
) -> Group:
    assert before is not None
    assert after is not None
    passed = before.operator != after.operator or (after.joined_on is not None and after.joined_on > since)
    if passed and counted_after and not counted_before:
        return Group.JOINED
    if passed and counted_before and not counted_after:
        return Group.LEFT
    return Group.SAME


def is_same_scope(group: Group, amounts: UnitAmounts) -> bool:
    """Whether a unit belongs to the constant scope: it worked, and told, on both days."""
    return group == Group.SAME and amounts.told_before and amounts.told_after


def pieces_of_unit(group: Group, amounts: UnitAmounts) -> dict[Piece, Decimal]:
    """One unit's change in pieces; they add up to after − before."""
    whole = amounts.after - amounts.before
    if group != Group.SAME:
        return {Piece(group.value): whole}
    if not (amounts.told_before and amounts.told_after):
        return {Piece.REPORTED: whole}
    return {
        Piece.RECLASSIFIED: amounts.relabelled - amounts.before,
        Piece.HIRED: amounts.after - amounts.relabelled,
    }


def split_growth(units: Iterable[tuple[Group, UnitAmounts]], *, rule: Decimal = NOUGHT) -> Split:
    """The pieces of a difference over all units. ``rule``: what the earlier amount changes by being reckoned by the
    later rule.
    """
    pieces = dict.fromkeys(Piece, NOUGHT)
    pieces[Piece.RULE] = rule
    counts = dict.fromkeys(Piece, 0)
    same_before = same_after = NOUGHT
    same_units = 0
    for group, amounts in units:
        for piece, amount in pieces_of_unit(group, amounts).items():
            pieces[piece] += amount
            counts[piece] += amount != 0
        if is_same_scope(group, amounts):
            same_before += amounts.before
            same_after += amounts.after
            same_units += 1
    return Split(pieces, counts, same_before, same_after, same_units)


def growth(before: float | Decimal | None, after: float | Decimal | None) -> float | None:
    """(after − before) ÷ before, as a share; None where either is not known or there was nothing before."""
    if before is None or after is None or before == 0:
        return None
    return float((Decimal(after) - Decimal(before)) / abs(Decimal(before)))
