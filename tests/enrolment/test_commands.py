"""``bienestar cards …`` as somebody types it."""

from __future__ import annotations

from typing import Any

import pytest
from click.testing import CliRunner

from bienestar.calculations.cards import keys as card_keys
from bienestar.calculations.cards import statuslist
from bienestar.cli.cards import cards
from bienestar.operations.enrolment.actions import request_at_module
from bienestar.operations.enrolment.models import CardBatch, Module, SigningKey
from bienestar.registers.beneficiaries.models import Card
from tests.enrolment.conftest import folios_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("system")]


def run(*words: Any, code: int = 0, typed: str | None = None) -> str:
    done = CliRunner().invoke(cards, [str(word) for word in words], input=typed)
    assert done.exit_code == code, done.output
    return done.output


def test_a_print_run_from_the_key_to_the_reconciliation(people, territory, module, enrol, tmp_path):
    run("keys", "new")
    requests = [request_at_module(by=people.operator_a, person=enrol(), module=module) for _ in range(3)]
    request_at_module(by=people.operator_a, person=enrol(result="covered"), module=module)
    said = run("validate", module.code)
    assert "Signed 3, stopped 1." in said
    assert "covered" in said
    listed = run("keys", "cards", SigningKey.objects.get().kid).split()
    assert listed == [card.folio for card in requests]
    run("batch", "make", module.code, "--most", 2)
    batch = CardBatch.objects.get()
    assert run("sheets", batch.pk, tmp_path / "out", code=2).startswith("Error: There are no files")
    run("batch", "print", batch.pk)
    run("sheets", batch.pk, tmp_path / "out")
    assert [path.read_bytes()[:4] for path in (tmp_path / "out").iterdir()] == [b"%PDF"]
    run("batch", "ship", batch.pk, "--carrier", "Camioneta 3")
    assert "1 pieces are in stock, 1 are missing" in run(
        "batch", "receive", batch.pk, "-", typed=f"{requests[0].folio}\n"
    )
    assert requests[1].folio in run("reconcile", "--missing")
    assert "1 found again" in run("count", module.code, "-", typed="\n".join(folios_of(batch)))
    assert "Error" in run("batch", "close", batch.pk, code=2)
    assert module.code in run("batch", "list")
    assert {card.stage for card in Card.objects.filter(pk__in=[one.pk for one in requests[:2]])} == {"received"}


def test_keys_are_listed_retired_given_up_and_exported(tmp_path):
    run("keys", "new")
    first = SigningKey.objects.get()
    assert "next key first" in run("keys", "retire", first.kid, code=2)
    run("keys", "new")
    run("keys", "retire", first.kid)
    assert "Nothing was done" in run("keys", "compromise", first.kid, typed="otra\n", code=2)
    run("keys", "compromise", first.kid, typed=f"{first.kid}\n")
    assert "signs now" in run("keys", "list")
    run("keys", "export", tmp_path / "keys.cbor")
    run("statuslist", tmp_path / "status.cwt")
    known = card_keys.from_key_set((tmp_path / "keys.cbor").read_bytes())
    assert len(known) == 2
    assert statuslist.parse((tmp_path / "status.cwt").read_bytes(), known).uri


def test_modules_by_command(territory):
    run("module", "open", "91002", "Módulo Río Seco", "--from", "2024-02-01")
    code = Module.objects.get().code
    assert "Río Seco" in run("module", "list")
    run("module", "close", code)
    assert run("module", "close", code, code=2).startswith("Error")
    assert "not a municipality" in run("module", "open", "91", "Módulo", code=2)
    assert "no area" in run("module", "open", "99999", "Módulo", code=2)


@pytest.mark.parametrize(
    "words",
    [
        ("keys", "retire", "00000000"),
        ("batch", "print", "77"),
        ("batch", "make", "999999"),
        ("statuslist", "/no/such/folder/file"),
        ("batch", "receive", "77", "-"),
    ],
)
def test_what_is_not_there_is_one_sentence_and_code_2(words):
    said = run(*words, code=2, typed="")
    assert said.startswith("Error: ")
    assert "Traceback" not in said
