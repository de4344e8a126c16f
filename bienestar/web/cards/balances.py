"""Reconciliation: where the printed pieces are, per municipality and module, and which are missing."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bienestar.foundation.accounts.choices import Permission
from bienestar.foundation.accounts.queries import require_anywhere
from bienestar.operations.enrolment.queries import missing_pieces, reconciliation
from bienestar.web.cards.forms import DayForm
from bienestar.web.cards.links import card_links, card_tabs
from bienestar.web.components.downloads import csv_file, xlsx_file
from bienestar.web.page import Link

PAGE = 50


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Balances of the reader's territory, now or as of a day, and the folios that are missing."""
    require_anywhere(request.actor, Permission.VIEW_CARDS)
    form, day = _day(request)
    context = {
        "form": form,
        "found": reconciliation(request.actor, day),
        "day": day,
        "missing": Paginator(missing_pieces(request.actor, day), PAGE).get_page(request.GET.get("page")),
        "tabs": card_tabs(request, "card_reconciliation"),
        "crumbs": card_links(Link(_("Reconciliation"))),
    }
    return render(request, "cards/reconciliation.html", context)


@require_safe
def file(request: HttpRequest, form: str) -> HttpResponse:
    """The same as a file: balances by module, and the missing folios."""
    require_anywhere(request.actor, Permission.VIEW_CARDS)
    asked, day = _day(request)
    if asked.errors:
        raise Http404
    found = reconciliation(request.actor, day)
    rows = [
        (line.code, line.name, module.code, module.name, *_numbers(module.balance))
        for line in found.municipalities
        for module in line.modules
    ]
    rows.append(("", _("Total"), "", "", *_numbers(found.total)))
    head = [_("Code"), _("Municipality"), _("Module code"), _("Module"), *_headings()]
    name = f"conciliacion-{day.isoformat()}" if day else "conciliacion"
    if form == "csv":
        return csv_file(f"{name}.csv", head, rows)
    if form != "xlsx":
        raise Http404
    lost = [
        (piece.card.folio, piece.batch.module.municipality.name, piece.batch.module.name, piece.batch.number)
        for piece in missing_pieces(request.actor, day)
    ]
    missing = (_("Missing"), [_("Folio"), _("Municipality"), _("Module"), _("Batch")], lost)
    return xlsx_file(f"{name}.xlsx", [(_("Reconciliation"), head, rows), missing])


def _headings() -> list[str]:
    return [
        _("Printed"),
        _("Delivered"),
        _("In stock"),
        _("Returned"),
        _("Spoiled"),
        _("At the press"),
        _("On the way"),
        _("Missing"),
    ]


def _numbers(row: Any) -> tuple[int, ...]:
    return (row.printed, row.delivered, row.stock, row.returned, row.spoiled, row.press, row.way, row.missing)


def _day(request: HttpRequest) -> tuple[DayForm, dt.date | None]:
    form = DayForm(request.GET or None)
    return form, form.cleaned_data["as_of"] if form.is_bound and form.is_valid() else None
