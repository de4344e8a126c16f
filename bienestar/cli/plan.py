"""``bienestar plan``: what a budget buys, from the diagnosis of an area."""

from __future__ import annotations

import datetime as dt
import json
import sys
from pathlib import Path
from typing import Any, NoReturn

import click
from django.core.exceptions import ObjectDoesNotExist
from django.utils.translation import override
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from bienestar.cli.answers import JsonFile
from bienestar.foundation.accounts.queries import system_user
from bienestar.foundation.definitions.catalogue import resource_name
from bienestar.foundation.definitions.files import DefinitionError
from bienestar.foundation.territory.queries import area_with_code
from bienestar.insight.planning.actions import make_scenario
from bienestar.insight.planning.queries import (
    DEFAULT_GAP,
    PlanRefused,
    items,
    purchases_by_resource,
    reason_sentence,
    run_to_plan,
    spent_by_money,
)

ROWS_SHOWN = 15


@click.command()
@click.option("--area", "code", required=True, help='Code of the area: "MX", a state ("13") or a municipality.')
@click.option("--budget", required=True, help="Pesos, e.g. 1438000000.")
@click.option("--gap", type=float, default=DEFAULT_GAP, show_default=True, help="Relative distance to the bound.")
@click.option("--as-of", type=click.DateTime(formats=["%Y-%m-%d"]), help="Plan the newest diagnosis of that date.")
@click.option("--run", "number", type=int, help="Plan the diagnosis run of that number (default: the newest).")
@click.option("--hires", type=click.Path(path_type=Path), help='JSON file: {"staff.general_physician": 40, …}.')
@click.option("--equity", type=float, help="Share of the money for municipalities of high marginalisation, 0 to 1.")
@click.option("--limits", "limits_file", type=click.Path(path_type=Path), help="JSON file with all the limits.")
@click.option("--name", help="Name of the scenario.")
@click.option("--json", "json_file", type=JsonFile(), help="Write the answer there as JSON; - prints it.")
@override("en")
def plan(
    code: str,
    budget: str,
    gap: float,
    as_of: dt.datetime | None,
    number: int | None,
    hires: Path | None,
    equity: float | None,
    limits_file: Path | None,
    name: str | None,
    json_file: Path | None,
) -> None:
    """Choose the services to make ready with a budget, save the scenario and print it."""
    try:
        run = _run(code, as_of.date() if as_of else None, number)
        limits = _limits(limits_file, hires, equity)
        title = name or f"{run.area} {run.as_of} · {budget}"
        scenario = make_scenario(by=system_user(), run=run, name=title, budget=budget, limits=limits, gap=gap)
    except (PlanRefused, DefinitionError) as error:
        _fail(str(error))
    answer = _answer(scenario)
    if json_file is None:
        _print(scenario)
    elif str(json_file) == "-":
        click.echo(json.dumps(answer, ensure_ascii=False, indent=1))
    else:
        json_file.write_text(json.dumps(answer, ensure_ascii=False, indent=1), encoding="utf-8")
        click.echo(f"Scenario {scenario.pk} written to {json_file}.")


def _run(code: str, as_of: dt.date | None, number: int | None) -> Any:
    try:
        area = area_with_code(code)
    except ObjectDoesNotExist:
        _fail(f"There is no area with code {code!r}.")
    run = run_to_plan(area, as_of, number)
    if run is None:
        wanted = f" of {as_of}" if as_of else f" number {number}" if number else ""
        day = as_of or dt.datetime.now(tz=dt.UTC).date()
        _fail(
            f"There is no diagnosis{wanted} of {area} yet: run `bienestar diagnose --area {code} --as-of {day}` first."
        )
    return run


def _limits(limits_file: Path | None, hires: Path | None, equity: float | None) -> dict[str, Any]:
    limits = _json(limits_file) if limits_file else {}
    if hires:
        limits["hires"] = _json(hires)
    if equity is not None:
        limits["equity"] = [{"degrees": [4, 5], "share": equity}]
    return limits


def _json(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        _fail(f"{path} cannot be read: {error}.")
    except json.JSONDecodeError as error:
        _fail(f"{path}, line {error.lineno}: not JSON ({error.msg}).")
    if not isinstance(found, dict):
        _fail(f"{path} must hold a JSON object.")
    return found


def _fail(sentence: str) -> NoReturn:
    click.echo(f"Error: {sentence}", err=True)
    sys.exit(2)


def _answer(scenario: Any) -> dict[str, Any]:
    """The contract of ``--json``; items are the chosen services, ``refused`` those left out."""
    rows = [_row(item) for item in items(scenario)]
    return {
        "scenario": scenario.pk,
        "name": scenario.name,
        "run": scenario.run_id,
        "area": scenario.area.code,
        "budget": float(scenario.budget),
        "spent": float(scenario.spent),
        "value": scenario.value,
        "bound": scenario.bound,
        "gap": scenario.gap,
        "greedy_value": scenario.greedy_value,
        "people_gaining": scenario.people_gaining,
        "price_of_million": scenario.price_of_million,
        "limits": scenario.limits,
        "costs_version": scenario.costs_version,
        "seconds": scenario.seconds,
        "items": [row for chosen, row in rows if chosen],
        "refused": [row for chosen, row in rows if not chosen],
    }


def _row(item: Any) -> tuple[bool, dict[str, Any]]:
    row = {
        "unit": item.unit.uid,
        "service": item.service,
        "cost": None if item.cost is None else float(item.cost),
        "people": item.people,
        "value": item.value,
        "reason": item.reason,
        "why": reason_sentence(item),
    }
    return item.chosen, row


def _print(scenario: Any) -> None:
    console = Console()
    table = Table(title=f"{scenario.name} (scenario {scenario.pk})", show_header=False)
    ratio = scenario.value / scenario.greedy_value if scenario.greedy_value else 1.0
    for label, words in [
        ("Diagnosis", f"run {scenario.run_id} of {scenario.area} as of {scenario.run.as_of}"),
        ("Budget", f"{scenario.budget:,.0f} pesos"),
        ("Spent", f"{scenario.spent:,.0f} pesos"),
        *[(f"  {money}", f"{spent:,.0f}") for money, spent in spent_by_money(scenario).items()],
        ("Value", f"{scenario.value:,.0f} weighted people"),
        ("Bound", f"{scenario.bound:,.0f}: no plan can be worth more (gap {scenario.gap:.3%})"),
        ("Best simple plan", f"{scenario.greedy_value:,.0f}: this one is {ratio:.4f} times as good"),
        ("People gaining", f"at least {scenario.people_gaining:,.0f} gain a service (nobody is counted twice)"),
        ("One more million", f"adds {scenario.price_of_million:,.1f} weighted people"),
        ("Equity floors", ", ".join(_floor(floor) for floor in scenario.limits["equity"]) or "none"),
        ("Reckoned in", f"{scenario.seconds:.2f} s, costs {scenario.costs_version}"),
    ]:
        table.add_row(label, words)
    console.print(table)
    _print_items(console, scenario)
    _print_purchases(console, scenario)


def _floor(floor: dict[str, Any]) -> str:
    degrees = ", ".join(str(degree) for degree in floor["degrees"])
    return f"{floor['share']:.1%} to degrees {degrees}"


def _print_items(console: Console, scenario: Any) -> None:
    for chosen, title in ((True, "Services to make ready"), (False, "Left out")):
        rows = items(scenario, chosen=chosen)
        total = rows.count()
        table = Table(title=f"{title}: {total:,}", box=SIMPLE_HEAD, expand=True, pad_edge=False)
        table.add_column("unit", no_wrap=True, min_width=11)
        table.add_column("name", no_wrap=True, ratio=1, min_width=16)
        table.add_column("service", no_wrap=True, max_width=20)
        for heading, width in (("cost", 11), ("people", 7)):
            table.add_column(heading, justify="right", no_wrap=True, min_width=width)
        table.add_column("why", no_wrap=True, min_width=10)
        for item in rows[:ROWS_SHOWN]:
            cost = "" if item.cost is None else f"{item.cost:,.0f}"
            people = "not known" if item.people is None else f"{item.people:,.0f}"
            table.add_row(item.unit.uid, item.unit.name, item.service, cost, people, item.reason)
        console.print(table)
        if total > ROWS_SHOWN:
            console.print(f"… and {total - ROWS_SHOWN:,} more; --json FILE writes them all.")


def _print_purchases(console: Console, scenario: Any) -> None:
    totals = purchases_by_resource(scenario)
    table = Table("resource", "paid from", "repair", "acquire", "units", "cost", title="What it buys")
    for row in totals[:ROWS_SHOWN]:
        name = resource_name(row.resource, "en")
        quantities = (f"{row.to_repair:,.0f}", f"{row.to_acquire:,.0f}", str(row.units), f"{row.cost:,.0f}")
        table.add_row(name, row.money, *quantities)
    console.print(table)
    if len(totals) > ROWS_SHOWN:
        console.print(f"… and {len(totals) - ROWS_SHOWN} more.")
