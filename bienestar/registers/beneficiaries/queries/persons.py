"""Reading persons: by identifier, by uid, what belongs to the same person, who looked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Q, QuerySet

from bienestar.calculations import curp as curps
from bienestar.foundation.accounts.choices import Permission
from bienestar.foundation.accounts.queries import Actor, access_of
from bienestar.foundation.journal.models import JournalEntry
from bienestar.foundation.journal.queries import entries_about, no_entries
from bienestar.registers.beneficiaries.choices import IdentifierKind
from bienestar.registers.beneficiaries.models import (
    Affiliation,
    Consent,
    Person,
    PersonIdentifier,
)
from bienestar.registers.beneficiaries.queries.checking import FORMER, contradictions

#: Journal actions that mean that somebody saw a person's record.
READS = ("beneficiaries.read_person", "enrolment.ask_eligibility")


def persons_visible_to(by: Actor, permission: Permission = Permission.VIEW_PERSONS) -> QuerySet[Person]:
    """Persons of the territory where ``by`` holds ``permission``; a merged record is never among them."""
    return Person.objects.filter(access_of(by).within(permission), merged_into=None)


def person_visible_to(by: Actor, uid: str, permission: Permission = Permission.VIEW_PERSONS) -> Person:
    """The person of that uid, or of the record that it was merged into; Person.DoesNotExist outside the territory.

    A page or answer that shows it calls the action ``read_person``, which leaves a journal row.
    """
    person = Person.objects.select_related("merged_into").filter(uid=uid).first()
    if person is None:
        raise Person.DoesNotExist(uid)
    kept = person.merged_into or person
    return persons_visible_to(by, permission).select_related("home", "unit").get(pk=kept.pk)


def person_by_identifier(kind: str, value: str) -> Person | None:
    """Whom an identifier finds, whoever asks; a merged record gives the one that it was merged into.

    Whose CURP it is comes before who had it once: "curp" stands before "origin".
    """
    rows = PersonIdentifier.objects.select_related("person__merged_into").filter(said_as(kind, value))
    found = rows.order_by("kind").first()
    return (found.person.merged_into or found.person) if found else None


def said_as(kind: str, value: str) -> Q:
    """The identifiers that a value of a kind means: a CURP that was replaced still finds its person."""
    if kind == IdentifierKind.CURP:
        value = curps.normal(value)
        return Q(kind=kind, value=value) | Q(kind=IdentifierKind.ORIGIN, value=former_curp(value))
    return Q(kind=kind, value=value)


def former_curp(value: str) -> str:
    """How a CURP stands among the identifiers once its person has another."""
    return f"{FORMER}{value}"


def same_person_ids(person: Person) -> list[int]:
    """Ids of every record of one person: the one that stays first, then those merged into it."""
    kept = person.merged_into_id or person.pk
    return [kept, *Person.objects.filter(merged_into=kept).order_by("pk").values_list("pk", flat=True)]


def identifiers_of(person: Person) -> list[PersonIdentifier]:
    """Everything that finds a person, those of merged records too."""
    found = PersonIdentifier.objects.filter(person__in=same_person_ids(person)).select_related("person", "source")
    return list(found.order_by("kind", "pk"))


def curp_of(person: Person) -> str:
    """The person's CURP; of several records the one's that stays; "" when none is known."""
    ids = same_person_ids(person)
    found = dict(
        PersonIdentifier.objects.filter(person__in=ids, kind=IdentifierKind.CURP).values_list("person_id", "value")
    )
    return next((found[pk] for pk in ids if pk in found), "")


def curps_of(persons: Sequence[Person]) -> dict[int, str]:
    """CURP by person id, for the rows of a list."""
    rows = PersonIdentifier.objects.filter(person__in=[one.pk for one in persons], kind=IdentifierKind.CURP)
    return dict(rows.values_list("person_id", "value"))


def place_codes_of(persons: Sequence[Person]) -> dict[int, tuple[str, str]]:
    """Of each person id: INEGI's code of the home's municipality, and the uid of the unit ("" without one)."""
    rows = Person.objects.filter(pk__in=[one.pk for one in persons]).values_list("pk", "home__path", "unit__uid")
    return {pk: (path.split("/")[2], unit or "") for pk, path, unit in rows}


def folio_of(person: Person) -> str:
    """The newest temporary folio of a person; "" without one."""
    rows = PersonIdentifier.objects.filter(person__in=same_person_ids(person), kind=IdentifierKind.FOLIO)
    return rows.order_by("-pk").values_list("value", flat=True).first() or ""


def doubts_of(person: Person) -> list[tuple[str, Any]]:
    """What a person must confirm with a document: (field, sentence) each where the CURP says something else."""
    curp = curp_of(person)
    return contradictions(curp, person) if curp else []


def affiliations_of(person: Person) -> QuerySet[Affiliation]:
    """Which institutions cover or covered a person, open ones first, those of merged records too."""
    found = Affiliation.objects.filter(person__in=same_person_ids(person)).select_related("roll", "ended_by")
    return found.order_by("-valid_to", "-valid_from", "pk")


def consents_of(person: Person) -> QuerySet[Consent]:
    """What a person agreed to or was told of, newest first."""
    return Consent.objects.filter(person__in=same_person_ids(person)).order_by("-at", "-pk")


def consent_in_force(person: Person, purpose: str) -> Consent | None:
    """The last word on a purpose; None when nobody asked."""
    return consents_of(person).filter(purpose=purpose).first()


def reads_of(by: Actor, person: Person) -> QuerySet[JournalEntry]:
    """Who looked at a person's record, newest first, for whoever may see the person; nothing otherwise."""
    if not access_of(by).can(Permission.VIEW_PERSONS, person.path):
        return no_entries()
    return entries_about(subjects_of(person), READS)


def changes_of(by: Actor, person: Person) -> QuerySet[JournalEntry]:
    """What was done to a person's record, newest first, for whoever may see the person; nothing otherwise."""
    if not access_of(by).can(Permission.VIEW_PERSONS, person.path):
        return no_entries()
    return entries_about(subjects_of(person)).exclude(action__in=READS)


def subjects_of(person: Person) -> list[str]:
    """How the journal calls a person: one word for each of their records."""
    uids = Person.objects.filter(pk__in=same_person_ids(person)).values_list("uid", flat=True)
    return [subject_of(uid) for uid in uids]


def subject_of(uid: str) -> str:
    """How the journal calls the record of that uid."""
    return f"person:{uid}"


def merges_into(person: Person) -> list[str]:
    """Uids of the records that had been merged into a record when it was itself merged last.

    The journal says so: they were moved along then, and go back when it is a person of its own again.
    """
    rows = entries_about([subject_of(person.uid)], ["beneficiaries.merge_persons"])
    last = rows.first()
    return list(last.detail["along"]) if last else []
