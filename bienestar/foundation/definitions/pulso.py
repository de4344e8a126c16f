"""What the Pulso report shows and in which order: ``definitions/pulso.yaml``."""

from __future__ import annotations

from functools import lru_cache

from pydantic import Field

from bienestar.foundation.definitions.files import Definition, Located, Text, definitions_dir
from bienestar.foundation.definitions.indicators import indicators

FILE = "pulso.yaml"


class Chapter(Definition):
    """Indicators that are read together: those whose ids begin with ``prefix``."""

    prefix: str = Field(pattern=r"^[A-Z]{2,3}$")
    name: Text


class PulsoReport(Definition):
    """``headline``: figures of the first page; ``maps``, ``municipal_maps``: drawn by state, by municipality."""

    chapters: list[Chapter] = Field(min_length=1)
    headline: list[str] = Field(min_length=1)
    maps: list[str]
    municipal_maps: list[str]


def pulso_report() -> PulsoReport:
    """The definition, read again when its file has changed. Raises DefinitionError, also for an unknown indicator."""
    path = definitions_dir() / FILE
    return _load(str(path), path.stat().st_mtime_ns if path.exists() else 0)


@lru_cache(maxsize=4)
def _load(path: str, stamp: int) -> PulsoReport:
    located = Located(definitions_dir() / FILE)
    found = located.parse(PulsoReport)
    known = indicators()
    for field in ("headline", "maps", "municipal_maps"):
        for place, name in enumerate(getattr(found, field)):
            if name not in known:
                raise located.error((field, place), f"there is no indicator {name}")
    return found
