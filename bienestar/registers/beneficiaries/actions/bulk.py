"""Persons in bulk: a file of a million of them, in pieces, each row once however often the file comes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bienestar.calculations import curp as curps
from bienestar.calculations.names import keys
from bienestar.foundation.accounts.choices import Permission
from bienestar.foundation.accounts.models import User
from bienestar.foundation.accounts.queries import require
from bienestar.foundation.facilities.queries import unit_paths, units_by_key
from bienestar.foundation.journal.actions import record
from bienestar.foundation.journal.models import SourceFile
from bienestar.foundation.storage.rows import insert_rows, take_ids, update_rows
from bienestar.foundation.territory.choices import Level
from bienestar.foundation.territory.queries import areas_by_code, path_of
from bienestar.registers.beneficiaries.actions.records import new_uids, write_keys
from bienestar.registers.beneficiaries.choices import IdentifierKind
from bienestar.registers.beneficiaries.models import NameKey, Person, PersonIdentifier
from bienestar.registers.beneficiaries.queries.checking import PersonEntry, contradictions, curp_fault, faults_of
from bienestar.registers.beneficiaries.queries.held import FIELDS, Held, held_among

PIECE = 20_000  # rows looked up and written together
CREATED, CHANGED, UNCHANGED, REFUSED = "created", "changed", "unchanged", "refused"
#: What may be wrong with these is left out, with a doubt; any other fault refuses the row.
LEFT_OUT = {"birth_date": None, "sex": "", "birth_state": ""}
Sentence = tuple[str, Any]
#: Hears of each row: its number, what became of it (None: only a doubt), and (field, sentence) where there is one.
Tell = Callable[[int, str | None, Sentence | None], None]

REPEATED = _("The number stands in an earlier row of the file with other data; the earlier one holds.")
NO_NUMBER = _("The row has no number of the register it comes from.")
NO_HOME = _("This municipality is not stored. Write its five digits.")
OUTSIDE = _("The person is of another territory than the one that the file is loaded for.")
NO_UNIT = _("No medical unit has or had this CLUES; none was assigned.")
OF_ANOTHER = _("Another person is registered with this CURP; it was kept to compare, and finds nobody.")
HAS_ANOTHER = _("The record has another CURP, which was left.")


@dataclass
class Put:
    """How many rows of a file made, changed or left a person, and how many could not be used."""

    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys((CREATED, CHANGED, UNCHANGED, REFUSED), 0))

    @property
    def touched(self) -> int:
        """Persons made or changed."""
        return self.counts[CREATED] + self.counts[CHANGED]


@transaction.atomic
def put_persons(
    *,
    by: User,
    path: str,
    entries: Iterable[tuple[int, PersonEntry]],
    source: SourceFile,
    tell: Tell = lambda number, outcome, told: None,
) -> Put:
    """Register persons of a file who live or are attended under ``path``; each entry comes with its row's number.

    A row is the person of its ``origin``, else of its CURP; else it makes one. A CURP that cannot be, or is of
    somebody with another birth date and name, is kept as told and finds nobody; the row is doubted. A row corrects
    the person that it made, unless somebody has corrected them by hand. Whatever the number of rows, memory holds
    one piece of them and two numbers for each.
    """
    require(by, Permission.REGISTER_PERSON, path)
    work = _Work(by.username, path, source, tell)
    waiting = iter(entries)
    while piece := list(islice(waiting, PIECE)):
        work.take(piece)
    if work.put.touched:
        record(
            by=by,
            action="beneficiaries.put_persons",
            subject=f"{work.put.touched} persons",
            area_path=path,
            detail={outcome: work.put.counts[outcome] for outcome in (CREATED, CHANGED)},
            records=work.put.touched,
            records_sha256=work.digest.hexdigest(),
        )
    return work.put


@dataclass(slots=True)
class _Row:
    """A row that can be used: ``values`` are those of FIELDS; ``curp`` is empty when it is none."""

    number: int
    entry: PersonEntry
    values: tuple[Any, ...]
    curp: str
    doubts: list[Sentence]
    keys: frozenset[int]


class _Work:
    """One run over the rows of a file."""

    def __init__(self, username: str, path: str, source: SourceFile, tell: Tell) -> None:
        self.username, self.path, self.source, self.tell = username, path, source, tell
        self.put = Put()
        self.digest = hashlib.sha256()
        self.now = timezone.now()
        self.today = timezone.localdate()
        self.seen: dict[int, int] = {}
        self.homes = {code: area.pk for code, area in areas_by_code(Level.MUNICIPALITY).items()}
        self.units: dict[str, tuple[int, str] | None] = {"": None}

    def take(self, told: Sequence[tuple[int, PersonEntry]]) -> None:
        """Write some rows. Somebody may register one of their CURPs at this moment: then all are looked up again."""
        self._look_up_places([entry for _number, entry in told])
        rows = [row for number, entry in told if (row := self._row(number, entry))]
        for attempt in range(3):
            try:
                with transaction.atomic():
                    piece = _Piece(self, rows)
                    piece.write()
                break
            except IntegrityError:
                if attempt == 2:
                    raise
        for row, (outcome, person) in zip(rows, piece.outcomes, strict=True):
            for doubt in row.doubts:
                self.tell(row.number, None, doubt)
            self._done(row.number, outcome, None)
            if outcome != UNCHANGED:
                self.digest.update(f"{person.uid} {outcome}\n".encode())

    def _done(self, number: int, outcome: str, told: Sentence | None) -> None:
        self.put.counts[outcome] += 1
        self.tell(number, outcome, told)

    def _look_up_places(self, entries: Sequence[PersonEntry]) -> None:
        localities = {entry.locality for entry in entries} - self.homes.keys() - {""}
        if localities:
            self.homes |= {code: area.pk for code, area in areas_by_code(Level.LOCALITY, localities).items()}
        units = {entry.unit.upper() for entry in entries} - self.units.keys()
        if units:
            found = units_by_key(units)
            paths = unit_paths(found.values())
            self.units |= {key: (found[key], paths[found[key]]) if key in found else None for key in units}

    def _row(self, number: int, entry: PersonEntry) -> _Row | None:
        """A row that can be used, or None once it has been told why not."""
        doubts: list[Sentence] = []
        faults = faults_of(entry, self.today)
        for name, sentence in faults:
            if name not in LEFT_OUT:
                return self._done(number, REFUSED, (name, sentence))
            doubts.append((name, sentence))
        entry = replace(entry, **{name: LEFT_OUT[name] for name, _sentence in faults}) if faults else entry
        if not entry.origin:
            return self._done(number, REFUSED, ("origin", NO_NUMBER))
        if entry.municipality not in self.homes:
            return self._done(number, REFUSED, ("municipality", NO_HOME))
        if self._repeats(number, entry):
            return None
        unit = self.units[entry.unit.upper()]
        if entry.unit and unit is None:
            doubts.append(("unit", NO_UNIT))
        where = unit[1] if unit else path_of(entry.municipality)
        if not where.startswith(self.path):
            return self._done(number, REFUSED, ("municipality", OUTSIDE))
        curp, told_curp = self._curp(entry, doubts)
        home = self.homes.get(entry.locality, self.homes[entry.municipality])
        return _Row(
            number=number,
            entry=entry,
            values=(
                entry.given_names,
                entry.first_surname,
                entry.second_surname,
                entry.birth_date,
                str(entry.precision),
                entry.sex,
                entry.birth_state,
                told_curp,
                home,
                entry.locality_name,
                entry.address,
                unit[0] if unit else None,
                where,
            ),
            curp=curp,
            doubts=doubts,
            keys=keys(entry.given_names, entry.first_surname, entry.second_surname),
        )

    def _repeats(self, number: int, entry: PersonEntry) -> bool:
        """Whether an earlier row had this number; then the row is told so."""
        place, content = hash(entry.origin), hash(entry)
        if place not in self.seen:
            self.seen[place] = content
            return False
        if self.seen[place] == content:
            self._done(number, UNCHANGED, None)
        else:
            self._done(number, REFUSED, ("origin", REPEATED))
        return True

    def _curp(self, entry: PersonEntry, doubts: list[Sentence]) -> tuple[str, str]:
        """The CURP that finds the person, and the one that is only kept: one of the two is empty."""
        told = curps.normal(entry.curp)
        if not told:
            return "", ""
        wrong = curp_fault(told, self.today)
        if wrong:
            doubts.append(("curp", wrong))
            return "", told[:18]
        doubts += contradictions(told, entry)
        return told, ""


class _Piece:
    """Some rows against what is held: first what becomes of each, then everything written at once."""

    def __init__(self, work: _Work, rows: Sequence[_Row]) -> None:
        self.work, self.rows = work, rows
        self.held = held_among([row.curp for row in rows if row.curp], [row.entry.origin for row in rows])
        self.made: list[tuple[Held, _Row]] = []
        self.changed: list[tuple[Held, tuple[Any, ...]]] = []
        self.identifiers: list[tuple[Held, str, str]] = []
        self.outcomes = [self._outcome(row) for row in rows]

    def _outcome(self, row: _Row) -> tuple[str, Held]:
        origin = (str(IdentifierKind.ORIGIN), row.entry.origin)
        own = self.held.get(origin)
        of_curp = self.held.get((str(IdentifierKind.CURP), row.curp)) if row.curp else None
        if own:
            return self._known(row, own, of_curp), own
        if of_curp and _agree(of_curp, row):
            self._let_find(of_curp, *origin)
            return CHANGED, of_curp
        values = row.values
        if of_curp:
            values = self._only_told(row)
        made = Held(0, "", values, ours=True, curp="" if of_curp else row.curp, first=row.entry.origin)
        self.made.append((made, row))
        self._let_find(made, *origin)
        if made.curp:
            self._let_find(made, str(IdentifierKind.CURP), made.curp)
        return CREATED, made

    def _known(self, row: _Row, own: Held, of_curp: Held | None) -> str:
        values, outcome = row.values, UNCHANGED
        if row.curp and of_curp is not own:
            if of_curp:
                values = self._only_told(row)
            elif own.curp:
                row.doubts.append(("curp", HAS_ANOTHER))
            else:
                own.curp = row.curp
                self._let_find(own, str(IdentifierKind.CURP), row.curp)
                outcome = CHANGED
        if own.ours and own.first == row.entry.origin and own.values != values:
            self.changed.append((own, values))
            outcome = CHANGED
        return outcome

    def _only_told(self, row: _Row) -> tuple[Any, ...]:
        row.doubts.append(("curp", OF_ANOTHER))
        place = FIELDS.index("told_curp")
        return (*row.values[:place], row.curp, *row.values[place + 1 :])

    def _let_find(self, held: Held, kind: str, value: str) -> None:
        self.held[(kind, value)] = held
        self.identifiers.append((held, kind, value))

    def write(self) -> None:
        work = self.work
        for (made, _row), pk, uid in zip(
            self.made, take_ids(Person, len(self.made)), new_uids(len(self.made)), strict=True
        ):
            made.id, made.uid = pk, uid
        source = work.source.pk
        insert_rows(
            Person,
            ("id", "uid", *FIELDS, "registered_at", "registered_by", "source_id"),
            ((made.id, made.uid, *made.values, work.now, work.username, source) for made, _row in self.made),
        )
        insert_rows(
            PersonIdentifier,
            ("person_id", "kind", "value", "since", "source_id"),
            ((held.id, kind, value, work.today, source) for held, kind, value in self.identifiers),
        )
        insert_rows(NameKey, ("person_id", "key"), ((made.id, key) for made, row in self.made for key in row.keys))
        update_rows(Person, (*FIELDS, "source_id"), ((*values, source, held.id) for held, values in self.changed))
        renamed = [held.id for held, values in self.changed if held.values[:3] != values[:3]]
        write_keys(Person.objects.filter(pk__in=renamed))


def _agree(held: Held, row: _Row) -> bool:
    """Whether a record with the CURP of a row can be the row's person: the same birth, or two words of the name."""
    given, first, second, born, *_rest = held.values
    return born is None or born == row.values[3] or not row.keys.isdisjoint(keys(given, first, second))
