"""What importers, the demo and pages hand to the actions on units."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

#: Fields of Unit that a row may describe; empty values in a row never erase what is stored.
DESCRIBED = (
    "name",
    "locality_name",
    "jurisdiction",
    "establishment",
    "typology",
    "typology_name",
    "subtypology_name",
    "unit_type",
    "nuclei",
    "care_level",
    "stratum",
    "latitude",
    "longitude",
    "outside_municipality",
)


@dataclass(frozen=True)
class UnitRow:
    """One unit as one source describes it under one key.

    ``old_key`` is a key that the source says the same unit had before. ``key_open`` is False where the source says
    that this key was closed because the unit got another (then ``status`` is None: the unit itself did not close).
    ``status_from`` is the day from which the status held, None when not told. Empty text and None mean not told.
    """

    key: str
    name: str
    municipality_id: int
    unit_type: str
    old_key: str = ""
    key_open: bool = True
    key_from: dt.date | None = None
    key_to: dt.date | None = None
    status: str | None = None
    status_from: dt.date | None = None
    locality_id: int | None = None
    locality_name: str = ""
    jurisdiction: str = ""
    establishment: str = ""
    typology: str = ""
    typology_name: str = ""
    subtypology_name: str = ""
    nuclei: int | None = None
    care_level: int | None = None
    stratum: str = ""
    latitude: float | None = None
    longitude: float | None = None
    outside_municipality: bool | None = None


def operator_of(key: str) -> str:
    """The institution's code in a CLUES: its third to fifth letters."""
    return key[2:5]
