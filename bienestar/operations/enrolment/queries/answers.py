"""The answer to "is this person eligible?": always "attend", with what is to be resolved later."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from bienestar.foundation.accounts.queries import token_holder
from bienestar.foundation.definitions.people import people_rules
from bienestar.foundation.journal.models import JournalEntry
from bienestar.operations.enrolment.choices import Result
from bienestar.operations.enrolment.models import EligibilityCheck
from bienestar.registers.beneficiaries.models import Person, PersonIdentifier

#: What is left to do, none of which keeps anybody from being attended.
Task = Literal[
    "register",  # nobody is registered with this CURP
    "check",  # the person's eligibility was never checked, or not against every roll
    "check_again",  # the conclusion has run out
    "decide_pair",  # an entry of a roll may be this person's: somebody must decide
    "load_roll",  # a required roll is missing or too old
    "decide_contested",  # the person contests the conclusion
    "confirm_cover",  # ask whether the institution still covers the person
    "confirm_death",  # the record says that the person died
]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What one institution's roll said; ``found``: yes, no, review, old, none or later."""

    institution: str
    cut_off: dt.date | None
    found: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What is known of a CURP today. ``uid``: empty outside the reader's territory and where nobody is registered.

    ``result`` is "unknown" also when a conclusion has run out; ``valid_until`` then says when.
    """

    result: str
    institution: str
    valid_until: dt.date | None
    checked_on: dt.date | None
    evidence: tuple[Evidence, ...]
    to_resolve: tuple[Task, ...]
    uid: str
    attend: Literal[True] = True


NOT_REGISTERED = Answer(Result.UNKNOWN.value, "", None, None, (), ("register",), "")

#: Columns of a row that ``answer_of`` reads, after the person's uid and path.
COLUMNS = "died_on, result, institution, valid_until, checked_on, evidence"


def answer_of(row: tuple[Any, ...], uid: str, today: dt.date) -> Answer:
    """The answer from a row of COLUMNS; a person without a check has None there."""
    died, result, institution, until, checked, told = row
    tasks: list[Task] = ["confirm_death"] if died else []
    if result is None:
        return Answer(Result.UNKNOWN.value, "", None, None, (), (*tasks, "check"), uid)
    evidence = tuple(
        Evidence(code, _day(cut), found) for code, cut, found in (json.loads(told) if isinstance(told, str) else told)
    )
    until, checked = _day(until), _day(checked)
    if until is not None and until < today:
        result, institution = Result.UNKNOWN.value, ""
        tasks.append("check_again")
    tasks += _tasks(result, evidence)
    return Answer(result, institution, until, checked, evidence, tuple(tasks), uid)


def _tasks(result: str, evidence: tuple[Evidence, ...]) -> list[Task]:
    if result == Result.CONTESTED:
        return ["decide_contested"]
    if result == Result.COVERED:
        return ["confirm_cover"]
    if result == Result.ELIGIBLE:
        return []
    told = {one.institution: one.found for one in evidence}
    found: list[Task] = ["decide_pair"] if "review" in told.values() else []
    if any(told.get(code, "none") in {"none", "old"} for code in people_rules().required()):
        found.append("load_roll")
    if "later" in told.values():
        found.append("check")
    return found


def _day(value: Any) -> dt.date | None:
    return dt.date.fromisoformat(value) if isinstance(value, str) else value


@cache
def finding() -> str:
    """The SQL that finds a person by CURP: values are the CURP and how it stands once replaced (``former_curp``)."""
    identifiers, persons = (model._meta.db_table for model in (PersonIdentifier, Person))
    by_value = f"SELECT person_id FROM {identifiers} WHERE kind = '{{}}' AND value = %s"  # noqa: S608  a table's name
    return (
        "SELECT kept.id, kept.uid, kept.path, kept.died_on "  # noqa: S608  names come from the models
        # Whose CURP it is comes before who had it once, who is looked for only where it is nobody's.
        f"FROM (SELECT COALESCE(({by_value.format('curp')}), ({by_value.format('origin')})) AS person_id) told "
        f"JOIN {persons} one ON one.id = told.person_id "
        f"JOIN {persons} kept ON kept.id = COALESCE(one.merged_into_id, one.id)"
    )


@cache
def reading() -> str:
    """The SQL of an answer, on any database: one row (uid, path, COLUMNS) or none. Values as in ``finding``."""
    return (
        f"WITH found AS ({finding()}) SELECT uid, path, {COLUMNS} FROM found "  # noqa: S608
        f"LEFT JOIN {EligibilityCheck._meta.db_table} held ON held.person_id = found.id AND held.is_current"
    )


@cache
def noting() -> str:
    """Who asks by a token, the answer, and its journal row, in one statement; PostgreSQL only.

    One row (the asker's territories, uid, path, COLUMNS), or none where the token's account may not ask; then nothing
    is written, nor where nobody is found, whose uid is NULL.

    The answer does not wait for the disk: a question changes nothing of a person, and what a failing server (not a
    failing program) can lose of its rows is under a second. Every write of a record still waits.

    Values: the token's and the permission's (``token_holder_values``), then as in ``finding``, then the action.
    """
    return (
        f"WITH asker AS ({token_holder()}), found AS ({finding()}), noted AS ("  # noqa: S608
        f"INSERT INTO {JournalEntry._meta.db_table} "
        "(at, actor, action, subject, area_path, detail, records, records_sha256) "
        "SELECT clock_timestamp(), asker.username, %s, 'person:' || uid, path, '{\"found\": true}'::jsonb, 1, '' "
        "FROM found, asker, (SELECT set_config('synchronous_commit', 'off', TRUE)) AS quick) "
        f"SELECT asker.paths, uid, path, {COLUMNS} FROM asker LEFT JOIN found ON TRUE "
        f"LEFT JOIN {EligibilityCheck._meta.db_table} held ON held.person_id = found.id AND held.is_current"
    )
