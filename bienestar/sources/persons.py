"""Kind ``persons``: people from another register, by the number that they have there.

A row is read into what is told of a person; whether it is somebody known, new or doubtful the action says. The list of
what was refused or doubted names row and column and never a value: that would be a second register of personal data.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from bienestar.foundation.accounts.queries import ROOT
from bienestar.foundation.territory.queries import path_of
from bienestar.registers.beneficiaries.actions import PersonEntry, put_persons
from bienestar.sources import cells
from bienestar.sources.cells import BadValue
from bienestar.sources.job import ACCEPTED, UNCHANGED, Job, Line, RowRefused, swallowed
from bienestar.sources.layouts import normal
from bienestar.sources.reading import Table, open_table, sniff

LONGEST = {"given_names": 120, "first_surname": 80, "second_surname": 80, "locality_name": 200, "address": 250}
LONGEST_NUMBER = 60
OUTCOMES = {"created": ACCEPTED, "changed": ACCEPTED, "unchanged": UNCHANGED}


def open_file(path: Path) -> Table:
    """A table of persons, CSV, Parquet or a workbook; Unusable for anything else."""
    return open_table(path, "persons")


def load(job: Job, table: Table) -> None:
    """Register the persons of the file in one go: all of it or, when the process is stopped, none."""
    if sniff(job.path) == "csv" and not _ends_with_a_line(job.path):
        job.doubt(0, "", "", _("the last line has no end: the file may have been cut short"))
    heading = table.recognised.heading
    if unread := table.recognised.unread_told():
        job.notes.append(unread)

    def tell(number: int, outcome: str | None, told: tuple[str, Any] | None) -> None:
        column, sentence = told or ("", "")
        column = "id" if column == "origin" else column
        where = heading(column) if column in table.recognised.layout.columns else ""
        if outcome is None:
            job.doubt(number, where, "", sentence)
        elif outcome in OUTCOMES:
            job.outcomes[number] = OUTCOMES[outcome]
        else:
            job.refuse(number, where, "", sentence)

    path = path_of(job.state) if job.state else ROOT
    put_persons(by=job.by, path=path, entries=_entries(job, table), source=job.source, tell=tell)


def _entries(job: Job, table: Table) -> Iterator[tuple[int, PersonEntry]]:
    publisher = normal(job.source.publisher).replace(" ", "-") or "persons"
    for line in job.lines(table):
        if len(line.values) < len(table.headings):
            reason = _("the row has fewer cells than there are headings: it was cut short")
            job.refuse(line.number, "", "", swallowed(line.values) or reason)
            continue
        try:
            entry = _entry(line, publisher)
        except RowRefused:
            continue
        if job.state is None or entry.municipality.startswith(job.state):
            yield line.number, entry


def _entry(line: Line, publisher: str) -> PersonEntry:
    return PersonEntry(
        given_names=_words(line, "given_names"),
        first_surname=_words(line, "first_surname"),
        second_surname=_words(line, "second_surname"),
        birth_date=_birth(line),
        sex=_sex(line),
        birth_state=line.text("birth_state").upper(),
        curp=line.text("curp"),
        municipality=_code(line, "municipality", 5),
        locality=_code(line, "locality", 9),
        locality_name=_words(line, "locality_name"),
        address=_words(line, "address"),
        unit=line.text("unit").upper(),
        origin=f"{publisher}:{_number(line)}",
    )


def _number(line: Line) -> str:
    found = line.text("id")
    if not found:
        raise _refused(line, "id", _("it is blank and must not be"))
    if len(found) > LONGEST_NUMBER:
        raise _refused(line, "id", _("it is too long for the number of a record"))
    return found


def _words(line: Line, column: str) -> str:
    found, longest = line.text(column), LONGEST[column]
    if len(found) > longest:
        _doubt(line, column, _("it is longer than %(longest)d letters; it was cut"), longest=longest)
    return found[:longest].rstrip()


def _birth(line: Line) -> dt.date | None:
    try:
        return cells.day(line.raw("birth_date"))
    except BadValue as bad:
        _doubt(line, "birth_date", bad.reason)
        return None


def _sex(line: Line) -> str:
    try:
        return line.job.layouts.word("sex", line.raw("sex")) or ""
    except KeyError:
        return line.text("sex")[:20]  # the action says what is wrong with it


def _code(line: Line, column: str, width: int) -> str:
    try:
        return cells.code(line.raw(column), width) or ""
    except BadValue as bad:
        if column == "municipality":
            raise _refused(line, column, bad.reason) from None
        _doubt(line, column, bad.reason)
        return ""


def _doubt(line: Line, column: str, reason: Any, **details: Any) -> None:
    line.job.doubt(line.number, line.recognised.heading(column), "", reason, **details)


def _refused(line: Line, column: str, reason: Any) -> RowRefused:
    line.job.refuse(line.number, line.recognised.heading(column), "", reason)
    return RowRefused()


def _ends_with_a_line(path: Path) -> bool:
    with path.open("rb") as stream:
        stream.seek(-1, 2)
        return stream.read(1) in (b"\n", b"\r")
