"""Territories in words: what "MX/13/" or a unit's path is called, and back from a code to its path."""

from __future__ import annotations

from collections.abc import Iterable

from bienestar.foundation.accounts.choices import Permission
from bienestar.foundation.accounts.queries import Actor
from bienestar.foundation.facilities.queries import unit_visible_to, units_visible_to
from bienestar.foundation.territory.queries import area_visible_to, areas_visible_to


def place_names(by: Actor, permission: Permission, paths: Iterable[str]) -> dict[str, str]:
    """Names by path, of those areas and units that ``by`` may see; other paths keep their code."""
    wanted = set(paths)
    found = {path: path.rstrip("/").split("/")[-1].removeprefix("U-") for path in wanted}
    areas = areas_visible_to(by, permission).filter(path__in=wanted)
    found |= dict(areas.values_list("path", "name"))
    units = {path for path in wanted if "/U-" in path}
    if units:
        found |= dict(units_visible_to(by, permission).filter(path__in=units).values_list("path", "name"))
    return found


def path_of_code(by: Actor, permission: Permission, code: str) -> str:
    """The path of an area's code or of a unit's key where ``by`` holds ``permission``; ObjectDoesNotExist otherwise."""
    code = code.strip().upper()
    if code == "MX" or code.isdigit():
        return area_visible_to(by, code, permission).path
    return unit_visible_to(by, code, permission).path
