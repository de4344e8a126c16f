"""Pages of enrolment modules: the list, one module, opening and closing."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from bienestar.foundation.accounts.choices import Permission
from bienestar.foundation.accounts.queries import access_of, require_anywhere
from bienestar.operations.enrolment.actions import close_module, open_module
from bienestar.operations.enrolment.queries import (
    balances_of,
    batches_visible_to,
    cards_to_print,
    module_visible_to,
    modules_visible_to,
    open_count,
    waiting_requests,
)
from bienestar.registers.beneficiaries.queries import CardError
from bienestar.web.cards.forms import ModuleForm, day_box
from bienestar.web.cards.links import card_links, card_tabs, module_links
from bienestar.web.notices import say
from bienestar.web.page import Link

PAGE = 50


@require_safe
def module_list(request: HttpRequest) -> HttpResponse:
    """Modules of the reader's territory."""
    require_anywhere(request.actor, Permission.VIEW_CARDS)
    words = request.GET.get("q", "").strip()
    found = modules_visible_to(request.actor)
    if words:
        found = found.filter(code__startswith=words) | found.filter(name__icontains=words)
    context = {
        "page": Paginator(found, PAGE).get_page(request.GET.get("page")),
        "words": words,
        "may_open": access_of(request.actor).paths(Permission.MANAGE_CARDS),
        "tabs": card_tabs(request, "card_modules"),
        "crumbs": card_links(Link(_("Modules"))),
    }
    return render(request, "cards/modules.html", context)


@require_safe
def module_page(request: HttpRequest, code: str) -> HttpResponse:
    """One module: what waits there, its batches, its stock."""
    module = module_visible_to(request.actor, code)
    access = access_of(request.actor)
    manages = access.can(Permission.MANAGE_CARDS, module.path)
    page = Paginator(batches_visible_to(request.actor).filter(module=module), PAGE).get_page(request.GET.get("page"))
    balances = balances_of(page.object_list)
    context: dict[str, Any] = {
        "module": module,
        "page": page,
        "rows": [(batch, balances[batch.pk]) for batch in page],
        "manages": manages,
        "delivers": access.can(Permission.DELIVER_CARD, module.path),
        "requests": waiting_requests(request.actor, module).count() if manages else None,
        "to_print": cards_to_print(request.actor, module).count() if manages else None,
        "count": open_count(module),
        "crumbs": module_links(module),
    }
    return render(request, "cards/module.html", context)


def new_module(request: HttpRequest) -> HttpResponse:
    """Open a module."""
    require_anywhere(request.actor, Permission.MANAGE_CARDS)
    form = ModuleForm(request.POST or None, by=request.actor)
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        try:
            module = open_module(
                by=request.actor,
                municipality=form.areas[asked["municipality"]],
                name=asked["name"],
                unit=asked["unit"],
                opened_on=asked["opened_on"],
            )
        except CardError as error:
            form.add_error(None, str(error))
        else:
            say(request, _("The module is open. Its folios begin with %(code)s.") % {"code": module.code})
            return redirect("card_module", module.code)
    crumbs = card_links(Link(_("Open a module")))
    context = {"form": form, "title": _("Open a module"), "button": _("Open the module"), "crumbs": crumbs}
    return render(request, "cards/form.html", context)


class CloseForm(forms.Form):
    """The last day of a module."""

    on = forms.DateField(label=gettext_lazy("Last day of the module"), widget=day_box(), initial=timezone.localdate)


def close(request: HttpRequest, code: str) -> HttpResponse:
    """Close a module."""
    module = module_visible_to(request.actor, code, Permission.MANAGE_CARDS)
    form = CloseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            close_module(by=request.actor, module=module, on=form.cleaned_data["on"])
        except CardError as error:
            form.add_error(None, str(error))
        else:
            say(request, _("The module is closed. Its batches go on to their end."))
            return redirect("card_module", module.code)
    context = {
        "form": form,
        "title": _("Close %(module)s") % {"module": module.name},
        "explained": _("No card is asked for there any more. Cards on their way can still be delivered."),
        "button": _("Close the module"),
        "crumbs": module_links(module, _("Close")),
    }
    return render(request, "cards/form.html", context)
