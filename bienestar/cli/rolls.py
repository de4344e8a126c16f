"""``bienestar rolls list | prune``: which rolls of institutions are here, and deleting the entries of old ones."""

from __future__ import annotations

import datetime as dt

import click
from django.utils import timezone
from rich.console import Console
from rich.table import Table

from bienestar.foundation.accounts.queries import system_user
from bienestar.registers.beneficiaries.actions import prune_rolls
from bienestar.registers.beneficiaries.queries import current_rolls, replaced_rolls, rolls_visible_to


@click.group()
def rolls() -> None:
    """The rolls that institutions sent."""


@rolls.command("list")
def list_() -> None:
    """Every roll: institution, cut-off, entries, refused rows, last comparison, and whether its entries are kept."""
    current = {roll.pk for roll in current_rolls().values()}
    table = Table("institution", "cut-off", "entries", "refused", "compared", "", box=None, pad_edge=False)
    for roll in rolls_visible_to(system_user()):
        matched = f"{timezone.localtime(roll.matched_at):%Y-%m-%d %H:%M}" if roll.matched_at else "never"
        place = "in force" if roll.pk in current else "history" if roll.stored else "entries deleted"
        table.add_row(roll.institution, f"{roll.cut_off}", f"{roll.entries:,}", f"{roll.refused:,}", matched, place)
    Console().print(table if table.rows else "There are no rolls: `bienestar ingest affiliations FILE`.")


@rolls.command()
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="As of this day (default: today).")
@click.option("--dry-run", is_flag=True, help="Only say what would be deleted.")
def prune(on: dt.datetime | None, dry_run: bool) -> None:
    """Delete the entries of rolls that a newer, compared one replaced. The record of each roll stays."""
    day = on.date() if on else None
    gone = replaced_rolls(day) if dry_run else prune_rolls(by=system_user(), on=day)
    for roll in gone:
        click.echo(f"{roll.institution} {roll.cut_off}: {roll.entries:,} entries")
    done = "would be deleted" if dry_run else "deleted"
    click.echo(f"Entries of {len(gone)} rolls {done}.")
