"""The verifier's addresses without a browser: who gets what, under which policy, and what changes the kept version."""

from __future__ import annotations

import json

import pytest
from django.contrib.staticfiles.finders import find
from django.urls import reverse

from bienestar.calculations.cards import keys, statuslist
from bienestar.operations.enrolment.actions import compromise_key, make_key
from bienestar.operations.enrolment.models import SigningKey
from bienestar.web.verifier import files

pytestmark = pytest.mark.django_db
FILES = ("verifier_keys", "verifier_statuses", "verifier_service_worker", "verifier_scanner", "verifier_manifest")


def policy(response):
    parts = (part.split() for part in response.headers["Content-Security-Policy"].split(";"))
    return {name: values for name, *values in parts}


def kept(client):
    first = client.get(reverse("verifier_service_worker")).content.decode().partition("\n")[0]
    return json.loads(first.removeprefix("const KEPT = ").removesuffix(";"))


def test_the_page_is_the_same_whoever_reads_and_sets_nothing(client, as_role, people):
    stranger = client.get(reverse("verifier"))
    known = as_role("operator_a").get(reverse("verifier"))
    assert stranger.content == known.content
    assert "csrf" not in stranger.content.decode()
    assert not stranger.cookies


def test_the_page_speaks_the_language_that_is_asked_for_else_the_readers(client):
    def language(query=""):
        response = client.get(reverse("verifier") + query)
        assert response.headers["Content-Language"] in response.content.decode().partition(">")[2][:40]
        return response.headers["Content-Language"]

    assert (language(), language("?lang=en"), language("?lang=fr")) == ("es", "en", "es")
    client.cookies["django_language"] = "en"
    assert (language(), language("?lang=es")) == ("en", "es")


def test_only_the_worker_that_reads_codes_may_compile(client):
    page = policy(client.get(reverse("verifier")))
    assert page["script-src"] == ["'self'"]
    assert page["form-action"] == ["'none'"]
    assert page["worker-src"] == page["manifest-src"] == page["connect-src"] == ["'self'"]
    scanner = policy(client.get(reverse("verifier_scanner")))
    assert scanner["script-src"] == ["'self'", "'wasm-unsafe-eval'"]
    assert scanner["connect-src"] == ["'self'"]
    assert client.get(reverse("verifier")).headers["Permissions-Policy"] == "camera=(self)"


@pytest.mark.parametrize("name", FILES)
def test_nothing_of_it_is_kept_unasked_on_the_way(client, name):
    assert client.get(reverse(name)).headers["Cache-Control"] == "no-cache"


def test_keys_and_list_can_be_read_and_are_not_sent_twice(client, system):
    assert keys.from_key_set(client.get(reverse("verifier_keys")).content) == {}
    nothing = client.get(reverse("verifier_statuses"))
    assert (nothing.status_code, nothing.content) == (204, b"")

    made = make_key(by=system)
    found = client.get(reverse("verifier_keys"))
    known = keys.from_key_set(found.content)
    assert list(known) == [bytes.fromhex(made.kid)]
    listed = client.get(reverse("verifier_statuses"))
    assert len(statuslist.parse(listed.content, known)) > 0
    for name, answer in (("verifier_keys", found), ("verifier_statuses", listed)):
        again = client.get(reverse(name), headers={"if-none-match": answer.headers["ETag"]})
        assert (again.status_code, again.content) == (304, b"")

    compromise_key(by=system, key=SigningKey.objects.get())
    assert client.get(reverse("verifier_keys")).content != found.content
    assert client.get(reverse("verifier_statuses")).status_code == 204


def test_all_that_is_kept_is_there(client, live_server, settings):
    told = kept(client)
    names = {path.name for path in (files.HERE.parent / "static" / "verifier").iterdir()}
    assert names == {url.rpartition("/")[2] for url in told["needed"] if "/static/verifier/" in url}
    assert set(told["pages"]) == {code for code, _name in settings.LANGUAGES}
    for url in [*told["pages"].values(), *told["needed"], *told["further"]]:
        if url.startswith("/static/"):
            assert find(url.removeprefix("/static/")), url
        else:
            assert client.get(url).status_code == 200, url
    assert all(url.startswith(told["page"]) for url in map(reverse, ("verifier", *FILES))), "the worker's scope"


def test_the_version_changes_with_the_page_and_only_then(client, settings):
    before = kept(client)["version"]
    assert kept(client)["version"] == before
    settings.DEMO = not settings.DEMO
    assert kept(client)["version"] != before


def test_without_the_libraries_the_page_says_so_and_keeps_no_camera(client, settings):
    settings.STATICFILES_DIRS = []
    page = client.get(reverse("verifier")).content.decode()
    assert 'id="camera"' not in page
    assert 'id="text"' in page
    told = kept(client)
    assert (told["reads_codes"], [url for url in told["further"] if "zxing" in url]) == (False, [])


def test_the_manifest_names_the_page(client):
    said = json.loads(client.get(reverse("verifier_manifest")).content)
    assert said["start_url"] == said["scope"] == reverse("verifier")
    assert all(find(icon["src"].removeprefix("/static/")) for icon in said["icons"])
