"""Persons and cards as columns, as things stood on a day: no name, CURP, birth date or address leaves this room.

A merge counts at every date: two records that are one person never were two people. The person is registered from the
first day of any of their records, and what their records hold (a CURP, cards) is theirs.
"""

from __future__ import annotations

import datetime as dt

import duckdb
from django.conf import settings
from django.utils import timezone

from bienestar.foundation.definitions.tables import frozen_tables
from bienestar.foundation.facilities.queries.frozen import unit_places
from bienestar.foundation.storage.columns import columns_of
from bienestar.foundation.storage.frozen import make_described, scratch
from bienestar.registers.beneficiaries.choices import ENDED, CardStage, IdentifierKind, Precision
from bienestar.registers.beneficiaries.models import Card, CardEvent, Person, PersonIdentifier

IN_HAND = (CardStage.DELIVERED, CardStage.ACTIVE)
#: INEGI's five-year age groups end with this one; the digits are padded so that they sort.
LAST_GROUP = 85


def day_in_mexico(column: str) -> str:
    """SQL of DuckDB: the day of a moment, where the service is."""
    return f"CAST(timezone('{settings.TIME_ZONE}', {column}) AS DATE)"


def end_of(day: dt.date) -> dt.datetime:
    """The first moment after a day."""
    return timezone.make_aware(dt.datetime.combine(day + dt.timedelta(days=1), dt.time.min))


def persons_as_of(con: duckdb.DuckDBPyConnection, table: str, cut_off: dt.date) -> None:
    """``table``: one row for each person registered on or before the day.

    Columns: id (of the record that stays), state, municipality, unit, person, sex, age_group, age, living,
    registered_on, has_curp. An age is told of a birth date that is known to the year; of the year alone, or of a
    month, it is the age of the first day of what is known.
    """
    day = f"DATE '{cut_off.isoformat()}'"
    with scratch(con) as name:
        records, places, curps = name("records"), name("places"), name("curps")
        fields = {
            "id": "pk",
            "merged_into": "merged_into_id",
            "uid": "uid",
            "home": "home__path",
            "unit_id": "unit_id",
            "sex": "sex",
            "born": "birth_date",
            "birth_precision": "birth_precision",
            "died_on": "died_on",
            "registered_at": "registered_at",
        }
        columns_of(Person.objects.order_by(), fields, con, records)
        told = PersonIdentifier.objects.filter(kind=IdentifierKind.CURP, since__lte=cut_off).order_by()
        columns_of(told, {"person_id": "person_id"}, con, curps)
        unit_places(con, places)
        con.execute(
            f"""
            CREATE OR REPLACE TABLE {table} AS
            WITH whole AS (
                SELECT coalesce(merged_into, id) AS id, min(registered_at) AS registered_at,
                    bool_or(id IN (SELECT person_id FROM {curps})) AS has_curp
                FROM {records} GROUP BY ALL
            ),
            aged AS (
                SELECT r.*, {day_in_mexico("w.registered_at")} AS registered_on, w.has_curp,
                    CASE WHEN birth_precision <> '{Precision.UNKNOWN}' AND born <= {day}
                        THEN date_sub('year', born, {day}) END AS age
                FROM {records} AS r JOIN whole AS w USING (id) WHERE r.merged_into IS NULL
            )
            SELECT a.id, coalesce(nullif(split_part(home, '/', 2), ''), '00') AS state,
                nullif(split_part(home, '/', 3), '') AS municipality, p.unit, a.uid AS person,
                nullif(sex, '') AS sex, age,
                CASE WHEN age >= {LAST_GROUP} THEN '{LAST_GROUP}+'
                    WHEN age IS NOT NULL THEN format('{{:02d}}-{{:02d}}', age // 5 * 5, age // 5 * 5 + 4)
                END AS age_group,
                died_on IS NULL OR died_on > {day} AS living, registered_on, has_curp
            FROM aged AS a LEFT JOIN {places} AS p ON p.id = a.unit_id WHERE registered_on <= {day}
            """  # noqa: S608  names of scratch tables and a date
        )


def fill_cards(con: duckdb.DuckDBPyConnection, into: str, cut_off: dt.date) -> None:
    """Cards requested on or before the cut-off, at the stage that their steps up to it had reached.

    A card signed again later shows no end until that later day: the earlier signature is not kept.
    """
    day = f"DATE '{cut_off.isoformat()}'"
    with scratch(con) as name:
        cards, steps, persons = name("cards"), name("steps"), name("persons")
        fields = {
            "id": "pk",
            "card": "folio",
            "holder": "person_id",
            "merged_into": "person__merged_into_id",
            "requested_at": "requested_at",
            "issued_on": "issued_on",
            "expires": "expires_on",
        }
        columns_of(Card.objects.filter(requested_at__lt=end_of(cut_off)).order_by(), fields, con, cards)
        told = CardEvent.objects.filter(at__lt=end_of(cut_off)).order_by()
        columns_of(told, {"id": "pk", "card_id": "card_id", "stage": "stage", "moment": "at"}, con, steps)
        persons_as_of(con, persons, cut_off)
        first = ", ".join(
            f"min(day) FILTER (stage IN ({_words(stages)})) AS {column}"
            for column, stages in (
                ("printed_on", (CardStage.PRINTED,)),
                ("shipped_on", (CardStage.SHIPPED,)),
                ("received_on", (CardStage.RECEIVED,)),
                ("delivered_on", (CardStage.DELIVERED,)),
                ("ended_on", ENDED),
            )
        )
        make_described(
            con,
            into,
            frozen_tables()["cards"].kinds,
            f"""
            WITH dated AS (SELECT *, {day_in_mexico("moment")} AS day FROM {steps}),
            way AS (SELECT card_id, arg_max(stage, (moment, id)) AS stage, {first} FROM dated GROUP BY card_id),
            whole AS (
                SELECT c.id, c.card, coalesce(merged_into, holder) AS person_id,
                    {day_in_mexico("requested_at")} AS requested_on,
                    CASE WHEN issued_on <= {day} THEN expires END AS expires_on,
                    coalesce(way.stage, '{CardStage.REQUESTED}') AS stage, way.* EXCLUDE (card_id, stage)
                FROM {cards} AS c LEFT JOIN way ON way.card_id = c.id
            )
            SELECT coalesce(p.state, '00') AS state, p.municipality, p.unit, p.person, left(card, 6) AS module,
                whole.* EXCLUDE (id, person_id),
                stage IN ({_words(IN_HAND)}) AND coalesce(expires_on >= {day}, true) AND p.living AS active,
                delivered_on - requested_on AS days_to_delivery
            FROM whole LEFT JOIN {persons} AS p ON p.id = whole.person_id
            """,  # noqa: S608
        )


def _words(stages: tuple[CardStage, ...]) -> str:
    return ", ".join(f"'{stage}'" for stage in stages)
