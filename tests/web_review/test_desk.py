"""The review desk in the browser's eyes: the queue, a pair, decisions one by one and several at once, undoing."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from bienestar.foundation.journal.models import JournalEntry
from bienestar.operations.enrolment.actions import check_eligibility, contest_eligibility
from bienestar.operations.enrolment.models import MatchDecision, ReviewPair
from bienestar.operations.enrolment.queries import current_check
from tests.matching.conftest import entry


@pytest.fixture(autouse=True)
def _english(client):
    client.cookies["django_language"] = "en"


@pytest.fixture
def pair(doubtful, run):
    run()
    return ReviewPair.objects.get()


@pytest.fixture
def twice(person, crowd, roll, run):
    """Juan twice, in one state, among others: the older has no CURP."""
    roll("imss", [entry("juan"), *crowd[:100]])
    roll("issste", [])
    older, younger = person("juan", with_curp=False, home="91002"), person("juan")
    run()
    return older, younger, ReviewPair.objects.get(person=older)


def page(client, name, *args, **query):
    answer = client.get(reverse(name, args=args), query)
    return answer, answer.content.decode()


def test_the_queue_says_how_many_wait_and_no_name(as_role, pair):
    client = as_role("supervisor_a")
    answer, text = page(client, "review")
    assert answer.status_code == 200
    assert "Pairs (1)" in text
    assert f"/review/pairs/{pair.pk}/" in text
    assert "Núñez" not in text
    assert "NUXA" not in text
    assert "No pair fits this search." in page(client, "review", institution="imss")[1]
    # What is asked and not known is left out.
    assert "Pairs (1)" in page(client, "review", kind="x", institution="'", municipality="91")[1]


def test_an_empty_queue_says_so(as_role, people):
    assert "No pair waits for review." in page(as_role("supervisor_a"), "review")[1]


def test_a_pair_shows_both_sides_with_reasons_and_is_journalled(as_role, pair):
    client = as_role("supervisor_a")
    _answer, text = page(client, "review_pair", pair.pk)
    assert "Rosa Elvira" in text
    assert "Núñez" in text
    assert "The first surnames agree" in text
    assert "The birth dates differ" in text
    assert text.count("mark-differs") >= 2
    # Marked in words, not by colour alone.
    assert re.search(r'mark-differs">\s*differs', text)
    row = JournalEntry.objects.filter(action="beneficiaries.read_person").get()
    assert (row.subject, row.detail["purpose"]) == (f"person:{pair.person.uid}", "review")


def test_both_people_of_a_pair_see_who_looked(as_role, twice):
    older, younger, pair = twice
    page(as_role("supervisor_a"), "review_pair", pair.pk)
    read = JournalEntry.objects.filter(action="beneficiaries.read_person").values_list("subject", flat=True)
    assert set(read) == {f"person:{older.uid}", f"person:{younger.uid}"}


def test_deciding_leads_to_the_next_pair_and_says_how_many_wait(as_role, twice):
    older, younger, pair = twice
    client = as_role("supervisor_a")
    others = ReviewPair.objects.exclude(pk=pair.pk).count()
    answer = client.post(reverse("review_decide", args=[pair.pk]), {"verdict": "same", "survivor": younger.uid})
    assert answer.status_code == 302
    assert answer.url.startswith("/review/pairs/") or not others
    assert "Decided: the same person." in client.get(answer.url).content.decode()
    older.refresh_from_db()
    assert older.merged_into_id == younger.pk


def test_an_answer_must_be_chosen_and_a_pair_that_is_gone_is_said_to_be(as_role, pair):
    client = as_role("supervisor_a")
    address = reverse("review_decide", args=[pair.pk])
    assert "Choose an answer" in client.post(address, {"verdict": "perhaps"}, follow=True).content.decode()
    client.post(address, {"verdict": "different", "note": "x" * 400})
    assert len(MatchDecision.objects.get().note) == 250
    assert "This pair waits no longer" in client.post(address, {"verdict": "same"}, follow=True).content.decode()
    assert client.get(reverse("review_pair", args=[pair.pk])).status_code == 404


def test_undoing_brings_the_pair_back_and_no_one_undoes_another_s(as_role, pair, people):
    client = as_role("supervisor_a")
    client.post(reverse("review_decide", args=[pair.pk]), {"verdict": "different"})
    made = MatchDecision.objects.get()
    assert "two different people" in page(client, "review_decisions")[1]
    undo = reverse("review_undo", args=[made.pk])
    assert as_role("operator_a").post(undo).status_code == 404
    answer = as_role("supervisor_a").post(undo, follow=True)
    assert "the pair waits again" in answer.content.decode()
    assert ReviewPair.objects.get().waits_since == pair.waits_since
    assert "undone already" in client.post(undo, follow=True).content.decode()


def test_several_pairs_are_decided_only_after_a_preview(as_role, twice):
    client = as_role("supervisor_a")
    waiting = ReviewPair.objects.count()
    shown = client.post(reverse("review_preview"), {"which": "all", "verdict": "different"}).content.decode()
    assert ReviewPair.objects.count() == waiting
    assert "You have not looked at them one by one." in shown
    ids = re.search(r'name="ids" value="([\d ]+)"', shown).group(1)
    done = client.post(reverse("review_decide_all"), {"ids": ids, "verdict": "different"}, follow=True)
    assert f"{waiting} pair" in done.content.decode()
    assert not ReviewPair.objects.exists()
    again = client.post(reverse("review_decide_all"), {"ids": ids, "verdict": "same"}, follow=True).content.decode()
    assert "have been decided already" in again
    assert (
        "No pair was chosen"
        in client.post(reverse("review_preview"), {"verdict": "same"}, follow=True).content.decode()
    )


def test_a_contested_conclusion_is_settled_on_its_page(as_role, person, roll, people):
    roll("imss", [entry("juan")])
    roll("issste", [])
    juan = person("juan")
    check_eligibility(by=people.supervisor_a, person=juan)
    contest_eligibility(by=people.supervisor_a, person=juan, note="constancia de baja")
    client = as_role("supervisor_a")
    _answer, text = page(client, "review_contested")
    assert "Contested (1)" in text
    assert "Hernández" not in text
    address = reverse("review_settle", args=[juan.uid])
    assert "constancia de baja" in client.get(address).content.decode()
    assert "There is a problem" in client.post(address, {}).content.decode()
    assert "Decided." in client.post(address, {"answer": "not_covered"}, follow=True).content.decode()
    assert current_check(juan).result == "eligible"
    assert "Nothing is contested" in client.get(address, follow=True).content.decode()


def test_addresses_carry_no_personal_data(as_role, twice):
    client = as_role("supervisor_a")
    for name, args in (("review", ()), ("review_pair", (twice[2].pk,)), ("review_decisions", ())):
        text = client.get(reverse(name, args=args)).content.decode()
        for address in re.findall(r'(?:href|action)="([^"]+)"', text):
            assert not re.search(r"HELJ|Hern|Juan", address)
