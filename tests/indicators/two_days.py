"""Two published sets over invented tables between which units join, open, leave and change, and staff is hired."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bienestar.foundation.accounts.models import User
from bienestar.insight.indicators.actions import compute_values, publish_values
from bienestar.insight.indicators.models import ValueSet
from bienestar.insight.snapshots.actions.take import write_tables
from bienestar.insight.snapshots.models import Snapshot
from bienestar.insight.snapshots.queries.manifests import NAME
from bienestar.insight.snapshots.queries.reading import home
from tests.indicators.invented import CUT_OFF, invented_fills

BEFORE = dt.date(2026, 3, 31)
TABLES = ("municipalities", "population", "units", "staff", "persons", "gap_lines")
DICE = "hash(unit || 'x') % 12"
#: What was otherwise on the earlier day, table by table.
EARLIER = {
    "units": [
        f"DELETE FROM {{into}} WHERE {DICE} = 0",
        f"UPDATE {{into}} SET operating = false WHERE {DICE} = 1",
        f"UPDATE {{into}} SET operator = 'SSA' WHERE {DICE} = 2",
        f"UPDATE {{into}} SET outpatient = NOT outpatient, care_level = 3 - care_level WHERE {DICE} IN (3, 6)",
        f"UPDATE {{into}} SET operating = true, operator = 'IMO' WHERE {DICE} = 4",
    ],
    "staff": [
        f"DELETE FROM {{into}} WHERE {DICE} IN (0, 5)",
        "UPDATE {into} SET category = 'nurse', physician = false WHERE hash(unit || resource || 'y') % 7 = 0",
        "UPDATE {into} SET filled = filled - 1.5 WHERE hash(unit || resource || 'z') % 3 = 0",
        "UPDATE {into} SET unit = 'NOWHERE ' || unit WHERE hash(unit || resource || 'w') % 40 = 0",
    ],
    "persons": ["DELETE FROM {into} WHERE hash(person) % 10 < 2"],
}
#: What holds on both days: enough units of ours that work, with levels that exist.
BOTH = {
    "units": [
        "UPDATE {into} SET care_level = 1 + hash(unit || 'l') % 2, outpatient = hash(unit || 'o') % 4 > 0, care = true",
        "UPDATE {into} SET operator = 'IMB' WHERE hash(unit || 'p') % 2 = 0",
        "UPDATE {into} SET name = '=1+' || name WHERE hash(unit || 'n') % 9 = 0",
    ]
}


@dataclass(frozen=True)
class TwoSets:
    """Two published sets and the folders of their snapshots."""

    before: ValueSet
    after: ValueSet


_kept: dict[dt.date, tuple[dict[str, Any], dict[str, Any]]] = {}


def make_two_sets(by: User) -> TwoSets:
    """Both sets; the files are written once a run of the tests, every test gets its own rows of the database."""
    return TwoSets(_made(by, BEFORE, EARLIER), _made(by, CUT_OFF, {}))


def _made(by: User, cut_off: dt.date, changes: dict[str, list[str]]) -> ValueSet:
    if cut_off not in _kept:
        _kept[cut_off] = _write(by, cut_off, changes)
    told, reckoned = _kept[cut_off]
    snapshot = Snapshot.objects.get_or_create(folder=told["folder"], defaults=told)[0]
    whole = {**reckoned, "snapshot": snapshot}
    return publish_values(by=by, value_set=ValueSet.objects.get_or_create(folder=reckoned["folder"], defaults=whole)[0])


def _write(by: User, cut_off: dt.date, changes: dict[str, list[str]]) -> tuple[dict[str, Any], dict[str, Any]]:
    folder = home() / f"{cut_off}-two-days"
    fills = {
        name: _changed(fill, [*BOTH.get(name, []), *changes.get(name, [])])
        for name, fill in invented_fills().items()
        if name in TABLES
    }
    manifest = write_tables(folder, cut_off, fills, lambda _table, _rows: None)
    (folder / NAME).write_bytes(manifest.as_bytes())
    told = {
        "cut_off": cut_off,
        "folder": folder.name,
        "sha256": manifest.sha256,
        "rows": manifest.rows,
        "bytes": sum(part.bytes for part in manifest.parts),
        "last_entry": 0,
        "taken_by": by.username,
        "seconds": 1.0,
    }
    value_set = compute_values(by=by, snapshot=Snapshot.objects.create(**told))
    names = ("definitions_sha256", "sha256", "folder", "engine", "values", "computed_by", "seconds")
    return told, {name: getattr(value_set, name) for name in names}


def _changed(fill: Callable[..., None], statements: list[str]) -> Callable[..., None]:
    def filled(con: Any, into: str, cut_off: dt.date) -> None:
        fill(con, into, cut_off)
        for statement in statements:
            con.execute(statement.format(into=into))

    return filled
