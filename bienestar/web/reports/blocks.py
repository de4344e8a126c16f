"""The document in words: sections made of paragraphs, figures and tables, the same for page, PDF, workbook and CSV.

A cell keeps its value; how it is written is decided by the kind of its column, in one place (``cell_text``).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from django.utils.formats import date_format, number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from bienestar.web.reports.content import Map

Kind = Literal["text", "code", "count", "people", "money", "percent", "date"]
SMALLEST_SHOWN = 5


class NotApplicable:
    """A cell that asks nothing, e.g. the total of a column that cannot be added."""


@dataclass(frozen=True)
class Amount:
    """A number with its own decimals and, where it has one, its permanent address. ``words``: why there is none."""

    value: float | None
    decimals: int = 0
    words: str = ""
    url: str = ""

    @property
    def text(self) -> str:
        """As page and PDF show it."""
        if self.value is None:
            return self.words or str(_("not known"))
        return number_format(round(self.value, self.decimals), self.decimals, use_l10n=True, force_grouping=True)

    @property
    def exact(self) -> int | float | str:
        """As files keep it: every digit, or the words."""
        if self.value is None:
            return self.text
        return int(self.value) if float(self.value).is_integer() else float(self.value)


NOT_APPLICABLE = NotApplicable()
Value = str | int | float | Decimal | dt.date | NotApplicable | Amount | None


@dataclass(frozen=True)
class Column:
    """One column: its key in files, its words, the kind of its values and its share of the width."""

    key: str
    label: str
    kind: Kind = "text"
    width: float = 1.0

    @property
    def numeric(self) -> bool:
        return self.kind in {"count", "people", "money", "percent"}


@dataclass(frozen=True)
class Row:
    """Cells in the order of the columns. A ``head`` row names the group of the rows below it; ``total`` sums them."""

    cells: tuple[Value, ...]
    role: Literal["", "head", "total"] = ""


@dataclass(frozen=True)
class Table:
    """A table with its own key (file and sheet name), title and notes."""

    key: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    note: str = ""
    empty: str = ""


@dataclass(frozen=True)
class Figure:
    """One large figure: what it is, its words, how it is counted, and its permanent address."""

    label: str
    value: str
    note: str = ""
    url: str = ""


@dataclass(frozen=True)
class Paragraph:
    """Running words; ``strong`` for what a reader must not miss."""

    text: str
    strong: bool = False


@dataclass(frozen=True)
class Points:
    """A list of sentences."""

    sentences: tuple[str, ...]


@dataclass(frozen=True)
class Terms:
    """Words and what they mean."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Figures:
    """Figures side by side."""

    figures: tuple[Figure, ...]


@dataclass(frozen=True)
class Picture:
    """A map or a chart with its words for who cannot see it."""

    map: Map
    alt: str
    caption: str


Block = Paragraph | Points | Terms | Figures | Picture | Table


@dataclass(frozen=True)
class Section:
    """A titled part; its number is its place in the document."""

    key: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Document:
    """The whole document; ``facts`` say what it is, ``files`` are the complete tables for workbook and CSV."""

    language: str
    title: str
    area: str
    as_of: dt.date
    made_at: dt.datetime
    short_hash: str
    facts: tuple[tuple[str, str], ...]
    warning: str
    sections: tuple[Section, ...]
    files: tuple[Table, ...]
    running: tuple[str, str, str]
    page_words: tuple[str, str]
    standards: str = ""


def number(value: float | Decimal) -> str:
    """1,234 or 1.5: whole numbers without decimals, others with one."""
    places = 0 if round(value, 1) == int(value) else 1
    return number_format(round(value, 1), decimal_pos=places, use_l10n=True, force_grouping=True)


def lower_first(words: str) -> str:
    """Words inside a sentence: the first letter small, unless the first word is an acronym."""
    return words if words[1:2].isupper() else words[:1].lower() + words[1:]


def people(value: float | None) -> str:
    """People, whole; one to four are never told apart, because a handful of neighbours can be recognised."""
    if value is None:
        return _("not known")
    if 0 < value < SMALLEST_SHOWN:
        return _("fewer than %(n)s") % {"n": SMALLEST_SHOWN}
    return number(round(value))


def million(value: float | Decimal) -> str:
    """Millions of pesos with one decimal, in words."""
    return _("%(amount)s million pesos") % {"amount": millions(value)}


def millions(value: float | Decimal) -> str:
    """Millions with one decimal. Django cuts decimals off, so they are rounded first."""
    return number_format(round(float(value) / 1e6, 1), decimal_pos=1, use_l10n=True, force_grouping=True)


def percent(part: float, whole: float) -> str:
    """``part`` of ``whole`` in per cent without decimals; not known without a whole."""
    if not whole:
        return _("not known")
    return f"{number_format(round(100 * part / whole), decimal_pos=0, use_l10n=True)} %"


def day(value: dt.date) -> str:
    """A date in words."""
    return date_format(value, "DATE_FORMAT")


def cell_text(value: Value, kind: Kind) -> str:
    """A cell as page and PDF show it."""
    if value is None:
        return str(_("not known"))
    if isinstance(value, NotApplicable):
        return "–"
    if isinstance(value, Amount):
        return value.text
    if isinstance(value, str | Promise):
        return str(value)
    if isinstance(value, dt.date):
        return date_format(value, "SHORT_DATE_FORMAT")
    if kind == "people":
        return people(float(value))
    if kind == "money":
        return number_format(round(value), decimal_pos=0, use_l10n=True, force_grouping=True)
    if kind == "percent":
        return f"{number_format(round(100 * value), decimal_pos=0, use_l10n=True)} %"
    return number(value)


def cell_value(value: Value, kind: Kind) -> str | int | float | dt.date:
    """A cell as files keep it: numbers as numbers; what is not known, or too few people to tell, in words."""
    if value is None or isinstance(value, NotApplicable):
        return str(_("not known")) if value is None else ""
    if isinstance(value, Amount):
        return value.exact
    if isinstance(value, str | dt.date):
        return value
    if kind == "people":
        return people(float(value)) if 0 < value < SMALLEST_SHOWN else round(value)
    if kind == "money":
        return round(float(value), 2)
    rounded = round(float(value), 4)
    return int(rounded) if rounded.is_integer() else rounded
