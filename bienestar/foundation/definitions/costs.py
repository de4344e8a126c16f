"""Costs: what it costs to acquire or to repair each resource, by which kind of money, and on what basis.

File ``definitions/costs.yaml``. Every resource of the catalogue that can be bought, hired, built or opened must have
both lines; activity (consultations a year) cannot be bought and has none.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

from pydantic import Field

from bienestar.foundation.definitions.catalogue import catalogue
from bienestar.foundation.definitions.files import Definition, Located, Location, definitions_dir
from bienestar.foundation.definitions.standard_shapes import Basis

MoneyKind = Literal["payroll", "equipment", "works", "operation"]
NOT_BOUGHT = frozenset({"activity"})


class CostLine(Definition):
    """An amount in pesos, the kind of money that pays it, and whether it is paid once or every year."""

    amount: float = Field(ge=0)
    money: MoneyKind
    per: Literal["once", "year"]
    basis: str


class ResourceCost(Definition):
    """Acquiring one more, and making one usable that exists and is not."""

    acquire: CostLine
    repair: CostLine


class CostsFile(Definition):
    """definitions/costs.yaml as written."""

    version: str
    currency: Literal["MXN"]
    price_year: int = Field(ge=2000, le=2100)
    bases: dict[str, Basis]
    costs: dict[str, ResourceCost]


class Costs(CostsFile):
    """The costs in force with the hash of their file."""

    sha256: str


def costs() -> Costs:
    """The costs in force; read again only when a file has changed. Raises DefinitionError."""
    path = definitions_dir() / "costs.yaml"
    resources = definitions_dir() / "resources.yaml"
    times = tuple(p.stat().st_mtime_ns if p.exists() else 0 for p in (path, resources))
    return _load(str(path), times)


@lru_cache(maxsize=4)
def _load(path: str, times: tuple[int, ...]) -> Costs:
    located = Located(definitions_dir() / "costs.yaml")
    found = located.parse(CostsFile)
    known = catalogue().resources
    for code, cost in found.costs.items():
        if code not in known:
            raise located.error(("costs", code), f"there is no resource {code!r} in resources.yaml")
        if known[code].group in NOT_BOUGHT:
            raise located.error(("costs", code), f"{code} is activity: it cannot be bought")
        for done, line in (("acquire", cost.acquire), ("repair", cost.repair)):
            _check_line(located, found, ("costs", code, done), line, known[code].group)
    missing = [code for code, one in known.items() if one.group not in NOT_BOUGHT and code not in found.costs]
    if missing:
        raise located.error(("costs",), f"no cost for {missing[0]}" + _more(len(missing) - 1))
    return Costs(**found.model_dump(), sha256=located.sha256)


def _check_line(located: Located, found: CostsFile, at: Location, line: CostLine, group: str) -> None:
    if line.basis not in found.bases:
        raise located.error((*at, "basis"), f"there is no basis {line.basis!r} under bases")
    if group == "staff" and line.money != "payroll":
        raise located.error((*at, "money"), f"staff is paid from payroll, not from {line.money}")


def _more(others: int) -> str:
    return f" and {others} more" if others else ""
