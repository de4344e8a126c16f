"""Finding rows in a large file of columns that is sorted by the column looked for.

Each group of rows tells its smallest and largest value, so that a look-up reads one group or two, whatever the size
of the file. What the file tells of its groups is read once a process.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import pyarrow.compute as pc
import pyarrow.parquet as pq

#: Rows of a group: large enough to read a whole file at speed, small enough to be read for one person.
ROW_GROUP = 8_192


@dataclass(frozen=True)
class _Index:
    """First and last value of each group, and the footer that says where the groups lie."""

    first: list[str]
    last: list[str]
    footer: Any


def find_rows(file: Path, column: str, value: str, columns: Sequence[str]) -> list[dict[str, Any]]:
    """``columns`` of every row whose ``column`` is ``value``, in a Parquet file sorted by it, nulls last."""
    index = _index(str(file), file.stat().st_mtime_ns, column)
    groups = range(bisect_left(index.last, value), bisect_right(index.first, value))
    if not groups:
        return []
    # Which rows of the groups it is, is told by one column; the others are read only when there are any.
    with pq.ParquetFile(file, metadata=index.footer, memory_map=True) as opened:
        told = opened.read_row_groups(groups, columns=[column], use_threads=False)[column]
        if not pc.any(pc.equal(told, value)).as_py():
            return []
        rows = opened.read_row_groups(groups, columns=[column, *columns], use_threads=False)
    found: list[dict[str, Any]] = rows.filter(pc.equal(rows[column], value)).select(list(columns)).to_pylist()
    return found


@lru_cache(maxsize=16)
def _index(file: str, changed: int, column: str) -> _Index:
    footer = pq.read_metadata(file)
    place = footer.schema.to_arrow_schema().names.index(column)
    first, last = [], []
    for group in range(footer.num_row_groups):
        told = footer.row_group(group).column(place).statistics
        if told is None or not told.has_min_max:
            break  # the groups at the end in which no row has the value
        first.append(told.min)
        last.append(told.max)
    return _Index(first, last, footer)
