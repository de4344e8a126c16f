"""Runs the README's walk-through on the real files of Hidalgo and writes docs/hidalgo.md and its pictures.

``make hidalgo`` runs it. It executes exactly the commands of the README's first block, in a database of its own, so
that the walk-through works as written or this fails. Only sums are written: no row of the files is copied.
"""

from __future__ import annotations

import csv
import datetime as dt
import json
import os
import re
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pictures
import yaml
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "hidalgo.md"
DATA = Path(os.environ.get("BIENESTAR_REAL_DATA") or os.environ.get("DATA") or ROOT.parent / "shared" / "data")  # noqa: TID251
PICTURES = (
    pictures.Picture("hidalgo-state", "/areas/13/", height=800),
    pictures.Picture("hidalgo-map", "/areas/13/", height=720, anchor="#map"),
    pictures.Picture("hidalgo-gaps", "/areas/13/gaps/", height=1000),
    pictures.Picture("hidalgo-plan", "/areas/13/plan/?budget=1438", height=1100),
)
CATEGORIES = 25
DEFINITIONS = ROOT / "definitions"


def names() -> dict[str, str]:
    """English words for resources and services, from the definition files."""
    found = {}
    for path in [DEFINITIONS / "resources.yaml", *sorted((DEFINITIONS / "standards").glob("*.yaml"))]:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        for code, thing in {**content.get("resources", {}), **content.get("services", {})}.items():
            found[code] = thing["name"]["en"]
    return found


NAMES = names()


def main() -> int:
    """Run, read, write. 2 when the files are not there."""
    if not (DATA / "census").is_dir():
        sys.stderr.write(f"The real files are not in {DATA}; set BIENESTAR_REAL_DATA.\n")
        return 2
    with tempfile.TemporaryDirectory(prefix="bienestar-hidalgo-") as home:
        settings = {**os.environ, "DATA": str(DATA), "KEEP_HOME": home}  # noqa: TID251
        settings.pop("DATABASE_URL", None)
        summaries = walk(settings, home)
        settings["BIENESTAR_HOME"] = home
        found = {name: answer(settings, *command) for name, command in QUESTIONS.items()}
        PAGE.write_text(written(found, summaries, Path(home)), encoding="utf-8")
        pictures.say(f"{PAGE.relative_to(ROOT)}")
        settings["BIENESTAR_DEMO"] = "0"
        account(settings)
        with pictures.served(settings) as base:
            take(base)
    return 0


QUESTIONS = {
    "diagnosis": ("diagnose", "--area", "13", "--as-of", "2024-07-01"),
    "plan": ("plan", "--area", "13", "--budget", "1438000000"),
    "half": ("plan", "--area", "13", "--budget", "719000000"),
}


def walk(settings: dict[str, str], home: str) -> list[str]:
    """The README's commands one after another; the summaries that the importers printed."""
    block = re.search(r"```sh\nmake setup\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.S)
    if block is None:
        raise SystemExit("The README has no walk-through any more.")
    script = block.group(1).replace("$PWD/var/hidalgo", home)
    pictures.say("Running the README's walk-through")
    bash = ["bash", "-euo", "pipefail", "-c", script]
    done = subprocess.run(bash, env=settings, cwd=ROOT, check=True, capture_output=True, text=True)  # noqa: S603
    return [line for line in done.stdout.splitlines() if line.startswith(("read ", "SINERHIAS"))]


def answer(settings: dict[str, str], *command: str) -> dict[str, Any]:
    """What a command answers to machines."""
    target = Path(settings["BIENESTAR_HOME"]) / "answer.json"
    subprocess.run([*pictures.COMMAND, *command, "--json", str(target)], env=settings, cwd=ROOT, check=True)  # noqa: S603
    found: dict[str, Any] = json.loads(target.read_text(encoding="utf-8"))
    return found


def account(settings: dict[str, str]) -> None:
    """A planner to sign in as."""
    words = "bienestar-demo\nbienestar-demo\n"
    command = [*pictures.COMMAND, "user", "demo-planner", "--name", "Planeación"]
    subprocess.run(command, env=settings, cwd=ROOT, check=True, input=words, text=True)  # noqa: S603
    command = [*pictures.COMMAND, "grant", "demo-planner", "national_planner", "MX/"]
    subprocess.run(command, env=settings, cwd=ROOT, check=True)  # noqa: S603


def take(base: str) -> None:
    """The pictures of the page: sums and maps, no unit by name."""
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-gpu"]
        browser = playwright.chromium.launch(executable_path=pictures.CHROMIUM, args=arguments)
        page = browser.new_context(locale="es-MX", reduced_motion="reduce").new_page()
        pictures.sign_in(page, base)
        for picture in PICTURES:
            pictures.take(page, picture, base + picture.address)
        browser.close()


def written(found: dict[str, Any], summaries: list[str], home: Path) -> str:
    """The page: what matched, what is missing, what the budget buys."""
    diagnosis, plan = found["diagnosis"], found["plan"]
    parts = [HEAD.format(day=dt.date.today().isoformat()), matched(summaries, home)]  # noqa: DTZ011
    parts += [gaps(diagnosis), services(diagnosis), planned(plan, found["half"]), FOOT]
    return "\n".join(part.strip() + "\n" for part in parts)


HEAD = """
# Hidalgo, on its real census

Written by `make hidalgo` on {day}: the README's walk-through run from an empty database on the public files, and what it
gave. Sums only; every figure opens into its records in the program. The census is SINERHIAS of 1 July 2024, which speaks of
keys that were closed on 18 July 2024; two health districts are not in that file.
"""
FOOT = """
## How it looks

![The state page](pictures/hidalgo-state.png)

![Where it is missing](pictures/hidalgo-map.png)

![What is missing](pictures/hidalgo-gaps.png)

![What 1,438 million pesos buy](pictures/hidalgo-plan.png)
"""


def matched(summaries: list[str], home: Path) -> str:
    """Rows of each file, and why units of the census did not match."""
    census = next(path for path in (home / "issues").glob("sinerhias-*.csv"))
    rows = list(csv.DictReader(census.read_text(encoding="utf-8-sig").splitlines()))
    reason = next(name for name in rows[0] if name.lower() in {"reason", "motivo"})
    why = Counter(row[reason] for row in rows)
    counted = "\n".join(f"| {words} | {number:,} |" for words, number in why.most_common())
    line = next(line for line in summaries if line.startswith("SINERHIAS"))
    read = [line for line in summaries if line.startswith("read 444")]
    return f"""
## Units matched

- {line}.
- {read[0] if read else ""}.

| why a unit of the census did not match | units |
|---|---:|
{counted}

They are offices of health districts and of the state, mobile units, centres for addictions and mental health, and a unit for
women, none of which the national list of 2026 or the catalogue of January 2025 has.
"""


def gaps(diagnosis: dict[str, Any]) -> str:
    """Staff and rooms by category, and the totals by group."""
    lines = diagnosis["gaps"]
    staff = sorted((row for row in lines if row["group"] == "staff" and row["gap"]), key=lambda row: -row["gap"])
    rooms = sorted(
        (row for row in lines if row["group"] in {"room", "bed"} and row["gap"]), key=lambda row: -row["gap"]
    )
    total = sum(row["gap"] for row in staff)
    return f"""
## What is missing on {diagnosis["as_of"]}

{diagnosis["units"]} units operate and are of a type with a standard; the census visited {diagnosis["units_observed"]} of them. What
nobody counted adds nothing to what there is or to what is missing; the column on the right says in how many units that
is. What the standards ask of those units is known and is in “required”, so that required less usable is not the sum of
what is missing. Version {diagnosis["standards_version"]}
of the standards, whose lines each show their basis; {diagnosis["actions"]:,} improvement actions.

**Staff: {total:,.0f} positions missing by the standards**, in the units that were counted. Published in March 2023: more than
4,000, without a written rule. In the census itself: 19 authorised posts without a person. Three different questions; the state
page shows the three side by side.

| category | required | filled | missing | units not counted |
|---|---:|---:|---:|---:|
{table(staff)}

| room or bed | required | usable | missing | units not counted |
|---|---:|---:|---:|---:|
{table(rooms)}

Equipment: the census has no equipment sheets (only ambulances and computers), so devices are *not known* in every unit, and no
service can be called ready. The 8,000 devices published in 2023 can be neither confirmed nor denied from this file.
"""


def table(rows: list[dict[str, Any]]) -> str:
    """Rows of a table of gaps."""
    return "\n".join(
        f"| {NAMES.get(row['resource'], row['resource'])} | {row['required']:,.0f} | {row['usable']:,.0f} | {row['gap']:,.0f} "
        f"| {row['units_unknown']:,} |"
        for row in rows[:CATEGORIES]
    )


def services(diagnosis: dict[str, Any]) -> str:
    """Services: required, ready, not known."""
    rows = "\n".join(
        f"| {NAMES.get(row['service'], row['service'])} | {row['units_required']:,} | {row['units_ready']:,} | {row['units_unknown']:,} |"
        for row in diagnosis["services"]
    )
    return f"""
## Services

| service | units that must offer it | ready | not known |
|---|---:|---:|---:|
{rows}
"""


FIGURES: dict[str, Callable[[dict[str, Any]], str]] = {
    "spent, pesos": lambda plan: f"{plan['spent']:,.0f}",
    "services made ready": lambda plan: f"{len(plan['items']):,}",
    "people without social security who gain one, at least": lambda plan: f"{plan['people_gaining']:,.0f}",
    "value, weighted people": lambda plan: f"{plan['value']:,.0f}",
    "no plan can be worth more than": lambda plan: f"{plan['bound']:,.0f}",
    "proven gap": lambda plan: f"{plan['gap']:.4%}",
    "value over the best simple plan": lambda plan: f"{plan['value'] / plan['greedy_value']:.4f}",
    "one more million pesos would add, weighted people": lambda plan: f"{plan['price_of_million']:,.0f}",
    "services left out for want of money": lambda plan: f"{left_out(plan):,}",
}


def left_out(plan: dict[str, Any]) -> int:
    """Services that could be planned and that the budget did not reach."""
    return sum(item["reason"] not in {"unknown", "no_people", "no_cost"} for item in plan["refused"])


def planned(plan: dict[str, Any], half: dict[str, Any]) -> str:
    """What the budget buys, with its proof, beside half of it."""
    lines = "\n".join(f"| {name} | {read(plan)} | {read(half)} |" for name, read in FIGURES.items())
    rows = "\n".join(
        f"| {NAMES.get(name, name)} | {number:,} | {cost / 1e6:,.1f} | {other:,} |"
        for name, number, cost, other in by_service(plan, half)
    )
    enough = "" if left_out(plan) else ENOUGH
    return f"""
## What 1,438 million pesos buy

| | 1,438 million | 719 million |
|---|---:|---:|
{lines}

{enough}In a service that is known to lack something, what nobody counted (the equipment) is taken as missing and bought, so these
costs are a maximum that falls with the next visit; a service of which nothing is known to be missing is not planned before it
is counted. Costs are those of `definitions/costs.yaml`, most of them assumptions, each marked.

| service | units | million pesos | units with 719 million |
|---|---:|---:|---:|
{rows}
"""


ENOUGH = """At these costs 1,438 million reach for every service that the census lets us plan; what a plan has to choose shows at
half of it.

"""


def by_service(plan: dict[str, Any], half: dict[str, Any]) -> list[tuple[str, int, float, int]]:
    """Service, units and money in the whole plan, units in the half; the most frequent first."""
    units = Counter(item["service"] for item in plan["items"])
    other = Counter(item["service"] for item in half["items"])
    money = Counter[str]()
    for item in plan["items"]:
        money[item["service"]] += item["cost"] or 0
    return [(name, number, money[name], other[name]) for name, number in units.most_common()]


if __name__ == "__main__":
    sys.exit(main())
