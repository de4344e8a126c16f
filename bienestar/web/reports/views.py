"""The state diagnosis as a document: the page to read and print, and its downloads."""

from __future__ import annotations

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bienestar.foundation.accounts.choices import Permission
from bienestar.foundation.accounts.queries import access_of
from bienestar.foundation.territory.queries import area_visible_to
from bienestar.insight.gaps.queries.document import run_for_document
from bienestar.web.page import Link, address, area_links
from bienestar.web.reports.blocks import Document
from bienestar.web.reports.collect import collect
from bienestar.web.reports.csv_files import csv_archive_of
from bienestar.web.reports.html import html_of
from bienestar.web.reports.layout import layout_of
from bienestar.web.reports.pdf import pdf_of
from bienestar.web.reports.present import present
from bienestar.web.reports.workbook import workbook_of

# Ending of the address → content type and writer.
FILES: dict[str, tuple[str, Callable[[Document], bytes | str]]] = {
    "pdf": ("application/pdf", pdf_of),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", workbook_of),
    "html": ("text/html; charset=utf-8", html_of),
    "zip": ("application/zip", csv_archive_of),
}


@require_safe
def newest(request: HttpRequest, code: str) -> HttpResponse:
    """To the document of the newest diagnosis of an area."""
    area = area_visible_to(request.actor, code, Permission.VIEW_GAPS)
    return redirect("document", area.code, run_for_document(request.actor, area).pk)


@require_safe
def document(request: HttpRequest, code: str, run: int) -> HttpResponse:
    """The document as a page that prints well."""
    area = area_visible_to(request.actor, code, Permission.VIEW_GAPS)
    found = _document(request, code, run)
    context = {
        "document": layout_of(found),
        "crumbs": [*area_links(request.actor, area), Link(_("The diagnosis as a document"))],
        "downloads": _downloads(request, code, run, area.path),
    }
    return render(request, "reports/page.html", context)


@require_safe
def download(request: HttpRequest, code: str, run: int, ending: str) -> HttpResponse:
    """The document as a file: PDF, workbook, one HTML file or all tables as CSV. Needs the permission to export."""
    if ending not in FILES:
        raise Http404
    area = area_visible_to(request.actor, code, Permission.EXPORT)
    kind, write = FILES[ending]
    found = _document(request, area.code, run)
    answer = HttpResponse(write(found), content_type=kind)
    answer.headers["Content-Disposition"] = f'attachment; filename="{file_stem(found, area.code)}.{ending}"'
    return answer


def file_stem(found: Document, code: str) -> str:
    """The name of every file of the document: area, date and the start of the hash."""
    return f"diagnosis-{code}-{found.as_of.isoformat()}-{found.short_hash[:8]}"


def _document(request: HttpRequest, code: str, run: int) -> Document:
    area = area_visible_to(request.actor, code, Permission.VIEW_GAPS)
    found = run_for_document(request.actor, area, run)
    return present(collect(request.actor, area, found, request.LANGUAGE_CODE))


def _downloads(request: HttpRequest, code: str, run: int, path: str) -> list[Link]:
    if not access_of(request.actor).can(Permission.EXPORT, path):
        return []
    words = {"pdf": _("PDF"), "xlsx": _("Workbook (XLSX)"), "zip": _("Tables (CSV)"), "html": _("One HTML file")}
    return [Link(words[ending], address("document_file", code, run, ending)) for ending in words]
