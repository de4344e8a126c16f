"""``bienestar serve``: one sentence when it cannot, a page when it can, nothing left when it stops."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from bienestar.cli.server import collect_static

COMMAND = [sys.executable, "-c", "from bienestar.cli.main import main; main()"]
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def prepared(tmp_path, prepared_database):
    """The home has a database that is ready."""
    shutil.copy(prepared_database, tmp_path / "bienestar.sqlite3")


@pytest.fixture
def run(tmp_path):
    """Runs or starts the command with its own home and its own SQLite database."""
    environment = {**os.environ, "BIENESTAR_HOME": str(tmp_path), "PYTHONPATH": str(ROOT), "BIENESTAR_DEMO": "1"}
    environment.pop("DATABASE_URL", None)

    def start(*arguments, wait=True):
        how = {
            "env": environment,
            "cwd": tmp_path,
            "text": True,
            "stdout": subprocess.PIPE,
            "stderr": subprocess.STDOUT,
        }
        if wait:
            return subprocess.run([*COMMAND, *arguments], check=False, timeout=120, **how)
        return subprocess.Popen([*COMMAND, *arguments], start_new_session=True, **how)

    return start


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_a_database_that_is_not_prepared_is_one_sentence(run):
    found = run("serve", "--port", str(free_port()))
    assert found.returncode == 2
    assert found.stdout.count("\n") == 1
    assert "bienestar migrate" in found.stdout


def test_a_port_that_is_taken_is_one_sentence(run, prepared):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        found = run("serve", "--port", str(taken.getsockname()[1]))
    assert found.returncode == 2
    assert found.stdout.count("\n") == 1
    assert "--port" in found.stdout


def test_it_serves_until_it_is_told_to_stop_and_leaves_nothing(run, prepared):
    port = free_port()
    server = run("serve", "--port", str(port), wait=False)
    try:
        page = read(f"http://127.0.0.1:{port}/sign-in/", server)
        style = read(f"http://127.0.0.1:{port}/static/bienestar/bienestar.css", server)
    finally:
        server.send_signal(signal.SIGINT)
        said, _ = server.communicate(timeout=30)
    assert b"<h1>" in page
    assert b":root" in style
    assert f"http://127.0.0.1:{port}" in said
    assert "demo-planner" in said
    assert server.returncode == 0
    with pytest.raises(ProcessLookupError):
        os.killpg(server.pid, 0)


def test_workers_end_with_a_server_that_is_killed(run, prepared):
    port = free_port()
    server = run("serve", "--port", str(port), "--workers", "2", wait=False)
    try:
        read(f"http://127.0.0.1:{port}/sign-in/", server)
        server.kill()
        server.communicate(timeout=30)
        assert nobody_is_left(server.pid)
    finally:
        if not nobody_is_left(server.pid, tries=1):
            os.killpg(server.pid, signal.SIGKILL)


def nobody_is_left(group, tries=80):
    """Whether every process of the group ends within twenty seconds."""
    for _ in range(tries):
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.25)
    return False


def read(url, server):
    """The body once the server answers; it has a minute to start."""
    for _ in range(240):
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                return answer.read()
        except OSError:
            assert server.poll() is None, server.stdout.read()
            time.sleep(0.25)
    raise AssertionError(f"{url} does not answer")


def test_static_files_are_collected_once_and_compressed(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STATIC_ROOT.mkdir()
    assert collect_static(settings.STATIC_ROOT)
    assert (settings.STATIC_ROOT / "bienestar" / "bienestar.css.gz").exists()
    assert not collect_static(settings.STATIC_ROOT)
