"""Who calls: an account by token, an account by the browser's session, or anybody."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils import translation
from django.utils.translation import gettext as _
from ninja.errors import AuthenticationError, HttpError
from ninja.security import APIKeyCookie, HttpBearer
from ninja.utils import check_csrf

from bienestar.foundation.accounts.queries import Actor, PublicUser, user_of_token


class Token(HttpBearer):
    """``Authorization: Bearer <secret>``, made by ``bienestar token``. A wrong one is refused, never read as nobody."""

    def authenticate(self, request: HttpRequest, token: str) -> Actor:
        user = user_of_token(token)
        if user is None:
            raise AuthenticationError(message=_("This token is not known or has expired."))
        translation.activate(user.language)
        return user


class Session(APIKeyCookie):
    """The session of somebody signed in on the pages; what changes anything needs the page's CSRF token."""

    param_name = "sessionid"

    def __init__(self) -> None:
        super().__init__(csrf=False)  # asked below, once we know that somebody is signed in

    def authenticate(self, request: HttpRequest, key: str | None) -> Actor | None:
        actor: Actor = request.actor
        if not actor.is_authenticated:
            return None
        if check_csrf(request):
            raise HttpError(403, _("The CSRF token is missing or wrong."))
        return actor


def anybody(request: HttpRequest) -> Actor:
    """Nobody has signed in: the reader holds the public role."""
    return PublicUser()


SIGNED_IN = [Token(), Session()]
ANYBODY = [*SIGNED_IN, anybody]
