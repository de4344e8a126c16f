"""What others published, in our words, and how what does not fit is settled: definitions/claims/*.yaml."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from pydantic import Field, model_validator

from bienestar.foundation.definitions.files import Definition, DefinitionError, Located, Text, definitions_dir
from bienestar.foundation.definitions.indicators import indicators
from bienestar.foundation.definitions.statements import statements

GapSubject = Literal["staff_gap", "equipment_gap"]
#: checkable: a figure and an indicator; plan: promised; not_resolvable: nobody said of what it is.
Status = Literal["checkable", "plan", "statement", "not_resolvable"]
RULES_FILE = "rules.yaml"
_ID = re.compile(r"^(?:C\d{3}-\d{2}|P-\d{2})$")


class Source(Definition):
    """Who published it, and when."""

    name: str
    published: dt.date | None


class OfDiagnosis(Definition):
    """A claim that stands beside the gap of an area's diagnosis: which gap, and how they counted."""

    subject: GapSubject
    how_counted: Text


class Written(Definition):
    """A claim as it is written in a file. ``before``: the value it grew from; ``since``: where a total begins.

    ``scope``: code of an area or of a group of statements.yaml, empty when nothing says it; ``rules``: in rules.yaml.
    """

    said: Text
    figure: float | None = None
    before: float | None = None
    unit: str | None = None
    qualifier: Literal["", "more_than", "less_than", "about"] = ""
    scope: str = ""
    as_of: dt.date | None = None
    since: dt.date | None = None
    indicators: list[str] = []
    same_as: list[str] = []
    rules: list[str] = []
    status: Status
    diagnosis: OfDiagnosis | None = None

    @model_validator(mode="after")
    def _whole(self) -> Written:
        if (self.figure is None) != (self.unit is None):
            raise ValueError("a figure has a unit, and a unit a figure")
        if self.status == "checkable" and (self.figure is None or not self.indicators):
            raise ValueError("a checkable claim has a figure and an indicator")
        if self.diagnosis and self.figure is None:
            raise ValueError("what stands beside a diagnosis has a figure")
        return self


class Claim(Written):
    """A published claim with its id, its source and the day it tells of."""

    id: str
    source: Source
    as_of: dt.date


class Rule(Definition):
    """What does not fit among claims, and how a defined indicator settles it."""

    found: Text
    rule: Text


class ClaimsFile(Definition):
    """definitions/claims/<source>.yaml; ``as_of``: of the claims that do not say another day."""

    source: Source
    as_of: dt.date
    claims: dict[str, Written] = Field(min_length=1)


class RulesFile(Definition):
    """definitions/claims/rules.yaml."""

    rules: dict[str, Rule]


@dataclass(frozen=True)
class PublishedGap:
    """A gap that somebody published of an area. ``at_least``: it was published as "more than"."""

    area: str
    subject: GapSubject
    value: float
    at_least: bool
    as_of: dt.date
    said: Text
    how_counted: Text
    source: str


def claims() -> dict[str, Claim]:
    """Every claim by its id, links to the same fact made mutual. Raises DefinitionError."""
    return _load(*_stamp())[0]


def rules() -> dict[str, Rule]:
    """What does not fit and how it is settled, by number. Raises DefinitionError."""
    return _load(*_stamp())[1]


def claims_about(area_code: str) -> list[PublishedGap]:
    """Gaps that were published about an area, newest first."""
    found = [
        PublishedGap(
            area=claim.scope,
            subject=claim.diagnosis.subject,
            value=claim.figure,
            at_least=claim.qualifier == "more_than",
            as_of=claim.as_of,
            said=claim.said,
            how_counted=claim.diagnosis.how_counted,
            source=claim.source.name,
        )
        for claim in claims().values()
        if claim.diagnosis and claim.figure is not None and claim.scope == area_code
    ]
    return sorted(found, key=lambda gap: gap.as_of, reverse=True)


def _stamp() -> tuple[str, tuple[tuple[str, int], ...]]:
    folder = definitions_dir() / "claims"
    files = sorted(folder.glob("*.yaml"))
    if not files:
        raise DefinitionError("claims", None, "", "the folder has no files")
    return str(folder), tuple((path.name, path.stat().st_mtime_ns) for path in files)


@lru_cache(maxsize=4)
def _load(folder: str, stamps: tuple[tuple[str, int], ...]) -> tuple[dict[str, Claim], dict[str, Rule]]:
    place = definitions_dir() / "claims"
    settled = Located(place / RULES_FILE).parse(RulesFile).rules
    files = {name: Located(place / name) for name, _stamp in stamps if name != RULES_FILE}
    found: dict[str, Claim] = {}
    for located in files.values():
        one = located.parse(ClaimsFile)
        for code, written in one.claims.items():
            if not _ID.match(code) or code in found:
                raise located.error(("claims", code), "an id is C, three digits, a dash and two digits, and used once")
            told = written.model_dump() | {"as_of": written.as_of or one.as_of}
            found[code] = Claim(id=code, source=one.source, **told)
    for located in files.values():
        for code in located.data["claims"]:
            _check(located, found, settled, code)
    return _mutual(found), settled


def _check(located: Located, found: dict[str, Claim], settled: dict[str, Rule], code: str) -> None:
    claim, words = found[code], statements()
    for field, named, known in (
        ("indicators", claim.indicators, set(indicators())),
        ("same_as", claim.same_as, set(found)),
        ("rules", claim.rules, set(settled)),
        ("unit", [claim.unit] if claim.unit else [], set(words.units)),
        ("scope", [claim.scope] if claim.scope else [], set(words.scopes)),
    ):
        unknown = [name for name in named if name not in known]
        if unknown:
            raise located.error(("claims", code, field), f"there is no {', '.join(unknown)}")


def _mutual(found: dict[str, Claim]) -> dict[str, Claim]:
    same: dict[str, set[str]] = {code: set(claim.same_as) for code, claim in found.items()}
    for code, others in list(same.items()):
        for other in tuple(others):
            same[other].add(code)
    return {code: claim.model_copy(update={"same_as": sorted(same[code])}) for code, claim in found.items()}
