"""Figures that others published, and the groups in which a staff gap is read: definitions/claims.yaml."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from typing import Literal

from bienestar.foundation.definitions.catalogue import catalogue
from bienestar.foundation.definitions.files import Definition, Located, Text, definitions_dir

Subject = Literal["staff_gap", "equipment_gap"]


class Claim(Definition):
    """A figure that somebody published about an area. ``at_least``: it was published as "more than"."""

    area: str
    subject: Subject
    value: float
    at_least: bool
    as_of: dt.date
    said: Text
    how_counted: Text
    source: str


class StaffGroup(Definition):
    """Categories of staff that are read together."""

    name: Text
    resources: list[str]


class ClaimsFile(Definition):
    """definitions/claims.yaml."""

    claims: dict[str, Claim]
    staff_groups: dict[str, StaffGroup]


@lru_cache(maxsize=4)
def _load(path: str, mtime: float) -> ClaimsFile:
    located = Located(definitions_dir() / "claims.yaml")
    found = located.parse(ClaimsFile)
    resources, placed = catalogue().resources, set[str]()
    for code, group in found.staff_groups.items():
        for i, resource in enumerate(group.resources):
            at = ("staff_groups", code, "resources", i)
            if resource not in resources or resources[resource].group != "staff":
                raise located.error(at, f"{resource!r} is not a staff resource of resources.yaml")
            if resource in placed:
                raise located.error(at, f"{resource!r} is in two groups")
            placed.add(resource)
    left = sorted(code for code, known in resources.items() if known.group == "staff" and code not in placed)
    if left:
        raise located.error(("staff_groups",), f"these categories are in no group: {', '.join(left)}")
    return found


def claims_file() -> ClaimsFile:
    """The claims in force; read again only when the file has changed. Raises DefinitionError."""
    path = definitions_dir() / "claims.yaml"
    return _load(str(path), path.stat().st_mtime if path.exists() else 0.0)


def claims_about(area_code: str) -> list[Claim]:
    """What was published about an area, newest first."""
    found = [claim for claim in claims_file().claims.values() if claim.area == area_code]
    return sorted(found, key=lambda claim: claim.as_of, reverse=True)
