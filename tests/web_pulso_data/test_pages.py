"""Before and after, and who has reported: what the pages say is what the queries tell, in both languages."""

from __future__ import annotations

import csv
import io
from decimal import Decimal

import pytest

from bienestar.foundation.accounts.queries import PublicUser
from bienestar.insight.indicators.queries.comparing import compare_sets
from bienestar.insight.indicators.queries.frozen_units import frozen_units
from bienestar.insight.indicators.queries.values import COUNTRY, reporting_by, silent_units, value_of

pytestmark = pytest.mark.django_db
PUBLIC = PublicUser()


def english(client):
    client.cookies["django_language"] = "en"
    return client


def rows_of(answer):
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


def test_the_comparison_on_the_page_and_in_the_file_is_that_of_the_query(client, two_sets):
    found = compare_sets(PUBLIC, two_sets.before, two_sets.after, "FAC-02")
    page = english(client).get("/pulso/cambios/FAC-02/").content.decode()
    for words in ("As reported", "On constant scope", "Units that joined", "Reclassified", f"{found.same_units} units"):
        assert words in page
    rows = rows_of(client.get("/pulso/cambios/FAC-02/cambios.csv"))
    told = {(row["part"], row["item"]): row["amount"] for row in rows}
    assert Decimal(told["numerator", "difference"]) == found.parts[0].difference
    pieces = found.parts[0].split.pieces
    amounts = [amount for (part, item), amount in told.items() if part == "numerator" and item in pieces]
    assert sum(map(Decimal, amounts)) == found.parts[0].difference
    units = rows_of(client.get("/pulso/cambios/FAC-02/unidades.csv"))
    assert sum(Decimal(row["after"]) - Decimal(row["before"]) for row in units) == found.parts[0].difference


def test_sets_and_place_are_chosen_and_put_in_their_order(client, two_sets):
    asked = {"antes": two_sets.after.number, "despues": two_sets.before.number}
    rows = rows_of(client.get("/pulso/cambios/WRK-01/cambios.csv", asked))
    assert (rows[0]["earlier"], rows[0]["later"]) == ("2026-03-31", "2026-09-30")
    assert client.get("/pulso/cambios/WRK-01/", {"lugar": "77"}).status_code == 404
    assert client.get("/pulso/cambios/XXX-01/").status_code == 404


def test_a_state_is_compared_alone(client, pulso_sets, territory):
    rows = rows_of(client.get("/pulso/cambios/FAC-02/cambios.csv", {"lugar": "91"}))
    told = {(row["part"], row["item"]): row["amount"] for row in rows}
    assert float(told["value", "after"]) == value_of(PUBLIC, pulso_sets.newest, "FAC-02", "91").value
    assert "Sierra Clara" in client.get("/pulso/cambios/FAC-02/", {"lugar": "91"}).content.decode()


def test_what_cannot_be_told_says_why_and_what_is_of_people_stays_with_officials(client, pulso_sets, people):
    page = english(client).get("/pulso/cambios/ENR-01/").content.decode()
    assert "It would tell of few people" in page
    assert "unidades.csv" not in page
    assert rows_of(client.get("/pulso/cambios/ENR-01/unidades.csv")) == []
    assert "It is itself a difference" in client.get("/pulso/cambios/SUP-08/").content.decode()
    client.force_login(people.planner)
    assert "Where the difference comes from" in client.get("/pulso/cambios/ENR-01/").content.decode()


def test_one_cut_off_has_nothing_to_be_compared_with(client, pulso_set):
    page = english(client).get("/pulso/cambios/FAC-02/")
    assert "nothing to compare it with" in page.content.decode()
    assert client.get("/pulso/cambios/FAC-02/cambios.csv").status_code == 404


def test_who_has_reported_from_the_country_down_to_the_units(client, two_sets):
    english(client)
    value_set, corte = two_sets.before, {"corte": two_sets.before.number}
    staff = next(row for row in reporting_by(value_set, "country") if row.register == "staff")
    assert staff.units_never > 0
    overview = client.get("/pulso/completitud/", corte).content.decode()
    assert f"/pulso/completitud/staff/02/?corte={value_set.number}" in overview
    silent = silent_units(value_set, "staff", "02")
    names = frozen_units(value_set, [one.unit for one in silent])
    state = client.get("/pulso/completitud/staff/02/", corte).content.decode()
    for one in silent:
        assert names[one.unit].name in state
    rows = rows_of(client.get(f"/pulso/completitud/{value_set.number}/staff/02/unidades.csv"))
    assert [row["unit"] for row in rows] == [one.unit for one in silent]
    whole = rows_of(client.get(f"/pulso/completitud/{value_set.number}/completitud.csv"))
    of_staff = {(row["level"], row["code"]): int(row["units_due"]) for row in whole if row["register"] == "staff"}
    assert of_staff["country", COUNTRY] == staff.units_due
    assert sum(due for (level, _code), due in of_staff.items() if level == "state") == staff.units_due
    assert sum(due for (level, _code), due in of_staff.items() if level == "municipality") == staff.units_due


def test_places_have_their_names(client, pulso_set, territory):
    assert "Sierra Clara" in client.get("/pulso/completitud/").content.decode()
    assert "Peña Alta" in client.get("/pulso/completitud/staff/91/").content.decode()


@pytest.mark.parametrize("address", ["units/", "nothing/", "staff/77/", "staff/91001/", "staff/x/"])
def test_what_reports_to_nobody_has_no_page(client, pulso_set, territory, address):
    assert client.get(f"/pulso/completitud/{address}").status_code == 404


def test_the_same_number_of_queries_for_one_state_and_for_all(
    client, pulso_set, territory, django_assert_max_num_queries
):
    client.get("/pulso/completitud/")
    with django_assert_max_num_queries(8):
        client.get("/pulso/completitud/")
