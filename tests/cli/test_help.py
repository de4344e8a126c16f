"""``bienestar --help``: every command with its first sentence, without loading what the commands need."""

from __future__ import annotations

import subprocess
import sys

import pytest
from click.testing import CliRunner

from bienestar.cli.main import COMMANDS, LONGEST_HELP, cli


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_is_listed_with_its_own_first_sentence(name):
    told = " ".join(CliRunner().invoke(cli, ["--help"]).output.split())
    command = cli.get_command(None, name)
    assert f"{name} {command.get_short_help_str(LONGEST_HELP)}" in told


def test_the_list_loads_no_library_that_a_command_needs():
    program = (
        "import sys, atexit; from bienestar.cli.main import main; atexit.register(lambda: print(*sys.modules)); main()"
    )
    told = subprocess.run([sys.executable, "-c", program, "--help"], check=True, capture_output=True, text=True).stdout
    assert "django" in told.split()
    assert not {"duckdb", "ibis", "altair", "splink", "scipy", "pandas"} & set(told.splitlines()[-1].split())
