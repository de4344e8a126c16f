"""Accounts over an invented territory, for the pages."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.cache import cache

from bienestar.foundation.accounts.actions import create_user, grant_role, set_up_access
from bienestar.foundation.accounts.queries import system_user

PASSWORD = "una clave larga"
ROLES = {
    "planner": ("national_planner", "MX/"),
    "coordinator": ("state_coordinator", "MX/13/"),
    "other": ("state_coordinator", "MX/21/"),
    "director": ("unit_director", "MX/13/13001/U-HGIMB000011/"),
    "census": ("census_lead", "MX/13/"),
    "auditor": ("auditor", "MX/"),
}


@pytest.fixture(autouse=True)
def _no_earlier_failures():
    cache.clear()


@pytest.fixture
def people(db):
    """One account per role by its short name; "other" coordinates another state."""
    set_up_access()
    found = {}
    for name, (role, path) in ROLES.items():
        user = create_user(by=system_user(), username=name, display_name=name.title(), password=None)
        grant_role(by=system_user(), user=user, role=role, area_path=path, valid_from=dt.date(2020, 1, 1))
        found[name] = user
    return found


@pytest.fixture
def as_role(client, people):
    """The test client signed in as one of the roles, or not at all for "public"."""

    def sign_in(name):
        client.logout()
        if name != "public":
            client.force_login(people[name])
        return client

    return sign_in
