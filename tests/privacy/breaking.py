"""Addresses of the product and one that breaks as a constraint of the database does, with a person in its words."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path

from bienestar.config.urls import handler400, handler403, handler404, handler500
from bienestar.config.urls import urlpatterns as product
from bienestar.registers.beneficiaries.models import Person

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]


def breaks(request: HttpRequest) -> HttpResponse:
    """Store a record that the database refuses: PostgreSQL then repeats the whole row."""
    told: dict[str, Any] = {"uid": "X", "given_names": "Zutanita", "first_surname": "Perengánez", "path": "no slash"}
    try:
        Person.objects.create(**told, home_id=1, registered_by="x", birth_precision="unknown")
    except Exception as error:
        raise ValueError("Zutanita Perengánez HELJ850312HOCRPN01 cannot be stored") from error
    return HttpResponse("stored")


urlpatterns = [path("breaks/", breaks), *product]
