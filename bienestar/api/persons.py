"""Persons: registered, searched, read, and whether they are eligible. No address carries a name or a CURP.

What is personal travels in bodies: an address ends in logs, histories and referrers. A person's own address is their
``uid``, which says nothing of them.
"""

import datetime as dt
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Field, Router, Schema, Status

from bienestar.api.paging import KeyInPath, Words
from bienestar.api.readers import SIGNED_IN
from bienestar.operations.enrolment.actions import ask_eligibility
from bienestar.operations.enrolment.queries import Answer, Task
from bienestar.registers.beneficiaries.actions import PersonEntry, find_persons, read_person, register_person
from bienestar.registers.beneficiaries.choices import Precision
from bienestar.registers.beneficiaries.queries import (
    curp_of,
    curps_of,
    doubts_of,
    folio_of,
    person_visible_to,
    place_codes_of,
)

router = Router(tags=["persons"], auth=SIGNED_IN)

Text = Annotated[str, Field(max_length=250, pattern=r"^[^\x00]*$")]
Code = Annotated[str, Field(max_length=20, pattern=r"^[^\x00]*$")]


class PersonIn(Schema):
    """What is told of a person; empty: not told. Sent again, the same CURP or ``origin`` is the same person."""

    given_names: Text = ""
    first_surname: Text = ""
    second_surname: Text = ""
    birth_date: dt.date | None = None
    birth_precision: Literal["day", "month", "year"] = Field(
        "day", description="how exactly it is known; the date is then the first day of the month or year"
    )
    sex: Code = Field("", description="H, M or X")
    birth_state: Code = Field("", description="RENAPO's two letters; NE abroad")
    curp: Code = ""
    municipality: Code = Field(description="of the home: INEGI's five digits")
    locality: Code = Field("", description="of the home: INEGI's nine digits")
    locality_name: Text = ""
    address: Text = ""
    unit: Code = Field("", description="CLUES of the unit that is to attend the person")
    origin: Annotated[str, Field(max_length=80, pattern=r"^[^\x00]*$")] = Field(
        "", description="the record's number where it comes from, publisher:number"
    )


class DoubtOut(Schema):
    """What to confirm with a document."""

    field: str
    sentence: str


class PersonRow(Schema):
    """A person in a list."""

    uid: str
    given_names: str
    first_surname: str
    second_surname: str
    birth_date: dt.date | None
    birth_precision: Precision
    sex: str
    curp: str = Field(description="empty: none is known")
    municipality: str
    unit: str = Field(description="the unit's uid; empty: none is assigned")


class PersonOut(PersonRow):
    """A person's record. ``doubts``: where the CURP says something else."""

    birth_state: str
    folio: str = Field(description="temporary folio; empty: none was given")
    locality_name: str
    address: str
    died_on: dt.date | None
    doubts: list[DoubtOut]


class RegisteredOut(Schema):
    """``elsewhere``: registered in another territory; nothing of the record is told, so ``person`` is null."""

    outcome: Literal["created", "known", "elsewhere"]
    person: PersonOut | None


class SearchIn(Schema):
    """A CURP, a folio, the folio of a card, or two words of a name or more."""

    words: Words
    limit: int = Field(20, ge=1, le=100)
    offset: int = Field(0, ge=0, le=1000)


class SearchOut(Schema):
    """Best first. ``more``: there are more namesakes than were ranked. ``elsewhere``: of another territory."""

    items: list[PersonRow]
    count: int
    more: bool
    elsewhere: bool


class CurpIn(Schema):
    """Whose eligibility is asked."""

    curp: Code


class EvidenceOut(Schema):
    """What one institution's roll said."""

    institution: str
    cut_off: dt.date | None
    found: str


class EligibilityOut(Schema):
    """``attend`` is always true: care is never refused. ``uid`` is empty outside the reader's territory."""

    result: Literal["eligible", "covered", "unknown", "contested"]
    institution: str
    valid_until: dt.date | None
    checked_on: dt.date | None
    evidence: list[EvidenceOut]
    to_resolve: list[Task]
    uid: str
    attend: Literal[True]


@router.post("/eligibility", response=EligibilityOut)
def eligibility(request: HttpRequest, told: CurpIn) -> Answer:
    """Whether the person of a CURP is eligible, wherever they are registered. Each question is journalled."""
    return ask_eligibility(by=request.auth, curp=told.curp)


@router.post("/search", response=SearchOut)
def search(request: HttpRequest, told: SearchIn) -> dict[str, Any]:
    """Persons of the reader's territory. A POST, because what is typed is personal; one journal row a search."""
    found = find_persons(by=request.auth, words=told.words, limit=told.limit, offset=told.offset)
    curps, places = curps_of(found.persons), place_codes_of(found.persons)
    rows = [_row(one, curps.get(one.pk, ""), *places[one.pk]) for one in found.persons]
    return {"items": rows, "count": found.total, "more": found.more, "elsewhere": found.elsewhere}


@router.post("", response={200: RegisteredOut, 201: RegisteredOut})
def register(request: HttpRequest, told: PersonIn) -> Status:
    """Register a person: 201 when new, 200 when the record was there, which then stays as it is."""
    done = register_person(by=request.auth, entry=PersonEntry(**told.model_dump()))
    person = done.person and _whole(done.person)
    return Status(201 if done.outcome == "created" else 200, {"outcome": done.outcome, "person": person})


@router.get("/{uid}", response=PersonOut)
def person(request: HttpRequest, uid: KeyInPath) -> dict[str, Any]:
    """One person of the reader's territory, also by the uid of a merged record. Each reading is journalled."""
    found = person_visible_to(request.auth, uid)
    return _whole(read_person(by=request.auth, person=found, purpose="api"))


def _row(one: Any, curp: str, municipality: str, unit: str) -> dict[str, Any]:
    names = ("uid", "given_names", "first_surname", "second_surname", "birth_date", "birth_precision", "sex")
    return {name: getattr(one, name) for name in names} | {
        "curp": curp,
        "municipality": municipality,
        "unit": unit,
    }


def _whole(one: Any) -> dict[str, Any]:
    names = ("birth_state", "locality_name", "address", "died_on")
    doubts = [{"field": field, "sentence": str(sentence)} for field, sentence in doubts_of(one)]
    row = _row(one, curp_of(one), *place_codes_of([one])[one.pk])
    return row | {name: getattr(one, name) for name in names} | {"folio": folio_of(one), "doubts": doubts}
