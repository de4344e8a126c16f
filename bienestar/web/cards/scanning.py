"""Scanning: a batch is received, the stock of a module is counted. One field, Enter, and a list that grows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bienestar.foundation.accounts.choices import Permission
from bienestar.operations.enrolment.actions import (
    Scan,
    begin_count,
    finish_count,
    receive_batch,
    scan_arrival,
    scan_stock,
    unscan_arrival,
    unscan_stock,
)
from bienestar.operations.enrolment.choices import BatchStage
from bienestar.operations.enrolment.queries import (
    batch_visible_to,
    counts_at,
    module_visible_to,
    open_count,
    pieces_to_count,
    pieces_to_scan,
)
from bienestar.registers.beneficiaries.queries import CardError
from bienestar.web.cards.forms import ScanForm
from bienestar.web.cards.links import batch_links, module_links
from bienestar.web.notices import say

SHOWN = 20


@dataclass(frozen=True)
class Desk:
    """What is being scanned: how to scan, to take back, and which pieces have been scanned or wait."""

    scan: Callable[[str], Scan]
    unscan: Callable[[], str | None]
    pieces: Callable[[], tuple[Any, Any]]


def receive(request: HttpRequest, pk: int) -> HttpResponse:
    """Receive a batch: scan each piece, take the last scan back, or finish."""
    batch = batch_visible_to(request.actor, pk, Permission.DELIVER_CARD)
    if batch.stage != BatchStage.SHIPPED:
        say(request, _("This batch is not on its way: nothing of it is received now."))
        return redirect("card_batch", batch.pk)
    by = request.actor
    desk = Desk(
        lambda text: scan_arrival(by=by, batch=batch, text=text),
        lambda: unscan_arrival(by=by, batch=batch),
        lambda: pieces_to_scan(batch),
    )
    if request.method == "POST" and request.POST.get("do") == "finish":
        return _received(request, batch)
    context = {
        "title": _("Reception of the batch %(code)s") % {"code": f"{batch.module.code}-{batch.number}"},
        "explained": _("Scan every piece that arrived. What is not scanned when you finish is missing."),
        "finish": _("Finish the reception"),
        "missing_words": _("Not scanned yet"),
        "crumbs": batch_links(batch, _("Receive")),
        "back": reverse("card_batch", args=[batch.pk]),
    }
    return _answer(request, desk, context)


def _received(request: HttpRequest, batch: Any) -> HttpResponse:
    here, missing = receive_batch(by=request.actor, batch=batch)
    sentence = _("The batch is received. In stock: %(here)s. Missing: %(missing)s.")
    say(request, sentence % {"here": here, "missing": missing})
    return redirect("card_batch", batch.pk)


@require_POST
def begin(request: HttpRequest, code: str) -> HttpResponse:
    """Begin a stock count, or go on with the one that is open."""
    module = module_visible_to(request.actor, code, Permission.DELIVER_CARD)
    begin_count(by=request.actor, module=module)
    return redirect("card_stock_count", module.code)


def stock(request: HttpRequest, code: str) -> HttpResponse:
    """Count the stock of a module: scan each piece, take the last scan back, or finish."""
    module = module_visible_to(request.actor, code, Permission.DELIVER_CARD)
    count = open_count(module)
    if count is None:
        context = {
            "module": module,
            "counts": counts_at(module)[:SHOWN],
            "crumbs": module_links(module, _("Stock count")),
        }
        return render(request, "cards/counts.html", context)
    by = request.actor
    desk = Desk(
        lambda text: scan_stock(by=by, count=count, text=text),
        lambda: unscan_stock(by=by, count=count),
        lambda: pieces_to_count(count),
    )
    if request.method == "POST" and request.POST.get("do") == "finish":
        done = finish_count(by=by, count=count)
        sentence = _("The count is finished. Held: %(held)s. Missing: %(missed)s. Found again: %(found)s.")
        say(request, sentence % {"held": done.held, "missed": done.missed, "found": done.found})
        return redirect("card_module", module.code)
    context = {
        "title": _("Count the stock of %(module)s") % {"module": module.name},
        "explained": _("Scan every piece in stock. What is not scanned when you finish is missing."),
        "finish": _("Finish the count"),
        "missing_words": _("Not scanned yet"),
        "crumbs": module_links(module, _("Stock count")),
        "back": reverse("card_module", args=[module.code]),
    }
    return _answer(request, desk, context)


def _answer(request: HttpRequest, desk: Desk, context: dict[str, Any]) -> HttpResponse:
    """The page, or with htmx only its desk, after what was asked has been done."""
    form, result, fits = ScanForm(), "", True
    if request.method == "POST":
        try:
            form, result, fits = _done(request, desk)
        except CardError as error:
            say(request, str(error))
            return redirect(context["back"])
    scanned, waiting = desk.pieces()
    number, missing = scanned.count(), waiting.count()
    context |= {
        "form": form,
        "result": result,
        "fits": fits,
        "scanned": scanned[:SHOWN],
        "scanned_number": number,
        "waiting": waiting[:SHOWN],
        "waiting_number": missing,
        "total": number + missing,
        "sure": request.POST.get("do") == "ask",
    }
    return render(request, "cards/desk.html" if request.htmx else "cards/scan.html", context)


def _done(request: HttpRequest, desk: Desk) -> tuple[ScanForm, str, bool]:
    match request.POST.get("do"):
        case "undo":
            folio = desk.unscan()
            taken = _("Taken back: %(folio)s.") % {"folio": folio} if folio else _("Nothing was scanned yet.")
            return ScanForm(), taken, True
        case "ask":
            return ScanForm(), "", True
    form = ScanForm(request.POST)
    if not form.is_valid():
        return form, "", False
    scan = desk.scan(form.cleaned_data["text"])
    return ScanForm(), f"{scan.folio} {scan.sentence}".strip(), scan.fits
