"""``bienestar diagnose``, ``compare`` and ``standards``: tables, the JSON contract, exit codes, one clear sentence."""

from __future__ import annotations

import json
import shutil

import pytest
from click.testing import CliRunner

from bienestar.cli.main import cli
from bienestar.foundation.definitions.files import definitions_dir

CENTRE = "XAIMB000035"


def call(*arguments: str):
    return CliRunner().invoke(cli, list(arguments))


@pytest.mark.django_db
def test_diagnose_prints_a_table_and_keeps_the_contract(system, units, fill, tmp_path):
    fill(units[CENTRE], {"staff.dentist": (0, 0), "equipment.scale": (0, 0)})
    file = tmp_path / "answer.json"
    done = call("diagnose", "--area", "91", "--as-of", "2024-07-01", "--json", str(file))
    assert done.exit_code == 0, done.output
    assert "Gaps by resource" in done.output
    answer = json.loads(file.read_text(encoding="utf-8"))
    assert {key: answer[key] for key in ("area", "as_of", "units", "units_observed", "actions")} == {
        "area": "91",
        "as_of": "2024-07-01",
        "units": 3,
        "units_observed": 0,
        "actions": 1,
    }
    assert answer["standards_version"]
    scale = next(row for row in answer["gaps"] if row["resource"] == "equipment.scale")
    assert scale == {
        "resource": "equipment.scale",
        "group": "equipment",
        "required": 3.0,
        "existing": 0.0,
        "usable": 0.0,
        "gap": 1.0,
        "units_unknown": 1,
    }
    service = next(row for row in answer["services"] if row["service"] == "general_consultation")
    assert service == {"service": "general_consultation", "units_required": 2, "units_ready": 0, "units_unknown": 1}


@pytest.mark.django_db
def test_compare(system, units, fill):
    call("diagnose", "--area", "91", "--as-of", "2024-06-30")
    fill(units[CENTRE], {"equipment.scale": (0, 0)})
    first = json.loads(call("diagnose", "--area", "91", "--as-of", "2024-06-30", "--json", "-").output)
    second = json.loads(call("diagnose", "--area", "91", "--as-of", "2024-07-01", "--json", "-").output)
    runs = str(first["run"]), str(second["run"])
    answer = json.loads(call("compare", *runs, "--json", "-").output)
    assert (answer["closed"], answer["opened"]) == ([], [])
    scale = next(change for change in answer["changed"] if change["resource"] == "equipment.scale")
    assert scale == {
        "unit": CENTRE,
        "unit_name": "Centro de Salud Río Seco",
        "resource": "equipment.scale",
        "before": None,
        "after": 1.0,
        "why": ["became_known"],
    }
    shown = call("compare", *runs)
    assert shown.exit_code == 0
    assert "became known" in shown.output


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("diagnose", "--area", "77", "--as-of", "2024-07-01"), "There is no area with the code 77."),
        (("diagnose", "--area", "hidalgo", "--as-of", "2024-07-01"), "There is no area with the code hidalgo."),
        (("diagnose", "--area", "91003", "--as-of", "2024-07-01"), "no operating unit with a standard"),
        (("diagnose", "--area", "91", "--as-of", "julio"), "does not match the format"),
        (("diagnose", "--area", "91"), "Missing option '--as-of'"),
        (("compare", "1", "999999"), "There is no diagnosis run"),
        (("standards", "show", "castle"), "no standard for 'castle'"),
    ],
)
def test_what_cannot_be_used_ends_in_one_sentence_and_2(system, units, arguments, sentence):
    done = call(*arguments)
    assert done.exit_code == 2
    assert sentence in done.output
    assert "Traceback" not in done.output


def test_standards_check_and_show():
    checked = call("standards", "check")
    assert (checked.exit_code, "well written" in checked.output) == (0, True)
    shown = call("standards", "show", "mobile_unit", "--language", "en")
    assert shown.exit_code == 0
    assert "our assumption" in shown.output.lower()


def test_a_mistake_in_the_standards_is_a_failed_check(settings, tmp_path):
    settings.DEFINITIONS_DIR = shutil.copytree(definitions_dir(), tmp_path / "definitions")
    path = settings.DEFINITIONS_DIR / "standards" / "2-first-level.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("quantity: nuclei", "quantity: nucleo", 1), "utf-8")
    done = call("standards", "check")
    assert done.exit_code == 1
    assert "2-first-level.yaml, line" in done.output
    assert "'nucleo' is not known here" in done.output
