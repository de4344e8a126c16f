"""The real census of Hidalgo, diagnosed: what the files say must come out again."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from django.conf import settings

from bienestar.cli.main import cli
from bienestar.insight.gaps.models import DiagnosisRun

FILES = [
    ("municipalities", "population/municipalities_ageeml_2025.csv"),
    ("clues", "clues/hidalgo_clues_2025-01_imb.csv"),
    ("clues", "clues/hidalgo_clues_2025-01_ssa_closed.csv"),
    ("clues", "clues/hidalgo_crosswalk_2025-01.xlsx"),
    ("sinerhias", "census/SINERHIAS_HGO_2024-07-01.xlsx"),
]

pytestmark = [pytest.mark.django_db, pytest.mark.realdata]


@pytest.fixture
def hidalgo(system):
    """The census of Hidalgo in the registers."""
    for kind, name in FILES:
        path = settings.REAL_DATA_DIR / name
        if not path.exists():
            pytest.skip(f"{path} is not there; BIENESTAR_REAL_DATA names the folder of the public files")
        done = CliRunner().invoke(cli, ["ingest", kind, str(path)])
        assert done.exit_code == 0, done.output


def test_the_census_counts_nineteen_vacancies_and_no_equipment(hidalgo):
    done = CliRunner().invoke(cli, ["diagnose", "--area", "13", "--as-of", "2024-07-01", "--json", "-"])
    assert done.exit_code == 0, done.output
    answer = json.loads(done.output)
    run = DiagnosisRun.objects.get(pk=answer["run"])
    assert run.posts["13"]["vacant"] == 19
    assert 400 <= answer["units_observed"] <= answer["units"]
    staff = [row for row in answer["gaps"] if row["group"] == "staff"]
    assert sum(row["gap"] for row in staff) > 1000
    # The workbook has no equipment sheets: all but ambulances is not known, and nothing of it is a gap.
    devices = [row for row in answer["gaps"] if row["group"] == "equipment" and "ambulance" not in row["resource"]]
    assert devices
    assert {row["gap"] for row in devices} == {0}
    assert all(row["units_unknown"] > 0 for row in devices)
    assert not any(service["units_ready"] for service in answer["services"])
