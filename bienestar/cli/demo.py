"""``bienestar demo``: an invented state or country to try everything on."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from django.conf import settings
from django.core.management import call_command
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from bienestar.demo.accounts import PREFIX
from bienestar.demo.enrolment.whole import FEWEST
from bienestar.demo.make import CannotMix, Tell, check_room, is_made, make
from bienestar.demo.people import write
from bienestar.demo.people.files import Format
from bienestar.demo.people.places import store_places
from bienestar.demo.scales import Scale, country_scale, state_scale
from bienestar.demo.size import STATES, UNITS_OF_A_COUNTRY
from bienestar.foundation.accounts.actions import set_up_access
from bienestar.foundation.accounts.queries import accounts_named_like, system_user
from bienestar.sources import affiliations
from bienestar.sources.run import Request

#: Who enrol in the first state.
PEOPLE = 2400


@click.group(invoke_without_command=True)
@click.option("--scale", type=click.Choice(["state", "country"]), default="state", show_default=True)
@click.option("--seed", type=int, default=1, show_default=True, help="Another number, another invented country.")
@click.option("--if-empty", is_flag=True, help="Do nothing when the demo is there already.")
@click.option("--states", type=click.IntRange(1, STATES), default=STATES, help="How many states a country has.")
@click.option("--units", type=click.IntRange(4), default=UNITS_OF_A_COUNTRY, help="How many units a country has.")
@click.option("--no-plan", is_flag=True, help="Only the data: no diagnosis and no plan.")
@click.option("--people", "count", type=click.IntRange(0), default=PEOPLE, show_default=True, help="How many enrol.")
@click.pass_context
def demo(
    ctx: click.Context,
    scale: str,
    seed: int,
    if_empty: bool,
    states: int,
    units: int,
    no_plan: bool,
    count: int,
) -> None:
    """Make an invented state (300 units) or country (12,600 units), the same for the same seed."""
    if ctx.invoked_subcommand:
        return
    if 0 < count < FEWEST:
        raise _refusal(f"the people who enrol are at least {FEWEST}, or none")
    call_command("migrate", verbosity=0, interactive=False)
    set_up_access()
    try:
        wanted = state_scale(seed) if scale == "state" else country_scale(seed, states, units)
    except ValueError as error:
        raise _refusal(str(error)) from None
    if if_empty and is_made(wanted, not no_plan, count):
        click.echo("The demo is there already.")
        return
    by = system_user()
    try:
        check_room(by, wanted)
    except CannotMix as error:
        raise _refusal(f"{error}; give DATABASE_URL or BIENESTAR_HOME of an empty one") from None
    with _progress() as tell:
        make(by, wanted, tell, not no_plan, count, bring_roll)
    _how_to_look(wanted)


def bring_roll(institution: str, cut_off: dt.date, path: Path, publisher: str) -> None:
    """Load an institution's roll as ``bienestar ingest affiliations`` does."""
    request = Request(kind="affiliations", path=path, publisher=publisher, source=institution, cut_off=cut_off)
    affiliations.ingest(by=system_user(), request=request)


class Rolls(click.ParamType):
    """Institutions with the part of the persons in the roll of each: "imss=0.6,issste=0.1"."""

    name = "rolls"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The parts by institution."""
        if isinstance(value, dict):
            return value
        found = {}
        for part in str(value).split(","):
            name, _, share = part.partition("=")
            try:
                found[name.strip()] = float(share)
            except ValueError:
                self.fail(f"{part!r} is not an institution and a part of 1, as in imss=0.6", param, ctx)
        return found


@demo.command()
@click.option("--n", type=click.IntRange(1), required=True, help="How many records of persons.")
@click.option("--seed", type=int, default=1, show_default=True, help="Another number, other people.")
@click.option("--errors", type=click.FloatRange(0, 1), default=0.05, show_default=True, help="Rate of each error.")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), required=True, help="Folder of the files.")
@click.option("--format", "format_", type=click.Choice(["parquet", "csv"]), default="parquet", show_default=True)
@click.option("--rolls", type=Rolls(), help="Part of the persons in each roll, as in imss=0.6,issste=0.1.")
@click.option("--places", is_flag=True, help="Also store where they live, so that `ingest persons` takes their file.")
def people(
    n: int, seed: int, errors: float, out: Path, format_: Format, rolls: dict[str, float] | None, places: bool
) -> None:
    """Write invented people, institutions' rolls and the truth about who is who, into files."""
    try:
        written = write(out, n, seed, errors, rolls, format_)
    except (ValueError, OSError) as error:
        told = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise _refusal(f"the people cannot be written: {told}") from None
    for name, path in written.files.items():
        click.echo(f"{path}  {written.rows[name]:,}")
    if places:
        try:
            stored = store_places(system_user())
        except CannotMix as error:
            raise _refusal(f"the files are written, but {error}") from None
        click.echo(f"{stored:,} invented municipalities are stored: `bienestar ingest persons` takes the file")


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
