"""``bienestar …``: the command line. Each command is thin: it reads its arguments, calls actions, prints."""

from __future__ import annotations

import ast
import os  # noqa: TID251  Django reads its settings module from the environment
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import click
from django.core.exceptions import ImproperlyConfigured
from django.db.utils import OperationalError, ProgrammingError

COMMANDS = {
    "migrate": "bienestar.cli.database:migrate",
    "serve": "bienestar.cli.server:serve",
    "seal": "bienestar.cli.access:seal",
    "verify": "bienestar.cli.access:verify",
    "grant": "bienestar.cli.access:grant",
    "user": "bienestar.cli.access:user",
    "token": "bienestar.cli.access:token",
    "ingest": "bienestar.cli.ingest:ingest",
    "standards": "bienestar.cli.standards:standards",
    "match": "bienestar.cli.match:match",
    "diagnose": "bienestar.cli.diagnose:diagnose",
    "compare": "bienestar.cli.diagnose:compare",
    "plan": "bienestar.cli.plan:plan",
    "rolls": "bienestar.cli.rolls:rolls",
    "snapshot": "bienestar.cli.snapshot:snapshot",
    "indicators": "bienestar.cli.indicators:indicators",
    "report": "bienestar.cli.report:report",
    "cards": "bienestar.cli.cards:cards",
    "claims": "bienestar.cli.claims:claims",
    "demo": "bienestar.cli.demo:demo",
}


#: A command's first sentence stands whole in the list of commands.
LONGEST_HELP = 200  # characters


class Lazy(click.Group):
    """Loads a command's module only when it is called, so that ``--help`` and each command start at once."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, name = COMMANDS[cmd_name].split(":")
        command: click.Command = getattr(import_module(module), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands, each with the first sentence of its docstring, read without loading its module."""
        rows = [
            (name, click.Command(name, help=_docstring(name)).get_short_help_str(LONGEST_HELP)) for name in COMMANDS
        ]
        with formatter.section("Commands"):
            formatter.write_dl(rows)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; a database that does not answer or has no tables is one sentence and exit code 2."""
        try:
            return super().invoke(ctx)
        except (OperationalError, ProgrammingError) as error:
            told = str(error).strip().partition("\n")[0]
            sentence = f"The database cannot be used ({told}). If it is new, prepare it with `bienestar migrate`."
        click.echo(f"Error: {sentence}", err=True)
        ctx.exit(2)


def _docstring(name: str) -> str:
    module, function = COMMANDS[name].split(":")
    source = Path(__file__).with_name(f"{module.rpartition('.')[2]}.py").read_text(encoding="utf-8")
    found = next(one for one in ast.parse(source).body if isinstance(one, ast.FunctionDef) and one.name == function)
    return ast.get_docstring(found) or ""


@click.group(cls=Lazy)
def cli() -> None:
    """Bienestar: from a census of medical units to a funded plan."""


def main() -> None:
    """Entry point of the console script. Exit codes: 0 done, 1 refused rows or a failed check, 2 cannot be used."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bienestar.config.settings")  # noqa: TID251
    import django  # noqa: PLC0415  settings must be named first

    try:
        django.setup()
    except ImproperlyConfigured as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(2)
    sys.exit(cli())
