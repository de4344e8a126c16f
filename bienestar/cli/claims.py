"""``bienestar claims``: published figures beside ours."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click
from django.utils.translation import override
from rich.console import Console
from rich.table import Table

from bienestar.cli.answers import JsonFile
from bienestar.foundation.accounts.queries import system_user
from bienestar.foundation.definitions.files import DefinitionError
from bienestar.foundation.definitions.statements import statements
from bienestar.insight.indicators.queries.claims import CheckedClaim, check_text, published_claims

JSON_OPTION = click.option("--json", "json_file", type=JsonFile(), help="Write the answer there as JSON; - prints it.")
LANGUAGE = click.option("--language", type=click.Choice(["es", "en"]), default="es", help="Language of the words.")


@click.group()
def claims() -> None:
    """What others published: definitions/claims, or any text in Spanish or English."""


@claims.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, allow_dash=True))
@JSON_OPTION
@LANGUAGE
def check(file: Path, json_file: Path | None, language: str) -> None:
    """Find the figures of a text FILE (UTF-8; - reads the input), match them to indicators, and test the text's own
    arithmetic.
    """
    text = _read(file)
    with override(language):
        found = check_text(system_user(), text)
        if json_file is not None:
            _write([as_json(one) for one in found], json_file)
        if json_file is None or str(json_file) != "-":
            _print(found, language)


def as_json(one: CheckedClaim) -> dict[str, Any]:
    """A checked figure in the form of the answer's JSON."""
    return {
        "text": one.text,
        "figure": _number(one.figure),
        "unit": one.unit,
        "scope": one.scope or None,
        "as_of": one.as_of.isoformat() if one.as_of else None,
        "indicator": one.indicator,
        "published": _number(one.published),
        "computed": _number(one.computed),
        "difference": _number(one.difference),
        "verdict": one.verdict,
        "arithmetic": one.arithmetic or None,
    }


@claims.command("list")
@JSON_OPTION
@LANGUAGE
def list_claims(json_file: Path | None, language: str) -> None:
    """Every published claim that is kept as data, beside ours."""
    try:
        with override(language):
            found = published_claims(system_user())
    except DefinitionError as error:
        _stop(str(error))
    if json_file is not None:
        rows = [
            {
                "id": one.claim.id,
                "said": one.claim.said.in_language(language),
                "figure": _number(one.claim.figure),
                "before": _number(one.claim.before),
                "unit": one.claim.unit,
                "scope": one.claim.scope or None,
                "as_of": one.claim.as_of.isoformat(),
                "source": one.claim.source.name,
                "indicators": one.claim.indicators,
                "same_as": one.claim.same_as,
                "rules": one.claim.rules,
                "status": one.claim.status,
                "computed": _number(one.comparison.computed),
                "difference": _number(one.comparison.difference),
                "verdict": one.comparison.verdict,
            }
            for one in found
        ]
        _write(rows, json_file)
    if json_file is None or str(json_file) != "-":
        table = Table("id", "said", "figure", "ours", "verdict", "rules")
        for one in found:
            row = (_shown(one.claim.figure), _shown(one.comparison.computed), one.comparison.verdict)
            table.add_row(one.claim.id, one.claim.said.in_language(language), *row, " ".join(one.claim.rules))
        Console().print(table)


def _read(file: Path) -> str:
    limit = int(statements().limits.file_bytes.value)
    try:
        with click.open_file(str(file), "rb") as opened:
            content = opened.read(limit + 1)
    except OSError as error:
        _stop(f"{file} cannot be read: {(error.strerror or str(error)).lower()}.")
    if len(content) > limit:
        _stop(f"{file.name} is longer than {limit:,} bytes: give it in parts.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        _stop(f"{file.name} is not UTF-8 text (byte {error.start}): save it as UTF-8.")
    raise AssertionError


def _stop(reason: str) -> None:
    click.echo(f"Error: {reason}", err=True)
    raise SystemExit(2)


def _write(rows: list[dict[str, Any]], json_file: Path) -> None:
    text = json.dumps(rows, ensure_ascii=False, indent=2)
    if str(json_file) == "-":
        click.echo(text)
    else:
        json_file.write_text(text + "\n", encoding="utf-8")


def _number(value: float | None) -> float | int | None:
    if value is None:
        return None
    return int(value) if value == int(value) else round(value, 6)


def _shown(value: float | None) -> str:
    return "" if value is None else f"{value:,.10g}" if abs(value) < 1e6 else f"{value:,.0f}"


def _print(found: list[CheckedClaim], language: str) -> None:
    if not found:
        click.echo("No figures were found." if language == "en" else "No se encontraron cifras.")
        return
    table = Table(
        "text", "figure", "unit", "scope", "as of", "indicator", "ours", "difference", "verdict", "arithmetic"
    )
    for one in found:
        day = one.as_of.isoformat() if one.as_of else ""
        ours = (_shown(one.computed), _shown(one.difference), one.verdict, one.arithmetic)
        table.add_row(one.text, _shown(one.figure), one.unit, one.scope, day, one.indicator or "", *ours)
    Console().print(table)
