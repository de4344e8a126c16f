"""The groups of categories in which a staff gap is read: definitions/staff_groups.yaml."""

from __future__ import annotations

from functools import lru_cache

from bienestar.foundation.definitions.catalogue import catalogue
from bienestar.foundation.definitions.files import Definition, Located, Text, definitions_dir


class StaffGroup(Definition):
    """Categories of staff that are read together."""

    name: Text
    resources: list[str]


class StaffGroupsFile(Definition):
    """definitions/staff_groups.yaml."""

    staff_groups: dict[str, StaffGroup]


@lru_cache(maxsize=4)
def _load(path: str, mtime: float) -> StaffGroupsFile:
    located = Located(definitions_dir() / "staff_groups.yaml")
    found = located.parse(StaffGroupsFile)
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


def staff_groups() -> dict[str, StaffGroup]:
    """The groups in force; read again only when the file has changed. Raises DefinitionError."""
    path = definitions_dir() / "staff_groups.yaml"
    return _load(str(path), path.stat().st_mtime if path.exists() else 0.0).staff_groups
