"""``bienestar demo``: an invented state or country to try everything on."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click
from django.conf import settings
from django.core.management import call_command
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from bienestar.demo.accounts import PREFIX
from bienestar.demo.make import CannotMix, Tell, check_room, is_made, make
from bienestar.demo.scales import Scale, country_scale, state_scale
from bienestar.demo.size import STATES, UNITS_OF_A_COUNTRY
from bienestar.foundation.accounts.actions import set_up_access
from bienestar.foundation.accounts.queries import accounts_named_like, system_user


@click.command()
@click.option("--scale", type=click.Choice(["state", "country"]), default="state", show_default=True)
@click.option("--seed", type=int, default=1, show_default=True, help="Another number, another invented country.")
@click.option("--if-empty", is_flag=True, help="Do nothing when the demo is there already.")
@click.option("--states", type=click.IntRange(1, STATES), default=STATES, help="How many states a country has.")
@click.option("--units", type=click.IntRange(4), default=UNITS_OF_A_COUNTRY, help="How many units a country has.")
@click.option("--no-plan", is_flag=True, help="Only the data: no diagnosis and no plan.")
def demo(scale: str, seed: int, if_empty: bool, states: int, units: int, no_plan: bool) -> None:
    """Make an invented state (300 units) or country (12,600 units), the same for the same seed."""
    call_command("migrate", verbosity=0, interactive=False)
    set_up_access()
    try:
        wanted = state_scale(seed) if scale == "state" else country_scale(seed, states, units)
    except ValueError as error:
        raise _refusal(str(error)) from None
    if if_empty and is_made(wanted, plans=not no_plan):
        click.echo("The demo is there already.")
        return
    by = system_user()
    try:
        check_room(by, wanted)
    except CannotMix as error:
        raise _refusal(f"{error}; give DATABASE_URL or BIENESTAR_HOME of an empty one") from None
    with _progress() as tell:
        make(by, wanted, tell, plans=not no_plan)
    _how_to_look(wanted)


def _refusal(sentence: str) -> click.ClickException:
    error = click.ClickException(sentence[0].upper() + sentence[1:] + ".")
    error.exit_code = 2
    return error


@contextmanager
def _progress() -> Iterator[Tell]:
    """A bar on a terminal, plain lines elsewhere."""
    if not sys.stdout.isatty():
        yield lambda done, total, step: click.echo(f"· demo {done}/{total}: {step}")
        return
    columns = (TextColumn("{task.description:32}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console()) as bar:
        task = bar.add_task("demo")
        yield lambda done, total, step: bar.update(task, completed=done, total=total, description=step)


def _how_to_look(scale: Scale) -> None:
    click.echo(f"\nInvented data: {scale.label}.")
    click.echo("Look at it with:  bienestar serve   (make run does it now)")
    click.echo(f"Password of every account below: {settings.DEMO_PASSWORD}\n")
    for user in accounts_named_like(PREFIX):
        click.echo(f"  {user.username:20} {user.display_name}")
    click.echo("\nWithout signing in you see what has been published.")
