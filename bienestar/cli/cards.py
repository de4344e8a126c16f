"""``bienestar cards …``: keys, the lists that verifiers carry, and batches from the press to the module."""

from __future__ import annotations

import datetime as dt
import shutil
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, NoReturn

import click
from django.core.exceptions import ObjectDoesNotExist
from django.utils import timezone
from django.utils.translation import override
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from bienestar.cli.verify_card import verify
from bienestar.foundation.accounts.queries import system_user
from bienestar.foundation.territory.choices import Level
from bienestar.foundation.territory.queries import area_with_code
from bienestar.operations.enrolment.actions import (
    Progress,
    close_batch,
    close_module,
    compromise_key,
    count_stock,
    make_batch,
    make_key,
    open_module,
    print_batch,
    receive_batch,
    retire_key,
    ship_batch,
    validate_requests,
)
from bienestar.operations.enrolment.queries import (
    balance_of,
    batch_visible_to,
    batches_visible_to,
    cards_to_replace,
    fingerprint,
    keys_with_counts,
    missing_pieces,
    module_visible_to,
    modules_visible_to,
    reconciliation,
    sheet_files,
    signing_key,
    signing_key_on,
    status_list,
    verifier_keys,
    waiting_requests,
)
from bienestar.registers.beneficiaries.queries import CardError

DAY = click.DateTime(formats=["%Y-%m-%d"])
FILE = click.Path(path_type=Path, dir_okay=False, writable=True)
MOST_SHOWN = 50


def _refusing(command: Callable[..., Any]) -> Callable[..., Any]:
    """In English, with what the cards as they stand do not allow as one sentence and exit code 2."""

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> Any:
        with override("en"):
            try:
                return command(*args, **kwargs)
            except CardError as error:
                _fail(str(error))

    return run


def _fail(sentence: str) -> NoReturn:
    click.echo(f"Error: {sentence}", err=True)
    sys.exit(2)


def _table(*heads: str) -> Table:
    """A table whose first two columns, what to type next, are never cut."""
    table = Table(*heads, box=SIMPLE_HEAD, pad_edge=False)
    for column in table.columns[:2]:
        column.no_wrap = True
        column.overflow = "ignore"
    return table


@click.group()
def cards() -> None:
    """Cards: keys, lists for verifiers, modules and batches."""


cards.add_command(verify)


@cards.group()
def keys() -> None:
    """Keys that sign cards. Their private halves are files under BIENESTAR_HOME/keys, or BIENESTAR_KEYS."""


@keys.command("new")
@click.option("--from", "valid_from", type=DAY, help="First day on which it signs, YYYY-MM-DD (default: today).")
@_refusing
def new_key(valid_from: dt.datetime | None) -> None:
    """Make a key. It signs from its first day on, instead of the one before it."""
    key = make_key(by=system_user(), valid_from=valid_from.date() if valid_from else None)
    click.echo(f"Made the key {key.kid}. It signs from {key.valid_from}.")
    click.echo(f"Fingerprint: {fingerprint(key)}")


@keys.command("list")
@_refusing
def list_keys() -> None:
    """Every key: since when, until when, how many cards it signed."""
    table = _table("key", "from", "retired", "compromised", "cards", "that hold", "")
    signs = signing_key_on(timezone.localdate())
    for key, counts in keys_with_counts():
        ended = sum(counts.get(stage, 0) for stage in ("replaced", "revoked", "cancelled"))
        living = 0 if key.compromised_on else sum(counts.values()) - ended
        table.add_row(
            key.kid,
            str(key.valid_from),
            str(key.retired_on or ""),
            str(key.compromised_on or ""),
            f"{sum(counts.values()):,}",
            f"{living:,}",
            "signs now" if key == signs else "",
        )
    Console().print(table)


@keys.command("retire")
@click.argument("kid")
@_refusing
def retire(kid: str) -> None:
    """Let the key KID sign no more. Its cards still hold."""
    retire_key(by=system_user(), key=_key(kid))
    click.echo(f"The key {kid} signs no more. The cards that it signed hold.")


@keys.command("compromise")
@click.argument("kid")
@click.option("--yes", is_flag=True, help="Do not ask again.")
@_refusing
def compromise(kid: str, yes: bool) -> None:
    """Believe nothing that the key KID ever signed, and delete its private half."""
    key = _key(kid)
    if not yes and click.prompt("No card of this key will hold. Type its id to go on") != kid:
        _fail("That is not its id. Nothing was done.")
    compromise_key(by=system_user(), key=key)
    click.echo(f"No card of the key {kid} holds. Hand verifiers a new key set and replace its cards.")


@keys.command("cards")
@click.argument("kid")
@_refusing
def cards_of_key(kid: str) -> None:
    """Folios of the cards that the key KID signed and that have not ended: replace them if it is compromised."""
    for card in cards_to_replace(system_user(), _key(kid).kid).iterator():
        click.echo(card.folio)


@keys.command("export")
@click.argument("file", type=FILE)
@_refusing
def export_keys(file: Path) -> None:
    """Write the public key set for verifiers to FILE (COSE_KeySet, CBOR)."""
    _write(file, verifier_keys())


def _key(kid: str) -> Any:
    try:
        return signing_key(kid)
    except ObjectDoesNotExist:
        _fail(f"There is no key {kid!r}: see `bienestar cards keys list`.")


@cards.command("statuslist")
@click.argument("file", type=FILE)
@_refusing
def export_status_list(file: Path) -> None:
    """Write the signed list of revoked cards for verifiers to FILE (status list token, CWT)."""
    _write(file, status_list())


def _write(file: Path, content: bytes) -> None:
    try:
        file.write_bytes(content)
    except OSError as error:
        _fail(f"{file} cannot be written: {error.strerror}.")
    click.echo(f"{file}: {len(content):,} bytes.")


@cards.group()
def module() -> None:
    """Enrolment modules, where cards are asked for and collected."""


@module.command("open")
@click.argument("municipality")
@click.argument("name")
@click.option("--from", "opened_on", type=DAY, help="First day, YYYY-MM-DD (default: today).")
@_refusing
def new_module(municipality: str, name: str, opened_on: dt.datetime | None) -> None:
    """Open a module called NAME in MUNICIPALITY (5 digits)."""
    try:
        area = area_with_code(municipality)
    except ObjectDoesNotExist:
        _fail(f"There is no area with code {municipality!r}.")
    if area.level != Level.MUNICIPALITY:
        _fail(f"{municipality} is not a municipality.")
    day = opened_on.date() if opened_on else timezone.localdate()
    made = open_module(by=system_user(), municipality=area, name=name, opened_on=day)
    click.echo(f"Opened the module {made.code}, {made.name}, in {area.name}.")


@module.command("close")
@click.argument("code")
@_refusing
def end_module(code: str) -> None:
    """Close the module CODE today."""
    close_module(by=system_user(), module=_module(code), on=timezone.localdate())
    click.echo(f"The module {code} is closed. Its batches go on to their end.")


@module.command("list")
@_refusing
def list_modules() -> None:
    """Every module."""
    table = _table("module", "name", "municipality", "open since", "closed")
    for one in modules_visible_to(system_user()):
        table.add_row(one.code, one.name, one.municipality.name, str(one.opened_on), str(one.closed_on or ""))
    Console().print(table)


@cards.command("validate")
@click.argument("code")
@_refusing
def validate(code: str) -> None:
    """Look at the requests that wait at the module CODE, sign those that hold and say what stops the others."""
    by = system_user()
    done = validate_requests(by=by, cards=list(waiting_requests(by, _module(code))))
    click.echo(f"Signed {done.signed:,}, stopped {len(done.stopped):,}.")
    for look in done.stopped[:MOST_SHOWN]:
        click.echo(f"  {look.card.folio}: {', '.join(look.fails)}")
    if len(done.stopped) > MOST_SHOWN:
        click.echo(f"  and {len(done.stopped) - MOST_SHOWN:,} more: see the page of waiting requests.")


def _module(code: str) -> Any:
    try:
        return module_visible_to(system_user(), code)
    except ObjectDoesNotExist:
        _fail(f"There is no module {code!r}: see `bienestar cards module list`.")


@cards.group()
def batch() -> None:
    """Print batches. BATCH is the number that `batch list` shows first."""


@batch.command("list")
@_refusing
def list_batches() -> None:
    """Every batch, the newest first, and whether it adds up."""
    table = _table("batch", "module", "stage", "printed", "delivered", "in stock", "missing", "spoiled", "returned")
    for one in batches_visible_to(system_user())[:MOST_SHOWN]:
        row = balance_of(one)
        numbers = (row.printed, row.delivered, row.stock, row.missing, row.spoiled, row.returned)
        table.add_row(str(one.pk), f"{one.module.code}-{one.number}", one.stage, *(f"{n:,}" for n in numbers))
    Console().print(table)


@batch.command("make")
@click.argument("code")
@click.option("--most", type=click.IntRange(1), help="At most so many cards (default: all that wait).")
@_refusing
def new_batch(code: str, most: int | None) -> None:
    """Put the validated cards of the module CODE into a batch."""
    made = make_batch(by=system_user(), module=_module(code), most=most)
    click.echo(f"Made the batch {made.pk} ({code}-{made.number}) with {made.pieces.count():,} cards.")


@batch.command("print")
@click.argument("number", metavar="BATCH", type=int)
@_refusing
def press(number: int) -> None:
    """Make the files to print of BATCH. After a stop, the same command goes on where it was."""
    one = _batch(number)
    progress = print_batch(by=system_user(), batch=one, tell=_tell)
    click.echo(
        f"Batch {number}: {progress.files:,} files are ready. `bienestar cards sheets {number} FOLDER` copies them."
    )


def _tell(progress: Progress) -> None:
    click.echo(f"{progress.done:,} of {progress.files:,} files", err=True)


@batch.command("ship")
@click.argument("number", metavar="BATCH", type=int)
@click.option("--carrier", default="", help="Who takes it, and its number.")
@_refusing
def ship(number: int, carrier: str) -> None:
    """Say that BATCH left for its module."""
    sent = ship_batch(by=system_user(), batch=_batch(number), carrier=carrier)
    click.echo(f"Batch {number}: {sent:,} pieces are on their way.")


@batch.command("receive")
@click.argument("number", metavar="BATCH", type=int)
@click.argument("folios", type=click.File(encoding="utf-8"))
@_refusing
def receive(number: int, folios: Any) -> None:
    """Receive BATCH: FOLIOS is a file with the folio of each piece that arrived, one a line; - reads the keyboard."""
    here, missing = receive_batch(by=system_user(), batch=_batch(number), folios=_folios(folios))
    click.echo(f"Batch {number}: {here:,} pieces are in stock, {missing:,} are missing.")


@batch.command("close")
@click.argument("number", metavar="BATCH", type=int)
@_refusing
def close(number: int) -> None:
    """Close BATCH, whose every piece has come to an end."""
    close_batch(by=system_user(), batch=_batch(number))
    click.echo(f"Batch {number} is closed.")


@cards.command("count")
@click.argument("code")
@click.argument("folios", type=click.File(encoding="utf-8"))
@_refusing
def count(code: str, folios: Any) -> None:
    """Count the stock of the module CODE from a file of folios, one a line."""
    done = count_stock(by=system_user(), module=_module(code), folios=_folios(folios))
    click.echo(f"Module {code}: {done.held:,} held, {done.missed:,} missing, {done.found:,} found again.")


def _folios(lines: Any) -> list[str]:
    return [line.strip() for line in lines if line.strip()]


def _batch(number: int) -> Any:
    try:
        return batch_visible_to(system_user(), number)
    except ObjectDoesNotExist:
        _fail(f"There is no batch {number}: see `bienestar cards batch list`.")


@cards.command("sheets")
@click.argument("number", metavar="BATCH", type=int)
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@_refusing
def sheets(number: int, folder: Path) -> None:
    """Copy the files to print of BATCH to FOLDER."""
    found = sheet_files(_batch(number))
    if not found:
        _fail("There are no files: print the batch first. They are deleted when it is received.")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path in found:
            shutil.copy(path, folder / path.name)
    except OSError as error:
        _fail(f"{folder} cannot be written: {error.strerror}.")
    click.echo(f"{folder}: {len(found):,} files.")


@cards.command("reconcile")
@click.option("--as-of", type=DAY, help="At the end of that day (default: now).")
@click.option("--missing", is_flag=True, help="List the folios that are missing.")
@_refusing
def reconcile(as_of: dt.datetime | None, missing: bool) -> None:
    """Say per municipality where the printed pieces are. Exit code 1 when the records do not add up."""
    by, day = system_user(), as_of.date() if as_of else None
    found = reconciliation(by, day)
    table = _table("municipality", "printed", "delivered", "in stock", "returned", "spoiled", "on the way", "missing")
    rows = [*((f"{line.code} {line.name}", line.balance) for line in found.municipalities), ("all", found.total)]
    for name, row in rows:
        way = row.press + row.way
        numbers = (row.printed, row.delivered, row.stock, row.returned, row.spoiled, way, row.missing)
        table.add_row(name, *(f"{n:,}" for n in numbers))
    Console().print(table)
    if missing:
        for piece in missing_pieces(by, day):
            click.echo(piece.card.folio)
    if not found.total.adds_up:
        click.echo("The pieces counted one by one are not as many as left the press.", err=True)
        sys.exit(1)
