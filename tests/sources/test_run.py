"""One file, one transaction, one answer: dry runs, strictness, repetition, provenance, a process that dies."""

from __future__ import annotations

import csv
import datetime as dt
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.conf import settings

from bienestar.cli.ingest import ingest
from bienestar.foundation.facilities.models import Unit
from bienestar.foundation.journal.models import JournalEntry, SourceFile
from bienestar.sources.run import date_in
from tests.sources import state
from tests.sources.files import load, national, new, write_csv

ROWS = [
    national(1),
    national(2, clave_del_municipio="999"),
    national(3, clave_de_tipologia="QQ"),
    national(3, clues_imb="X1"),
]


def test_a_dry_run_gives_the_same_answer_and_writes_nothing(territory: Path) -> None:
    path = write_csv(territory / "lista_2026.csv", ROWS)
    entries = JournalEntry.objects.count()
    dry = load("clues", path, dry_run=True)
    assert not Unit.objects.exists()
    assert JournalEntry.objects.count() == entries
    assert not SourceFile.objects.filter(kind="clues").exists()
    wet = load("clues", path)
    assert dry.as_json() == wet.as_json()
    assert (dry.written, wet.written) == (False, True)
    assert (wet.rows_read, wet.accepted, wet.warned, wet.rejected) == (4, 2, 1, 2)


def test_under_strict_one_refused_row_stops_all(territory: Path) -> None:
    path = write_csv(territory / "lista_2026.csv", ROWS)
    result = CliRunner().invoke(ingest, ["clues", str(path), "--strict"])
    assert result.exit_code == 1
    assert not Unit.objects.exists()
    good = write_csv(territory / "buena_2026.csv", ROWS[:1])
    assert CliRunner().invoke(ingest, ["clues", str(good), "--strict"]).exit_code == 0
    assert Unit.objects.count() == 1


def test_the_same_file_again_changes_nothing(territory: Path) -> None:
    path = write_csv(territory / "lista_2026.csv", ROWS)
    load("clues", path)
    units, entries = state.units(), JournalEntry.objects.count()
    again = load("clues", path)
    assert (again.accepted, again.unchanged, again.rejected) == (0, 2, 2)
    assert state.units() == units
    assert JournalEntry.objects.count() == entries


def test_every_refused_or_doubted_row_is_listed(territory: Path) -> None:
    outcome = load("clues", write_csv(territory / "lista_2026.csv", ROWS))
    with open(outcome.issues_file, encoding="utf-8-sig", newline="") as stream:
        listed = [(line[2], line[3], line[4]) for line in list(csv.reader(stream))[1:]]
    assert listed == [
        ("3", "clave_del_municipio", "13999"),
        ("4", "clave_de_tipologia", "QQ"),
        ("5", "clues_imb", "X1"),
    ]


def test_a_value_that_a_spreadsheet_would_run_is_listed_as_text(territory: Path) -> None:
    outcome = load("clues", write_csv(territory / "lista_2026.csv", [national(1, clues_imb="=HYPERLINK(1)")]))
    assert "'=HYPERLINK(1)" in Path(outcome.issues_file).read_text(encoding="utf-8-sig")


def test_values_keep_the_file_they_came_from(territory: Path) -> None:
    path = write_csv(territory / "lista_2026-03.csv", [national(1)])
    outcome = load("clues", path, publisher="Alguien")
    source = Unit.objects.get().source
    assert source is not None
    assert (source.sha256, source.publisher, source.published_on) == (outcome.sha256, "Alguien", dt.date(2026, 3, 1))
    assert {row.source_id for row in Unit.objects.get().identifiers.all()} == {source.pk}


def test_the_answer_for_machines(territory: Path) -> None:
    path = write_csv(territory / "lista_2026.csv", ROWS)
    target = territory / "answer.json"
    result = CliRunner().invoke(ingest, ["clues", str(path), "--json", str(target), "--language", "en"])
    assert result.exit_code == 0
    assert "refused 2" in result.stdout
    answer = json.loads(target.read_text())
    assert list(answer) == [
        "kind",
        "sha256",
        "rows_read",
        "accepted",
        "unchanged",
        "warned",
        "rejected",
        "issues_file",
    ]
    assert answer["rows_read"] == answer["accepted"] + answer["unchanged"] + answer["rejected"]
    assert Path(answer["issues_file"]).exists()


def test_only_one_state(territory: Path) -> None:
    rows = [national(1), national(2, state="MC", latitud="19.6", longitud="-98.9")]
    outcome = load("clues", write_csv(territory / "lista_2026.csv", rows), state="15")
    assert (outcome.rows_read, outcome.accepted) == (1, 1)
    assert list(state.units()) == [f"{new(2, 'MC')} {national(2, state='MC')['clues_ssa_y_sme']}"]


@pytest.mark.parametrize(
    ("name", "date"),
    [
        ("SINERHIAS_HGO_2024-07-01.xlsx", dt.date(2024, 7, 1)),
        ("ESTABLECIMIENTO_SALUD_202501.xlsx", dt.date(2025, 1, 1)),
        ("corte 20250131.csv", dt.date(2025, 1, 31)),
        ("imss_bienestar_units_2026.csv", dt.date(2026, 1, 1)),
        ("iter_2020_13.csv", dt.date(2020, 1, 1)),
        ("lista.csv", None),
        ("v12345678.csv", None),
    ],
)
def test_the_date_in_a_name(name: str, date: dt.date | None) -> None:
    assert date_in(name) == date


def bienestar(home: Path, *words: object) -> subprocess.Popen[bytes]:
    """A process of its own on a SQLite database of its own."""
    environment = {**os.environ, "BIENESTAR_HOME": str(home), "DATABASE_URL": "", "PYTHONPATH": str(settings.BASE_DIR)}
    command = [sys.executable, "-c", "from bienestar.cli.main import main; main()", *map(str, words)]
    return subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def stored(home: Path) -> int:
    with sqlite3.connect(home / "bienestar.sqlite3") as connection:
        return int(connection.execute("SELECT COUNT(*) FROM facilities_unit").fetchone()[0])


def test_a_process_killed_half_way_leaves_nothing_and_the_next_run_writes_it_once(
    tmp_path: Path, prepared_database: Path
) -> None:
    from tests.sources.files import MUNICIPALITIES

    areas = [
        dict(zip(("cve_ent", "nom_ent", "cve_mun", "nom_mun", "cve_cab"), (*m, "1"), strict=True))
        for m in MUNICIPALITIES
    ]
    catalogue = write_csv(tmp_path / "areas_2025.csv", areas)
    path = write_csv(tmp_path / "lista_2026.csv", [national(n) for n in range(1, 3001)])
    shutil.copy(prepared_database, tmp_path / "bienestar.sqlite3")
    assert bienestar(tmp_path, "ingest", "municipalities", catalogue).wait(60) == 0
    process = bienestar(tmp_path, "ingest", "clues", path)
    wal = tmp_path / "bienestar.sqlite3-wal"
    before = wal.stat().st_size if wal.exists() else 0
    # The transaction's rows reach the log while it is open: that is the middle.
    while process.poll() is None and (wal.stat().st_size if wal.exists() else 0) <= before:
        time.sleep(0.005)
    killed = process.poll() is None
    if killed:
        process.send_signal(signal.SIGKILL)
    process.wait()
    assert stored(tmp_path) in ({0, 3000} if killed else {3000})
    assert bienestar(tmp_path, "ingest", "clues", path).wait(120) == 0
    assert stored(tmp_path) == 3000
