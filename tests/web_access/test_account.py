"""The reader's own account."""

import pytest

from bienestar.foundation.journal.models import JournalEntry

pytestmark = pytest.mark.django_db
OLD, NEW = "una-clave-de-prueba", "otra clave más larga"


def test_it_says_what_the_reader_may_do_and_where(client, people):
    client.force_login(people.director)
    page = client.get("/account/").content.decode()
    assert "Dirección de unidad" in page
    assert "Centro de Salud Peña Alta" in page


def test_changing_the_password_keeps_this_session(client, people):
    client.force_login(people.director)
    assert client.post("/account/", {"old": OLD, "new": NEW, "again": NEW}).url == "/account/"
    people.director.refresh_from_db()
    assert people.director.check_password(NEW)
    assert client.get("/account/").status_code == 200
    assert JournalEntry.objects.filter(action="accounts.set_password", subject="user:director").count() == 1


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"old": "no es"}, "id_old"),
        ({"new": "corta", "again": "corta"}, "id_new"),
        ({"again": "no es igual"}, "id_again"),
    ],
)
def test_a_password_that_is_not_changed(client, people, given, field):
    client.force_login(people.director)
    page = client.post("/account/", {"old": OLD, "new": NEW, "again": NEW} | given).content.decode()
    assert f'id="{field}_error"' in page
    people.director.refresh_from_db()
    assert people.director.check_password(OLD)
