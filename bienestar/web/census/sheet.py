"""The sheet of a visit: one line per resource in sections, read from a form and checked line by line.

A blank line was not counted: it is written nowhere, which is not the same as a zero.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from bienestar.foundation.definitions.catalogue import Resource, catalogue
from bienestar.operations.census.actions import Seen

#: How each group is told: "pair" existing and usable; "one" number; "state" there and working, there, or not there.
ONE_NUMBER = {"opening", "activity"}
THERE_OR_NOT = {"utility", "water"}
STATES = {"works": (1.0, 1.0), "broken": (1.0, 0.0), "none": (0.0, 0.0), "unseen": (None, None)}
MOST = {"opening.days_per_week": 7, "opening.hours_per_day": 24}
LARGEST = 10_000_000


@dataclass
class Line:
    """One resource on the sheet with what was typed and what is wrong with it."""

    code: str
    name: str
    kind: str
    unit: str = ""
    existing: str = ""
    usable: str = ""
    state: str = ""
    error: str = ""

    @property
    def filled(self) -> bool:
        """Whether anything was typed."""
        return bool(self.existing or self.usable or self.state)


@dataclass
class Section:
    """The lines of one group of resources; ``more`` are those that the unit's type need not have."""

    group: str
    name: str
    lines: list[Line] = field(default_factory=list)
    more: list[Line] = field(default_factory=list)

    @property
    def open_more(self) -> bool:
        """Whether the lines that are folded away hold something."""
        return any(line.filled for line in self.more)


class Sheet:
    """All lines of a visit. ``wanted``: resources that the unit's type must have; None when no standard says."""

    def __init__(
        self,
        language: str,
        wanted: Collection[str] | None = None,
        typed: Mapping[str, str] | None = None,
        before: Mapping[str, tuple[float | None, float | None]] | None = None,
    ) -> None:
        found = catalogue()
        self.sections = [Section(code, words.in_language(language)) for code, words in found.groups.items()]
        by_group = {section.group: section for section in self.sections}
        self.lines: list[Line] = []
        for code, resource in found.resources.items():
            line = Line(code, resource.name.in_language(language), _kind(resource))
            line.unit = resource.unit.in_language(language) if resource.unit else ""
            if typed is not None:
                _take(line, typed)
            elif before and code in before:
                _show(line, *before[code])
            section = by_group[resource.group]
            (section.lines if wanted is None or code in wanted else section.more).append(line)
            self.lines.append(line)
        self.seen: list[Seen] = []

    def check(self) -> bool:
        """Read every line; False when one is wrong, with its sentence beside it."""
        self.seen = []
        for line in self.lines:
            if line.filled:
                told, line.error = _read(line)
                if told is not None:
                    self.seen.append(Seen(line.code, *told, origin="page"))
        return not self.errors

    @property
    def errors(self) -> list[Line]:
        """Lines with something wrong."""
        return [line for line in self.lines if line.error]


def _kind(resource: Resource) -> str:
    if resource.group in ONE_NUMBER:
        return "one"
    return "state" if resource.group in THERE_OR_NOT else "pair"


def _take(line: Line, typed: Mapping[str, str]) -> None:
    """What the form sent for a line."""
    if line.kind == "state":
        state = typed.get(f"{line.code}-s", "")
        line.state = state if state in STATES or _other(state) else ""
        return
    line.existing = typed.get(f"{line.code}-e", "").strip()
    line.usable = typed.get(f"{line.code}-u", "").strip()


def _show(line: Line, existing: float | None, usable: float | None) -> None:
    """What an earlier telling of the same visit said."""
    if line.kind == "state":
        same = [state for state, pair in STATES.items() if pair == (existing, usable)]
        line.state = same[0] if same else f"{_plain(existing)}/{_plain(usable)}"
        return
    line.existing, line.usable = _plain(existing), _plain(usable)


def _plain(value: float | None) -> str:
    return "" if value is None else f"{value:g}"


def _other(state: str) -> tuple[float | None, float | None] | None:
    """A state that is neither of the usual ones, "2/1", as an importer may have written it."""
    first, slash, second = state.partition("/")
    pair = _number(first), _number(second)
    return pair if slash and "wrong" not in pair else None  # type: ignore[return-value]


def _number(text: str) -> float | str | None:
    """A count that is not negative; None for a blank; "wrong" for anything else."""
    if not text:
        return None
    clean = text.replace(",", "")
    if not clean.replace(".", "", 1).isdecimal():
        return "wrong"
    return float(clean) if float(clean) <= LARGEST else "wrong"


def _read(line: Line) -> tuple[tuple[float | None, float | None] | None, str]:
    """(existing, usable) of a filled line, or what is wrong with it in one sentence."""
    if line.kind == "state":
        return STATES.get(line.state) or _other(line.state), ""
    existing, usable = _number(line.existing), _number(line.usable)
    if isinstance(existing, str) or isinstance(usable, str):
        return None, _("Write a number, like 3, or leave it blank.")
    if line.kind == "one":
        return _read_one(line.code, existing)
    if any(value is not None and value != int(value) for value in (existing, usable)):
        return None, _("Write a whole number.")
    if existing is None:
        return None, _("Say how many there are too.")
    if usable is not None and usable > existing:
        return None, _("More can be used than there are.")
    return (existing, usable), ""


def _read_one(code: str, value: float | None) -> tuple[tuple[float | None, float | None] | None, str]:
    most = MOST.get(code)
    if value is not None and most is not None and value > most:
        return None, _("It cannot be more than %(most)s.") % {"most": most}
    # Days and hours that a unit opens are days and hours that can be used; activity is a volume, not a thing.
    return (value, value if code.startswith("opening.") else None), ""
