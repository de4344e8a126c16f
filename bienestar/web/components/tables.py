"""Sorting of tables by links: which columns a table has and in which order the reader asked for its rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.functional import Promise


@dataclass(frozen=True)
class Column:
    """A column: its key in the address, its words, whether it holds numbers and whether it can be sorted by."""

    key: str
    label: str | Promise
    numeric: bool = False
    sortable: bool = True


class Table:
    """Columns and the order asked for by ``?sort=key`` or ``?sort=-key``; an unknown key is the default order."""

    def __init__(
        self,
        columns: Sequence[Column],
        asked: str | None,
        default: str,
        *,
        anchor: str = "",
        parameter: str = "sort",
    ) -> None:
        self.columns, self.anchor, self.parameter = list(columns), anchor, parameter
        known = {column.key for column in columns if column.sortable}
        self.order = asked if asked and asked.lstrip("-") in known else default

    @property
    def key(self) -> str:
        """The key of the column that the rows are sorted by."""
        return self.order.lstrip("-")

    @property
    def descending(self) -> bool:
        """Whether the largest comes first."""
        return self.order.startswith("-")

    def head(self, parameters: QueryDict) -> list[dict[str, Any]]:
        """What each ``<th>`` needs: words, address of the sort link, and how the column is sorted now."""
        return [self._cell(column, parameters.copy()) for column in self.columns]

    def _cell(self, column: Column, parameters: QueryDict) -> dict[str, Any]:
        cell: dict[str, Any] = {"label": column.label, "numeric": column.numeric, "url": "", "sorted": ""}
        if not column.sortable:
            return cell
        if column.key == self.key:
            cell["sorted"] = "descending" if self.descending else "ascending"
            following = column.key if self.descending else f"-{column.key}"
        else:
            following = f"-{column.key}" if column.numeric else column.key
        parameters[self.parameter] = following
        parameters.pop("page", None)
        cell["url"] = f"?{parameters.urlencode()}{self.anchor}"
        return cell


def sort_rows(rows: list[dict[str, Any]], key: str, *, descending: bool) -> None:
    """Sort rows already in memory by a key; what is not known comes last either way."""
    known = [row for row in rows if row[key] is not None]
    unknown = [row for row in rows if row[key] is None]
    rows[:] = sorted(known, key=lambda row: row[key], reverse=descending) + unknown
