"""The words on cards: each must fit its place, and a mistake names file, line and field."""

from __future__ import annotations

import pytest

from bienestar.foundation.definitions.cards import card_words, cards_file
from bienestar.foundation.definitions.files import DefinitionError, definitions_dir


@pytest.fixture
def folder(tmp_path, settings):
    """A folder with the card's file only, so that a test may change it."""
    text = (definitions_dir() / "cards.yaml").read_text(encoding="utf-8")
    settings.DEFINITIONS_DIR = tmp_path
    (tmp_path / "cards.yaml").write_text(text, encoding="utf-8")
    return tmp_path


def test_the_words_in_force():
    assert card_words().service
    assert cards_file().basis.kind == "assumption"


def test_a_changed_word_is_printed_from_then_on(folder):
    path = folder / "cards.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("card: Credencial", "card: Tarjeta"), encoding="utf-8")
    assert card_words().card == "Tarjeta"


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("card: Credencial", "card: Credencial universal de salud", "words.card"),
        ("card: Credencial", "", "words.card"),
        ("folio: Folio", "folio: Folio\n  curp: CURP", "words.curp"),
    ],
)
def test_a_word_that_does_not_fit_is_refused(folder, old, new, field):
    path = folder / "cards.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    with pytest.raises(DefinitionError) as caught:
        card_words()
    assert "cards.yaml" in str(caught.value)
    assert field in str(caught.value)
