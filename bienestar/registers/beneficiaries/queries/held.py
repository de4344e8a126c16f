"""What the register holds of the people of a file: found by their identifiers, many at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bienestar.foundation.storage.rows import rows_among
from bienestar.registers.beneficiaries.choices import IdentifierKind
from bienestar.registers.beneficiaries.models import Person, PersonIdentifier
from bienestar.registers.beneficiaries.queries.persons import former_curp

#: What a file may tell of a person, in the order in which it is compared and written.
FIELDS = (
    "given_names",
    "first_surname",
    "second_surname",
    "birth_date",
    "birth_precision",
    "sex",
    "birth_state",
    "told_curp",
    "home_id",
    "locality_name",
    "address",
    "unit_id",
    "path",
)
BORN = FIELDS.index("birth_date")


@dataclass(slots=True)
class Held:
    """A record as it stands. ``ours``: what it holds came from a file and nobody has corrected it since.

    ``curp``: "" without one. ``first``: the number under which the record came, where it came from a file.
    """

    id: int
    uid: str
    values: tuple[Any, ...]
    ours: bool
    curp: str
    first: str


def held_among(curps: Sequence[str], origins: Sequence[str]) -> dict[tuple[str, str], Held]:
    """The records that these CURPs and numbers of origin find, by kind and value; those merged keep their own.

    A CURP that was replaced finds its record too.
    """
    found: list[tuple[str, str, int]] = []
    former = {former_curp(curp): curp for curp in curps}
    for kind, values in ((IdentifierKind.CURP, curps), (IdentifierKind.ORIGIN, [*origins, *former])):
        rows = PersonIdentifier.objects.filter(kind=kind)
        told = rows_among(rows, "value", values, ("value", "person_id")) if values else []
        found += [(str(kind), value, person) for value, person in told]
    persons = _held({person for _kind, _value, person in found})
    by_value = {(kind, value): persons[person] for kind, value, person in found}
    for was, curp in former.items():
        if (str(IdentifierKind.ORIGIN), was) in by_value:
            by_value.setdefault((str(IdentifierKind.CURP), curp), by_value[(str(IdentifierKind.ORIGIN), was)])
    return by_value


def _held(ids: set[int]) -> dict[int, Held]:
    wanted = sorted(ids)
    fields = ("id", "uid", "source_id", "merged_into_id", *FIELDS)
    persons = rows_among(Person.objects.all(), "id", wanted, fields) if wanted else []
    told = rows_among(PersonIdentifier.objects.all(), "person", wanted, ("person_id", "kind", "value", "id"))
    curp: dict[int, str] = {}
    first: dict[int, tuple[int, str]] = {}
    for person, kind, value, pk in told if wanted else []:
        if kind == IdentifierKind.CURP:
            curp[person] = value
        elif kind == IdentifierKind.ORIGIN and not value.startswith(former_curp("")):
            first[person] = min(first.get(person, (pk, value)), (pk, value))
    return {
        pk: Held(
            id=pk,
            uid=uid,
            values=(*values[:BORN], _day(values[BORN]), *values[BORN + 1 :]),
            ours=source is not None and merged is None,
            curp=curp.get(pk, ""),
            first=first.get(pk, (0, ""))[1],
        )
        for pk, uid, source, merged, *values in persons
    }


def _day(value: Any) -> dt.date | None:
    return dt.date.fromisoformat(value) if isinstance(value, str) else value
