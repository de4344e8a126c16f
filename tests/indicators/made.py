"""A published set of values over invented tables, in the two states of the shared territory: made once a run.

States, municipalities and the first units of the tables have the codes of ``tests/conftest.py``, so that people of the
fixtures see what their roles allow. The files are made once; every test gets its own rows of the database.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
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

EARLIER = CUT_OFF - dt.timedelta(days=42)
#: Tables whose registers do not exist yet: their indicators are "not yet recorded".
PLANNED = ("committees", "committee_members", "committee_expenses", "stock", "stock_days", "prescriptions")
#: Invented units that are those of the shared territory.
UNITS = {"U0000": "XAIMB000011", "U0024": "XAIMB000023", "U0003": "XAIMB000035"}
#: One centre has two or three people, whom everybody must not see.
FEW = "unit IS DISTINCT FROM 'XAIMB000011' OR (eligibility = 'eligible' AND living AND hash(person) % 3 = 0)"
#: Of the earlier set: every row that these keep, so that the two cut-offs differ.
FEWER = {"units": "unit <> 'XAIMB000035'", "persons": "hash(person) % 10 < 8", "cards": "hash(card) % 10 < 7"}
_kept: dict[tuple[str, dt.date, tuple[Any, ...]], tuple[dict[str, Any], dict[str, Any]]] = {}


@dataclass(frozen=True)
class PulsoSets:
    """Two published sets: ``earlier`` six weeks before ``newest``."""

    earlier: ValueSet
    newest: ValueSet


def fills_of_the_territory(leave_out: tuple[str, ...], keep: Mapping[str, str]) -> dict[str, Callable[..., None]]:
    """The invented fillers with the codes of states 91 and 92 (and 93, which no territory has) and their units."""
    return {name: _here(name, fill, keep.get(name, "true")) for name, fill in invented_fills(leave_out).items()}


def _here(name: str, fill: Callable[..., None], keep: str) -> Callable[..., None]:
    def filled(con: Any, into: str, cut_off: dt.date) -> None:
        fill(con, into, cut_off)
        columns = {row[0] for row in con.execute(f"DESCRIBE {into}").fetchall()}
        if "unit" in columns:
            for invented, uid in UNITS.items():
                con.execute(f"UPDATE {into} SET unit = '{uid}' WHERE unit = '{invented}'")
        if "municipality" in columns:
            con.execute(
                f"UPDATE {into} SET municipality = '9' || municipality[2:2] || "
                "lpad((CAST(municipality[3:] AS INTEGER) // 3 + 1)::VARCHAR, 3, '0')"
            )
        con.execute(f"UPDATE {into} SET state = '9' || state[2:2]")
        if name == "units":
            ours = ", ".join(f"'{uid}'" for uid in UNITS.values())
            con.execute(f"UPDATE {into} SET operating = true, care = true, operator = 'IMB' WHERE unit IN ({ours})")
            con.execute(f"UPDATE {into} SET name = 'Unidad ' || unit")
        if name == "municipalities":
            con.execute(f"UPDATE {into} SET name = 'Municipio ' || municipality")
        con.execute(f"DELETE FROM {into} WHERE NOT ({keep}) OR NOT ({FEW if name == 'persons' else 'true'})")

    return filled


def make_set(
    by: User,
    cut_off: dt.date = CUT_OFF,
    leave_out: tuple[str, ...] = PLANNED,
    keep: Mapping[str, str] | None = None,
    publish: bool = True,
) -> ValueSet:
    """A set of values over invented tables; the files of each kind of set are written once a run of the tests."""
    key = (str(home()), cut_off, (*leave_out, *sorted((keep or {}).items())))
    if key not in _kept:
        _kept[key] = _write(by, cut_off, leave_out, keep or {}, len(_kept))
    told, reckoned = _kept[key]
    snapshot = Snapshot.objects.get_or_create(folder=told["folder"], defaults=told)[0]
    whole = {**reckoned, "snapshot": snapshot}
    value_set = ValueSet.objects.get_or_create(folder=reckoned["folder"], defaults=whole)[0]
    return publish_values(by=by, value_set=value_set) if publish else value_set


def _write(
    by: User, cut_off: dt.date, leave_out: tuple[str, ...], keep: Mapping[str, str], number: int
) -> tuple[dict[str, Any], dict[str, Any]]:
    folder = home() / f"{cut_off}-t{number}"
    manifest = write_tables(folder, cut_off, fills_of_the_territory(leave_out, keep), lambda _table, _rows: None)
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


def make_sets(by: User) -> PulsoSets:
    """The two published sets."""
    earlier = make_set(by, EARLIER, keep=FEWER)
    return PulsoSets(earlier, make_set(by))
