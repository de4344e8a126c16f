"""The open book of units that one bulk action writes in: loaded once, changed in memory, stored in bulk.

Two keys turn out to be of one unit when a crosswalk or the national list says so, in whatever order the files come.
The later unit is then folded into the earlier: its keys, counts, visits move; its row stays, marked ``merged_into``,
because frozen results still speak of it.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from typing import Any

from django.db.models import Model

from bienestar.foundation.facilities.actions.rows import DESCRIBED, UnitRow, operator_of
from bienestar.foundation.facilities.actions.statuses import Told, periods
from bienestar.foundation.facilities.models import Unit, UnitIdentifier, UnitOperator, UnitStatus
from bienestar.foundation.journal.models import SourceFile
from bienestar.foundation.storage.rows import update_rows

Rank = list[Any]
STATUS = "status"  # where a unit's provenance keeps what was said of its status
PERIOD = ("status", "valid_from", "valid_to", "source_id")


class UnitBook:
    """Units, keys, operators and statuses that a set of keys touches."""

    def __init__(self, keys: Iterable[str], source: SourceFile | None, paths: dict[int, str]) -> None:
        self.source, self.paths = source, paths
        self.date = (source.published_on if source else None) or dt.date.min
        self.sha = source.sha256[:12] if source else ""
        self.keys: dict[str, UnitIdentifier] = {}
        self.units: dict[str, Unit] = {}  # by uid: a new unit has no id until the book is stored
        self.by_unit: dict[str, list[UnitIdentifier]] = {}
        self.operators: dict[tuple[str, str], UnitOperator] = {}
        self.statuses: dict[str, list[UnitStatus]] = {}
        self.changed: dict[type[Model], dict[int, Any]] = {}
        self.new: dict[type[Model], list[Any]] = {}
        self.moved: dict[str, str] = {}  # paths that units had before → those that they have now
        self._load(set(keys))

    def _load(self, keys: set[str]) -> None:
        units = {unit.pk: unit for unit in self._units_with(keys)}
        for unit in units.values():
            self.units[unit.uid], self.by_unit[unit.uid] = unit, []
        for row in _in_units(UnitIdentifier, units):
            self.keys[row.value] = row
            self.by_unit[row.unit.uid].append(row)
        for row in _in_units(UnitOperator, units):
            self.operators[(row.unit.uid, row.operator)] = row
        for row in _in_units(UnitStatus, units):
            self.statuses.setdefault(row.unit.uid, []).append(row)

    @staticmethod
    def _units_with(keys: set[str]) -> list[Unit]:
        ordered = sorted(keys)
        ids: set[int] = set()
        for start in range(0, len(ordered), 900):
            identifiers = UnitIdentifier.objects.filter(value__in=ordered[start : start + 900])
            ids |= set(identifiers.values_list("unit_id", flat=True))
        found: list[Unit] = []
        for chunk in _chunks(ids):
            found.extend(Unit.objects.filter(pk__in=chunk))
        return found

    def put(self, row: UnitRow) -> tuple[Unit, str]:
        """Write one row in the book; the unit, and "created", "changed" or "unchanged"."""
        known = [self.keys[key].unit.uid for key in (row.key, row.old_key) if key in self.keys]
        before = self._mark()
        if known:
            unit = self.units[known[0]]
            for other in known[1:]:
                if other != unit.uid:
                    unit = self.fold(unit, self.units[other])
            created = False
        else:
            unit, created = self._create(row), True
        self._describe(unit, row)
        if row.old_key:  # first, so that the key in use finds its place free
            self._key(unit, row.old_key, is_open=False, since=None, until=None)
        self._key(unit, row.key, is_open=row.key_open, since=row.key_from, until=row.key_to)
        if row.status:
            self._status(unit, row, row.status)
        changed = self._mark() != before
        return unit, "created" if created else "changed" if changed else "unchanged"

    def tie(self, new: str, old: str) -> str:
        """Make ``new`` and ``old`` keys of one unit: "changed", "unchanged", or "unknown" when none is stored."""
        known = [key for key in (new, old) if key in self.keys]
        if not known:
            return "unknown"
        before = self._mark()
        unit = self.units[self.keys[known[0]].unit.uid]
        if len(known) == 2:
            unit = self.fold(unit, self.units[self.keys[old].unit.uid])
        self._key(unit, old, is_open=False, since=None, until=None)
        self._key(unit, new, is_open=True, since=None, until=None)
        return "changed" if self._mark() != before else "unchanged"

    def _mark(self) -> tuple[int, ...]:
        """Grows with every change, so that comparing two marks tells whether anything changed between them."""
        return (self._touches, sum(len(rows) for rows in self.new.values()))

    _touches = 0

    def _touch(self, row: Any) -> None:
        self._touches += 1
        if row.pk:
            self.changed.setdefault(type(row), {})[row.pk] = row

    def _create(self, row: UnitRow) -> Unit:
        unit = Unit(
            uid=row.key,
            name=row.name,
            municipality_id=row.municipality_id,
            path=f"{self.paths[row.municipality_id]}U-{row.key}/",
            unit_type=row.unit_type,
            source=self.source,
        )
        self.units[unit.uid], self.by_unit[unit.uid] = unit, []
        self.new.setdefault(Unit, []).append(unit)
        return unit

    def _describe(self, unit: Unit, row: UnitRow) -> None:
        """Set each described field that this source tells with at least the rank of the one that told it before.

        A row under an open key outranks one under a closed key, then the newer file outranks the older.
        """
        rank: Rank = [int(row.key_open), self.date.isoformat(), self.sha]
        for field in (*DESCRIBED, "municipality_id", "locality_id"):
            value = getattr(row, field)
            if value is None or value == "":
                continue
            kept = unit.provenance.get(field)
            if kept is not None and kept > rank:
                continue
            if kept != rank or getattr(unit, field) != value:
                unit.provenance[field] = rank
                setattr(unit, field, value)
                if field == "municipality_id":
                    self._move_to(unit, f"{self.paths[unit.municipality_id]}U-{unit.uid}/")
                unit.source = self.source
                self._touch(unit)

    def _move_to(self, unit: Unit, path: str) -> None:
        self._note_move(unit.path, path)
        unit.path = path

    def _note_move(self, old: str, new: str) -> None:
        if old != new:
            self.moved = {before: new if now == old else now for before, now in self.moved.items()} | {old: new}
            self.moved.pop(new, None)

    def _key(self, unit: Unit, value: str, *, is_open: bool, since: dt.date | None, until: dt.date | None) -> None:
        identifier = self.keys.get(value)
        if identifier is None:
            identifier = UnitIdentifier(unit=unit, value=value, is_current=False, source=self.source)
            self.keys[value] = identifier
            self.by_unit[unit.uid].append(identifier)
            self.new.setdefault(UnitIdentifier, []).append(identifier)
        self._dates(identifier, since, until)
        self._operator(unit, operator_of(value), since, until)
        current = next((row for row in self.by_unit[unit.uid] if row.is_current), None)
        if current is identifier and not is_open:
            identifier.is_current = False
            self._touch(identifier)
        if is_open and current is not identifier and not _beats(current, identifier):
            if current:
                current.is_current = False
                self._touch(current)
            identifier.is_current = True
            self._touch(identifier)

    def _operator(self, unit: Unit, operator: str, since: dt.date | None, until: dt.date | None) -> None:
        row = self.operators.get((unit.uid, operator))
        if row is None:
            row = UnitOperator(unit=unit, operator=operator, source=self.source)
            self.operators[(unit.uid, operator)] = row
            self.new.setdefault(UnitOperator, []).append(row)
        self._dates(row, since, until)

    def _dates(self, row: UnitIdentifier | UnitOperator, since: dt.date | None, until: dt.date | None) -> None:
        """Fill in dates that a source tells; of two starts the earlier holds, of two ends the later."""
        if since and (row.valid_from is None or since < row.valid_from):
            row.valid_from = since
            self._touch(row)
        if until and (row.valid_to is None or until > row.valid_to):
            row.valid_to = until
            self._touch(row)

    def _status(self, unit: Unit, row: UnitRow, status: str) -> None:
        source_id = self.source.pk if self.source else None
        told = self._told(unit)
        statement = Told(self.date, self.sha, status, row.status_from, source_id)
        if statement not in told:
            self._tell(unit, [*told, statement])

    def _told(self, unit: Unit) -> list[Told]:
        """What files have said of the unit's status; rows that were made in another way count as said by theirs."""
        kept = unit.provenance.get(STATUS)
        if kept is not None:
            return [Told.from_json(statement) for statement in kept]
        return [
            Told(
                (row.source.published_on if row.source else None) or row.valid_from or dt.date.min,
                "",
                row.status,
                row.valid_from,
                row.source_id,
            )
            for row in self.statuses.get(unit.uid, [])
        ]

    def _tell(self, unit: Unit, told: list[Told]) -> None:
        """Keep what was said and bring the unit's periods into step with it."""
        unit.provenance[STATUS] = [
            statement.as_json() for statement in sorted(set(told), key=lambda t: t.as_json()[:4])
        ]
        self._touch(unit)
        rows = self.statuses.setdefault(unit.uid, [])
        rows.sort(key=lambda row: row.valid_from or dt.date.min)
        for index, period in enumerate(periods(told)):
            if index == len(rows):
                rows.append(UnitStatus(unit=unit))
                self.new.setdefault(UnitStatus, []).append(rows[-1])
            for field in PERIOD:
                setattr(rows[index], field, getattr(period, field))
            self._touch(rows[index])

    def fold(self, one: Unit, other: Unit) -> Unit:
        """Make one unit of two: the later row is folded into the earlier, which is returned."""
        if one is other:
            return one
        self.store()
        keep, gone = (one, other) if one.pk < other.pk else (other, one)
        told = [*self._told(keep), *self._told(gone)]
        for field, rank in gone.provenance.items():
            if field == STATUS:
                continue
            if rank > keep.provenance.get(field, []):
                keep.provenance[field] = rank
                setattr(keep, field, getattr(gone, field))
                if field == "municipality_id":
                    self._move_to(keep, gone.path.removesuffix(f"U-{gone.uid}/") + f"U-{keep.uid}/")
        self._note_move(gone.path, keep.path)
        keep.save()
        UnitStatus.objects.filter(unit=gone).delete()
        self._keep_one_current(keep, gone)
        for relation in Unit._meta.related_objects:
            _move(relation.related_model, relation.field.name, keep, gone)
        gone.merged_into = keep
        gone.save(update_fields=["merged_into"])
        self._touches += 1
        del self.units[gone.uid]
        for uid in (keep.uid, gone.uid):
            self.statuses.pop(uid, None)
        self._load({row.value for uid in (keep.uid, gone.uid) for row in self.by_unit.pop(uid)})
        self._tell(self.units[keep.uid], told)
        return self.units[keep.uid]

    def _keep_one_current(self, keep: Unit, gone: Unit) -> None:
        """Each of two units may have a key in use; one unit has one."""
        current = [row for unit in (keep, gone) for row in self.by_unit[unit.uid] if row.is_current]
        if len(current) == 2:
            loser = current[1] if _beats(*current) else current[0]
            loser.is_current = False
            loser.save(update_fields=["is_current"])

    def store(self) -> None:
        """Write the book to the database; it stays open."""
        # Keys that stop being current go first: the database allows one current key a unit at any moment.
        identifiers = list(self.changed.pop(UnitIdentifier, {}).values())
        for current in (False, True):
            rows = [row for row in identifiers if row.is_current is current]
            _write(UnitIdentifier, ("valid_from", "valid_to", "is_current"), rows)
        described = (*DESCRIBED, "path", "municipality_id", "locality_id", "source_id", "provenance")
        _write(Unit, described, self.changed.pop(Unit, {}).values())
        _write(UnitOperator, ("valid_from", "valid_to"), self.changed.pop(UnitOperator, {}).values())
        _write(UnitStatus, PERIOD, self.changed.pop(UnitStatus, {}).values())
        for model in (Unit, UnitIdentifier, UnitOperator, UnitStatus):
            model.objects.bulk_create(self.new.pop(model, []), batch_size=1000)


def _write(model: type[Model], fields: tuple[str, ...], rows: Iterable[Any]) -> None:
    update_rows(model, fields, ((*(_column_value(row, name) for name in fields), row.pk) for row in rows))


def _column_value(row: Any, name: str) -> Any:
    value = getattr(row, name)
    return json.dumps(value) if name == "provenance" else value


def _beats(current: UnitIdentifier | None, other: UnitIdentifier) -> bool:
    """Whether the current key stays current beside another open one: the one that started later does."""
    if current is None or current.valid_to is not None:
        return False
    started, other_started = current.valid_from or dt.date.min, other.valid_from or dt.date.min
    return (started, current.value) > (other_started, other.value)


def _in_units(model: Any, units: dict[int, Unit], **also: Any) -> Iterable[Any]:
    """Rows of those units, each pointing at the very object in ``units``."""
    sources: dict[int | None, SourceFile | None] = {None: None}
    for chunk in _chunks(units):
        for row in model.objects.filter(unit_id__in=chunk, **also):
            row.unit = units[row.unit_id]
            if model is UnitStatus:  # its file's date is asked for; one object a file, not one a row
                if row.source_id not in sources:
                    sources[row.source_id] = row.source
                row.source = sources[row.source_id]
            yield row


def _chunks(ids: Iterable[int]) -> Iterable[list[int]]:
    ordered = sorted(ids)
    for start in range(0, len(ordered), 900):
        yield ordered[start : start + 900]


def _move(model: Any, field: str, keep: Unit, gone: Unit) -> None:
    """Point rows at ``keep``; a row that ``keep`` already has (by any unique constraint) is dropped instead."""
    unique = [
        [name for name in constraint.fields if name != field]
        for constraint in model._meta.constraints
        if field in getattr(constraint, "fields", ()) and constraint.condition is None
    ]
    for names in unique:
        held = set(model.objects.filter(**{field: keep}).values_list(*names))
        for row in model.objects.filter(**{field: gone}):
            if tuple(getattr(row, model._meta.get_field(name).attname) for name in names) in held:
                row.delete()
    model.objects.filter(**{field: gone}).update(**{field: keep})
