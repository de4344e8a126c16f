"""Who may do what, where, on a day. Every read and write in the product goes through ``require`` or ``Access``."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from bienestar.foundation.accounts.choices import Permission
from bienestar.foundation.accounts.models import ApiToken, Grant, Role, RolePermission, User
from bienestar.foundation.journal.models import JournalEntry
from bienestar.foundation.journal.queries import entries_under
from bienestar.foundation.storage.statements import rows_of

ROOT = "MX/"
SYSTEM_USERNAME = "sistema"
PUBLIC_ROLE = "public"


@dataclass(frozen=True)
class PublicUser:
    """Somebody who has not signed in: holds the public role over the whole country and nothing else."""

    username: str = "público"
    display_name: str = ""
    is_authenticated: bool = False
    is_active: bool = True
    pk: None = None


Actor = User | PublicUser


@dataclass(frozen=True)
class Access:
    """What one actor may do on one day: permission → path prefixes."""

    paths_of: dict[str, tuple[str, ...]] = field(default_factory=dict)
    roles: tuple[tuple[str, str], ...] = ()

    def role_names(self, language: str) -> list[str]:
        """The roles held, in the words of ``language``; they come with the permissions, at no query of their own."""
        return [english if language.startswith("en") else spanish for spanish, english in self.roles]

    def paths(self, permission: Permission) -> tuple[str, ...]:
        """The territories in which the actor holds ``permission``; empty when nowhere."""
        return self.paths_of.get(str(permission), ())

    def can(self, permission: Permission, path: str) -> bool:
        """Whether the actor holds ``permission`` over ``path`` (an area's or a unit's)."""
        return any(path.startswith(prefix) for prefix in self.paths(permission))

    def within(self, permission: Permission, path_field: str = "path") -> Q:
        """A filter for rows whose ``path_field`` lies where the actor holds ``permission``."""
        found = Q(pk__in=[])
        for prefix in self.paths(permission):
            if prefix == ROOT:
                return Q()
            found |= Q(**{f"{path_field}__startswith": prefix})
        return found


def access_of(by: Actor, on: dt.date | None = None) -> Access:
    """The access of ``by`` on a day (today unless told); kept on the object, so one query a request."""
    day = on or timezone.localdate()
    kept: dict[dt.date, Access] | None = by.__dict__.get("_access")
    if kept is not None and day in kept:
        return kept[day]
    access = _access_from(_held(by, day))
    by.__dict__["_access"] = {**(kept or {}), day: access}
    return access


def _access_from(rows: Sequence[tuple[Any, ...]]) -> Access:
    """What rows of permission, territory and the two names of the role allow."""
    held: dict[str, list[str]] = {}
    names: dict[tuple[str, str], None] = {}
    for permission, path, spanish, english in rows:
        held.setdefault(permission, []).append(path)
        names[(spanish, english)] = None
    return Access({permission: tuple(sorted(set(paths))) for permission, paths in held.items()}, tuple(names))


def _held(by: Actor, day: dt.date) -> list[tuple[str, str, str, str]]:
    """Rows of permission, territory, name of the role in Spanish and in English."""
    if isinstance(by, PublicUser) or not by.is_active:
        rows = RolePermission.objects.filter(role__key=PUBLIC_ROLE)
        return [(row[0], ROOT, *row[1:]) for row in rows.values_list("permission", "role__name_es", "role__name_en")]
    current = Q(valid_to__isnull=True) | Q(valid_to__gte=day)
    grants = Grant.objects.filter(current, user=by, valid_from__lte=day)
    fields = ("role__permissions__permission", "area_path", "role__name_es", "role__name_en")
    return list(grants.order_by("role_id").values_list(*fields).distinct())


def require(by: Actor, permission: Permission, path: str) -> None:
    """Raise PermissionDenied unless ``by`` holds ``permission`` over ``path``."""
    if not access_of(by).can(permission, path):
        raise PermissionDenied(f"{permission} over {path}")


def require_anywhere(by: Actor, permission: Permission) -> None:
    """Raise PermissionDenied unless ``by`` holds ``permission`` over some territory."""
    if not access_of(by).paths(permission):
        raise PermissionDenied(str(permission))


def system_user() -> User:
    """The account that commands run as; made by ``bienestar migrate``."""
    return User.objects.get(username=SYSTEM_USERNAME)


def user_named(username: str) -> User | None:
    """The active user of that name, or None."""
    return User.objects.filter(username=username, is_active=True).first()


def user_of_token(secret: str) -> User | None:
    """The active user whose unexpired API token this is, with what they may do today, or None.

    One statement for both: it is asked at every call of the API, and so a token or role that has ended ends at once.
    """
    day = timezone.localdate()
    today = day.isoformat()
    rows = rows_of(_token_statement(), [today, today, _digest(secret), today])
    if not rows:
        return None
    pk, *told = rows[0][:4]
    user = User.from_db("default", ["id", "username", "display_name", "language", "is_active"], [int(pk), *told, True])
    user.__dict__["_access"] = {day: _access_from([row[4:] for row in rows if row[4] is not None])}
    return user


@cache
def _token_statement() -> str:
    """Rows of id, username, display name, language, permission, territory, role's names; one without grants has NULL.

    Values: today twice (grants), the token's hash, today (its last day).
    """
    token, user, grant, role, may = (m._meta.db_table for m in (ApiToken, User, Grant, Role, RolePermission))
    return (
        "SELECT who.id, who.username, who.display_name, who.language, may.permission, held.area_path, "  # noqa: S608
        f"role.name_es, role.name_en FROM {token} token JOIN {user} who ON who.id = token.user_id "
        f"LEFT JOIN {grant} held ON held.user_id = who.id AND held.valid_from <= %s "
        "AND (held.valid_to IS NULL OR held.valid_to >= %s) "
        f"LEFT JOIN {role} role ON role.id = held.role_id LEFT JOIN {may} may ON may.role_id = role.id "
        "WHERE token.sha256 = %s AND token.expires_on >= %s AND who.is_active ORDER BY held.role_id"
    )


@cache
def token_holder() -> str:
    """The SQL of who holds a token and where they have one permission, for a statement that asks more; PostgreSQL only.

    One row (username, paths: each on a line) or none. Values: ``token_holder_values``.
    """
    token, user, grant, may = (m._meta.db_table for m in (ApiToken, User, Grant, RolePermission))
    return (
        "SELECT who.username, string_agg(DISTINCT held.area_path, chr(10)) AS paths "  # noqa: S608
        f"FROM {token} token JOIN {user} who ON who.id = token.user_id "
        f"JOIN {grant} held ON held.user_id = who.id AND held.valid_from <= %s "
        "AND (held.valid_to IS NULL OR held.valid_to >= %s) "
        f"JOIN {may} may ON may.role_id = held.role_id AND may.permission = %s "
        "WHERE token.sha256 = %s AND token.expires_on >= %s AND who.is_active GROUP BY who.username"
    )


def token_holder_values(secret: str, permission: Permission, day: dt.date) -> list[str]:
    """The values of ``token_holder`` on a day."""
    today = day.isoformat()
    return [today, today, permission.value, _digest(secret), today]


def access_to(permission: Permission, paths: str) -> Access:
    """The access that the paths of a row of ``token_holder`` give: to that permission and no other."""
    return Access({permission.value: tuple(sorted(paths.splitlines()))})


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def roles() -> QuerySet[Role]:
    """Every role with its permissions."""
    return Role.objects.prefetch_related("permissions").order_by("id")


def grants_visible_to(by: Actor) -> QuerySet[Grant]:
    """Grants over territories where ``by`` manages access, open ones first."""
    within = access_of(by).within(Permission.MANAGE_ACCESS, "area_path")
    return Grant.objects.filter(within).select_related("user", "role").order_by("valid_to", "user__username")


def journal_visible_to(by: Actor) -> QuerySet[JournalEntry]:
    """Journal rows of the territories where ``by`` may read the journal, newest first."""
    return entries_under(list(access_of(by).paths(Permission.VIEW_JOURNAL)))


def user_with_id(user_id: int) -> User | None:
    """The active user of that id, or None: a session of a closed account ends at once."""
    return User.objects.filter(pk=user_id, is_active=True).first()


def accounts_named_like(prefix: str) -> QuerySet[User]:
    """Active users whose name starts so, in the order they were made; the demo's sign-in page lists its own."""
    return User.objects.filter(username__startswith=prefix, is_active=True).order_by("id")


def grant_visible_to(by: Actor, pk: int) -> Grant:
    """One grant over a territory where ``by`` manages access; Grant.DoesNotExist otherwise."""
    return grants_visible_to(by).get(pk=pk)


def grants_of(user: User) -> QuerySet[Grant]:
    """A person's own grants, open ones first: everybody may read theirs."""
    return Grant.objects.filter(user=user).select_related("role").order_by(F("valid_to").desc(nulls_first=True), "pk")
