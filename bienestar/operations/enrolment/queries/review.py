"""Reading the review desk: pairs that wait, two records side by side, and what was decided."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from bienestar.calculations.linkage import Model, Reason, Record, explain
from bienestar.calculations.names import normal
from bienestar.foundation.accounts.choices import Permission
from bienestar.foundation.accounts.queries import Actor, access_of
from bienestar.foundation.territory.choices import Level
from bienestar.foundation.territory.queries import areas_by_code, path_of
from bienestar.operations.enrolment.models import MatchDecision, MatchRun, ReviewPair
from bienestar.registers.beneficiaries.choices import Precision
from bienestar.registers.beneficiaries.models import Person
from bienestar.registers.beneficiaries.queries import curp_of

#: The fields that are compared, in the order in which a person reads them.
COMPARED = (
    "curp",
    "given_names",
    "first_surname",
    "second_surname",
    "birth_date",
    "sex",
    "birth_state",
    "municipality",
)
NAMES = ("given_names", "first_surname", "second_surname")
#: Under which name a run keeps the model of persons among themselves; the others stand under their institution.
PERSONS = "persons"


@dataclass(frozen=True)
class Compared:
    """One field of both records, as text; ``reason`` what the model makes of it, None where it says nothing."""

    field: str
    left: str
    right: str
    reason: Reason | None

    @property
    def outcome(self) -> str:
        """same, differs, or missing where one side does not tell."""
        if not self.left or not self.right:
            return "missing"
        sides = [normal(side) if self.field in NAMES else side.casefold() for side in (self.left, self.right)]
        return "same" if sides[0] == sides[1] else "differs"


@dataclass(frozen=True)
class SideBySide:
    """A pair as a reviewer sees it. ``prior`` in bits; ``reasons`` False: the model of that run cannot be read."""

    pair: ReviewPair
    fields: tuple[Compared, ...]
    prior: float | None
    reasons: bool
    survivor: Person | None


def pairs_for(by: Actor, *, kind: str = "", municipality: str = "", institution: str = "") -> QuerySet[ReviewPair]:
    """Pairs that ``by`` may decide, those that wait longest first, and of those the most likely.

    Of two persons, only whoever reviews where both are sees the pair.
    """
    access = access_of(by)
    found = ReviewPair.objects.filter(access.within(Permission.REVIEW_MATCH, "person__path"))
    other = access.within(Permission.REVIEW_MATCH, "other__path")
    if other:  # over the whole country there is no limit to ask for, and "or no limit" would drop the first half
        found = found.filter(Q(other=None) | other)
    if kind:
        found = found.filter(kind=kind)
    if institution:
        found = found.filter(institution=institution)
    if municipality:
        inside = path_of(municipality)
        found = found.filter(Q(person__home__path__startswith=inside) | Q(other__home__path__startswith=inside))
    return found.select_related("person__home", "other__home", "run").order_by("waits_since", "-weight", "pk")


def pairs_with(by: Actor, person: Person) -> QuerySet[ReviewPair]:
    """Pairs of one person that ``by`` may decide."""
    return pairs_for(by).filter(Q(person=person) | Q(other=person))


def pair_side_by_side(by: Actor, pk: int) -> SideBySide:
    """One pair with its fields and the reasons of the model; ReviewPair.DoesNotExist when ``by`` may not decide it.

    Whoever shows it leaves a journal row for each person in it (``read_person``).
    """
    pair = pairs_for(by).select_related("person__unit", "other__unit").get(pk=pk)
    left = _of_person(pair.person)
    right = _of_person(pair.other) if pair.other else {name: pair.entry_data.get(name, "") for name in COMPARED}
    model = _model(pair.run, pair.institution or PERSONS)
    reasons = explain(model, _record(left), _record(right)) if model else ()
    by_field = {reason.field: reason for reason in reasons}
    fields = tuple(Compared(name, left[name], right[name], by_field.get(name)) for name in COMPARED)
    two = (pair.person, pair.other) if pair.other else ()
    return SideBySide(
        pair=pair,
        fields=fields,
        prior=model.prior_weight if model else None,
        reasons=model is not None,
        survivor=usual_survivor(*two) if two else None,
    )


def _of_person(person: Person) -> dict[str, str]:
    known_day = person.birth_date and person.birth_precision == Precision.DAY
    return {
        "curp": curp_of(person),
        "given_names": person.given_names,
        "first_surname": person.first_surname,
        "second_surname": person.second_surname,
        "birth_date": person.birth_date.isoformat() if known_day else "",
        "sex": person.sex,
        "birth_state": person.birth_state,
        "municipality": person.home.path.split("/")[2],
    }


def _record(told: dict[str, str]) -> Record:
    born = told["birth_date"]
    return Record(**{**told, "birth_date": dt.date.fromisoformat(born) if born else None})


def _model(run: MatchRun, name: str) -> Model | None:
    """The model by which a run weighed; None for a model of other fields, learned by an older program."""
    try:
        return Model.from_json(json.dumps(run.model[name]))
    except (KeyError, ValueError):
        return None


def usual_survivor(one: Person, other: Person) -> Person:
    """Which of two records stays unless the reviewer says otherwise: the one with a CURP, then the older one."""
    return min((one, other), key=lambda person: (not curp_of(person), person.registered_at, person.pk))


def decision_of(pair: ReviewPair) -> MatchDecision | None:
    """What was decided of the two records of a pair, and not undone."""
    return MatchDecision.objects.filter(
        kind=pair.kind,
        person=pair.person_id,
        other=pair.other_id,
        institution=pair.institution,
        entry=pair.entry,
        undone_at=None,
    ).first()


def decisions_of(by: Actor) -> QuerySet[MatchDecision]:
    """What ``by`` decided and may still see, newest first; undone ones too."""
    access = access_of(by)
    found = MatchDecision.objects.filter(access.within(Permission.REVIEW_MATCH, "person__path"), decided_by=by.username)
    other = access.within(Permission.REVIEW_MATCH, "other__path")
    if other:
        found = found.filter(Q(other=None) | other)
    return found.select_related("person__home", "other__home").order_by("-pk")


def waiting_municipalities(by: Actor) -> list[tuple[str, str]]:
    """(code, name) of the municipalities in which pairs wait that ``by`` may decide."""
    paths = pairs_for(by).order_by().values_list("person__home__path", flat=True).distinct()
    codes = {path.split("/")[2] for path in paths if path.count("/") > 2}
    found = areas_by_code(Level.MUNICIPALITY, codes)
    return sorted(((code, area.name) for code, area in found.items()), key=lambda row: row[1])


def pair_after(pairs: QuerySet[ReviewPair], pair: ReviewPair) -> ReviewPair | None:
    """The pair that follows ``pair`` in the queue; after the last the first of the others; None when it was alone."""
    tie = Q(weight__lt=pair.weight) | Q(weight=pair.weight, pk__gt=pair.pk)
    later = Q(waits_since__gt=pair.waits_since) | Q(waits_since=pair.waits_since) & tie
    return pairs.filter(later).first() or pairs.exclude(pk=pair.pk).first()
