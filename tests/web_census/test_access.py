"""Who may open which page of the census."""

import pytest

from bienestar.operations.census.models import CensusRound, ExpectedUnit

pytestmark = pytest.mark.django_db
OPEN, GONE = 200, 404
NAMES = ("planner", "coordinator_a", "coordinator_b", "director", "census_lead", "auditor")
TABLE = {
    "/census/": (OPEN, OPEN, OPEN, OPEN, OPEN, OPEN),
    "/census/new/": (OPEN, OPEN, OPEN, GONE, OPEN, GONE),
    "/census/review/": (OPEN, OPEN, OPEN, GONE, OPEN, GONE),
    "/census/{round}/": (OPEN, OPEN, GONE, OPEN, OPEN, OPEN),
    "/census/{round}/visits/": (OPEN, OPEN, GONE, OPEN, OPEN, OPEN),
    "/census/{round}/expect/": (OPEN, OPEN, GONE, GONE, OPEN, GONE),
    "/census/{round}/close/": (OPEN, OPEN, GONE, GONE, OPEN, GONE),
    "/census/{round}/not-visited.csv": (OPEN, OPEN, GONE, GONE, OPEN, OPEN),
    "/census/{round}/record/": (OPEN, OPEN, GONE, OPEN, OPEN, GONE),
    "/census/{round}/record/XAIMB000011/": (OPEN, OPEN, GONE, OPEN, OPEN, GONE),
    "/census/{round}/record/XAIMB000023/": (OPEN, OPEN, GONE, GONE, OPEN, GONE),
    "/census/visits/{mine}/": (OPEN, OPEN, GONE, OPEN, OPEN, OPEN),
    "/census/visits/{other}/": (OPEN, OPEN, GONE, GONE, OPEN, OPEN),
}


@pytest.mark.parametrize("url", TABLE)
def test_each_page_for_each_role(client, people, round_, waiting, url):
    address = url.format(round=round_.pk, mine=waiting["XAIMB000011"].pk, other=waiting["XAIMB000023"].pk)
    found = []
    for name in NAMES:
        client.force_login(getattr(people, name))
        found.append(client.get(address).status_code)
    assert tuple(found) == TABLE[url]
    client.logout()
    assert client.get(address).url.startswith("/sign-in/")


@pytest.mark.parametrize("name", ["coordinator_b", "director", "auditor"])
def test_who_does_not_review_decides_nothing(client, people, waiting, name):
    client.force_login(getattr(people, name))
    ids = {"visit": [visit.pk for visit in waiting.values()], "decision": "accept", "which": "all"}
    client.post("/census/review/preview/", ids)
    client.post("/census/review/decide/", ids)
    assert {visit.__class__.objects.get(pk=visit.pk).stage for visit in waiting.values()} == {"recorded"}


def test_a_director_sees_their_unit_of_the_round_and_no_more(client, people, round_, waiting):
    client.force_login(people.director)
    assert "Ronda 2024" in client.get("/census/").content.decode()
    page = client.get(f"/census/{round_.pk}/").content.decode()
    assert "Río Seco" not in page
    visits = client.get(f"/census/{round_.pk}/visits/").content.decode()
    assert "Centro de Salud Peña Alta" in visits
    assert "Hospital General" not in visits


def test_an_auditor_is_offered_nothing_that_writes(client, people, round_, waiting):
    client.force_login(people.auditor)
    for url in ("/census/", f"/census/{round_.pk}/", f"/census/visits/{waiting['XAIMB000011'].pk}/"):
        main = client.get(url).content.decode().split("<main")[1].split("</main>")[0]
        assert "<form" not in main
        assert "/record/" not in main
        assert "/close/" not in main


def test_reading_pages_writes_nothing(client, people, round_, waiting):
    client.force_login(people.census_lead)
    before = (CensusRound.objects.count(), ExpectedUnit.objects.count())
    for url in TABLE:
        client.get(url.format(round=round_.pk, mine=waiting["XAIMB000011"].pk, other=waiting["XAIMB000023"].pk))
    assert (CensusRound.objects.count(), ExpectedUnit.objects.count()) == before
