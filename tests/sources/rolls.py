"""Invented rolls: rows that are right, files of any kind, and the run that loads them."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path
from typing import Any

from bienestar.calculations.curp import check_digit
from bienestar.foundation.accounts.queries import system_user
from bienestar.sources.affiliations import ingest
from bienestar.sources.run import Outcome, Request

HEADINGS = ["id", "curp", "given_names", "first_surname", "second_surname", "birth_date", "sex", "birth_state"] + [
    "municipality",
    "valid_from",
    "valid_to",
]
CUT_OFF = dt.date(2026, 3, 1)


def curp(number: int) -> str:
    """A CURP that holds, of nobody."""
    letters = "BCDFGHJKLMNPQRSTVWXYZ"
    mark = letters[number % 21] + letters[number // 21 % 21] + letters[number // 441 % 21]
    text = f"XEXX8{number % 10}0312HHG{mark}0"
    return text + check_digit(text)


def row(number: int, **changes: Any) -> dict[str, Any]:
    """An entry with nothing wrong."""
    return {
        "id": f"{number:011}",
        "curp": curp(number),
        "given_names": "JOSÉ ÁNGEL",
        "first_surname": "MUÑOZ",
        "second_surname": f"Inventado {number}",
        "birth_date": f"198{number % 10}-03-12",
        "sex": "H",
        "birth_state": "HG",
        "municipality": "13048",
        "valid_from": "2020-01-15",
        "valid_to": "",
        **changes,
    }


def write_roll(path: Path, rows: list[dict[str, Any]], encoding: str = "utf-8", **how: Any) -> Path:
    """A roll as CSV."""
    headings = list(rows[0]) if rows else HEADINGS
    with path.open("w", encoding=encoding, newline="") as stream:
        writer = csv.DictWriter(stream, headings, **{"lineterminator": "\n", **how})
        writer.writeheader()
        writer.writerows(rows)
    return path


def load_roll(path: Path, source: str = "imss", cut_off: dt.date = CUT_OFF, **options: Any) -> Outcome:
    """Load it as the command does."""
    request = Request(kind="affiliations", path=path, source=source, cut_off=cut_off, **options)
    return ingest(by=system_user(), request=request)


def issues_of(outcome: Outcome) -> list[tuple[str, str, str, str]]:
    """(row, column, value, reason) of everything that was listed."""
    with open(outcome.issues_file, encoding="utf-8-sig", newline="") as stream:
        return [(line[2], line[3], line[4], line[5]) for line in list(csv.reader(stream))[1:]]
