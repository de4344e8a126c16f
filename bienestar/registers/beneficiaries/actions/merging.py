"""Two records of one person: made one, and made two again."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from bienestar.foundation.accounts.choices import Permission
from bienestar.foundation.accounts.models import User
from bienestar.foundation.accounts.queries import require
from bienestar.foundation.journal.actions import record
from bienestar.registers.beneficiaries.actions.records import write_keys
from bienestar.registers.beneficiaries.models import Person
from bienestar.registers.beneficiaries.queries.checking import PersonRefused
from bienestar.registers.beneficiaries.queries.persons import merges_into, subject_of


@transaction.atomic
def merge_persons(*, by: User, survivor: Person, merged: Person) -> Person:
    """Make two records one person; the record that stays is returned.

    Only ``merged_into`` is written: identifiers, affiliations and cards stay on their record and count as the
    survivor's, so that undoing it gives back exactly what was. What had been merged into ``merged`` goes along to the
    survivor: nobody is ever two steps away. Merging again what is one person already changes nothing.
    """
    kept, gone = _kept(survivor), _kept(merged)
    require(by, Permission.REVIEW_MATCH, kept.path)
    require(by, Permission.REVIEW_MATCH, gone.path)
    # In the order of their rows: two reviewers with the same pair must not wait for each other.
    list(Person.objects.select_for_update(of=("self",)).filter(pk__in=[kept.pk, gone.pk]).order_by("pk"))
    kept, gone = _kept(kept), _kept(gone)
    if kept.pk == gone.pk:
        return kept
    along = list(Person.objects.filter(merged_into=gone).order_by("pk"))
    Person.objects.filter(pk__in=[gone.pk, *(one.pk for one in along)]).update(merged_into=kept)
    write_keys([kept])
    record(
        by=by,
        action="beneficiaries.merge_persons",
        subject=subject_of(gone.uid),
        area_path=kept.path,
        detail={"into": kept.uid, "along": [one.uid for one in along]},
        records=1 + len(along),
    )
    return kept


@transaction.atomic
def unmerge_person(*, by: User, person: Person) -> Person:
    """Make a merged record a person of their own again, with all that had been merged into it before.

    PersonRefused when the record is not merged.
    """
    person = Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
    kept = person.merged_into
    if kept is None:
        raise PersonRefused(("person", _("This record is not merged into another.")))
    require(by, Permission.REVIEW_MATCH, kept.path)
    require(by, Permission.REVIEW_MATCH, person.path)
    along = list(Person.objects.filter(uid__in=merges_into(person), merged_into=kept).order_by("pk"))
    person.merged_into = None
    person.save(update_fields=["merged_into"])
    Person.objects.filter(pk__in=[one.pk for one in along]).update(merged_into=person)
    write_keys([kept, person])
    record(
        by=by,
        action="beneficiaries.unmerge_person",
        subject=subject_of(person.uid),
        area_path=kept.path,
        detail={"from": kept.uid, "along": [one.uid for one in along]},
        records=1 + len(along),
    )
    return person


def _kept(person: Person) -> Person:
    """The record as it is now, or the one that it is merged into."""
    now = Person.objects.select_related("merged_into").get(pk=person.pk)
    return now.merged_into or now
