"""Open data: every file of a published set with its size and hash, at addresses that do not change."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import condition, require_safe

from bienestar.foundation.accounts.queries import PublicUser
from bienestar.insight.indicators.queries.open_data import (
    LICENCE_ADDRESS,
    LICENCE_NAME,
    OpenData,
    OpenFile,
    open_data,
    title_of,
)
from bienestar.insight.indicators.queries.values import definitions_of, newest_set, published_sets
from bienestar.web.pulso.sets import pulso_tabs
from bienestar.web.pulso_data.words import published_set

KEPT = "public, max-age=3600"
KINDS = ("indicator", "table", "dictionary", "licence", "catalogue", "sums")


@require_safe
def newest(request: HttpRequest) -> HttpResponse:
    """The open files of the newest published set; words where none has been published."""
    value_set = newest_set(PublicUser())
    if value_set is None:
        return render(request, "pulso_data/catalogue.html", {"tabs": pulso_tabs("pulso_data")})
    return _page(request, value_set)


@require_safe
def of_set(request: HttpRequest, set_number: int) -> HttpResponse:
    """The open files of one published set: the permanent address."""
    return _page(request, published_set(set_number))


def _page(request: HttpRequest, value_set: Any) -> HttpResponse:
    found = _data(value_set)
    context: dict[str, Any] = {
        "set": value_set,
        "sets": list(reversed(published_sets())),
        "tabs": pulso_tabs("pulso_data"),
        "licence": LICENCE_NAME,
        "licence_address": LICENCE_ADDRESS,
        "link": request.build_absolute_uri(reverse("pulso_data_of", args=[value_set.number])),
    }
    if found is not None:
        groups = {kind: [_line(one, value_set) for one in found.files if one.kind == kind] for kind in KINDS}
        context |= {
            "indicators": groups["indicator"],
            "tables": groups["table"],
            "about": [line for kind in KINDS[2:] for line in groups[kind]],
            "size": filesizeformat(found.bytes),
            "count": len(found.files),
        }
    context["provenance"] = [
        _("Hash of the file of values: %(hash)s") % {"hash": value_set.sha256},
        _("Hash of the snapshot: %(hash)s") % {"hash": value_set.snapshot.sha256},
    ]
    return render(request, "pulso_data/catalogue.html", context)


def _data(value_set: Any) -> OpenData | None:
    """The files; None where the snapshot that they are made of is not on this machine."""
    try:
        return open_data(value_set)
    except (OSError, ValueError):
        return None


def _line(one: OpenFile, value_set: Any) -> dict[str, Any]:
    return {
        "file": one,
        "title": title_of(one, definitions_of(value_set), get_language() or "es"),
        "size": filesizeformat(one.bytes),
        "url": reverse("pulso_data_file", args=[value_set.number, one.name]),
    }


def _file(set_number: int, name: str) -> tuple[OpenData, OpenFile]:
    found = _data(published_set(set_number))
    one = found.file(name) if found else None
    if found is None or one is None:
        raise Http404(name)
    return found, one


def _etag(request: HttpRequest, set_number: int, name: str) -> str:
    return f'"{_file(set_number, name)[1].sha256}"'


@require_safe
@condition(etag_func=_etag)
def file(request: HttpRequest, set_number: int, name: str) -> HttpResponseBase:
    """One file, byte for byte what the list of hashes says; who has it already is told so."""
    found, one = _file(set_number, name)
    content = (found.folder / one.name).open("rb")  # closed with the answer
    kind = one.media if one.media.startswith("application") else f"{one.media}; charset=utf-8"
    saved = one.kind in ("indicator", "table")
    answer = FileResponse(content, as_attachment=saved, filename=one.name, content_type=kind)
    answer.headers["Cache-Control"] = KEPT
    answer.headers["Access-Control-Allow-Origin"] = "*"
    return answer
