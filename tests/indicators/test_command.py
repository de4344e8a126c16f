"""``bienestar indicators``: what an analyst sees who writes a definition, and what whoever publishes does."""

from __future__ import annotations

import json
import shutil

import duckdb
import pytest
from click.testing import CliRunner

from bienestar.cli.indicators import indicators as command
from bienestar.foundation.accounts.queries import PublicUser
from bienestar.foundation.definitions.files import definitions_dir
from bienestar.foundation.journal.models import JournalEntry
from bienestar.insight.indicators.actions import ReckoningRefused, compute_values
from bienestar.insight.indicators.models import ValueSet
from bienestar.insight.indicators.queries.storage import DEFINITIONS, VALUES, file_of
from bienestar.insight.indicators.queries.values import newest_set, sets_visible_to, value_of


def run(*arguments):
    return CliRunner().invoke(command, arguments)


@pytest.fixture
def editable(settings, tmp_path):
    """A copy of the definitions that an analyst may change; a function that edits one file."""
    shutil.copytree(definitions_dir(), tmp_path / "definitions")
    settings.DEFINITIONS_DIR = tmp_path / "definitions"

    def edit(file, before, after):
        path = tmp_path / "definitions" / file
        text = path.read_text(encoding="utf-8")
        assert before in text
        path.write_text(text.replace(before, after, 1), encoding="utf-8")

    return edit


def test_the_dictionary_is_well_written():
    answer = run("check")
    assert answer.exit_code == 0, answer.output
    assert "WRK-06" in answer.output


@pytest.mark.parametrize(
    ("before", "after", "place", "reason"),
    [
        ("operating and", "operatin and", "numerator.where", "did you mean operating?"),
        ("table: units", "table: unitz", "numerator.table", "no table unitz"),
        ("geography: [country", "geography: [country, planet", "geography", "planet"),
        ("version: 1", "version: one", "version", "one"),
        ("unit: medical_units", "unit: unitz", "unit", "unitz"),
    ],
)
def test_a_mistake_is_told_with_file_line_and_field(editable, before, after, place, reason):
    editable("indicators/FAC-02.yaml", before, after)
    answer = run("check")
    assert answer.exit_code == 1
    assert "FAC-02.yaml, line " in answer.stderr
    assert place in answer.stderr
    assert reason in answer.stderr


def test_the_place_of_a_wrong_word_is_its_line_and_column(editable, settings):
    editable("indicators/FAC-02.yaml", "operating and", "operating and care_levle = 3 and")
    file = settings.DEFINITIONS_DIR / "indicators" / "FAC-02.yaml"
    lines = file.read_text(encoding="utf-8").split("\n")
    line = next(number for number, text in enumerate(lines, 1) if "care_levle" in text)
    column = lines[line - 1].index("care_levle") + 1
    assert f"FAC-02.yaml, line {line}, column {column}, numerator.where" in run("check").stderr


@pytest.mark.parametrize("sign", ["|", ">"])
def test_the_place_is_right_in_a_block_of_lines_too(editable, settings, sign):
    file = settings.DEFINITIONS_DIR / "indicators" / "FAC-02.yaml"
    lines = file.read_text(encoding="utf-8").split("\n")
    at = next(number for number, text in enumerate(lines) if text.strip().startswith("where:"))
    lines[at : at + 1] = [f"  where: {sign}", "    operating", "    and care_levle = 3"]
    file.write_text("\n".join(lines), encoding="utf-8")
    assert f"FAC-02.yaml, line {at + 3}, column 9, numerator.where" in run("check").stderr


def test_every_mistake_is_told_at_once(editable):
    editable("indicators/FAC-02.yaml", "operating and", "operatin and")
    editable("indicators/FAC-01.yaml", "operating and", "operatin and")
    answer = run("check")
    assert "FAC-01.yaml" in answer.stderr
    assert "FAC-02.yaml" in answer.stderr


def test_check_shows_the_first_rows(pulso_set):
    answer = run("check", "FAC-02", "--rows", "2")
    assert answer.exit_code == 0, answer.output
    assert "numerator: units" in answer.output
    assert run("check", "XXX-01").exit_code == 1


def test_the_same_rules_over_the_same_snapshot_give_the_same_bytes(pulso_set, system):
    kept = file_of(pulso_set, VALUES).read_bytes()
    shutil.rmtree(file_of(pulso_set, VALUES).parent)
    again = compute_values(by=system, snapshot=pulso_set.snapshot)
    assert again.pk == pulso_set.pk
    assert file_of(again, VALUES).read_bytes() == kept


def test_other_bytes_from_the_same_rules_are_refused(pulso_set, system):
    ValueSet.objects.filter(pk=pulso_set.pk).update(sha256="0" * 64)
    with pytest.raises(ReckoningRefused, match="0000"):
        compute_values(by=system, snapshot=pulso_set.snapshot)


def test_a_changed_rule_makes_another_set_and_the_old_one_stays(pulso_set, system, editable):
    before = value_of(system, pulso_set, "FAC-02")
    editable("indicators/FAC-02.yaml", "operating and", "operating and care_level = 1 and state = '01' and")
    editable("indicators/FAC-02.yaml", "version: 1", "version: 2")
    later = compute_values(by=system, snapshot=pulso_set.snapshot, note="only the first state")
    assert later.pk != pulso_set.pk
    assert value_of(system, later, "FAC-02").value < before.value
    assert value_of(system, later, "FAC-02").version == 2
    assert value_of(system, pulso_set, "FAC-02") == before
    assert b'"version": 1' in file_of(pulso_set, DEFINITIONS).read_bytes()


def test_a_draft_is_seen_by_officials_and_published_it_is_seen_by_all(pulso_set, system, editable, people):
    editable("indicators/FAC-02.yaml", "version: 1", "version: 2")
    answer = run("compute", "--note", "a new version", "--json", "-")
    assert answer.exit_code == 0, answer.output
    told = json.loads(answer.stdout)
    assert told["stage"] == "draft"
    assert told["country"]["WRK-09"]["status"] in ("known", "not_recorded")
    assert told["set"] not in [one.pk for one in sets_visible_to(PublicUser())]
    assert told["set"] in [one.pk for one in sets_visible_to(people.planner)]
    assert newest_set(PublicUser()).pk == pulso_set.pk
    for _twice in range(2):
        assert run("publish", str(told["set"])).exit_code == 0
    assert newest_set(PublicUser()).pk == told["set"]
    assert (
        JournalEntry.objects.filter(action="indicators.publish_values", subject=f"value_set:{told['set']}").count() == 1
    )
    assert run("publish", "999999").exit_code == 2


def test_without_a_snapshot_one_sentence(system, settings, tmp_path):
    settings.HOME = tmp_path
    answer = run("compute")
    assert answer.exit_code == 2
    assert "snapshot" in answer.stderr


def test_no_value_is_a_nought_for_what_is_not_recorded(pulso_set, system):
    with duckdb.connect() as con:
        found = con.execute(
            "SELECT count(*) FROM read_parquet(?) WHERE status <> 'known' AND value IS NOT NULL",
            [str(file_of(pulso_set, VALUES))],
        ).fetchall()
    assert found == [(0,)]
