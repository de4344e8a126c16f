"""What the Pulso shows and in which order: ``definitions/pulso.yaml``."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Annotated

from pydantic import Field

from bienestar.foundation.definitions.files import Definition, Located, Text, definitions_dir
from bienestar.foundation.definitions.indicators import indicators

FILE = "pulso.yaml"


class Chapter(Definition):
    """Indicators that are read together: those whose ids begin with ``prefixes``. ``code``: its mark in a page."""

    code: str = Field(pattern=r"^[a-z]+$")
    prefixes: list[Annotated[str, Field(pattern=r"^[A-Z]{2,3}$")]] = Field(min_length=1)
    name: Text

    def own(self, names: Iterable[str]) -> list[str]:
        """Those of the indicators that are read in it, in the order of its letters."""
        of_prefix: dict[str, list[str]] = {prefix: [] for prefix in self.prefixes}
        for name in names:
            of_prefix.get(name.split("-")[0], []).append(name)
        return [name for found in of_prefix.values() for name in found]


class PulsoReport(Definition):
    """``headline``: figures of the first page; ``maps``, ``municipal_maps``: drawn by state, by municipality."""

    chapters: list[Chapter] = Field(min_length=1)
    headline: list[str] = Field(min_length=1)
    maps: list[str]
    municipal_maps: list[str]

    def by_chapter(self, names: Iterable[str]) -> list[tuple[Chapter | None, list[str]]]:
        """Indicators in the chapters that have any of them; those of no chapter last, with None."""
        left = list(names)
        found: list[tuple[Chapter | None, list[str]]] = [(one, one.own(left)) for one in self.chapters]
        taken = {name for _chapter, own in found for name in own}
        found.append((None, [name for name in left if name not in taken]))
        return [(chapter, own) for chapter, own in found if own]


def pulso_report() -> PulsoReport:
    """The definition, read again when its file has changed. Raises DefinitionError.

    Refused too are an indicator that is not in the dictionary, and letters or a mark that two chapters have.
    """
    path = definitions_dir() / FILE
    return _load(str(path), path.stat().st_mtime_ns if path.exists() else 0)


@lru_cache(maxsize=4)
def _load(path: str, stamp: int) -> PulsoReport:
    located = Located(definitions_dir() / FILE)
    found = located.parse(PulsoReport)
    known = indicators()
    codes, prefixes = set[str](), set[str]()
    for place, chapter in enumerate(found.chapters):
        if chapter.code in codes:
            raise located.error(("chapters", place, "code"), f"another chapter is called {chapter.code}")
        codes.add(chapter.code)
        for n, prefix in enumerate(chapter.prefixes):
            if prefix in prefixes:
                raise located.error(("chapters", place, "prefixes", n), f"{prefix} stands in a chapter already")
            prefixes.add(prefix)
    for field in ("headline", "maps", "municipal_maps"):
        for place, name in enumerate(getattr(found, field)):
            if name not in known:
                raise located.error((field, place), f"there is no indicator {name}")
    return found
