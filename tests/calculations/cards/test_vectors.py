"""The committed vectors are what the program says today, and they are the example of the methods page."""

from __future__ import annotations

import json

from tests.architecture.source import ROOT
from tests.calculations.cards import vectors
from tests.calculations.cards.invented import KEY, unwrapped


def test_the_file_is_what_the_program_says():
    assert vectors.FILE.read_text(encoding="utf-8") == vectors.as_text()


def test_every_verdict_and_doubt_has_a_vector():
    from bienestar.calculations.cards.tokens import Doubt, Verdict

    found = json.loads(vectors.FILE.read_text(encoding="utf-8"))["tokens"]
    assert {one["verdict"] for one in found} == {verdict.value for verdict in Verdict}
    # How old a list is depends on the reader's clock, which the vectors hold still.
    assert {doubt for one in found for doubt in one["doubts"]} == {doubt.value for doubt in Doubt} - {"stale_list"}


def test_the_example_of_the_page_is_the_first_vector():
    page = (ROOT / "docs" / "methods" / "card-token.md").read_text(encoding="utf-8")
    good = vectors.texts()["good"]
    plain = "".join(page.split())
    assert "".join(good.split()) in plain
    assert unwrapped(good).hex() in plain
    assert KEY.public.hex() in plain
