"""Making and publishing a diagnosis from the pages of a territory."""

import datetime as dt

import pytest

from bienestar.demo.build import build_state
from bienestar.demo.size import SECOND_DIAGNOSIS
from bienestar.foundation.accounts.actions import grant_role
from bienestar.insight.gaps.models import DiagnosisRun
from bienestar.insight.gaps.queries.listed import runs_visible_to


@pytest.fixture
def state(system, people):
    built = build_state(by=system)
    start = dt.date(2024, 1, 1)
    grant_role(by=system, user=people.coordinator_a, role="state_coordinator", area_path=built.path, valid_from=start)
    return built


def test_a_coordinator_makes_a_diagnosis_and_a_planner_publishes_it(client, people, state):
    client.force_login(people.coordinator_a)
    address = f"/areas/{state.code}/diagnoses/"
    assert f"{address}new/" in client.get(address).content.decode()
    answer = client.post(f"{address}new/", {"as_of": SECOND_DIAGNOSIS.isoformat()})
    assert answer.headers["Location"] == f"/areas/{state.code}/"
    run = DiagnosisRun.objects.get()
    assert (run.made_by, run.as_of) == ("coordinator_a", SECOND_DIAGNOSIS)
    assert f"{address}{run.pk}/publish/" not in client.get(address).content.decode()
    assert client.post(f"{address}{run.pk}/publish/").status_code == 404

    client.force_login(people.planner)
    assert f"{address}{run.pk}/publish/" in client.get(address).content.decode()
    assert client.get(f"{address}{run.pk}/publish/").status_code == 200
    assert not list(runs_visible_to(people.public))
    client.post(f"{address}{run.pk}/publish/")
    assert list(runs_visible_to(people.public)) == [run]
    assert client.get(f"/publico/diagnosticos/{state.code}/").status_code == 200


@pytest.mark.parametrize("day", ["", "no es fecha", "2999-01-01"])
def test_a_day_that_cannot_be_is_said_beside_the_field(client, people, state, day):
    client.force_login(people.coordinator_a)
    answer = client.post(f"/areas/{state.code}/diagnoses/new/", {"as_of": day})
    assert answer.status_code == 200
    assert 'class="errors"' in answer.content.decode()
    assert not DiagnosisRun.objects.exists()


def test_a_territory_without_units_says_so(client, people, state):
    client.force_login(people.planner)
    answer = client.post("/areas/91003/diagnoses/new/", {"as_of": SECOND_DIAGNOSIS.isoformat()})
    assert answer.status_code == 200
    assert 'class="errors"' in answer.content.decode()
