"""A comparison whose process is killed (SIGKILL): nothing is half written, and the next run does all of it."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from tests.matching.conftest import entry

ROOT = Path(__file__).resolve().parents[2]
COMMAND = "from bienestar.cli.main import main; main()"
#: The command in a process that ends itself on the way: neither Python nor the database tidies up.
KILLED = """
import os, signal, sys
from importlib import import_module
from bienestar.cli.main import main
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bienestar.config.settings")
import django
django.setup()
module = import_module("bienestar.operations.enrolment.actions.{module}")
module.{name} = lambda *given, **named: os.kill(os.getpid(), signal.SIGKILL)
main()
"""
TABLES = ("beneficiaries_affiliation", "enrolment_eligibilitycheck", "enrolment_matchrun", "enrolment_reviewpair")


class Own:
    """The test's database as another process finds it: PostgreSQL's own, or SQLite's memory copied to a file."""

    def __init__(self, folder: Path) -> None:
        kept = connection.settings_dict
        self.file = folder / "own.sqlite3"
        if connection.vendor == "postgresql":
            server = f"{kept['USER']}@{kept['HOST'] or '127.0.0.1'}:{kept['PORT'] or 5432}"
            self.address = f"postgresql://{server}/{kept['NAME']}"
        else:
            with connection.cursor() as cursor:
                cursor.execute("VACUUM INTO %s", [str(self.file)])
            self.address = f"sqlite:///{self.file}"

    def run(self, code: str = COMMAND) -> subprocess.CompletedProcess[str]:
        told = {"PYTHONPATH": str(ROOT), "BIENESTAR_HOME": str(settings.HOME), "DATABASE_URL": self.address}
        command = [sys.executable, "-c", code, "match", "--json", "-"]
        how = {"cwd": ROOT, "capture_output": True, "text": True, "timeout": 300}
        return subprocess.run(command, env={**os.environ, **told}, check=False, **how)

    def ask(self, sql: str) -> list[tuple]:
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(sql)
                return cursor.fetchall()
        with closing(sqlite3.connect(self.file)) as own:
            return own.execute(sql).fetchall()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("module", "name"),
    [("comparing", "_dedupe"), ("match", "record")],
    ids=["while it compares", "when all is written and nothing committed"],
)
def test_a_killed_run_has_written_nothing_and_the_next_writes_all(person, crowd, roll, system, tmp_path, module, name):
    juan = person("juan")
    roll("imss", [entry("juan"), *crowd[:200]])
    roll("issste", crowd[200:250])
    own = Own(tmp_path)
    killed = own.run(KILLED.format(module=module, name=name))
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert [own.ask(f"SELECT count(*) FROM {table}") for table in TABLES] == [[(0,)]] * len(TABLES)
    left = list((settings.HOME / "matching").iterdir())
    assert len(left) == 1

    done = own.run()
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert (answer["persons"], answer["covered"], answer["eligible"]) == (401, 251, 150)
    assert list((settings.HOME / "matching").iterdir()) == []
    found = own.ask("SELECT institution, basis FROM beneficiaries_affiliation WHERE person_id = " + str(juan.pk))
    assert found == [("imss", "exact")]
    assert own.ask("SELECT count(*) FROM beneficiaries_affiliation") == [(251,)]
    assert own.ask("SELECT result, count(*) FROM enrolment_eligibilitycheck GROUP BY result ORDER BY result") == [
        ("covered", 251),
        ("eligible", 150),
    ]
