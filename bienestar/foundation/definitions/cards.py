"""Cards: the words printed on every one. File ``definitions/cards.yaml``."""

from __future__ import annotations

from functools import lru_cache

from pydantic import Field

from bienestar.calculations.cards.template import Words
from bienestar.foundation.definitions.files import Definition, Located, definitions_dir
from bienestar.foundation.definitions.people import RuleBasis


class CardWords(Definition):
    """The words by their place; the lengths are what the place holds."""

    service: str = Field(min_length=1, max_length=34)
    card: str = Field(min_length=1, max_length=14)
    name: str = Field(min_length=1, max_length=30)
    without_name: str = Field(min_length=1, max_length=30)
    folio: str = Field(min_length=1, max_length=30)
    valid_until: str = Field(min_length=1, max_length=30)
    unit: str = Field(min_length=1, max_length=40)
    notice: str = Field(max_length=90)
    small_print: str = Field(max_length=105)


class CardsFile(Definition):
    """definitions/cards.yaml as written."""

    version: str
    basis: RuleBasis
    words: CardWords


def cards_file() -> CardsFile:
    """The file in force; read again only when it has changed. Raises DefinitionError."""
    path = definitions_dir() / "cards.yaml"
    return _load(str(path), path.stat().st_mtime_ns if path.exists() else 0)


def card_words() -> Words:
    """The words as ``calculations.cards.sheets`` prints them."""
    return Words(**cards_file().words.model_dump())


@lru_cache(maxsize=4)
def _load(path: str, time: int) -> CardsFile:
    return Located(definitions_dir() / "cards.yaml").parse(CardsFile)
