"""The plan of an area: the slider's answer, limits, locks, the curve, saving."""

import re

import pytest

from bienestar.foundation.journal.models import JournalEntry
from bienestar.insight.planning.models import Scenario, ScenarioItem
from bienestar.insight.planning.queries import preview

pytestmark = pytest.mark.django_db
URL = "/areas/91/plan/"


@pytest.fixture
def planner(client, people):
    client.force_login(people.coordinator_a)
    client.cookies["django_language"] = "en"
    return client


def text(page):
    """The words of a page, without its tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode()))


@pytest.mark.parametrize("url", [URL, f"{URL}curve/", f"{URL}locks/"])
def test_who_may_look_at_a_plan(client, people, run, url):
    found = {}
    for name in ("planner", "coordinator_a", "coordinator_b", "director", "census_lead", "auditor"):
        client.force_login(getattr(people, name))
        found[name] = client.get(url).status_code
    assert found == {
        "planner": 200,
        "coordinator_a": 200,
        "coordinator_b": 404,
        "director": 404,
        "census_lead": 404,
        "auditor": 200,
    }
    client.logout()
    assert client.get(url).url.startswith("/sign-in/")


def test_the_figures_are_those_of_the_plan(planner, people, run):
    plan = preview(people.coordinator_a, run, 3_000_000)
    words = text(planner.get(URL, {"budget": "3"}))
    assert f"{round(plan.people_gaining):,}" in words
    assert f"{plan.spent:,.0f} pesos" in words
    assert f"in {plan.units} unit" in words
    assert "no plan can do" in words


def test_a_budget_is_proposed_before_one_is_asked_for(planner, run):
    page = planner.get(URL).content.decode()
    assert re.search(r'name="budget" value="[1-9]', page)


def test_htmx_gets_the_answer_alone(planner, run):
    answer = planner.get(URL, {"budget": "3", "equity": ""}, headers={"hx-request": "true"})
    page = answer.content.decode()
    assert "<html" not in page
    assert 'class="figures"' in page
    assert "HX-Request" in answer.headers["Vary"]
    assert answer.headers["HX-Push-Url"] == f"{URL}?budget=3&show=summary"


def test_looking_writes_nothing(planner, run):
    before = JournalEntry.objects.count()
    for part in ("summary", "chosen", "refused", "shopping"):
        assert planner.get(URL, {"budget": "3", "show": part}).status_code == 200
    assert Scenario.objects.count() == 0
    assert JournalEntry.objects.count() == before


@pytest.mark.parametrize(
    ("given", "field"),
    [({"budget": "-1"}, "id_budget"), ({"budget": "mucho"}, "id_budget"), ({"equity": "101"}, "id_equity")],
)
def test_a_number_that_cannot_be_is_said(planner, run, given, field):
    page = planner.get(URL, {"budget": "3"} | given).content.decode()
    assert f'href="#{field}"' in page
    assert 'class="figures"' not in page


def test_locks_that_cannot_be_kept_are_a_sentence(planner, run):
    words = text(planner.get(URL, {"budget": "0.01", "in": "XAIMB000023:emergency_care"}))
    assert "What is locked in costs" in words


def test_every_item_has_its_reason_in_words(planner, run):
    chosen = text(planner.get(URL, {"budget": "3", "show": "chosen"}))
    refused = text(planner.get(URL, {"budget": "3", "show": "refused"}))
    assert "Chosen" in chosen
    assert "Not planned: it cannot be costed until this is counted" in refused
    assert "Not planned: no people without social security" in refused


def test_searching_items(planner, run):
    found = planner.get(URL, {"budget": "3", "show": "refused", "q": "río seco"}).content.decode()
    assert "Centro de Salud Río Seco" in found
    assert "Hospital General" not in found
    none = text(planner.get(URL, {"budget": "3", "show": "refused", "q": "zzz"}))
    assert "No item fits this search." in none


@pytest.mark.parametrize("page", [1, 2])
def test_many_items_come_in_pages(planner, large_run, page):
    rows = planner.get(URL, {"budget": "1", "show": "refused", "page": page}).content.decode()
    assert rows.count('class="reason"') == 50


def test_the_shopping_list_adds_up_to_what_is_spent(planner, people, run):
    plan = preview(people.coordinator_a, run, 3_000_000)
    page = planner.get(URL, {"budget": "3", "show": "shopping"}).content.decode()
    rows = re.findall(r'<td class="number">([\d,]+) pesos</td></tr>', page)
    assert sum(int(amount.replace(",", "")) for amount in rows) == plan.spent


def test_locking_a_service_in_and_out(planner, run):
    page = planner.get(f"{URL}locks/", {"budget": "3", "q": "dental peña"}).content.decode()
    links = dict(re.findall(r'<a href="([^"]+)">Lock (in|out)<', page))
    url = {way: link.replace("&amp;", "&") for link, way in links.items()}
    assert "in=XAIMB000011%3Adental_care" in url["in"]
    assert "budget=3" in url["in"]
    kept = planner.get(url["in"] + "&show=chosen")
    assert "The planner locked it in" in text(kept) or "because the planner locked it in" in text(kept)
    left = planner.get(url["out"] + "&show=refused")
    assert "Left out because the planner locked it out." in text(left)


def test_hires_can_be_limited(planner, run):
    words = text(planner.get(URL, {"budget": "30", "show": "refused", "hire_staff.emergency_physician": "2"}))
    assert "Refused: it needs 12 of “Emergency physician” to be hired" in words


def test_the_curve_is_drawn_and_told_as_a_table(planner, run):
    page = planner.get(f"{URL}curve/").content.decode()
    assert page.count("<circle") == 12
    assert page.count('<th scope="row" class="number">') == 12
    values = [
        int(row.replace(",", "")) for row in re.findall(r'million pesos</td><td class="number">([\d,]+)</td>', page)
    ]
    assert values == sorted(values)


def test_saving_keeps_what_was_looked_at(planner, people, run):
    asked = {"budget": "3", "equity": "0", "name": "Primer plan", "show": "chosen", "in": "XAIMB000011:preventive_care"}
    answer = planner.post(f"{URL}save/", asked)
    scenario = Scenario.objects.get()
    assert answer.url == f"/plans/{scenario.pk}/"
    assert (scenario.name, scenario.made_by, scenario.budget) == ("Primer plan", "coordinator_a", 3_000_000)
    assert scenario.limits["equity"] == []
    assert ScenarioItem.objects.get(reason="locked_in").service == "preventive_care"
    assert JournalEntry.objects.filter(action="planning.make_scenario").count() == 1
    assert 'role="status"' in planner.get(answer.url).content.decode()


@pytest.mark.parametrize("given", [{"name": " "}, {"budget": "-2"}, {"in": "XAIMB000023:internal_medicine"}])
def test_what_cannot_be_saved_is_said(planner, run, given):
    page = planner.post(f"{URL}save/", {"budget": "3", "name": "Plan"} | given)
    assert page.status_code == 200
    assert 'role="alert"' in page.content.decode()
    assert Scenario.objects.count() == 0


@pytest.mark.parametrize("name", ["auditor", "coordinator_b", "director"])
def test_who_makes_no_plans_saves_none(client, people, run, name):
    client.force_login(getattr(people, name))
    assert client.post(f"{URL}save/", {"budget": "3", "name": "Plan"}).status_code == 404
    assert Scenario.objects.count() == 0


def test_an_auditor_is_offered_no_saving(client, people, run):
    client.force_login(people.auditor)
    assert f"{URL}save/" not in client.get(URL).content.decode()


def test_without_a_diagnosis_the_page_says_so(planner, people, territory):
    words = text(planner.get(URL))
    assert "No diagnosis has been made" in words
    assert planner.get(f"{URL}curve/").url == URL
    assert planner.post(f"{URL}save/", {"budget": "3", "name": "Plan"}).status_code == 404


def test_the_same_number_of_queries_for_few_items_and_for_many(planner, run, large_run, django_assert_max_num_queries):
    planner.get(URL)
    with django_assert_max_num_queries(12):
        planner.get(URL, {"budget": "3", "show": "refused"})


def test_who_sees_no_plans_is_offered_none(client, people, run):
    client.force_login(people.census_lead)
    assert "/areas/91/plan/" not in client.get("/areas/91/").content.decode()
    client.force_login(people.auditor)
    assert "/areas/91/plan/" in client.get("/areas/91/").content.decode()


def test_a_coordinator_is_sent_to_no_plan_of_a_wider_territory(client, people, territory):
    wider, own = 'href="/areas/MX/plan/"', "/areas/92/plan/"
    client.force_login(people.coordinator_b)
    assert wider not in client.get(own).content.decode()
    client.force_login(people.planner)
    assert wider in client.get(own).content.decode()
