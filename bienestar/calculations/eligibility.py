"""Who is without social security: a conclusion from what each institution's roll says of a person.

The words of ``Found`` and ``Conclusion.result`` are those that a check is stored with. The rules (which rolls are
required, how long a roll and a conclusion hold) come from ``definitions/people.yaml``; docs/methods/eligibility.md
explains them. Whatever the conclusion, the person is attended.
"""

from __future__ import annotations

import datetime as dt
from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Found(StrEnum):
    """What an institution's roll says of a person."""

    YES = "yes"  # an entry of the current roll is this person's, and covers on the day
    NO = "no"  # the current roll has no such entry
    REVIEW = "review"  # an entry may be this person's: somebody must decide
    OLD = "old"  # not in the roll, but its cut-off is too long ago to conclude anything
    NONE = "none"  # there is no roll
    LATER = "later"  # not compared with the roll yet: without a CURP only the comparison of everybody can tell


@dataclass(frozen=True)
class Rules:
    """``required``: institutions without whose current roll nobody is called eligible."""

    required: tuple[str, ...]
    recheck_months: int
    roll_valid_days: int


@dataclass(frozen=True)
class Evidence:
    """What one institution's roll said; ``cut_off`` None where there is no roll."""

    institution: str
    cut_off: dt.date | None
    found: Found


@dataclass(frozen=True)
class Cover:
    """An affiliation that has begun; ``until``: its last day, None while open."""

    institution: str
    until: dt.date | None = None


@dataclass(frozen=True)
class Conclusion:
    """``result``: eligible, covered, unknown or contested. ``valid_until``: last day that it holds; None: no end told.

    What is not known has no such day: it ends when something is learned.
    """

    result: str
    institution: str = ""
    valid_until: dt.date | None = None


def seen(day: dt.date, cut_off: dt.date | None, *, linked: bool, waits: bool, rules: Rules) -> Found:
    """What a roll says of a person: ``linked`` to an entry that covers on ``day``, or a pair ``waits`` for review."""
    if cut_off is None:
        return Found.NONE
    if linked:
        return Found.YES
    if waits:
        return Found.REVIEW
    return Found.OLD if day > last_day_of(cut_off, rules) else Found.NO


def last_day_of(cut_off: dt.date, rules: Rules) -> dt.date:
    """The last day on which a roll cut on ``cut_off`` can still say that somebody is not in it."""
    return cut_off + dt.timedelta(days=rules.roll_valid_days)


def conclude(
    day: dt.date, evidence: Sequence[Evidence], covers: Iterable[Cover], rules: Rules, *, contested: bool = False
) -> Conclusion:
    """The conclusion on ``day``.

    Contested stays contested until somebody decides. Covered where an affiliation holds on the day: of several, the
    one that lasts longest. Eligible where every required institution has a current roll without the person and no
    pair with any institution waits for review. Not known otherwise.

    A conclusion holds no longer than what it rests on: the affiliation, the rolls, and the months of the rules.
    """
    if contested:
        return Conclusion("contested")
    again = months_later(day, rules.recheck_months)
    holding = [cover for cover in covers if cover.until is None or cover.until >= day]
    if holding:
        lasting = max(holding, key=lambda cover: (cover.until or dt.date.max, cover.institution))
        return Conclusion("covered", lasting.institution, min(again, lasting.until or again))
    told = {one.institution: one for one in evidence}
    required = [told.get(code) for code in rules.required]
    waits = any(one.found in (Found.REVIEW, Found.YES) for one in evidence)
    if waits or not all(one and one.cut_off and one.found == Found.NO for one in required):
        return Conclusion("unknown")
    ends = [last_day_of(one.cut_off, rules) for one in required if one and one.cut_off]
    return Conclusion("eligible", "", min([again, *ends]))


def is_news(
    day: dt.date,
    before: tuple[Conclusion, Sequence[Evidence]] | None,
    now: tuple[Conclusion, Sequence[Evidence]],
) -> bool:
    """Whether a new check must be written: the conclusion or the meaning of its evidence changed, or it ran out.

    A newer cut that says the same as the one before is no news. A conclusion that was to hold longer than it now
    does is.
    """
    if before is None:
        return True
    old, new = before[0], now[0]
    if (old.result, old.institution) != (new.result, new.institution) or _meaning(before[1]) != _meaning(now[1]):
        return True
    if new.valid_until is None:
        return old.valid_until is not None
    return old.valid_until is None or old.valid_until < day or new.valid_until < old.valid_until


def _meaning(evidence: Sequence[Evidence]) -> dict[str, Found]:
    return {one.institution: one.found for one in evidence if one.found != Found.NONE}


def months_later(day: dt.date, months: int) -> dt.date:
    """The same day of the month so many months later; the last of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return dt.date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
