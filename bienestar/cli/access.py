"""``bienestar user | grant | token | seal | verify``: accounts, and the seal of the journal."""

from __future__ import annotations

import datetime as dt
import sys

import click
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.utils import timezone

from bienestar.foundation.accounts.actions import create_user, end_tokens, grant_role, issue_token, seal_journal
from bienestar.foundation.accounts.queries import ROOT, roles, system_user, user_named
from bienestar.foundation.journal.queries import broken_seals

DAY = click.DateTime(formats=["%Y-%m-%d"])


@click.command()
@click.argument("username")
@click.option("--name", help="Name shown on the pages (default: the username).")
@click.option("--language", type=click.Choice(["es", "en"]), default="es", show_default=True)
@click.option("--no-password", is_flag=True, help="For an account that uses the API by token only.")
def user(username: str, name: str | None, language: str, no_password: bool) -> None:
    """Make a local account. The password is asked for, never given as an argument."""
    if user_named(username):
        raise click.UsageError(f"There is already an account {username!r}.")
    password = None if no_password else _new_password()
    create_user(
        by=system_user(),
        username=username,
        display_name=name or username,
        password=password,
        language=language,
    )
    click.echo(f"Made the account {username}. It may do nothing yet: `bienestar grant {username} ROLE AREA`.")


def _new_password() -> str:
    password: str = click.prompt("Password", hide_input=True, confirmation_prompt="The same again")
    try:
        validate_password(password)
    except ValidationError as error:
        raise click.UsageError(" ".join(error.messages)) from None
    return password


@click.command()
@click.argument("username")
@click.argument("role")
@click.argument("area_path", default=ROOT)
@click.option("--from", "valid_from", type=DAY, help="First day, YYYY-MM-DD (default: today).")
@click.option("--to", "valid_to", type=DAY, help="Last day, YYYY-MM-DD (default: open).")
def grant(
    username: str, role: str, area_path: str, valid_from: dt.datetime | None, valid_to: dt.datetime | None
) -> None:
    """Give USERNAME a ROLE over AREA_PATH ("MX/", "MX/13/", "MX/13/13048/") for a period."""
    known = [found.key for found in roles()]
    if role not in known:
        raise click.UsageError(f"There is no role {role!r}. Roles: {', '.join(known)}.")
    if not area_path.startswith(ROOT) or not area_path.endswith("/"):
        raise click.UsageError(f"An area path begins with {ROOT} and ends with a slash, e.g. MX/13/.")
    first = valid_from.date() if valid_from else timezone.localdate()
    last = valid_to.date() if valid_to else None
    if last and last < first:
        raise click.UsageError("The last day lies before the first.")
    given = _account(username)
    grant_role(by=system_user(), user=given, role=role, area_path=area_path, valid_from=first, valid_to=last)
    click.echo(f"{username} is {role} over {area_path} from {first}{f' to {last}' if last else ''}.")


@click.command()
@click.argument("username")
@click.argument("name")
@click.option("--days", type=click.IntRange(1, 3650), default=365, show_default=True)
@click.option("--end", is_flag=True, help="End the tokens of that name at once instead of making one.")
def token(username: str, name: str, days: int, end: bool) -> None:
    """Make an API token for USERNAME, called NAME. Its secret is printed once and kept nowhere."""
    if end:
        ended = end_tokens(by=system_user(), user=_account(username), name=name)
        if not ended:
            raise click.UsageError(f"{username} has no valid token called {name!r}.")
        click.echo(f"Ended: {ended}.")
        return
    secret = issue_token(by=system_user(), user=_account(username), name=name, days=days)
    click.echo(secret)
    click.echo(f"Valid {days} days. Send it as `Authorization: Bearer …`.", err=True)


def _account(username: str):  # type: ignore[no-untyped-def]  # a User, whose class stays in its room
    found = user_named(username)
    if found is None:
        raise click.UsageError(f"There is no active account {username!r}.")
    return found


@click.command()
def seal() -> None:
    """Seal the journal rows written since the last seal."""
    try:
        made = seal_journal(by=system_user())
    except ObjectDoesNotExist:
        raise click.UsageError("The database is not prepared: run `bienestar migrate` first.") from None
    if made is None:
        click.echo("Nothing to seal.")
    else:
        click.echo(f"Sealed rows {made.first_entry} to {made.last_entry}: {made.sha256}")


@click.command()
def verify() -> None:
    """Check every seal of the journal against its rows; exit code 1 when one does not hold."""
    broken = broken_seals()
    for found in broken:
        click.echo(
            f"Seal {found.pk} of {found.at:%Y-%m-%d %H:%M} does not hold: "
            f"a row between {found.first_entry} and {found.last_entry} was changed, added or removed."
        )
    if broken:
        sys.exit(1)
    click.echo("Every seal holds.")
