"""From an empty register to cards in hands, each step by the action that everybody uses, in one transaction."""

from __future__ import annotations

import datetime as dt
import hashlib
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from bienestar.demo.build import KIND, PUBLISHER, Built
from bienestar.demo.enrolment import cards, register, review
from bienestar.foundation.accounts.queries import user_named
from bienestar.foundation.journal.actions import keep_source
from bienestar.foundation.journal.queries import source_with_hash
from bienestar.operations.enrolment.actions import match

if TYPE_CHECKING:
    from bienestar.foundation.accounts.models import User

#: Brings an institution's roll in as the command does: institution, day of its cut, file, publisher.
Bring = Callable[[str, dt.date, Path, str], None]
#: The rolls were taken so many days before the demo is made.
ROLL_AGE = dt.timedelta(days=12)
#: With fewer people the counters would run out of them before their batches are full.
FEWEST = 1500


@transaction.atomic
def enrol(*, by: User, built: Built, seed: int, people: int, bring: Bring) -> None:
    """Give a state ``people`` people, rolls, a comparison, decisions and cards; what is there already stays as it is.

    The demo's operator and supervisor must have their accounts. Files are kept only while this runs.
    """
    mark = hashlib.sha256(f"bienestar demo 1/{seed}/{built.code}/people/{people}".encode()).hexdigest()
    if source_with_hash(mark, KIND):
        return
    if people < FEWEST:
        raise ValueError(f"the people of a state are at least {FEWEST}, or none")
    operator, supervisor = user_named("demo-operator"), user_named("demo-supervisor")
    if not operator or not supervisor:
        raise ValueError("the demo's accounts are made before its people")
    today = timezone.localdate()
    where = register.ground(by, built)
    with tempfile.TemporaryDirectory(prefix="bienestar-demo-") as folder:
        written = register.write_files(Path(folder), seed, built.code, where, people, today - ROLL_AGE)
        source = keep_source(sha256=mark[::-1], kind=KIND, name=f"personas-{built.code}", publisher=PUBLISHER)
        register.register(by, built, seed, where, written, source)
        for institution in register.ROLLS:
            bring(institution, today - ROLL_AGE, written.files[f"roll-{institution}"], PUBLISHER)
        match(by=by)
        review.decide(supervisor, written.files["duplicates"])
    review.contest(operator)
    cards.story(by, operator, supervisor, seed, where)
    keep_source(sha256=mark, kind=KIND, name=f"enrolamiento-{built.code}", publisher=PUBLISHER)
