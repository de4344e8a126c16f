"""Opening a round, the units it expects, its progress, closing it."""

import csv

import pytest

from bienestar.operations.census.models import CensusRound, ExpectedUnit

pytestmark = pytest.mark.django_db
NEW = {
    "area": "91",
    "name": "Ronda 2025",
    "starts_on": "2025-01-13",
    "ends_on": "",
    "teams": "Norte, 4\nSierra de Río Seco, 2\n",
}


@pytest.fixture
def lead(client, people):
    client.force_login(people.census_lead)
    return client


def test_opening_a_round_leads_to_its_units(lead):
    answer = lead.post("/census/new/", NEW)
    round_ = CensusRound.objects.get(name="Ronda 2025")
    assert answer.url == f"/census/{round_.pk}/expect/"
    assert list(round_.teams.order_by("name").values_list("name", "surveyors")) == [
        ("Norte", 4),
        ("Sierra de Río Seco", 2),
    ]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"area": "92"}, "id_area"),
        ({"name": "Ronda 2024"}, "id_name"),
        ({"starts_on": ""}, "id_starts_on"),
        ({"ends_on": "2024-12-31"}, "id_ends_on"),
        ({"teams": "Norte"}, "id_teams"),
        ({"teams": "Norte, 0"}, "id_teams"),
        ({"teams": "Norte, 1\nNorte, 2"}, "id_teams"),
    ],
)
def test_a_round_that_cannot_be_opened(lead, round_, given, field):
    page = lead.post("/census/new/", NEW | given).content.decode()
    assert f'id="{field}_error"' in page
    assert CensusRound.objects.count() == 1


def test_units_are_counted_and_listed_before_they_are_added(lead, people, territory):
    lead.post("/census/new/", NEW)
    round_ = CensusRound.objects.get()
    url = f"/census/{round_.pk}/expect/"
    page = lead.get(url, {"type": ["rural_health_center", "urban_health_center"]}).content.decode()
    assert 'name="count" value="2"' in page
    assert "Centro de Salud Río Seco" in page
    assert "Hospital General" not in page
    assert ExpectedUnit.objects.count() == 0
    given = {"type": ["rural_health_center", "urban_health_center"], "count": "2"}
    assert lead.post(url, given).url == f"/census/{round_.pk}/"
    assert ExpectedUnit.objects.count() == 2
    assert 'name="count" value="1"' in lead.get(url).content.decode()


def test_units_that_changed_since_the_preview_are_shown_again(lead):
    lead.post("/census/new/", NEW)
    url = f"/census/{CensusRound.objects.get().pk}/expect/"
    page = lead.post(url, {"count": "7"}).content.decode()
    assert 'role="alert"' in page
    assert ExpectedUnit.objects.count() == 0


def test_progress_by_municipality(lead, round_, waiting, accepted):
    page = lead.get(f"/census/{round_.pk}/").content.decode()
    rows = page.split("<tbody>")[1].split("</tbody>")[0]
    cells = [[cell.split(">")[-1] for cell in row.split("</td>")] for row in rows.split("</tr>")]
    assert [cell for cell in cells[0] if cell.strip()][:2] == ["2", "2"]
    assert rows.index("Peña Alta") < rows.index("Río Seco")
    assert "Centro de Salud Río Seco" in page


def test_units_not_visited_as_a_file_equal_those_on_the_page(lead, round_, waiting):
    answer = lead.get(f"/census/{round_.pk}/not-visited.csv")
    rows = list(csv.reader(answer.content.decode("utf-8-sig").splitlines()))
    assert [row[0] for row in rows[1:]] == ["XAIMB000035"]
    assert rows[1][1] == "Centro de Salud Río Seco"
    assert lead.get(f"/census/{round_.pk}/not-visited.xlsx").content.startswith(b"PK")
    assert lead.get(f"/census/{round_.pk}/not-visited.pdf").status_code == 404


def test_a_round_with_visits_that_wait_is_not_closed(lead, round_, waiting):
    assert f"/census/review/?round={round_.pk}" in lead.get(f"/census/{round_.pk}/close/").content.decode()
    lead.post(f"/census/{round_.pk}/close/", {"on": "2024-08-01"})
    assert CensusRound.objects.get().stage == "open"


def test_closing_a_round(lead, round_):
    early = lead.post(f"/census/{round_.pk}/close/", {"on": "2024-06-30"}).content.decode()
    assert 'id="id_on_error"' in early
    assert lead.post(f"/census/{round_.pk}/close/", {"on": "2024-08-01"}).url == f"/census/{round_.pk}/"
    assert CensusRound.objects.get().stage == "closed"
    assert lead.get(f"/census/{round_.pk}/record/").status_code == 404
    assert "/record/" not in lead.get(f"/census/{round_.pk}/").content.decode()


@pytest.mark.parametrize("rounds", [1, 3])
def test_the_list_asks_the_same_number_of_queries(lead, people, territory, rounds, django_assert_num_queries):
    for number in range(rounds):
        lead.post("/census/new/", NEW | {"name": f"Ronda {number}"})
    lead.get("/census/")
    with django_assert_num_queries(7):
        lead.get("/census/")
