"""The pages that say, in plain words, that something is not there, not allowed or broken."""

from __future__ import annotations

import logging

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

log = logging.getLogger(__name__)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404. Also what a signed-in person gets for a thing that they may not see."""
    return render(request, "errors/404.html", status=404)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403, for what is refused whoever asks."""
    return render(request, "errors/403.html", status=403)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: the address or the form cannot be understood. Nothing of the request is trusted, so no shell."""
    return render(None, "errors/400.html", status=400)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form was opened too long ago, or came from elsewhere."""
    log.warning("A form was refused: %s", reason)
    return render(request, "errors/csrf.html", status=403)


def broken(request: HttpRequest) -> HttpResponse:
    """500. Rendered without the database, which may be what is broken."""
    return render(None, "errors/500.html", status=500)
