"""``bienestar indicators``: check the definitions, reckon them over a snapshot, publish."""

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
from bienestar.foundation.definitions.indicators import units_of_measure
from bienestar.foundation.storage.spark import SparkMissing
from bienestar.insight.indicators.actions import ReckoningRefused, compute_values, publish_values
from bienestar.insight.indicators.actions.engines import DUCKDB, ENGINES
from bienestar.insight.indicators.choices import NoScope, SetStage
from bienestar.insight.indicators.queries.comparing import Comparison, DoesNotAddUp, Part, compare_sets
from bienestar.insight.indicators.queries.first_rows import first_rows
from bienestar.insight.indicators.queries.open_data import open_data
from bienestar.insight.indicators.queries.rules import CheckedIndicator, check_all
from bienestar.insight.indicators.queries.values import sets_visible_to, values_at
from bienestar.insight.snapshots.queries.reading import newest_snapshot
from bienestar.web.pulso_report.annex import annex as method_annex
from bienestar.web.pulso_report.kept import folder_with_files

JSON_OPTION = click.option("--json", "json_file", type=JsonFile(), help="Write the answer there as JSON; - prints it.")
CUT_OFF = click.option(
    "--cut-off", type=click.DateTime(formats=["%Y-%m-%d"]), help="Of which snapshot; the newest unless told."
)


@click.group()
def indicators() -> None:
    """Every published number's rule: definitions/indicators/*.yaml."""


def _stop(reason: object, code: int = 2) -> None:
    click.echo(_("Error: %(reason)s") % {"reason": reason}, err=True)
    raise SystemExit(code)


@indicators.command()
@click.argument("names", nargs=-1, metavar="[ID]...")
@click.option("--rows", default=5, show_default=True, help="First rows behind each indicator that is named.")
@override("en")
def check(names: tuple[str, ...], rows: int) -> None:
    """Check every definition; say file, line and column of all that is wrong. Shows the first rows of those named."""
    try:
        found, wrong = check_all()
    except DefinitionError as error:
        found, wrong = {}, [error]
    for error in wrong:
        click.echo(f"Error: {error}", err=True)
    unknown = [name for name in names if name not in found and not wrong]
    if unknown:
        _stop(f"there is no indicator {', '.join(unknown)}", 1)
    snapshot = newest_snapshot() if names else None
    for name in names:
        if name in found:
            _show(found[name], snapshot, rows)
    if wrong:
        raise SystemExit(1)
    if not names:
        _list(found)
    click.echo(f"The definitions of {len(found)} indicators are well written.")


def _list(found: dict[str, CheckedIndicator]) -> None:
    table = Table("id", "version", "name", "unit", "tables", "by")
    for name, one in found.items():
        definition = one.definition
        unit = units_of_measure()[definition.unit].en
        by = ", ".join([*definition.geography[1:], *definition.splits])
        table.add_row(name, str(definition.version), definition.name.en, unit, ", ".join(sorted(one.tables)), by)
    Console().print(table)


def _show(one: CheckedIndicator, snapshot: Any, rows: int) -> None:
    definition = one.definition
    click.echo(f"{definition.id} {definition.name.en}\n  {definition.method.en}")
    if snapshot is None:
        click.echo("  No snapshot has been taken yet, so there are no rows to show.")
        return
    for part, found in first_rows(snapshot, one, rows).items():
        if found is None:
            click.echo(f"  {part}: not yet recorded")
            continue
        table = Table(*found.columns, title=f"{part}: {found.table}, {found.count:,} rows", title_justify="left")
        for row in found.rows:
            table.add_row(*["" if cell is None else str(cell) for cell in row])
        Console().print(table)


@indicators.command()
@CUT_OFF
@click.option("--engine", type=click.Choice(ENGINES), default=DUCKDB, show_default=True)
@click.option("--note", default="", help="Why it is reckoned again; shown beside earlier values.")
@click.option("--publish", is_flag=True, help="Let everybody read the values.")
@JSON_OPTION
@override("en")
def compute(cut_off: dt.datetime | None, engine: str, note: str, publish: bool, json_file: Path | None) -> None:
    """Reckon every indicator over a snapshot and freeze the values; published, make their report too."""
    try:
        by = system_user()
        snapshot = newest_snapshot(cut_off.date() if cut_off else None)
        if snapshot is None:
            raise ReckoningRefused(_("There is no snapshot of that day; take one with “bienestar snapshot”."))
        with Console(stderr=True).status("Reckoning…"):
            value_set = compute_values(by=by, snapshot=snapshot, engine=engine, note=note)
            if publish:
                value_set = publish_values(by=by, value_set=value_set)
    except ObjectDoesNotExist:
        click.echo("The database is not ready: run bienestar migrate first.", err=True)
        raise SystemExit(2) from None
    except (ReckoningRefused, DefinitionError, SparkMissing, OSError, duckdb.Error) as error:
        return _stop(error)
    if publish:
        _make_report(value_set)
    _give(value_set, json_file)


def _make_report(value_set: Any) -> None:
    """Make the report of a set that has been published; one that fails takes nothing back."""
    try:
        with Console(stderr=True).status("Making its report…"):
            folder = folder_with_files(value_set)
    except Exception as error:
        click.echo(f"The set is published; its report could not be made: {error}", err=True)
        return
    click.echo(f"The files of its report are in {folder}.", err=True)


def _give(value_set: Any, json_file: Path | None) -> None:
    values = values_at(system_user(), value_set)
    answer = {
        "set": value_set.number,
        "cut_off": value_set.cut_off.isoformat(),
        "snapshot": value_set.snapshot.folder,
        "stage": value_set.stage,
        "engine": value_set.engine,
        "values": value_set.values,
        "sha256": value_set.sha256,
        "seconds": round(value_set.seconds, 3),
        "country": {
            name: {"value": one.value, "numerator": one.numerator, "denominator": one.denominator, "status": one.status}
            for name, one in values.items()
        },
    }
    if json_file is not None:
        text = json.dumps(answer, ensure_ascii=False, indent=2)
        if str(json_file) == "-":
            click.echo(text)
            return
        json_file.write_text(text + "\n", encoding="utf-8")
    table = Table("id", title=f"Country, {answer['cut_off']}")
    for heading in ("value", "numerator", "denominator"):
        table.add_column(heading, justify="right")
    table.add_column("status")
    for name, one in values.items():
        figures = ("" if each is None else f"{each:,.2f}" for each in (one.value, one.numerator, one.denominator))
        table.add_row(name, *figures, one.status)
    Console().print(table)
    click.echo(f"Set {answer['set']} ({answer['stage']}): {answer['values']:,} values, sha256 {answer['sha256']}")


@indicators.command()
@click.argument("number", type=int)
@override("en")
def publish(number: int) -> None:
    """Let everybody read a set of values, and make its report."""
    by = system_user()
    value_set = sets_visible_to(by).filter(pk=number).first()
    if value_set is None:
        return _stop(f"there is no set of values {number}")
    published = publish_values(by=by, value_set=value_set)
    click.echo(f"Set {number} of {value_set.cut_off} is published.")
    _make_report(published)


DAY = click.DateTime(formats=["%Y-%m-%d"])


@indicators.command()
@click.argument("name", metavar="ID")
@click.option("--before", type=DAY, required=True, help="Cut-off of the earlier set of values.")
@click.option("--after", type=DAY, required=True, help="Cut-off of the later set of values.")
@click.option("--area", default="MX", show_default=True, help="MX or a state's code.")
@JSON_OPTION
@override("en")
def compare(name: str, before: dt.datetime, after: dt.datetime, area: str, json_file: Path | None) -> None:
    """An indicator between two cut-offs: as reported, on constant scope, and its growth in pieces."""
    if before >= after:
        return _stop("the earlier cut-off must come before the later one")
    if area != "MX" and not (len(area) == 2 and area.isdigit()):
        return _stop("the area is MX or the two digits of a state")
    try:
        by = system_user()
        sets = [_set_of(by, day.date()) for day in (before, after)]
        found = compare_sets(by, *sets, name, area)
    except ObjectDoesNotExist:
        click.echo("The database is not ready: run bienestar migrate first.", err=True)
        raise SystemExit(2) from None
    except KeyError:
        return _stop(f"one of the two sets has no indicator {name}")
    except DoesNotAddUp as error:
        return _stop(f"the frozen tables do not give what was reported: {error}", 1)
    answer = {"indicator": name, "area": area, "sets": [one.number for one in sets], **_told(found)}
    if json_file is not None:
        text = json.dumps(answer, ensure_ascii=False, indent=2)
        if str(json_file) == "-":
            click.echo(text)
            return None
        json_file.write_text(text + "\n", encoding="utf-8")
    return _show_comparison(found, before.date(), after.date())


def _set_of(by: Any, day: dt.date) -> Any:
    """The newest set of a cut-off, a published one where there is one."""
    found = list(sets_visible_to(by).filter(snapshot__cut_off=day))
    if not found:
        _stop(f"there is no set of values of {day}")
    return next((one for one in found if one.stage == SetStage.PUBLISHED), found[0])


def _told(found: Comparison) -> dict[str, Any]:
    return {
        "before": {"value": found.before.value, "status": found.before.status, "version": found.before.version},
        "after": {"value": found.after.value, "status": found.after.status, "version": found.after.version},
        "difference": found.difference,
        "growth": found.growth,
        "rule_changed": found.rule_changed,
        "constant_scope": {
            "units": found.same_units,
            "before": found.same_before,
            "after": found.same_after,
            "difference": found.same_difference,
            "growth": found.same_growth,
            "why_not": found.why_not or None,
        },
        "parts": {part.name: _told_part(part) for part in found.parts},
    }


def _told_part(part: Part) -> dict[str, Any]:
    split = part.split
    return {
        "before": None if part.before is None else float(part.before),
        "after": None if part.after is None else float(part.after),
        "difference": None if part.difference is None else float(part.difference),
        "pieces": {piece.value: float(amount) for piece, amount in split.pieces.items()} if split else None,
        "units": {piece.value: count for piece, count in split.units.items()} if split else None,
        "why_not": part.why_not or None,
    }


def _show_comparison(found: Comparison, before: dt.date, after: dt.date) -> None:
    table = Table(found.definition.id, title=found.definition.name.en, title_justify="left")
    for heading in (f"{before}", f"{after}", "difference", "growth"):
        table.add_column(heading, justify="right")
    rows = [
        ("as reported", found.before.value, found.after.value, found.difference, found.growth),
        ("constant scope", found.same_before, found.same_after, found.same_difference, found.same_growth),
    ]
    for name, *figures, share in rows:
        told = ("not known" if each is None else f"{each:,.2f}" for each in figures)
        table.add_row(name, *told, "not known" if share is None else f"{100 * share:,.2f} %")
    Console().print(table)
    if found.why_not:
        click.echo(f"No constant scope: {NoScope(found.why_not).label}")
    for part in found.parts:
        if part.split is None:
            continue
        pieces = Table(part.name)
        pieces.add_column("amount", justify="right")
        pieces.add_column("units", justify="right")
        for piece, amount in part.split.pieces.items():
            pieces.add_row(piece.value, f"{amount:,.2f}", f"{part.split.units[piece]:,}")
        pieces.add_row("difference", f"{part.split.difference:,.2f}", "", style="bold")
        Console().print(pieces)


@indicators.command()
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="File to write.")
@override("en")
def annex(out: Path) -> None:
    """Write the method annex: every definition in Spanish and in English, as Markdown."""
    try:
        out.write_text(method_annex(), encoding="utf-8")
    except (DefinitionError, OSError) as error:
        return _stop(error)
    click.echo(f"{out} is written.")


@indicators.command("open-data")
@click.argument("number", type=int)
@override("en")
def prepare_open_data(number: int) -> None:
    """Make the open files of a published set now, so that nobody waits for them; list them with their hashes."""
    value_set = sets_visible_to(system_user()).filter(pk=number, stage=SetStage.PUBLISHED).first()
    if value_set is None:
        return _stop(f"there is no published set of values {number}")
    try:
        found = open_data(value_set)
    except (OSError, ValueError, duckdb.Error) as error:
        return _stop(error)
    for one in found.files:
        click.echo(f"{one.sha256}  {one.bytes:>12,}  {one.name}")
    click.echo(f"{len(found.files)} files, {found.bytes:,} bytes, in {found.folder}")
    return None
