"""Freezing the registers: what is frozen is whole, the same is the same, and a process that dies harms nothing."""

from __future__ import annotations

import datetime as dt
import json
import os
import signal
import subprocess
import sys
import time

import duckdb
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from bienestar.cli.snapshot import snapshot as command
from bienestar.foundation.definitions.tables import frozen_tables
from bienestar.foundation.journal.models import JournalEntry
from bienestar.foundation.storage import frozen
from bienestar.insight.snapshots.actions import SnapshotRefused, take_snapshot
from bienestar.insight.snapshots.actions.take import write_tables
from bienestar.insight.snapshots.models import Snapshot
from bienestar.insight.snapshots.queries.manifests import NAME, read_manifest
from bienestar.insight.snapshots.queries.reading import attach, damages_of, folder_of, home, manifest_of
from tests.indicators.invented import CUT_OFF, invented_fills

NOBODY = "no_such_table"


@pytest.fixture(autouse=True)
def _home(settings, tmp_path):
    settings.HOME = tmp_path


@pytest.fixture
def registers(monkeypatch):
    """Rooms that tell of units and municipalities only; ``units["more"]`` units are added to state 02."""
    fills = dict(invented_fills())
    more = {"more": 0}

    def units(con, into, cut_off):
        fills["units"](con, into, cut_off)
        con.execute(
            f"INSERT INTO {into} BY NAME SELECT * REPLACE ('N' || unit AS unit) FROM {into} "
            f"WHERE state = '02' LIMIT {more['more']}"
        )

    monkeypatch.setattr(frozen, "_fills", {"units": units, "municipalities": fills["municipalities"]})
    return more


def take(system, day=CUT_OFF):
    return take_snapshot(by=system, cut_off=day)


def test_every_register_is_frozen_by_state_and_what_is_not_recorded_is_named(system, registers):
    taken = take(system)
    manifest = manifest_of(taken)
    assert set(manifest.tables) == {"units", "municipalities"}
    assert set(manifest.not_recorded) == set(frozen_tables()) - {"units", "municipalities"}
    assert [part.state for part in manifest.tables["units"].parts] == ["01", "02", "03"]
    for part in manifest.parts:
        file = folder_of(taken) / part.file
        assert pq.read_metadata(file).num_rows == part.rows
        assert f"state={part.state}" in part.file
    assert taken.rows == sum(table.rows for table in manifest.tables.values()) > 100
    with duckdb.connect() as con:
        attach(con, folder_of(taken), manifest)
        assert con.execute("SELECT DISTINCT state FROM units ORDER BY 1").fetchall() == [("01",), ("02",), ("03",)]
        assert con.execute("SELECT count(*) FROM units").fetchall()[0][0] == manifest.tables["units"].rows


def test_the_same_registers_frozen_again_are_the_same_snapshot(system, registers):
    first = take(system)
    assert take(system).pk == first.pk
    assert Snapshot.objects.count() == 1
    assert JournalEntry.objects.filter(action="snapshots.take_snapshot").count() == 1
    assert not list(home().glob(".draft*"))


def test_only_what_changed_is_stored_again(system, registers):
    first = take(system)
    registers["more"] = 3
    second = take(system)
    assert second.pk != first.pk
    assert second.rows == first.rows + 3
    changed = [part for part in manifest_of(second).parts if part.state == "02" and part.file.startswith("units")]
    assert second.bytes_shared == second.bytes - sum(part.bytes for part in changed)
    old, new = folder_of(first), folder_of(second)
    assert os.path.samefile(old / "units/state=01/part.parquet", new / "units/state=01/part.parquet")
    assert not os.path.samefile(old / "units/state=02/part.parquet", new / "units/state=02/part.parquet")
    assert damages_of(first) == damages_of(second) == []


@pytest.mark.parametrize("harm", ["change", "remove", "add", "manifest"])
def test_verify_finds_what_is_not_as_it_was(system, registers, harm):
    taken = take(system)
    file = folder_of(taken) / "units/state=02/part.parquet"
    if harm == "change":
        content = bytearray(file.read_bytes())
        content[40] ^= 1
        file.write_bytes(content)
    elif harm == "remove":
        file.unlink()
    elif harm == "add":
        (folder_of(taken) / "units/state=02/more.parquet").write_bytes(b"")
    else:
        manifest = folder_of(taken) / NAME
        manifest.write_text(manifest.read_text().replace('"rows": ', '"rows":  ', 1))
    expected = {"change": "changed", "remove": "missing", "add": "extra", "manifest": "changed"}[harm]
    assert [damage.what for damage in damages_of(taken)] == [expected]
    answer = CliRunner().invoke(command, ["verify", "--json", "-"])
    assert answer.exit_code == 1
    assert [one["what"] for one in json.loads(answer.stdout)[taken.folder]] == [expected]


def test_commands_freeze_and_verify(system, registers):
    answer = CliRunner().invoke(command, ["--cut-off", CUT_OFF.isoformat(), "--json", "-"])
    assert answer.exit_code == 0
    told = json.loads(answer.stdout)
    assert told["tables"].keys() == {"units", "municipalities"}
    assert "persons" in told["not_recorded"]
    assert CliRunner().invoke(command, ["verify"]).exit_code == 0
    assert CliRunner().invoke(command, ["verify", "nothing"]).exit_code == 2
    assert CliRunner().invoke(command, []).exit_code == 2


def test_a_day_that_has_not_ended_is_refused(system, registers):
    with pytest.raises(SnapshotRefused):
        take(system, timezone.localdate() + dt.timedelta(days=1))


def test_who_may_not_freeze_is_refused(people, registers):
    with pytest.raises(PermissionDenied):
        take_snapshot(by=people.coordinator_a, cut_off=CUT_OFF)
    assert not Snapshot.objects.exists()


@pytest.mark.parametrize("wrong", ["twice", "no state"])
def test_what_must_never_be_frozen_is_refused(system, registers, monkeypatch, wrong):
    fills = dict(frozen._fills)

    def spoiled(con, into, cut_off):
        fills["units"](con, into, cut_off)
        change = "INSERT INTO {0} FROM {0} LIMIT 1" if wrong == "twice" else "UPDATE {0} SET state = NULL"
        con.execute(change.format(into))

    monkeypatch.setattr(frozen, "_fills", {**fills, "units": spoiled})
    with pytest.raises(SnapshotRefused, match="units"):
        take(system)
    assert not Snapshot.objects.exists()
    assert not home().exists() or not list(home().iterdir())


def test_the_same_rows_in_another_order_are_the_same_bytes(tmp_path):
    fills = invented_fills()

    def turned(name):
        def fill(con, into, cut_off):
            fills[name](con, into, cut_off)
            con.execute(f"CREATE OR REPLACE TABLE {into} AS SELECT * FROM {into} ORDER BY hash({into}::VARCHAR)")

        return fill

    some = ("units", "persons", "population")
    one = write_tables(tmp_path / "one", CUT_OFF, {name: fills[name] for name in some}, lambda _t, _r: None)
    two = write_tables(tmp_path / "two", CUT_OFF, {name: turned(name) for name in some}, lambda _t, _r: None)
    assert one.sha256 == two.sha256


KILLED = """
import datetime as dt, os, sys, time
sys.path.insert(0, os.getcwd())
os.environ["DJANGO_SETTINGS_MODULE"] = "bienestar.config.settings"
import django; django.setup()
from bienestar.insight.snapshots.actions.take import DRAFT, write_tables
from bienestar.insight.snapshots.queries.reading import home
from tests.indicators.invented import CUT_OFF, invented_fills
def told(table, rows):
    print(table, flush=True)
    if table == "units": time.sleep(60)
write_tables(home() / f"{DRAFT}{os.getpid()}", CUT_OFF, invented_fills(), told)
"""


def test_a_process_that_dies_leaves_nothing_behind_for_long(system, registers, tmp_path):
    environment = {**os.environ, "BIENESTAR_HOME": str(tmp_path), "DATABASE_URL": ""}
    process = subprocess.Popen([sys.executable, "-c", KILLED], env=environment, stdout=subprocess.PIPE, text=True)
    for line in process.stdout or ():
        if line.strip() == "units":
            break
    assert len(list(home().glob(".draft-*"))) == 1
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    started = time.monotonic()
    taken = take(system)
    assert not list(home().glob(".draft-*")), time.monotonic() - started
    assert read_manifest(folder_of(taken)).sha256 == taken.sha256
    assert damages_of(taken) == []
