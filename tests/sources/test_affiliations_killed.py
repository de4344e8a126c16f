"""A process that is killed while it loads a roll: nothing lost, nothing doubled, nothing left lying about."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import time
from pathlib import Path

import duckdb
import pytest

from tests.sources.rolls import row, write_roll
from tests.sources.test_run import bienestar

ROWS = 60_000


@pytest.mark.parametrize("moment", ["draft.parquet", "roll/entries.parquet"])
def test_a_roll_whose_loading_was_killed_is_loaded_once_by_the_next_run(
    tmp_path: Path, prepared_database: Path, moment: str
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    shutil.copy(prepared_database, home / "bienestar.sqlite3")
    path = write_roll(tmp_path / "padron.csv", [row(n) for n in range(ROWS)])
    words = ("ingest", "affiliations", path, "--source", "imss", "--cut-off", "2026-03-01", "--json", home / "answer")
    process = bienestar(home, *words)
    rolls = home / "rolls"
    while process.poll() is None and not list(rolls.glob(f".work-*/{moment}")):
        time.sleep(0.001)
    killed = process.poll() is None
    if killed:
        os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert len(_rolls(home)) == 0 or not killed
    assert bienestar(home, *words).wait(120) == 0
    ((stored, entries),) = _rolls(home)
    assert entries == ROWS
    assert json.loads((home / "answer").read_text())["rows_read"] == ROWS
    file = home / stored / "entries.parquet"
    assert duckdb.connect().execute(f"SELECT count(*), count(DISTINCT entry) FROM '{file}'").fetchall() == [
        (ROWS, ROWS)
    ]
    assert sorted(one.name for one in rolls.iterdir()) == [".lock", ".secret", "imss"]
    assert [one.name for one in (rolls / "imss").iterdir()] == [Path(stored).name]


def _rolls(home: Path) -> list[tuple[str, int]]:
    with sqlite3.connect(home / "bienestar.sqlite3") as connection:
        return connection.execute("SELECT stored, entries FROM beneficiaries_roll").fetchall()
