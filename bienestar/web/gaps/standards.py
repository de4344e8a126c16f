"""The standards in force, for everybody to read: what each type of unit must have, how much, and on what basis."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from bienestar.foundation.accounts.choices import Permission
from bienestar.foundation.accounts.queries import require_anywhere
from bienestar.foundation.definitions.catalogue import unit_type_name
from bienestar.foundation.definitions.standards import Standards, standards
from bienestar.web.facilities.standard import BASIS_WORDS
from bienestar.web.page import Link, Words, address

# What a formula may ask of a unit, in words for who reads it; the names are those of the standards' files.
VARIABLE_WORDS: dict[str, Words] = {
    "rooms": gettext_lazy("general consulting rooms that exist"),
    "dental_rooms": gettext_lazy("dental surgeries that exist"),
    "specialty_rooms": gettext_lazy("specialty consulting rooms that exist"),
    "beds": gettext_lazy("inpatient beds that exist"),
    "intensive_beds": gettext_lazy("intensive care beds that exist"),
    "emergency_beds": gettext_lazy("emergency and observation beds that exist"),
    "theatres": gettext_lazy("operating theatres that exist"),
    "delivery_rooms": gettext_lazy("delivery rooms that exist"),
    "medicine_beds": gettext_lazy("internal medicine beds that exist"),
    "surgery_beds": gettext_lazy("surgical beds that exist"),
    "obstetrics_beds": gettext_lazy("obstetric beds that exist"),
    "paediatrics_beds": gettext_lazy("paediatric beds that exist"),
    "psychiatry_beds": gettext_lazy("psychiatric beds that exist"),
    "nuclei": gettext_lazy("basic nuclei of the unit's typology; where it names none, its general consulting rooms"),
    "people": gettext_lazy("people without social security whom the unit serves"),
    "population": gettext_lazy("all people whom the unit serves"),
    "shifts": gettext_lazy("shifts a day, from the hours a day"),
    "days": gettext_lazy("days a week on which a unit of its type must open"),
    "hours_per_day": gettext_lazy("hours a day that the unit opens; where not known, those of its type"),
}


@dataclass(frozen=True)
class BasisWords:
    """A basis in the reader's language."""

    kind: str
    kind_words: Words
    text: str
    reference: str


def index(request: HttpRequest) -> HttpResponse:
    """The version in force: types of unit, numbers that formulas use, and every basis."""
    require_anywhere(request.actor, Permission.VIEW_PUBLISHED)
    found, language = standards(), get_language() or "es"
    context = {
        "standards": found,
        "crumbs": [Link(_("Standards"))],
        "types": [
            {"code": code, "name": unit_type_name(code, language), "services": len(row.services), "row": row}
            for code, row in found.unit_types.items()
        ],
        "parameters": [
            {
                "code": code,
                "name": row.name.in_language(language),
                "value": row.value,
                "basis": _basis(found, row.basis),
            }
            for code, row in found.parameters.items()
        ],
        "variables": list(VARIABLE_WORDS.items()),
        "provenance": _provenance(found),
    }
    return render(request, "gaps/standards.html", context)


def of_type(request: HttpRequest, code: str) -> HttpResponse:
    """Every line for one type of unit, service by service."""
    require_anywhere(request.actor, Permission.VIEW_PUBLISHED)
    found, language = standards(), get_language() or "es"
    if code not in found.unit_types:
        raise Http404
    lines = found.requirements(code)
    context = {
        "standards": found,
        "name": unit_type_name(code, language),
        "type": found.unit_types[code],
        "values": [
            {
                "code": value,
                "name": found.parameters[value].name.in_language(language) if value in found.parameters else value,
                "value": row.value,
                "basis": _basis(found, row.basis),
            }
            for value, row in found.unit_types[code].values.items()
        ],
        "type_basis": _basis(found, found.unit_types[code].basis),
        "crumbs": [Link(_("Standards"), address("standards")), Link(unit_type_name(code, language))],
        "services": [
            {
                "code": service,
                "name": found.service_name(service, language),
                "weight": found.services[service].weight,
                "weight_basis": _basis(found, found.services[service].weight_basis),
                "lines": [
                    {
                        "resource": line.resource,
                        "quantity": line.quantity,
                        "basis": _basis(found, line.basis),
                        "note": line.note.in_language(language) if line.note else "",
                    }
                    for line in lines
                    if line.service == service
                ],
            }
            for service in found.unit_types[code].services
        ],
        "provenance": _provenance(found),
    }
    return render(request, "gaps/standard_of_type.html", context)


def _basis(found: Standards, code: str) -> BasisWords:
    basis = found.bases[code]
    text = basis.text.in_language(get_language() or "es")
    return BasisWords(basis.kind, BASIS_WORDS[basis.kind], text, basis.reference)


def _provenance(found: Any) -> list[str]:
    return [
        _("Everything on this page comes from version %(version)s of the standards, in force since %(day)s.")
        % {"version": found.version, "day": date_format(found.valid_from)},
        _("Hash of its files: %(hash)s") % {"hash": found.sha256},
    ]
