"""Who is reading and in which language; and what a reader who may not see a thing is told."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.middleware import get_user
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django_htmx.http import HttpResponseClientRedirect

from bienestar.foundation.accounts.queries import Actor, PublicUser
from bienestar.web.errors import not_found

LANGUAGES = {code for code, _ in settings.LANGUAGES}


def _has_zero_byte(request: HttpRequest) -> bool:
    """A zero byte in an address is text to SQLite and an error to PostgreSQL. The API answers by itself."""
    if request.path.startswith("/api/"):
        return False
    return "\x00" in request.path or "%00" in request.META.get("QUERY_STRING", "")


class ReaderMiddleware:
    """Sets ``request.actor`` and the language, and turns "may not see" into "is not there".

    The language is the one chosen in this browser, else the one kept with the account, else Spanish. What the browser
    prefers is not asked: the product speaks Spanish first and has one switch.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = get_user(request)
        actor: Actor = user if user.is_authenticated else PublicUser()
        request.actor = actor
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME) or getattr(actor, "language", "")
        language = chosen if chosen in LANGUAGES else settings.LANGUAGE_CODE
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = not_found(request) if _has_zero_byte(request) else self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        if actor.is_authenticated:
            # A counter's computer is shared: what one person saw must not be in its cache for the next.
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """404 for somebody signed in, the sign-in page for anybody else; the API answers for itself."""
        if not isinstance(error, ObjectDoesNotExist | PermissionDenied) or request.path.startswith("/api/"):
            return None
        if request.actor.is_authenticated:
            return not_found(request, error)
        answer = redirect_to_login(request.get_full_path())
        return HttpResponseClientRedirect(answer.url) if request.htmx else answer
