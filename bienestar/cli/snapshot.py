"""``bienestar snapshot``: freeze the registers at the end of a day, and see that what was frozen is whole."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import click
import duckdb
from django.core.exceptions import ObjectDoesNotExist
from django.utils.translation import gettext as _
from django.utils.translation import override
from rich.console import Console
from rich.table import Table

from bienestar.cli.answers import JsonFile
from bienestar.foundation.accounts.queries import system_user
from bienestar.foundation.definitions.files import DefinitionError
from bienestar.insight.snapshots.actions import SnapshotRefused, take_snapshot
from bienestar.insight.snapshots.queries.reading import damages_of, folder_of, manifest_of, snapshots_visible_to

JSON_OPTION = click.option("--json", "json_file", type=JsonFile(), help="Write the answer there as JSON; - prints it.")


@click.group(invoke_without_command=True)
@click.option("--cut-off", type=click.DateTime(formats=["%Y-%m-%d"]), help="Freeze as things stood when it ended.")
@JSON_OPTION
@click.pass_context
@override("en")
def snapshot(context: click.Context, cut_off: dt.datetime | None, json_file: Path | None) -> None:
    """Freeze every register to columns: bienestar snapshot --cut-off 2026-11-15."""
    if context.invoked_subcommand is not None:
        return
    if cut_off is None:
        click.echo("Error: say the day: bienestar snapshot --cut-off 2026-11-15", err=True)
        raise SystemExit(2)
    screen = Console(stderr=True)
    try:
        by = system_user()
        with screen.status("") as status:
            taken = take_snapshot(
                by=by, cut_off=cut_off.date(), told=lambda table, rows: status.update(f"{table}: {rows:,} rows")
            )
    except ObjectDoesNotExist:
        click.echo("The database is not ready: run bienestar migrate first.", err=True)
        raise SystemExit(2) from None
    except (SnapshotRefused, DefinitionError, OSError, duckdb.Error) as error:
        click.echo(_("Error: %(reason)s") % {"reason": error}, err=True)
        raise SystemExit(2) from None
    _give(_answer(taken), json_file)


def _answer(taken: Any) -> dict[str, Any]:
    manifest = manifest_of(taken)
    return {
        "snapshot": taken.folder,
        "cut_off": taken.cut_off.isoformat(),
        "sha256": taken.sha256,
        "rows": taken.rows,
        "bytes": taken.bytes,
        "bytes_shared": taken.bytes_shared,
        "tables": {name: table.rows for name, table in manifest.tables.items()},
        "not_recorded": list(manifest.not_recorded),
        "seconds": round(taken.seconds, 3),
        "folder": str(folder_of(taken)),
    }


def _give(answer: dict[str, Any], json_file: Path | None) -> None:
    if json_file is not None:
        text = json.dumps(answer, ensure_ascii=False, indent=2)
        if str(json_file) == "-":
            click.echo(text)
            return
        json_file.write_text(text + "\n", encoding="utf-8")
    console = Console()
    table = Table("table", title=f"Snapshot {answer['snapshot']}")
    table.add_column("rows", justify="right")
    for name, rows in answer["tables"].items():
        table.add_row(name, f"{rows:,}")
    console.print(table)
    console.print(
        f"{answer['rows']:,} rows, {answer['bytes'] / 1e6:,.1f} MB, of which {answer['bytes_shared'] / 1e6:,.1f} MB "
        f"were the same before. Not yet recorded: {', '.join(answer['not_recorded']) or 'nothing'}.\n"
        f"sha256 {answer['sha256']}\n{answer['folder']}"
    )


@snapshot.command()
@click.argument("name", required=False)
@JSON_OPTION
@override("en")
def verify(name: str | None, json_file: Path | None) -> None:
    """Read every byte of a snapshot (all of them unless named) and say what is missing or changed; 1 where it is."""
    found = snapshots_visible_to(system_user())
    chosen = found.filter(folder=name) if name else found
    if name and not chosen.exists():
        click.echo(f"Error: there is no snapshot {name}.", err=True)
        raise SystemExit(2)
    answer = {one.folder: [vars(damage) for damage in damages_of(one)] for one in chosen}
    if json_file is not None and str(json_file) == "-":
        click.echo(json.dumps(answer, indent=2))
    else:
        if json_file is not None:
            json_file.write_text(json.dumps(answer, indent=2) + "\n", encoding="utf-8")
        for folder, damages in answer.items():
            click.echo(f"{folder}: {'whole' if not damages else f'{len(damages)} files are not as they were'}")
            for damage in damages:
                click.echo(f"  {damage['what']}: {damage['file']}")
        if not answer:
            click.echo("There is no snapshot yet.")
    if any(answer.values()):
        raise SystemExit(1)
