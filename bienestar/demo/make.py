"""Making a whole demo, state by state: each is stored in a transaction of its own, so a killed run goes on later."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import TYPE_CHECKING

from django.db import transaction

from bienestar.demo.accounts import personas, store_personas
from bienestar.demo.build import KIND, PUBLISHER, build_state
from bienestar.demo.enrolment import Bring, enrol
from bienestar.demo.ground import store_country, store_ground
from bienestar.demo.judge import diagnose, plan
from bienestar.demo.land import draw
from bienestar.demo.pulso import cut_offs, publish_figures
from bienestar.demo.scales import Scale
from bienestar.demo.size import POPULATION_DAY, PROJECTION_DAY
from bienestar.demo.territory import invent_state
from bienestar.foundation.accounts.choices import Permission
from bienestar.foundation.facilities.queries import unit_visible_to, units_visible_to
from bienestar.foundation.journal.actions import keep_source
from bienestar.foundation.journal.queries import kinds_received, source_with_hash, sources_of_kind
from bienestar.foundation.territory.queries import COUNTRY_CODE, areas_visible_to

if TYPE_CHECKING:
    from bienestar.foundation.accounts.models import User

#: Told before each step: steps done, steps in all, what comes next.
Tell = Callable[[int, int, str], None]
#: Kinds of source that are no official file: the demo's own, and what people write on the pages.
NOT_REAL = {KIND, "page"}


class CannotMix(Exception):
    """The database holds something that the demo may not be mixed with; the message is for the person who asked."""


def is_made(scale: Scale, plans: bool = True, people: int = 0) -> bool:
    """Whether this demo was made to its end; ``plans``: with its diagnoses and plans; ``people``: with so many."""
    return all(source_with_hash(_mark(scale, step), KIND) for step in _steps(plans, people))


def _steps(plans: bool, people: int) -> list[str]:
    return ["made", *(["planned", "published"] if plans else []), *([f"{people} people"] if people else [])]


def check_room(by: User, scale: Scale) -> None:
    """CannotMix unless the database is empty or holds this same demo, whole or half made."""
    if set(kinds_received(but_of=PUBLISHER)) - NOT_REAL:
        raise CannotMix("this database holds real data, and invented data is never mixed into it")
    begun = {row.name for row in sources_of_kind(KIND) if row.name.startswith("demo: ")}
    if begun - {_title(scale)}:
        raise CannotMix(f"this database holds another demo ({min(begun - {_title(scale)})[6:]})")
    if begun:
        return
    if units_visible_to(by).exists() or areas_visible_to(by, Permission.VIEW_UNITS).exists():
        raise CannotMix("this database is not empty")


def make(by: User, scale: Scale, tell: Tell, plans: bool = True, people: int = 0, bring: Bring | None = None) -> None:
    """Make the demo, or what a killed run left undone; ``plans``: diagnose and plan it too.

    Its story is told so that it ended a few months ago (``bienestar.demo.size``): what is left undone is told by the
    day on which it goes on.

    ``people``: register so many in the first state, compare them with rolls that ``bring`` loads, and give them cards.
    Call ``check_room`` first.
    """
    judged = _judged(scale) if plans else []
    total = (
        len(scale.states) + len(scale.empty) + 2 + 2 * len(judged) + bool(people) + (len(cut_offs()) if plans else 0)
    )
    tell(0, total, "drawing the map")
    _keep(scale, "begun")
    plots = draw(scale.seed, scale.counts)
    country = keep_source(
        sha256=_mark(scale, "country"), kind=KIND, name="país", publisher=PUBLISHER, published_on=POPULATION_DAY
    )
    with transaction.atomic():
        store_country(by, country, [plot for found in plots.values() for plot in found])
    done = 1
    built = {}
    for code, size in scale.states.items():
        tell(done, total, f"state {code}: {size.units} units")
        built[code] = build_state(by=by, seed=scale.seed, code=code, size=size, plots=plots[code])
        done += 1
    for code, size in scale.empty.items():
        tell(done, total, f"state {code}: no units yet")
        with transaction.atomic():
            sources = {"territory": country, "projection": _projection(scale, code)}
            store_ground(by, invent_state(scale.seed, code, size, plots[code]), sources)
        done += 1
    tell(done, total, "accounts")
    first, other = next(iter(built.values())), list(scale.counts)[-1]
    hospital, counter = (unit_visible_to(by, key) for key in (first.unit("general_hospital"), first.counter))
    store_personas(by, personas(first.path, f"MX/{other}/", hospital.path, counter.path))
    if people:
        tell(done + 1, total, f"{people} people and their cards")
        if bring is None:
            raise ValueError("people need somebody who brings the rolls")
        enrol(by=by, built=first, seed=scale.seed, people=people, bring=bring)
    done = len(scale.states) + len(scale.empty) + 2 + bool(people)
    for place, code in enumerate(judged):
        tell(done + 2 * place, total, f"diagnosing {code}")
        run = diagnose(by, code)
        tell(done + 2 * place + 1, total, f"planning {code}")
        plan(by, run, plans=1 if code == COUNTRY_CODE else 3)
    done += 2 * len(judged)
    for place, day in enumerate(cut_offs() if plans else ()):
        tell(done + place, total, "figures of the Pulso")
        publish_figures(by, day)
    for step in _steps(plans, people):
        _keep(scale, step)
    tell(total, total, "made")


def _judged(scale: Scale) -> list[str]:
    """What is diagnosed and planned: the country where it has several states, then the first state."""
    first = next(iter(scale.states))
    return [COUNTRY_CODE, first] if len(scale.states) > 1 else [first]


def _projection(scale: Scale, code: str) -> object:
    sha256 = _mark(scale, f"projection {code}")
    return keep_source(
        sha256=sha256, kind=KIND, name=f"proyeccion-{code}", publisher=PUBLISHER, published_on=PROJECTION_DAY
    )


def _title(scale: Scale) -> str:
    return f"demo: {scale.label}"


def _mark(scale: Scale, step: str) -> str:
    return hashlib.sha256(f"bienestar demo 1/{scale}/{step}".encode()).hexdigest()


def _keep(scale: Scale, step: str) -> None:
    keep_source(sha256=_mark(scale, step), kind=KIND, name=_title(scale), publisher=PUBLISHER)
