"""The pages of the country, a state and a municipality: figures, map, units table, what they cost in queries."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bienestar.insight.gaps.models import RunUnit
from tests.web.conftest import add_unit, freeze


def text_of(response):
    """The words of a page, one space apart."""
    assert response.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def names_in(response):
    """Unit keys in the units table, in order."""
    return re.findall(r'<code class="note">(\w+)</code>', response.content.decode())


def english(client):
    client.cookies["django_language"] = "en"
    return client


def test_the_state_page_adds_up_its_units(as_role, diagnosis):
    page = text_of(english(as_role("coordinator_a")).get("/areas/91/"))
    assert "Medical units 3 " in page
    assert "How many devices are missing, by who counts them By this diagnosis 6 " in page
    assert re.search(r"who counts them By this diagnosis 3 ", page)
    assert re.search(r"Vacancies in the workforce register 12 ", page)
    assert "1 July 2024" in page


def test_what_is_not_known_is_said_in_words(as_role, diagnosis, units):
    RunUnit.objects.update(people=None)
    page = english(as_role("auditor")).get("/areas/91/").content.decode()
    assert page.count('<span class="not-known">not known</span>') >= 3


def test_a_state_without_a_diagnosis_shows_its_units_and_claims_nothing(as_role, units):
    page = text_of(english(as_role("coordinator_b")).get("/areas/92/"))
    assert "No diagnosis has been made here yet" in page
    assert "Centro de Salud Médanos" in page
    assert "Staff missing" not in page


def test_the_country_shows_only_the_reader_s_states(as_role, diagnosis):
    whole = text_of(as_role("planner").get("/areas/MX/"))
    assert "Sierra Clara" in whole
    assert "Costa Brava" in whole
    part = text_of(as_role("coordinator_a").get("/areas/MX/"))
    assert "Sierra Clara" in part
    assert "Costa Brava" not in part


def test_a_municipality_page_has_only_its_own_units(as_role, diagnosis):
    response = as_role("coordinator_a").get("/areas/91002/")
    assert names_in(response) == ["XAIMB000035"]
    assert "Medical units 1 " in text_of(english(as_role("coordinator_a")).get("/areas/91002/"))


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("q=peña", ["XAIMB000011"]),
        ("q=RÍO", ["XAIMB000035"]),
        ("q=rio", []),
        ("q=xaimb00002", ["XAIMB000023"]),
        ("type=general_hospital", ["XAIMB000023"]),
        ("municipality=91002", ["XAIMB000035"]),
        ("lacks=staff.general_physician", ["XAIMB000011", "XAIMB000035", "XAIMB000023"]),
        ("lacks=staff.general_nurse", []),
        ("ready=all", []),
        ("ready=some", ["XAIMB000011", "XAIMB000035", "XAIMB000023"]),
        ("visited=no", []),
        ("type=palace", ["XAIMB000011", "XAIMB000035", "XAIMB000023"]),
        ("sort=-name", ["XAIMB000023", "XAIMB000035", "XAIMB000011"]),
    ],
)
def test_search_filter_and_sort(as_role, diagnosis, asked, found):
    assert names_in(as_role("planner").get(f"/areas/91/?{asked}")) == found


def test_a_unit_is_found_by_a_key_that_it_had_before(as_role, territory, source):
    freeze(territory.state_a, [add_unit(territory, 7)], source)
    assert names_in(as_role("planner").get("/areas/91/?q=XASSA900007")) == ["XAIMB900007"]
    assert names_in(as_role("planner").get("/areas/91/?q=peñasco")) == ["XAIMB900007"]


def test_sorting_by_a_figure_puts_the_unknown_last_either_way(as_role, diagnosis, units):
    RunUnit.objects.filter(unit=units["XAIMB000011"]).update(people=None)
    RunUnit.objects.filter(unit=units["XAIMB000023"]).update(people=10)
    client = as_role("planner")
    assert names_in(client.get("/areas/91/?sort=people")) == ["XAIMB000023", "XAIMB000035", "XAIMB000011"]
    assert names_in(client.get("/areas/91/?sort=-people")) == ["XAIMB000035", "XAIMB000023", "XAIMB000011"]


def test_pages_of_the_table_hold_every_unit_once(as_role, territory, source):
    freeze(territory.state_a, [add_unit(territory, n) for n in range(30)], source)
    client = as_role("planner")
    first, second = names_in(client.get("/areas/91/")), names_in(client.get("/areas/91/?page=2"))
    assert (len(first), len(second)) == (25, 5)
    assert len({*first, *second}) == 30
    assert names_in(client.get("/areas/91/?page=99")) == second


def test_the_map_is_shaded_by_what_is_asked(as_role, diagnosis):
    response = english(as_role("planner")).get("/areas/91/?map=equipment.stethoscope")
    page = response.content.decode()
    titles = re.findall(r'<a href="(/areas/\d+/)"><title>([^<]+)</title><path class="([\w-]+)" d="M[^"]+z"', page)
    assert ("/areas/91001/", "Peña Alta: 4 (Stethoscope)", "shade-5") in titles
    assert len(titles) == 2
    page = as_role("planner").get("/areas/91/?map=utility.water_service").content.decode()
    assert re.findall(r'<path class="([\w-]+)"', page) == ["shade-unknown", "shade-unknown"]


def queries(client, url):
    client.get(url)
    with CaptureQueriesContext(connection) as found:
        assert client.get(url).status_code == 200
    return len(found)


@pytest.mark.parametrize("page", ["/areas/MX/", "/areas/91/", "/areas/91001/", "/areas/91/gaps/", "/areas/91/actions/"])
def test_fifty_units_cost_no_more_queries_than_one(as_role, territory, source, page):
    client = as_role("planner")
    freeze(territory.state_a, [add_unit(territory, 0)], source)
    for_one = queries(client, page)
    freeze(territory.state_a, [add_unit(territory, n) for n in range(1, 51)], source)
    assert queries(client, page) == for_one
    assert for_one <= 12
