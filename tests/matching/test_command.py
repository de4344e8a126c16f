"""``bienestar match``, and what happens to a comparison while the world goes on, or when it is cut short."""

from __future__ import annotations

import datetime as dt
import json
import shutil

import pytest
from click.testing import CliRunner
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction

from bienestar.cli.main import cli
from bienestar.operations.enrolment.actions import MatchError, check_eligibility, match
from bienestar.operations.enrolment.models import EligibilityCheck, MatchRun
from bienestar.registers.beneficiaries.actions import record_death
from bienestar.registers.beneficiaries.models import Affiliation, Roll
from tests.matching.conftest import CUT, TODAY, entry


@pytest.fixture
def rolls(roll):
    return roll("imss", [entry("juan")]), roll("issste", [])


def call(*arguments):
    return CliRunner().invoke(cli, ["match", *arguments])


def test_the_answer_keeps_its_contract(person, rolls, tmp_path):
    person("juan")
    person("lupe")
    file = tmp_path / "answer.json"
    done = call("--json", str(file))
    assert done.exit_code == 0, done.output
    assert "eligible" in done.output
    answer = json.loads(file.read_text(encoding="utf-8"))
    assert list(answer) == ["persons", "rolls", "linked", "covered", "eligible", "review", "seconds", "peak_mb"]
    assert {name: answer[name] for name in list(answer)[:6]} == {
        "persons": 2,
        "rolls": 2,
        "linked": 1,
        "covered": 1,
        "eligible": 1,
        "review": 0,
    }
    again = call("--json", "-")
    assert json.loads(again.output)["covered"] == 1


def test_nobody_and_no_roll_is_no_error(system):
    done = call("--json", "-")
    assert done.exit_code == 0, done.output
    assert json.loads(done.output)["persons"] == 0


def test_a_roll_whose_file_is_gone_is_one_sentence(person, rolls):
    person("juan")
    shutil.rmtree(settings.HOME / rolls[0].stored)
    done = call()
    assert done.exit_code == 2
    assert "load its file again" in done.output
    assert not MatchRun.objects.exists()


def test_only_who_may_compares(people, rolls):
    with pytest.raises(PermissionDenied):
        match(by=people.supervisor_a)


def test_a_newer_roll_that_arrives_meanwhile_stops_the_run(person, rolls, roll, run):
    person("juan")

    def arrives(words: str) -> None:
        if not Roll.objects.filter(cut_off__gt=CUT).exists():
            roll("imss", [], cut_off=CUT + dt.timedelta(days=3))

    with pytest.raises(MatchError):
        run(tell=arrives)
    assert not EligibilityCheck.objects.exists()
    assert not Affiliation.objects.exists()


def test_who_was_decided_on_meanwhile_is_left_to_the_next_run(person, rolls, run, people):
    juan, ana, lupe = person("juan"), person("ana"), person("lupe")
    told = []

    def others_go_on(words: str) -> None:
        told.append(words)
        if len(told) == 2:  # everybody has been read
            record_death(by=people.supervisor_a, person=juan, on=TODAY)
            check_eligibility(by=people.supervisor_a, person=ana)

    assert run(tell=others_go_on).persons == 1
    assert not EligibilityCheck.objects.filter(person=juan).exists()
    assert EligibilityCheck.objects.get(person=ana).basis == "lookup"
    assert EligibilityCheck.objects.get(person=lupe).basis == "match"
    assert not Affiliation.objects.exists()


def test_a_run_that_breaks_at_its_last_row_has_written_nothing_and_the_next_writes_all(person, rolls, run):
    """As when the process is killed: what is not committed never was."""
    juan = person("juan")
    stop = {
        "sqlite": """CREATE TRIGGER no_row BEFORE INSERT ON journal_journalentry WHEN NEW.action = 'enrolment.match'
            BEGIN SELECT RAISE(ABORT, 'no room'); END""",
        "postgresql": """CREATE FUNCTION no_row() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN RAISE EXCEPTION 'no room'; END $$;
            CREATE TRIGGER no_row BEFORE INSERT ON journal_journalentry FOR EACH ROW
            WHEN (NEW.action = 'enrolment.match') EXECUTE FUNCTION no_row()""",
    }
    go = {"sqlite": "DROP TRIGGER no_row", "postgresql": "DROP TRIGGER no_row ON journal_journalentry"}
    with connection.cursor() as cursor:
        cursor.execute(stop[connection.vendor])
    with pytest.raises(DatabaseError), transaction.atomic():
        run()
    assert not EligibilityCheck.objects.exists()
    assert not Affiliation.objects.exists()
    assert not MatchRun.objects.exists()
    assert list((settings.HOME / "matching").iterdir()) == []
    with connection.cursor() as cursor:
        cursor.execute(go[connection.vendor])
    run()
    assert Affiliation.objects.get().person_id == juan.pk
    assert EligibilityCheck.objects.count() == 1


def test_what_a_killed_run_left_on_the_disk_goes_with_the_next(person, rolls, run):
    left = settings.HOME / "matching" / "999999999"
    left.mkdir(parents=True, exist_ok=True)
    (left / "match.duckdb").write_bytes(b"names")
    run()
    assert not left.exists()
