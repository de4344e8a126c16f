"""Which layout a file has, told by its headings, and what the words of the files mean: definitions/layouts.yaml."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from bienestar.foundation.definitions.files import Definition, Located, Text, definitions_dir
from bienestar.sources import cells

Row = Sequence[Any]
SHOWN_HEADINGS, LONGEST_HEADING = 20, 60  # of the columns that were not read


class Unusable(Exception):
    """A file that cannot be used as asked; the argument is one sentence for the reader."""


class Column(Definition):
    """A column and the headings under which files carry it, the preferred one first."""

    headings: list[str]
    required: bool = False


class Layout(Definition):
    """One layout of one kind of file."""

    kind: str
    about: Text
    publisher: str = ""
    columns: dict[str, Column]


class Layouts(Definition):
    """definitions/layouts.yaml."""

    layouts: dict[str, Layout]
    words: dict[str, dict[str, str]]
    census_days: dict[int, dt.date]
    state_letters: dict[str, str]
    pseudo_states: list[str]

    def word(self, group: str, value: Any) -> str | None:
        """What a word of a file means ("EN OPERACION" → "operating"); None when blank, KeyError when not listed."""
        found = cells.plain(value)
        return self.words[group][found] if found else None


@dataclass(frozen=True)
class Recognised:
    """A layout found in a file and where each of its columns is (0-based); absent columns are not in ``places``."""

    name: str
    layout: Layout
    headings: tuple[str, ...]
    places: dict[str, int]

    def heading(self, column: str) -> str:
        """The column's heading as the file writes it."""
        place = self.places.get(column)
        return self.headings[place] if place is not None else self.layout.columns[column].headings[0]

    def unread(self) -> list[str]:
        """The headings of the columns that the layout does not know."""
        return [h for place, h in enumerate(self.headings) if h and place not in self.places.values()]

    def unread_told(self) -> str:
        """Those columns in one sentence; "" when every column was read."""
        unread = self.unread()
        if not unread:
            return ""
        told = ", ".join(h[:LONGEST_HEADING] for h in unread[:SHOWN_HEADINGS]) + (
            " …" if len(unread) > SHOWN_HEADINGS else ""
        )
        return _("Columns that were not read, because no layout knows their heading: %(columns)s.") % {"columns": told}


@lru_cache(maxsize=4)
def _load(path: str, mtime: float) -> Layouts:
    return Located(definitions_dir() / "layouts.yaml").parse(Layouts)


def layouts() -> Layouts:
    """The layouts in force; read again only when the file has changed. Raises DefinitionError."""
    path = definitions_dir() / "layouts.yaml"
    return _load(str(path), path.stat().st_mtime if path.exists() else 0.0)


@lru_cache(maxsize=8192)
def normal(heading: str) -> str:
    """A heading for comparing: no accents, case, punctuation, byte mark or blanks at the ends."""
    letters = unicodedata.normalize("NFKD", cells.text(heading))
    bare = "".join(c for c in letters if not unicodedata.combining(c)).casefold()
    return re.sub(r"[^0-9a-z]+", " ", bare).strip()


def recognise(kind: str, headings: Row) -> Recognised | None:
    """The first layout of ``kind`` whose required columns are all in ``headings``; None when there is none."""
    places = _places(headings)
    for name, layout in layouts().layouts.items():
        if layout.kind == kind:
            found = _columns(layout, places)
            if all(column in found for column, spec in layout.columns.items() if spec.required):
                return Recognised(name, layout, tuple(cells.text(h) for h in headings), found)
    return None


def _places(headings: Row) -> dict[str, int]:
    places: dict[str, int] = {}
    for index, heading in enumerate(headings):
        if isinstance(heading, str) and normal(heading):
            places.setdefault(normal(heading), index)
    return places


def _columns(layout: Layout, places: dict[str, int]) -> dict[str, int]:
    found = {}
    for column, spec in layout.columns.items():
        place = next((places[normal(h)] for h in spec.headings if normal(h) in places), None)
        if place is not None:
            found[column] = place
    return found


def refuse_duplicates(headings: Row) -> None:
    """Raise Unusable when a heading is there twice: no one can tell which of the two columns is meant."""
    told = Counter(normal(h) for h in headings if isinstance(h, str) and normal(h))
    twice = [h for h in headings if isinstance(h, str) and told.get(normal(h), 0) > 1]
    if twice:
        raise Unusable(
            _("The heading “%(heading)s” appears more than once; only one column may have it.")
            % {"heading": cells.text(twice[0])}
        )


def why_not(kind: str, rows: Sequence[Row]) -> Unusable:
    """The sentence for a file whose headings fit no layout of ``kind``: what it looks like, or what it lacks."""
    if not any(cells.text(cell) for row in rows for cell in row):
        return Unusable(_("The file has no rows."))
    missing, layout = _nearest(kind, rows)
    for row in rows:
        for other in {layout.kind for layout in layouts().layouts.values()} - {kind}:
            found = recognise(other, row)
            if found:
                about = found.layout.about.in_language(get_language() or "es")
                words = {"kind": kind, "other": other, "about": about, "columns": ", ".join(missing)}
                if layout is None:
                    told = _("This is not a file of kind %(kind)s: its headings are those of %(other)s (%(about)s).")
                else:
                    told = _(
                        "For a file of kind %(kind)s it lacks the column %(columns)s; its headings are those of "
                        "%(other)s (%(about)s)."
                    )
                return Unusable(told % words)
    if layout is None:
        return Unusable(_("The headings are not those of any file of kind %(kind)s.") % {"kind": kind})
    return Unusable(
        _("The file looks like “%(about)s” but lacks the column %(columns)s.")
        % {"about": layout.about.in_language(get_language() or "es"), "columns": ", ".join(missing)}
    )


def _nearest(kind: str, rows: Sequence[Row]) -> tuple[list[str], Layout | None]:
    """The layout of ``kind`` of which some row has at least half the required columns, and those that it lacks."""
    best: tuple[float, list[str], Layout | None] = (0.5, [], None)
    for row in rows:
        places = _places(row)
        for layout in layouts().layouts.values():
            required = [name for name, spec in layout.columns.items() if spec.required]
            found = _columns(layout, places)
            share = sum(name in found for name in required) / len(required)
            if layout.kind == kind and share >= best[0] and share > 0:
                lacking = [layout.columns[name].headings[0] for name in required if name not in found]
                if best[2] is None or share > best[0]:
                    best = (share, lacking, layout)
    return best[1], best[2]
