"""Reading snapshots: which there are, their tables in DuckDB, whether their files are whole."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
from django.conf import settings
from django.db.models import QuerySet

from bienestar.foundation.accounts.choices import Permission
from bienestar.foundation.accounts.queries import ROOT, Actor, access_of
from bienestar.insight.snapshots.models import Snapshot
from bienestar.insight.snapshots.queries.manifests import (
    NAME,
    FrozenTable,
    Manifest,
    read_manifest,
    sha256_of,
)

#: Kind of a column → its type in DuckDB.
TYPES = {"text": "VARCHAR", "whole": "BIGINT", "number": "DECIMAL(18,4)", "date": "DATE", "flag": "BOOLEAN"}


@dataclass(frozen=True)
class Damage:
    """What is wrong with one file of a snapshot: missing, changed, or extra (in the folder and in no manifest)."""

    file: str
    what: str


def home() -> Path:
    """Where snapshots are."""
    return Path(settings.HOME) / "snapshots"


def folder_of(snapshot: Snapshot) -> Path:
    """The snapshot's folder."""
    return home() / snapshot.folder


def snapshots_visible_to(by: Actor) -> QuerySet[Snapshot]:
    """Snapshots, newest first, for who may see indicators of the whole country; none for others."""
    may = access_of(by).can(Permission.VIEW_INDICATORS, ROOT)
    return Snapshot.objects.all() if may else Snapshot.objects.none()


def newest_snapshot(cut_off: dt.date | None = None) -> Snapshot | None:
    """The snapshot taken last, of a cut-off where told. For rooms above: no permission is asked here."""
    found = Snapshot.objects.filter(cut_off=cut_off) if cut_off else Snapshot.objects.all()
    return found.order_by("cut_off", "pk").last()


def manifest_of(snapshot: Snapshot) -> Manifest:
    """What the snapshot holds. Raises OSError or ValueError when its folder is damaged."""
    return read_manifest(folder_of(snapshot))


def attach(con: duckdb.DuckDBPyConnection, folder: Path, manifest: Manifest, only: set[str] | None = None) -> None:
    """Make a view in DuckDB for each table of a snapshot (``only``: for these)."""
    for name, table in manifest.tables.items():
        if only is None or name in only:
            con.execute(view_sql(name, folder, table))


def view_sql(name: str, folder: Path, table: FrozenTable) -> str:
    """The statement that makes a view of one table, with no rows where nothing was frozen."""
    columns = ", ".join(f'CAST("{column}" AS {TYPES[kind]}) AS "{column}"' for column, kind in table.columns.items())
    if not table.parts:
        empty = ", ".join(f'NULL AS "{column}"' for column in table.columns)
        return f'CREATE OR REPLACE VIEW "{name}" AS SELECT {columns} FROM (SELECT {empty}) WHERE false'  # noqa: S608
    files = ", ".join("'" + str(folder / part.file).replace("'", "''") + "'" for part in table.parts)
    read = f"read_parquet([{files}], hive_partitioning = true, hive_types = {{'state': VARCHAR}})"
    names = ", ".join(f'"{column}"' for column in table.columns)
    return f'CREATE OR REPLACE VIEW "{name}" AS SELECT {names} FROM {read}'  # noqa: S608


def damages_of(snapshot: Snapshot) -> list[Damage]:
    """Every file that is not as the manifest says; empty when the snapshot is whole.

    Reads every byte. The manifest itself is compared with the hash that the database keeps.
    """
    folder = folder_of(snapshot)
    try:
        manifest = read_manifest(folder)
    except (OSError, ValueError):
        return [Damage(NAME, "missing" if not (folder / NAME).exists() else "changed")]
    found = [] if manifest.sha256 == snapshot.sha256 == sha256_of(folder / NAME) else [Damage(NAME, "changed")]
    for part in manifest.parts:
        path = folder / part.file
        if not path.exists():
            found.append(Damage(part.file, "missing"))
        elif sha256_of(path) != part.sha256 or pq.read_metadata(path).num_rows != part.rows:
            found.append(Damage(part.file, "changed"))
    known = {part.file for part in manifest.parts} | {NAME}
    inside = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    return found + [Damage(file, "extra") for file in sorted(inside - known)]
