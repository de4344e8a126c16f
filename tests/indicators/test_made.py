"""The set that other tests stand on: it is published, whole, and made once."""

from __future__ import annotations

import pytest

from bienestar.foundation.accounts.queries import PublicUser
from bienestar.insight.indicators.queries.values import newest_set, series_of, value_of, values_of
from tests.indicators.made import EARLIER, make_set

pytestmark = pytest.mark.django_db


def test_the_shared_sets_are_published_and_differ(pulso_sets, system):
    public = PublicUser()
    assert newest_set(public) == pulso_sets.newest
    days = [one.cut_off for one, _value in series_of(public, "FAC-01")]
    assert days == [EARLIER, pulso_sets.newest.cut_off]
    now, before = (value_of(public, one, "ENR-01").value for one in (pulso_sets.newest, pulso_sets.earlier))
    assert now > before > 0
    assert {one.code for one in values_of(public, pulso_sets.newest, "FAC-01", level="state")} == {"91", "92", "93"}
    assert value_of(public, pulso_sets.newest, "LCN-01").status == "not_recorded"
    assert make_set(system).pk == pulso_sets.newest.pk


def test_who_directs_a_unit_sees_what_is_held_back_of_it_and_of_no_other(pulso_set, people):
    held = [one for one in values_of(people.planner, pulso_set, "ENR-01", level="unit") if not one.public]
    own = next(one for one in held if one.code == "XAIMB000011")
    assert own.known
    seen = {one.code: one.status for one in values_of(people.director, pulso_set, "ENR-01", level="unit")}
    assert seen[own.code] == "known"
    assert {seen[one.code] for one in held if one.code != own.code} == {"withheld"}
    assert value_of(PublicUser(), pulso_set, "ENR-01", own.code).status == "withheld"
