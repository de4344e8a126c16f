"""People: letters of a record, institutions that cover, when somebody is eligible, how long a card holds.

File ``definitions/people.yaml``. Every rule carries its basis; what no law settles is named an assumption there.
"""

from __future__ import annotations

from functools import lru_cache
from time import monotonic
from typing import Literal

from django.conf import settings
from pydantic import Field

from bienestar.foundation.definitions.files import Definition, Located, Location, Text, definitions_dir

LOOK_AGAIN = 1.0  # seconds


class RuleBasis(Definition):
    """What a rule rests on."""

    kind: Literal["norm", "published", "assumption"]
    source: str


class Rule(Definition):
    """A whole number with what it rests on."""

    value: int = Field(ge=1)
    basis: str


class Sex(Definition):
    """A letter of a record: its words and the mark that the CURP uses for it."""

    name: Text
    curp: str = Field(max_length=1)
    basis: str


class BirthState(Definition):
    """RENAPO's two letters of a state of birth: INEGI's number ("" for abroad) and its name."""

    number: str = Field(pattern=r"^(\d\d)?$")
    name: Text


class Institution(Definition):
    """A social-security institution; ``required``: without its current roll nobody can be called eligible."""

    name: Text
    long: Text
    required: bool
    basis: str


class EligibilityRules(Definition):
    """When a conclusion is old, and when a roll is."""

    recheck_months: Rule
    roll_valid_days: Rule


class CardCheck(Definition):
    """One thing looked at before a card is signed; ``fail``: whether the request then stops."""

    name: Text
    fail: Literal["observe", "pass"]
    basis: str


class CardChecks(Definition):
    """The checks of a request; which there are is code, what follows from each is data."""

    identity: CardCheck
    birth: CardCheck
    alive: CardCheck
    notice: CardCheck
    eligibility: CardCheck
    current: CardCheck
    covered: CardCheck


class CardRules(Definition):
    """How long a card holds, who issues it, where its status list stands, what is checked, why it ends."""

    valid_years: Rule
    issuer: str
    status_uri: str = Field(pattern=r"^[a-z][a-z0-9+.-]*:[a-z0-9][a-z0-9.:/_-]{0,58}$", max_length=60)
    list_hours: Rule
    list_spare: Rule
    checks: CardChecks
    reasons: dict[str, Text]


class PrivacyRules(Definition):
    """The notice in force, how long things are kept, and the smallest figure that is published."""

    notice_version: str
    reads_kept_years: Rule
    replaced_roll_days: Rule
    smallest_public_cell: Rule


#: What a list of persons may hold of each; what a column means is code, which purpose needs it is data.
ExportColumn = Literal[
    "record",
    "curp",
    "folio",
    "given_names",
    "first_surname",
    "second_surname",
    "birth_date",
    "birth_year",
    "sex",
    "birth_state",
    "municipality",
    "municipality_name",
    "locality_name",
    "address",
    "unit",
    "unit_name",
    "card",
    "card_stage",
]


class ExportPurpose(Definition):
    """What a list of persons may be downloaded for, and the columns that this needs: no list holds more."""

    name: Text
    columns: tuple[ExportColumn, ...] = Field(min_length=1)
    basis: str


class PeopleRules(Definition):
    """definitions/people.yaml as written."""

    version: str
    bases: dict[str, RuleBasis]
    sexes: dict[str, Sex]
    birth_states: dict[str, BirthState]
    institutions: dict[str, Institution]
    eligibility: EligibilityRules
    documents: dict[str, Text]
    receivers: dict[str, Text]
    card: CardRules
    privacy: PrivacyRules
    exports: dict[str, ExportPurpose] = Field(min_length=1)

    def required(self) -> tuple[str, ...]:
        """Codes of the institutions whose current roll is needed before anybody is called eligible."""
        return tuple(code for code, one in self.institutions.items() if one.required)


_looked: dict[str, tuple[float, PeopleRules]] = {}


def people_rules() -> PeopleRules:
    """The rules in force; the file is looked at once a second at most, and read again only when it has changed.

    Each row of a file of a million people asks for them several times. Raises DefinitionError.
    """
    folder, now = str(settings.DEFINITIONS_DIR), monotonic()
    if folder in _looked and now - _looked[folder][0] < LOOK_AGAIN:
        return _looked[folder][1]
    path = definitions_dir() / "people.yaml"
    found = _load(str(path), path.stat().st_mtime_ns if path.exists() else 0)
    _looked[folder] = (now, found)
    return found


@lru_cache(maxsize=4)
def _load(path: str, time: int) -> PeopleRules:
    located = Located(definitions_dir() / "people.yaml")
    found = located.parse(PeopleRules)
    for at, basis in _bases(found):
        if basis not in found.bases:
            raise located.error((*at, "basis"), f"there is no basis {basis!r} under bases")
    for code in [*found.sexes, *found.birth_states]:
        if not code.isalpha() or code != code.upper() or len(code) > 2:
            raise located.error(("sexes" if code in found.sexes else "birth_states", code), "must be capital letters")
    for code, purpose in found.exports.items():
        if len(set(purpose.columns)) < len(purpose.columns):
            raise located.error(("exports", code, "columns"), "a column stands twice")
    return found


def _bases(found: PeopleRules) -> list[tuple[Location, str]]:
    rules: list[tuple[Location, str]] = []
    for part in ("sexes", "institutions", "exports"):
        rules += [((part, code), one.basis) for code, one in getattr(found, part).items()]
    for part in ("eligibility", "card", "privacy"):
        shape = getattr(found, part)
        for name in type(shape).model_fields:
            rule = getattr(shape, name)
            if isinstance(rule, Rule):
                rules.append(((part, name), rule.basis))
    checks = found.card.checks
    rules += [(("card", "checks", name), getattr(checks, name).basis) for name in type(checks).model_fields]
    return rules
