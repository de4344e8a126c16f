"""The frozen table of published claims: each beside what had been published of ours before the cut-off."""

from __future__ import annotations

import datetime as dt

import duckdb
from django.utils import timezone

from bienestar.foundation.accounts.queries import PublicUser
from bienestar.foundation.definitions.claims import Claim
from bienestar.foundation.definitions.tables import frozen_tables
from bienestar.foundation.storage.frozen import make_described, scratch
from bienestar.insight.indicators.models import ValueSet
from bienestar.insight.indicators.queries.claims import AGREES, DIFFERS, claims_beside
from bienestar.insight.indicators.queries.storage import VALUES, file_of
from bienestar.insight.indicators.queries.values import published_sets

#: State of a claim that speaks of the country, of several states or of no place.
COUNTRY = "00"


def fill_claim_checks(con: duckdb.DuckDBPyConnection, into: str, cut_off: dt.date) -> None:
    """Claims published by the cut-off, each beside the set nearest to its day of those that were public by then.

    A set of the cut-off itself is reckoned from this very table, so that only sets of days before it count. Without
    any there is no row: nothing was checked.
    """
    sets = _public_by(cut_off)
    rows = [
        (
            _state(one.claim),
            one.claim.id,
            one.claim.id.split("-")[0],
            one.comparison.verdict in (AGREES, DIFFERS),
            one.comparison.verdict == AGREES,
            cut_off,
        )
        for one in (claims_beside(PublicUser(), sets) if sets else ())
        if (one.claim.source.published or one.claim.as_of) <= cut_off
    ]
    with scratch(con) as name:
        told = name("claims")
        con.execute(
            f"CREATE TABLE {told} (state TEXT, claim TEXT, article TEXT, checkable BOOLEAN, within_tolerance BOOLEAN,"
            " checked_on DATE)"
        )
        if rows:
            con.executemany(f"INSERT INTO {told} VALUES (?, ?, ?, ?, ?, ?)", rows)  # noqa: S608  a scratch table
        make_described(con, into, frozen_tables()["claim_checks"].kinds, f"FROM {told}")


def _public_by(cut_off: dt.date) -> list[ValueSet]:
    """Sets of earlier cut-offs that were public when the day ended, oldest first; those whose file is here."""
    end = timezone.make_aware(dt.datetime.combine(cut_off, dt.time.max))
    return [one for one in published_sets(end) if one.cut_off < cut_off and file_of(one, VALUES).exists()]


def _state(claim: Claim) -> str:
    return claim.scope if len(claim.scope) == 2 and claim.scope.isdecimal() else COUNTRY
