"""How fast a roll is taken, beside DuckDB reading the same file and writing it sorted; and one person's look-up.

    python -m bench.affiliations [--rows 5000000] [--file ROLL]

Each step is a process of its own, so that its peak memory is its own. The least the machine could do is DuckDB
reading every value of the file; what a user would otherwise do is DuckDB copying it to sorted Parquet, unchecked.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parent.parent
LOOKS = 2000
DUCK = """
import sys, duckdb
file, what, out = sys.argv[1:]
con = duckdb.connect()
for setting in ("memory_limit = '1GB'", "enable_progress_bar = false", f"temp_directory = '{out}.tmp'"):
    con.execute(f"SET {setting}").fetchall()
source = f"read_csv('{file}', all_varchar = true)"
names = [row[0] for row in con.execute(f"DESCRIBE FROM {source}").fetchall()]
if what == "read":
    sums = ", ".join(f"sum(hash({name}))" for name in names)
    con.execute(f"SELECT count(*), {sums} FROM {source}").fetchall()
else:
    con.execute(f"COPY (FROM {source} ORDER BY curp) TO '{out}'").fetchall()
"""
INGEST = "from bienestar.cli.main import main; main()"


def run(code: str, *words: str, **environment: str) -> tuple[float, float, float]:
    """Seconds on the clock, seconds of processor and peak memory in MB of a process."""
    started = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-c", code, *words],
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        stdout=subprocess.DEVNULL,
    )
    _pid, status, usage = os.wait4(process.pid, 0)
    if os.waitstatus_to_exitcode(status):
        raise SystemExit(f"{words}: exit code {os.waitstatus_to_exitcode(status)}")
    return time.perf_counter() - started, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def looks(home: Path) -> tuple[float, float, float]:
    """Milliseconds of the first look-up of a process, and of the median and the slowest hundredth after it."""
    os.environ.update(BIENESTAR_HOME=str(home), DJANGO_SETTINGS_MODULE="bienestar.config.settings")
    import django
    import duckdb

    django.setup()
    from bienestar.registers.beneficiaries.queries import current_roll, find_in_roll, roll_entries

    roll = current_roll("imss")
    assert roll is not None
    sample = f"SELECT curp FROM '{roll_entries(roll)}' WHERE curp IS NOT NULL USING SAMPLE {LOOKS}"
    curps = [row[0] for row in duckdb.connect().execute(sample).fetchall()]
    random.Random(1).shuffle(curps)
    taken = []
    for curp in curps:
        started = time.perf_counter()
        assert find_in_roll(roll, curp)
        taken.append((time.perf_counter() - started) * 1000)
    rest = sorted(taken[1:])
    return taken[0], rest[len(rest) // 2], rest[len(rest) * 99 // 100]


def invented(folder: Path, rows: int) -> Path:
    """A roll of as many invented people, as CSV."""
    from bienestar.demo.people import write

    write(folder, rows, 7, 0.05, {"imss": 0.6}, "csv")
    return folder / "roll-imss.csv"


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=5_000_000)
    parser.add_argument("--file", type=Path, help="a roll that is here already, as CSV")
    asked = parser.parse_args()
    table = Table("", "seconds", "cpu s", "rows/s", "peak MB", "cpu over the read", box=None)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        home = folder / "home"
        file = asked.file or invented(folder, asked.rows)
        read = run(DUCK, str(file), "read", "")
        copied = run(DUCK, str(file), "copy", str(folder / "sorted.parquet"))
        run(INGEST, "migrate", "--quiet", BIENESTAR_HOME=str(home), DATABASE_URL="")
        words = ("ingest", "affiliations", str(file), "--source", "imss", "--cut-off", "2026-01-01")
        answer = home / "answer.json"
        taken = run(INGEST, *words, "--json", str(answer), BIENESTAR_HOME=str(home), DATABASE_URL="")
        again = run(INGEST, *words, BIENESTAR_HOME=str(home), DATABASE_URL="")
        told = json.loads(answer.read_text())
        rows = told["rows_read"]
        for what, (seconds, cpu, peak) in {
            "DuckDB reads every value": read,
            "DuckDB copies it to sorted Parquet, unchecked": copied,
            "bienestar ingest affiliations": taken,
            "the same file again": again,
        }.items():
            figures = (f"{seconds:.1f}", f"{cpu:.1f}", f"{rows / seconds:,.0f}", f"{peak:.0f}", f"{cpu / read[1]:.1f}×")
            table.add_row(what, *figures)
        console = Console(width=120)
        console.print(f"{rows:,} rows, {file.stat().st_size / 1e6:,.0f} MB; {told}")
        console.print(table)
        console.print(f"import over sorted copy: {taken[0] / copied[0]:.2f}× seconds, {taken[1] / copied[1]:.2f}× cpu")
        first, median, slow = looks(home)
        console.print(f"one CURP: first {first:.1f} ms, then median {median:.2f} ms, 99 of 100 under {slow:.2f} ms")
    return 0


if __name__ == "__main__":
    sys.exit(main())
