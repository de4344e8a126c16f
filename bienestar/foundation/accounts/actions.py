"""Accounts: users, roles from their file, grants, API tokens, the seal of the journal."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone

from bienestar.foundation.accounts.choices import Permission
from bienestar.foundation.accounts.models import ApiToken, Grant, Role, RolePermission, User
from bienestar.foundation.accounts.queries import ROOT, SYSTEM_USERNAME, Actor, require
from bienestar.foundation.definitions.files import Definition, Located, Text, definitions_dir
from bienestar.foundation.journal.actions import append_seal, record, records_hash
from bienestar.foundation.journal.models import Seal


class RoleDefinition(Definition):
    """One role of definitions/roles.yaml."""

    name: Text
    purpose: Text
    permissions: list[Permission]


class RolesFile(Definition):
    """definitions/roles.yaml."""

    roles: dict[str, RoleDefinition]


@transaction.atomic
def set_up_access() -> User:
    """Bring roles into step with definitions/roles.yaml and make the system account.

    Run by ``bienestar migrate`` before anybody can hold a permission, so it asks for none.
    """
    _bring_into_step(Located(definitions_dir() / "roles.yaml").parse(RolesFile).roles)
    system, made = User.objects.get_or_create(
        username=SYSTEM_USERNAME, defaults={"display_name": "Sistema", "password": "!"}
    )
    if made:
        Grant.objects.create(
            user=system,
            role=Role.objects.get(key="system_operator"),
            area_path=ROOT,
            valid_from=timezone.localdate(),
            granted_by=SYSTEM_USERNAME,
        )
        record(by=system, action="accounts.set_up_access", subject=f"user:{SYSTEM_USERNAME}", area_path=ROOT)
    return system


def _bring_into_step(wanted: Mapping[str, RoleDefinition]) -> None:
    """Roles as the file has them, and their permissions; a role that the file no longer has stays as it is."""
    named = [
        Role(key=key, name_es=r.name.es, name_en=r.name.en, purpose_es=r.purpose.es, purpose_en=r.purpose.en)
        for key, r in wanted.items()
    ]
    words = ["name_es", "name_en", "purpose_es", "purpose_en"]
    Role.objects.bulk_create(named, update_conflicts=True, unique_fields=["key"], update_fields=words)
    ids = dict(Role.objects.filter(key__in=wanted).values_list("key", "pk"))
    due = {(ids[key], str(permission)) for key, role in wanted.items() for permission in role.permissions}
    held = {(one.role_id, one.permission): one.pk for one in RolePermission.objects.filter(role__in=ids.values())}
    RolePermission.objects.filter(pk__in=[pk for what, pk in held.items() if what not in due]).delete()
    RolePermission.objects.bulk_create(
        RolePermission(role_id=role, permission=permission) for role, permission in sorted(due - held.keys())
    )


@transaction.atomic
def create_user(*, by: User, username: str, display_name: str, password: str | None, language: str = "es") -> User:
    """Make a local account without any role; None for an account that cannot sign in with a password."""
    require(by, Permission.MANAGE_ACCESS, ROOT)
    user = User(username=username, display_name=display_name, language=language)
    if password is None:
        user.set_unusable_password()
    else:
        user.set_password(password)
    user.save(force_insert=True)
    record(by=by, action="accounts.create_user", subject=f"user:{username}", area_path=ROOT)
    return user


@transaction.atomic
def grant_role(
    *, by: User, user: User, role: str, area_path: str, valid_from: dt.date, valid_to: dt.date | None = None
) -> Grant:
    """Give ``user`` a role over a territory for a period; the giver must manage access over that territory."""
    require(by, Permission.MANAGE_ACCESS, area_path)
    grant, made = Grant.objects.get_or_create(
        user=user,
        role=Role.objects.get(key=role),
        area_path=area_path,
        valid_to=valid_to,
        defaults={"valid_from": valid_from, "granted_by": by.username},
    )
    if made:
        detail = {
            "role": role,
            "from": valid_from.isoformat(),
            "to": valid_to.isoformat() if valid_to else None,
        }
        record(
            by=by,
            action="accounts.grant_role",
            subject=f"user:{user.username}",
            area_path=area_path,
            detail=detail,
        )
    user.__dict__.pop("_access", None)
    return grant


@transaction.atomic
def end_grant(*, by: User, grant: Grant, on: dt.date) -> Grant:
    """End a grant: ``on`` is its last day. The row stays, so that what was allowed then can be told later."""
    require(by, Permission.MANAGE_ACCESS, grant.area_path)
    grant.valid_to = on
    grant.save(update_fields=["valid_to"])
    record(
        by=by,
        action="accounts.end_grant",
        subject=f"user:{grant.user.username}",
        area_path=grant.area_path,
        detail={"role": grant.role.key, "to": on.isoformat()},
    )
    return grant


@transaction.atomic
def move_grants(*, by: User, moved: Mapping[str, str]) -> int:
    """Let roles over a unit follow it to its new path (it changed municipality, or two units became one); how many.

    Asked of whoever loads the file that says so: nobody gains a unit that they did not hold.
    """
    for path in moved.values():
        require(by, Permission.IMPORT_FILES, path)
    followed = 0
    for old, new in moved.items():
        followed += Grant.objects.filter(area_path=old).update(area_path=new)
    if followed:
        paths = sorted(moved.items())
        record(
            by=by,
            action="accounts.move_grants",
            subject=f"{followed} rows",
            area_path=ROOT,
            detail={"moved": paths[:50]},
            records=followed,
            records_sha256=records_hash(paths),
        )
    return followed


@transaction.atomic
def issue_token(*, by: User, user: User, name: str, days: int = 365) -> str:
    """Make an API token and return its secret, once; only the hash is kept."""
    require(by, Permission.MANAGE_ACCESS, ROOT)
    secret = secrets.token_urlsafe(32)
    ApiToken.objects.create(
        user=user,
        name=name,
        sha256=hashlib.sha256(secret.encode()).hexdigest(),
        expires_on=timezone.localdate() + dt.timedelta(days=days),
    )
    record(
        by=by,
        action="accounts.issue_token",
        subject=f"user:{user.username}",
        area_path=ROOT,
        detail={"name": name},
    )
    return secret


@transaction.atomic
def end_tokens(*, by: User, user: User, name: str) -> int:
    """End a user's API tokens of that name at once; how many ended. A lost secret must not wait for its last day."""
    require(by, Permission.MANAGE_ACCESS, ROOT)
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    ended = ApiToken.objects.filter(user=user, name=name, expires_on__gt=yesterday).update(expires_on=yesterday)
    if ended:
        record(
            by=by,
            action="accounts.end_tokens",
            subject=f"user:{user.username}",
            area_path=ROOT,
            detail={"name": name},
            records=ended,
        )
    return ended


@transaction.atomic
def set_language(*, by: User, language: str) -> None:
    """Remember the language a person reads the pages in: their own row, so no permission is asked."""
    by.language = language
    by.save(update_fields=["language"])


@transaction.atomic
def note_sign_in(*, by: User) -> None:
    """Leave a row that somebody signed in, as themselves: who looked at a record was somebody who could."""
    record(by=by, action="accounts.note_sign_in", subject=f"user:{by.username}", area_path=ROOT)


@transaction.atomic
def note_sign_out(*, by: User) -> None:
    """Leave a row that somebody signed out, as themselves."""
    record(by=by, action="accounts.note_sign_out", subject=f"user:{by.username}", area_path=ROOT)


@transaction.atomic
def note_failed_sign_in(*, by: Actor, username: str, waits: bool) -> None:
    """Leave a row that a name and a password did not fit; ``waits``: the name may not try again for a while.

    A name that no account has is not written down: people type passwords into the wrong box.
    """
    known = User.objects.filter(username=username).exists()
    record(
        by=by,
        action="accounts.note_failed_sign_in",
        subject=f"user:{username if known else '?'}",
        area_path=ROOT,
        detail={"waits": waits},
    )


@transaction.atomic
def set_password(*, by: User, password: str) -> None:
    """Change one's own password, which the caller has checked: their own row, so no permission is asked."""
    by.set_password(password)
    by.save(update_fields=["password"])
    record(by=by, action="accounts.set_password", subject=f"user:{by.username}", area_path=ROOT)


@transaction.atomic
def seal_journal(*, by: User) -> Seal | None:
    """Seal the journal rows since the last seal; None when there are none. The act itself is in the next seal."""
    require(by, Permission.SEAL_JOURNAL, ROOT)
    seal = append_seal()
    if seal:
        record(by=by, action="accounts.seal_journal", subject=f"seal:{seal.pk}", area_path=ROOT)
    return seal
