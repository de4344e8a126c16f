"""``bienestar standards``: check and show the standards that hospital people write."""

from __future__ import annotations

import click
from rich.console import Console
from rich.table import Table

from bienestar.foundation.definitions.catalogue import resource_name, unit_type_name
from bienestar.foundation.definitions.files import DefinitionError
from bienestar.foundation.definitions.standards import Standards, standards_dir
from bienestar.foundation.definitions.standards import standards as load

LANGUAGE = click.option("--language", type=click.Choice(["es", "en"]), default="es", help="Language of the names.")


@click.group()
def standards() -> None:
    """What each type of unit must have: definitions/standards/*.yaml."""


@standards.command()
@LANGUAGE
def check(language: str) -> None:
    """Check every file of the standards; say file, line and field of the first mistake and leave with 1."""
    try:
        found = load()
    except DefinitionError as error:
        click.echo(f"Error: {error}", err=True)
        raise SystemExit(1) from None
    click.echo(
        f"{standards_dir()}: version {found.version}, in force from {found.valid_from}, sha256 {found.sha256[:16]}"
    )
    table = Table("unit type", "services", "lines", "resources", "days", "hours")
    for code, unit_type in found.unit_types.items():
        lines = found.requirements(code)
        counts = (len(unit_type.services), len(lines), len({line.resource for line in lines}))
        opening = (f"{unit_type.days:g}", f"{unit_type.hours_per_day:g}")
        table.add_row(unit_type_name(code, language), *map(str, counts), *opening)
    Console().print(table)
    click.echo("The standards are well written.")


@standards.command()
@click.argument("unit_type")
@LANGUAGE
def show(unit_type: str, language: str) -> None:
    """Print what a type of unit must have, each line with its basis."""
    try:
        found = load()
    except DefinitionError as error:
        click.echo(f"Error: {error}", err=True)
        raise SystemExit(2) from None
    if unit_type not in found.unit_types:
        click.echo(f"Error: no standard for {unit_type!r}; there are: {', '.join(found.unit_types)}", err=True)
        raise SystemExit(2)
    _print_type(found, unit_type, language)


def _print_type(found: Standards, unit_type: str, language: str) -> None:
    table = Table("service", "resource", "quantity", "basis", "kind", title=unit_type_name(unit_type, language))
    shown = ""
    for line in found.requirements(unit_type):
        service = found.service_name(line.service, language) if line.service != shown else ""
        kind = found.bases[line.basis].kind
        table.add_row(service, resource_name(line.resource, language), line.quantity, line.basis, kind)
        shown = line.service
    Console().print(table)
    for code in sorted({line.basis for line in found.requirements(unit_type)}):
        basis = found.bases[code]
        click.echo(f"{code} ({basis.kind}): {basis.text.in_language(language)} {basis.reference}".rstrip())
