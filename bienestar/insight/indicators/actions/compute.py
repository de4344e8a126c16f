"""Reckoning a set of values, and publishing it."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path

import duckdb
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bienestar.foundation.accounts.choices import Permission
from bienestar.foundation.accounts.models import User
from bienestar.foundation.accounts.queries import ROOT, require
from bienestar.foundation.definitions.people import people_rules
from bienestar.foundation.journal.actions import record
from bienestar.foundation.storage.turns import take_turn_of
from bienestar.insight.indicators.actions.engines import DUCKDB, ENGINES, engine_of
from bienestar.insight.indicators.actions.holding_back import hold_back
from bienestar.insight.indicators.actions.reckoning import Reckoning
from bienestar.insight.indicators.choices import SetStage
from bienestar.insight.indicators.models import ValueSet
from bienestar.insight.indicators.queries.rules import CheckedIndicator, checked_indicators
from bienestar.insight.indicators.queries.storage import (
    DEFINITIONS,
    REPORTING,
    VALUE_COLUMNS,
    VALUES,
    definitions_bytes,
    home,
    sha256_of,
)
from bienestar.insight.snapshots.models import Snapshot
from bienestar.insight.snapshots.queries.manifests import sha256_of as sha256_of_file
from bienestar.insight.snapshots.queries.reading import attach, folder_of, manifest_of

NOTE_LENGTH = 500


class ReckoningRefused(Exception):
    """Values cannot be reckoned or published as asked; one sentence."""


def compute_values(*, by: User, snapshot: Snapshot, engine: str = DUCKDB, note: str = "") -> ValueSet:
    """Reckon every indicator over a snapshot and freeze the values.

    The same definitions over the same snapshot are the set that is there already, and its bytes must come out equal.
    Raises DefinitionError for a definition that does not hold, ReckoningRefused, storage.spark.SparkMissing, and
    PermissionDenied without TAKE_SNAPSHOT over the country.
    """
    require(by, Permission.TAKE_SNAPSHOT, ROOT)
    if engine not in ENGINES:
        raise ReckoningRefused(_("There is no engine %(name)s.") % {"name": engine})
    if len(note) > NOTE_LENGTH:
        raise ReckoningRefused(_("The note is too long: %(most)d characters at most.") % {"most": NOTE_LENGTH})
    started = time.perf_counter()
    checked = checked_indicators()
    draft = home() / f".draft-{os.getpid()}"
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    try:
        definitions = definitions_bytes(checked)
        (draft / DEFINITIONS).write_bytes(definitions)
        count = write_values(draft, snapshot, engine, checked)
        with transaction.atomic():
            return _keep(by, snapshot, engine, note, draft, sha256_of(definitions), count, started)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def write_values(folder: Path, snapshot: Snapshot, engine: str, checked: dict[str, CheckedIndicator]) -> int:
    """Write the files of values and of who has reported into a folder; how many values."""
    manifest, source = manifest_of(snapshot), folder_of(snapshot)
    with duckdb.connect(config={"memory_limit": settings.MATCH_MEMORY, "temp_directory": str(folder / "tmp")}) as con:
        attach(con, source, manifest)
        with engine_of(engine, con, folder, source, manifest) as runs:
            Reckoning(con, runs, manifest, checked).run()
        hold_back(con, checked.values(), people_rules().privacy.smallest_public_cell.value)
        # One thread: the order of the rows is the order of the bytes.
        con.execute("SET threads = 1")
        names = ", ".join(f'"{name}"' for name in VALUE_COLUMNS)
        order = (
            "indicator, CASE level WHEN 'country' THEN 0 WHEN 'state' THEN 1 WHEN 'municipality' THEN 2 ELSE 3 END, "
            "code, split, member"
        )
        _write(con, f"SELECT {names} FROM values ORDER BY {order}", folder / VALUES)  # noqa: S608
        _write(con, "SELECT * FROM reporting ORDER BY register, unit", folder / REPORTING)
        count = con.execute("SELECT count(*) FROM values").fetchall()[0][0]
    shutil.rmtree(folder / "tmp", ignore_errors=True)
    return int(count)


def _write(con: duckdb.DuckDBPyConnection, select: str, file: Path) -> None:
    con.execute(f"COPY ({select}) TO '{file}' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 20480)")


def _keep(
    by: User,
    snapshot: Snapshot,
    engine: str,
    note: str,
    draft: Path,
    definitions: str,
    count: int,
    started: float,
) -> ValueSet:
    take_turn_of("indicators.compute")
    sha256 = sha256_of_file(draft / VALUES)
    folder = f"{snapshot.folder}-{definitions[:12]}"
    same = ValueSet.objects.filter(snapshot=snapshot, definitions_sha256=definitions).first()
    if same is not None:
        if same.sha256 != sha256:
            raise ReckoningRefused(
                _("The same rules over the same snapshot gave other values than on %(day)s: %(was)s, now %(now)s.")
                % {"day": same.computed_at.date().isoformat(), "was": same.sha256[:12], "now": sha256[:12]}
            )
        if not (home() / folder / VALUES).exists():
            _move(draft, home() / folder)
        return same
    _move(draft, home() / folder)
    value_set = ValueSet.objects.create(
        snapshot=snapshot,
        definitions_sha256=definitions,
        sha256=sha256,
        folder=folder,
        engine=engine,
        values=count,
        computed_by=by.username,
        seconds=time.perf_counter() - started,
        note=note,
    )
    record(
        by=by,
        action="indicators.compute_values",
        subject=f"value_set:{value_set.pk}",
        area_path=ROOT,
        detail={"cut_off": snapshot.cut_off.isoformat(), "engine": engine, "definitions": definitions},
        records=count,
        records_sha256=sha256,
    )
    return value_set


def _move(draft: Path, target: Path) -> None:
    shutil.rmtree(target, ignore_errors=True)  # left by a process that died before its row was written
    draft.rename(target)


@transaction.atomic
def publish_values(*, by: User, value_set: ValueSet) -> ValueSet:
    """Let everybody read a set of values; done twice, it changes nothing.

    Raises PermissionDenied without PUBLISH_INDICATORS over the country.
    """
    require(by, Permission.PUBLISH_INDICATORS, ROOT)
    found = ValueSet.objects.select_for_update().get(pk=value_set.pk)
    if found.stage == SetStage.PUBLISHED:
        return found
    found.stage, found.published_at, found.published_by = SetStage.PUBLISHED, timezone.now(), by.username
    found.save(update_fields=["stage", "published_at", "published_by"])
    record(
        by=by,
        action="indicators.publish_values",
        subject=f"value_set:{found.pk}",
        area_path=ROOT,
        detail={"cut_off": found.cut_off.isoformat(), "sha256": found.sha256},
        records=found.values,
    )
    return found
