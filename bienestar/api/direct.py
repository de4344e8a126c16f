"""The question that counters ask all day, answered before Django's middlewares and the API's own machinery.

``POST /api/v1/persons/eligibility`` with a token, in the ordinary case: two thirds of its time went into sessions,
cookies, languages, compression and schemas of which it uses nothing. An action answers it here, which knows the token,
asks for permission and writes the journal. Whatever is not
ordinary (no token, a wrong one, a body that is no CURP, somebody who may not) is left to the API with the request as
it came, so that refusals are told in one place only. A test holds that both give the same answer.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http.request import split_domain_port, validate_host

from bienestar.operations.enrolment.actions import ask_eligibility_by_token
from bienestar.operations.enrolment.queries import Answer
from bienestar.registers.beneficiaries.actions import PersonRefused

Environ = dict[str, Any]
Application = Callable[[Environ, Any], Iterable[bytes]]

ADDRESS = "/api/v1/persons/eligibility"
LONGEST_BODY = 200  # bytes: {"curp": "…"} has some thirty
#: What Django's middlewares would add to an answer that is neither a page nor kept by anybody.
HEADERS = (
    ("Content-Type", "application/json; charset=utf-8"),
    ("Cache-Control", "no-store"),
    ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
    ("Referrer-Policy", "same-origin"),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Vary", "Authorization"),
)


def direct(application: Application) -> Application:
    """``application`` with the ordinary case of one operation answered before it."""

    def answer(environ: Environ, start_response: Any) -> Iterable[bytes]:
        if environ["PATH_INFO"] == ADDRESS and environ["REQUEST_METHOD"] == "POST":
            body = _answered(environ)
            if body is not None:
                start_response("200 OK", [*HEADERS, ("Content-Length", str(len(body)))])
                return [body]
        return application(environ, start_response)

    return answer


def _answered(environ: Environ) -> bytes | None:
    """The answer in the ordinary case; None, with the body put back, in any other."""
    kind, _, secret = environ.get("HTTP_AUTHORIZATION", "").partition(" ")
    length = environ.get("CONTENT_LENGTH") or ""
    if kind != "Bearer" or not length.isdecimal() or int(length) > LONGEST_BODY or not _host_allowed(environ):
        return None
    content = environ["wsgi.input"].read(int(length))
    environ["wsgi.input"] = io.BytesIO(content)
    try:
        told = json.loads(content)
        curp = told.get("curp") if isinstance(told, dict) else None
    except ValueError:
        return None
    if not isinstance(curp, str) or "\x00" in curp or len(curp) > 20:
        return None
    try:
        found = ask_eligibility_by_token(by=secret, curp=curp)
    except (PersonRefused, PermissionDenied):
        return None
    return None if found is None else json.dumps(_plain(found)).encode()


def _host_allowed(environ: Environ) -> bool:
    domain, _port = split_domain_port(environ.get("HTTP_HOST", ""))
    return bool(domain) and validate_host(domain, settings.ALLOWED_HOSTS)


def _plain(answer: Answer) -> dict[str, Any]:
    """An answer as its schema writes it."""
    return {
        "result": answer.result,
        "institution": answer.institution,
        "valid_until": answer.valid_until and answer.valid_until.isoformat(),
        "checked_on": answer.checked_on and answer.checked_on.isoformat(),
        "evidence": [
            {"institution": one.institution, "cut_off": one.cut_off and one.cut_off.isoformat(), "found": one.found}
            for one in answer.evidence
        ],
        "to_resolve": answer.to_resolve,
        "uid": answer.uid,
        "attend": True,
    }
