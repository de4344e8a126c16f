"""Entries of rolls: one by the key that it has in every cut of its institution."""

from __future__ import annotations

import duckdb

from bienestar.registers.beneficiaries.models import Roll
from bienestar.registers.beneficiaries.queries import roll_entries

#: What a reviewer sees of an entry: the linker's columns and the period.
SHOWN = (
    *("curp", "given_names", "first_surname", "second_surname", "birth_date", "sex", "birth_state", "municipality"),
    *("valid_from", "valid_to"),
)


def entry_in_roll(roll: Roll, key: str) -> dict[str, str] | None:
    """The entry of that key in a roll, as ``ReviewPair.entry_data``; None when it is not there any more.

    Reads the whole column of keys: for a decision that is undone, not for every page.
    """
    try:
        file = str(roll_entries(roll))
    except FileNotFoundError:
        return None
    columns = ", ".join(f"coalesce({name}::TEXT, '') AS {name}" for name in SHOWN)
    with duckdb.connect() as con:
        rows = con.execute(
            f"SELECT {columns} FROM read_parquet($file) WHERE entry = $key LIMIT 1",  # noqa: S608
            {"file": file, "key": key},
        ).fetchall()
    return dict(zip(SHOWN, rows[0], strict=True)) if rows else None
