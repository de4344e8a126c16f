"""From a SINERHIAS workbook to a census round: one visit a unit, what was seen, accepted into the registers."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from bienestar.calculations.clues import is_clues
from bienestar.foundation.accounts.choices import Permission
from bienestar.foundation.facilities.queries import operating_units, units_by_key, units_visible_to
from bienestar.foundation.territory.queries import area_with_code
from bienestar.operations.census.actions import (
    CensusError,
    VisitRow,
    accept_visits,
    expect_units,
    open_round,
    record_visits,
)
from bienestar.operations.census.queries import progress, waiting_visits
from bienestar.sources import cells
from bienestar.sources.issues import REFUSED
from bienestar.sources.job import UNCHANGED, Job
from bienestar.sources.layouts import Unusable
from bienestar.sources.reading import is_blank, sheet_rows
from bienestar.sources.sinerhias.answers import Form
from bienestar.sources.sinerhias.workbook import Sheet, Workbook


def load(job: Job, workbook: Workbook) -> None:
    """Record one visit a unit on the day of the census, in one round a state, and accept the visits."""
    if job.published_on is None:
        reason = _("the file does not tell its date: the day it was received was taken; give --published-on")
        job.doubt(0, "", job.as_of, reason)
    forms = _forms(job, workbook)
    _tell_columns(job, workbook)
    by_state = _visits(job, forms)
    for state, visits in sorted(by_state.items()):
        _record(job, state, visits)


def _forms(job: Job, workbook: Workbook) -> dict[str, Form]:
    """What the sheets say, by key. A unit's row on every sheet counts as one row of the file."""
    forms: dict[str, Form] = {}
    for done, sheet in enumerate(workbook.sheets, start=1):
        said: dict[str, tuple[int, tuple[object, ...]]] = {}
        for number, row in enumerate(sheet_rows(workbook.book, sheet.name), start=1):
            if number <= sheet.heading_row + 1 or is_blank(row):
                continue
            key = _key(job, sheet, number, row)
            if key is None:
                continue
            values = tuple(row[column.place] if column.place < len(row) else None for column in sheet.columns)
            form = forms.setdefault(key, Form(key, entry=len(forms) + 1, row=number, sheet=sheet.name))
            if key in said:
                _repeated(job, form, sheet, number, said[key], values)
                continue
            said[key] = (number, values)
            form.add(sheet, number, values)
        job.progress(done, len(workbook.sheets))
    return forms


def _key(job: Job, sheet: Sheet, number: int, row: list[object]) -> str | None:
    told = row[sheet.key_place] if sheet.key_place < len(row) else None
    key = cells.plain(told).replace(" ", "")
    if not is_clues(key):
        # Every broken row stands for itself: its entry is a number that no unit and no other sheet has.
        entry = -len(job.outcomes) - 1
        reason = _("it is not a CLUES key: two letters, three of the institution, six digits")
        job.issues.add(REFUSED, number, "CLUES", told, reason, sheet.name, entry=entry)
        job.outcomes[entry] = REFUSED
        return None
    return None if job.elsewhere(key) else key


def _repeated(
    job: Job, form: Form, sheet: Sheet, number: int, first: tuple[int, tuple[object, ...]], values: tuple[object, ...]
) -> None:
    if values == first[1]:
        reason = _("it repeats row %(first)d")
        job.doubt(number, "CLUES", form.key, reason, sheet.name, entry=form.entry, first=first[0])
        return
    form.contradicted = True
    reason = _("rows %(rows)s say different things of it")
    job.issues.add(
        REFUSED, number, "CLUES", form.key, reason, sheet.name, entry=form.entry, rows=f"{first[0]}, {number}"
    )


def _tell_columns(job: Job, workbook: Workbook) -> None:
    """Doubts about the whole file: mapped columns under another heading, or not there at all."""
    for sheet in workbook.sheets:
        for code, heading in sheet.reworded:
            reason = _("this variable has another heading than the one expected; the column was not read")
            job.doubt(0, code, heading, reason, sheet.name)
    for resource in Form.missing(workbook.sheets):
        job.doubt(0, "", resource, _("no column of the file tells this resource: it stays not known"))


def _visits(job: Job, forms: dict[str, Form]) -> dict[str, list[tuple[Form, VisitRow]]]:
    """Visits by state code, of units that are known."""
    units = units_by_key(forms)
    paths = dict(units_visible_to(job.by, Permission.RECORD_VISIT).values_list("pk", "path"))
    by_unit: dict[int, list[Form]] = defaultdict(list)
    for key, form in forms.items():
        unit = units.get(key)
        if form.contradicted:
            job.outcomes[form.entry] = REFUSED
        elif unit is None or unit not in paths:
            reason = _("no list of units has this key (institution %(operator)s)")
            job.refuse(form.row, "CLUES", key, reason, form.sheet, entry=form.entry, operator=key[2:5])
        else:
            by_unit[unit].append(form)
    by_state: dict[str, list[tuple[Form, VisitRow]]] = defaultdict(list)
    for unit, same in by_unit.items():
        for form in _one_of(job, same):
            visit = VisitRow(unit_id=unit, visited_on=job.as_of, seen=tuple(form.seen(job)))
            by_state[paths[unit].split("/")[1]].append((form, visit))
    return by_state


def _one_of(job: Job, same: list[Form]) -> Iterable[Form]:
    """The form of a unit; when the file has it under two of its keys, nothing tells which holds: both are refused."""
    if len(same) == 1:
        return same
    keys = ", ".join(sorted(form.key for form in same))
    for form in same:
        reason = _("the keys %(keys)s are of one unit")
        job.refuse(form.row, "CLUES", form.key, reason, form.sheet, entry=form.entry, keys=keys)
    return ()


def _record(job: Job, state: str, visits: list[tuple[Form, VisitRow]]) -> None:
    area = area_with_code(state)
    day: dt.date = job.as_of
    round_ = open_round(by=job.by, area=area, name=f"SINERHIAS {day.isoformat()}", starts_on=day, ends_on=day)
    expected = operating_units(area.path, day).values_list("pk", flat=True)
    expect_units(by=job.by, round_=round_, unit_ids=list(expected))
    try:
        outcomes = record_visits(by=job.by, round_=round_, visits=[visit for _f, visit in visits], source=job.source)
    except CensusError as error:  # the round is closed
        raise Unusable(str(error)) from None
    for (form, _visit), outcome in zip(visits, outcomes, strict=True):
        job.settle([form.entry], [outcome])
    waiting = list(waiting_visits(job.by).filter(round=round_, source=job.source))
    if waiting:
        accept_visits(by=job.by, visits=waiting)
    state_of = progress(round_)
    job.notes.append(
        str(
            _("%(round)s, %(area)s: %(visited)d of %(expected)d expected units visited, %(unexpected)d not expected")
            % {
                "round": round_.name,
                "area": area.name,
                "visited": state_of.visited,
                "expected": state_of.expected,
                "unexpected": state_of.unexpected,
            }
        )
    )
    for form, _visit in visits:
        job.outcomes.setdefault(form.entry, UNCHANGED)
