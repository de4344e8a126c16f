"""Reading persons and affiliations for the matching: the whole register as columns, and one person's own.

No limit by reader here: whoever calls these has asked permission over the territory that it compares.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import TYPE_CHECKING

from django.db.models import Case, F, Q, QuerySet, When

from bienestar.foundation.storage.columns import columns_of
from bienestar.registers.beneficiaries.choices import IdentifierKind, Precision
from bienestar.registers.beneficiaries.models import Affiliation, Person, PersonIdentifier

if TYPE_CHECKING:
    import duckdb


def persons_as_columns(con: duckdb.DuckDBPyConnection, table: str) -> int:
    """Every record as a row of ``table`` in DuckDB; returns how many.

    Columns: id, merged (the record it is merged into), died_on, path, and those of the linker: curp, given_names,
    first_surname, second_surname, birth_date, sex, birth_state, municipality (5 digits). A birth date that is not
    known to the day is left out: its first of January would be taken for a date.
    """
    known_day = Case(When(birth_precision=Precision.DAY, then=F("birth_date")))
    fields = {
        "id": "pk",
        "merged": "merged_into_id",
        "died_on": "died_on",
        "path": "path",
        "given_names": "given_names",
        "first_surname": "first_surname",
        "second_surname": "second_surname",
        "birth_date": known_day,
        "sex": "sex",
        "birth_state": "birth_state",
        "home_path": "home__path",
    }
    number = columns_of(Person.objects.order_by(), fields, con, "_person")
    curps = PersonIdentifier.objects.filter(kind=IdentifierKind.CURP).order_by()
    columns_of(curps, {"person": "person_id", "curp": "value"}, con, "_curp")
    con.execute(
        f"""CREATE OR REPLACE TABLE "{table}" AS
        SELECT p.* EXCLUDE (home_path) REPLACE (
            nullif(second_surname, '') AS second_surname, nullif(sex, '') AS sex, nullif(birth_state, '') AS birth_state
        ), c.curp, nullif(split_part(home_path, '/', 3), '') AS municipality
        FROM _person p LEFT JOIN _curp c ON c.person = p.id"""  # noqa: S608  the caller's own name
    )
    con.execute("DROP TABLE _person; DROP TABLE _curp")
    return number


def persons_gone() -> set[tuple[int, int | None, dt.date | None]]:
    """(id, record it is merged into, day of death) of every record that is merged or of somebody dead."""
    gone = Person.objects.filter(Q(merged_into__isnull=False) | Q(died_on__isnull=False))
    return set(gone.values_list("pk", "merged_into_id", "died_on").iterator(chunk_size=20_000))


def affiliations_as_columns(con: duckdb.DuckDBPyConnection, table: str) -> int:
    """Every affiliation as a row of ``table`` in DuckDB (id, person, institution, valid_from, valid_to, basis)."""
    fields = {"id": "pk", "person": "person_id", "institution": "institution"}
    fields |= {name: name for name in ("valid_from", "valid_to", "basis")}
    return columns_of(Affiliation.objects.order_by(), fields, con, table)


def covering_affiliations(person_ids: Collection[int], day: dt.date) -> QuerySet[Affiliation]:
    """Affiliations that hold on ``day`` of records that are one person, those that last longest first."""
    holds = Q(valid_from__lte=day) & (Q(valid_to=None) | Q(valid_to__gte=day))
    found = Affiliation.objects.filter(holds, person_id__in=list(person_ids)).select_related("roll")
    return found.order_by(F("valid_to").desc(nulls_first=True), "institution")
