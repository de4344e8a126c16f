"""The API under /api/v1. What breaks a reader gets a new address, /api/v2; what only adds stays here."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from ninja import NinjaAPI
from ninja.openapi.docs import Swagger
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation

from bienestar.api import cards, census, facilities, gaps, indicators, persons, planning, territory
from bienestar.api.problems import answer_problems

PROBLEM = {
    "type": "object",
    "description": "What went wrong, as problem details of RFC 9457.",
    "required": ["type", "title", "status"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string", "description": "The status in the reader's language."},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "Why, in the reader's language."},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["where", "reason", "kind"],
                "properties": {name: {"type": "string"} for name in ("where", "reason", "kind")},
            },
        },
    },
}
OTHERWISE = {
    "description": "A problem: not signed in, not allowed, not there, contradicted, or values that cannot be used.",
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
}


class Api(NinjaAPI):
    """Says in which language it answers, and calls each operation by its function's name."""

    def get_openapi_schema(self, **asked: Any) -> OpenAPISchema:
        """The description, with what every operation answers when it cannot do what is asked."""
        found = super().get_openapi_schema(**asked)
        found["components"]["schemas"]["Problem"] = PROBLEM
        for operations in found["paths"].values():
            for operation in operations.values():
                operation["responses"].setdefault("default", OTHERWISE)
        return found

    def get_openapi_operation_id(self, operation: Operation) -> str:
        return operation.view_func.__name__

    def create_response(self, request: HttpRequest, data: Any, **kwargs: Any) -> HttpResponse:
        response = super().create_response(request, data, **kwargs)
        response.headers["Content-Language"] = get_language() or "es"
        return response


class Page(Swagger):
    """Swagger's page from our own server: its script comes inside django-ninja, its badge asks nobody outside."""

    template = "api/docs.html"


api = Api(
    title="Bienestar",
    version="1",
    description=(
        "Areas, medical units, what a census saw in them, what is missing, and what a budget buys; persons and whether "
        "they are eligible; indicators and their frozen values. "
        "Sign in on the pages, or send `Authorization: Bearer …` with a token of `bienestar token`. "
        "Null is *not known*, never 0. Errors are RFC 9457 problem details."
    ),
    urls_namespace="api-v1",
    docs=Page(settings={"validatorUrl": None}),
)
api.add_router("/areas", territory.router)
api.add_router("/units", facilities.router)
api.add_router("/diagnoses", gaps.router)
api.add_router("/scenarios", planning.router)
api.add_router("/persons", persons.router)
api.add_router("/cards", cards.router)
api.add_router("", census.router)
api.add_router("", indicators.router)
answer_problems(api)
