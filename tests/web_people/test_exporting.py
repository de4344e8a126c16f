"""Lists of people to download: for whom, of whom, what for, what they hold, and what the journal keeps of them."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import re
import zipfile

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from bienestar.foundation.accounts.actions import grant_role
from bienestar.foundation.accounts.models import Role, RolePermission
from bienestar.foundation.definitions.people import people_rules
from bienestar.foundation.journal.models import JournalEntry
from bienestar.operations.enrolment.queries import people_with
from bienestar.registers.beneficiaries.actions import (
    ExportRefused,
    export_persons,
    merge_persons,
    record_death,
    request_card,
)
from bienestar.registers.beneficiaries.models import Card, Person
from bienestar.registers.beneficiaries.queries import ExportChoice
from tests.beneficiaries.conftest import BABY, JUAN, LUPE, UNIT, register
from tests.enrolment.conftest import check

__all__ = ["register"]

pytestmark = pytest.mark.django_db
ADDRESS = "/people/export/"
IN_B = {"municipality": "92002", "unit": "XBIMB000010"}


@pytest.fixture
def supervisor(client, people):
    client.force_login(people.supervisor_a)
    client.cookies["django_language"] = "en"
    return client


@pytest.fixture
def some(register, system):
    """Juan and Lupe in state A; somebody in state B."""
    return register(JUAN), register(LUPE), register(BABY, by=system, **IN_B)


def rows_of(answer):
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


def uids(by, **choice):
    found = []
    export_persons(by=by, choice=ExportChoice(**choice), purpose="card_call", put=lambda row: found.append(row[0]))
    return found


def exports():
    return JournalEntry.objects.filter(action="beneficiaries.export_persons")


def give_card(by, person, number):
    request_card(by=by, person=person, module_path=person.path, folio=f"9100010000000{number:02}", position=number)
    return Card.objects.get(position=number)


def test_the_file_holds_the_people_of_the_territory_and_the_columns_of_the_purpose(supervisor, some):
    juan, lupe, other = some
    answer = supervisor.post(ADDRESS, {"purpose": "correct_records", "kind": "csv"})
    assert answer.headers["Cache-Control"] == "no-store"
    assert re.fullmatch(r'attachment; filename="personas-[-\d]+\.csv"', answer.headers["Content-Disposition"])
    head, *rows = rows_of(answer)
    assert len(head) == len(people_rules().exports["correct_records"].columns)
    assert [row[0] for row in rows] == [juan.uid, lupe.uid]
    assert rows[0][1:9] == [JUAN.curp, "", "Juan Carlos", "Hernández", "López", "1985-03-12", "H", "OC"]
    assert rows[0][13:] == [UNIT, "Centro de Salud Peña Alta"]


def test_it_begins_with_the_mark_that_tells_a_spreadsheet_that_it_is_utf_8(supervisor, some):
    answer = supervisor.post(ADDRESS, {"purpose": "card_call"})
    assert b"".join(answer.streaming_content).startswith("\ufeffNumber of the record,".encode())


def test_figures_for_planning_hold_no_name_and_no_number_of_a_record(supervisor, some):
    text = str(rows_of(supervisor.post(ADDRESS, {"purpose": "planning_figures"})))
    assert "1985" in text
    for person in some:
        for word in (person.uid, person.given_names, person.first_surname, "HELJ850312HOCRPN01", "1985-03-12"):
            assert word not in text


def test_the_journal_keeps_how_many_of_whom_and_what_for_and_no_person(supervisor, people, some, territory):
    juan, lupe, other = some
    assert len(rows_of(supervisor.post(ADDRESS, {"purpose": "card_call", "card": "without"}))) == 3
    row = exports().get()
    assert (row.actor, row.subject, row.records) == ("supervisor_a", "2 persons", 2)
    assert row.area_path == territory.state_a.path
    assert row.records_sha256 == hashlib.sha256(f"{juan.uid}\n{lupe.uid}\n".encode()).hexdigest()
    columns = list(people_rules().exports["card_call"].columns)
    assert row.detail == {"purpose": "card_call", "columns": columns, "result": "", "card": "without"}


def test_looking_how_many_there_are_downloads_nothing_and_says_the_columns(supervisor, some):
    page = supervisor.get(ADDRESS).content.decode()
    assert "2 people fit" in page
    assert "Columns: Number of the record, Given names," in page
    assert "Juan Carlos" not in page
    assert not exports().exists()


def test_without_a_purpose_there_is_no_file_and_no_row(supervisor, some):
    for sent in ({}, {"purpose": "curiosity"}):
        answer = supervisor.post(ADDRESS, sent)
        assert answer.headers["Content-Type"].startswith("text/html")
        assert "There is a problem" in answer.content.decode()
    assert not exports().exists()


def test_what_is_narrowed_to_counts_and_downloads_the_same_people(supervisor, people, some):
    juan, lupe, _other = some
    check(juan, "eligible")
    check(lupe, "covered")
    give_card(people.supervisor_a, lupe, 1)
    for asked, wanted in (
        ({"result": "eligible"}, [juan]),
        ({"result": "covered"}, [lupe]),
        ({"card": "with"}, [lupe]),
        ({"card": "without"}, [juan]),
        ({"place": "91001"}, [juan, lupe]),
        ({"unit": UNIT.lower()}, [juan, lupe]),
        ({"result": "eligible", "card": "with"}, []),
        ({"place": "91002"}, []),
    ):
        page = supervisor.get(ADDRESS, asked).content.decode()
        if not wanted:
            assert "0 people fit" in page
            assert "Nobody fits: there is nothing to download." in page
            answer = supervisor.post(ADDRESS, {**asked, "purpose": "card_call"})
            assert answer.headers["Content-Type"].startswith("text/html")
            continue
        assert f"{len(wanted)} p" in page
        found = rows_of(supervisor.post(ADDRESS, {**asked, "purpose": "card_call"}))
        assert [row[0] for row in found[1:]] == [person.uid for person in wanted], asked


def test_what_ran_out_and_what_was_never_compared_is_not_known(people, some):
    juan, lupe, _other = some
    check(juan, "eligible", valid_until=timezone.localdate() - dt.timedelta(days=1))
    assert uids(people.supervisor_a, fits=people_with("unknown")) == [juan.uid, lupe.uid]
    check(lupe, "eligible", valid_until=timezone.localdate())
    assert uids(people.supervisor_a, fits=people_with("unknown")) == [juan.uid]
    assert uids(people.supervisor_a, fits=people_with("eligible")) == [lupe.uid]


def test_another_state_cannot_be_asked_for(supervisor, people, some, units, territory):
    for asked in ({"place": "92002"}, {"unit": "XBIMB000010"}, {"place": "91002", "unit": UNIT}):
        assert "There is a problem" in supervisor.get(ADDRESS, asked).content.decode()
        answer = supervisor.post(ADDRESS, {**asked, "purpose": "card_call"})
        assert answer.headers["Content-Type"].startswith("text/html")
    for path in (units["XBIMB000010"].path, territory.state_b.path, territory.country.path):
        with pytest.raises(PermissionDenied):
            uids(people.supervisor_a, path=path)
    assert not exports().exists()


def test_who_may_not_download_is_not_told_that_the_page_is_there(client, people, some):
    for name in ("operator_a", "planner", "coordinator_a", "director", "auditor"):
        user = getattr(people, name)
        client.force_login(user)
        assert client.get(ADDRESS).status_code == 404
        assert client.post(ADDRESS, {"purpose": "card_call"}).status_code == 404
        with pytest.raises(PermissionDenied):
            uids(user)
    assert not exports().exists()


def test_a_permission_for_a_unit_gives_a_list_of_that_unit(people, register, units):
    role = Role.objects.get(key="unit_director")
    RolePermission.objects.create(role=role, permission="export_persons")
    here, there = register(JUAN), register(LUPE, unit="XAIMB000035", municipality="91002")
    assert uids(people.director) == [here.uid]
    assert exports().get().area_path == units[UNIT].path
    assert there.path.startswith("MX/91/")


def test_two_states_are_one_list_and_only_theirs(people, system, some, territory):
    grant_role(
        by=system,
        user=people.supervisor_a,
        role="enrolment_supervisor",
        area_path=territory.state_b.path,
        valid_from=dt.date(2024, 1, 1),
    )
    people.supervisor_a.__dict__.pop("_access", None)
    assert uids(people.supervisor_a) == [person.uid for person in some]


def test_a_merged_record_is_not_in_it_but_what_it_brings_is(people, register):
    kept = register(LUPE, curp="")
    twin = register(LUPE, given_names="Lupe")
    give_card(people.supervisor_a, twin, 2)
    merge_persons(by=people.supervisor_a, survivor=kept, merged=twin)
    found = []
    export_persons(by=people.supervisor_a, choice=ExportChoice(card=True), purpose="authority", put=found.append)
    columns = people_rules().exports["authority"].columns
    assert len(found) == 1
    told = dict(zip(columns, found[0], strict=True))
    assert (told["record"], told["curp"], told["card"]) == (kept.uid, LUPE.curp, "910001000000002")
    with pytest.raises(ExportRefused, match="."):
        uids(people.supervisor_a, card=False)


def test_the_dead_are_not_in_it(people, some):
    juan, lupe, _other = some
    record_death(by=people.supervisor_a, person=juan, on=timezone.localdate())
    assert uids(people.supervisor_a) == [lupe.uid]


def test_a_birth_date_is_told_as_far_as_it_is_known(people, register):
    register(JUAN, curp="", birth_date=dt.date(1985, 1, 1), birth_precision="year")
    found = []
    export_persons(by=people.supervisor_a, choice=ExportChoice(), purpose="home_visits", put=found.append)
    assert found[0][4] == "1985"


def test_a_name_that_a_spreadsheet_would_run_is_words(supervisor, register):
    person = register(JUAN)
    Person.objects.filter(pk=person.pk).update(address="=HYPERLINK(1)", locality_name="@loma")
    row = rows_of(supervisor.post(ADDRESS, {"purpose": "home_visits"}))[1]
    assert row[7:9] == ["'@loma", "'=HYPERLINK(1)"]
    book = b"".join(supervisor.post(ADDRESS, {"purpose": "home_visits", "kind": "xlsx"}).streaming_content)
    with zipfile.ZipFile(io.BytesIO(book)) as parts:
        sheet = parts.read("xl/worksheets/sheet1.xml").decode()
    assert "Hernández" in sheet
    assert "=HYPERLINK(1)" in sheet
    assert "<f>" not in sheet


def test_a_workbook_that_is_too_small_is_refused_and_leaves_no_row(people, some):
    with pytest.raises(ExportRefused, match="."):
        export_persons(by=people.supervisor_a, choice=ExportChoice(), purpose="card_call", put=lambda row: None, most=1)
    assert not exports().exists()


def test_pieces_of_the_list_do_not_lose_or_repeat_anybody(monkeypatch, people, register):
    monkeypatch.setattr("bienestar.registers.beneficiaries.queries.exporting.PIECE", 2)
    made = [register(BABY, given_names=f"Nayeli {letter}").uid for letter in "ABCDE"]
    assert uids(people.supervisor_a) == made


def test_the_counter_leads_there_for_who_may(client, people):
    for user, shown in ((people.supervisor_a, True), (people.operator_a, False)):
        client.force_login(user)
        assert (ADDRESS in client.get("/people/").content.decode()) is shown


def test_who_looked_says_which_lists_held_the_territory(supervisor, people, system, some):
    juan, _lupe, other = some
    page = f"/people/{juan.uid}/readers/"
    assert "No list of people of this territory was downloaded" in supervisor.get(page).content.decode()
    export_persons(
        by=system, choice=ExportChoice(path=other.path), purpose="home_visits", put=lambda row: None
    )  # of state B
    assert "No list of people of this territory was downloaded" in supervisor.get(page).content.decode()
    assert len(rows_of(supervisor.post(ADDRESS, {"purpose": "home_visits", "place": "91001"}))) == 3
    said = supervisor.get(page).content.decode()
    assert "Home visits by the unit" in said
    assert "may or may not have been in it" in said
    Person.objects.filter(pk=juan.pk).update(registered_at=timezone.now() + dt.timedelta(hours=1))
    assert "Home visits by the unit" not in supervisor.get(page).content.decode()
