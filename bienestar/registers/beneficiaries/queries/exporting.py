"""Lists of persons to download: who is in one, its columns, its rows one by one, and which lists held a territory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from django.db.models import Q, QuerySet

from bienestar.foundation.accounts.choices import Permission
from bienestar.foundation.accounts.queries import Actor, access_of
from bienestar.foundation.facilities.queries import keys_of
from bienestar.foundation.journal.models import JournalEntry
from bienestar.foundation.journal.queries import entries_over, no_entries
from bienestar.foundation.storage.rows import rows_among
from bienestar.foundation.territory.choices import Level
from bienestar.registers.beneficiaries.choices import ENDED, CardStage, IdentifierKind, Precision
from bienestar.registers.beneficiaries.models import Card, Person, PersonIdentifier
from bienestar.registers.beneficiaries.queries.persons import persons_visible_to

PIECE = 1_000  # persons whose identifiers and cards are looked up together
EXPORTS = ("beneficiaries.export_persons",)
#: How much of "1985-03-12" is known.
_KNOWN = {Precision.DAY: 10, Precision.MONTH: 7, Precision.YEAR: 4}


@dataclass(frozen=True)
class ExportChoice:
    """Who is wanted in a list. ``path``: an area's or a unit's; "" is all of the reader's territory.

    ``card``: True with a card that has not ended, False without one, None either. ``fits`` narrows by what other
    rooms know of a person; ``result`` is how the journal names that.
    """

    path: str = ""
    card: bool | None = None
    fits: Q = Q()
    result: str = ""


def persons_to_export(by: Actor, choice: ExportChoice) -> QuerySet[Person]:
    """The living persons that fit, where ``by`` may download lists; a merged record is never among them."""
    found = persons_visible_to(by, Permission.EXPORT_PERSONS).filter(choice.fits, died_on=None)
    if choice.path:
        found = found.filter(path__startswith=choice.path)
    if choice.card is not None:
        found = found.filter(_has_card() if choice.card else ~_has_card())
    return found.order_by("pk")


def _has_card() -> Q:
    """Their own card, or one of a record that was merged into theirs."""
    living = Card.objects.exclude(stage__in=ENDED)
    of_merged = living.filter(person__merged_into__isnull=False).values("person__merged_into")
    return Q(pk__in=living.values("person")) | Q(pk__in=of_merged)


def export_rows(persons: QuerySet[Person], columns: Sequence[str]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """(uid, a text per column) of each person; the columns are those of ``ExportColumn`` in the definitions."""
    waiting = persons.select_related("home__parent", "unit").iterator(chunk_size=PIECE)
    while some := list(islice(waiting, PIECE)):
        more = _looked_up(some, columns)
        for person in some:
            told = _of_record(person) | {name: found.get(person.pk, "") for name, found in more.items()}
            yield person.uid, tuple(told[name] for name in columns)


def _of_record(person: Person) -> dict[str, str]:
    """Columns that stand in the record itself. A birth date is told as far as it is known: "1985-03-12", "1985"."""
    home = person.home
    town = home.parent if home.level == Level.LOCALITY and home.parent else home
    born = person.birth_date.isoformat() if person.birth_date else ""
    return {
        "record": person.uid,
        "given_names": person.given_names,
        "first_surname": person.first_surname,
        "second_surname": person.second_surname,
        "birth_date": born[: _KNOWN.get(Precision(person.birth_precision), 0)],
        "birth_year": born[:4],
        "sex": person.sex,
        "birth_state": person.birth_state,
        "municipality": town.code,
        "municipality_name": town.name,
        "locality_name": person.locality_name,
        "address": person.address,
        "unit_name": person.unit.name if person.unit else "",
    }


def _looked_up(persons: Sequence[Person], columns: Sequence[str]) -> dict[str, dict[int, str]]:
    """By column, text by person id: what stands in other tables, that of merged records too."""
    kept = {person.pk: person.pk for person in persons}
    kept |= dict(rows_among(Person.objects.all(), "merged_into", list(kept), ("pk", "merged_into_id")))
    ids = sorted(kept, key=lambda pk: (kept[pk] == pk, -pk))  # the record that stays comes last, and so it holds
    found: dict[str, dict[int, str]] = {name: {} for name in ("curp", "folio", "unit", "card", "card_stage")}
    for name, kind in (("curp", IdentifierKind.CURP), ("folio", IdentifierKind.FOLIO)):
        if name in columns:
            rows = dict(rows_among(PersonIdentifier.objects.filter(kind=kind), "person", ids, ("person_id", "value")))
            found[name] = {kept[pk]: rows[pk] for pk in ids if pk in rows}
    if "unit" in columns:
        keys = keys_of({person.unit_id for person in persons if person.unit_id})
        found["unit"] = {person.pk: keys.get(person.unit_id, person.unit.uid) for person in persons if person.unit}
    if {"card", "card_stage"} & set(columns):
        living = Card.objects.exclude(stage__in=ENDED)
        for pk, folio, stage in rows_among(living, "person", ids, ("person_id", "folio", "stage")):
            if kept[pk] == pk or kept[pk] not in found["card"]:
                found["card"][kept[pk]] = folio
                found["card_stage"][kept[pk]] = str(CardStage(stage).label)
    return found


def exports_over(by: Actor, person: Person) -> QuerySet[JournalEntry]:
    """Lists downloaded since the person was registered, of a territory that is theirs; newest first.

    Which of them held this very person is not kept. Nothing for whoever may not see the person.
    """
    if not access_of(by).can(Permission.VIEW_PERSONS, person.path):
        return no_entries()
    return entries_over(person.path, EXPORTS).filter(at__gte=person.registered_at)
