"""Who may import whom: the contracts of pyproject.toml."""

import subprocess
import sys
import tomllib
from pathlib import Path

from tests.architecture.source import rooms


def test_contracts_are_kept(root: Path) -> None:
    command = [
        sys.executable,
        "-c",
        "from importlinter.cli import lint_imports_command as c; c()",
        "--no-cache",
    ]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 broken" in done.stdout


def test_every_room_is_under_the_contract_of_its_files(root: Path) -> None:
    contracts = tomllib.loads((root / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    inside = next(contract for contract in contracts if contract["name"].startswith("Inside a room"))
    assert sorted(inside["containers"]) == rooms()
