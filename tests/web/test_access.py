"""Every URL name, every role: the answer is the one of the table, and no URL is missing from it."""

import pytest
from django.urls import URLResolver, get_resolver, reverse
from django.utils import timezone

from bienestar.foundation.accounts.models import Grant
from bienestar.insight.planning.actions import make_scenario
from bienestar.operations.census.models import Visit
from bienestar.operations.enrolment.models import MatchRun, ReviewPair
from bienestar.registers.beneficiaries.actions import PersonEntry, register_person
from tests.indicators.made import EARLIER, FEWER, make_set
from tests.web.access_table import TABLE
from tests.web.conftest import ENROLMENT, ROLES

UNIT = "XAIMB000011"


def names(resolver=None):
    """URL names of pages; the API has its own table."""
    found = set()
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            if not pattern.namespace:
                found |= names(pattern)
        else:
            assert pattern.name, f"{pattern.pattern} has no name"
            found.add(pattern.name)
    return found


def test_the_table_has_every_page_and_no_other():
    assert names() == set(TABLE)


@pytest.fixture
def known(diagnosis, people, shipped_cards):
    """What the table's placeholders stand for."""
    visit = Visit.objects.get(unit__uid=UNIT)
    entry = PersonEntry("Ana", "Núñez", "91001", curp="NUXA920704MVZXXN09", unit=UNIT)
    person = register_person(by=people.operator_a, entry=entry).person
    run = MatchRun.objects.create(started_at=timezone.now(), started_by="sistema", engine="duckdb")
    pair = ReviewPair.objects.create(
        run=run,
        kind="entry",
        person=person,
        institution="imss",
        entry="e" * 64,
        weight=3.0,
        probability=0.89,
        path=person.path,
    )
    return {
        "person": person.uid,
        "pair": pair.pk,
        "area": diagnosis.area.code,
        "unit": UNIT,
        "grant": Grant.objects.filter(user=people.auditor).first().pk,
        "round": visit.round_id,
        "visit": visit.pk,
        "run": diagnosis.pk,
        "set": make_set(people.planner).pk,
        "draft": make_set(people.planner, EARLIER, keep=FEWER, publish=False).pk,
        "scenario": make_scenario(by=people.coordinator_a, run=diagnosis, name="Plan", budget=1_000_000).pk,
        **shipped_cards,
    }


def test_each_role_gets_what_the_table_says(as_role, known):
    """One test for all rows: the fixtures cost more than the requests."""
    found = {}
    for role in (*ROLES, *ENROLMENT):
        client = as_role(role)
        for name, row in TABLE.items():
            if role in ENROLMENT and row.enrolment is None:
                continue
            url = reverse(name, args=[arg.format(**known) for arg in row.args])
            answer = getattr(client, row.method)(url, row.data or {})
            if answer.streaming:
                b"".join(answer.streaming_content)  # read to its end, a file closes without the connection
            found[name, role] = answer.status_code
            if row.method == "post":
                client = as_role(role)
    expected = {
        (name, role): status for name, row in TABLE.items() for role, status in zip(ROLES, row.statuses, strict=True)
    } | {
        (name, role): status
        for name, row in TABLE.items()
        if row.enrolment
        for role, status in zip(ENROLMENT, row.enrolment, strict=True)
    }
    assert {key: found[key] for key in expected if found[key] != expected[key]} == {}


def test_a_stranger_is_sent_to_sign_in_and_back(as_role, diagnosis):
    answer = as_role("public").get("/areas/91/?map=bed")
    assert answer.url == "/sign-in/?next=/areas/91/%3Fmap%3Dbed"


def test_a_stranger_s_part_of_a_page_goes_to_sign_in_as_a_whole(as_role, diagnosis):
    answer = as_role("public").get("/areas/91/", headers={"hx-request": "true"})
    assert answer.headers["HX-Redirect"].startswith("/sign-in/")


@pytest.mark.parametrize(
    ("role", "place"),
    [
        ("planner", "/areas/MX/"),
        ("coordinator_a", "/areas/91/"),
        ("coordinator_b", "/areas/92/"),
        ("director", f"/units/{UNIT}/"),
        ("auditor", "/areas/MX/"),
    ],
)
def test_everybody_starts_where_they_work(as_role, role, place):
    assert as_role(role).get("/").url == place
