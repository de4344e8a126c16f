"""`bienestar demo`: whole, once, never mixed, and going on where it was stopped."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.conf import settings
from django.contrib.auth import authenticate
from django.db import connection, transaction

from bienestar.cli.demo import demo
from bienestar.demo.make import CannotMix, check_room, is_made, make
from bienestar.demo.scales import country_scale, state_scale
from bienestar.demo.size import FIRST_DIAGNOSIS, SECOND_DIAGNOSIS, STATES
from bienestar.foundation.accounts.actions import set_up_access
from bienestar.foundation.accounts.choices import Permission
from bienestar.foundation.accounts.queries import access_of, accounts_named_like, user_named
from bienestar.foundation.facilities.models import Unit
from bienestar.foundation.facilities.queries import units_visible_to
from bienestar.foundation.journal.actions import keep_source
from bienestar.foundation.territory.actions import AreaRow, put_areas
from bienestar.foundation.territory.choices import Level
from bienestar.foundation.territory.models import Area, AreaBoundary
from bienestar.insight.gaps.models import DiagnosisRun
from bienestar.insight.planning.models import Scenario
from tests.demo.content import content

LITTLE = country_scale(1, states=3, units=45)


def quiet(done: int, total: int, step: str) -> None:
    """Nobody watches."""


@pytest.fixture(scope="class")
def made(django_db_setup, django_db_blocker):
    """A little country, made once for the tests of a class that look at it, and taken back behind them."""
    with django_db_blocker.unblock(), transaction.atomic():
        by = set_up_access()
        make(by, LITTLE, quiet)
        yield by
        transaction.set_rollback(True)


@pytest.mark.django_db
class TestMade:
    """What is in a country that was made to its end."""

    def test_one_person_for_each_role_can_sign_in(self, made) -> None:
        people = {user.username: user for user in accounts_named_like("demo-")}
        held = {name: {grant.role.key for grant in user.grants.filter(valid_to=None)} for name, user in people.items()}
        assert held == {
            "demo-planner": {"national_planner"},
            "demo-coordinator": {"state_coordinator"},
            "demo-coordinator-b": {"state_coordinator"},
            "demo-director": {"unit_director"},
            "demo-census": {"census_lead"},
            "demo-auditor": {"auditor"},
            "demo-operator": {"enrolment_operator"},
            "demo-supervisor": {"enrolment_supervisor"},
        }
        for user in people.values():
            assert user.display_name
            assert user.check_password(settings.DEMO_PASSWORD)
        assert authenticate(username="demo-planner", password=settings.DEMO_PASSWORD) == people["demo-planner"]

    def test_each_sees_their_own_territory(self, made) -> None:
        def seen(name: str) -> set[str]:
            return {path[:6] for path in units_visible_to(user_named(name)).values_list("path", flat=True)}

        assert seen("demo-planner") == {"MX/51/", "MX/52/", "MX/53/"}
        assert seen("demo-coordinator") == {"MX/51/"}
        assert seen("demo-coordinator-b") == {"MX/53/"}
        assert units_visible_to(user_named("demo-director")).count() == 1
        (counter,) = access_of(user_named("demo-operator")).paths(Permission.REGISTER_PERSON)
        assert counter.startswith("MX/51/")
        assert counter.count("/") == 4, "one unit"
        assert access_of(user_named("demo-supervisor")).paths(Permission.MANAGE_CARDS) == ("MX/51/",)
        auditor = access_of(user_named("demo-auditor"))
        assert not auditor.paths(Permission.VIEW_PERSONS)
        assert not auditor.paths(Permission.EDIT_UNITS)

    def test_the_country_is_drawn_diagnosed_published_and_planned(self, made) -> None:
        assert Area.objects.filter(level=Level.STATE).count() == 3
        assert AreaBoundary.objects.filter(area__level=Level.COUNTRY).exists()
        assert Unit.objects.count() == 45
        runs = set(DiagnosisRun.objects.values_list("area__code", "as_of", "stage"))
        assert runs == {
            ("MX", FIRST_DIAGNOSIS, "done"),
            ("MX", SECOND_DIAGNOSIS, "published"),
            ("51", FIRST_DIAGNOSIS, "done"),
            ("51", SECOND_DIAGNOSIS, "published"),
        }
        assert DiagnosisRun.objects.order_by("pk").last().as_of == SECOND_DIAGNOSIS, "the newest is the one to plan"
        for scenario in Scenario.objects.all():
            assert scenario.spent <= scenario.budget
            assert scenario.items.filter(chosen=True).exists()
        assert Scenario.objects.filter(area__code="51").count() == 3

    def test_another_demo_is_not_mixed_with(self, made) -> None:
        with pytest.raises(CannotMix, match="another demo"):
            check_room(made, country_scale(2, states=3, units=45))

    def test_what_people_write_on_the_pages_is_no_real_data(self, made) -> None:
        keep_source(sha256="1" * 64, kind="page", name="visita")
        check_room(made, LITTLE)

    def test_made_again_by_the_command_nothing_changes_and_it_says_how_to_look(self, made) -> None:
        before = content()
        check_room(made, LITTLE)
        again = ["--scale", "country", "--states", "3", "--units", "45", "--people", "0"]
        result = CliRunner().invoke(demo, again)
        assert result.exit_code == 0, result.output
        assert content() == before
        assert is_made(LITTLE)
        for words in ("bienestar serve", "demo-planner", "demo-auditor", settings.DEMO_PASSWORD, "Invented data"):
            assert words in result.output
        assert "there already" in CliRunner().invoke(demo, [*again, "--if-empty"]).output


@pytest.mark.django_db
def test_a_country_has_the_states_and_units_that_were_asked_for() -> None:
    scale = country_scale(1)
    assert len(scale.states) == STATES
    assert sum(size.units for size in scale.states.values()) == 12_600
    assert list(scale.states)[0::31] == ["51", "82"]
    assert state_scale(1).counts == {"51": 40, "52": 12}


class Stopped(Exception):
    """The moment at which a run is stopped."""


STOPPED = country_scale(9, states=2, units=12)


@pytest.fixture(scope="module")
def never_stopped(django_db_setup, django_db_blocker):
    """The content of a run that was never stopped: without plans and figures, and with them."""
    found = {}
    for plans in (False, True):
        with django_db_blocker.unblock(), transaction.atomic():
            make(set_up_access(), STOPPED, quiet, plans=plans)
            found[plans] = content()
            transaction.set_rollback(True)
    return found


@pytest.mark.parametrize(("step", "plans"), [(0, False), (2, False), (3, False), (6, True), (9, True)])
def test_a_stopped_run_goes_on(system, never_stopped, step, plans) -> None:
    """Stopped before any step, the next run brings the same content as one that was never stopped."""

    def stop(done: int, total: int, told: str) -> None:
        if done == step:
            raise Stopped(told)

    with pytest.raises(Stopped):
        make(system, STOPPED, stop, plans=plans)
    assert not is_made(STOPPED, plans=plans)
    check_room(system, STOPPED)
    make(system, STOPPED, quiet, plans=plans)
    assert content() == never_stopped[plans]


def start(home: Path, hash_seed: str) -> subprocess.Popen[bytes]:
    """`bienestar demo` of a small country in a process of its own, on SQLite."""
    program = "from bienestar.cli.main import main; main()"
    arguments = ["--scale", "country", "--states", "3", "--units", "60", "--no-plan", "--people", "0"]
    return subprocess.Popen(
        [sys.executable, "-c", program, "demo", *arguments],
        env={**environment(home), "PYTHONHASHSEED": hash_seed},
        cwd=settings.BASE_DIR,
        stdout=subprocess.DEVNULL,
    )


def environment(home: Path) -> dict[str, str]:
    return {
        **os.environ,
        "BIENESTAR_HOME": str(home),
        "DATABASE_URL": "",
        "DJANGO_SETTINGS_MODULE": "bienestar.config.settings",
    }


def content_of(home: Path) -> dict[str, list[object]]:
    """The content of the database of ``home``."""
    program = (
        "import django, json; django.setup(); from tests.demo.content import content; print(json.dumps(content()))"
    )
    command = [sys.executable, "-c", program]
    told = subprocess.run(command, env=environment(home), cwd=settings.BASE_DIR, check=True, capture_output=True)
    found: dict[str, list[object]] = json.loads(told.stdout)
    return found


@pytest.mark.skipif(connection.vendor != "sqlite", reason="kills a run on SQLite, whatever the suite runs on")
def test_a_killed_run_loses_and_doubles_nothing(tmp_path, prepared_database) -> None:
    """Killed for good after the first state is stored, in the middle of the next; in other processes, other hashes."""
    for home in ("killed", "whole"):
        (tmp_path / home).mkdir()
        shutil.copy(prepared_database, tmp_path / home / "bienestar.sqlite3")
    running = start(tmp_path / "killed", "1")
    wait_for_state(tmp_path / "killed" / "bienestar.sqlite3", running)
    running.send_signal(signal.SIGKILL)
    running.wait()
    for home, hash_seed in (("killed", "2"), ("whole", "3")):
        assert start(tmp_path / home, hash_seed).wait() == 0
    killed = content_of(tmp_path / "killed")
    assert killed == content_of(tmp_path / "whole")
    assert killed["Unit"][0] == 60


def wait_for_state(database: Path, running: subprocess.Popen[bytes]) -> None:
    """Until the first state is stored, while the others are not."""
    while True:
        assert running.poll() is None, "the run ended before it could be killed"
        try:
            with sqlite3.connect(database) as connection:
                rows = connection.execute("SELECT name FROM journal_sourcefile WHERE name = 'estado-51'").fetchall()
            if rows:
                return
        except sqlite3.OperationalError:
            pass
        time.sleep(0.02)


@pytest.mark.django_db
def test_real_data_is_not_mixed_with(system, source) -> None:
    result = CliRunner().invoke(demo, ["--if-empty"])
    assert result.exit_code == 2
    assert "real data" in result.output
    assert not Unit.objects.exists()


@pytest.mark.django_db
def test_areas_that_no_file_brought_are_not_mixed_with(system) -> None:
    put_areas(by=system, rows=[AreaRow("MX", "México")])
    with pytest.raises(CannotMix, match="not empty"):
        check_room(system, LITTLE)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "arguments", [["--states", "8", "--units", "20"], ["--states", "33"], ["--scale", "town"], ["--people", "9"]]
)
def test_what_cannot_be_made_is_said(system, arguments) -> None:
    result = CliRunner().invoke(demo, ["--scale", "country", *arguments])
    assert result.exit_code == 2
    assert "Traceback" not in result.output
    assert not Area.objects.exists()
