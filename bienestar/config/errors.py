"""What a request gets that nothing can answer, or whose answer breaks: words for people, problems for programs."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from bienestar.api.problems import problem
from bienestar.web import errors


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404 in the form that the caller reads."""
    return problem(404) if _is_api(request) else errors.not_found(request, exception)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403 in the form that the caller reads."""
    return problem(403) if _is_api(request) else errors.forbidden(request, exception)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400 in the form that the caller reads."""
    return problem(400) if _is_api(request) else errors.bad_request(request, exception)


def broken(request: HttpRequest) -> HttpResponse:
    """500 in the form that the caller reads."""
    return problem(500) if _is_api(request) else errors.broken(request)


class MethodMiddleware:
    """A method that an operation does not have is a problem too: django-ninja answers it with words of its own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code != 405 or not _is_api(request):
            return response
        told = problem(405)
        told.headers["Allow"] = response.headers["Allow"]
        return told


def _is_api(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")
