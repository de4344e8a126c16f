"""Reading through the API: pages, filters, order, errors, and what is not known."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client, RequestFactory
from django.urls import get_resolver

from bienestar.foundation.facilities.models import Unit, UnitIdentifier
from tests.api.conftest import Call, Census
from tests.conftest import PASSWORD, People

pytestmark = pytest.mark.django_db


def keys(answer: Any, field: str = "uid") -> list[str]:
    assert answer.status_code == 200, answer.content
    return [item[field] for item in answer.json()["items"]]


def test_pages_join_into_the_whole_list_without_overlap(call: Call) -> None:
    whole = keys(call("get", "/units?limit=1000", "planner"))
    pages = [keys(call("get", f"/units?limit=2&offset={offset}", "planner")) for offset in (0, 2, 4, 6)]
    assert [len(page) for page in pages] == [2, 2, 1, 0]
    assert sum(pages, []) == whole
    body = call("get", "/units?limit=2&offset=2", "planner").json()
    assert (body["count"], body["limit"], body["offset"]) == (5, 2, 2)


@pytest.mark.parametrize("query", ["limit=0", "limit=1001", "offset=-1", "limit=x", "offset=99999999999999999999"])
def test_a_page_that_cannot_be_is_refused(call: Call, query: str) -> None:
    answer = call("get", f"/units?{query}", "planner")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["where"].startswith("query.")


def test_a_list_holds_only_the_readers_territory(call: Call) -> None:
    assert {uid[:2] for uid in keys(call("get", "/units", "coordinator_b"))} == {"XB"}
    assert keys(call("get", "/units", "director")) == ["XAIMB000011"]
    assert keys(call("get", "/areas?level=state", "coordinator_b"), "code") == ["92"]
    assert keys(call("get", "/areas?level=state"), "code") == ["91", "92"]


def test_filters(call: Call) -> None:
    assert keys(call("get", "/units?area=91002", "planner")) == ["XAIMB000035"]
    assert set(keys(call("get", "/units?unit_type=rural_health_center", "planner"))) == {"XAIMB000035", "XBIMB000010"}
    assert keys(call("get", "/units?search=general", "planner")) == ["XAIMB000023"]
    Unit.objects.filter(uid="XAIMB000035").update(name="CENTRO DE SALUD RÍO SECO")
    assert keys(call("get", "/units?search=río seco", "planner")) == ["XAIMB000035"]
    assert keys(call("get", "/areas?under=92&level=municipality&sort=-code"), "code") == ["92002", "92001"]
    assert keys(call("get", "/areas?search=seco"), "code") == ["91002"]
    assert call("get", "/units?area=92", "coordinator_a").status_code == 404


def test_order(call: Call) -> None:
    names = [item["name"] for item in call("get", "/units?sort=-name", "planner").json()["items"]]
    assert names == sorted(names, reverse=True)
    assert call("get", "/units?sort=password", "planner").status_code == 422


def test_units_that_operate(call: Call, units: dict[str, Unit]) -> None:
    units["XAIMB000035"].statuses.update(status="closed")
    assert keys(call("get", "/units?operating=false", "planner")) == ["XAIMB000035"]
    assert len(keys(call("get", "/units?operating=true", "planner"))) == 4


def test_a_unit_answers_to_its_old_key_and_shows_both(call: Call, units: dict[str, Unit]) -> None:
    unit = units["XAIMB000011"]
    UnitIdentifier.objects.create(unit=unit, value="XASSA000017", valid_to="2023-12-31", is_current=False)
    body = call("get", "/units/XASSA000017", "coordinator_a").json()
    assert (body["uid"], body["key"]) == ("XAIMB000011", "XAIMB000011")
    assert {(key["value"], key["is_current"]) for key in body["identifiers"]} == {
        ("XAIMB000011", True),
        ("XASSA000017", False),
    }
    assert body["municipality"] == "91001"


def test_a_unit_that_was_handed_over_shows_its_new_key(call: Call, units: dict[str, Unit]) -> None:
    unit = units["XAIMB000011"]
    unit.identifiers.update(is_current=False, valid_to="2024-06-30")
    UnitIdentifier.objects.create(unit=unit, value="XAIMB009993", valid_from="2024-07-01")
    (item,) = call("get", "/units?search=peña", "director").json()["items"]
    assert (item["uid"], item["key"]) == ("XAIMB000011", "XAIMB009993")


def test_not_counted_is_null_and_never_zero(call: Call, census: Census) -> None:
    items = call("get", "/observations?resource=equipment.scale", "auditor").json()["items"]
    assert [(item["existing"], item["usable"], item["stage"]) for item in items] == [(None, None, "recorded")]


def test_observations_by_unit_round_and_stage(call: Call, census: Census) -> None:
    path = f"/observations?unit=XAIMB000011&round={census.round.pk}&stage=recorded&sort=-resource"
    assert keys(call("get", path, "auditor"), "resource") == [
        "staff.general_physician",
        "room.general_consulting",
        "equipment.scale",
    ]
    assert keys(call("get", "/observations?stage=accepted", "auditor"), "resource") == []
    assert keys(call("get", "/observations", "coordinator_b"), "resource") == []


def test_figures_say_their_source_and_boundaries_are_geojson(call: Call) -> None:
    figures = call("get", "/areas/91001/figures?measure=population").json()["items"]
    assert [(f["value"], f["as_of"], f["source"]["publisher"]) for f in figures] == [(40000, "2020-03-15", "Tests")]
    feature = call("get", "/areas/91001/boundary").json()
    assert (feature["type"], feature["geometry"]["type"]) == ("Feature", "Polygon")


def test_area_knows_its_parent(call: Call) -> None:
    assert [call("get", f"/areas/{code}").json()["parent"] for code in ("MX", "91", "91001")] == [None, "MX", "91"]


def test_a_wrong_token_is_refused_even_where_anybody_may_read(call: Call) -> None:
    answer = call("get", "/areas", None, Authorization="Bearer wrong")
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_errors_speak_the_readers_language(call: Call, people: People) -> None:
    assert call("get", "/units/NADA", "planner").headers["Content-Language"] == "es"
    people.planner.language = "en"
    people.planner.save()
    answer = call("get", "/units/NADA", "planner")
    assert (answer.json()["title"], answer.headers["Content-Language"]) == ("There is no such thing here", "en")


def test_an_address_that_is_not_there_is_a_problem_too(call: Call) -> None:
    for path in ("/areas/ZZ", "/units/%00", "/visits/0", "/visits/99999999999999999999"):
        answer = call("get", path, "planner")
        assert answer.status_code in {404, 422}, path
        assert answer.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("method", ["put", "patch", "delete", "options"])
def test_a_method_that_an_address_does_not_have_is_a_problem_too(call: Call, method: str) -> None:
    answer = call(method, "/units", "planner")
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET")
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["title"] == "Esta dirección no hace eso"


def test_a_body_that_is_too_large_is_a_problem_too(call: Call, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    answer = call("post", "/persons/search", "planner", {"name": "x" * 2000})
    assert answer.status_code in {400, 413}
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_an_answer_that_breaks_is_a_problem_too() -> None:
    """Through the handlers that the addresses name, as Django calls them."""
    resolver = get_resolver()
    for status in (400, 403, 404, 500):
        request = RequestFactory().get("/api/v1/units")
        words = () if status == 500 else (ValueError("x"),)
        answer = resolver.resolve_error_handler(status)(request, *words)
        assert (answer.status_code, answer.headers["Content-Type"]) == (status, "application/problem+json")


def test_the_session_of_the_pages_is_enough_to_read(people: People) -> None:
    client = Client()
    client.force_login(people.coordinator_a)
    assert client.get("/api/v1/units/XAIMB000011").status_code == 200
    assert client.get("/api/v1/units/XBIMB000010").status_code == 404


def test_a_session_writes_only_with_its_csrf_token(people: People, census: Census) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(people.census_lead)
    path = f"/api/v1/visits/{census.visit.pk}/accept"
    assert client.post(path).status_code == 403
    client.cookies["csrftoken"] = "a" * 32
    assert client.post(path, headers={"X-CSRFToken": "a" * 32}).status_code == 200


def test_questions_asked_do_not_grow_with_the_rows(
    call: Call, census: Census, django_assert_max_num_queries: Any
) -> None:
    call("get", "/units", "auditor")
    for limit in (1, 5):
        with django_assert_max_num_queries(6):
            call("get", f"/units?limit={limit}", "auditor")
        with django_assert_max_num_queries(6):
            call("get", f"/observations?limit={limit}", "auditor")


def test_the_password_opens_no_api(call: Call) -> None:
    assert call("get", "/units", None, Authorization=f"Basic planner:{PASSWORD}").status_code == 401


def test_a_name_is_found_without_its_accents(call: Call, territory: Any, units: dict[str, Any]) -> None:
    unit = units["XAIMB000011"]
    unit.name = "CENTRO DE SALUD LA PEÑITA"
    unit.save()
    for words in ("peñita", "PEÑITA", "salud peñita"):
        found = call("get", f"/units?search={words}", "auditor").json()["items"]
        assert [row["uid"] for row in found] == ["XAIMB000011"]


def test_an_address_that_does_not_exist_answers_in_the_form_of_the_api(client: Client, people: People) -> None:
    answer = client.get("/api/v1/nothing-here")
    assert answer.status_code == 404
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert client.get("/nothing-here").headers["Content-Type"].startswith("text/html")
