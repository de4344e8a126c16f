"""What was refused or doubted in a file, row by row, and the list of it for the person who sent the file."""

from __future__ import annotations

import csv
import os
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from bienestar.foundation.storage.cells import harmless
from bienestar.sources import cells

REFUSED, DOUBTED = "refused", "doubted"
LONGEST_VALUE = 200
GROUPING = {"operator"}  # details that tell groups of rows apart; every other is of one row
_PLACE = re.compile(r"%\(\w+\)\w")


@dataclass(frozen=True, slots=True)
class Issue:
    """One thing wrong with one row. ``row`` is its number as a spreadsheet shows it; 0 when the whole file is meant.

    ``group`` is the reason without the values of the row, for counting alike ones.
    """

    severity: str
    row: int
    column: str
    value: str
    reason: str
    group: str
    sheet: str = ""


class Issues:
    """The issues of one run, and which rows they touch."""

    def __init__(self) -> None:
        self.all: list[Issue] = []
        self.refused: set[int] = set()
        self.doubted: set[int] = set()

    def add(
        self,
        severity: str,
        row: int,
        column: str,
        value: Any,
        reason: Any,
        sheet: str = "",
        entry: int | None = None,
        **details: Any,
    ) -> None:
        """Note one issue; ``reason`` may have %(name)s places that ``details`` fill.

        ``entry`` says which record of the file is meant where that is not its row: a unit on thirteen sheets is one.
        """
        told = str(reason) % details if details else str(reason)
        group = _PLACE.sub("…", str(reason)) if details.keys() - GROUPING else told
        self.all.append(Issue(severity, row, column, cells.text(value)[:LONGEST_VALUE], told, group, sheet))
        if row:
            (self.refused if severity == REFUSED else self.doubted).add(row if entry is None else entry)

    def grouped(self) -> list[tuple[str, str, str, int, int]]:
        """(severity, column, reason, how many, first row), refused ones and the commonest first."""
        counts = Counter((issue.severity, issue.column, issue.group) for issue in self.all)
        first: dict[tuple[str, str, str], int] = {}
        for issue in self.all:
            key = (issue.severity, issue.column, issue.group)
            first[key] = min(issue.row, first.get(key, issue.row))
        ordered = sorted(counts, key=lambda key: (key[0] != REFUSED, -counts[key], key))
        return [(*key, counts[key], first[key]) for key in ordered]

    def write(self, path: Path) -> None:
        """Write the list as CSV, whole or not at all; the byte mark makes spreadsheets read the accents."""
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(f".{os.getpid()}.tmp")
        with draft.open("w", encoding="utf-8-sig", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow([_("severity"), _("sheet"), _("row"), _("column"), _("value"), _("reason")])
            writer.writerows(self._lines())
        draft.replace(path)

    def _lines(self) -> Iterable[list[Any]]:
        names = {REFUSED: _("refused"), DOUBTED: _("doubted")}
        for issue in sorted(self.all, key=lambda i: (i.row, i.sheet, i.severity != REFUSED, i.column)):
            yield [
                names[issue.severity],
                harmless(issue.sheet),
                issue.row or "",
                harmless(issue.column),
                harmless(issue.value),
                issue.reason,
            ]
