"""The frozen table of persons: the register's people with the newest conclusion about each."""

from __future__ import annotations

import datetime as dt

import duckdb

from bienestar.foundation.definitions.tables import frozen_tables
from bienestar.foundation.storage.columns import columns_of
from bienestar.foundation.storage.frozen import make_described, scratch
from bienestar.operations.enrolment.models import EligibilityCheck
from bienestar.registers.beneficiaries.queries.frozen import persons_as_of

#: What stands where nobody has checked.
UNCHECKED = "unchecked"


def fill_persons(con: duckdb.DuckDBPyConnection, into: str, cut_off: dt.date) -> None:
    """Persons registered on or before the cut-off, each with the newest check on or before it.

    A conclusion that ran out stays as it was concluded: until when it held is in its own column. Of several on one day
    the one recorded last holds.
    """
    with scratch(con) as name:
        persons, checks = name("persons"), name("checks")
        persons_as_of(con, persons, cut_off)
        fields = {
            "id": "pk",
            "person_id": "person_id",
            "result": "result",
            "institution": "institution",
            "checked_on": "checked_on",
            "valid_until": "valid_until",
        }
        columns_of(EligibilityCheck.objects.filter(checked_on__lte=cut_off).order_by(), fields, con, checks)
        make_described(
            con,
            into,
            frozen_tables()["persons"].kinds,
            f"""
            WITH newest AS (
                FROM {checks} QUALIFY row_number() OVER (PARTITION BY person_id ORDER BY checked_on DESC, id DESC) = 1
            )
            SELECT p.*, coalesce(result, '{UNCHECKED}') AS eligibility, nullif(institution, '') AS covered_by,
                checked_on, valid_until AS check_valid_until
            FROM {persons} AS p LEFT JOIN newest ON newest.person_id = p.id
            """,  # noqa: S608  names of scratch tables
        )
