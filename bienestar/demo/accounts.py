"""One ready person for each role, with an invented name and the demo's open password."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction

from bienestar.demo.words import person
from bienestar.foundation.accounts.actions import create_user, grant_role
from bienestar.foundation.accounts.queries import ROOT, user_named

if TYPE_CHECKING:
    from bienestar.foundation.accounts.models import User

PREFIX = "demo-"
SINCE = dt.date(2023, 1, 1)


@dataclass(frozen=True)
class Persona:
    """Somebody to sign in as: username, what they show, and their roles as (role, territory, first day, last day)."""

    username: str
    shows: str
    roles: tuple[tuple[str, str, dt.date, dt.date | None], ...]


def personas(state: str, other: str, unit: str, counter: str) -> list[Persona]:
    """The people of the demo; the paths are of a state, of another or of none at all, a hospital, a clinic."""
    return [
        Persona("demo-planner", "plans any state", (("national_planner", ROOT, SINCE, None),)),
        Persona("demo-coordinator", "runs one state", (("state_coordinator", state, SINCE, None),)),
        Persona(
            "demo-coordinator-b",
            "runs another state and is told 404 for the first",
            # Moved from one state to the other: a grant that has ended gives nothing any more.
            (
                ("state_coordinator", state, SINCE, dt.date(2023, 12, 31)),
                ("state_coordinator", other, dt.date(2024, 1, 1), None),
            ),
        ),
        Persona("demo-director", "sees one unit", (("unit_director", unit, SINCE, None),)),
        Persona("demo-census", "leads the census of one state", (("census_lead", state, SINCE, None),)),
        Persona("demo-auditor", "reads everything and writes nothing", (("auditor", ROOT, SINCE, None),)),
        Persona(
            "demo-operator", "registers people and hands out cards", (("enrolment_operator", counter, SINCE, None),)
        ),
        Persona("demo-supervisor", "decides pairs and orders cards", (("enrolment_supervisor", state, SINCE, None),)),
    ]


@transaction.atomic
def store_personas(by: User, people: list[Persona]) -> None:
    """Make the accounts that are not there yet and give them their roles."""
    for place, persona in enumerate(people):
        user = user_named(persona.username) or create_user(
            by=by, username=persona.username, display_name=person(place), password=settings.DEMO_PASSWORD
        )
        for role, path, first, last in persona.roles:
            grant_role(by=by, user=user, role=role, area_path=path, valid_from=first, valid_to=last)
