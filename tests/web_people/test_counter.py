"""The counter: finding, registering, correcting and the answer "attend", as an enrolment operator meets them."""

import datetime as dt
import re
from importlib import import_module

import pytest
from django.utils import timezone

from bienestar.foundation.journal.models import JournalEntry
from bienestar.operations.enrolment.actions import open_module, request_at_nearest
from bienestar.operations.enrolment.models import EligibilityCheck
from bienestar.registers.beneficiaries.actions import PersonEntry, observe_card, record_death, register_person
from bienestar.registers.beneficiaries.choices import Precision, Purpose
from bienestar.registers.beneficiaries.models import Consent, Person
from bienestar.registers.beneficiaries.queries import living_card

pytestmark = pytest.mark.django_db

JUAN = "HELJ850312HOCRPN01"
ANA = "NUXA920704MVZXXN09"
UNIT = "XAIMB000011"


@pytest.fixture
def operator(client, people):
    client.force_login(people.operator_a)
    client.cookies["django_language"] = "en"
    return client


def entry(**told):
    base = {
        "given_names": "Juan Carlos",
        "first_surname": "Hernández",
        "second_surname": "López",
        "municipality": "91001",
        "birth_date": dt.date(1985, 3, 12),
        "sex": "H",
        "birth_state": "OC",
        "curp": JUAN,
        "unit": UNIT,
    }
    return PersonEntry(**{**base, **told})


@pytest.fixture
def juan(people):
    return register_person(by=people.operator_a, entry=entry()).person


def find(client, words, **more):
    return client.post("/people/", {"words": words, **more})


def form(**told):
    return {
        "curp": ANA,
        "given_names": "Ana",
        "first_surname": "Núñez",
        "second_surname": "",
        "birth_day": "",
        "birth_month": "",
        "birth_year": "",
        "sex": "",
        "birth_state": "",
        "municipality": "91001",
        "locality_name": "El Peñasco",
        "address": "",
        "unit": UNIT,
        "notice_given": "on",
        **told,
    }


def said(answer):
    return answer.content.decode()


def test_the_operator_starts_at_the_counter(operator):
    assert operator.get("/").url == "/people/"


@pytest.mark.parametrize("words", [JUAN, JUAN.lower(), "HELJ 850312 HOCRPN01"])
def test_a_curp_leads_to_the_person(operator, juan, words):
    assert find(operator, words).url == f"/people/{juan.uid}/"


@pytest.mark.parametrize("words", ["hernandez lopez juan", "Lopez Hernandez Carlos", "juan hernándes lópez"])
def test_a_name_in_any_order_without_accents_or_with_a_slip_lists_the_person(operator, juan, words):
    answer = find(operator, words)
    assert f"/people/{juan.uid}/" in said(answer)
    assert "Juan Carlos Hernández López" in said(answer)


def test_what_was_typed_stands_in_no_address(operator, juan):
    answer = find(operator, "hernandez lopez juan")
    assert answer.request["PATH_INFO"] == "/people/"
    assert answer.request["QUERY_STRING"] == ""
    assert "Hern" not in find(operator, JUAN).url


def test_a_curp_that_nobody_has_leads_to_registration(operator):
    answer = find(operator, ANA)
    assert "Not registered yet" in said(answer)
    assert "Attend the person." in said(answer)
    started = operator.post("/people/new/", {"start": "1", "curp": ANA})
    assert f'value="{ANA}"' in said(started)
    assert not Person.objects.exists()


def test_nobody_found_by_name_is_attended_all_the_same(operator):
    assert "Attend the person" in said(find(operator, "nadie de aquí"))


def test_nothing_typed_is_one_sentence(operator):
    assert "Write a CURP, a folio or a name, or scan the card." in said(find(operator, ""))


@pytest.mark.parametrize("code", ["X" * 300, "6BFOXN*TS0BI$ZD-P9UOL97O4-2" * 9])
def test_the_code_of_no_card_says_so(operator, code):
    answer = find(operator, code)
    assert "The card cannot be used" in said(answer)
    assert "Attend the person." in said(answer)


def test_the_first_answer_is_attend(operator, juan):
    answer = said(operator.get(f"/people/{juan.uid}/"))
    assert answer.index("Attend the person.") < answer.index("Who it is")
    assert "Nobody has compared this person" in answer


def test_registering_takes_the_birth_from_the_curp(operator):
    answer = operator.post("/people/new/", form())
    ana = Person.objects.get()
    assert answer.url == f"/people/{ana.uid}/"
    assert (ana.birth_date, ana.birth_precision, ana.sex, ana.birth_state) == (dt.date(1992, 7, 4), "day", "M", "VZ")
    assert ana.unit.uid == UNIT
    assert dict(Consent.objects.values_list("purpose", "given")) == {"privacy_notice": True, "name_on_card": False}
    assert "Registered." in said(operator.get(answer.url))


def test_registering_again_changes_nothing(operator):
    operator.post("/people/new/", form())
    again = operator.post("/people/new/", form(address="Otra calle"))
    assert Person.objects.count() == 1
    assert "registered already" in said(operator.get(again.url))
    assert Person.objects.get().address == ""


def test_a_registration_that_breaks_half_way_leaves_nothing_and_the_next_does_all(operator, monkeypatch):
    def broken(**_told):
        raise RuntimeError("the disk is full")

    operator.raise_request_exception = False
    with monkeypatch.context() as patch:
        patch.setattr(import_module("bienestar.operations.enrolment.actions.enrol"), "check_eligibility", broken)
        assert operator.post("/people/new/", form(wants_card="on")).status_code == 500
    assert not Person.objects.exists()
    assert not Consent.objects.exists()
    assert not JournalEntry.objects.filter(action__startswith="beneficiaries.").exists()
    answer = operator.post("/people/new/", form(wants_card="on", name_on_card="on"))
    ana = Person.objects.get()
    assert answer.url == f"/people/{ana.uid}/"
    assert dict(Consent.objects.values_list("purpose", "given")) == {"privacy_notice": True, "name_on_card": True}
    assert EligibilityCheck.objects.get().person == ana
    assert "no enrolment module serves this place yet" in said(operator.get(answer.url))


def test_who_has_no_curp_gets_a_folio_and_the_year_is_enough(operator):
    answer = operator.post("/people/new/", form(curp="", birth_year="1950"))
    found = Person.objects.get()
    assert (found.birth_date, found.birth_precision) == (dt.date(1950, 1, 1), Precision.YEAR)
    assert "Temporary folio" in said(operator.get(answer.url))


def test_the_privacy_notice_comes_first(operator):
    answer = operator.post("/people/new/", form(notice_given=""))
    assert "Give the person the privacy notice first" in said(answer)
    assert not Person.objects.exists()


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        ({"curp": "NUXA920704MVZXXN08"}, "The last digit of the CURP does not fit the rest"),
        ({"curp": "NUXA921304MVZXXN09"}, "is no day of the calendar"),
        ({"curp": "NUXA"}, "A CURP has 18 letters and digits"),
        ({"curp": "", "birth_day": "30", "birth_month": "2", "birth_year": "1990"}, "That month had 28 days"),
        ({"curp": "", "birth_year": "1801"}, "The year of birth must be between"),
        ({"curp": "", "birth_day": "3", "birth_month": "2"}, "Write the year of birth too"),
        ({"municipality": ""}, "This field is required"),
    ],
)
def test_what_cannot_be_kept_is_said_beside_its_field(operator, told, sentence):
    answer = operator.post("/people/new/", form(**told))
    assert sentence in said(answer)
    assert "There is a problem" in said(answer)
    assert not Person.objects.exists()


def test_somebody_alike_is_shown_before_registering_without_curp(operator, juan):
    told = form(
        curp="", given_names="Juan Carlos", first_surname="Hernandez", second_surname="Lopez", birth_year="1985"
    )
    first = operator.post("/people/new/", told)
    assert "Is it one of these?" in said(first)
    assert Person.objects.count() == 1
    confirmed = said(first).split('name="confirmed" value="')[1].split('"')[0]
    operator.post("/people/new/", {**told, "confirmed": "something else"})
    assert Person.objects.count() == 1
    operator.post("/people/new/", {**told, "confirmed": confirmed})
    assert Person.objects.count() == 2


def test_a_curp_that_says_something_else_is_asked_about_and_kept(operator):
    told = form(sex="H")
    first = operator.post("/people/new/", told)
    assert "The CURP has another sex" in said(first)
    confirmed = said(first).split('name="confirmed" value="')[1].split('"')[0]
    operator.post("/people/new/", {**told, "confirmed": confirmed})
    assert Person.objects.get().sex == "H"


def test_correcting_a_record(operator, juan):
    page = said(operator.get(f"/people/{juan.uid}/edit/"))
    assert 'value="Juan Carlos"' in page
    told = form(curp=JUAN, given_names="Juan", first_surname="Hernández", second_surname="López", notice_given="")
    first = operator.post(
        f"/people/{juan.uid}/edit/", {**told, "birth_year": "1985", "birth_month": "3", "birth_day": "12"}
    )
    confirmed = said(first).split('name="confirmed" value="')
    if len(confirmed) > 1:
        told["confirmed"] = confirmed[1].split('"')[0]
        operator.post(
            f"/people/{juan.uid}/edit/", {**told, "birth_year": "1985", "birth_month": "3", "birth_day": "12"}
        )
    juan.refresh_from_db()
    assert juan.given_names == "Juan"


def test_every_look_is_written_down_and_shown(operator, juan, people):
    operator.get(f"/people/{juan.uid}/")
    client_page = said(operator.get(f"/people/{juan.uid}/readers/"))
    reads = JournalEntry.objects.filter(action="beneficiaries.read_person", subject=f"person:{juan.uid}")
    assert reads.count() == 2
    assert client_page.count(people.operator_a.username) >= 2
    assert "At the counter" in client_page


def test_what_holds_a_request_back_is_told_in_words(operator, people, territory, juan):
    home = territory.municipalities["91001"]
    open_module(by=people.supervisor_a, municipality=home, name="Centro", opened_on=dt.date(2024, 1, 2))
    request_at_nearest(by=people.operator_a, person=juan)
    observe_card(by=people.supervisor_a, card=living_card(juan), note="identity eligibility")
    page = said(operator.get(f"/people/{juan.uid}/"))
    assert "held back by: Identifier and name, Eligibility checked" in page
    assert "identity eligibility" not in page


def test_the_journal_holds_nothing_of_a_person(operator, juan):
    find(operator, "hernandez lopez juan")
    operator.get(f"/people/{juan.uid}/")
    for row in JournalEntry.objects.all():
        told = f"{row.subject} {row.detail}"
        assert "HELJ" not in told
        assert "Hern" not in told


def test_somebody_of_another_state_is_not_shown_and_can_be_brought_here(operator, people, territory, system):
    register_person(by=system, entry=entry(municipality="92001", unit=""))
    answer = find(operator, JUAN)
    assert "Registered in another territory" in said(answer)
    assert 'href="/people/new/"' not in said(answer), "a second record of the same person is offered"
    assert "Carlos" not in said(answer)
    asked = {"curp": JUAN, "born_on": "1985-03-12", "name": "juan hernandez", "unit": UNIT}
    for wrong in ({"born_on": "1985-03-13"}, {"name": "Juan Herrera"}, {"name": "Pedro Hernández"}):
        answer = operator.post("/people/move/", {**asked, **wrong})
        assert "Nobody is registered with this CURP, birth date and name" in said(answer)
    right = operator.post("/people/move/", asked)
    moved = Person.objects.get()
    assert right.url == f"/people/{moved.uid}/"
    assert moved.unit.uid == UNIT


@pytest.mark.parametrize("page", ["", "edit/", "readers/", "contest/", "card/deliver/", "card/end/"])
def test_pages_of_a_person_are_not_there_for_another_territory(client, people, juan, page):
    for name in ("coordinator_b", "auditor", "planner"):
        client.force_login(getattr(people, name))
        assert client.get(f"/people/{juan.uid}/{page}").status_code == 404


def test_agreeing_to_the_name_on_the_card_and_taking_it_back(operator, juan):
    operator.post(f"/people/{juan.uid}/consent/", {"given": "1"})
    assert "no longer wants their name" in said(operator.get(f"/people/{juan.uid}/"))
    operator.post(f"/people/{juan.uid}/consent/", {"given": "0"})
    assert [row.given for row in Consent.objects.order_by("pk")] == [True, False]


def test_a_conclusion_that_ran_out_is_not_shown_as_one(operator, juan):
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    EligibilityCheck.objects.create(
        person=juan, checked_on=dt.date(2025, 1, 2), valid_until=yesterday, result="eligible", decided_by="x"
    )
    shown = said(operator.get(f"/people/{juan.uid}/"))
    assert "It is not known yet whether the person has social security" in shown
    assert "the person is eligible" not in shown


def test_of_somebody_dead_nothing_is_compared_and_it_is_said(operator, people, juan):
    record_death(by=people.operator_a, person=juan, on=dt.date(2026, 1, 2))
    answer = operator.post(f"/people/{juan.uid}/check/", follow=True)
    assert "recorded as dead" in said(answer)


@pytest.mark.parametrize("typed", ["HELJ850312HOCRPN0", "HELJ850312HOCRPN02", "ELJ850312HOCRPN01"])
def test_a_mistyped_curp_is_not_offered_for_registration(operator, juan, typed):
    answer = said(find(operator, typed))
    assert "This CURP cannot be right" in answer
    assert "Attend the person." in answer
    assert "Register this person" not in answer


def test_one_word_is_asked_for_another(operator, juan):
    assert "write a name and a surname" in said(find(operator, "Hernández"))


def test_registering_begins_with_the_first_thing_to_write(operator):
    assert re.search(r'<input[^>]*name="curp"[^>]*autofocus', said(operator.get("/people/new/")))
    started = said(operator.post("/people/new/", {"start": "1", "curp": ANA}))
    assert re.search(r'<input[^>]*name="given_names"[^>]*autofocus', started)


def test_the_privacy_notice_can_be_given_later(operator, juan):
    button = "The person has received the privacy notice"
    assert button in said(operator.get(f"/people/{juan.uid}/"))
    operator.post(f"/people/{juan.uid}/consent/", {"purpose": "notice"})
    assert Consent.objects.get().purpose == Purpose.PRIVACY_NOTICE
    assert button not in said(operator.get(f"/people/{juan.uid}/"))
