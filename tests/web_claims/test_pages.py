"""Pages of published figures: for everybody, in both languages, and nothing of a pasted text stays."""

from __future__ import annotations

import logging
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bienestar.foundation.journal.models import JournalEntry
from tests.indicators.conftest import pulso_set  # noqa: F401  a published set of values

pytestmark = pytest.mark.django_db
LIST, CHECK = "/pulso/cifras-publicadas/", "/pulso/cifras-publicadas/revisar/"
SPEECH = (
    "Los trabajadores de las tres categorías pasaron de 121,000 a 168,627, un incremento de 40.5 %.\r\nPulso no. 176."
)


def words(response):
    """The text of a page without its tags."""
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def test_the_list_shows_every_claim_with_its_rule_and_its_outcome(client, people, pulso_set):  # noqa: F811
    page = client.get(LIST)
    assert page.status_code == 200
    text = "".join(client.get(LIST, {"page": number}).content.decode() for number in range(1, 6))
    assert len(set(re.findall(r'<tr id="(C\d{3}-\d{2})">', text))) == 85
    leads = re.findall(r'href="(/pulso/valor/[^"]+)"', text)
    assert leads
    assert client.get(leads[0]).status_code == 200
    assert "92,725" in text
    assert "Difiere" in text


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("source=C004", {"C004"}),
        ("q=C000-14", {"C000"}),
        ("source=C002&verdict=not_checkable", {"C002"}),
        ("q=nothing-of-this", set()),
        ("source=C999&verdict=x", set()),
    ],
)
def test_the_list_is_filtered(client, people, query, expected):
    page = client.get(f"{LIST}?{query}")
    assert page.status_code == 200
    assert set(re.findall(r'<tr id="(C\d{3})-\d{2}">', page.content.decode())) == expected


def test_a_pasted_text_is_checked_and_its_arithmetic_told(client, people):
    page = client.post(CHECK, {"text": SPEECH})
    told = words(page)
    assert page.status_code == 200
    assert "(168,627 − 121,000) ÷ 121,000 = 39.4 %" in told
    assert "176: el número de un documento" in told
    assert page["Cache-Control"] == "no-store"
    client.cookies["bienestar_language"] = "en"
    client.post("/language/", {"language": "en"})
    assert "The text's arithmetic does not hold" in words(client.post(CHECK, {"text": SPEECH})).replace("&#x27;", "'")


def test_nothing_of_a_pasted_text_is_kept_or_logged(client, people, caplog):
    entries = JournalEntry.objects.count()
    secret = "Inventada Secreta pidió 4,321 hospitales."
    with (
        caplog.at_level(logging.DEBUG),
        CaptureQueriesContext(
            connection,
        ) as asked,
    ):
        client.post(CHECK, {"text": secret})
    assert "Secreta" not in caplog.text
    assert not [one for one in asked.captured_queries if not one["sql"].lstrip().upper().startswith("SELECT")]
    assert not [one for one in asked.captured_queries if "Secreta" in one["sql"]]
    assert JournalEntry.objects.count() == entries
    assert "4,321" not in client.get(CHECK).content.decode()


def test_too_long_and_empty_are_one_sentence(client, people):
    long = client.post(CHECK, {"text": "9" * 60_001})
    assert long.status_code == 422
    assert "60001" in words(long).replace(",", "").replace("\u202f", "")
    empty = client.post(CHECK, {"text": " \r\n"})
    assert empty.status_code == 422
    assert len(re.findall("wrong-words", empty.content.decode())) == 1


def test_a_text_is_shown_as_text(client, people):
    page = client.post(CHECK, {"text": "<script>alert(1)</script> 12 hospitales <b>"}).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


def test_no_other_site_can_post(people):
    from django.test import Client

    assert Client(enforce_csrf_checks=True).post(CHECK, {"text": "12"}).status_code == 403


def test_the_form_begins_empty_and_an_example_is_one_link_away(client, people):
    empty = client.get(CHECK).content.decode()
    assert re.search(r"<textarea[^>]*></textarea>", empty)
    assert "<title>Error: " in client.post(CHECK, {"text": " "}).content.decode()
    filled = client.get(CHECK + re.search(r'href="(\?[a-z]+)"', empty)[1]).content.decode()
    assert re.search(r"<textarea[^>]*>[^<]*\d", filled)


def test_every_indicator_of_a_claim_is_named_and_leads_to_its_page(client, people, pulso_set):  # noqa: F811
    text = client.get(LIST).content.decode()
    links = dict(re.findall(r'href="(/pulso/indicadores/[^"]+)">([^<]+)</a>', text))
    assert links
    assert not [name for name in links.values() if re.fullmatch(r"[A-Z]+-\d+[A-Z]?", name)]
    assert {client.get(address).status_code for address in links} == {200}
