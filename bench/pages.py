"""How long the server takes for a page, how often it asks the database, and how much it sends.

``python -m bench.pages`` on a database that holds a diagnosed country or state (``bienestar demo --scale country``).
Times are of the process itself, by the wall clock and by the processor: on a busy machine only the second is fair.
Beside each page, a bare page of the same server (the sign-in page) as the floor.
"""

from __future__ import annotations

import gzip
import os
import statistics
import sys
import time

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bienestar.config.settings")

import django

django.setup()

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from rich.console import Console
from rich.table import Table

from bienestar.foundation.accounts.models import User
from bienestar.foundation.accounts.queries import system_user
from bienestar.foundation.facilities.models import Unit
from bienestar.foundation.facilities.queries import current_key
from bienestar.foundation.territory.models import Area
from bienestar.insight.gaps.models import RunUnit

RUNS = 15


def main() -> int:
    """Measure and print."""
    settings.ALLOWED_HOSTS = ["testserver"]
    newest = RunUnit.objects.order_by("-run_id").select_related("unit__municipality").first()
    if newest is None:
        sys.stderr.write("There is no diagnosis here; run `bienestar demo --scale country` first.\n")
        return 2
    state = Area.objects.get(code=newest.unit.path.split("/")[1], level="state")
    municipality = newest.unit.municipality
    pages = {
        "bare page (sign-in)": "/sign-in/",
        "country": "/areas/MX/",
        "state": f"/areas/{state.code}/",
        "state, filtered and sorted": f"/areas/{state.code}/?q=rural&sort=-staff",
        "municipality": f"/areas/{municipality.code}/",
        "unit": f"/units/{current_key(newest.unit)}/",
        "gaps by resource": f"/areas/{state.code}/gaps/",
        "plan with a budget": f"/areas/{state.code}/plan/?budget=200",
    }
    table = Table(title=f"{Unit.objects.count():,} units, {connection.vendor}; {RUNS} requests each, after one")
    for name in ("page", "ms, median", "ms, worst", "processor ms", "queries", "kB sent"):
        table.add_column(name, justify="left" if name == "page" else "right")
    user: User = system_user()
    for name, address in pages.items():
        client = Client()
        if name != "bare page (sign-in)":
            client.force_login(user)
        table.add_row(name, *measured(client, address))
    Console(width=110).print(table)
    return 0


def measured(client: Client, address: str) -> tuple[str, ...]:
    """Figures of one page."""
    first = client.get(address)
    if first.status_code != 200:
        return (f"answered {first.status_code}", "", "", "", "")
    walls, processor = [], []
    for _ in range(RUNS):
        wall, busy = time.perf_counter(), time.process_time()
        client.get(address)
        walls.append((time.perf_counter() - wall) * 1000)
        processor.append((time.process_time() - busy) * 1000)
    with CaptureQueriesContext(connection) as asked:
        client.get(address)
    sent = len(gzip.compress(first.content, 6)) / 1000
    figures = (statistics.median(walls), max(walls), statistics.median(processor))
    return (*(f"{figure:,.0f}" for figure in figures), str(len(asked)), f"{sent:,.0f}")


if __name__ == "__main__":
    sys.exit(main())
