"""``bienestar serve``: the pages and the API on this machine, until Ctrl-C."""

from __future__ import annotations

import hashlib
import socket
import sys
from collections.abc import Iterable
from pathlib import Path

import click
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.utils import OperationalError
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server

WORKERS = 2
STAMP = ".collected"


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="Port to listen on.")
@click.option("--workers", default=WORKERS, show_default=True, type=click.IntRange(1, 64), help="Processes.")
def serve(host: str, port: int, workers: int) -> None:
    """Serve the pages and the API. Stop with Ctrl-C."""
    _check_database()
    _check_port(host, port)
    collect_static(Path(settings.STATIC_ROOT))
    shown = "127.0.0.1" if host in {"0.0.0.0", "::"} else host  # noqa: S104  compared, not bound
    click.echo(f"Bienestar answers at http://{shown}:{port}")
    if settings.DEMO:
        click.echo(f"Sign in as demo-planner with the password {settings.DEMO_PASSWORD}; the page lists the others.")
    else:
        click.echo("Sign in with an account made by `bienestar user`; see `bienestar user --help`.")
    click.echo("Stop with Ctrl-C.")
    sys.stdout.flush()
    connection.close()
    Server(
        "bienestar.config.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        # SQLite and PostgreSQL connections belong to a thread: few threads, each with its connection kept open.
        blocking_threads=4,
        backpressure=64,
        websockets=False,
        log_level=LogLevels.error,
        respawn_failed_workers=True,
        workers_kill_timeout=5,
    ).serve()
    click.echo("Stopped.")


def _check_database() -> None:
    """Exit with one sentence unless every migration has been applied."""
    try:
        executor = MigrationExecutor(connection)
    except OperationalError as error:
        raise _Unusable(f"The database does not answer: {str(error).splitlines()[0]}") from None
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise _Unusable("The database is not prepared, or is older than the program: run `bienestar migrate` first.")


def _check_port(host: str, port: int) -> None:
    """Exit with one sentence unless the address is free; asked before the workers start, who would say it at length."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            reason = error.strerror or str(error)
            raise _Unusable(
                f"Cannot listen on {host}:{port} ({reason}). Stop the other program or choose another --port."
            ) from None


def collect_static(target: Path) -> bool:
    """Copy and compress the static files to ``target`` when they have changed; whether it did."""
    stamp = target / STAMP
    wanted = _fingerprint(Path(storage.path(name)) for finder in get_finders() for name, storage in finder.list([]))
    if stamp.exists() and stamp.read_text() == wanted:
        return False
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    stamp.write_text(wanted)
    return True


def _fingerprint(files: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in sorted(files):
        state = path.stat()
        digest.update(f"{path}\n{state.st_size}\n{state.st_mtime_ns}\n".encode())
    return digest.hexdigest()


class _Unusable(click.ClickException):
    """Cannot be used as asked: one sentence, exit code 2."""

    exit_code = 2
