"""Pages of batches: the list, one batch, and the steps that it takes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe
from django_htmx.http import HttpResponseClientRedirect

from bienestar.foundation.accounts.choices import Permission
from bienestar.foundation.accounts.queries import access_of, require_anywhere
from bienestar.operations.enrolment.actions import close_batch, drop_batch, make_batch, print_batch, ship_batch
from bienestar.operations.enrolment.choices import BatchStage, PieceStage
from bienestar.operations.enrolment.queries import (
    balance_of,
    balances_of,
    batch_visible_to,
    batches_visible_to,
    cards_to_print,
    files_of,
    missing_pieces,
    module_visible_to,
    modules_visible_to,
    pieces_of,
    sheet_files,
)
from bienestar.registers.beneficiaries.queries import CardError
from bienestar.web.cards.forms import MakeForm, ShipForm
from bienestar.web.cards.links import batch_links, batch_name, card_links, card_tabs, module_links
from bienestar.web.notices import say
from bienestar.web.page import Words

PAGE = 25
PIECES = 50
FILES_AT_ONCE = 2  # two thousand cards: a request then lasts about two seconds


@require_safe
def batch_list(request: HttpRequest) -> HttpResponse:
    """Batches of the reader's modules, the newest first."""
    require_anywhere(request.actor, Permission.VIEW_CARDS)
    asked = {name: request.GET.get(name, "") for name in ("stage", "module", "municipality")}
    found = batches_visible_to(request.actor)
    if asked["stage"] in BatchStage.values:
        found = found.filter(stage=asked["stage"])
    if asked["module"]:
        found = found.filter(module__code=asked["module"])
    if asked["municipality"]:
        found = found.filter(module__municipality__code=asked["municipality"])
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    balances = balances_of(page.object_list)
    modules = list(modules_visible_to(request.actor))
    context = {
        "page": page,
        "rows": [(batch, balances[batch.pk]) for batch in page],
        "asked": asked,
        "stages": BatchStage.choices,
        "modules": modules,
        "municipalities": sorted({(one.municipality.name, one.municipality.code) for one in modules}),
        "tabs": card_tabs(request, "cards"),
        "crumbs": card_links(),
    }
    return render(request, "cards/batches.html", context)


@require_safe
def batch_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One batch: where it is, whether it adds up, its pieces, what is missing, and what can be done now."""
    batch = batch_visible_to(request.actor, pk)
    words, stage = request.GET.get("q", "").strip(), request.GET.get("stage", "")
    found = pieces_of(batch, "".join(words.split()), stage if stage in PieceStage.values else "")
    page = Paginator(found, PIECES).get_page(request.GET.get("page"))
    manages = access_of(request.actor).can(Permission.MANAGE_CARDS, batch.path)
    context = {
        "batch": batch,
        "name": batch_name(batch),
        "balance": balance_of(batch),
        "waiting": batch.stage in {BatchStage.OPEN, BatchStage.PRINTING},
        "number": found.count() if not (words or stage) else pieces_of(batch).count(),
        "page": page,
        "words": words,
        "stage": stage,
        "stages": PieceStage.choices,
        "missing": missing_pieces(request.actor, batch=batch),
        "steps": steps_of(request, batch),
        "sheets": [path.name for path in sheet_files(batch)] if manages and batch.printed_at else [],
        "manages": manages,
        "crumbs": batch_links(batch),
    }
    return render(request, "cards/batch.html", context)


def steps_of(request: HttpRequest, batch: Any) -> list[dict[str, Any]]:
    """What the reader may do with a batch now: words, address, whether it is the next step of its way."""
    access = access_of(request.actor)
    manages, delivers = (
        access.can(permission, batch.path) for permission in (Permission.MANAGE_CARDS, Permission.DELIVER_CARD)
    )
    stage = BatchStage(batch.stage)
    rows: list[tuple[bool, set[BatchStage], Words, str, tuple[Any, ...], bool]] = [
        (manages, {BatchStage.OPEN}, _("Print the batch"), "card_batch_print", (), True),
        (manages, {BatchStage.PRINTING}, _("Go on printing"), "card_batch_print", (), True),
        (manages, {BatchStage.PRINTED}, _("Ship the batch"), "card_batch_step", ("ship",), True),
        (delivers, {BatchStage.SHIPPED}, _("Receive the batch"), "card_batch_receive", (), True),
        (manages, AT_REST, _("Close the batch"), "card_batch_step", ("close",), False),
        (manages, UNPRINTED, _("Take the batch apart"), "card_batch_step", ("drop",), False),
        (delivers, AFTER_PRESS, _("Pieces spoiled"), "card_batch_pieces", ("spoil",), False),
        (delivers, {BatchStage.RECEIVED}, _("Pieces returned"), "card_batch_pieces", ("return",), False),
    ]
    return [
        {"label": label, "url": reverse(name, args=[batch.pk, *more]), "next": next_}
        for allowed, stages, label, name, more, next_ in rows
        if allowed and stage in stages
    ]


UNPRINTED = {BatchStage.OPEN, BatchStage.PRINTING}
AT_REST = {BatchStage.PRINTED, BatchStage.RECEIVED}
AFTER_PRESS = {BatchStage.PRINTED, BatchStage.SHIPPED, BatchStage.RECEIVED}


def make(request: HttpRequest, code: str) -> HttpResponse:
    """Put a batch together: how many cards wait, and how many go into it."""
    module = module_visible_to(request.actor, code, Permission.MANAGE_CARDS)
    waiting = cards_to_print(request.actor, module).count()
    form = MakeForm(request.POST or None, initial={"most": min(waiting, 1000) or None})
    if request.method == "POST" and form.is_valid():
        try:
            batch = make_batch(by=request.actor, module=module, most=form.cleaned_data["most"])
        except CardError as error:
            form.add_error(None, str(error))
        else:
            say(request, _("The batch is put together. Nothing is printed yet."))
            return redirect("card_batch", batch.pk)
    crumbs = module_links(module, _("Make a batch"))
    context = {"module": module, "waiting": waiting, "form": form, "crumbs": crumbs}
    return render(request, "cards/make.html", context)


def press(request: HttpRequest, pk: int) -> HttpResponse:
    """Make the files to print, a few at each request: the page asks again until all are there."""
    batch = batch_visible_to(request.actor, pk, Permission.MANAGE_CARDS)
    error = ""
    if request.method == "POST":
        try:
            progress = print_batch(by=request.actor, batch=batch, most=FILES_AT_ONCE)
        except CardError as refused:
            error = str(refused)
        else:
            if progress.finished:
                say(request, _("The files are ready. Download them below, print them, and then ship the batch."))
                there = reverse("card_batch", args=[batch.pk])
                return HttpResponseClientRedirect(there) if request.htmx else redirect(there)
        batch = batch_visible_to(request.actor, pk, Permission.MANAGE_CARDS)
    files = files_of(batch)
    context = {
        "batch": batch,
        "name": batch_name(batch),
        "cards": pieces_of(batch).count(),
        "files": len(files),
        "done": sum(one.path.exists() for one in files),
        "going": batch.stage == BatchStage.PRINTING and not error,
        "error": error,
        "crumbs": batch_links(batch, _("Print")),
    }
    return render(request, "cards/progress.html" if request.htmx else "cards/print.html", context)


@dataclass(frozen=True)
class Step:
    """A step of a batch that is previewed and confirmed: its words, its form, and what it does."""

    title: Words
    what: Words
    button: Words
    done: Callable[[Any, Any, dict[str, Any]], str]
    form: type[forms.Form] = forms.Form


def _ship(by: Any, batch: Any, asked: dict[str, Any]) -> str:
    sent = ship_batch(by=by, batch=batch, carrier=asked["carrier"])
    return ngettext("%(n)s piece is on its way.", "%(n)s pieces are on their way.", sent) % {"n": sent}


def _close(by: Any, batch: Any, asked: dict[str, Any]) -> str:
    close_batch(by=by, batch=batch)
    return _("The batch is closed: every piece is accounted for.")


def _drop(by: Any, batch: Any, asked: dict[str, Any]) -> str:
    drop_batch(by=by, batch=batch)
    return _("The batch is taken apart. Its cards wait for another one.")


STEPS = {
    "ship": Step(
        gettext_lazy("Ship the batch"),
        gettext_lazy("Pieces that are not spoiled leave for the module. What does not arrive there will be missing."),
        gettext_lazy("Say that it left"),
        _ship,
        ShipForm,
    ),
    "close": Step(
        gettext_lazy("Close the batch"),
        gettext_lazy("Every piece must be delivered, returned or spoiled. The cards of missing ones must have ended."),
        gettext_lazy("Close the batch"),
        _close,
    ),
    "drop": Step(
        gettext_lazy("Take the batch apart"),
        gettext_lazy("Nothing was printed yet. The cards of the batch wait for another one."),
        gettext_lazy("Take it apart"),
        _drop,
    ),
}


def step(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """Preview a step of a batch, and take it once it is confirmed."""
    batch = batch_visible_to(request.actor, pk, Permission.MANAGE_CARDS)
    if code not in STEPS:
        return redirect("card_batch", batch.pk)
    chosen = STEPS[code]
    form = chosen.form(request.POST or None)
    form.empty_permitted = False
    if request.method == "POST" and form.is_valid():
        try:
            say(request, chosen.done(request.actor, batch, form.cleaned_data))
        except CardError as error:
            form.add_error(None, str(error))
        else:
            return redirect("cards") if code == "drop" else redirect("card_batch", batch.pk)
    context = {
        "batch": batch,
        "name": batch_name(batch),
        "step": chosen,
        "form": form,
        "balance": balance_of(batch),
        "waiting": batch.stage in {BatchStage.OPEN, BatchStage.PRINTING},
        "number": pieces_of(batch).count(),
        "crumbs": batch_links(batch, chosen.title),
    }
    return render(request, "cards/step.html", context)
