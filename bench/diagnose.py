"""How long a diagnosis of the country takes, step by step, and how much memory: ``python -m bench.diagnose``.

Uses the database that ``DATABASE_URL`` or ``BIENESTAR_HOME`` names; fill it first with
``bienestar demo --scale country``. Writes one more diagnosis run into it. Times are of this machine and this run:
read them beside each other, not beside another day's.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import resource
import time

import django
import numpy as np
from rich.console import Console
from rich.table import Table


def main() -> None:
    """Diagnose an area, then the same without writing, and print what each part takes."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--area", default="MX")
    parser.add_argument("--as-of", type=dt.date.fromisoformat, required=True)
    arguments = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bienestar.config.settings")
    django.setup()

    from bienestar.foundation.accounts.queries import system_user
    from bienestar.foundation.definitions.standards import load_standards, standards_dir
    from bienestar.foundation.territory.queries import area_with_code
    from bienestar.insight.gaps.actions import run_diagnosis
    from bienestar.insight.gaps.queries.readings import read_units, state_path
    from bienestar.insight.gaps.queries.reckoning import reckon
    from bienestar.insight.gaps.queries.served import people_served, variables

    steps: list[tuple[str, float, float]] = []

    def timed(name, function):
        wall, cpu = time.perf_counter(), time.process_time()
        found = function()
        steps.append((name, time.perf_counter() - wall, time.process_time() - cpu))
        return found

    area = area_with_code(arguments.area)
    rules = timed("load the standards", lambda: load_standards(standards_dir()))
    found = timed("read the registers", lambda: read_units(state_path(area.path), arguments.as_of))
    served = timed("people served", lambda: people_served(found, rules))
    values = timed("names of the formulas", lambda: variables(found, served, rules))
    chosen = np.isin(found.types, list(rules.unit_types))
    result = timed("reckon the gaps", lambda: reckon(found, values, chosen, rules))
    run = timed("whole diagnosis, frozen", lambda: run_diagnosis(by=system_user(), area=area, as_of=arguments.as_of))

    table = Table(title=f"{run.units:,} units, {len(result.lines):,} lines, {len(result.services):,} services")
    for heading in ("step", "seconds", "of which processor", "share of the whole"):
        table.add_column(heading, justify="left" if heading == "step" else "right")
    whole = steps[-1][1]
    for name, wall, cpu in steps:
        table.add_row(name, f"{wall:.2f}", f"{cpu:.2f}", f"{wall / whole:.0%}")
    console = Console()
    console.print(table)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    goal = "within" if whole < 20 else "over"
    console.print(f"Peak memory {peak:,.0f} MB. The goal for 12,600 units is 20 s: {goal} it.")


if __name__ == "__main__":
    main()
