"""Taking a snapshot: every recorded table as Parquet, one file a state, with a manifest of hashes.

Files are written beside, checked, and moved into place with the last step: a process that dies leaves a draft, which
the next run removes. A file equal to one of the snapshot before is not stored twice.
"""

from __future__ import annotations

import datetime as dt
import os
import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import duckdb
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bienestar.foundation.accounts.choices import Permission
from bienestar.foundation.accounts.models import User
from bienestar.foundation.accounts.queries import ROOT, require
from bienestar.foundation.definitions.tables import FrozenTableShape, frozen_tables
from bienestar.foundation.journal.actions import record
from bienestar.foundation.journal.queries import newest_entry
from bienestar.foundation.storage.frozen import Fill, providers
from bienestar.foundation.storage.turns import take_turn_of
from bienestar.insight.snapshots.models import Snapshot
from bienestar.insight.snapshots.queries.manifests import (
    NAME,
    FrozenTable,
    Manifest,
    Part,
    code_version,
    read_manifest,
    sha256_of,
)
from bienestar.insight.snapshots.queries.reading import TYPES, folder_of, home, newest_snapshot

DRAFT = ".draft-"
#: Rows in one group of a Parquet file: what DuckDB reads at a time.
GROUP = 122_880
Told = Callable[[str, int], None]


class SnapshotRefused(Exception):
    """A snapshot cannot be taken as asked; one sentence."""


def take_snapshot(*, by: User, cut_off: dt.date, told: Told | None = None) -> Snapshot:
    """Freeze every recorded table as it stood at the end of ``cut_off``.

    The same registers frozen again are the snapshot that is there already. ``told(table, rows)`` is called after each
    table. Raises SnapshotRefused for a day to come, and PermissionDenied without TAKE_SNAPSHOT over the country.
    """
    require(by, Permission.TAKE_SNAPSHOT, ROOT)
    if cut_off > timezone.localdate():
        raise SnapshotRefused(_("The day %(day)s has not ended yet.") % {"day": cut_off.isoformat()})
    started = time.perf_counter()
    draft = home() / f"{DRAFT}{os.getpid()}"
    _remove_drafts_of_the_dead(draft)
    try:
        with _one_moment():
            entry = newest_entry()
            manifest = write_tables(draft, cut_off, providers(), told or (lambda _table, _rows: None))
        with transaction.atomic():
            return _keep(by, draft, manifest, entry, started)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


@contextmanager
def _one_moment() -> Iterator[None]:
    """All tables as of one moment, though people go on working."""
    alone = not connection.in_atomic_block
    with transaction.atomic():
        if alone and connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield


def _remove_drafts_of_the_dead(own: Path) -> None:
    for left in home().glob(f"{DRAFT}*"):
        try:
            os.kill(int(left.name.removeprefix(DRAFT)), 0)
            alive = left != own  # a draft under our own number is of an earlier process
        except (ProcessLookupError, ValueError):
            alive = False
        except PermissionError:
            alive = True
        if not alive:
            shutil.rmtree(left, ignore_errors=True)


def write_tables(draft: Path, cut_off: dt.date, fills: Mapping[str, Fill], told: Told) -> Manifest:
    """Write every described table that ``fills`` has into the new folder ``draft``; its manifest, not yet written."""
    home().mkdir(mode=0o700, parents=True, exist_ok=True)  # tables of single people lie in it
    draft.mkdir(parents=True)
    shapes = frozen_tables()
    tables = {}
    with duckdb.connect(config={"memory_limit": settings.MATCH_MEMORY, "temp_directory": str(draft / "tmp")}) as con:
        for name, shape in shapes.items():
            if name in fills:
                tables[name] = _freeze_table(con, draft, name, shape, fills[name], cut_off)
                told(name, tables[name].rows)
    shutil.rmtree(draft / "tmp", ignore_errors=True)
    missing = tuple(name for name in shapes if name not in fills)
    return Manifest(cut_off, code_version(), tables, missing)


def _freeze_table(
    con: duckdb.DuckDBPyConnection, draft: Path, name: str, shape: FrozenTableShape, fill: Fill, cut_off: dt.date
) -> FrozenTable:
    fill(con, "filled", cut_off)
    wanted = ", ".join(f'CAST("{column}" AS {TYPES[kind]}) AS "{column}"' for column, kind in shape.kinds.items())
    con.execute(f"CREATE OR REPLACE TEMP VIEW frozen AS SELECT {wanted} FROM filled")  # noqa: S608
    _check(con, name, shape)
    order = ", ".join(f'"{column}"' for column in shape.key)
    rest = ", ".join(f'"{column}"' for column in shape.columns if column != "state")
    parts = []
    states = con.execute("SELECT state, count(*) FROM frozen GROUP BY state ORDER BY state").fetchall()
    for state, rows in states:
        file = f"{name}/state={state}/part.parquet"
        path = draft / file
        path.parent.mkdir(parents=True)
        select = f"SELECT {rest} FROM frozen WHERE state = '{state}' ORDER BY {order}"  # noqa: S608
        con.execute(f"COPY ({select}) TO '{path}' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {GROUP})")
        parts.append(Part(state, file, rows, path.stat().st_size, sha256_of(path)))
    con.execute("DROP VIEW frozen; DROP TABLE filled")
    return FrozenTable(dict(shape.kinds), tuple(shape.key), sum(part.rows for part in parts), tuple(parts))


def _check(con: duckdb.DuckDBPyConnection, name: str, shape: FrozenTableShape) -> None:
    """What must never be frozen: a row twice, a row without a state. A part of a key may be empty: "of no place"."""
    key = ", ".join(f'"{column}"' for column in shape.key)
    odd, rows, distinct = (
        con.execute(f"SELECT {what}").fetchall()[0][0]  # noqa: S608
        for what in (
            "count(*) FROM frozen WHERE state IS NULL OR NOT regexp_full_match(state, '[0-9][0-9]')",
            "count(*) FROM frozen",
            f"count(*) FROM (SELECT DISTINCT {key} FROM frozen)",  # noqa: S608
        )
    )
    if odd:
        raise SnapshotRefused(_("The table %(table)s has rows without a state.") % {"table": name})
    if rows != distinct:
        raise SnapshotRefused(_("The table %(table)s has a row twice.") % {"table": name})


def _keep(by: User, draft: Path, manifest: Manifest, entry: int, started: float) -> Snapshot:
    take_turn_of("snapshots.take")
    before = newest_snapshot()
    same = Snapshot.objects.filter(cut_off=manifest.cut_off, sha256=manifest.sha256).first()
    if same is not None and folder_of(same).exists():
        return same
    shared = _share(draft, manifest, before)
    (draft / NAME).write_bytes(manifest.as_bytes())
    number = Snapshot.objects.filter(cut_off=manifest.cut_off).count() + 1
    folder = same.folder if same else f"{manifest.cut_off}-{number}"
    target = home() / folder
    shutil.rmtree(target, ignore_errors=True)  # left by a process that died before its row was written
    draft.rename(target)
    if same is not None:
        return same
    snapshot = Snapshot.objects.create(
        cut_off=manifest.cut_off,
        folder=folder,
        sha256=manifest.sha256,
        rows=manifest.rows,
        bytes=sum(part.bytes for part in manifest.parts),
        bytes_shared=shared,
        last_entry=entry,
        taken_by=by.username,
        seconds=time.perf_counter() - started,
    )
    record(
        by=by,
        action="snapshots.take_snapshot",
        subject=f"snapshot:{folder}",
        area_path=ROOT,
        detail={"cut_off": manifest.cut_off.isoformat(), "tables": len(manifest.tables)},
        records=manifest.rows,
        records_sha256=manifest.sha256,
    )
    return snapshot


def _share(draft: Path, manifest: Manifest, before: Snapshot | None) -> int:
    """Store once what is the same as before; bytes that were."""
    if before is None:
        return 0
    old = folder_of(before)
    try:
        known = {part.sha256: old / part.file for part in read_manifest(old).parts}
    except (OSError, ValueError):
        return 0
    shared = 0
    for part in manifest.parts:
        twin = known.get(part.sha256)
        if twin is None or not twin.exists() or sha256_of(twin) != part.sha256:
            continue
        link = draft / f"{part.file}.link"
        try:
            os.link(twin, link)
        except OSError:  # a file system without links: stored twice, no harm
            return shared
        link.replace(draft / part.file)
        shared += part.bytes
    return shared
