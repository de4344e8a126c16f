"""Recording a visit by form: blank is not counted, what is wrong is said beside its line, corrections wait again."""

import datetime as dt

import pytest
from django.utils import timezone

from bienestar.operations.census.actions import close_round
from bienestar.operations.census.models import Observation, Visit

pytestmark = pytest.mark.django_db
SHEET = {
    "visited_on": "2024-07-02",
    "team": "Norte",
    "note": "Camino en mal estado",
    "staff.general_physician-e": "3",
    "staff.general_physician-u": "2",
    "equipment.scale-e": "0",
    "equipment.scale-u": "0",
    "equipment.stethoscope-e": "4",
    "utility.water_service-s": "broken",
    "utility.electricity-s": "unseen",
    "opening.days_per_week-e": "5",
    "activity.births-e": "1,250",
}
SEEN = {
    "staff.general_physician": (3, 2),
    "equipment.scale": (0, 0),
    "equipment.stethoscope": (4, None),
    "utility.water_service": (1, 0),
    "utility.electricity": (None, None),
    "opening.days_per_week": (5, 5),
    "activity.births": (1250, None),
}


@pytest.fixture
def director(client, people):
    client.force_login(people.director)
    return client


@pytest.fixture
def url(round_):
    return f"/census/{round_.pk}/record/XAIMB000011/"


def seen(visit):
    return {row.resource: (row.existing, row.usable) for row in Observation.objects.filter(visit=visit)}


def test_a_visit_by_form(director, url):
    answer = director.post(url, SHEET)
    visit = Visit.objects.get()
    assert answer.url == f"/census/visits/{visit.pk}/"
    assert (visit.visited_on, visit.team.name, visit.stage) == (dt.date(2024, 7, 2), "Norte", "recorded")
    assert seen(visit) == SEEN
    page = director.get(answer.url).content.decode()
    assert 'role="status"' in page
    assert 'class="not-known"' in page


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"staff.general_physician-e": "dos"}, "staff.general_physician"),
        ({"staff.general_physician-u": "4"}, "staff.general_physician"),
        ({"staff.general_physician-e": ""}, "staff.general_physician"),
        ({"equipment.scale-e": "-1"}, "equipment.scale"),
        ({"equipment.scale-e": "1.5"}, "equipment.scale"),
        ({"equipment.scale-e": "99999999999"}, "equipment.scale"),
        ({"opening.days_per_week-e": "8"}, "opening.days_per_week"),
        ({"activity.births-e": "muchos"}, "activity.births"),
    ],
)
def test_what_is_wrong_is_said_beside_its_line_and_nothing_is_written(director, url, given, code):
    page = director.post(url, SHEET | given).content.decode()
    assert f'id="wrong-{code}"' in page
    assert f'href="#{code}-e"' in page
    assert 'value="Camino en mal estado"' in page or "Camino en mal estado</textarea>" in page
    assert Visit.objects.count() == 0


@pytest.mark.parametrize("day", ["", "2024-06-30", (timezone.localdate() + dt.timedelta(days=2)).isoformat()])
def test_a_day_that_cannot_be(director, url, day):
    page = director.post(url, SHEET | {"visited_on": day}).content.decode()
    assert 'id="id_visited_on_error"' in page
    assert Visit.objects.count() == 0


def test_an_empty_sheet_is_no_visit(director, url):
    page = director.post(url, {"visited_on": "2024-07-02", "team": "", "note": ""}).content.decode()
    assert 'role="alert"' in page
    assert Visit.objects.count() == 0


def test_correcting_an_accepted_visit_sends_it_back_to_review(client, people, url, round_, accepted):
    client.force_login(people.census_lead)
    page = client.get(f"{url}?visit={accepted.pk}").content.decode()
    assert 'name="room.general_consulting-e" id="room.general_consulting-e" value="3"' in page
    assert 'value="2024-07-01"' in page
    fields = {"visited_on": "2024-07-01", "team": "Norte", "note": "", "room.general_consulting-e": "4"}
    client.post(url, fields)
    accepted.refresh_from_db()
    assert accepted.stage == "recorded"
    assert seen(accepted) == {"room.general_consulting": (4, None)}
    client.post(url, fields)
    assert Visit.objects.filter(unit=accepted.unit).count() == 1


def test_a_unit_of_somebody_else_is_not_there(director, round_):
    assert director.post(f"/census/{round_.pk}/record/XAIMB000023/", SHEET).status_code == 404
    assert director.get(f"/census/{round_.pk}/record/XBIMB000010/").status_code == 404


def test_a_closed_round_takes_no_visits(director, people, round_, url):
    close_round(by=people.census_lead, round_=round_, on=dt.date(2024, 8, 1))
    assert director.post(url, SHEET).status_code == 404


def test_finding_the_unit(client, people, round_, waiting):
    client.force_login(people.census_lead)
    page = client.get(f"/census/{round_.pk}/record/", {"q": "xaimb000035"}).content.decode()
    assert "Centro de Salud Río Seco" in page
    assert "Hospital General" not in page
    assert "Hospital General" in client.get(f"/census/{round_.pk}/record/", {"q": "peña"}).content.decode()


def test_what_the_type_must_have_comes_first_and_the_rest_is_folded(director, url):
    staff = director.get(url).content.decode().split('id="section-staff"')[1].split("</section>")[0]
    required, rest = staff.split("<details")
    assert "staff.general_physician-e" in required
    assert "staff.neurologist-e" in rest
    assert "staff.neurologist-e" not in required
    typed = director.post(url, SHEET | {"staff.neurologist-e": "uno"}).content.decode()
    assert '<details class="folded" open>' in typed.split('id="section-staff"')[1].split("</section>")[0]
