"""``python -m tests.run``: the whole suite on SQLite, and on PostgreSQL where a server answers.

The last line printed is pytest's own closing line: of the run that failed, else of the SQLite run.
``BIENESTAR_TESTS`` (``make test TESTS="tests/gaps -k wisn"``) chooses a part of the suite.
"""

from __future__ import annotations

import getpass
import os
import shlex
import subprocess
import sys
from urllib.parse import urlparse, urlunparse

import psycopg

from tests.architecture.sizes import report

NO_TESTS = 5
# What cannot differ between engines runs once, on SQLite: what asks no database (calculations, rules of the house,
# commands with a database of their own), pages in a browser, Spark, and what real files have in them. So does what
# reads or makes frozen files, and what looks only at the markup of pages: it asks the database only which set there is,
# and the tests of sets and access do that on both; the demo is made on both by tests/demo/test_whole_state.py.
FROZEN = (
    "tests/api/test_indicators.py",
    "tests/demo/test_make.py",
    "tests/web/test_markup.py",
    "tests/web_pulso",
    "tests/web_pulso_data",
    "tests/web_claims",
    "tests/reports/test_pulso.py",
    "tests/indicators/test_records.py",
    "tests/indicators/test_comparing.py",
    "tests/indicators/test_claims.py",
    "tests/indicators/test_command.py",
    "tests/indicators/test_reckoning.py",
)
APART = (
    "--asks-database",
    "-m",
    "not browser and not spark and not realdata",
    *(f"--ignore={path}" for path in FROZEN),
)
WORKERS = min(2, os.cpu_count() or 1)


def main() -> int:
    """Run both; 0 only when every run that was possible passed."""
    chosen = shlex.split(os.environ.get("BIENESTAR_TESTS") or "tests")
    print(report(), flush=True)
    server, told = postgresql()
    print(f"· Tests on PostgreSQL: {told}", flush=True)
    outcomes = []
    if server:
        code, closing = run([*chosen, *APART], DATABASE_URL=server)
        if code == NO_TESTS and chosen != ["tests"]:
            print("· None of the chosen tests runs on PostgreSQL")
        else:
            outcomes.append((code, closing))
    print("· Tests on SQLite", flush=True)
    outcomes.append(run(chosen, DATABASE_URL=""))
    failed = [(code, closing) for code, closing in outcomes if code]
    if not failed:
        return 0
    if len(outcomes) > 1 and not outcomes[-1][0]:
        print("· SQLite passed, PostgreSQL failed:")
        print(failed[0][1], flush=True)
    return failed[0][0]


def postgresql() -> tuple[str | None, str]:
    """The address of a test database of our own on a server that answers, and a word about it."""
    named = os.environ.get("DATABASE_URL") or ""
    if named.startswith("postgres"):
        candidates = [named]
    else:
        me = getpass.getuser()
        candidates = [
            "postgresql://postgres@127.0.0.1:5432/",
            "postgresql://postgres@/",
            f"postgresql://{me}@/",
        ]
    why = ""
    for address in candidates:
        try:
            with psycopg.connect(_with_name(address, "postgres"), connect_timeout=3) as connection:
                query = "SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user"
                may = connection.execute(query).fetchone()
                if not (may and may[0]):
                    why = f"{connection.info.user} may not create databases"
                    continue
                version = connection.info.server_version // 10_000
        except psycopg.Error as error:
            why = str(error).strip().splitlines()[-1]
            continue
        # A name of our own, so that two runs on one server do not meet.
        return _with_name(address, f"bienestar_{os.getpid()}"), f"version {version} answers"
    return None, f"skipped, no server answers ({why}); set DATABASE_URL or start a local one"


def _with_name(address: str, name: str) -> str:
    return urlunparse(urlparse(address)._replace(path=f"/{name}"))


def run(arguments: list[str], **environment: str) -> tuple[int, str]:
    """Run pytest, echo what it prints, and return its exit code and its last line."""
    # Whole files, in the order of tests/conftest.py: the longest first, so that no worker is left alone at the end.
    spread = ["-n", str(WORKERS), "--dist", "loadfile", "--no-loadscope-reorder"]
    command = [sys.executable, "-m", "pytest", *spread, *arguments]
    closing = ""
    # Many tests start the program: compiled once, it starts in a third of the time.
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    with subprocess.Popen(
        command,
        env={**kept, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        for line in process.stdout or ():
            print(line, end="", flush=True)
            closing = line.rstrip() or closing
    return process.returncode, closing


if __name__ == "__main__":
    sys.exit(main())
