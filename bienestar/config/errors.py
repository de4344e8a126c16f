"""What an address that nothing answers gets: words for people, problem details for programs."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from bienestar.api.problems import problem
from bienestar.web import errors


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404 in the form that the caller reads."""
    if request.path.startswith("/api/"):
        return problem(404)
    return errors.not_found(request, exception)
