"""The pages about cards: what each shows, what each step does, and who is told that a thing is not there."""

from __future__ import annotations

import csv
import io
import re

import pytest
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format

from bienestar.foundation.journal.models import JournalEntry
from bienestar.operations.enrolment.actions import make_batch, receive_batch, request_at_module, revoke
from bienestar.operations.enrolment.models import CardBatch, Module, SigningKey
from bienestar.operations.enrolment.queries import open_count, token_of
from bienestar.operations.enrolment.queries import sheets as sheet_queries
from bienestar.registers.beneficiaries.models import Card, Person
from tests.enrolment.conftest import TODAY, folios_of

pytestmark = pytest.mark.django_db


def text_of(answer):
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def equation(page):
    """The numbers of the equation as the page shows them: printed, then what it is made of."""
    found = re.search(r'<dl class="equation".*?</dl>', page, re.DOTALL)[0]
    return [int(number.replace(",", "")) for number in re.findall(r"<dd>([\d,]+)</dd>", found)]


def at(name, *args):
    return reverse(name, args=args)


def test_a_batch_from_the_module_to_the_reception(as_role, people, module, validated, monkeypatch):
    monkeypatch.setattr(sheet_queries, "CARDS_A_FILE", 1)
    validated(3)
    boss = as_role("supervisor_a")
    page = text_of(boss.get(at("card_module", module.code)))
    assert at("card_batch_make", module.code) in page
    assert boss.post(at("card_batch_make", module.code), {"most": "x"}).status_code == 200
    answer = boss.post(at("card_batch_make", module.code), {"most": 3})
    batch = CardBatch.objects.get()
    assert answer.url == at("card_batch", batch.pk)
    # Two files at a request: the first answer is not the last.
    first = text_of(boss.post(at("card_batch_print", batch.pk)))
    assert 'hx-trigger="load, submit"' in first
    assert at("card_batch_sheet", batch.pk, 1) not in text_of(boss.get(at("card_batch", batch.pk)))
    assert boss.post(at("card_batch_print", batch.pk)).url == at("card_batch", batch.pk)
    sheet = boss.get(at("card_batch_sheet", batch.pk, 3))
    assert sheet.content.startswith(b"%PDF")
    assert sheet.headers["Cache-Control"] == "no-store"
    assert boss.get(at("card_batch_sheet", batch.pk, 4)).status_code == 404
    assert equation(text_of(boss.get(at("card_batch_step", batch.pk, "ship")))) == [3, 0, 0, 0, 0, 3, 0, 0]
    boss.post(at("card_batch_step", batch.pk, "ship"), {"carrier": "Camioneta 3"})
    page = text_of(boss.get(at("card_batch", batch.pk)))
    assert equation(page) == [3, 0, 0, 0, 0, 0, 3, 0]
    assert "Camioneta 3" in page


def test_the_list_of_batches_says_when_each_was_put_together(as_role, people, module, validated):
    validated(1)
    make_batch(by=people.supervisor_a, module=module)
    page = text_of(as_role("supervisor_a").get(at("cards")))
    (row,) = re.findall(r"<tr>.*?</tr>", page.split("<tbody>")[1], re.DOTALL)
    with translation.override("es"):
        assert f'data-label="Formado">{date_format(TODAY(), "SHORT_DATE_FORMAT")}</td>' in row


def test_htmx_is_told_where_to_go_when_the_files_are_ready(as_role, people, module, validated):
    validated(1)
    batch = make_batch(by=people.supervisor_a, module=module)
    answer = as_role("supervisor_a").post(at("card_batch_print", batch.pk), headers={"hx-request": "true"})
    assert answer.headers["HX-Redirect"] == at("card_batch", batch.pk)


def test_scanning_a_reception(as_role, people, shipped):
    batch = shipped(3)
    folios = folios_of(batch)
    operator = as_role("operator_a")
    there = at("card_batch_receive", batch.pk)
    assert "autofocus" in text_of(operator.get(there))
    page = text_of(operator.post(there, {"do": "scan", "text": folios[0]}))
    assert "<strong>1</strong>" in page
    # With htmx only the desk comes back, with the field ready for the next scan.
    part = text_of(
        operator.post(
            there, {"do": "scan", "text": token_of(Card.objects.get(folio=folios[1]))}, headers={"hx-request": "true"}
        )
    )
    assert part.lstrip().startswith('<div id="desk">')
    assert "autofocus" in part
    assert "<strong>2</strong>" in part
    assert "said refused" in text_of(operator.post(there, {"do": "scan", "text": "hola"}))
    assert "said refused" in text_of(operator.post(there, {"do": "scan", "text": ""}))
    assert "<strong>1</strong>" in text_of(operator.post(there, {"do": "undo"}))
    assert 'value="finish"' in text_of(operator.post(there, {"do": "ask"}))
    assert operator.post(there, {"do": "finish"}).url == at("card_batch", batch.pk)
    page = text_of(operator.get(at("card_batch", batch.pk)))
    assert equation(page) == [3, 0, 1, 0, 0, 0, 0, 2]
    spaced = f"{folios[2][:2]} {folios[2][2:6]}"
    assert spaced in page[page.index('id="missing"') : page.index('id="pieces"')]
    assert operator.get(there).url == at("card_batch", batch.pk), "a received batch is not received again"


def test_counting_the_stock(as_role, people, module, stocked):
    batch = stocked(2)
    folios = folios_of(batch)
    operator = as_role("operator_a")
    there = at("card_stock_count", module.code)
    assert at("card_stock_begin", module.code) in text_of(operator.get(there))
    operator.post(at("card_stock_begin", module.code))
    assert open_count(module)
    operator.post(there, {"do": "scan", "text": folios[0]})
    assert operator.post(there, {"do": "finish"}).url == at("card_module", module.code)
    page = text_of(operator.get(there))
    assert [int(n) for n in re.findall(r'<td class="number[^>]*>(\d+)</td>', page)] == [1, 1, 0]


def test_pieces_spoiled_and_returned(as_role, stocked):
    batch = stocked(3)
    folios = folios_of(batch)
    operator = as_role("operator_a")
    spoil, back = at("card_batch_pieces", batch.pk, "spoil"), at("card_batch_pieces", batch.pk, "return")
    wrong = text_of(operator.post(spoil, {"folios": f"{folios[0]}\nhola", "note": "rota"}))
    assert 'class="errors"' in wrong
    assert 'class="errors"' in text_of(operator.post(spoil, {"folios": " ,\n", "note": "rota"}))
    assert operator.post(spoil, {"folios": folios[0], "note": "rota"}).status_code == 302
    assert operator.post(back, {"folios": folios[1], "why": "never_collected"}).status_code == 302
    assert 'class="errors"' in text_of(operator.post(back, {"folios": folios[1], "why": "never_collected"}))
    assert equation(text_of(operator.get(at("card_batch", batch.pk)))) == [3, 0, 1, 1, 1, 0, 0, 0]
    assert operator.get(at("card_batch_pieces", batch.pk, "burn")).status_code == 404


def test_requests_are_validated_after_a_preview(as_role, people, module, key, enrol):
    good, bad = (
        request_at_module(by=people.operator_a, person=enrol(result=result), module=module)
        for result in ("eligible", "covered")
    )
    boss = as_role("supervisor_a")
    page = text_of(boss.get(at("card_requests")))
    assert page.count('name="card"') == 2
    preview = text_of(boss.post(at("card_requests_preview"), {"which": "all", "module": module.code}))
    assert Card.objects.get(pk=good.pk).stage == "requested", "a preview writes nothing"
    ids = re.search(r'name="ids" value="([\d ]+)"', preview)[1]
    assert sorted(map(int, ids.split())) == [good.pk, bad.pk]
    assert boss.post(at("card_requests_validate"), {"ids": ids}).url == at("card_requests")
    assert [Card.objects.get(pk=card.pk).stage for card in (good, bad)] == ["validated", "observed"]
    assert boss.post(at("card_requests_preview"), {"card": [good.pk]}).url == at("card_requests")


def test_without_a_key_validating_says_so(as_role, people, module, enrol):
    card = request_at_module(by=people.operator_a, person=enrol(), module=module)
    boss = as_role("supervisor_a")
    boss.post(at("card_requests_validate"), {"ids": str(card.pk)})
    assert 'role="status"' in text_of(boss.get(at("card_requests")))
    assert Card.objects.get(pk=card.pk).stage == "requested"


def test_no_page_of_cards_shows_a_name(as_role, module, stocked):
    batch = stocked(2, given="Xóchitl", agrees=True)
    client = as_role("supervisor_a")
    for address in (
        at("cards"),
        at("card_batch", batch.pk),
        at("card_module", module.code),
        at("card_requests"),
        at("card_reconciliation"),
        at("card_batch_table", batch.pk, "csv"),
    ):
        assert "Xóchitl" not in text_of(client.get(address))


def test_pieces_are_found_by_digits_of_the_folio(as_role, stocked):
    batch = stocked(3)
    folios = folios_of(batch)
    client = as_role("supervisor_a")
    page = text_of(client.get(at("card_batch", batch.pk), {"q": folios[1][6:]}))
    assert page[page.index('id="pieces"') :].count("<tr><td") == 1
    page = text_of(client.get(at("card_batch", batch.pk), {"stage": "missing"}))
    assert page[page.index('id="pieces"') :].count("<tr><td") == 0


def test_reconciliation_on_the_page_and_in_the_files(as_role, people, module, shipped):
    batch = shipped(3)
    receive_batch(by=people.operator_a, batch=batch, folios=folios_of(batch)[:2])
    client = as_role("auditor")
    page = text_of(client.get(at("card_reconciliation")))
    assert equation(page) == [3, 0, 2, 0, 0, 0, 0, 1]
    answer = client.get(at("card_reconciliation_file", "csv"))
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[1] == ["91001", "Peña Alta", module.code, module.name, "3", "0", "2", "0", "0", "0", "0", "1"]
    assert rows[2][4:] == rows[1][4:]
    assert client.get(at("card_reconciliation_file", "xlsx")).content[:2] == b"PK"
    assert client.get(at("card_reconciliation_file", "pdf")).status_code == 404
    tomorrow = TODAY().replace(year=TODAY().year + 1).isoformat()
    assert 'class="errors"' in text_of(client.get(at("card_reconciliation"), {"as_of": tomorrow}))
    before = text_of(client.get(at("card_reconciliation"), {"as_of": "2020-01-01"}))
    assert equation(before) == [0] * 8


def test_keys_are_made_retired_and_given_up_by_typing_their_id(as_role, key, validated):
    validated(1)
    client = as_role("system")
    page = text_of(client.get(at("card_keys")))
    assert key.kid in page
    client.post(at("card_key_new"), {"valid_from": TODAY().isoformat()})
    assert SigningKey.objects.count() == 2
    assert 'class="errors"' in text_of(client.post(at("card_key_new"), {"valid_from": "2020-01-01"}))
    for code in ("retire", "compromise"):
        there = at("card_key_step", key.kid, code)
        assert 'class="errors"' in text_of(client.post(there, {"kid": "otra"}))
        assert client.post(there, {"kid": key.kid}).url == at("card_keys")
    kept = SigningKey.objects.get(pk=key.pk)
    assert kept.retired_on
    assert kept.compromised_on
    assert client.get(at("card_key_step", key.kid, "burn")).status_code == 404


def test_modules_are_opened_and_closed(as_role, territory, units):
    boss = as_role("supervisor_a")
    asked = {"municipality": "91002", "name": "Módulo Río Seco", "unit": "XAIMB000035", "opened_on": "2024-02-01"}
    assert 'class="errors"' in text_of(boss.post(at("card_module_new"), asked | {"unit": "NADA"}))
    assert 'class="errors"' in text_of(boss.post(at("card_module_new"), asked | {"unit": "XAIMB000011"}))
    assert boss.post(at("card_module_new"), asked).status_code == 302
    module = Module.objects.get()
    assert (module.code, module.unit.uid) == ("910001", "XAIMB000035")
    assert 'class="errors"' in text_of(boss.post(at("card_module_close", module.code), {"on": "2024-01-01"}))
    boss.post(at("card_module_close", module.code), {"on": "2024-06-01"})
    assert Module.objects.get().closed_on
    assert module.name in text_of(boss.get(at("card_modules"), {"q": "910"}))


def test_the_digital_card_is_a_read_of_the_person(as_role, people, validated):
    (card,) = validated(1, agrees=True, given="Xóchitl")
    client = as_role("operator_a")
    page = text_of(client.get(at("digital_card", card.folio)))
    assert "<svg" in page
    assert "Xóchitl" in page
    row = JournalEntry.objects.filter(action="beneficiaries.read_person").last()
    assert (row.actor, row.subject) == ("operator_a", f"person:{card.person.uid}")
    pdf = client.get(at("digital_card_pdf", card.folio))
    assert pdf.content.startswith(b"%PDF")
    assert JournalEntry.objects.filter(action="beneficiaries.read_person").count() == 2
    revoke(by=people.supervisor_a, card=card, why="lost")
    assert "<svg" not in text_of(client.get(at("digital_card", card.folio)))
    assert client.get(at("digital_card_pdf", card.folio)).status_code == 404


def test_the_digital_card_of_a_merged_person_shows_and_reads_the_survivor(as_role, validated, enrol):
    (card,) = validated(1)
    kept = enrol()
    Person.objects.filter(pk=card.person_id).update(merged_into=kept)
    text_of(as_role("operator_a").get(at("digital_card", card.folio)))
    row = JournalEntry.objects.filter(action="beneficiaries.read_person").last()
    assert row.subject == f"person:{kept.uid}"


def test_a_request_has_no_digital_card_yet(as_role, people, module, enrol):
    card = request_at_module(by=people.operator_a, person=enrol(), module=module)
    assert "<svg" not in text_of(as_role("operator_a").get(at("digital_card", card.folio)))
    assert as_role("operator_a").get(at("digital_card_pdf", card.folio)).status_code == 409


def test_lists_ask_as_many_questions_for_many_rows_as_for_few(
    as_role, people, module, validated, django_assert_max_num_queries
):
    for _ in range(5):
        validated(1)
        make_batch(by=people.supervisor_a, module=module)
    client = as_role("supervisor_a")
    client.get(at("cards"))
    with django_assert_max_num_queries(8):
        client.get(at("cards"))
    with django_assert_max_num_queries(12):
        client.get(at("card_requests"))


def test_a_revoked_card_scanned_at_the_counter_is_said_to_be_so(client, people, stocked):
    card = stocked(1).pieces.get().card
    text = token_of(card)
    client.force_login(people.operator_a)
    client.cookies["django_language"] = "en"
    page = text_of(client.post("/people/", {"words": text}, follow=True))
    assert "The card was revoked" not in page
    revoke(by=people.supervisor_a, card=card, why="stolen")
    page = text_of(client.post("/people/", {"words": text}, follow=True))
    assert "The card was revoked" in page
    assert "Inventada" in page, "and who it is of"


def test_folios_lead_to_the_person_and_the_card_leads_back(as_role, people, stocked):
    batch = stocked(1)
    person = Card.objects.get().person
    supervisor = as_role("supervisor_a")
    assert at("person", person.uid) in text_of(supervisor.get(at("card_batch", batch.pk)))
    record = text_of(supervisor.get(at("person", person.uid)))
    assert at("card_batch", batch.pk) in record
    assert at("card_module", batch.module.code) in record
