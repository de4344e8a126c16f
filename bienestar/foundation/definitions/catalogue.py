"""The catalogue of resources: everything that a census counts, a standard asks for and a plan buys.

File ``definitions/resources.yaml``. One word for one thing: census observations, registers, standards, gaps, costs
and plans all name a resource by its code here.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

from bienestar.foundation.definitions.files import Definition, Located, Text, definitions_dir

Group = Literal["staff", "room", "bed", "equipment", "utility", "water", "opening", "activity"]


class Resource(Definition):
    """One countable thing. ``shared``: one serves every service of the unit (water, power), so needs are not added."""

    group: Group
    name: Text
    unit: Text | None = None
    shared: bool = False


class Catalogue(Definition):
    """All resources by code."""

    groups: dict[Group, Text]
    resources: dict[str, Resource]


@lru_cache(maxsize=4)
def _load(path: str, mtime: float) -> Catalogue:
    return Located(definitions_dir() / "resources.yaml").parse(Catalogue)


def catalogue() -> Catalogue:
    """The catalogue in force; read again only when the file has changed. Raises DefinitionError."""
    path = definitions_dir() / "resources.yaml"
    return _load(str(path), path.stat().st_mtime if path.exists() else 0.0)


def resource_name(code: str, language: str) -> str:
    """The words for a resource on the screen; a code that is no longer in the catalogue is shown as it is."""
    found = catalogue().resources.get(code)
    return found.name.in_language(language) if found else code


class UnitType(Definition):
    """A kind of medical unit; ``care`` is false for offices and warehouses."""

    name: Text
    care: bool


class Typology(Definition):
    """What a CLUES typology key says: the unit type and how many núcleos básicos."""

    unit_type: str
    nuclei: int | None = None


class Typologies(Definition):
    """definitions/typologies.yaml."""

    unit_types: dict[str, UnitType]
    typologies: dict[str, Typology]


@lru_cache(maxsize=4)
def _load_typologies(path: str, mtime: float) -> Typologies:
    located = Located(definitions_dir() / "typologies.yaml")
    found = located.parse(Typologies)
    for key, typology in found.typologies.items():
        if typology.unit_type not in found.unit_types:
            reason = f"there is no unit type {typology.unit_type!r} in this file"
            raise located.error(("typologies", key, "unit_type"), reason)
    return found


def typologies() -> Typologies:
    """Unit types and typology keys in force; read again only when the file has changed. Raises DefinitionError."""
    path = definitions_dir() / "typologies.yaml"
    return _load_typologies(str(path), path.stat().st_mtime if path.exists() else 0.0)


def unit_type_name(code: str, language: str) -> str:
    """The words for a unit type; a code that is no longer in the file is shown as it is."""
    found = typologies().unit_types.get(code)
    return found.name.in_language(language) if found else code
