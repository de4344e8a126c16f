"""``bienestar report``: the state diagnosis as HTML, PDF, workbook and CSV files."""

from __future__ import annotations

from pathlib import Path

import click
from django.core.exceptions import ObjectDoesNotExist
from django.utils import timezone
from django.utils.translation import gettext as _

from bienestar.foundation.accounts.queries import system_user
from bienestar.foundation.definitions.files import DefinitionError
from bienestar.foundation.territory.queries import area_with_code
from bienestar.insight.gaps.queries.document import run_for_document
from bienestar.web.reports.blocks import Document
from bienestar.web.reports.collect import collect
from bienestar.web.reports.csv_files import csv_files_of
from bienestar.web.reports.html import html_of
from bienestar.web.reports.pdf import pdf_of
from bienestar.web.reports.present import present
from bienestar.web.reports.views import file_stem
from bienestar.web.reports.workbook import workbook_of


@click.command()
@click.option("--area", "code", required=True, help="Area code: MX, 13 or 13048.")
@click.option("--out", required=True, type=click.Path(file_okay=False, path_type=Path), help="Folder to write to.")
@click.option("--run", "number", type=int, help="Number of the diagnosis (default: the newest of the area).")
@click.option("--scenario", type=int, help="Number of the plan (default: the newest of the diagnosis).")
@click.option("--language", type=click.Choice(["es", "en"]), default="es", show_default=True)
def report(code: str, out: Path, number: int | None, scenario: int | None, language: str) -> None:
    """Write the diagnosis of an area as a document: HTML, PDF, XLSX and one CSV file per table."""
    found = _document(code, number, scenario, language)
    try:
        out.mkdir(parents=True, exist_ok=True)
        for path, content in files_of(found, code).items():
            target = out / path
            target.parent.mkdir(exist_ok=True)
            target.write_bytes(content)
            click.echo(f"{target}  {len(content):,} bytes")
    except OSError as error:
        raise click.UsageError(
            _("The folder %(folder)s cannot be written to: %(why)s.") % {"folder": out, "why": error.strerror}
        ) from None
    click.echo(f"{found.title}, {found.as_of}, standards {found.standards}, hash {found.short_hash}.")


def files_of(found: Document, code: str) -> dict[str, bytes]:
    """Relative path → content of everything that the command writes."""
    stem = file_stem(found, code)
    files = {
        f"{stem}.html": html_of(found).encode(),
        f"{stem}.pdf": pdf_of(found),
        f"{stem}.xlsx": workbook_of(found),
    }
    return files | {f"{stem}-{name}": content for name, content in csv_files_of(found).items()}


def _document(code: str, number: int | None, scenario: int | None, language: str) -> Document:
    by = system_user()
    try:
        area = area_with_code(code)
    except ObjectDoesNotExist:
        raise click.UsageError(_("There is no area with the code %(code)s.") % {"code": code}) from None
    try:
        run = run_for_document(by, area, number)
    except ObjectDoesNotExist:
        raise click.UsageError(_no_diagnosis(code, number)) from None
    try:
        return present(collect(by, area, run, language, scenario))
    except ObjectDoesNotExist:
        raise click.UsageError(
            _("There is no plan number %(number)s for this diagnosis and area.") % {"number": scenario}
        ) from None
    except DefinitionError as error:
        raise click.UsageError(str(error)) from None


def _no_diagnosis(code: str, number: int | None) -> str:
    if number is not None:
        return _("There is no diagnosis number %(number)s of area %(code)s.") % {"number": number, "code": code}
    told = _("Area %(code)s has no diagnosis yet; make one with: bienestar diagnose --area %(code)s") % {"code": code}
    return f"{told} --as-of {timezone.localdate()}"
