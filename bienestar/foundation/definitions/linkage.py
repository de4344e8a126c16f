"""How persons are matched with rolls: how sure the program must be and how much it learns from.

File ``definitions/linkage.yaml``; every number has its basis.
"""

from __future__ import annotations

from functools import lru_cache

from pydantic import Field

from bienestar.calculations.linkage.settings import Settings
from bienestar.foundation.definitions.files import Definition, Located, definitions_dir
from bienestar.foundation.definitions.standard_shapes import Basis


class Share(Definition):
    """A probability or a share, and why."""

    value: float = Field(gt=0, lt=1)
    basis: str


class Amount(Definition):
    """A number of rows, pairs, names or rounds, and why."""

    value: int = Field(ge=1)
    basis: str


class LinkageFile(Definition):
    """definitions/linkage.yaml as written; ``linkage.Settings`` says what each means."""

    version: str
    bases: dict[str, Basis]
    target_precision: Share
    least_probability: Share
    review_probability: Share
    key_pairs: Amount
    fewest_key_pairs: Amount
    random_pairs: Amount
    frequent_names: Amount
    largest_block: Amount
    rounds: Amount


class LinkageRules(LinkageFile):
    """The rules in force with the hash of their file."""

    sha256: str

    @property
    def settings(self) -> Settings:
        """The numbers alone, as the linker takes them."""
        return Settings(**{name: getattr(self, name).value for name in Settings.__dataclass_fields__})


def linkage_rules() -> LinkageRules:
    """The rules in force; read again only when the file has changed. Raises DefinitionError."""
    path = definitions_dir() / "linkage.yaml"
    return _load(str(path), path.stat().st_mtime_ns if path.exists() else 0)


@lru_cache(maxsize=4)
def _load(path: str, time: int) -> LinkageRules:
    located = Located(definitions_dir() / "linkage.yaml")
    found = located.parse(LinkageFile)
    for name in Settings.__dataclass_fields__:
        basis = getattr(found, name).basis
        if basis not in found.bases:
            raise located.error((name, "basis"), f"there is no basis {basis!r} under bases")
    if found.least_probability.value <= 0.5:
        raise located.error(("least_probability", "value"), "two rivals could both be linked; it must be above 0.5")
    if found.review_probability.value > found.least_probability.value:
        raise located.error(
            ("review_probability", "value"), "pairs between the two would be neither linked nor shown; lower it"
        )
    return LinkageRules(**found.model_dump(), sha256=located.sha256)
