"""Persons through the API: registered once, searched, read, and whether they are eligible; all of it journalled."""

from __future__ import annotations

import datetime as dt
import io
import json
import sys
from typing import Any

import pytest
from django.core.signals import request_started
from django.db import DatabaseError, close_old_connections, connection, transaction
from django.utils import timezone

from bienestar.foundation.accounts.actions import end_tokens, grant_role, issue_token
from bienestar.foundation.accounts.models import Grant, RolePermission, User
from bienestar.foundation.journal.models import JournalEntry
from bienestar.operations.enrolment.models import EligibilityCheck
from bienestar.registers.beneficiaries.actions import merge_persons, record_death
from bienestar.registers.beneficiaries.models import Person
from bienestar.registers.beneficiaries.queries import reads_of
from tests.api.conftest import Call
from tests.beneficiaries.conftest import BABY, JUAN, LUPE, Register, curp_for, register
from tests.conftest import People

__all__ = ["register"]
pytestmark = pytest.mark.django_db

JSON = {
    "given_names": "Juan Carlos",
    "first_surname": "Hernández",
    "second_surname": "López",
    "birth_date": "1985-03-12",
    "sex": "H",
    "birth_state": "OC",
    "curp": "HELJ850312HOCRPN01",
    "municipality": "91001",
    "unit": "XAIMB000011",
}


def check(person: Person, result: str, **more: Any) -> EligibilityCheck:
    today = timezone.localdate()
    until = today if result in {"eligible", "covered"} else None
    values = {"checked_on": today, "valid_until": until, "basis": "match", "decided_by": "sistema"} | more
    return EligibilityCheck.objects.create(person=person, result=result, **values)


def test_a_person_told_twice_is_registered_once(call: Call) -> None:
    first, again = (call("post", "/persons", "operator_a", JSON) for _ in range(2))
    assert (first.status_code, first.json()["outcome"]) == (201, "created")
    assert (again.status_code, again.json()["outcome"]) == (200, "known")
    assert first.json()["person"] == again.json()["person"]
    assert first.json()["person"]["curp"] == JSON["curp"]
    assert first.json()["person"]["doubts"] == []
    assert Person.objects.count() == 1


def test_what_is_wrong_is_said_field_by_field(call: Call) -> None:
    body = JSON | {"curp": "HELJ850312HOCRPN02", "birth_date": "1785-03-12"}
    answer = call("post", "/persons", "operator_a", body, **{"Accept-Language": "en"})
    assert answer.status_code == 422
    assert {one["where"] for one in answer.json()["errors"]} == {"curp", "birth_date"}
    assert "HELJ" not in answer.content.decode()


def test_a_curp_that_says_something_else_is_kept_with_doubts(call: Call) -> None:
    told = call("post", "/persons", "operator_a", JSON | {"birth_date": "1985-03-21"}).json()["person"]
    assert [one["field"] for one in told["doubts"]] == ["birth_date"]


def test_of_somebody_elsewhere_nothing_is_told(call: Call, register: Register, system: User) -> None:
    there = register(JUAN, by=system, municipality="92002", unit="XBIMB000010")
    answer = call("post", "/persons", "operator_a", JSON)
    assert (answer.status_code, answer.json()) == (200, {"outcome": "elsewhere", "person": None})
    assert call("get", f"/persons/{there.uid}", "operator_a").status_code == 404
    found = call("post", "/persons/search", "operator_a", {"words": JUAN.curp}).json()
    assert found == {"items": [], "count": 0, "more": False, "elsewhere": True}


def test_search_finds_and_reading_is_told(call: Call, register: Register, people: People) -> None:
    juan = register(JUAN)
    found = call("post", "/persons/search", "operator_a", {"words": "lopez hernandes juan"}).json()
    assert [one["uid"] for one in found["items"]] == [juan.uid]
    assert found["items"][0]["unit"] == "XAIMB000011"
    assert call("get", f"/persons/{juan.uid}", "supervisor_a").json()["first_surname"] == "Hernández"
    assert [(row.actor, row.detail) for row in reads_of(people.operator_a, juan)] == [
        ("supervisor_a", {"purpose": "api"})
    ]


def test_eligible_is_told_with_its_evidence_and_journalled(call: Call, register: Register, people: People) -> None:
    juan = register(JUAN)
    today = timezone.localdate()
    evidence = [["imss", "2026-10-01", "no"], ["issste", "2026-10-01", "no"]]
    check(juan, "eligible", valid_until=today, evidence=evidence)
    answer = call("post", "/persons/eligibility", "operator_a", {"curp": "helj850312-hocrpn01"})
    assert answer.json() == {
        "result": "eligible",
        "institution": "",
        "valid_until": today.isoformat(),
        "checked_on": today.isoformat(),
        "evidence": [
            {"institution": "imss", "cut_off": "2026-10-01", "found": "no"},
            {"institution": "issste", "cut_off": "2026-10-01", "found": "no"},
        ],
        "to_resolve": [],
        "uid": juan.uid,
        "attend": True,
    }
    row = JournalEntry.objects.latest("id")
    assert (row.action, row.actor, row.subject) == ("enrolment.ask_eligibility", "operator_a", f"person:{juan.uid}")
    assert (row.area_path, row.detail, row.records) == (juan.path, {"found": True}, 1)
    assert abs(row.at - timezone.now()) < dt.timedelta(minutes=1)
    assert [one.pk for one in reads_of(people.operator_a, juan)] == [row.pk]


@pytest.mark.parametrize(
    ("told", "result", "tasks"),
    [
        ({"result": "covered", "institution": "imss"}, "covered", ["confirm_cover"]),
        ({"result": "contested"}, "contested", ["decide_contested"]),
        (
            {"result": "unknown", "evidence": [["imss", "2026-10-01", "review"]]},
            "unknown",
            ["decide_pair", "load_roll"],
        ),
        (
            {"result": "unknown", "evidence": [["imss", "2026-10-01", "no"], ["issste", "2020-01-01", "old"]]},
            "unknown",
            ["load_roll"],
        ),
        (
            {
                "result": "eligible",
                "checked_on": dt.date(2024, 1, 1),
                "valid_until": dt.date(2024, 12, 31),
                "evidence": [["imss", "2023-10-01", "no"], ["issste", "2023-10-01", "no"]],
            },
            "unknown",
            ["check_again"],
        ),
    ],
    ids=["covered", "contested", "a pair waits", "an old roll", "ran out"],
)
def test_whatever_is_open_the_person_is_attended(
    call: Call, register: Register, told: dict[str, Any], result: str, tasks: list[str]
) -> None:
    check(register(JUAN), **told)
    found = call("post", "/persons/eligibility", "operator_a", {"curp": JUAN.curp}).json()
    assert (found["attend"], found["result"], found["to_resolve"]) == (True, result, tasks)


def test_only_the_current_conclusion_counts(call: Call, register: Register) -> None:
    juan = register(JUAN)
    check(juan, "covered", institution="imss", is_current=False)
    assert call("post", "/persons/eligibility", "operator_a", {"curp": JUAN.curp}).json()["to_resolve"] == ["check"]
    check(juan, "eligible")
    assert call("post", "/persons/eligibility", "operator_a", {"curp": JUAN.curp}).json()["result"] == "eligible"


def test_outside_the_territory_the_eligibility_only(
    call: Call, register: Register, system: User, people: People
) -> None:
    there = register(JUAN, by=system, municipality="92002", unit="XBIMB000010")
    check(there, "eligible")
    found = call("post", "/persons/eligibility", "operator_a", {"curp": JUAN.curp}).json()
    assert (found["result"], found["uid"], found["attend"]) == ("eligible", "", True)
    row = JournalEntry.objects.latest("id")
    assert (row.actor, row.area_path, row.subject) == ("operator_a", there.path, f"person:{there.uid}")


def test_nobody_is_registered_with_it(call: Call, people: People) -> None:
    found = call("post", "/persons/eligibility", "operator_a", {"curp": JUAN.curp}).json()
    assert (found["result"], found["to_resolve"], found["attend"]) == ("unknown", ["register"], True)
    row = JournalEntry.objects.latest("id")
    assert (row.subject, row.area_path, row.detail) == ("person:-", "MX/91/91001/U-XAIMB000011/", {"found": False})


def test_former_curps_merged_records_and_the_dead(call: Call, register: Register, people: People) -> None:
    kept, juan = register(LUPE), register(JUAN)
    check(kept, "eligible")
    merge_persons(by=people.supervisor_a, survivor=kept, merged=juan)
    found = call("post", "/persons/eligibility", "operator_a", {"curp": JUAN.curp}).json()
    assert (found["uid"], found["result"]) == (kept.uid, "eligible")
    record_death(by=people.operator_a, person=kept, on=dt.date(2024, 1, 1))
    assert call("post", "/persons/eligibility", "operator_a", {"curp": LUPE.curp}).json()["to_resolve"] == [
        "confirm_death"
    ]


@pytest.mark.parametrize("curp", ["", "HELJ850312HOCRPN02", "x" * 18, "HELJ850230HOCRPN01", curp_for(BABY)[:-1]])
def test_no_curp_is_refused_in_a_sentence_and_not_journalled(call: Call, people: People, curp: str) -> None:
    rows = JournalEntry.objects.count()
    call("get", "/areas", "operator_a")
    rows = JournalEntry.objects.count()
    answer = call("post", "/persons/eligibility", "operator_a", {"curp": curp})
    assert answer.status_code == 422
    assert [one["where"] for one in answer.json()["errors"]] == ["curp"]
    assert JournalEntry.objects.count() == rows


def test_a_token_that_ended_asks_nothing_more(call: Call, register: Register, people: People, system: User) -> None:
    register(JUAN)
    assert call("post", "/persons/eligibility", "operator_a", {"curp": JUAN.curp}).status_code == 200
    end_tokens(by=system, user=people.operator_a, name="test")
    assert call("post", "/persons/eligibility", "operator_a", {"curp": JUAN.curp}).status_code == 401


@pytest.mark.parametrize("ended", ["grant", "not begun", "token", "account", "role"])
def test_who_may_no_longer_ask_is_refused_and_leaves_no_row(
    people: People, register: Register, system: User, ended: str
) -> None:
    check(register(JUAN), "eligible")
    today, day = timezone.localdate(), dt.timedelta(days=1)
    user, body = people.operator_a, json.dumps({"curp": JUAN.curp}).encode()
    secret = issue_token(by=system, user=user, name="test")
    assert wsgi(secret, body)[0] == "200 OK"
    if ended == "token":
        end_tokens(by=system, user=user, name="test")
    elif ended == "account":
        User.objects.filter(pk=user.pk).update(is_active=False)
    elif ended == "role":
        held = Grant.objects.filter(user=user).values("role_id")
        RolePermission.objects.filter(role__in=held, permission="view_persons").delete()
    else:
        change = {"valid_to": today - day} if ended == "grant" else {"valid_from": today + day}
        Grant.objects.filter(user=user).update(**change)
    rows = JournalEntry.objects.count()
    status, told = wsgi(secret, body)
    assert status.split()[0] == ("401" if ended in {"token", "account"} else "403")
    assert JUAN.curp not in json.dumps(told)
    assert JournalEntry.objects.count() == rows


def test_a_role_over_several_territories_sees_persons_in_each(people: People, register: Register, system: User) -> None:
    """One row a question, however many roles; the uid only where one of them holds."""
    here, there = register(JUAN), register(LUPE, by=system, municipality="92002", unit="XBIMB000010")
    for one in (here, there):
        check(one, "eligible")
    user = people.operator_a
    secret = issue_token(by=system, user=user, name="test")
    ask = [json.dumps({"curp": one.curp}).encode() for one in (JUAN, LUPE)]
    assert [wsgi(secret, body)[1]["uid"] for body in ask] == [here.uid, ""]
    day = dt.date(2024, 1, 1)
    grant_role(by=system, user=user, role="enrolment_supervisor", area_path="MX/92/", valid_from=day)
    grant_role(by=system, user=user, role="enrolment_supervisor", area_path="MX/91/", valid_from=day)
    rows = JournalEntry.objects.count()
    assert [wsgi(secret, body)[1]["uid"] for body in ask] == [here.uid, there.uid]
    written = JournalEntry.objects.order_by("-id")[: JournalEntry.objects.count() - rows]
    assert [(row.actor, row.subject) for row in written] == [
        (user.username, f"person:{there.uid}"),
        (user.username, f"person:{here.uid}"),
    ]


REFUSE = {
    "sqlite": [
        "CREATE TRIGGER no_row BEFORE INSERT ON journal_journalentry BEGIN SELECT RAISE(ABORT, 'the disk is full'); END"
    ],
    "postgresql": [
        "CREATE FUNCTION no_row() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the disk is full'; END $$",
        "CREATE TRIGGER no_row BEFORE INSERT ON journal_journalentry FOR EACH ROW EXECUTE FUNCTION no_row()",
    ],
}


def test_no_answer_without_its_row(people: People, register: Register, system: User) -> None:
    check(register(JUAN), "eligible")
    secret, body = issue_token(by=system, user=people.operator_a, name="test"), json.dumps({"curp": JUAN.curp}).encode()
    with connection.cursor() as cursor:
        for statement in REFUSE[connection.vendor]:
            cursor.execute(statement)
    with pytest.raises(DatabaseError, match="the disk is full"), transaction.atomic():
        wsgi(secret, body)


def wsgi(secret: str, body: bytes, **environ: Any) -> tuple[str, Any]:
    """What the server's own application answers: its status and its body."""
    from bienestar.config.wsgi import application

    told: list[str] = []
    asked = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "/api/v1/persons/eligibility",
        "QUERY_STRING": "",
        "SCRIPT_NAME": "",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": "localhost",
        "HTTP_AUTHORIZATION": f"Bearer {secret}",
        "CONTENT_TYPE": "application/json",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": io.BytesIO(body),
        "wsgi.url_scheme": "http",
        "wsgi.errors": sys.stderr,
    } | environ
    # As Django's own test client: between requests the server would close the connection that holds the test's rows.
    request_started.disconnect(close_old_connections)
    try:
        content = b"".join(application(asked, lambda status, headers, error=None: told.append(status)))
    finally:
        request_started.connect(close_old_connections)
    return told[0], json.loads(content) if content.startswith(b"{") else content


BODIES = [
    json.dumps({"curp": JUAN.curp}),
    json.dumps({"curp": "helj850312 hocrpn01"}),
    json.dumps({"curp": LUPE.curp}),
    json.dumps({"curp": "HELJ850312HOCRPN02"}),
    json.dumps({"curp": 5}),
    json.dumps({"curp": None}),
    json.dumps({"curp": "x" * 30}),
    json.dumps({"curp": "a\x00b"}),
    json.dumps({"curp": JUAN.curp, "more": "x" * 300}),
    json.dumps([JUAN.curp]),
    "{",
    "",
]


@pytest.mark.parametrize("body", BODIES)
@pytest.mark.parametrize("who", ["operator_a", "supervisor_a", "auditor", "nobody"])
def test_the_short_way_answers_as_the_long_one(
    people: People, register: Register, system: User, monkeypatch: pytest.MonkeyPatch, who: str, body: str
) -> None:
    from bienestar.api import direct

    check(register(JUAN), "eligible", evidence=[["imss", "2026-10-01", "no"]], valid_until=timezone.localdate())
    check(register(LUPE, by=system, municipality="92002", unit="XBIMB000010"), "unknown")
    user = getattr(people, who, None)
    secret = issue_token(by=system, user=user, name="test") if user else "a-secret-of-nobody"
    rows = JournalEntry.objects.count()
    short = wsgi(secret, body.encode())
    written = JournalEntry.objects.count() - rows
    monkeypatch.setattr(direct, "ADDRESS", "/nowhere")
    assert wsgi(secret, body.encode()) == short
    assert JournalEntry.objects.count() - rows == 2 * written


def test_the_short_way_answers_no_other_host_and_no_other_method(people: People, system: User) -> None:
    secret, body = issue_token(by=system, user=people.operator_a, name="test"), json.dumps({"curp": JUAN.curp}).encode()
    assert wsgi(secret, body)[0] == "200 OK"
    assert wsgi(secret, body, REQUEST_METHOD="PUT")[0].startswith("405")


def test_no_address_of_the_api_carries_what_is_personal() -> None:
    from bienestar.api.v1 import api

    words = {"curp", "name", "given_names", "first_surname", "second_surname", "birth_date", "words"}
    for path, found in api.get_openapi_schema()["paths"].items():
        if "/persons" in path:
            for operation in found.values():
                told = {one["name"] for one in operation.get("parameters", [])}
                assert not told & words, path
