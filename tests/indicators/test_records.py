"""The rows behind a value: as many as were counted, only those of the reader's territory, of persons with a trace."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied

from bienestar.foundation.accounts.queries import PublicUser
from bienestar.foundation.journal.models import JournalEntry
from bienestar.insight.indicators.actions import export_records, read_records
from bienestar.insight.indicators.queries.records import records_behind
from bienestar.insight.indicators.queries.values import definitions_of, value_of, values_of
from tests.indicators.made import make_set

pytestmark = pytest.mark.django_db


def test_behind_every_value_there_are_as_many_rows_as_were_counted(system):
    value_set = make_set(system, leave_out=())
    looked_at = 0
    for name, definition in definitions_of(value_set).items():
        if definition.change_of:
            continue
        values = values_of(system, value_set, name, split=None)
        # The country with a member of a split, a state, a municipality and a unit of each indicator.
        chosen = [one for one in values if one.level == "country"][:2]
        for level in ("state", "municipality", "unit"):
            chosen += [one for one in values if one.level == level][:1]
        for value in chosen:
            behind = records_behind(system, value_set, value)
            assert behind is not None, value
            assert behind.count == (value.rows or 0), value
            looked_at += 1
    assert looked_at > 400


def test_a_member_without_its_split_has_no_value(pulso_set, system):
    assert value_of(system, pulso_set, "ENR-01").known
    assert not value_of(system, pulso_set, "ENR-01", "MX", "", "F").known


def test_nobody_sees_rows_outside_their_territory(pulso_set, people):
    value = value_of(people.planner, pulso_set, "FAC-02")
    whole = records_behind(people.planner, pulso_set, value)
    of_a = records_behind(people.coordinator_a, pulso_set, value)
    assert 0 < of_a.count < whole.count
    place = of_a.columns.index("state")
    assert {row[place] for row in of_a.page(1000)} == {"91"}
    own = records_behind(people.director, pulso_set, value)
    assert {row[own.columns.index("unit")] for row in own.page(1000)} <= {"XAIMB000011"}
    elsewhere = value_of(people.coordinator_a, pulso_set, "FAC-02", "92")
    assert records_behind(people.coordinator_a, pulso_set, elsewhere).count == 0
    assert records_behind(PublicUser(), pulso_set, value) is None
    assert records_behind(people.census_lead, pulso_set, value) is None


def test_rows_of_persons_are_for_who_may_see_persons_and_leave_a_trace(pulso_set, people):
    value = value_of(people.planner, pulso_set, "ENR-01", "91")
    for reader in (people.planner, people.coordinator_a, people.auditor):
        assert read_records(by=reader, value_set=pulso_set, value=value) is None
    with pytest.raises(PermissionDenied):
        read_records(by=people.operator_a, value_set=pulso_set, value=value)
    before = JournalEntry.objects.count()
    found, rows = read_records(by=people.supervisor_a, value_set=pulso_set, value=value, limit=10)
    assert len(rows) == 10 < found.count
    entry = JournalEntry.objects.get(action="indicators.read_records")
    assert JournalEntry.objects.count() == before + 1
    assert (entry.actor, entry.area_path, entry.records) == ("supervisor_a", "MX/91/", 10)
    assert str(rows[0][found.columns.index("person")]) not in str(entry.detail) + entry.subject


def test_cards_are_shown_without_their_holder_to_who_may_not_see_persons(pulso_set, people):
    value = value_of(people.planner, pulso_set, "CRD-01", "91")
    found, _rows = read_records(by=people.planner, value_set=pulso_set, value=value)
    assert "card" in found.columns
    assert "person" not in found.columns
    seen, _rows = read_records(by=people.supervisor_a, value_set=pulso_set, value=value)
    assert "person" in seen.columns


def test_a_download_needs_its_own_permission_and_is_journalled(pulso_set, people):
    units, persons = (value_of(people.planner, pulso_set, name, "91") for name in ("FAC-02", "ENR-01"))
    rows: list = []
    export_records(by=people.coordinator_a, value_set=pulso_set, value=units, part="numerator", put=rows.append)
    assert len(rows) == 1 + units.rows
    assert JournalEntry.objects.get(action="indicators.export_records").records == units.rows
    given: list = []
    export_records(by=people.supervisor_a, value_set=pulso_set, value=persons, part="numerator", put=given.append)
    assert len(given) == 1 + persons.rows
    for reader, value in ((people.planner, persons), (people.supervisor_a, units), (people.census_lead, units)):
        with pytest.raises(PermissionDenied):
            export_records(by=reader, value_set=pulso_set, value=value, part="numerator", put=given.append)
