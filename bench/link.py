"""How well and how fast persons are matched, beside Splink straight out of its tutorial and beside the CURP alone.

    python bench/link.py --n 1000000                    # everything, on the same files
    python bench/link.py --n 10000000 --only ours       # within 16 GB
    python bench/link.py --growth 500000 1000000 2000000

Labelled people come from ``bienestar demo people`` (60 % overlap, 5 % errors). Each contender is a process of its own,
so that its peak memory is its own; its seconds run from opening the files to having the links, learning included, and
the comparison with the truth comes after. Splink is given the threshold with the best F1, which nobody has in real
work; ours chooses its own. On a machine that does other work, read the processor's seconds.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bienestar.config.settings")

import duckdb
from rich.console import Console
from rich.table import Table

CONTENDERS = ("ours", "splink", "key")
ROLL = "roll-imss"
NATION = (53_000_000, 80_000_000)
SCORED = (
    "SELECT count(*), count(t.person_id) FROM found f "
    "LEFT JOIN truth t ON t.person_id = f.left_id AND t.entry_id = f.right_id"
)


def opened(folder: Path, memory: str) -> duckdb.DuckDBPyConnection:
    """A connection that reads the files where they lie and spills beside them."""
    con = duckdb.connect(config={"memory_limit": memory, "temp_directory": str(folder / "spill")})
    con.execute("SET preserve_insertion_order = false")
    con.execute("SET checkpoint_threshold = '1TB'")  # or DuckDB tidies temporary tables in the middle of the work
    for name in ("persons", ROLL, "truth"):
        con.execute(f"CREATE VIEW \"{name}\" AS FROM '{folder / name}.parquet'")
    return con


class Watch:
    """Seconds by the clock and by the processor since it was made, and the process's peak memory."""

    def __init__(self) -> None:
        self.clock, self.processor = time.perf_counter(), time.process_time()

    def read(self) -> dict[str, float]:
        return {
            "seconds": time.perf_counter() - self.clock,
            "processor": time.process_time() - self.processor,
            "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        }


def quality(con: duckdb.DuckDBPyConnection, found: str) -> dict[str, float]:
    """Precision, recall and F1 of a question that gives left_id, right_id."""
    con.execute(f"CREATE OR REPLACE TEMP VIEW found AS {found}")
    links, right = con.execute(SCORED).fetchall()[0]
    true = con.execute("SELECT count(*) FROM truth").fetchall()[0][0]
    precision, recall = right / max(links, 1), right / true
    return {"precision": precision, "recall": recall, "f1": 2 * precision * recall / max(precision + recall, 1e-9)}


def ours(folder: Path, memory: str) -> list[dict[str, object]]:
    """Learn and link; then what a person at the review desk would add."""
    from bienestar.calculations.linkage import match
    from bienestar.foundation.definitions.linkage import linkage_rules

    settings = linkage_rules().settings
    watch = Watch()
    con = opened(folder, memory)
    _, counts = match(con, "persons", ROLL, settings)
    told = watch.read()
    row = {"name": "ours", **told, **quality(con, "SELECT left_id, right_id FROM links")}
    row |= {"review": counts.review, "candidates": counts.candidates}
    decided = (
        "SELECT left_id, right_id FROM links UNION ALL "
        "SELECT left_id, right_id FROM review SEMI JOIN truth ON person_id = left_id AND entry_id = right_id"
    )
    return [row, {"name": "ours, and the desk decided", **quality(con, decided)}]


def key(folder: Path, memory: str) -> list[dict[str, object]]:
    """The same CURP and nothing else."""
    watch = Watch()
    con = opened(folder, memory)
    join = f'SELECT p.id AS left_id, e.id AS right_id FROM persons p JOIN "{ROLL}" e USING (curp)'
    con.execute(f"CREATE TEMP TABLE links AS {join}")
    return [{"name": "CURP alone", **watch.read(), **quality(con, "SELECT left_id, right_id FROM links")}]


def by_splink(folder: Path, memory: str) -> list[dict[str, object]]:
    """Splink 5 as its tutorial goes: ready comparisons, u at random, EM twice, predict. It is given every column.

    The tutorial also blocks by one name or one date alone; at this size that makes too many pairs to be compared, so
    that each rule here has two columns or more, which is to Splink's good.
    """
    import splink.comparison_library as cl
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    watch = Watch()
    con = opened(folder, memory)
    api = DuckDBAPI(con)
    tables = [api.register(name, dataset_display_name=shown) for name, shown in (("persons", "a"), (f'"{ROLL}"', "b"))]
    rules = [
        block_on("curp"),
        block_on("given_names", "first_surname", "second_surname"),
        block_on("first_surname", "birth_date"),
        block_on("given_names", "birth_date"),
    ]
    settings = SettingsCreator(
        link_type="link_only",
        unique_id_column_name="id",
        comparisons=[
            cl.NameComparison("given_names"),
            cl.NameComparison("first_surname"),
            cl.NameComparison("second_surname"),
            cl.DateOfBirthComparison("birth_date", input_is_string=False),
            cl.LevenshteinAtThresholds("curp", [1, 2]),
            cl.ExactMatch("sex"),
            cl.ExactMatch("birth_state").configure(term_frequency_adjustments=True),
            cl.ExactMatch("municipality").configure(term_frequency_adjustments=True),
        ],
        blocking_rules_to_generate_predictions=rules,
    )
    linker = Linker(tables, settings)
    linker.training.estimate_probability_two_random_records_match([block_on("curp")], recall=0.7)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6)
    linker.training.estimate_parameters_using_expectation_maximisation(
        block_on("given_names", "first_surname", "second_surname")
    )
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("birth_date", "municipality"))
    scoring = Watch()
    found = linker.inference.predict(threshold_match_probability=0.01)
    alone, told = scoring.read(), watch.read()
    best = best_threshold(con, found.physical_name)
    (pairs,) = con.execute(f"SELECT count(*) FROM {found.physical_name}").fetchall()[0]
    row = {"name": "Splink 5, its best threshold", **told, **best, "candidates": pairs}
    return [row, {"name": "Splink 5, predict alone", **alone}]


def best_threshold(con: duckdb.DuckDBPyConnection, pairs: str) -> dict[str, float]:
    """Quality at the match weight that gives the best F1."""
    rows = con.execute(
        "SELECT floor(match_weight * 4) / 4 AS w, count(*) AS n, count(t.person_id) AS hit "
        f"FROM {pairs} f LEFT JOIN truth t ON t.person_id = f.id_l AND t.entry_id = f.id_r GROUP BY 1 ORDER BY 1 DESC"
    ).fetchall()
    true = con.execute("SELECT count(*) FROM truth").fetchall()[0][0]
    best, links, right = {"f1": -1.0}, 0, 0
    for _, n, hit in rows:
        links, right = links + n, right + hit
        f1 = 2 * right / (links + true)
        if f1 > best["f1"]:
            best = {"precision": right / links, "recall": right / true, "f1": f1}
    return best


def invent(folder: Path, n: int, seed: int, errors: float) -> None:
    """Labelled people in a process of its own."""
    code = (
        "import sys; from pathlib import Path; from bienestar.demo.people import write; "
        "write(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4]), {'imss': 0.6})"
    )
    command = [sys.executable, "-c", code, str(folder), str(n), str(seed), str(errors)]
    subprocess.run(command, check=True, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)})


def measured(folder: Path, who: str, memory: str) -> list[dict[str, object]]:
    """The rows of one contender, run in its own process."""
    command = [sys.executable, __file__, "--contender", who, "--folder", str(folder), "--memory", memory]
    done = subprocess.run(command, check=True, cwd=ROOT, capture_output=True, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def show(rows: list[dict[str, object]], title: str) -> None:
    """Print the table."""
    table = Table(title=title)
    heads = ("", "precision", "recall", "F1", "seconds", "processor s", "peak MB", "review", "compared")
    fields = ("name", "precision", "recall", "f1", "seconds", "processor", "peak_mb", "review", "candidates")
    formats = ("", ".4f", ".4f", ".4f", ".1f", ".1f", ",.0f", ",d", ",d")
    for head in heads:
        table.add_column(head, justify="left" if not head else "right")
    for row in rows:
        shown = [format(row[field], how) if field in row else "" for field, how in zip(fields, formats, strict=True)]
        table.add_row(*shown)
    Console(width=130).print(table)


def growth(sizes: list[int], memory: str, seed: int, errors: float) -> None:
    """Measure ours at several sizes, and say what the nation would need if it goes on growing alike."""
    rows = []
    for n in sizes:
        with tempfile.TemporaryDirectory() as folder:
            invent(Path(folder), n, seed, errors)
            rows.append(measured(Path(folder), "ours", memory)[0] | {"name": f"{n:,} × {n:,}"})
            show(rows[-1:], "")
    show(rows, f"ours, {memory} for DuckDB")
    if len(rows) < 2:
        return
    first, last = rows[0], rows[-1]
    size = math.sqrt(NATION[0] * NATION[1])
    for field, unit in (("processor", "s of processor"), ("candidates", "pairs compared"), ("peak_mb", "MB")):
        power = math.log(last[field] / first[field]) / math.log(sizes[-1] / sizes[0])
        guess = last[field] * (size / sizes[-1]) ** power
        print(f"{unit}: grows as n^{power:.2f}; {NATION[0]:,} × {NATION[1]:,} would take about {guess:,.0f}")


def main() -> None:
    """Print the table of quality and seconds, or of growth."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--n", type=int, default=1_000_000)
    parser.add_argument("--errors", type=float, default=0.05)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--only", choices=CONTENDERS, nargs="+", default=CONTENDERS)
    parser.add_argument("--growth", type=int, nargs="+", help="several sizes, ours alone")
    parser.add_argument("--memory", default="12GB", help="DuckDB's limit")
    parser.add_argument("--folder", type=Path, help="where the files are, or are kept for the next time")
    parser.add_argument("--contender", choices=CONTENDERS, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.contender:
        run = {"ours": ours, "splink": by_splink, "key": key}[given.contender]
        print(json.dumps(run(given.folder, given.memory)))
        return
    if given.growth:
        growth(given.growth, given.memory, given.seed, given.errors)
        return
    with tempfile.TemporaryDirectory() as made:
        folder = given.folder or Path(made)
        if not (folder / "truth.parquet").exists():
            folder.mkdir(parents=True, exist_ok=True)
            invent(folder, given.n, given.seed, given.errors)
        rows = [row for who in given.only for row in measured(folder, who, given.memory)]
    load = " ".join(f"{one:.1f}" for one in os.getloadavg())
    title = f"{given.n:,} persons, {given.n:,} entries, 60 % overlap, {given.errors:.0%} errors"
    show(rows, f"{title}; load of the machine {load} on {os.cpu_count()} cores")


if __name__ == "__main__":
    main()
