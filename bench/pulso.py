"""How fast a country's indicators are reckoned and read, beside a bare scan and plain SQL on PostgreSQL.

    python -m bench.pulso [--persons 53200000] [--only compute,read,scan,plain] [--folder DIR --keep] [--json]

A snapshot of a country by dice (``bench/pulso_country.py``) is written first; with ``--folder`` it is kept for the
next run. Each step is a process of its own, so that its peak memory is its own. ``scan``: DuckDB reads every column
that any rule names, counts, and takes the smallest value: the least the machine could do. ``plain``: twelve
indicators of a smaller country (``--subset`` persons) as anybody would write them, on PostgreSQL with indexes and
fresh statistics, at the country, states, municipalities and units and with their splits; their numerators and
denominators must be equal to ours. It needs PostgreSQL (BENCH_POSTGRES) and drops its database at the end.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
SERVER = os.environ.get("BENCH_POSTGRES", "postgresql://postgres@127.0.0.1:5432")
DATABASE = "bienestar_bench_pulso"
CUT_OFF = dt.date(2026, 9, 30)
READS = 50
STEPS = ("compute", "read", "scan", "plain")


def main() -> int:
    """Write, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--persons", type=int, default=53_200_000)
    parser.add_argument("--subset", type=int, default=5_000_000, help="persons of the comparison with PostgreSQL")
    parser.add_argument("--only", default=",".join(STEPS), help=f"some of {','.join(STEPS)}")
    parser.add_argument("--folder", type=Path, help="where the snapshots are written, and found again")
    parser.add_argument("--keep", action="store_true", help="do not remove them at the end")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--step", nargs=2, metavar=("NAME", "HOME"), help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.step:
        os.environ |= {"DJANGO_SETTINGS_MODULE": "bienestar.config.settings", "BIENESTAR_HOME": asked.step[1]}
        print(json.dumps(INSIDE[asked.step[0]](asked.persons)))
        return 0
    only = asked.only.split(",")
    if set(only) - set(STEPS):
        parser.error(f"--only takes some of {','.join(STEPS)}")
    folder = asked.folder or Path(tempfile.mkdtemp(prefix="bench-pulso-"))
    try:
        found = measured(folder, asked.persons, asked.subset, only)
    finally:
        if not asked.keep:
            shutil.rmtree(folder / f"{asked.persons}", ignore_errors=True)
            shutil.rmtree(folder / f"{asked.subset}", ignore_errors=True)
    if asked.json:
        print(json.dumps(found, indent=1))
    else:
        show(found)
    return 0


def measured(folder: Path, persons: int, subset: int, only: list[str]) -> dict[str, Any]:
    """Every step that is asked for."""
    found: dict[str, Any] = {"persons": persons, "subset": subset}
    if set(only) - {"plain"}:
        found["write"] = written(folder, persons)
        if "compute" in only or "read" in only:
            found["compute"] = apart("compute", folder, persons)
        for name in ("read", "scan"):
            if name in only:
                found[name] = apart(name, folder, persons)
    if "plain" in only:
        written(folder, subset)
        found["ours"] = apart("compute", folder, subset)
        found["scan_subset"] = apart("scan", folder, subset)
        found["plain"] = apart("plain", folder, subset)
    return found


def written(folder: Path, persons: int) -> dict[str, Any]:
    """The snapshot of so many persons, unless it is there."""
    home = folder / f"{persons}"
    if (home / "snapshots" / "country" / "manifest.json").exists():
        return {}
    shutil.rmtree(home, ignore_errors=True)
    return apart("write", folder, persons)


def apart(step: str, folder: Path, persons: int) -> dict[str, Any]:
    """A step in a process of its own: what it tells, seconds, processor, peak memory in MB."""
    home = folder / f"{persons}"
    home.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "bench.pulso", "--persons", str(persons), "--step", step, str(home)]
    started = time.perf_counter()
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, env={**os.environ, "DATABASE_URL": ""})
    assert process.stdout is not None
    told = process.stdout.read()
    _pid, status, usage = os.wait4(process.pid, 0)
    if os.waitstatus_to_exitcode(status):
        raise SystemExit(f"{step}: exit code {os.waitstatus_to_exitcode(status)}")
    seconds = time.perf_counter() - started
    used = {"process_s": seconds, "cpu_s": usage.ru_utime + usage.ru_stime, "peak_mb": usage.ru_maxrss / 1024}
    return {**json.loads(told), **used}


# Steps, each inside its own process.


def write(persons: int) -> dict[str, Any]:
    """The snapshot in our own layout."""
    home = started_home()
    from bench.pulso_country import country_fills
    from bienestar.insight.snapshots.actions.take import write_tables
    from bienestar.insight.snapshots.queries.manifests import NAME

    folder = home / "snapshots" / "country"
    shutil.rmtree(folder, ignore_errors=True)
    folder.parent.mkdir(parents=True, exist_ok=True)
    begun = time.perf_counter()

    def told(name: str, rows: int) -> None:
        sys.stderr.write(f"{time.perf_counter() - begun:7.0f} s  {name}: {rows:,}\n")

    manifest = write_tables(folder, CUT_OFF, country_fills(persons), told)
    (folder / NAME).write_bytes(manifest.as_bytes())
    return {
        "seconds": time.perf_counter() - begun,
        "rows": manifest.rows,
        "mb": sum(part.bytes for part in manifest.parts) / 1e6,
    }


def compute(persons: int) -> dict[str, Any]:
    """All indicators with all their splits, frozen to Parquet as ``bienestar indicators`` does."""
    home = started_home()
    import duckdb

    from bienestar.insight.indicators.actions.compute import write_values
    from bienestar.insight.indicators.queries.rules import checked_indicators
    from bienestar.insight.indicators.queries.storage import DEFINITIONS, VALUES, definitions_bytes
    from bienestar.insight.snapshots.models import Snapshot

    folder = home / "indicators" / "country"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    begun = time.perf_counter()
    checked = checked_indicators()
    count = write_values(folder, Snapshot(folder="country", cut_off=CUT_OFF), "duckdb", checked)
    seconds = time.perf_counter() - begun
    (folder / DEFINITIONS).write_bytes(definitions_bytes(checked))
    asked = """
        SELECT indicator FROM read_parquet(?)
        WHERE level = 'country' AND split = '' AND NOT (status = 'known' AND numerator > 0) ORDER BY 1
    """
    empty = [name for (name,) in duckdb.connect().execute(asked, [str(folder / VALUES)]).fetchall()]
    return {"seconds": seconds, "values": count, "indicators": len(checked), "without_rows": empty}


def read(persons: int) -> dict[str, Any]:
    """The national page's figures from the frozen values, again and again, as anybody who is not signed in."""
    started_home(database=True)
    from django.utils import timezone

    from bienestar.foundation.accounts.queries import PublicUser
    from bienestar.insight.indicators.choices import SetStage
    from bienestar.insight.indicators.models import ValueSet
    from bienestar.insight.indicators.queries.values import values_at
    from bienestar.insight.snapshots.models import Snapshot

    nothing = {"sha256": "0" * 64, "rows": 0, "bytes": 0, "last_entry": 0, "taken_by": "bench", "seconds": 0}
    ValueSet.objects.all().delete()
    Snapshot.objects.all().delete()
    snapshot = Snapshot.objects.create(cut_off=CUT_OFF, folder="country", **nothing)
    kept = {"definitions_sha256": "0" * 64, "sha256": "0" * 64, "folder": "country", "engine": "duckdb"}
    told = {"values": 0, "computed_by": "bench", "seconds": 0, "stage": SetStage.PUBLISHED}
    told |= {"published_at": timezone.now(), "published_by": "bench"}
    value_set = ValueSet.objects.create(snapshot=snapshot, **kept, **told)
    taken, figures = [], 0
    for _ in range(READS + 1):
        begun = time.perf_counter()
        figures = sum(one.value is not None for one in values_at(PublicUser(), value_set).values())
        taken.append((time.perf_counter() - begun) * 1000)
    first, *rest = taken
    return {"first_ms": first, "median_ms": statistics.median(rest), "worst_ms": max(rest), "figures": figures}


def scan(persons: int) -> dict[str, Any]:
    """Every column that a rule names, read once by DuckDB."""
    home = started_home()
    import duckdb

    from bienestar.insight.indicators.queries.rules import JOINED, checked_indicators
    from bienestar.insight.snapshots.queries.manifests import read_manifest
    from bienestar.insight.snapshots.queries.reading import attach

    folder = home / "snapshots" / "country"
    manifest = read_manifest(folder)
    named: dict[str, set[str]] = {}
    for one in checked_indicators().values():
        for rule in (one.numerator, one.denominator):
            if rule is not None:
                places = {place for place in ("state", "municipality", "unit") if place in rule.levels}
                named.setdefault(rule.table, set()).update(places)
                for prefix, column in rule.columns:
                    named.setdefault(JOINED[prefix][0] if prefix else rule.table, set()).add(column)
    begun = time.perf_counter()
    with duckdb.connect() as con:
        attach(con, folder, manifest)
        for table, columns in named.items():
            asked = ", ".join(
                f'count("{column}"), min("{column}")' for column in sorted(columns & shape(manifest, table))
            )
            con.execute(f'SELECT count(*), {asked} FROM "{table}"').fetchall()
    return {"seconds": time.perf_counter() - begun, "columns": sum(map(len, named.values()))}


def shape(manifest: Any, table: str) -> set[str]:
    """Columns of a frozen table."""
    return set(manifest.tables[table].columns)


def plain(persons: int) -> dict[str, Any]:
    """Twelve indicators by plain SQL on PostgreSQL, the same ones by our engine alone, and whether they are equal."""
    home = started_home()
    from bench.pulso_plain import compared

    return compared(home, SERVER, DATABASE, CUT_OFF)


INSIDE = {"write": write, "compute": compute, "read": read, "scan": scan, "plain": plain}


def started_home(*, database: bool = False) -> Path:
    """The program set up for the home that the environment names; with its own SQLite database where asked."""
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    if database:
        call_command("migrate", verbosity=0)
    return Path(settings.HOME)


def show(found: dict[str, Any]) -> None:
    """The tables of docs/performance.md."""
    from rich.console import Console
    from rich.table import Table

    console = Console(width=120)
    table = Table("", "seconds", "cpu s", "peak MB", "", title=f"{found['persons']:,} persons", box=None)
    notes = {
        "write": "{rows:,} rows, {mb:,.0f} MB of Parquet",
        "compute": "{indicators} definitions, {values:,} values; without a figure: {without_rows}",
        "scan": "{columns} columns",
    }
    for name in ("write", "compute", "scan"):
        one = found.get(name)
        if one:
            figures = (f"{one['seconds']:.1f}", f"{one['cpu_s']:.1f}", f"{one['peak_mb']:,.0f}")
            table.add_row(name, *figures, notes[name].format(**one))
    console.print(table)
    if "scan" in found and "compute" in found:
        console.print(f"compute over the bare scan: {found['compute']['seconds'] / found['scan']['seconds']:.1f} times")
    if "read" in found:
        one = found["read"]
        times = "first {first_ms:.0f} ms, then median {median_ms:.0f} ms, worst {worst_ms:.0f} ms of " + str(READS)
        console.print(f"the country's {one['figures']} figures from frozen values: " + times.format(**one))
    if "plain" in found:
        one = found["plain"]
        title = f"{found['subset']:,} persons, {one['questions']} indicators at every place and split"
        table = Table("", "seconds", title=title, box=None)
        table.add_row("PostgreSQL: load, index, analyse", f"{one['load_s']:.1f}")
        table.add_row("PostgreSQL: plain SQL", f"{one['plain_s']:.1f}")
        table.add_row("ours: the same indicators", f"{one['ours_s']:.1f}")
        table.add_row("ours: every indicator of the dictionary", f"{found['ours']['seconds']:.1f}")
        console.print(table)
        console.print(
            f"PostgreSQL takes {one['plain_s'] / one['ours_s']:.1f} times ours; {one['equal']:,} amounts equal"
        )


if __name__ == "__main__":
    sys.exit(main())
