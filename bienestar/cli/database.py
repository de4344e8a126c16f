"""``bienestar migrate``: prepare an empty database, or bring an older one up to date."""

from __future__ import annotations

import click
from django.core.management import call_command

from bienestar.foundation.accounts.actions import set_up_access


@click.command()
@click.option("--quiet", is_flag=True, help="Say nothing unless something fails.")
def migrate(quiet: bool) -> None:
    """Make or update the tables, the roles and the system account."""
    call_command("migrate", verbosity=0 if quiet else 1, interactive=False)
    set_up_access()
    if not quiet:
        click.echo("The database is ready.")
