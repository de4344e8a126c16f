"""``bienestar match --engine spark``, for real on this machine: it writes what DuckDB would have written."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import shutil
import sys

import duckdb
import pytest
from click.testing import CliRunner

from bienestar.cli.main import cli
from bienestar.demo.people import write
from bienestar.operations.enrolment.models import EligibilityCheck, MatchRun, ReviewPair
from bienestar.registers.beneficiaries.models import Affiliation, Person, PersonIdentifier
from tests.matching.conftest import CUT

COMPARED = ("persons", "rolls", "linked", "covered", "eligible", "review")


@pytest.fixture
def everybody(territory, roll, tmp_path):
    """Some hundreds of invented people, with errors, and two rolls that have many of them."""
    write(tmp_path / "people", 600, seed=3, errors=0.3, rolls={"imss": 0.4, "issste": 0.3})
    homes = [territory.municipalities[code] for code in sorted(territory.municipalities)]
    persons = _rows(tmp_path / "people" / "persons.parquet")
    keys = [row.pop("curp") for row in persons]
    made = [
        Person(uid=f"S{row.pop('id')}", home=homes[home], path=homes[home].path, registered_by="test", **row)
        for row in persons
        for home in [int(row.pop("municipality") or 0) % len(homes)]
    ]
    Person.objects.bulk_create(made)
    PersonIdentifier.objects.bulk_create(
        PersonIdentifier(person=person, kind="curp", value=key, since=CUT)
        for person, key in {key: (person, key) for person, key in zip(made, keys, strict=True) if key}.values()
    )
    for institution in ("imss", "issste"):
        entries = _rows(tmp_path / "people" / f"roll-{institution}.parquet")
        for row in entries:
            row["entry"] = hashlib.sha256(row.pop("id").encode()).hexdigest()
            row["municipality"] = homes[int(row["municipality"] or 0) % len(homes)].code
        roll(institution, entries)
    shutil.rmtree(tmp_path / "people")


def _rows(file):
    rows = duckdb.read_parquet(str(file)).to_arrow_table().to_pylist()
    empty = dict.fromkeys(("birth_date", "valid_from", "valid_to"))
    return [{name: value or empty.get(name, "") for name, value in row.items()} for row in rows]


def call(*arguments):
    done = CliRunner().invoke(cli, ["match", "--json", "-", *arguments])
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    return {name: told[name] for name in COMPARED}


@pytest.mark.spark
@pytest.mark.filterwarnings("ignore")  # pyspark's own
def test_spark_writes_what_duckdb_would_have_written(everybody, system, settings):
    if importlib.util.find_spec("pyspark") is None or shutil.which("java") is None:
        pytest.skip("make test EXTRAS=spark installs pyspark; Java 17 is needed too")
    settings.SPARK_MASTER = "local[2]"
    by_spark = call("--engine", "spark")
    assert list((settings.HOME / "matching").iterdir()) == []
    before = [list(model.objects.order_by("pk").values()) for model in (Affiliation, EligibilityCheck, ReviewPair)]
    assert call() == by_spark
    assert list(MatchRun.objects.order_by("pk").values_list("engine", flat=True)) == ["spark", "duckdb"]
    assert MatchRun.objects.last().counts["written"] == 0
    assert [list(m.objects.order_by("pk").values()) for m in (Affiliation, EligibilityCheck, ReviewPair)] == before
    assert Affiliation.objects.filter(basis="model").count() > 20
    assert by_spark["review"] > 0


def test_without_spark_it_says_what_to_install(everybody, system, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyspark.sql", None)
    done = CliRunner().invoke(cli, ["match", "--engine", "spark"])
    assert done.exit_code == 2
    assert "requirements-spark.txt" in done.output
    assert not MatchRun.objects.exists()
