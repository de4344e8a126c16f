"""One roll: read, checked and stored as sorted columns first, then put on record in a short transaction.

The database is not held while the file is worked on: a roll of a country takes minutes, and counters go on writing.
A process that is killed leaves the register as it was; what it had begun is removed by the next run.
"""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bienestar.foundation.definitions.people import people_rules
from bienestar.foundation.journal.actions import keep_source
from bienestar.registers.beneficiaries.actions.rolls import NewRoll, receive_roll
from bienestar.registers.beneficiaries.queries.rolls import ENTRIES, current_roll, entry_key, roll_of_file
from bienestar.sources.affiliations.opening import KIND, Opened, open_roll
from bienestar.sources.affiliations.storing import Stored, store, workplace
from bienestar.sources.issues import DOUBTED, Issues
from bienestar.sources.layouts import Unusable, layouts
from bienestar.sources.run import Outcome, Request

if TYPE_CHECKING:
    from bienestar.foundation.accounts.models import User

FIRST_YEAR = 1943  # in which the first of the institutions was founded
FEW = 0.5  # a roll with less than this part of the entries of the one before is told to be short


def ingest(*, by: User, request: Request) -> Outcome:
    """Read an institution's roll and put it on record; Unusable, with one sentence, when it cannot be one."""
    institution, cut_off = _asked(request)
    opened = open_roll(request.path)
    known = roll_of_file(institution, cut_off, opened.sha256)
    if known and known.stored:
        read = known.entries + known.refused
        note = _("This file had been received before as the roll of this institution and cut-off: nothing changed.")
        found = Stored(read=read, refused=known.refused, repeated=known.entries)
        return _outcome(request, opened, found, _issues_file(opened), written=not request.dry_run, notes=[note])
    with workplace(Path(settings.HOME)) as folder:
        draft = folder / "roll"
        draft.mkdir()
        key = entry_key(institution)
        sexes = layouts().words["sex"]
        found = store(opened, folder, draft / ENTRIES, cut_off, sexes, key, request.progress)
        issues_file = _write_issues(opened, found)
        if not found.entries:
            raise Unusable(
                _("The roll has no entry that can be used: nothing was changed. %(file)s lists why.")
                % {"file": issues_file}
            )
        notes = _notes(institution, cut_off, found, accepted=request.fewer or request.dry_run)
        if unread := opened.recognised.unread_told():
            notes.append(unread)
        written = not (request.dry_run or (request.strict and found.refused))
        if written:
            _put_on_record(by, request, opened, found, draft, f"rolls/{institution}/{cut_off}-{opened.sha256[:12]}")
    return _outcome(request, opened, found, issues_file, written=written, notes=notes)


def _asked(request: Request) -> tuple[str, dt.date]:
    institutions = people_rules().institutions
    if request.source not in institutions:
        raise Unusable(_("Whose roll is it? Give --source with one of %(known)s.") % {"known": ", ".join(institutions)})
    if request.cut_off is None:
        raise Unusable(_("A roll needs its cut-off: give --cut-off with the day on which it was taken."))
    if request.cut_off > timezone.localdate():
        raise Unusable(_("The cut-off %(day)s is in the future.") % {"day": request.cut_off})
    if request.cut_off.year < FIRST_YEAR:
        raise Unusable(
            _("No institution had a roll on %(day)s: mind the year of the cut-off.") % {"day": request.cut_off}
        )
    return request.source, request.cut_off


def _put_on_record(by: User, request: Request, opened: Opened, found: Stored, draft: Path, place: str) -> None:
    target = Path(settings.HOME) / place
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if target.exists():
        shutil.rmtree(target)  # of a run that died before the roll was on record: no row names it
    draft.rename(target)
    institution, cut_off = _asked(request)
    with transaction.atomic():
        source = keep_source(
            sha256=opened.sha256,
            kind=KIND,
            name=request.path.name[:200],
            publisher=request.publisher or people_rules().institutions[institution].name.in_language("es"),
            published_on=request.published_on or cut_off,
        )
        roll = NewRoll(institution, cut_off, place, found.entries, found.refused)
        receive_roll(by=by, roll=roll, source=source)


def _notes(institution: str, cut_off: dt.date, found: Stored, accepted: bool) -> list[str]:
    """What a person should know of this roll beside its rows."""
    newest = current_roll(institution)
    if newest is None:
        return []
    notes = []
    if newest.cut_off > cut_off:
        notes.append(
            _("A newer roll of this institution is in force (cut-off %(day)s): this one is kept as history.")
            % {"day": newest.cut_off}
        )
    elif newest.cut_off == cut_off:
        notes.append(_("Another file of the same cut-off had been received: this one replaces it."))
    if found.entries < FEW * newest.entries:
        told = _("It has %(now)d entries and the roll in force has %(before)d: is it whole?") % {
            "now": found.entries,
            "before": newest.entries,
        }
        # Whoever such a roll leaves out would be called eligible.
        if newest.cut_off <= cut_off and not accepted:
            raise Unusable(f"{told} " + _("Nothing was changed. If it is, load it again with --fewer."))
        notes.append(told)
    return notes


def _issues_file(opened: Opened) -> Path:
    return Path(settings.HOME) / "issues" / f"{KIND}-{opened.sha256[:12]}.csv"


def _write_issues(opened: Opened, found: Stored) -> Path:
    """The list of refused and doubted rows, without any value but a masked CURP."""
    issues = Issues()
    for severity, row, column, shown, reason in found.listed:
        issues.add(severity, row, column, shown, reason)
    if found.unlisted:
        issues.add(DOUBTED, 0, "", "", _("… and %(count)d more, not listed") % {"count": found.unlisted})
    target = _issues_file(opened)
    issues.write(target)
    return target


def _outcome(
    request: Request, opened: Opened, found: Stored, issues_file: Path, written: bool, notes: list[str]
) -> Outcome:
    return Outcome(
        kind=KIND,
        sha256=opened.sha256,
        rows_read=found.read,
        accepted=found.entries,
        unchanged=found.repeated,
        warned=found.doubted,
        rejected=found.refused,
        issues_file=str(issues_file),
        written=written,
        about=f"{request.source} {request.cut_off}",
        published_on=request.published_on or request.cut_off,
        groups=tuple(found.groups),
        notes=tuple(notes),
    )
