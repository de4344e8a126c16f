"""``bienestar match``: everybody against the rolls of the institutions and against each other."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click
from django.core.exceptions import ObjectDoesNotExist
from django.utils.translation import gettext as _
from django.utils.translation import override
from rich.console import Console
from rich.table import Table

from bienestar.cli.answers import JsonFile
from bienestar.foundation.accounts.queries import system_user
from bienestar.foundation.definitions.files import DefinitionError
from bienestar.operations.enrolment.actions import MatchAnswer, MatchError
from bienestar.operations.enrolment.actions import match as run_match
from bienestar.operations.enrolment.choices import Engine

WORDS = {
    "persons": "people compared",
    "rolls": "rolls compared",
    "linked": "found in a roll",
    "covered": "covered by an institution",
    "eligible": "eligible",
    "review": "pairs that wait for review",
    "seconds": "seconds",
    "peak_mb": "most memory, MB",
}


@click.command()
@click.option(
    "--engine",
    type=click.Choice([str(engine.value) for engine in Engine]),
    default=Engine.DUCKDB.value,
    help="What compares: DuckDB on this machine, or Spark with the same settings.",
)
@click.option("--json", "json_file", type=JsonFile(), help="Write the answer there as JSON; - prints it.")
@override("en")
def match(engine: str, json_file: Path | None) -> None:
    """Compare every person with the current rolls and with each other; store who is covered and what waits."""
    console = Console(stderr=True)
    try:
        by = system_user()
        with console.status("") as status:
            answer = run_match(by=by, engine=engine, tell=lambda words: status.update(f"{words}…"))
    except ObjectDoesNotExist:
        click.echo("The database is not ready: run bienestar migrate first.", err=True)
        raise SystemExit(2) from None
    except (MatchError, DefinitionError, OSError) as error:
        click.echo(_("Error: %(reason)s") % {"reason": error}, err=True)
        raise SystemExit(2) from None
    _give(answer, json_file)


def _give(answer: MatchAnswer, json_file: Path | None) -> None:
    told: dict[str, Any] = vars(answer)
    if json_file is not None:
        text = json.dumps(told, indent=2)
        if str(json_file) == "-":
            click.echo(text)
            return
        json_file.write_text(text + "\n", encoding="utf-8")
    table = Table(box=None, show_header=False)
    for name, words in WORDS.items():
        value = told[name]
        table.add_row(words, f"{value:,}" if isinstance(value, int) else f"{value:,.1f}")
    Console().print(table)
