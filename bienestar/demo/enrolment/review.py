"""What the supervisor of the invented state has decided so far: a few pairs, one merge; the others wait."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from bienestar.demo.enrolment.register import ORIGIN
from bienestar.demo.people.files import rows_of
from bienestar.operations.enrolment.actions import contest_eligibility, decide_pair
from bienestar.operations.enrolment.choices import PairKind, Result, Verdict
from bienestar.operations.enrolment.queries import pairs_for
from bienestar.operations.enrolment.queries.requests import current_checks
from bienestar.registers.beneficiaries.choices import IdentifierKind
from bienestar.registers.beneficiaries.queries import identifiers_of, persons_visible_to

if TYPE_CHECKING:
    from bienestar.foundation.accounts.models import User
    from bienestar.operations.enrolment.models import ReviewPair
    from bienestar.registers.beneficiaries.models import Person

#: How many pairs of each kind are decided.
DECIDED = 4
#: How many people contradict what a roll says of them.
CONTESTED = 2


def decide(supervisor: User, duplicates: Path) -> None:
    """Merge one person who is registered twice, part some who only look alike, and settle some entries of rolls."""
    truth = {frozenset((str(row["person_id"]), str(row["same_as"]))) for row in rows_of(duplicates)}
    persons = list(pairs_for(supervisor, kind=PairKind.PERSONS))
    same = [pair for pair in persons if _numbers(pair) in truth]
    for pair in same[:1]:
        decide_pair(by=supervisor, pair=pair, verdict=Verdict.SAME, note="mismo domicilio y misma fotografía")
    for pair in [pair for pair in persons if pair not in same][:DECIDED]:
        decide_pair(by=supervisor, pair=pair, verdict=Verdict.DIFFERENT, note="dos actas distintas")
    entries = sorted(pairs_for(supervisor, kind=PairKind.ENTRY), key=lambda pair: (pair.probability, pair.pk))
    for pair, verdict in [
        *((pair, Verdict.DIFFERENT) for pair in entries[: DECIDED // 2]),
        *((pair, Verdict.SAME) for pair in entries[DECIDED // 2 :][-DECIDED // 2 :]),
    ]:
        decide_pair(by=supervisor, pair=pair, verdict=verdict)


def contest(operator: User) -> None:
    """At the counter two people whom a roll covers show that they are covered no more; a supervisor is to decide."""
    people = sorted(persons_visible_to(operator), key=lambda person: person.pk)
    checks = current_checks([person.pk for person in people])
    covered = [one for one in people if one.pk in checks and checks[one.pk].result == Result.COVERED]
    for person in covered[:CONTESTED]:
        contest_eligibility(by=operator, person=person, note="mostró constancia de baja")


def _numbers(pair: ReviewPair) -> frozenset[str]:
    """The numbers of both records in the person file."""
    return frozenset(number for person in (pair.person, pair.other) if person for number in _origins(person))


def _origins(person: Person) -> list[str]:
    found = (one for one in identifiers_of(person) if one.kind == IdentifierKind.ORIGIN)
    return [one.value.removeprefix(f"{ORIGIN}:") for one in found]
