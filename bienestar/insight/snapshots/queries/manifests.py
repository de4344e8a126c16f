"""The manifest of a snapshot: what was frozen, file by file, with the hash of each.

A manifest holds no time of day and no path of a machine, so that the same registers frozen again give the same bytes.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

import bienestar

FORMAT = 1
NAME = "manifest.json"


@dataclass(frozen=True)
class Part:
    """One file: the rows of one state. ``file`` is relative to the snapshot's folder."""

    state: str
    file: str
    rows: int
    bytes: int
    sha256: str


@dataclass(frozen=True)
class FrozenTable:
    """One table: kinds of its columns in their order, its key, its files in the order of states."""

    columns: dict[str, str]
    key: tuple[str, ...]
    rows: int
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Manifest:
    """``not_recorded``: tables that are described and that no register fills yet."""

    cut_off: dt.date
    code_version: str
    tables: dict[str, FrozenTable]
    not_recorded: tuple[str, ...]

    @property
    def rows(self) -> int:
        """Rows of all tables."""
        return sum(table.rows for table in self.tables.values())

    @property
    def parts(self) -> list[Part]:
        """Every file."""
        return [part for table in self.tables.values() for part in table.parts]

    def as_bytes(self) -> bytes:
        """The file ``manifest.json``: keys in order, UTF-8, ends with a newline."""
        content: dict[str, Any] = {
            "format": FORMAT,
            "cut_off": self.cut_off.isoformat(),
            "code_version": self.code_version,
            "tables": {
                name: {
                    "columns": [[column, kind] for column, kind in table.columns.items()],
                    "key": list(table.key),
                    "rows": table.rows,
                    "parts": [asdict(part) for part in table.parts],
                }
                for name, table in sorted(self.tables.items())
            },
            "not_recorded": sorted(self.not_recorded),
        }
        return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()

    @property
    def sha256(self) -> str:
        """What names the snapshot's content."""
        return hashlib.sha256(self.as_bytes()).hexdigest()


def read_manifest(folder: Path) -> Manifest:
    """The manifest in a snapshot's folder. Raises OSError, or ValueError when it is not one of ours."""
    try:
        content = json.loads((folder / NAME).read_bytes())
        if content["format"] != FORMAT:
            raise ValueError(f"{NAME}: format {content['format']} is not known here")
        tables = {
            name: FrozenTable(
                columns=dict(table["columns"]),
                key=tuple(table["key"]),
                rows=table["rows"],
                parts=tuple(Part(**part) for part in table["parts"]),
            )
            for name, table in content["tables"].items()
        }
        cut_off = dt.date.fromisoformat(content["cut_off"])
        return Manifest(cut_off, content["code_version"], tables, tuple(content["not_recorded"]))
    except (KeyError, TypeError, json.JSONDecodeError) as error:
        raise ValueError(f"{NAME}: not a manifest of a snapshot ({error})") from None


@cache
def code_version() -> str:
    """The program's version and the hash of its own source, so that it says which code froze the tables."""
    digest = hashlib.sha256()
    root = Path(bienestar.__file__).parent
    for path in sorted(root.rglob("*.py")):
        digest.update(str(path.relative_to(root)).encode() + b"\0" + path.read_bytes())
    return f"{bienestar.__version__}+{digest.hexdigest()[:12]}"


def sha256_of(path: Path) -> str:
    """SHA-256 of a file's bytes. Raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
