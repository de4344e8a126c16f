"""Sign-in with a local account."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest

from bienestar.foundation.accounts.queries import user_named, user_with_id


class LocalAccounts(BaseBackend):
    """Username and password; the same time is spent whether or not the name exists."""

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> Any:
        username, password = credentials.get("username"), credentials.get("password")
        if not username or not password:
            return None
        user = user_named(username)
        if user is None:
            make_password(password)
            return None
        return user if user.check_password(password) else None

    def get_user(self, user_id: int) -> Any:
        return user_with_id(user_id)
