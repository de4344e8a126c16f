"""Saved scenarios: who sees them, figures, items, files, two beside each other, renaming, deleting."""

import csv
import re

import pytest

from bienestar.foundation.journal.models import JournalEntry
from bienestar.insight.planning.models import Scenario, ScenarioItem

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(client, people):
    client.force_login(people.coordinator_a)
    client.cookies["django_language"] = "en"
    return client


def text(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode()))


def table(answer):
    return list(csv.DictReader(answer.content.decode("utf-8-sig").splitlines()))


PAGES = ["/plans/{a}/", "/plans/compare/?a={a}&b={b}", "/plans/{a}/items.csv", "/plans/{a}/purchases.xlsx"]


@pytest.mark.parametrize("url", PAGES)
def test_who_sees_a_scenario(client, people, small, large, url):
    found = []
    for name in ("planner", "coordinator_a", "coordinator_b", "director", "census_lead", "auditor"):
        client.force_login(getattr(people, name))
        found.append(client.get(url.format(a=small.pk, b=large.pk)).status_code)
    assert found == [200, 200, 404, 404, 404, 200]


def test_the_list_shows_those_of_my_territory(client, people, small, large):
    client.force_login(people.coordinator_a)
    page = client.get("/plans/").content.decode()
    assert "Plan corto" in page
    assert "Plan largo" in page
    assert "Plan largo" not in client.get("/plans/", {"q": "corto"}).content.decode()
    client.force_login(people.coordinator_b)
    assert "Plan corto" not in client.get("/plans/").content.decode()
    client.force_login(people.census_lead)
    assert client.get("/plans/").status_code == 404


def test_a_scenario_tells_its_figures(owner, small):
    words = text(owner.get(f"/plans/{small.pk}/"))
    assert f"{small.spent:,.0f} pesos" in words
    assert f"{round(small.people_gaining):,}" in words
    assert "Saved by coordinator_a" in words
    assert small.costs_sha256 in words
    assert small.run.records_sha256 in words


@pytest.mark.parametrize(("part", "chosen"), [("chosen", True), ("refused", False)])
def test_items_of_each_side(owner, small, part, chosen):
    page = owner.get(f"/plans/{small.pk}/", {"show": part}).content.decode()
    assert page.count('class="reason"') == ScenarioItem.objects.filter(scenario=small, chosen=chosen).count()


def test_items_by_reason_and_service(owner, small):
    page = owner.get(f"/plans/{small.pk}/", {"show": "refused", "reason": "unknown"}).content.decode()
    assert page.count('class="reason"') == 1
    one = owner.get(f"/plans/{small.pk}/", {"show": "refused", "service": "internal_medicine"}).content.decode()
    assert one.count('class="reason"') == 1


def test_the_file_has_the_rows_of_the_page(owner, small):
    rows = table(owner.get(f"/plans/{small.pk}/items.csv"))
    assert len(rows) == ScenarioItem.objects.filter(scenario=small).count()
    chosen = [row for row in rows if row["Chosen"] == "yes"]
    assert sum(float(row["Cost, pesos"]) for row in chosen) == float(small.spent)
    page = text(owner.get(f"/plans/{small.pk}/", {"show": "chosen"}))
    for row in chosen:
        assert row["Reason"] in page
        assert row["Unit"] in page


def test_the_shopping_list_adds_up(owner, small):
    rows = table(owner.get(f"/plans/{small.pk}/purchases.csv"))
    assert sum(float(row["Cost, pesos"]) for row in rows) == float(small.spent)
    assert owner.get(f"/plans/{small.pk}/items.xlsx").content.startswith(b"PK")
    assert owner.get(f"/plans/{small.pk}/items.pdf").status_code == 404


def test_two_scenarios_beside_each_other(owner, small, large):
    words = text(owner.get("/plans/compare/", {"a": small.pk, "b": large.pk}))
    assert "Plan corto" in words
    assert f"{large.spent - small.spent:,.0f} pesos" in words
    mine = set(ScenarioItem.objects.filter(scenario=small, chosen=True).values_list("unit_id", "service"))
    other = set(ScenarioItem.objects.filter(scenario=large, chosen=True).values_list("unit_id", "service"))
    assert f"{len(other - mine)} services only in B" in words
    assert f"{len(mine & other)} service" in words


@pytest.mark.parametrize("pair", [{}, {"a": "1"}, {"a": "1", "b": "1"}, {"a": "x", "b": "2"}])
def test_two_different_ones_are_needed(owner, small, pair):
    assert owner.get("/plans/compare/", pair).url == "/plans/"


def test_only_who_made_it_renames_and_deletes(owner, people, small, large):
    assert owner.get(f"/plans/{large.pk}/rename/").status_code == 404
    assert owner.post(f"/plans/{large.pk}/delete/").status_code == 404
    assert "/rename/" not in owner.get(f"/plans/{large.pk}/").content.decode()
    assert owner.post(f"/plans/{small.pk}/rename/", {"name": "Otro nombre"}).url == f"/plans/{small.pk}/"
    assert 'id="id_name_error"' in owner.post(f"/plans/{small.pk}/rename/", {"name": ""}).content.decode()
    small.refresh_from_db()
    assert small.name == "Otro nombre"
    assert owner.get(f"/plans/{small.pk}/delete/").status_code == 200
    assert Scenario.objects.count() == 2
    assert owner.post(f"/plans/{small.pk}/delete/").url == "/plans/"
    assert list(Scenario.objects.values_list("pk", flat=True)) == [large.pk]
    assert JournalEntry.objects.filter(action="planning.delete_scenario").count() == 1


def test_the_page_of_a_unit_leads_only_to_a_scenario_that_its_reader_sees(client, people, small):
    link = f'href="/plans/{small.pk}/"'
    client.force_login(people.director)
    page = client.get("/units/XAIMB000011/").content.decode()
    assert "Plan corto" in page
    assert link not in page
    client.force_login(people.coordinator_a)
    assert link in client.get("/units/XAIMB000011/").content.decode()
