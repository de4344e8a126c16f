"""What is done to one person's record: registered, read, corrected, moved; consent and death noted."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bienestar.calculations import curp as curps
from bienestar.calculations.names import normal
from bienestar.foundation.accounts.choices import Permission
from bienestar.foundation.accounts.models import User
from bienestar.foundation.accounts.queries import Actor, access_of, require, require_anywhere
from bienestar.foundation.definitions.people import people_rules
from bienestar.foundation.journal.actions import record
from bienestar.foundation.journal.models import SourceFile
from bienestar.foundation.storage.turns import take_turn_of
from bienestar.foundation.territory.queries import common_path
from bienestar.registers.beneficiaries.actions.cards import end_cards_of_dead
from bienestar.registers.beneficiaries.actions.records import (
    Place,
    add_identifier,
    ensure_folio,
    new_uids,
    place_of,
    write_keys,
)
from bienestar.registers.beneficiaries.choices import IdentifierKind, Precision, Purpose
from bienestar.registers.beneficiaries.models import Consent, Person, PersonIdentifier
from bienestar.registers.beneficiaries.queries.checking import (
    PersonEntry,
    PersonRefused,
    contradictions,
    curp_fault,
    faults_of,
)
from bienestar.registers.beneficiaries.queries.persons import (
    curp_of,
    folio_of,
    former_curp,
    person_by_identifier,
    said_as,
    subject_of,
)
from bienestar.registers.beneficiaries.queries.search import Found, search_persons

CREATED, KNOWN, ELSEWHERE = "created", "known", "elsewhere"


@dataclass(frozen=True)
class Registered:
    """What became of a registration.

    ``outcome``: "created"; "known": the record was there and stays as it is; "elsewhere": it is of another territory,
    ``person`` is then None, because nothing of it may be shown. ``doubts``: (field, sentence) to confirm with a
    document. ``folio``: the temporary folio, where the person has no CURP.
    """

    person: Person | None
    outcome: str
    doubts: tuple[tuple[str, Any], ...] = ()
    folio: str = ""


@transaction.atomic
def register_person(*, by: User, entry: PersonEntry, source: SourceFile | None = None) -> Registered:
    """Register a person, once: one CURP, else one origin, else one name with one day of birth and one home, is one.

    Raises PersonRefused, which says what is wrong field by field. A CURP that contradicts the names, the birth date
    or the sex is kept, with doubts. Who has no CURP gets a temporary folio.
    """
    require_anywhere(by, Permission.REGISTER_PERSON)
    today = timezone.localdate()
    entry = _checked(entry, today)
    place = place_of(entry)
    require(by, Permission.REGISTER_PERSON, place.path)
    if not entry.curp:
        # Nothing in the database tells two of them apart from one told twice: one after the other.
        take_turn_of(entry.origin or f"{_name(entry)} {entry.birth_date} {entry.municipality}")
    person = _known(entry, place)
    outcome = KNOWN
    if person is None:
        person, outcome = _created_or_known(by, entry, place, source, today)
    if outcome == KNOWN and not access_of(by).can(Permission.VIEW_PERSONS, person.path):
        outcome = ELSEWHERE
    if outcome == CREATED and not entry.curp:
        ensure_folio(person, today)
    record(
        by=by,
        action="beneficiaries.register_person",
        subject=subject_of(person.uid),
        area_path=person.path,
        detail={"outcome": outcome},
    )
    if outcome == ELSEWHERE:
        return Registered(None, outcome)
    doubts = tuple(contradictions(entry.curp, entry)) if entry.curp else ()
    return Registered(person, outcome, doubts, folio_of(person))


def _checked(entry: PersonEntry, today: dt.date) -> PersonEntry:
    """The entry with blanks trimmed and its CURP in capitals; PersonRefused when something of it cannot be kept."""
    texts = {
        name: " ".join(value.split())
        for name, value in vars(entry).items()
        if isinstance(value, str) and name not in {"curp", "birth_precision"}
    }
    entry = replace(entry, **texts, curp=curps.normal(entry.curp))
    found = faults_of(entry, today)
    wrong = curp_fault(entry.curp, today) if entry.curp else None
    if wrong:
        found.append(("curp", wrong))
    if found:
        raise PersonRefused(*found)
    return entry


def _known(entry: PersonEntry, place: Place) -> Person | None:
    if entry.curp:
        found = person_by_identifier(IdentifierKind.CURP, entry.curp)
        return None if found and _was_a_mistake(entry, found) else found
    if entry.origin:
        return person_by_identifier(IdentifierKind.ORIGIN, entry.origin)
    if entry.precision != Precision.DAY:
        # Two old people of one village, both called so and born "about 1950", are two until somebody says otherwise.
        return None
    same = Person.objects.select_related("merged_into").filter(
        birth_date=entry.birth_date, birth_precision=entry.precision, home=place.home_id
    )
    wanted = _name(entry)
    found = next((one for one in same.order_by("pk") if _name(one) == wanted), None)
    return (found.merged_into or found) if found else None


def _was_a_mistake(entry: PersonEntry, found: Person) -> bool:
    """Whether a record had this CURP once and is of somebody else: then its owner is not kept from registering."""
    if PersonIdentifier.objects.filter(kind=IdentifierKind.CURP, value=entry.curp).exists():
        return False
    return _name(found) != _name(entry) and found.birth_date != entry.birth_date


def _name(told: PersonEntry | Person) -> str:
    return "|".join(normal(part) for part in (told.given_names, told.first_surname, told.second_surname))


def _created_or_known(
    by: User, entry: PersonEntry, place: Place, source: SourceFile | None, today: dt.date
) -> tuple[Person, str]:
    """The new person; if somebody else registers the same CURP at this moment, theirs."""
    try:
        with transaction.atomic():
            return _created(by, entry, place, source, today), CREATED
    except IntegrityError:
        person = _known(entry, place)
        if person is None:
            raise
        return person, KNOWN


def _created(by: User, entry: PersonEntry, place: Place, source: SourceFile | None, today: dt.date) -> Person:
    person = Person.objects.create(
        uid=new_uids(1)[0], registered_by=by.username, source=source, **_fields(entry), **vars(place)
    )
    if entry.curp:
        add_identifier(person, IdentifierKind.CURP, entry.curp, today, source)
    if entry.origin:
        add_identifier(person, IdentifierKind.ORIGIN, entry.origin, today, source)
    write_keys([person])
    return person


def _fields(entry: PersonEntry) -> dict[str, Any]:
    names = ("given_names", "first_surname", "second_surname", "sex", "birth_state", "locality_name", "address")
    born = entry.birth_date
    if born and entry.precision in {Precision.MONTH, Precision.YEAR}:
        born = born.replace(day=1, month=1 if entry.precision == Precision.YEAR else born.month)
    return {name: getattr(entry, name) for name in names} | {"birth_date": born, "birth_precision": entry.precision}


@transaction.atomic
def read_person(*, by: Actor, person: Person, purpose: str) -> Person:
    """See a person's record. Whoever shows one calls this: the row tells the person who looked and what for.

    ``purpose`` is a word of the program, such as "counter" or "api"; never anything of the person.
    """
    require(by, Permission.VIEW_PERSONS, person.path)
    record(
        by=by,
        action="beneficiaries.read_person",
        subject=subject_of(person.uid),
        area_path=person.path,
        detail={"purpose": purpose},
    )
    return person


@transaction.atomic
def find_persons(*, by: Actor, words: str, limit: int = 20, offset: int = 0) -> Found:
    """Search persons (see ``search_persons``) and leave one row that says how many were shown, not what was typed."""
    require_anywhere(by, Permission.VIEW_PERSONS)
    found = search_persons(by, words, limit=limit, offset=offset)
    shown = len(found.persons)
    record(
        by=by,
        action="beneficiaries.search_persons",
        subject=f"{shown} persons",
        area_path=common_path(access_of(by).paths(Permission.VIEW_PERSONS)),
        detail={"by": found.by, "elsewhere": found.elsewhere},
        records=shown,
    )
    return found


@transaction.atomic
def correct_person(*, by: User, person: Person, entry: PersonEntry) -> Registered:
    """Replace what is recorded of a person by ``entry``, whole; what did not change leaves no row.

    No file changes the record from then on. A CURP may be added, or replaced: the former one still finds the person.
    An empty CURP leaves the one there is. Raises PersonRefused, also when the CURP is another person's.
    """
    require(by, Permission.REGISTER_PERSON, person.path)
    today = timezone.localdate()
    entry = _checked(entry, today)
    place = place_of(entry)
    require(by, Permission.REGISTER_PERSON, place.path)
    person = Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
    wanted = {**_fields(entry), **vars(place)}
    changed = [name for name, value in wanted.items() if getattr(person, name) != value]
    before = person.path
    for name in changed:
        setattr(person, name, wanted[name])
    if changed:
        person.source = None  # told by hand from now on: no file changes it
        person.save(update_fields=[*changed, "source"])
        write_keys([person])
    if entry.curp and _put_curp(person, entry.curp, today):
        changed.append("curp")
    if changed:
        for path in {before, person.path}:
            record(
                by=by,
                action="beneficiaries.correct_person",
                subject=subject_of(person.uid),
                area_path=path,
                detail={"fields": sorted(changed)},
            )
    held = curp_of(person)
    doubts = tuple(contradictions(held, person)) if held else ()
    return Registered(person, "changed" if changed else "unchanged", doubts, folio_of(person))


def _put_curp(person: Person, curp: str, today: dt.date) -> bool:
    """Give a person a CURP; whether that changed anything. PersonRefused when it is somebody else's.

    One that somebody else had by mistake and has no more may be given to whom it belongs.
    """
    rows = PersonIdentifier.objects.filter(said_as(IdentifierKind.CURP, curp)).select_related("person")
    held = rows.order_by("kind").first()
    taken = PersonRefused(("curp", _("Another person is registered with this CURP.")))
    if held and (held.person.merged_into_id or held.person_id) != person.pk:
        if held.kind == IdentifierKind.CURP:
            raise taken
        held = None
    own = PersonIdentifier.objects.filter(person=person, kind=IdentifierKind.CURP).first()
    if (own and own.value == curp) or (held and held.person_id != person.pk):
        return False
    try:
        with transaction.atomic():
            if held:  # a former one again
                held.delete()
            if own:
                own.kind, own.value = IdentifierKind.ORIGIN, former_curp(own.value)
                own.save(update_fields=["kind", "value"])
            add_identifier(person, IdentifierKind.CURP, curp, today, None)
    except IntegrityError:
        raise taken from None
    if person.told_curp:
        person.told_curp = ""
        person.save(update_fields=["told_curp"])
    return True


@transaction.atomic
def move_person(*, by: User, curp: str, birth_date: dt.date, name: str, unit: str) -> Person:
    """Bring a person registered elsewhere to a unit of one's own: they show their CURP, say their birth date and name.

    All must be those of the record: a CURP tells the date, but not the first surname and a given name.
    PersonRefused says only that they are not. Both territories get a journal row.
    """
    require_anywhere(by, Permission.REGISTER_PERSON)
    found = person_by_identifier(IdentifierKind.CURP, curp)
    same_day = found and found.birth_date == birth_date and found.birth_precision == Precision.DAY
    if found is None or not same_day or not _called(found, name):
        raise PersonRefused(("curp", _("Nobody is registered with this CURP, birth date and name.")))
    person = Person.objects.select_for_update(of=("self",)).get(pk=found.pk)
    place = place_of(PersonEntry("", "", municipality=_municipality(person), unit=unit))
    if place.unit_id is None:
        raise PersonRefused(("unit", _("Say which medical unit is to attend the person.")))
    require(by, Permission.REGISTER_PERSON, place.path)
    before = person.path
    if before == place.path:
        return person
    person.unit_id, person.path = place.unit_id, place.path
    person.source = None  # told by hand from now on: no file moves them back
    person.save(update_fields=["unit_id", "path", "source"])
    for path in (before, place.path):
        record(
            by=by,
            action="beneficiaries.move_person",
            subject=subject_of(person.uid),
            area_path=path,
            detail={"from": before, "to": place.path},
        )
    return person


def _called(person: Person, name: str) -> bool:
    """Whether the name told has the first surname of the record and one of its given names."""
    told = set(normal(name).split())
    given = set(normal(person.given_names).split())
    return set(normal(person.first_surname).split()) <= told and (not given or bool(given & told))


def _municipality(person: Person) -> str:
    return person.home.path.split("/")[2]


@transaction.atomic
def record_consent(*, by: User, person: Person, purpose: str, given: bool) -> Consent:
    """Note that a person was given the privacy notice, or agreed or did not agree to something, today."""
    require(by, Permission.REGISTER_PERSON, person.path)
    consent = Consent.objects.create(
        person=person,
        purpose=Purpose(purpose),
        given=given,
        at=timezone.now(),
        notice_version=people_rules().privacy.notice_version,
        recorded_by=by.username,
    )
    record(
        by=by,
        action="beneficiaries.record_consent",
        subject=subject_of(person.uid),
        area_path=person.path,
        detail={"purpose": purpose, "given": given, "notice": consent.notice_version},
    )
    return consent


@transaction.atomic
def record_death(*, by: User, person: Person, on: dt.date) -> Person:
    """Note the day on which a person died and end their cards; PersonRefused for a day to come or before the birth.

    Enrolment's ``note_death`` stops the piece of a card too.
    """
    require(by, Permission.REGISTER_PERSON, person.path)
    if on > timezone.localdate():
        raise PersonRefused(("died_on", _("The day of death has not come yet.")))
    if person.birth_date and on < person.birth_date:
        raise PersonRefused(("died_on", _("The day of death is before the birth.")))
    end_cards_of_dead(person, by)  # cards are locked before persons, as where a card is replaced
    held = Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
    end_cards_of_dead(held, by)  # asked for until now; whoever asks from here on waits, and finds the day
    person.died_on = on
    if held.died_on == on:
        return person
    person.save(update_fields=["died_on"])
    record(by=by, action="beneficiaries.record_death", subject=subject_of(person.uid), area_path=person.path)
    return person


@transaction.atomic
def take_back_death(*, by: User, person: Person) -> Person:
    """Take a recorded death back: it was somebody else's, or a mistake. PersonRefused when none is recorded.

    The cards that it ended stay ended, because verifiers have learned of it; a new one can be asked for.
    """
    require(by, Permission.REVIEW_MATCH, person.path)
    held = Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
    if held.died_on is None:
        raise PersonRefused(("died_on", _("No death of this person is recorded.")))
    person.died_on = None
    person.save(update_fields=["died_on"])
    record(by=by, action="beneficiaries.take_back_death", subject=subject_of(person.uid), area_path=person.path)
    return person


@transaction.atomic
def give_folio(*, by: User, person: Person) -> str:
    """The temporary folio of a person, given now if there is none."""
    require(by, Permission.REGISTER_PERSON, person.path)
    Person.objects.select_for_update(of=("self",)).get(pk=person.pk)  # of two at once, the second finds the first's
    held = folio_of(person)
    if held:
        return held
    folio = ensure_folio(person, timezone.localdate())
    record(by=by, action="beneficiaries.give_folio", subject=subject_of(person.uid), area_path=person.path)
    return folio
