"""``bienestar diagnose`` and ``bienestar compare``: what is missing in an area, and what became of it since."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from django.core.exceptions import ObjectDoesNotExist
from django.db import DatabaseError
from django.utils.translation import gettext as _
from django.utils.translation import override
from rich.console import Console
from rich.table import Table

from bienestar.cli.answers import JsonFile
from bienestar.foundation.accounts.queries import system_user
from bienestar.foundation.definitions.catalogue import resource_name
from bienestar.foundation.definitions.files import DefinitionError
from bienestar.foundation.definitions.standards import standards
from bienestar.foundation.territory.queries import area_with_code
from bienestar.insight.gaps.actions import NothingToDiagnose, run_diagnosis
from bienestar.insight.gaps.choices import Outcome
from bienestar.insight.gaps.queries.compare import Change, compare_runs
from bienestar.insight.gaps.queries.listed import run_visible_to
from bienestar.insight.gaps.queries.pages import services_in, totals_in

JSON_OPTION = click.option(
    "--json",
    "json_file",
    type=JsonFile(),
    help="Write the answer there as JSON; - prints it.",
)
LARGEST = 25


@contextmanager
def _one_sentence() -> Iterator[None]:
    """What cannot be used as asked ends in one sentence and exit code 2."""
    try:
        yield
    except (NothingToDiagnose, DefinitionError, OSError) as error:
        click.echo(_("Error: %(reason)s") % {"reason": error}, err=True)
        raise SystemExit(2) from None
    except DatabaseError as error:
        reason = _("The database cannot be used; prepare it with “bienestar migrate”. (%(error)s)")
        click.echo(_("Error: %(reason)s") % {"reason": reason % {"error": str(error).strip()}}, err=True)
        raise SystemExit(2) from None


@click.command()
@click.option("--area", "code", required=True, help='Code of the area: "MX", a state ("13") or a municipality.')
@click.option("--as-of", type=click.DateTime(formats=["%Y-%m-%d"]), required=True, help="Day, e.g. 2024-07-01.")
@JSON_OPTION
@override("en")
def diagnose(code: str, as_of: dt.datetime, json_file: Path | None) -> None:
    """Reckon what every unit of an area lacks by the standards in force, freeze it and print the sums."""
    with _one_sentence():
        try:
            area = area_with_code(code)
        except ObjectDoesNotExist:
            raise NothingToDiagnose(_("There is no area with the code %(code)s.") % {"code": code}) from None
        run = run_diagnosis(by=system_user(), area=area, as_of=as_of.date())
        answer = _answer(run)
        _give(answer, json_file, _print_diagnosis)


def _answer(run: Any) -> dict[str, Any]:
    """The contract of ``--json``: numbers are sums over the units of which they are known."""
    return {
        "run": run.pk,
        "area": run.area.code,
        "as_of": run.as_of.isoformat(),
        "standards_version": run.standards.version,
        "units": run.units,
        "units_observed": run.units_observed,
        "units_without_standard": run.units_without_standard,
        "gaps": [
            {
                "resource": row.resource,
                "group": row.resource.split(".")[0],
                "required": row.required,
                "existing": row.existing,
                "usable": row.usable,
                "gap": row.gap,
                "units_unknown": row.units_unknown,
            }
            for row in totals_in(run, run.area)
        ],
        "services": [
            {
                "service": row.service,
                "units_required": row.units_required,
                "units_ready": row.units_ready,
                "units_unknown": row.units_unknown,
            }
            for row in services_in(run, run.area)
        ],
        "actions": run.actions,
        "sha256": run.records_sha256,
        "seconds": run.seconds,
    }


def _give(answer: dict[str, Any], json_file: Path | None, show: Any) -> None:
    """The answer as JSON where a file is named ("-": on the screen), otherwise as tables."""
    if json_file is None:
        show(answer)
        return
    text = json.dumps(answer, ensure_ascii=False, indent=2)
    if str(json_file) == "-":
        click.echo(text)
    else:
        json_file.write_text(text + "\n", encoding="utf-8")
        show(answer)


def _print_diagnosis(answer: dict[str, Any]) -> None:
    console = Console()
    console.print(
        f"Run {answer['run']} · area {answer['area']} · {answer['as_of']} · standards {answer['standards_version']}\n"
        f"{answer['units']:,} units, {answer['units_observed']:,} visited by the census, "
        f"{answer['units_without_standard']:,} more of types without a standard; {answer['actions']:,} actions"
    )
    table = Table("resource", title="Gaps by resource")
    for heading in ("required", "existing", "usable", "gap", "units not known"):
        table.add_column(heading, justify="right")
    for row in answer["gaps"]:
        figures = (f"{row[name]:,.0f}" for name in ("required", "existing", "usable", "gap", "units_unknown"))
        table.add_row(resource_name(row["resource"], "en"), *figures)
    console.print(table)
    names = standards()
    services = Table("service", title="Services")
    for heading in ("units that must", "ready", "held back", "not known"):
        services.add_column(heading, justify="right")
    for row in answer["services"]:
        held = row["units_required"] - row["units_ready"] - row["units_unknown"]
        figures = (f"{n:,}" for n in (row["units_required"], row["units_ready"], held, row["units_unknown"]))
        services.add_row(names.service_name(row["service"], "en"), *figures)
    console.print(services)
    console.print("Sums are over the units where the figure is known.")


@click.command()
@click.argument("earlier", type=int, metavar="RUN_A")
@click.argument("later", type=int, metavar="RUN_B")
@JSON_OPTION
@override("en")
def compare(earlier: int, later: int, json_file: Path | None) -> None:
    """Which gaps closed, opened or changed from run A to run B, and why."""
    with _one_sentence():
        runs = []
        for number in (earlier, later):
            try:
                runs.append(run_visible_to(system_user(), number))
            except ObjectDoesNotExist:
                raise NothingToDiagnose(_("There is no diagnosis run %(number)s.") % {"number": number}) from None
        changes = list(compare_runs(system_user(), runs[0], runs[1]))
        answer: dict[str, Any] = {"earlier": earlier, "later": later}
        for outcome in Outcome:
            answer[outcome.value] = [_change(change) for change in changes if change.outcome == outcome]
        _give(answer, json_file, _print_comparison)


def _change(change: Change) -> dict[str, Any]:
    return {
        "unit": change.uid,
        "unit_name": change.unit_name,
        "resource": change.resource,
        "before": change.before,
        "after": change.after,
        "why": [reason.value for reason in change.why],
    }


def _print_comparison(answer: dict[str, Any]) -> None:
    console = Console()
    for outcome in Outcome:
        found = answer[outcome.value]
        reasons = Counter(reason for change in found for reason in change["why"])
        told = ", ".join(f"{reason.replace('_', ' ')} {n:,}" for reason, n in reasons.most_common())
        console.print(f"{outcome.value}: {len(found):,}" + (f" ({told})" if told else ""))
        if not found:
            continue
        table = Table("unit", "name", "resource", "before", "after", "why")
        for change in found[:LARGEST]:
            figures = ("not known" if change[at] is None else f"{change[at]:g}" for at in ("before", "after"))
            name = resource_name(change["resource"], "en")
            table.add_row(change["unit"], change["unit_name"], name, *figures, ", ".join(change["why"]))
        console.print(table)
        if len(found) > LARGEST:
            console.print(f"… and {len(found) - LARGEST:,} more; --json gives them all.")
