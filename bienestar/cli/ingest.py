"""``bienestar ingest KIND FILE``: an official file into the registers, with a list of what was refused or doubted."""

from __future__ import annotations

import datetime as dt
import json
import sys
from pathlib import Path
from typing import Any

import click
from django.core.exceptions import ObjectDoesNotExist
from django.db import DatabaseError
from django.utils import translation
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from bienestar.cli.answers import JsonFile
from bienestar.foundation.accounts.queries import system_user
from bienestar.foundation.definitions.files import DefinitionError
from bienestar.sources import affiliations
from bienestar.sources.issues import REFUSED
from bienestar.sources.layouts import Unusable
from bienestar.sources.run import KINDS, Outcome, Request
from bienestar.sources.run import ingest as run

GROUPS_SHOWN = 12
ROLL = "affiliations"


@click.command()
@click.argument("kind", type=click.Choice([*KINDS, ROLL]))
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Do all the work and write nothing.")
@click.option("--strict", is_flag=True, help="Write nothing when any row is refused (exit code 1).")
@click.option("--publisher", default="", help="Who published the file (default: what its layout tells).")
@click.option("--published-on", type=click.DateTime(["%Y-%m-%d"]), help="When (default: the date in its name).")
@click.option("--state", help="Only the rows of this state, e.g. 13.")
@click.option("--source", default="", help="Of an affiliation roll: whose it is, e.g. imss.")
@click.option("--cut-off", type=click.DateTime(["%Y-%m-%d"]), help="Of an affiliation roll: the day it was taken.")
@click.option(
    "--fewer", is_flag=True, help="Of an affiliation roll: it is whole, though it has less than half of before."
)
@click.option("--json", "json_file", type=JsonFile(), help="Write the answer as JSON (- : on the screen).")
@click.option("--language", type=click.Choice(["es", "en"]), default="es", help="Language of the reasons.")
def ingest(
    kind: str,
    file: Path,
    dry_run: bool,
    strict: bool,
    publisher: str,
    published_on: dt.datetime | None,
    state: str | None,
    source: str,
    cut_off: dt.datetime | None,
    fewer: bool,
    json_file: Path | None,
    language: str,
) -> None:
    """Load an official FILE of a KIND. Exit codes: 0 done, 1 refused rows under --strict, 2 the file cannot be used."""
    if state and not (state.isdigit() and 1 <= int(state) <= 32):
        raise click.BadParameter("a state is a number from 01 to 32", param_hint="--state")
    if (source or cut_off) and kind != ROLL:
        raise click.UsageError("--source and --cut-off are of affiliation rolls")
    if state and kind == ROLL:
        raise click.UsageError("a roll is loaded whole: --state is not for it")
    with translation.override(language):
        outcome = _with_progress(
            Request(
                kind=kind,
                path=file,
                dry_run=dry_run,
                strict=strict,
                publisher=publisher,
                published_on=published_on.date() if published_on else None,
                state=state.zfill(2) if state else None,
                source=source,
                cut_off=cut_off.date() if cut_off else None,
                fewer=fewer,
            )
        )
        if json_file:
            _write_json(outcome, json_file)
        if not json_file or str(json_file) != "-":
            _print(outcome, dry_run)
    if strict and outcome.rejected:
        sys.exit(1)


def _with_progress(request: Request) -> Outcome:
    try:
        by = system_user()
    except (ObjectDoesNotExist, DatabaseError):
        click.echo("The database is not ready: run bienestar migrate first.", err=True)
        sys.exit(2)
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    try:
        with Progress(*columns, console=console, transient=True) as bar:
            task = bar.add_task(request.path.name, total=None)

            def advance(done: int, total: int | None) -> None:
                bar.update(task, completed=done, total=total)

            load = affiliations.ingest if request.kind == ROLL else run
            return load(by=by, request=Request(**{**vars(request), "progress": advance}))
    except (Unusable, DefinitionError) as error:
        click.echo(f"{request.path.name}: {error}", err=True)
        sys.exit(2)


def _write_json(outcome: Outcome, target: Path) -> None:
    text = json.dumps(outcome.as_json(), ensure_ascii=False, indent=2)
    if str(target) == "-":
        click.echo(text)
    else:
        target.write_text(text + "\n", encoding="utf-8")


def _print(outcome: Outcome, dry_run: bool) -> None:
    console = Console()
    what = "dry run, nothing written" if dry_run else "written" if outcome.written else "refused rows: nothing written"
    console.print(f"[bold]{outcome.kind}[/bold] · {outcome.about} · {outcome.published_on or 'date not told'} · {what}")
    counts = {
        "read": outcome.rows_read,
        "accepted": outcome.accepted,
        "unchanged": outcome.unchanged,
        "refused": outcome.rejected,
        "of the rest, with a doubt": outcome.warned,
    }
    console.print("  ".join(f"{name} {count:,}" for name, count in counts.items()))
    for note in outcome.notes:
        console.print(note, markup=False)
    if outcome.groups:
        console.print(_groups(outcome.groups))
        if len(outcome.groups) > GROUPS_SHOWN:
            console.print(f"… and {len(outcome.groups) - GROUPS_SHOWN} more reasons")
    console.print(f"Every one with its row: {outcome.issues_file}", soft_wrap=True, markup=False)


def _groups(groups: Any) -> Table:
    table = Table("", "rows", "first", "column", "reason", box=None, pad_edge=False)
    for severity, column, reason, count, first in groups[:GROUPS_SHOWN]:
        table.add_row("refused" if severity == REFUSED else "doubted", f"{count:,}", str(first or ""), column, reason)
    return table
