"""Making a person's rows: where they belong, what finds them, under which keys their name stands."""

from __future__ import annotations

import base64
import datetime as dt
import os
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _
from stdnum.iso7064 import mod_37_36

from bienestar.calculations.names import keys
from bienestar.foundation.facilities.queries import unit_paths, units_by_key
from bienestar.foundation.journal.models import SourceFile
from bienestar.foundation.territory.models import Area
from bienestar.foundation.territory.queries import area_with_code, path_of
from bienestar.registers.beneficiaries.choices import IdentifierKind
from bienestar.registers.beneficiaries.models import NameKey, Person, PersonIdentifier
from bienestar.registers.beneficiaries.queries.checking import PersonEntry, PersonRefused
from bienestar.registers.beneficiaries.queries.persons import same_person_ids

MUNICIPALITY_DIGITS = 5
UID_LETTERS = 12  # of 32 kinds: 60 bits, so that 53 million draws meet once in eight hundred countries


@dataclass(frozen=True)
class Place:
    """Where a person lives and is attended. ``path`` is what territory limits compare."""

    home_id: int
    unit_id: int | None
    path: str


def place_of(entry: PersonEntry) -> Place:
    """Where an entry's person belongs; PersonRefused when its municipality or unit is not stored."""
    home = _area(entry.locality) or _area(entry.municipality)
    if home is None or len(entry.municipality) != MUNICIPALITY_DIGITS:
        raise PersonRefused(("municipality", _("This municipality is not stored. Write its five digits.")))
    if not entry.unit:
        return Place(home.pk, None, path_of(entry.municipality))
    found = units_by_key([entry.unit.upper()])
    if not found:
        raise PersonRefused(("unit", _("No medical unit has or had this CLUES.")))
    (unit_id,) = found.values()
    return Place(home.pk, unit_id, unit_paths([unit_id])[unit_id])


def _area(code: str) -> Area | None:
    try:
        return area_with_code(code) if code else None
    except Area.DoesNotExist:
        return None


def new_uids(how_many: int) -> list[str]:
    """Random uids, which say nothing of anybody."""
    raw = os.urandom(8 * how_many)
    return [
        base64.b32encode(raw[start : start + 8]).decode("ascii").lower()[:UID_LETTERS]
        for start in range(0, len(raw), 8)
    ]


def new_folio() -> str:
    """A temporary folio: T, nine random letters and digits, and a check character (ISO 7064, mod 37,36).

    Letters that are read for a digit are left out.
    """
    alphabet = "0123456789ABCDEFGHJKMNPQRTUVWXYZ"
    body = "T" + "".join(alphabet[byte % 32] for byte in os.urandom(9))
    return body + mod_37_36.calc_check_digit(body)


def add_identifier(person: Person, kind: str, value: str, since: dt.date, source: SourceFile | None) -> None:
    """Let a value find a person. IntegrityError when it finds another one."""
    PersonIdentifier.objects.create(person=person, kind=kind, value=value, since=since, source=source)


def ensure_folio(person: Person, since: dt.date) -> str:
    """The person's temporary folio, given now if there is none."""
    ids = same_person_ids(person)
    held = PersonIdentifier.objects.filter(person__in=ids, kind=IdentifierKind.FOLIO).order_by("-pk").first()
    if held is None:
        held = PersonIdentifier.objects.create(
            person_id=ids[0], kind=IdentifierKind.FOLIO, value=new_folio(), since=since
        )
    return held.value


def write_keys(persons: Iterable[Person]) -> None:
    """Bring the name keys of persons into step with their names and with those of the records merged into them."""
    for person in persons:
        names = [person, *Person.objects.filter(merged_into=person)]
        wanted = frozenset[int]().union(
            *(keys(one.given_names, one.first_surname, one.second_surname) for one in names)
        )
        held = set(NameKey.objects.filter(person=person).values_list("key", flat=True))
        NameKey.objects.filter(person=person, key__in=held - wanted).delete()
        NameKey.objects.bulk_create(NameKey(person=person, key=key) for key in sorted(wanted - held))
