"""What went wrong, as RFC 9457 problem details in the reader's language."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from bienestar.foundation.definitions.files import DefinitionError
from bienestar.insight.gaps.actions import NothingToDiagnose
from bienestar.insight.planning.queries import PlanRefused
from bienestar.operations.census.actions import CensusError
from bienestar.registers.beneficiaries.actions import PersonRefused
from bienestar.registers.beneficiaries.queries import CardError


def titles() -> dict[int, str]:
    """The words for each status, in the reader's language."""
    return {
        400: _("The request cannot be read"),
        401: _("Sign in first"),
        403: _("You may not do this"),
        404: _("There is no such thing here"),
        405: _("This address does not do that"),
        409: _("This contradicts what is recorded"),
        422: _("Some values cannot be used"),
        500: _("Something broke here"),
        503: _("A definition file cannot be used"),
    }


def reason(kind: str, context: dict[str, Any], otherwise: str) -> str:
    """Why a value cannot be used, in the reader's language; kinds that no list names keep pydantic's words."""
    words = {
        "missing": _("This is required."),
        "literal_error": _("Must be one of: {expected}."),
        "enum": _("Must be one of: {expected}."),
        "int_parsing": _("Must be a whole number."),
        "int_type": _("Must be a whole number."),
        "float_parsing": _("Must be a number."),
        "float_type": _("Must be a number."),
        "finite_number": _("Must be a number."),
        "greater_than_equal": _("Must be {ge} or more."),
        "greater_than": _("Must be more than {gt}."),
        "less_than_equal": _("Must be {le} or less."),
        "less_than": _("Must be less than {lt}."),
        "date_from_datetime_parsing": _("Must be a date: YYYY-MM-DD."),
        "date_parsing": _("Must be a date: YYYY-MM-DD."),
        "date_type": _("Must be a date: YYYY-MM-DD."),
        "string_too_long": _("May have at most {max_length} characters."),
        "string_too_short": _("Must have at least {min_length} characters."),
        "string_pattern_mismatch": _("Has a character that cannot be used."),
        "string_type": _("Must be text."),
    }
    try:
        return words[kind].format(**context)
    except KeyError:
        return otherwise


def problem(status: int, detail: str = "", **more: Any) -> HttpResponse:
    """One problem; ``more`` are members of its own, e.g. ``errors``."""
    body = {"type": "about:blank", "title": titles().get(status, ""), "status": status, "detail": detail, **more}
    if not detail:
        del body["detail"]
    response = HttpResponse(
        json.dumps(body, ensure_ascii=False), status=status, content_type="application/problem+json"
    )
    response.headers["Content-Language"] = get_language() or "es"
    if status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def _missing(request: HttpRequest, error: Exception) -> HttpResponse:
    """Nothing there, or not for this reader: the same answer, so that it tells nobody which."""
    actor = getattr(request, "auth", None)
    return problem(404 if actor is not None and actor.is_authenticated else 401)


def _denied(request: HttpRequest, error: Exception) -> HttpResponse:
    """The reader sees the thing and holds no permission for this; every write looks for the thing first."""
    return problem(403)


def _http(request: HttpRequest, error: HttpError) -> HttpResponse:
    return problem(error.status_code, "" if error.status_code == 401 and str(error) == "Unauthorized" else str(error))


def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    found = [
        {
            "where": ".".join(str(part) for part in one["loc"]),
            "reason": reason(one["type"], one.get("ctx", {}), one["msg"]),
            "kind": one["type"],
        }
        for one in error.errors
    ]
    return problem(422, errors=found)


def _conflict(request: HttpRequest, error: Exception) -> HttpResponse:
    return problem(409, str(error))


def _refused(request: HttpRequest, error: Exception) -> HttpResponse:
    return problem(422, str(error))


def _person_refused(request: HttpRequest, error: PersonRefused) -> HttpResponse:
    found = [{"where": field, "reason": str(sentence), "kind": "refused"} for field, sentence in error.faults]
    return problem(422, errors=found)


def _broken_definition(request: HttpRequest, error: Exception) -> HttpResponse:
    return problem(503, str(error))


HANDLERS: dict[type[Exception], Callable[..., HttpResponse]] = {
    ObjectDoesNotExist: _missing,
    Http404: _missing,
    PermissionDenied: _denied,
    HttpError: _http,
    ValidationError: _invalid,
    CensusError: _conflict,
    CardError: _conflict,
    NothingToDiagnose: _conflict,
    PlanRefused: _refused,
    PersonRefused: _person_refused,
    DefinitionError: _broken_definition,
}


def answer_problems(api: NinjaAPI) -> None:
    """Have ``api`` answer every error of the product in this form."""
    for kind, handler in HANDLERS.items():
        api.add_exception_handler(kind, handler)
