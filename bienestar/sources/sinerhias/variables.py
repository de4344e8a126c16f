"""definitions/sinerhias.yaml: which columns of the workbook make which resource."""

from __future__ import annotations

from difflib import SequenceMatcher
from functools import lru_cache
from typing import Literal

from bienestar.foundation.definitions.catalogue import catalogue
from bienestar.foundation.definitions.files import Definition, Located, definitions_dir
from bienestar.sources.layouts import normal

Answer = Literal["number", "yes_no", "none_or_some"]
#: How alike two wordings of a heading must be (0 to 1) when its code is right: cuts differ in blanks and hyphens.
ALIKE = 0.8


class VariableColumn(Definition):
    """A column: the codes that it may carry and its heading without the word that says what is counted."""

    codes: list[str]
    heading: str


class Variable(Definition):
    """The columns of one resource and what their cells hold."""

    answer: Answer
    columns: list[VariableColumn]


class Variables(Definition):
    """definitions/sinerhias.yaml."""

    resources: dict[str, Variable]


@lru_cache(maxsize=4)
def _load(path: str, mtime: float) -> Variables:
    located = Located(definitions_dir() / "sinerhias.yaml")
    found = located.parse(Variables)
    for resource in found.resources:
        if resource not in catalogue().resources:
            raise located.error(("resources", resource), "there is no such resource in resources.yaml")
    return found


def variables() -> Variables:
    """The mapping in force; read again only when the file has changed. Raises DefinitionError."""
    path = definitions_dir() / "sinerhias.yaml"
    return _load(str(path), path.stat().st_mtime if path.exists() else 0.0)


def wanted(code: str, heading: str) -> tuple[str, int] | None:
    """The (resource, index of its column) that a code and a heading without its first word name; None: not mapped.

    Code and heading must both fit. A column without a code is taken when its heading is exactly that of one mapped
    column and of no other: duplicate labels (posts in administrative work, under doctors and under nurses) are not.
    """
    told = normal(heading)
    fitting = []
    for resource, variable in variables().resources.items():
        for index, column in enumerate(variable.columns):
            if code:
                fits = code in column.codes and alike(told, normal(column.heading))
            else:
                fits = told == normal(column.heading)
            if fits:
                fitting.append((resource, index))
    return fitting[0] if len(fitting) == 1 else None


def codes() -> frozenset[str]:
    """Every mapped code."""
    return frozenset(c for v in variables().resources.values() for column in v.columns for c in column.codes)


def alike(one: str, other: str) -> bool:
    """Whether two headings are wordings of the same."""
    return one == other or SequenceMatcher(None, one, other).ratio() >= ALIKE
