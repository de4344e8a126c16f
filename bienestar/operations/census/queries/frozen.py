"""Frozen tables of the census: visits, units that rounds expect, teams."""

from __future__ import annotations

import datetime as dt

import duckdb

from bienestar.foundation.definitions.tables import frozen_tables
from bienestar.foundation.facilities.queries.frozen import unit_places
from bienestar.foundation.storage.columns import columns_of
from bienestar.foundation.storage.frozen import make_described, scratch
from bienestar.operations.census.choices import VisitStage
from bienestar.operations.census.models import CensusTeam, ExpectedUnit, Visit

ROUND = {"round": "round__name", "round_area": "round__area__code"}


def fill_census_visits(con: duckdb.DuckDBPyConnection, into: str, cut_off: dt.date) -> None:
    """Visits made on or before the cut-off. One reviewed later waited for review on that day."""
    with scratch(con) as name:
        visits, places = name("visits"), name("places")
        fields = {
            "unit_id": "unit_id",
            **ROUND,
            "visited_on": "visited_on",
            "told": "stage",
            "decided_on": "decided_on",
            "team": "team__name",
            "surveyors": "team__surveyors",
        }
        columns_of(Visit.objects.filter(visited_on__lte=cut_off).order_by(), fields, con, visits)
        unit_places(con, places)
        make_described(
            con,
            into,
            frozen_tables()["census_visits"].kinds,
            f"""
            SELECT p.* EXCLUDE (id, folded), v.*, stage <> '{VisitStage.RECORDED}' AS closed,
                stage = '{VisitStage.ACCEPTED}' AS accepted
            FROM (
                SELECT *, CASE WHEN decided_on > DATE '{cut_off.isoformat()}' THEN '{VisitStage.RECORDED}'
                    ELSE told END AS stage
                FROM {visits}
            ) AS v JOIN {places} AS p ON p.id = v.unit_id
            """,  # noqa: S608  names of scratch tables and a date
        )


def fill_census_expected(con: duckdb.DuckDBPyConnection, into: str, cut_off: dt.date) -> None:
    """Units that the rounds which began on or before the cut-off mean to visit, as the lists stand now."""
    with scratch(con) as name:
        expected, places = name("expected"), name("places")
        rows = ExpectedUnit.objects.filter(round__starts_on__lte=cut_off).order_by()
        fields = {"unit_id": "unit_id", **ROUND, "starts_on": "round__starts_on", "told": "round__ends_on"}
        columns_of(rows, fields, con, expected)
        unit_places(con, places)
        make_described(
            con,
            into,
            frozen_tables()["census_expected"].kinds,
            f"""
            SELECT p.* EXCLUDE (id, folded), e.*,
                CASE WHEN told <= DATE '{cut_off.isoformat()}' THEN told END AS ends_on
            FROM {expected} AS e JOIN {places} AS p ON p.id = e.unit_id
            """,  # noqa: S608
        )


def fill_census_teams(con: duckdb.DuckDBPyConnection, into: str, cut_off: dt.date) -> None:
    """Teams of the rounds that began on or before the cut-off."""
    with scratch(con) as name:
        teams = name("teams")
        rows = CensusTeam.objects.filter(round__starts_on__lte=cut_off).order_by()
        fields = {
            "path": "round__area__path",
            **ROUND,
            "team": "name",
            "surveyors": "surveyors",
            "starts_on": "round__starts_on",
        }
        columns_of(rows, fields, con, teams)
        make_described(
            con,
            into,
            frozen_tables()["census_teams"].kinds,
            f"SELECT coalesce(nullif(split_part(path, '/', 2), ''), '00') AS state, * FROM {teams}",  # noqa: S608
        )
