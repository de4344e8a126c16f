"""``bienestar plan``: the contract of its JSON, its table, and one sentence for what cannot be used."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from bienestar.cli.plan import plan
from bienestar.insight.gaps.models import DiagnosisRun
from bienestar.insight.planning.models import Scenario

CONTRACT = {"scenario", "budget", "spent", "value", "bound", "gap", "greedy_value", "people_gaining", "items"}


def run_plan(*arguments: Any) -> Result:
    return CliRunner().invoke(plan, [str(argument) for argument in arguments])


def test_json_holds_the_contract_and_agrees_with_itself(large_run: DiagnosisRun, tmp_path: Path) -> None:
    target = tmp_path / "plan.json"
    result = run_plan("--area", "91", "--budget", 20_000_000, "--name", "Primero", "--json", target)
    assert result.exit_code == 0, result.output
    answer = json.loads(target.read_text())
    assert set(answer) >= CONTRACT
    scenario = Scenario.objects.get(pk=answer["scenario"])
    assert (scenario.name, scenario.run) == ("Primero", large_run)
    assert answer["spent"] <= answer["budget"] == 20_000_000
    assert answer["gap"] <= 0.005
    assert answer["greedy_value"] <= answer["value"] <= answer["bound"]
    assert sum(row["cost"] for row in answer["items"]) == pytest.approx(answer["spent"])
    assert {"unit", "service", "cost", "reason"} <= set(answer["items"][0])
    assert len(answer["items"]) + len(answer["refused"]) == 180


def test_table_tells_budget_bound_and_reasons(large_run: DiagnosisRun) -> None:
    result = run_plan("--area", "91", "--budget", "9000000", "--equity", 0.5)
    assert result.exit_code == 0, result.output
    for words in ("no plan can be worth more", "Best simple plan", "50.0% to degrees 4, 5", "What it buys", "more"):
        assert words in result.output


def test_hires_and_limits_come_from_files(large_run: DiagnosisRun, tmp_path: Path) -> None:
    hires, limits = tmp_path / "hires.json", tmp_path / "limits.json"
    hires.write_text('{"staff.general_nurse": 6}')
    limits.write_text('{"equity": [], "money": {"works": 0}}')
    result = run_plan("--area", "91", "--budget", 9e6, "--hires", hires, "--limits", limits, "--json", "-")
    assert result.exit_code == 0, result.output
    answer = json.loads(result.output)
    assert answer["limits"] == {
        "equity": [],
        "money": {"works": 0},
        "hires": {"staff.general_nurse": 6},
        "locked_in": [],
        "locked_out": [],
        "uncounted": "buy",
    }
    bought = Scenario.objects.get(pk=answer["scenario"]).purchases
    assert not bought.filter(money="works").exists()
    assert sum(row.to_acquire for row in bought.filter(resource="staff.general_nurse")) <= 6


def test_run_and_date_choose_the_diagnosis(run: DiagnosisRun) -> None:
    named = run_plan("--area", "91", "--budget", 1e6, "--run", run.pk, "--json", "-")
    dated = run_plan("--area", "91", "--budget", 1e6, "--as-of", "2024-07-01", "--json", "-")
    assert json.loads(named.output)["run"] == json.loads(dated.output)["run"] == run.pk


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--area", "77", "--budget", "1"], "There is no area with code '77'."),
        (["--area", "92", "--budget", "1"], "run `bienestar diagnose --area 92 --as-of"),
        (["--area", "91", "--budget", "1", "--run", "99999"], "no diagnosis number 99999"),
        (["--area", "91", "--budget", "1", "--as-of", "2020-01-01"], "no diagnosis of 2020-01-01"),
        (["--area", "91", "--budget", "lots"], "The budget must be an amount of pesos"),
        (["--area", "91", "--budget", "1", "--equity", "40"], "goes from 0 to 1"),
        (["--area", "91", "--budget", "1", "--gap", "2"], "The gap to prove"),
        (["--area", "91", "--budget", "1", "--hires", "nowhere.json"], "nowhere.json cannot be read"),
        (["--area", "91"], "Missing option '--budget'"),
    ],
)
def test_what_cannot_be_used_gets_one_sentence(run: DiagnosisRun, arguments: list[str], sentence: str) -> None:
    result = run_plan(*arguments)
    assert result.exit_code == 2
    assert sentence in result.output
    assert "Traceback" not in result.output


@pytest.mark.parametrize(("text", "sentence"), [("{", "line 1: not JSON"), ("[]", "must hold a JSON object")])
def test_a_spoiled_file_is_named(run: DiagnosisRun, tmp_path: Path, text: str, sentence: str) -> None:
    path = tmp_path / "hires.json"
    path.write_text(text)
    result = run_plan("--area", "91", "--budget", 1, "--hires", path)
    assert (result.exit_code, sentence in result.output) == (2, True)
