"""Roles, grants over a place and a period, tokens, the sealed journal."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied

from bienestar.foundation.accounts.actions import (
    create_user,
    end_grant,
    end_tokens,
    grant_role,
    issue_token,
    seal_journal,
    set_up_access,
)
from bienestar.foundation.accounts.choices import Permission
from bienestar.foundation.accounts.models import ApiToken, Grant, Role, RolePermission, User
from bienestar.foundation.accounts.queries import (
    access_of,
    grants_visible_to,
    journal_visible_to,
    require,
    require_anywhere,
    user_of_token,
)
from bienestar.foundation.journal.models import JournalEntry
from bienestar.foundation.journal.queries import broken_seals

WRITES = {
    Permission.TAKE_SNAPSHOT,
    Permission.PUBLISH_INDICATORS,
    Permission.EDIT_UNITS,
    Permission.IMPORT_FILES,
    Permission.RECORD_VISIT,
    Permission.REVIEW_VISIT,
    Permission.MANAGE_ROUND,
    Permission.RUN_DIAGNOSIS,
    Permission.PUBLISH_DIAGNOSIS,
    Permission.MAKE_PLAN,
    Permission.MANAGE_ACCESS,
    Permission.SEAL_JOURNAL,
    Permission.REGISTER_PERSON,
    Permission.RUN_MATCH,
    Permission.REVIEW_MATCH,
    Permission.MANAGE_CARDS,
    Permission.DELIVER_CARD,
    Permission.MANAGE_KEYS,
}
# Auditing the service needs no names: who looked at whom stands in the journal.
ABOUT_PERSONS = {Permission.VIEW_PERSONS, Permission.EXPORT_PERSONS}


def test_the_auditor_reads_everything_but_persons_and_writes_nothing(people):
    access = access_of(people.auditor)
    held = {permission for permission in Permission if access.paths(permission)}
    assert held == set(Permission) - WRITES - ABOUT_PERSONS


def test_the_public_sees_what_is_published_and_nothing_else(people):
    access = access_of(people.public)
    assert {p for p in Permission if access.paths(p)} == {Permission.VIEW_PUBLISHED}


def test_a_grant_holds_over_its_place_only(people):
    access = access_of(people.coordinator_a)
    assert access.can(Permission.VIEW_GAPS, "MX/91/91001/")
    assert not access.can(Permission.VIEW_GAPS, "MX/92/")
    assert not access.can(Permission.VIEW_GAPS, "MX/")
    with pytest.raises(PermissionDenied):
        require(people.coordinator_a, Permission.VIEW_GAPS, "MX/92/92001/")
    with pytest.raises(PermissionDenied):
        require_anywhere(people.director, Permission.MAKE_PLAN)


def test_a_grant_holds_for_its_period_only(system, people):
    user = create_user(by=system, username="temporal", display_name="T", password="una clave larga")
    first, last = dt.date(2024, 3, 1), dt.date(2024, 3, 31)
    grant_role(by=system, user=user, role="auditor", area_path="MX/", valid_from=first, valid_to=last)
    for day, allowed in [(29, False), (1, True), (31, True)]:
        on = dt.date(2024, 2 if day == 29 else 3, day)
        assert access_of(user, on).can(Permission.VIEW_UNITS, "MX/91/") is allowed
    assert not access_of(user).can(Permission.VIEW_UNITS, "MX/91/")


def test_an_ended_grant_stays_readable(people):
    grant = Grant.objects.get(user=people.coordinator_a)
    end_grant(by=people.planner, grant=grant, on=dt.date(2024, 6, 30))
    again = User.objects.get(pk=people.coordinator_a.pk)
    assert not access_of(again).can(Permission.VIEW_GAPS, "MX/91/")
    assert grant in grants_visible_to(people.planner)


def test_nobody_gives_what_they_do_not_manage(people):
    for stranger in (people.coordinator_a, people.auditor, people.director, people.census_lead):
        with pytest.raises(PermissionDenied):
            grant_role(
                by=stranger, user=stranger, role="national_planner", area_path="MX/", valid_from=dt.date(2024, 1, 1)
            )


def test_a_closed_account_may_do_nothing_more_than_the_public(people):
    people.planner.is_active = False
    people.planner.__dict__.pop("_access", None)
    assert {p for p in Permission if access_of(people.planner).paths(p)} == {Permission.VIEW_PUBLISHED}


def test_a_token_is_kept_as_a_hash_and_ends(system, people):
    secret = issue_token(by=system, user=people.auditor, name="tablero", days=1)
    assert secret not in ApiToken.objects.get().sha256
    assert user_of_token(secret) == people.auditor
    ApiToken.objects.update(expires_on=dt.date(2020, 1, 1))
    assert user_of_token(secret) is None
    assert user_of_token("") is None


def test_a_lost_token_is_ended_at_once(system, people):
    secret = issue_token(by=system, user=people.auditor, name="tablero")
    other = issue_token(by=system, user=people.auditor, name="respaldo")
    with pytest.raises(PermissionDenied):
        end_tokens(by=people.coordinator_a, user=people.auditor, name="tablero")
    assert end_tokens(by=system, user=people.auditor, name="tablero") == 1
    assert end_tokens(by=system, user=people.auditor, name="tablero") == 0
    assert user_of_token(secret) is None
    assert user_of_token(other) == people.auditor


def test_setting_up_again_changes_nothing(system):
    before = JournalEntry.objects.count()
    assert set_up_access() == system
    assert JournalEntry.objects.count() == before


def test_setting_up_again_brings_roles_into_step_with_their_file(system):
    def standing():
        return set(RolePermission.objects.values_list("role__key", "permission")), set(
            Role.objects.values_list("name_es")
        )

    before = standing()
    auditor = Role.objects.get(key="auditor")
    held = auditor.permissions.count()
    auditor.permissions.first().delete()
    RolePermission.objects.create(role=auditor, permission=Permission.MANAGE_ACCESS)
    Role.objects.filter(key="auditor").update(name_es="Otra cosa")
    assert standing() != before
    set_up_access()
    assert standing() == before
    assert auditor.permissions.count() == held


def test_the_journal_is_read_within_the_territory(people):
    seen = journal_visible_to(people.coordinator_a)
    assert {row.area_path for row in seen} <= {"MX/91/", "MX/91/91001/U-XAIMB000011/"}
    assert seen.exists()
    assert not journal_visible_to(people.director).exists()


def test_a_changed_or_missing_journal_row_is_found(system, people):
    assert seal_journal(by=system).first_entry > 0
    seal = seal_journal(by=system)
    assert broken_seals() == []
    JournalEntry.objects.filter(pk=seal.last_entry).update(subject="otra cosa")
    assert broken_seals() == [seal]
    JournalEntry.objects.filter(pk=seal.last_entry).delete()
    assert broken_seals() == [seal]
