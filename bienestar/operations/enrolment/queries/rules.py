"""The rules of eligibility in the form that the calculation takes, and evidence to and from what a check keeps."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from bienestar.calculations.eligibility import Evidence, Found, Rules, last_day_of
from bienestar.foundation.definitions.people import people_rules
from bienestar.registers.beneficiaries.models import Roll

#: A row of ``EligibilityCheck.evidence``: institution, cut-off as ISO text or None, what was found.
Told = list[str | None]


def eligibility_rules() -> Rules:
    """``definitions/people.yaml``, as the calculation takes it."""
    people = people_rules()
    return Rules(
        required=people.required(),
        recheck_months=people.eligibility.recheck_months.value,
        roll_valid_days=people.eligibility.roll_valid_days.value,
    )


def last_day_of_roll(roll: Roll) -> dt.date:
    """The last day on which a roll can still say that somebody is not in it."""
    return last_day_of(roll.cut_off, eligibility_rules())


def institutions() -> tuple[str, ...]:
    """Codes of the institutions that cover people, in the order of the definitions."""
    return tuple(people_rules().institutions)


def evidence_told(rows: Iterable[Told]) -> tuple[Evidence, ...]:
    """What a check keeps, as the calculation takes it."""
    return tuple(
        Evidence(str(institution), dt.date.fromisoformat(cut_off) if cut_off else None, Found(str(found)))
        for institution, cut_off, found in rows
    )


def evidence_kept(evidence: Iterable[Evidence]) -> list[Told]:
    """Evidence as a check keeps it."""
    return [[one.institution, one.cut_off.isoformat() if one.cut_off else None, one.found.value] for one in evidence]
