"""The journal page shows rows of the territories where the reader may read it."""

import re

import pytest
from django.db import transaction
from django.utils.translation import override

from bienestar.foundation.journal.actions import record
from bienestar.web.access.journal import ACTION_WORDS, subject_words

pytestmark = pytest.mark.django_db
ACTION = re.compile(r'"((?:accounts|territory|facilities|workforce|equipment|census|gaps|planning)\.[a-z_]+)"')


@pytest.fixture
def rows(people, territory):
    with transaction.atomic():
        for name, state in [("ana", territory.state_a), ("berta", territory.state_b)]:
            for number in range(30):
                record(
                    by=type("Person", (), {"username": name}),
                    action="census.accept_visits" if number % 2 else "equipment.put_counts",
                    subject=f"{number} visits",
                    area_path=state.path,
                    records=number,
                    records_sha256="f" * 64,
                )


@pytest.mark.parametrize(
    ("name", "status"),
    [("planner", 200), ("coordinator_a", 200), ("auditor", 200), ("director", 404), ("census_lead", 404)],
)
def test_who_may_read_it(client, people, name, status):
    client.force_login(getattr(people, name))
    assert client.get("/journal/").status_code == status


def test_a_state_sees_its_own_rows_only(client, people, rows):
    client.force_login(people.coordinator_a)
    page = client.get("/journal/", {"page": "1"}).content.decode()
    assert "<td>ana</td>" in page
    assert "berta" not in page


def test_filters(client, people, rows):
    client.force_login(people.auditor)
    page = client.get("/journal/", {"action": "census.accept_visits", "words": "berta"}).content.decode()
    assert page.count("<td>berta</td>") == 15
    assert "<td>ana</td>" not in page
    assert client.get("/journal/", {"until": "2001-01-01"}).content.decode().count("<tbody>") == 0


def test_a_filter_that_cannot_be_understood_is_said(client, people, rows):
    client.force_login(people.auditor)
    page = client.get("/journal/", {"since": "ayer"}).content.decode()
    assert 'id="id_since_error"' in page
    assert "<td>berta</td>" in page


@pytest.mark.parametrize("pages", [1, 2])
def test_pages_of_fifty(client, people, rows, pages):
    client.force_login(people.auditor)
    page = client.get("/journal/", {"page": pages, "words": "visits"}).content.decode()
    assert page.count('<th scope="row">') == (50, 10)[pages - 1]


def test_the_same_number_of_queries_for_one_row_and_for_fifty(client, people, rows, django_assert_num_queries):
    client.force_login(people.auditor)
    client.get("/journal/")
    with django_assert_num_queries(6):
        client.get("/journal/", {"words": "29 visits"})
    with django_assert_num_queries(6):
        client.get("/journal/", {"words": "visits"})


def test_every_action_of_the_program_has_words(root):
    written = set()
    for path in [*root.glob("bienestar/*/*/actions.py"), *root.glob("bienestar/*/*/actions/*.py")]:
        written |= set(ACTION.findall(path.read_text()))
    assert written
    assert written <= set(ACTION_WORDS)


@pytest.mark.parametrize(
    ("subject", "words"),
    [("1 visits", "1 visit"), ("12 counts", "12 counts"), ("30 rows", "30 rows"), ("run:2", "run:2"), ("a b", "a b")],
)
def test_a_bulk_subject_is_said_in_words(subject, words):
    with override("en"):
        assert subject_words(subject) == words
