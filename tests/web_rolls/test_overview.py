"""The page about institutions' rolls: which is in force, how old it is, what came before, and nobody's entry."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.utils import timezone

from bienestar.foundation.definitions.people import people_rules
from bienestar.foundation.journal.actions import keep_source
from bienestar.registers.beneficiaries.models import Roll

pytestmark = pytest.mark.django_db


def roll(institution, days, entries=1000, **told):
    """A cut of so many days ago."""
    number = Roll.objects.count()
    file = keep_source(sha256=f"{number:064}", kind="affiliations", name="padron.csv")
    cut_off = timezone.localdate() - dt.timedelta(days=days)
    return Roll.objects.create(institution=institution, cut_off=cut_off, file=file, entries=entries, **told)


@pytest.fixture
def page(client, people):
    """What the page says, by institution: its words without tags."""

    def read(user=None):
        client.force_login(user or people.supervisor_a)
        client.cookies["django_language"] = "en"
        text = client.get("/rolls/").content.decode()
        parts = re.findall(r'<section aria-labelledby="roll-(\w+)">(.*?)</section>', text, re.S)
        return {code: " ".join(re.sub(r"<[^>]+>", " ", part).split()) for code, part in parts}

    return read


def test_an_institution_that_never_sent_one_says_so(page):
    told = page()
    assert set(told) == set(people_rules().institutions)
    for code, words in told.items():
        assert "No roll has arrived." in words
        assert ("nobody can be called eligible" in words) is people_rules().institutions[code].required


def test_the_cut_in_force_with_its_age_counts_and_comparison(page):
    roll("imss", 12, 61_234_567, refused=89, matched_at=timezone.now())
    words = page()["imss"]
    assert "12 days ago" in words
    assert "61,234,567" in words
    assert "Rows refused 89" in words
    assert "Yes, until" in words
    assert "not yet" not in words


@pytest.mark.parametrize("beyond", [0, 1])
def test_a_roll_is_old_the_day_after_its_last(page, beyond):
    roll("issste", people_rules().eligibility.roll_valid_days.value + beyond)
    words = page()["issste"]
    assert ("too old" in words) is bool(beyond)
    assert ("Yes, until" in words) is not bool(beyond)
    assert "Compared with people not yet" in words


def test_other_cuts_are_listed_and_one_to_come_is_not_in_force(page):
    roll("imss", 200, 111)
    roll("imss", 100, 222, stored="rolls/2")
    roll("imss", 10, 333)
    roll("imss", -5, 444)
    words = page()["imss"]
    assert "10 days ago" in words
    assert "3 other cuts" in words
    before, after = words.split("3 other cuts")
    assert "333" in before
    assert [number for number in re.findall(r"\b\d{3}\b", after)] == ["444", "222", "111"]
    assert after.count("not in force yet") == 1
    assert after.count("still kept") == 1
    assert after.count("deleted") == 2


def test_who_sees_no_cards_and_compares_nothing_is_not_told_of_rolls(client, people):
    client.force_login(people.census_lead)
    assert client.get("/rolls/").status_code == 404
    client.logout()
    assert client.get("/rolls/").status_code == 302


def test_the_desk_leads_there(client, people):
    client.force_login(people.supervisor_a)
    assert 'href="/rolls/"' in client.get("/review/").content.decode()
