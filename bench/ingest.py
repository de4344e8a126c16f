"""How long the importers take on the real files, beside a bare read of the same file as the physical limit.

    python bench/ingest.py [--only clues]

Each step is a process of its own on a SQLite database of its own (or on DATABASE_URL, when one is given: it should be
empty): first run, second run, and the peak memory of each. Prints a table; exit 1 when a goal is missed.
On a machine that does other work, read the processor's seconds: the clock counts the others' too.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parent.parent
DATA = Path(os.environ.get("BIENESTAR_REAL_DATA") or ROOT.parent / "shared" / "data")
#: (kind, file, goal of the first run in seconds; a file without one has no goal for its second run either)
FILES: list[tuple[str, str, float | None]] = [
    ("municipalities", "population/municipalities_ageeml_2025.csv", None),
    ("municipalities", "population/localities_over_1000.csv", None),
    ("geometry", "geometry/municipalities_2020.geojson", None),
    ("geometry", "geometry/states_2020.geojson", None),
    ("population", "population/municipalities_iter_2020.csv", None),
    ("population", "population/conapo_imm_2020.csv", None),
    ("population", "population/municipalities_conapo_coneval_2020.csv", None),
    ("population", "population/iter_13_hidalgo_2020.csv", None),
    ("clues", "clues/imss_bienestar_units_2026.csv", 10),
    ("clues", "clues/hidalgo_clues_2025-01_imb.csv", None),
    ("clues", "clues/hidalgo_clues_2025-01_ssa_closed.csv", None),
    ("clues", "clues/hidalgo_crosswalk_2025-01.xlsx", None),
    ("hours", "clues/opening_hours_2025-01.csv", None),
    ("sinerhias", "census/SINERHIAS_HGO_2024-07-01.xlsx", 15),
    ("catchment", "catchment/hidalgo_catchment_areas.csv", None),
    ("catchment", "catchment/hidalgo_catchment_population.csv", None),
]
SECOND_GOAL = 5.0
MEMORY_GOAL = 500.0  # MB
RUN = "from bienestar.cli.main import main; main()"
BARE = """
import csv, json, sys, time
import python_calamine
path = sys.argv[1]
started = time.perf_counter()
if path.endswith(".xlsx"):
    book = python_calamine.CalamineWorkbook.from_path(path)
    cells = sum(len(row) for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python())
elif path.endswith(".geojson"):
    json.load(open(path, encoding="utf-8"))
else:
    cells = sum(len(row) for row in csv.reader(open(path, encoding="utf-8-sig", newline="")))
print(time.perf_counter() - started)
"""


def run(home: Path, *words: str) -> tuple[float, float, float]:
    """Seconds on the clock, seconds of processor and peak memory in MB of one command."""
    environment = {"BIENESTAR_HOME": str(home), "PYTHONPATH": str(ROOT), **os.environ}
    started = time.perf_counter()
    process = subprocess.Popen([sys.executable, "-c", RUN, *words], env=environment, stdout=subprocess.DEVNULL)
    _pid, status, usage = os.wait4(process.pid, 0)
    if os.waitstatus_to_exitcode(status):
        raise SystemExit(f"{' '.join(words)}: exit code {os.waitstatus_to_exitcode(status)}")
    return time.perf_counter() - started, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def bare(path: Path) -> float:
    """Seconds that reading every cell takes, and nothing else."""
    done = subprocess.run([sys.executable, "-c", BARE, str(path)], capture_output=True, text=True, check=True)
    return float(done.stdout)


def main() -> int:
    """Load every file twice and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", help="time only files of this kind (the others are still loaded)")
    asked = parser.parse_args()
    table = Table(
        "file",
        "rows",
        "bare read s",
        "first s",
        "(cpu)",
        "second s",
        "(cpu)",
        "cpu ratio",
        "peak MB",
        "goals",
        box=None,
    )
    missed = 0
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        run(home, "migrate", "--quiet")
        for kind, name, goal in FILES:
            path, answer = DATA / name, home / "answer.json"
            if not path.exists():
                table.add_row(name, *[""] * 8, "not here")
                continue
            first, first_cpu, peak = run(home, "ingest", kind, str(path), "--json", str(answer))
            if asked.only and kind != asked.only:
                continue
            rows = json.loads(answer.read_text())["rows_read"]
            second, second_cpu, again = run(home, "ingest", kind, str(path))
            limit = bare(path)
            fast = goal is None or (first < goal and second < SECOND_GOAL)
            kept = fast and max(peak, again) < MEMORY_GOAL
            missed += not kept
            table.add_row(
                path.name,
                f"{rows:,}",
                f"{limit:.2f}",
                f"{first:.1f}",
                f"{first_cpu:.1f}",
                f"{second:.1f}",
                f"{second_cpu:.1f}",
                f"{first_cpu / limit:.0f}×",
                f"{max(peak, again):.0f}",
                "kept" if kept else "MISSED",
            )
    Console(width=140).print(table)
    return int(missed > 0)


if __name__ == "__main__":
    sys.exit(main())
