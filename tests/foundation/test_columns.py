"""Rows of the database as columns: every value as it stands there, also the awkward ones."""

from __future__ import annotations

import datetime as dt

import duckdb
import pytest
from django.db.models import F, Value
from django.db.models.functions import Concat
from django.utils import timezone

from bienestar.foundation.journal.models import SourceFile
from bienestar.foundation.storage.columns import columns_of

AWKWARD = ['a,b "c"', "línea\nuna\r\ndos", "", "Ñandú \\N", "'", "x" * 200, "NULL", '""', "日本"]


@pytest.mark.django_db
def test_every_value_comes_as_it_stands() -> None:
    made = [
        SourceFile.objects.create(
            sha256=f"{i:064}",
            kind="k",
            name=name,
            publisher="P",
            published_on=dt.date(1950 + i, 2, 3) if i % 2 else None,
        )
        for i, name in enumerate(AWKWARD)
    ]
    con = duckdb.connect()
    fields = {
        "id": "pk",
        "name": "name",
        "day": "published_on",
        "moment": "received_at",
        "joined": Concat(F("kind"), Value("/"), F("publisher")),
    }
    assert columns_of(SourceFile.objects.order_by("pk"), fields, con, "files") == len(AWKWARD)
    con.execute("SET TimeZone = 'UTC'")
    rows = con.execute("SELECT id, name, day, epoch_us(moment), joined FROM files ORDER BY id").fetchall()
    epoch = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
    assert rows == [
        (one.pk, one.name, one.published_on, (one.received_at - epoch) // dt.timedelta(microseconds=1), "k/P")
        for one in made
    ]
    kinds = [kind for _name, kind, *_rest in con.execute("DESCRIBE files").fetchall()]
    assert kinds == ["BIGINT", "VARCHAR", "DATE", "TIMESTAMP WITH TIME ZONE", "VARCHAR"]


@pytest.mark.django_db
def test_only_what_the_filters_leave_comes_and_nothing_is_a_table_of_no_rows() -> None:
    for i in range(5):
        SourceFile.objects.create(sha256=f"{i:064}", kind="k", name=f"n{i}")
    con = duckdb.connect()
    two = SourceFile.objects.filter(name__in=["n1", "n3"], received_at__lte=timezone.now())
    assert columns_of(two, {"name": "name"}, con, 'od"d') == 2
    assert con.execute('SELECT list(name ORDER BY name) FROM "od""d"').fetchall() == [(["n1", "n3"],)]
    assert columns_of(SourceFile.objects.filter(name="%s"), {"id": "pk", "day": "published_on"}, con, "none") == 0
    assert [row[1] for row in con.execute("DESCRIBE none").fetchall()] == ["BIGINT", "DATE"]


@pytest.mark.django_db
def test_more_rows_than_one_block_holds() -> None:
    SourceFile.objects.bulk_create(
        SourceFile(sha256=f"{i:064}", kind="k", name=("é" * 190) + str(i)) for i in range(30_000)
    )
    con = duckdb.connect()
    assert columns_of(SourceFile.objects.all(), {"sha": "sha256", "name": "name"}, con, "many") == 30_000
    found = con.execute(
        "SELECT count(DISTINCT sha), bool_and(name LIKE 'é%' || CAST(CAST(sha AS INT) AS TEXT)) FROM many"
    )
    assert found.fetchall() == [(30_000, True)]


@pytest.mark.django_db
def test_one_column_keeps_its_kind_and_its_empty_values() -> None:
    for number, day in enumerate((dt.date(2024, 1, 1), None, dt.date(2024, 1, 3), None)):
        SourceFile.objects.create(sha256=f"{number:064}", kind="k", name="n", publisher="P", published_on=day)
    con = duckdb.connect()
    files = SourceFile.objects.order_by("pk")
    assert columns_of(files, {"id": "pk"}, con, "ids") == 4
    assert con.execute("FROM ids").fetchall() == list(files.values_list("pk"))
    assert columns_of(files, {"day": "published_on"}, con, "days") == 4
    assert con.execute("FROM days").fetchall() == list(files.values_list("published_on"))


@pytest.mark.django_db
def test_a_filter_that_nothing_can_pass_gives_an_empty_table() -> None:
    con = duckdb.connect()
    assert columns_of(SourceFile.objects.filter(pk__in=[]), {"id": "pk", "name": "name"}, con, "files") == 0
    assert [row[:2] for row in con.execute("DESCRIBE files").fetchall()] == [("id", "BIGINT"), ("name", "VARCHAR")]
