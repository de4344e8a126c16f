"""Pieces of a batch: files to print, the table of folios, and pieces that are spoiled or returned."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from bienestar.foundation.accounts.choices import Permission
from bienestar.operations.enrolment.actions import return_pieces, spoil_pieces
from bienestar.operations.enrolment.queries import batch_visible_to, pieces_of, sheet_files
from bienestar.registers.beneficiaries.queries import CardError
from bienestar.web.cards.forms import FoliosForm, ReturnForm, SpoilForm
from bienestar.web.cards.links import batch_links, batch_name
from bienestar.web.components.downloads import csv_file, xlsx_file
from bienestar.web.notices import say
from bienestar.web.page import Words


@require_safe
def sheet(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """One file to print. They hold people's names: only who manages cards gets them, and only until the reception."""
    batch = batch_visible_to(request.actor, pk, Permission.MANAGE_CARDS)
    found = sheet_files(batch)
    if not batch.printed_at or not 1 <= number <= len(found):
        raise Http404
    name = f"{batch.module.code}-{batch.number}-{number:04d}.pdf"
    answer = HttpResponse(found[number - 1].read_bytes(), content_type="application/pdf")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


@require_safe
def table(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    """Folios of a batch with where each piece is; no names."""
    batch = batch_visible_to(request.actor, pk)
    head = [_("Place"), _("Folio"), _("Piece"), _("Card"), _("Last scanned")]
    rows = [
        (
            piece.place,
            piece.card.folio,
            str(piece.get_stage_display()),
            str(piece.card.get_stage_display()),
            _when(piece),
        )
        for piece in pieces_of(batch)
    ]
    name = f"lote-{batch.module.code}-{batch.number}"
    if form == "csv":
        return csv_file(f"{name}.csv", head, rows)
    if form == "xlsx":
        return xlsx_file(f"{name}.xlsx", [(batch_name(batch), head, rows)])
    raise Http404


def _when(piece: Any) -> str | None:
    return timezone.localtime(piece.counted_at).strftime("%Y-%m-%d %H:%M") if piece.counted_at else None


@dataclass(frozen=True)
class Change:
    """What happens to pieces named by their folios."""

    title: Words
    what: Words
    button: Words
    form: type[FoliosForm]
    done: Callable[[Any, Any, dict[str, Any]], str]


def _spoil(by: Any, batch: Any, asked: dict[str, Any]) -> str:
    done = spoil_pieces(by=by, batch=batch, folios=asked["folios"], note=asked["note"])
    return ngettext("%(n)s piece is spoiled.", "%(n)s pieces are spoiled.", done) % {"n": done}


def _return(by: Any, batch: Any, asked: dict[str, Any]) -> str:
    done = return_pieces(by=by, batch=batch, folios=asked["folios"], why=asked["why"])
    return ngettext("%(n)s piece is returned.", "%(n)s pieces are returned.", done) % {"n": done}


CHANGES = {
    "spoil": Change(
        gettext_lazy("Pieces spoiled"),
        gettext_lazy("Destroy a spoiled piece. Its card stays the same and gets a second piece in a later batch."),
        gettext_lazy("Say that they are spoiled"),
        SpoilForm,
        _spoil,
    ),
    "return": Change(
        gettext_lazy("Pieces returned"),
        gettext_lazy("A returned piece ends its card. The person can ask for another one at any time."),
        gettext_lazy("Say that they go back"),
        ReturnForm,
        _return,
    ),
}


def change(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """Pieces spoiled or returned, by folio."""
    batch = batch_visible_to(request.actor, pk, Permission.DELIVER_CARD)
    if code not in CHANGES:
        raise Http404
    chosen = CHANGES[code]
    form = chosen.form(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            say(request, chosen.done(request.actor, batch, form.cleaned_data))
        except CardError as error:
            form.add_error(None, str(error))
        else:
            return redirect("card_batch", batch.pk)
    context = {
        "batch": batch,
        "name": batch_name(batch),
        "step": chosen,
        "form": form,
        "crumbs": batch_links(batch, chosen.title),
    }
    return render(request, "cards/step.html", context)
