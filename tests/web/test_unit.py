"""The page of a medical unit."""

import re

from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.web.conftest import add_unit, freeze
from tests.web.test_territory import english, queries, text_of


def test_an_old_key_leads_to_the_one_in_use(as_role, territory, source):
    add_unit(territory, 3)
    client = as_role("planner")
    assert client.get("/units/XASSA900003/").url == "/units/XAIMB900003/"
    assert client.get("/units/XAimb900003/").url == "/units/XAIMB900003/"
    assert client.get("/units/XAIMB900003/").status_code == 200


def test_it_says_what_is_missing_and_who_asks_for_it(as_role, diagnosis):
    page = text_of(english(as_role("director")).get("/units/XAIMB000011/"))
    assert re.search(r"General or family physician 2 1 1 1 ", page)
    assert re.search(r"Stethoscope 2 2 0 2 ", page)
    assert re.search(r"(Law|Programme|Source|Assumption) ", page)
    assert "1 other resource that the standards ask for is there" in page


def test_what_nobody_counted_stands_apart_and_is_not_zero(as_role, diagnosis):
    page = text_of(english(as_role("director")).get("/units/XAIMB000011/"))
    assert re.search(r"Drinking water service 1 not known ", page)


def test_a_held_service_names_what_holds_it(as_role, diagnosis):
    page = text_of(english(as_role("director")).get("/units/XAIMB000011/"))
    assert re.search(r"Held back Missing: General or family physician \(new posts: 1\)", page)
    assert "Everything that it takes is there and works." in page


def test_a_point_outside_its_municipality_is_warned_of(as_role, territory, source):
    add_unit(territory, 2)
    page = text_of(english(as_role("planner")).get("/units/XAIMB900002/"))
    assert "lies outside Peña Alta" in page


def test_keys_hours_and_sources_are_told(as_role, territory, source):
    unit = add_unit(territory, 5, source=source)
    freeze(territory.state_a, [unit], source)
    page = text_of(english(as_role("planner")).get("/units/XAIMB900005/"))
    assert re.search(r"XAIMB900005 1 February 2024 in use test\.csv", page)
    assert re.search(r"XASSA900005 before our records 31 January 2024", page)
    assert "Monday, Tuesday, Wednesday, Thursday, Friday" in page
    assert "5 days a week" in page


def test_a_director_s_breadcrumb_has_no_link_to_what_is_not_theirs(as_role, diagnosis):
    page = as_role("director").get("/units/XAIMB000011/").content.decode()
    crumbs = page[page.index('class="crumbs"') : page.index("</nav>", page.index('class="crumbs"'))]
    assert "href" not in crumbs
    assert "Sierra Clara" in crumbs


def test_few_queries_however_many_units(as_role, territory, source):
    client = as_role("planner")
    freeze(territory.state_a, [add_unit(territory, 0)], source)
    for_one = queries(client, "/units/XAIMB900000/")
    freeze(territory.state_a, [add_unit(territory, n) for n in range(1, 51)], source)
    with CaptureQueriesContext(connection) as found:
        client.get("/units/XAIMB900001/")
    assert len(found) == for_one
    assert for_one <= 12
