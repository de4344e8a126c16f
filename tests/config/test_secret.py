"""The secret of sessions, made at the first start."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ASK = "from bienestar.config import settings; print(settings.SECRET_KEY)"


def start(home: Path) -> subprocess.Popen[str]:
    environment = {"BIENESTAR_HOME": str(home), "PATH": "", "PYTHONPATH": str(Path(__file__).parents[2])}
    return subprocess.Popen([sys.executable, "-c", ASK], env=environment, stdout=subprocess.PIPE, text=True)


def test_processes_that_start_together_share_one_secret_that_nobody_else_reads(tmp_path: Path) -> None:
    home = tmp_path / "home"
    secrets = {process.communicate()[0].strip() for process in [start(home) for _ in range(4)]}
    kept = home / "secret_key"
    assert secrets == {kept.read_text()}
    assert len(kept.read_text()) > 50
    assert (kept.stat().st_mode & 0o777, home.stat().st_mode & 0o777) == (0o600, 0o700)
    assert [path.name for path in home.glob("secret_key*")] == ["secret_key"]
