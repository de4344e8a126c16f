"""Giving and ending roles: only where the reader manages access."""

import datetime as dt

import pytest
from django.utils import timezone

from bienestar.foundation.accounts.actions import grant_role
from bienestar.foundation.accounts.choices import Permission
from bienestar.foundation.accounts.models import Grant, User
from bienestar.foundation.accounts.queries import access_of
from bienestar.foundation.journal.models import JournalEntry

pytestmark = pytest.mark.django_db
PAGES = ["/access/", "/access/give/", "/access/accounts/new/"]


def signed_in(client, person):
    client.force_login(person)
    return client


def fields(**given):
    return {
        "username": "auditor",
        "role": "census_lead",
        "place": "91",
        "valid_from": "2026-01-01",
        "valid_to": "",
    } | given


@pytest.mark.parametrize("url", PAGES)
@pytest.mark.parametrize("name", ["coordinator_a", "director", "census_lead", "auditor"])
def test_only_who_manages_access_sees_it(client, people, name, url):
    assert signed_in(client, getattr(people, name)).get(url).status_code == 404


@pytest.mark.parametrize("url", [*PAGES, "/account/", "/journal/"])
def test_a_stranger_is_asked_to_sign_in(client, people, url):
    answer = client.get(url)
    assert answer.status_code == 302
    assert answer.url.startswith("/sign-in/")


def test_the_list_shows_who_holds_what(client, people):
    page = signed_in(client, people.planner).get("/access/").content.decode()
    assert "Coordinator_A" in page
    assert "Sierra Clara" in page
    assert "Centro de Salud Peña Alta" in page
    found = client.get("/access/", {"q": "director"}).content.decode()
    assert "Director" in found
    assert "Coordinator_A" not in found


def test_giving_a_role(client, people, territory):
    answer = signed_in(client, people.planner).post("/access/give/", fields())
    assert answer.url == "/access/"
    grant = Grant.objects.get(user=people.auditor, role__key="census_lead")
    assert (grant.area_path, grant.valid_to, grant.granted_by) == (territory.state_a.path, None, "planner")
    page = client.get("/access/").content.decode()
    assert 'role="status"' in page
    assert 'role="status"' not in client.get("/access/").content.decode()


def test_a_role_over_one_unit(client, people, units):
    signed_in(client, people.planner).post("/access/give/", fields(place="xaimb000023", role="unit_director"))
    assert Grant.objects.get(role__key="unit_director", user=people.auditor).area_path == units["XAIMB000023"].path


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"username": "nadie"}, "id_username"),
        ({"role": "system_operator"}, "id_role"),
        ({"place": "77"}, "id_place"),
        ({"valid_from": "mañana"}, "id_valid_from"),
        ({"valid_to": "2025-01-01"}, "id_valid_to"),
    ],
)
def test_what_is_wrong_is_said_at_the_field(client, people, given, field):
    before = Grant.objects.count()
    page = signed_in(client, people.planner).post("/access/give/", fields(**given)).content.decode()
    assert f'href="#{field}"' in page
    assert f'id="{field}_error"' in page
    assert Grant.objects.count() == before


def test_who_manages_one_state_gives_roles_in_that_state_only(client, people, system, territory):
    grant_role(
        by=system,
        user=people.coordinator_a,
        role="national_planner",
        area_path=territory.state_a.path,
        valid_from=dt.date(2024, 1, 1),
    )
    signed_in(client, people.coordinator_a)
    for place in ["MX", "92", "92001", "XBIMB000010"]:
        page = client.post("/access/give/", fields(place=place)).content.decode()
        assert 'id="id_place_error"' in page
    assert client.post("/access/give/", fields(place="91001")).status_code == 302
    assert "Costa Brava" not in client.get("/access/", {"show": "all"}).content.decode()
    other = Grant.objects.get(user=people.coordinator_b)
    assert client.get(f"/access/grants/{other.pk}/end/").status_code == 404
    assert client.get("/access/accounts/new/").status_code == 404


def test_ending_a_role_leaves_the_row(client, people):
    grant = Grant.objects.get(user=people.coordinator_a)
    url = f"/access/grants/{grant.pk}/end/"
    signed_in(client, people.planner)
    assert "Sierra Clara" in client.get(url).content.decode()
    early = client.post(url, {"on": "2023-12-31"}).content.decode()
    assert 'id="id_on_error"' in early
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    assert client.post(url, {"on": yesterday.isoformat()}).url == "/access/"
    grant.refresh_from_db()
    assert grant.valid_to == yesterday
    assert not access_of(User.objects.get(pk=people.coordinator_a.pk)).paths(Permission.VIEW_UNITS)
    assert "<code>coordinator_a</code>" not in client.get("/access/").content.decode()
    assert "<code>coordinator_a</code>" in client.get("/access/", {"show": "all"}).content.decode()
    assert JournalEntry.objects.filter(action="accounts.end_grant", actor="planner").count() == 1


def test_making_an_account_and_then_giving_it_a_role(client, people):
    signed_in(client, people.planner)
    new = {"username": "rosa.diaz", "display_name": "Rosa Díaz", "password": "tres tristes tigres"}
    answer = client.post("/access/accounts/new/", new)
    assert answer.url == "/access/give/?to=rosa.diaz"
    assert 'value="rosa.diaz"' in client.get(answer.url).content.decode()
    assert User.objects.get(username="rosa.diaz").check_password("tres tristes tigres")


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"username": "auditor"}, "id_username"),
        ({"username": "Rosa Díaz"}, "id_username"),
        ({"password": "corta"}, "id_password"),
    ],
)
def test_an_account_that_cannot_be_made(client, people, given, field):
    new = {"username": "rosa", "display_name": "Rosa", "password": "tres tristes tigres"} | given
    page = signed_in(client, people.planner).post("/access/accounts/new/", new).content.decode()
    assert f'id="{field}_error"' in page
    assert not User.objects.filter(display_name="Rosa").exists()


@pytest.mark.parametrize("language", ["es", "en"])
def test_the_policy_page_tells_each_role_in_words(client, people, language):
    client.cookies["django_language"] = language
    page = client.get("/access/roles/").content.decode()
    role = {"es": "Coordinación estatal", "en": "State coordinator"}[language]
    assert role in page
