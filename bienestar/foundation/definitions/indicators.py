"""Indicators: every published number's rule. Files ``definitions/indicators/*.yaml``, one for each, named by its id.

Here is the shape only; whether the expressions hold on the frozen tables is checked in ``insight.indicators``, with
the line and the column of what is wrong.
"""

from __future__ import annotations

import datetime as dt
import re
from functools import lru_cache
from typing import Literal

from pydantic import Field, model_validator

from bienestar.foundation.definitions.files import Definition, DefinitionError, Located, Text, definitions_dir

Geography = Literal["country", "state", "municipality", "unit"]
#: What a value counts; the words are in ``units.yaml`` beside the indicators.
Period = Literal["instant", "flow"]
Direction = Literal["up", "down", "none"]
NAME = re.compile(r"^[A-Z]{2,3}-\d{2}[A-Z]?$")
UNITS_FILE = "units.yaml"


class UnitOfMeasure(Text):
    """What a value counts, in the plural. ``people``: small counts of it are held back from everybody."""

    decimals: int = Field(default=0, ge=0, le=4)
    people: bool = False


class Measure(Definition):
    """An amount: rows of a frozen table, filtered by ``where``, and what is reckoned of them.

    ``by`` and ``having``: rows are first gathered into one for each value of ``by`` (and of the place and the split),
    those are kept where ``having`` is true, and ``value`` is reckoned of the gathered rows.
    """

    table: str
    where: str = ""
    by: list[str] = []
    having: str = ""
    value: str = "count(*)"

    @model_validator(mode="after")
    def _gathered(self) -> Measure:
        if self.having and not self.by:
            raise ValueError("having needs by: the columns that rows are gathered into first")
        return self


class OtherIndicator(Definition):
    """A denominator that is another indicator's numerator at the same place and date."""

    indicator: str


class Band(Definition):
    """A range of values, such as "95 to 99.9 %": from ``at_least`` up to the band before it; the last one has none."""

    code: str
    at_least: float | None = None
    name: Text


class Basis(Definition):
    """Where the rule comes from."""

    kind: Literal["law", "official", "source", "assumption"]
    reference: Text


class Indicator(Definition):
    """One indicator. A value is numerator, or numerator ÷ denominator × ``times``; ``change_of``: the difference of
    another indicator between this cut-off and the one before.

    ``counts``: what the numerator counts, where ``unit`` does not say it (a percentage of persons counts persons).
    ``bands``: ranges in which places are counted, the highest first.
    """

    id: str
    version: int = Field(ge=1)
    name: Text
    why: Text
    method: Text
    unit: str
    counts: str = ""
    numerator: Measure | None = None
    denominator: Measure | OtherIndicator | None = None
    times: float = Field(default=1, gt=0)
    change_of: str | None = None
    period: Period
    days: int | None = Field(default=None, ge=1)
    geography: list[Geography] = Field(min_length=1)
    splits: list[str] = []
    direction: Direction
    bands: list[Band] = []
    caveats: list[Text] = []
    minimum_evidence: Text
    basis: Basis
    owner: Text
    reviewed_on: dt.date
    history: list[Text] = []

    @model_validator(mode="after")
    def _whole(self) -> Indicator:
        if not NAME.match(self.id):
            raise ValueError("an id is two or three letters, a dash and two digits, such as FAC-02")
        if (self.numerator is None) == (self.change_of is None):
            raise ValueError("an indicator has either a numerator or change_of")
        if self.change_of and (self.denominator or self.splits):
            raise ValueError("change_of has neither denominator nor splits")
        if (self.period == "flow") != (self.days is not None):
            raise ValueError("a flow has days, its length back from the cut-off; an instant has none")
        if "country" not in self.geography:
            raise ValueError("geography begins with country")
        lows = [band.at_least for band in self.bands if band.at_least is not None]
        open_below = [band.at_least is None for band in self.bands]
        if self.bands and (sum(open_below) != 1 or not open_below[-1] or lows != sorted(set(lows), reverse=True)):
            raise ValueError("bands go from the highest down, each with at_least, and the last without it")
        return self

    def band_of(self, value: float) -> Band | None:
        """The band that ``value`` falls in; None where the indicator has no bands."""
        return next((band for band in self.bands if band.at_least is None or value >= band.at_least), None)


def indicators() -> dict[str, Indicator]:
    """Every indicator by its id, in the order of ids; read again when a file has changed. Raises DefinitionError."""
    return {name: one for name, (_file, one) in indicator_files().items()}


def indicator_files() -> dict[str, tuple[Located, Indicator]]:
    """Every indicator with its file, which knows the line of each value. Raises DefinitionError."""
    folder = definitions_dir() / "indicators"
    files = sorted(path for path in folder.glob("*.yaml") if path.name != UNITS_FILE)
    if not files:
        raise DefinitionError("indicators", None, "", "the folder has no files")
    return _load(str(folder), tuple((path.name, path.stat().st_mtime_ns) for path in files))


def units_of_measure() -> dict[str, UnitOfMeasure]:
    """``definitions/indicators/units.yaml``: units of measure by their code. Raises DefinitionError."""
    path = definitions_dir() / "indicators" / UNITS_FILE
    return _load_units(str(path), path.stat().st_mtime_ns if path.exists() else 0)


class _UnitsFile(Definition):
    units: dict[str, UnitOfMeasure]


@lru_cache(maxsize=4)
def _load_units(path: str, stamp: int) -> dict[str, UnitOfMeasure]:
    return Located(definitions_dir() / "indicators" / UNITS_FILE).parse(_UnitsFile).units


@lru_cache(maxsize=4)
def _load(folder: str, stamps: tuple[tuple[str, int], ...]) -> dict[str, tuple[Located, Indicator]]:
    found = {}
    for name, _stamp in stamps:
        located = Located(definitions_dir() / "indicators" / name)
        one = located.parse(Indicator)
        if f"{one.id}.yaml" != name:
            raise located.error(("id",), f"the file is named {name}, so the id must be {name.removesuffix('.yaml')}")
        if one.unit not in units_of_measure():
            raise located.error(("unit",), f"no such unit of measure in {UNITS_FILE}: {one.unit}")
        if one.counts and one.counts not in units_of_measure():
            raise located.error(("counts",), f"no such unit of measure in {UNITS_FILE}: {one.counts}")
        found[one.id] = (located, one)
    return found
