"""Whatever cannot be used as asked ends in one sentence and exit code 2, never in a stack trace."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from bienestar.cli.main import cli

ROOT = Path(__file__).resolve().parents[2]
COMMAND = [sys.executable, "-c", "from bienestar.cli.main import main; main()"]


def run(home, *arguments, **environment):
    kept = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    given = {**kept, "PYTHONPATH": str(ROOT), "BIENESTAR_HOME": str(home), **environment}
    how = {"env": given, "cwd": ROOT, "text": True, "capture_output": True, "timeout": 120}
    return subprocess.run([*COMMAND, *map(str, arguments)], check=False, **how)


def is_one_sentence(found):
    return found.returncode == 2 and found.stdout == "" and found.stderr.count("\n") == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ("plan", "--area", "13", "--budget", "5"),
        ("report", "--area", "13", "--out", "out"),
        ("verify",),
        ("grant", "somebody", "auditor"),
    ],
)
def test_a_database_without_tables_is_one_sentence(tmp_path, arguments):
    found = run(tmp_path, *arguments)
    assert is_one_sentence(found), found.stderr
    assert "bienestar migrate" in found.stderr


def test_a_database_that_does_not_answer_is_one_sentence(tmp_path):
    found = run(tmp_path, "migrate", DATABASE_URL="postgresql://nobody@127.0.0.1:1/none")
    assert is_one_sentence(found), found.stderr


def test_a_database_of_another_kind_is_one_sentence(tmp_path):
    found = run(tmp_path, "migrate", DATABASE_URL="oracle://somewhere/")
    assert is_one_sentence(found), found.stderr
    assert "oracle" in found.stderr


def test_a_home_that_is_a_file_is_one_sentence(tmp_path):
    home = tmp_path / "file"
    home.touch()
    found = run(home, "migrate")
    assert is_one_sentence(found), found.stderr
    assert "BIENESTAR_HOME" in found.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("plan", "--area", "13", "--budget", "5"),
        ("diagnose", "--area", "13", "--as-of", "2024-07-01"),
        ("compare", "1", "2"),
        ("ingest", "clues", "units.csv"),
    ],
)
def test_an_answer_that_could_not_be_written_is_refused_before_the_work(tmp_path, arguments):
    for target in (tmp_path, tmp_path / "missing" / "answer.json"):
        found = CliRunner().invoke(cli, [*arguments, "--json", str(target)])  # this test may ask no database
        assert found.exit_code == 2
        assert isinstance(found.exception, SystemExit), "no stack trace"
        assert "--json" in found.stderr.splitlines()[-1]
