"""``bienestar report``: the state diagnosis, and the Pulso, as files: HTML, PDF, workbook, CSV and JSON."""

from __future__ import annotations

import datetime as dt
import errno
import os  # noqa: TID251  whether a folder may be written to
from pathlib import Path

import click
from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist
from django.utils import timezone
from django.utils.translation import gettext as _

from bienestar.foundation.accounts.queries import system_user
from bienestar.foundation.definitions.files import DefinitionError
from bienestar.foundation.territory.queries import area_with_code
from bienestar.insight.gaps.queries.document import run_for_document
from bienestar.insight.indicators.queries.values import published_set_of
from bienestar.web.pulso_report.content import ReportRefused
from bienestar.web.pulso_report.content import collect as collect_pulso
from bienestar.web.pulso_report.files import LANGUAGES
from bienestar.web.pulso_report.files import files_of as pulso_files_of
from bienestar.web.reports.blocks import Document
from bienestar.web.reports.collect import collect
from bienestar.web.reports.csv_files import csv_files_of
from bienestar.web.reports.html import html_of
from bienestar.web.reports.pdf import pdf_of
from bienestar.web.reports.present import present
from bienestar.web.reports.views import file_stem
from bienestar.web.reports.workbook import workbook_of

OUT = click.Path(file_okay=False, path_type=Path)


@click.group(invoke_without_command=True, subcommand_metavar="[pulso …]")
@click.option("--area", "code", help="Area code: MX, 13 or 13048. Required.")
@click.option("--out", type=OUT, help="Folder to write to. Required.")
@click.option("--run", "number", type=int, help="Number of the diagnosis (default: the newest of the area).")
@click.option("--scenario", type=int, help="Number of the plan (default: the newest of the diagnosis).")
@click.option("--language", type=click.Choice(["es", "en"]), default="es", show_default=True)
@click.pass_context
def report(
    context: click.Context, code: str | None, out: Path | None, number: int | None, scenario: int | None, language: str
) -> None:
    """Write the diagnosis of an area as a document: HTML, PDF, XLSX and one CSV file per table.

    `bienestar report pulso` writes the published figures of the whole service.
    """
    if context.invoked_subcommand is not None:
        return
    if code is None or out is None:
        missing = "'--area'" if code is None else "'--out'"
        raise click.MissingParameter(ctx=context, param_type="option", param_hint=missing)
    _refuse_unwritable(out)
    found = _document(code, number, scenario, language)
    _write(out, files_of(found, code))
    click.echo(f"{found.title}, {found.as_of}, standards {found.standards}, hash {found.short_hash}.")


@report.command()
@click.option("--cut-off", required=True, type=click.DateTime(formats=["%Y-%m-%d"]), help="Of which published set.")
@click.option("--out", required=True, type=OUT, help="Folder to write to.")
@click.option("--language", type=click.Choice(["es", "en", "both"]), default="both", show_default=True)
@click.option("--state", "states", multiple=True, help="Draw the municipalities of this state too; can be repeated.")
@click.option("--address", default=settings.ADDRESS, show_default=True, help="Where the site is, for links to figures.")
def pulso(cut_off: dt.datetime, out: Path, language: str, states: tuple[str, ...], address: str) -> None:
    """Write the published figures of a cut-off: HTML, PDF, XLSX, CSV, JSON, and a manifest with the hash of each."""
    _refuse_unwritable(out)
    value_set = published_set_of(cut_off.date())
    if value_set is None:
        told = _(
            "No set of values is published for %(day)s; publish one with: "
            "bienestar indicators compute --cut-off %(day)s --publish"
        )
        raise click.UsageError(told % {"day": cut_off.date()})
    try:
        content = collect_pulso(value_set, address, states)
    except ReportRefused as refused:
        raise click.UsageError(str(refused)) from None
    except (DefinitionError, OSError, ValueError) as error:
        told = _("The set of values %(number)s cannot be read: %(why)s")
        raise click.UsageError(told % {"number": value_set.number, "why": error}) from None
    _write(out, pulso_files_of(content, LANGUAGES if language == "both" else (language,)))
    click.echo(f"Pulso, {value_set.cut_off}, set {value_set.number}, hash {value_set.sha256[:12]}.")


def _refuse_unwritable(out: Path) -> None:
    """A folder that cannot be written to is told before the work, not after it."""
    there = next(path for path in (out.absolute(), *out.absolute().parents) if path.exists())
    if not there.is_dir():
        raise _not_writable(out, os.strerror(errno.ENOTDIR))
    if not os.access(there, os.W_OK):
        raise _not_writable(out, os.strerror(errno.EACCES))


def _not_writable(out: Path, why: str | None) -> click.UsageError:
    return click.UsageError(_("The folder %(folder)s cannot be written to: %(why)s.") % {"folder": out, "why": why})


def _write(out: Path, files: dict[str, bytes]) -> None:
    """Write files by their path inside the folder; a folder that cannot be written to is one sentence."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        for path, content in files.items():
            target = out / path
            target.parent.mkdir(exist_ok=True)
            target.write_bytes(content)
            click.echo(f"{target}  {len(content):,} bytes")
    except OSError as error:
        raise _not_writable(out, error.strerror) from None


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
