"""What keeps the code in order: everything formatted, types that hold."""

from __future__ import annotations

import subprocess
import sys

from tests.architecture.source import ROOT


def test_code_is_clean_and_formatted() -> None:
    for arguments in (["check", "--quiet"], ["format", "--check", "--quiet"]):
        done = subprocess.run([sys.executable, "-m", "ruff", *arguments, "."], cwd=ROOT, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr


def test_types_hold() -> None:
    """Calculations, the foundation and insight are typed throughout; ``[tool.mypy]`` says how strictly."""
    done = subprocess.run([sys.executable, "-m", "mypy"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
