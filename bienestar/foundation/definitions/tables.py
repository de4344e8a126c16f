"""Frozen tables: what a snapshot keeps of the registers, column by column. Files ``definitions/tables/*.yaml``.

One file for each table; its name is the table's. A table of a register that does not exist yet is described too, so
that the expressions of indicators on it are checked; it is recorded from the day that a room provides it.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

from pydantic import Field, model_validator

from bienestar.foundation.definitions.files import Definition, DefinitionError, Located, Text, definitions_dir

Kind = Literal["text", "whole", "number", "date", "flag"]

#: Columns that say where a row belongs, largest first; they have the same name in every table.
PLACES = ("state", "municipality", "unit")


class TableColumn(Text):
    """What a column holds. ``personal``: for officials only, never in an open file.

    ``classifies``: it says what kind of thing the row is, not how much there is of it nor how far it has come; a record
    that counts because such a column changed was reclassified.
    """

    kind: Kind
    personal: bool = False
    classifies: bool = False


class Reports(Definition):
    """Who must report into the table: ``due`` is an expression on the table ``units``.

    ``within_days``: a unit whose newest row by ``date`` is older at the cut-off is late.
    """

    due: str
    date: str | None = None
    within_days: int | None = Field(default=None, ge=1)


class FrozenTableShape(Definition):
    """One table: its grain in words, its key, its columns."""

    name: Text
    row: Text
    key: list[str] = Field(min_length=1)
    columns: dict[str, TableColumn]
    personal: bool = False
    reports: Reports | None = None

    @model_validator(mode="after")
    def _whole(self) -> FrozenTableShape:
        if "state" not in self.columns:
            raise ValueError("every table has the column state")
        unknown = [name for name in self.key if name not in self.columns]
        if unknown:
            raise ValueError(f"the key names a column that is not there: {', '.join(unknown)}")
        wrong = [name for name in PLACES if name in self.columns and self.columns[name].kind != "text"]
        if wrong:
            raise ValueError(f"{wrong[0]} is a code: its kind is text")
        return self

    @property
    def kinds(self) -> dict[str, Kind]:
        """Kind of each column by its name."""
        return {name: column.kind for name, column in self.columns.items()}

    @property
    def open_columns(self) -> list[str]:
        """Columns that everybody may have; none where the whole table is personal."""
        return [] if self.personal else [name for name, column in self.columns.items() if not column.personal]


def frozen_tables() -> dict[str, FrozenTableShape]:
    """Every table by its name, in alphabetical order; read again when a file has changed. Raises DefinitionError."""
    folder = definitions_dir() / "tables"
    files = sorted(folder.glob("*.yaml"))
    if not files:
        raise DefinitionError("tables", None, "", "the folder has no files")
    return _load(str(folder), tuple((path.name, path.stat().st_mtime_ns) for path in files))


@lru_cache(maxsize=4)
def _load(folder: str, stamps: tuple[tuple[str, int], ...]) -> dict[str, FrozenTableShape]:
    found = {}
    for name, _stamp in stamps:
        path = definitions_dir() / "tables" / name
        found[path.stem] = Located(path).parse(FrozenTableShape)
    return found
