"""The shared fixtures: the invented territory, the people, a browser that reaches nothing but this machine."""

from __future__ import annotations

import socket
from typing import Any

import pytest

from bienestar.foundation.accounts.choices import Permission
from bienestar.foundation.accounts.models import Role
from bienestar.foundation.accounts.queries import access_of
from tests.conftest import People, Territory


def test_each_person_reaches_only_what_the_role_says(people: People, territory: Territory) -> None:
    a, b = territory.municipalities["91001"].path, territory.municipalities["92001"].path
    reach = {
        name: (access_of(by).can(Permission.VIEW_UNITS, a), access_of(by).can(Permission.VIEW_UNITS, b))
        for name, by in vars(people).items()
    }
    assert reach == {
        "planner": (True, True),
        "coordinator_a": (True, False),
        "coordinator_b": (False, True),
        "director": (False, False),
        "census_lead": (True, False),
        "auditor": (True, True),
        "operator_a": (False, False),
        "supervisor_a": (True, False),
        "public": (False, False),
    }


def test_the_network_is_closed() -> None:
    with socket.socket() as far, pytest.raises(RuntimeError, match=r"tried to reach 192\.0\.2\.1"):
        far.connect(("192.0.2.1", 80))


@pytest.mark.django_db(transaction=True)
def test_roles_are_there_in_tests_that_commit() -> None:
    assert Role.objects.filter(key="auditor").exists()


@pytest.mark.browser
def test_the_browser_starts(browser: Any) -> None:
    page = browser.new_page()
    page.set_content("<title>hola</title>")
    assert page.title() == "hola"
    page.close()
