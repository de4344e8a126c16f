"""The catalogue of resources: everything that a census counts, a standard asks for and a plan buys.

File ``definitions/resources.yaml``. One word for one thing: census observations, registers, standards, gaps, costs
and plans all name a resource by its code here.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

from pydantic import Field

from bienestar.foundation.definitions.files import Definition, Located, Text, definitions_dir

Group = Literal["staff", "room", "bed", "equipment", "utility", "water", "opening", "activity"]


class Resource(Definition):
    """One countable thing. ``shared``: one serves every service of the unit (water, power), so needs are not added.

    ``category``: of staff only, the group that its category belongs to.
    """

    group: Group
    name: Text
    category: str | None = None
    unit: Text | None = None
    shared: bool = False


class Category(Definition):
    """A group of the categories of staff. ``physician``: qualified physicians."""

    name: Text
    physician: bool = False


class Sums(Definition):
    """Resources that a unit's own figures add up, by the figure."""

    consulting_rooms: list[str] = Field(min_length=1)
    general_rooms: list[str] = Field(min_length=1)
    beds: list[str] = Field(min_length=1)
    theatres: list[str] = Field(min_length=1)


class Catalogue(Definition):
    """All resources by code."""

    groups: dict[Group, Text]
    categories: dict[str, Category]
    sums: Sums
    resources: dict[str, Resource]


@lru_cache(maxsize=4)
def _load(path: str, mtime: float) -> Catalogue:
    located = Located(definitions_dir() / "resources.yaml")
    found = located.parse(Catalogue)
    for code, resource in found.resources.items():
        if resource.category is not None and resource.category not in found.categories:
            reason = f"there is no category {resource.category!r} in this file"
            raise located.error(("resources", code, "category"), reason)
        if (resource.category is None) == (resource.group == "staff"):
            raise located.error(("resources", code), "staff has a category, and nothing else has")
    for name in Sums.model_fields:
        for place, code in enumerate(getattr(found.sums, name)):
            if code not in found.resources:
                raise located.error(("sums", name, place), f"there is no resource {code!r} in this file")
    return found


def catalogue() -> Catalogue:
    """The catalogue in force; read again only when the file has changed. Raises DefinitionError."""
    path = definitions_dir() / "resources.yaml"
    return _load(str(path), path.stat().st_mtime if path.exists() else 0.0)


def resource_name(code: str, language: str) -> str:
    """The words for a resource on the screen; a code that is no longer in the catalogue is shown as it is."""
    found = catalogue().resources.get(code)
    return found.name.in_language(language) if found else code


class UnitType(Definition):
    """A kind of medical unit; ``care`` is false for offices and warehouses.

    ``hospital``: people stay overnight; ``outpatient``: they come for the day; ``level``: of care, where the catalogue
    of units does not tell one's own.
    """

    name: Text
    care: bool
    hospital: bool = False
    outpatient: bool = False
    level: int | None = Field(default=None, ge=1, le=3)


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
