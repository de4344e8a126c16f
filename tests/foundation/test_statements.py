"""Plain statements and rows by many keys: the same answers as the ORM's, and again after the connection was lost."""

from __future__ import annotations

import psycopg
import pytest
from django.db import ProgrammingError, connection, transaction
from django.db.utils import OperationalError

from bienestar.foundation.accounts.models import User
from bienestar.foundation.storage.rows import insert_rows, rows_among, take_ids
from bienestar.foundation.storage.statements import rows_of
from bienestar.foundation.territory.models import Area
from tests.conftest import Territory

SQL = "SELECT username FROM accounts_user WHERE username = %s"


@pytest.mark.django_db
def test_a_statement_gives_its_rows_again_and_again(system: User) -> None:
    for _ in range(3):
        assert rows_of(SQL, [system.username]) == [(system.username,)]
        assert rows_of(SQL, ["'; DROP TABLE accounts_user; --"]) == []


@pytest.mark.django_db
def test_a_wrong_statement_is_djangos_error(system: User) -> None:
    with pytest.raises((ProgrammingError, OperationalError)), transaction.atomic():
        rows_of("SELECT nothing FROM nowhere WHERE x = %s", ["1"])
    assert rows_of(SQL, [system.username]) == [(system.username,)]


@pytest.mark.django_db(transaction=True)
def test_a_lost_connection_is_opened_again(system: User) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no connection to lose")
    assert rows_of(SQL, [system.username])
    own = connection.connection.info.backend_pid
    with psycopg.connect(connection.connection.info.dsn, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s)", [own])
    assert rows_of(SQL, [system.username]) == [(system.username,)]
    assert connection.connection.info.backend_pid != own


@pytest.mark.django_db
def test_rows_among_many_values_and_within_filters(territory: Territory) -> None:
    codes = ["91001", "92002", *(f"x{n}" for n in range(40_000))]
    assert sorted(rows_among(Area.objects.all(), "code", codes, ("code",))) == [("91001",), ("92002",)]
    only = Area.objects.filter(path__startswith="MX/91/")
    assert rows_among(only, "code", codes, ("code", "name")) == [("91001", "Peña Alta")]
    assert rows_among(Area.objects.filter(pk__in=[]), "code", codes, ("code",)) == []
    assert rows_among(only, "code", [], ("code",)) == []


@pytest.mark.django_db
def test_ids_taken_are_nobody_elses(territory: Territory) -> None:
    before = set(Area.objects.values_list("pk", flat=True))
    ids = take_ids(Area, 3)
    assert len(set(ids) | before) == 3 + len(before)
    rows = [
        (pk, "locality", f"9100100{n:02d}", f"L {n}", territory.municipalities["91001"].pk, f"MX/91/91001/{n}/")
        for n, pk in enumerate(ids)
    ]
    insert_rows(Area, ("id", "level", "code", "name", "parent_id", "path"), rows)
    assert (
        Area.objects.create(
            level="locality",
            code="910010077",
            name="M",
            path="MX/91/91001/77/",
            parent=territory.municipalities["91001"],
        ).pk
        not in ids
    )
    assert take_ids(Area, 0) == []
