"""The shell: signing in and out, the language switch, error pages, the content security policy."""

import datetime as dt
import re

import pytest
from django.urls import path
from django.utils import translation
from django.utils.formats import date_format

from bienestar.config import urls as real_urls
from bienestar.foundation.accounts.actions import create_user, set_up_access
from bienestar.foundation.accounts.queries import system_user
from bienestar.foundation.journal.models import JournalEntry

pytestmark = pytest.mark.django_db
PASSWORD = "una clave larga"


def broken_page(request):
    raise RuntimeError("broken on purpose")


urlpatterns = [*real_urls.urlpatterns, path("broken/", broken_page)]
handler404, handler500 = real_urls.handler404, real_urls.handler500


@pytest.fixture
def ana(db):
    set_up_access()
    return create_user(by=system_user(), username="ana", display_name="Ana Ruiz", password=PASSWORD)


def sign_in(client, password, username="ana", **extra):
    return client.post("/sign-in/", {"username": username, "password": password}, **extra)


def test_signing_in_and_out(client, ana):
    assert sign_in(client, PASSWORD).url == "/"
    assert client.session["_auth_user_id"] == str(ana.pk)
    assert JournalEntry.objects.filter(action="accounts.note_sign_in", subject="user:ana", actor="ana").count() == 1
    assert client.get("/sign-out/").status_code == 405
    assert client.post("/sign-out/").url == "/sign-in/"
    assert "_auth_user_id" not in client.session


def test_a_wrong_password_is_said_at_the_form(client, ana):
    response = sign_in(client, "otra clave")
    assert response.status_code == 200
    assert 'role="alert"' in response.content.decode()


def test_ten_failures_make_even_the_right_password_wait(client, ana):
    for _ in range(10):
        sign_in(client, "mal")
    assert sign_in(client, PASSWORD).status_code == 200
    assert "_auth_user_id" not in client.session
    assert sign_in(client, PASSWORD, REMOTE_ADDR="10.0.0.7").status_code == 302


def test_what_failed_and_who_left_stands_in_the_journal(client, ana):
    for _ in range(11):
        sign_in(client, "mal")
    sign_in(client, PASSWORD, username="mi clave secreta")
    failed = JournalEntry.objects.filter(action="accounts.note_failed_sign_in").order_by("id")
    # The eleventh was not looked at; a name that nobody has may be somebody's password.
    assert [row.subject for row in failed] == ["user:ana"] * 10 + ["user:?"]
    assert [row.detail["waits"] for row in failed] == [False] * 9 + [True, False]
    assert {row.actor for row in failed} == {"público"}
    client.force_login(ana)
    client.post("/sign-out/")
    client.post("/sign-out/")
    assert [row.actor for row in JournalEntry.objects.filter(action="accounts.note_sign_out")] == ["ana"]
    written = repr(list(JournalEntry.objects.values_list("actor", "subject", "detail")))
    assert "secreta" not in written
    assert PASSWORD not in written


def test_a_good_sign_in_forgets_the_failures_before_it(client, ana):
    for _ in range(9):
        sign_in(client, "mal")
    assert sign_in(client, PASSWORD).status_code == 302
    client.post("/sign-out/")
    assert sign_in(client, "mal").status_code == 200
    assert sign_in(client, PASSWORD).status_code == 302


def test_signing_in_never_leads_off_the_site(client, ana):
    response = client.post("/sign-in/", {"username": "ana", "password": PASSWORD, "next": "https://example.org/"})
    assert response.url == "/"


def test_the_demo_lists_its_accounts_and_no_other_installation_does(client, ana, settings):
    create_user(by=system_user(), username="demo-auditor", display_name="Auditora", password=PASSWORD)
    assert "demo-auditor" not in client.get("/sign-in/").content.decode()
    settings.DEMO = True
    page = client.get("/sign-in/").content.decode()
    assert "demo-auditor" in page
    assert settings.DEMO_PASSWORD in page
    assert "<code>ana</code>" not in page


def test_spanish_first_whatever_the_browser_prefers(client, ana):
    response = client.get("/sign-in/", headers={"accept-language": "en-US"})
    assert '<html lang="es">' in response.content.decode()
    assert response.headers["Content-Language"] == "es"


def test_the_switch_keeps_the_page_and_the_choice(client, ana):
    response = client.post("/language/", {"language": "en", "next": "/sign-in/?next=/areas/13/"})
    assert response.url == "/sign-in/?next=/areas/13/"
    assert '<html lang="en">' in client.get(response.url).content.decode()


def test_the_switch_is_kept_with_the_account(client, ana):
    client.force_login(ana)
    client.post("/language/", {"language": "en"})
    ana.refresh_from_db()
    assert ana.language == "en"
    client.cookies.pop("django_language")
    assert '<html lang="en">' in client.get("/nowhere/").content.decode()


@pytest.mark.parametrize("fields", [{"language": "fr"}, {}])
def test_a_language_that_is_not_spoken_is_refused(client, ana, fields):
    assert client.post("/language/", fields).status_code == 400


def test_the_switch_never_leads_off_the_site(client, ana):
    assert client.post("/language/", {"language": "en", "next": "//example.org"}).url == "/"


@pytest.mark.parametrize("language", ["es", "en"])
def test_a_page_that_is_not_there(client, ana, language):
    client.cookies["django_language"] = language
    response = client.get("/nowhere/")
    assert response.status_code == 404
    with translation.override(language):
        page = response.content.decode()
        assert translation.gettext("Page not found") in page
        assert page.count('href="/sign-in/"') == 2, "who may need an account is not led to it"
        assert (
            translation.gettext("If somebody sent it to you, ask whether your role covers that territory.") not in page
        )
    client.force_login(ana)
    assert 'href="/sign-in/"' not in client.get("/nowhere/").content.decode()


@pytest.mark.parametrize("language", ["es", "en"])
def test_days_are_written_in_one_order(language):
    moment = dt.datetime(2026, 2, 11, 17, 5, tzinfo=dt.UTC)
    with translation.override(language):
        assert date_format(moment, "SHORT_DATETIME_FORMAT") == f"{date_format(moment, 'SHORT_DATE_FORMAT')} 17:05"


def test_a_broken_page_speaks_both_languages(client, ana, settings):
    settings.ROOT_URLCONF = __name__
    client.raise_request_exception = False
    response = client.get("/broken/")
    page = response.content.decode()
    assert response.status_code == 500
    assert "Algo falló" in page
    assert '<div lang="en">' in page
    assert "broken on purpose" not in page


def test_an_expired_form_is_explained(ana):
    from django.test import Client

    response = Client(enforce_csrf_checks=True).post("/sign-in/", {"username": "ana", "password": PASSWORD})
    assert response.status_code == 403
    assert "<h1>" in response.content.decode()
    assert response.content.decode().count('href="/sign-in/"') == 2


def test_nothing_inline_and_nothing_from_elsewhere(client, ana):
    response = client.get("/sign-in/")
    policy = response.headers["Content-Security-Policy"]
    assert "unsafe-inline" not in policy
    assert "default-src 'none'" in policy
    page = response.content.decode()
    assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)", page)
    assert not re.search(r"(?:src|href)=\"(?:https?:)?//", page)


@pytest.mark.parametrize("address", ["/people/%00/", "/cards/%00/digital/", "/cards/?module=%00", "/?q=%00"])
def test_a_zero_byte_in_an_address_is_no_page(client, ana, address):
    """PostgreSQL takes none: what it would answer is an error."""
    client.force_login(ana)
    assert client.get(address).status_code == 404
