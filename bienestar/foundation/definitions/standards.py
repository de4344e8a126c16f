"""Standards: what each type of unit must offer, what each service needs, and the basis of every line.

All files ``definitions/standards/*.yaml`` together are one version; its hash is over all of them. Loading checks
every code, name and formula, and says file, line and field of the first thing that is wrong.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Any

from bienestar.foundation.definitions.files import DefinitionError, Located, definitions_dir
from bienestar.foundation.definitions.standard_checks import Checks
from bienestar.foundation.definitions.standard_shapes import Requirement, Standards, StandardsFile

__all__ = [
    "Requirement",
    "Standards",
    "load_standards",
    "standards",
    "standards_dir",
    "standards_from_content",
]


def standards_from_content(content: dict[str, Any]) -> Standards:
    """The standards as they were when a run froze them."""
    return Standards.model_validate(content)


def standards_dir() -> Path:
    """The folder of the standards' files."""
    return definitions_dir() / "standards"


def standards() -> Standards:
    """The standards in force; read again only when a file has changed. Raises DefinitionError."""
    folder = standards_dir()
    files = (
        *sorted(folder.glob("*.yaml")),
        *(definitions_dir() / name for name in ("resources.yaml", "typologies.yaml")),
    )
    stamps = tuple((str(path), path.stat().st_mtime_ns) for path in files if path.exists())
    return _load(str(folder), stamps)


@lru_cache(maxsize=4)
def _load(folder: str, stamps: tuple[tuple[str, int], ...]) -> Standards:
    return load_standards(Path(folder))


def load_standards(folder: Path) -> Standards:
    """Read, join and check every file of a folder. Raises DefinitionError for the first thing that is wrong."""
    paths = sorted(folder.glob("*.yaml"))
    if not paths:
        raise DefinitionError(f"{folder.name}/", None, "", "there is no standards file (*.yaml) in this folder")
    files = [(located, located.parse(StandardsFile)) for located in map(Located, paths)]
    joined: dict[str, Any] = {"sha256": _hash([located for located, _ in files])}
    for located, content in files:
        for name in StandardsFile.model_fields:
            _join(joined, name, getattr(content, name), located)
    for name in ("version", "title", "valid_from"):
        if name not in joined:
            raise files[0][0].error((name,), "no file of the standards says this; one of them must")
    found = Standards.model_validate({name: joined.get(name, {}) for name in Standards.model_fields})
    for located, content in files:
        Checks(located, found).check(content)
    return found


def _hash(files: list[Located]) -> str:
    """SHA-256 over names and contents of all files in the order of their names."""
    return hashlib.sha256("".join(f"{file.path.name}:{file.sha256}\n" for file in files).encode()).hexdigest()


def _join(joined: dict[str, Any], name: str, value: Any, located: Located) -> None:
    if value is None:
        return
    if not isinstance(value, dict):
        if name in joined:
            raise located.error((name,), "another file of the standards says this already")
        joined[name] = value
        return
    known = joined.setdefault(name, {})
    for key, part in value.items():
        if key in known:
            raise located.error((name, key), "another file of the standards has this already")
        known[key] = part
