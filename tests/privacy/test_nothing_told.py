"""Logs, addresses, error pages, journal rows and the API's own description hold nothing of a person."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from django.test import Client, override_settings

from bienestar.foundation.accounts.actions import issue_token
from bienestar.foundation.journal.models import JournalEntry, SourceFile
from tests.beneficiaries.conftest import JUAN, LUPE, Register, register
from tests.conftest import People
from tests.sources.rolls import load_roll, row, write_roll

__all__ = ["register"]

PERSONAL = ("Juan Carlos", "Hernández", "HELJ850312HOCRPN01", "1985-03-12", "12/03/1985", "HERNÁNDEZ", "hernandez") + (
    "Zutanita",
    "Perengánez",
    "Guadalupe",
    "CUOG011231MCSRRDA6",
    "2001-12-31",
)


def tells(text: str) -> list[str]:
    """What of the invented people a text holds."""
    return [word for word in PERSONAL if word.lower() in text.lower()]


def form(**changes: str) -> dict[str, str]:
    """What the registration page sends of Lupe."""
    return {
        "curp": LUPE.curp,
        "given_names": LUPE.given_names,
        "first_surname": LUPE.first_surname,
        "second_surname": LUPE.second_surname,
        "birth_day": "31",
        "birth_month": "12",
        "birth_year": "2001",
        "sex": "M",
        "birth_state": "CS",
        "municipality": "91001",
        "unit": "XAIMB000011",
        **changes,
    }


@pytest.mark.django_db(transaction=True)
def test_an_error_of_the_database_says_nothing_of_the_row_that_it_refused(people: People, log: io.StringIO) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(people.operator_a)
    with override_settings(ROOT_URLCONF="tests.privacy.breaking"):
        answer = client.get("/breaks/")
    assert answer.status_code == 500
    assert tells(answer.content.decode()) == []
    text = log.getvalue()
    assert "ValueError" in text
    assert "IntegrityError" in text
    assert "breaking.py" in text
    assert tells(text) == []


def test_pages_that_refuse_say_nothing_of_others_and_log_nothing(
    people: People, register: Register, log: io.StringIO
) -> None:
    juan = register(JUAN)
    elsewhere, operator, nobody = Client(), Client(), Client()
    elsewhere.force_login(people.coordinator_b)
    operator.force_login(people.operator_a)
    asked = [
        nobody.post("/people/", {"words": "Hernández López HELJ850312HOCRPN01"}),
        nobody.get(f"/people/{juan.uid}/"),
        elsewhere.post("/people/", {"words": "HELJ850312HOCRPN01"}),
        elsewhere.get(f"/people/{juan.uid}/"),
        elsewhere.post(f"/people/{juan.uid}/edit/", form(curp=JUAN.curp)),
        operator.get("/people/nobody-there/"),
        operator.get("/people/%ff/"),
    ]
    for answer in asked:
        assert answer.status_code in {302, 400, 403, 404}
        assert tells(answer.content.decode()) == []
        assert tells(answer.headers.get("Location", "")) == []
    assert tells(log.getvalue()) == []


def test_a_registration_that_fails_tells_only_whoever_typed_it(people: People, log: io.StringIO) -> None:
    client = Client()
    client.force_login(people.operator_a)
    for wrong in ({"curp": "HELJ850312HOCRPN99"}, {"birth_day": "99"}, {"given_names": "", "first_surname": ""}):
        answer = client.post("/people/new/", form(**wrong))
        assert answer.status_code in {200, 400, 422}
        assert answer.headers["Cache-Control"]
    answer = client.post("/people/new/", form())
    assert tells(answer.headers.get("Location", "")) == []
    assert tells(log.getvalue()) == []
    assert tells(journal()) == []


def test_the_api_answers_errors_without_repeating_what_was_sent(
    people: People, register: Register, system: object, log: io.StringIO
) -> None:
    register(JUAN)
    secret = issue_token(by=system, user=people.operator_a, name="x")  # type: ignore[arg-type]
    sent = {"given_names": "Zutanita", "first_surname": "Perengánez", "curp": "HELJ850312HOCRPN99", "sex": 5}
    client = Client(headers={"Authorization": f"Bearer {secret}"})
    for address, body in (
        ("/api/v1/persons", sent),
        ("/api/v1/persons", {**sent, "sex": "H", "birth_date": "1985-03-12", "municipality": "00000"}),
        ("/api/v1/persons/search", {"words": ["Zutanita Perengánez"]}),
        ("/api/v1/persons/eligibility", {"curp": ["HELJ850312HOCRPN01"]}),
    ):
        answer = client.post(address, json.dumps(body), content_type="application/json")
        assert answer.status_code in {400, 409, 422}, address
        assert tells(answer.content.decode()) == [], address
    assert client.get("/api/v1/persons/nobody").status_code == 404
    assert tells(log.getvalue()) == []
    assert tells(journal()) == []


def test_the_journal_and_the_sources_hold_uids_and_counts_only(people: People, register: Register) -> None:
    client = Client()
    client.force_login(people.operator_a)
    person = register(JUAN)
    client.post("/people/", {"words": "hernandez juan carlos"})
    client.get(f"/people/{person.uid}/")
    actions = set(JournalEntry.objects.values_list("action", flat=True))
    assert {"beneficiaries.register_person", "beneficiaries.search_persons", "beneficiaries.read_person"} <= actions
    assert tells(journal()) == []


def test_a_roll_with_bad_rows_says_nothing_of_them(tmp_path: Path, system: object, log: io.StringIO) -> None:
    rows = [
        row(1, given_names="Zutanita", first_surname="Perengánez", curp="HELJ850312HOCRPN99", valid_to="x"),
        row(2, given_names="Zutanita", birth_date="1985-03-12", id=""),
        row(3),
    ]
    outcome = load_roll(write_roll(tmp_path / "padron.csv", rows))
    assert outcome.rejected == 2
    assert tells(Path(outcome.issues_file).read_text()) == []
    assert tells(str(outcome)) == []
    assert tells(log.getvalue()) == []
    assert tells(journal()) == []


def test_what_the_api_says_of_itself_has_no_real_looking_person() -> None:
    described = Client().get("/api/v1/openapi.json").content.decode()
    assert "/api/v1/persons" in described
    assert tells(described) == []


def journal() -> str:
    """Every row of the journal and every source file, as text."""
    rows = [*JournalEntry.objects.values(), *SourceFile.objects.values()]
    return json.dumps(rows, default=str, ensure_ascii=False)
