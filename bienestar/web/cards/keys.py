"""The page of signing keys, for who keeps them: make, retire, give up as compromised."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bienestar.foundation.accounts.choices import Permission
from bienestar.foundation.accounts.queries import ROOT, require
from bienestar.operations.enrolment.actions import compromise_key, make_key, retire_key
from bienestar.operations.enrolment.queries import fingerprint, keys_with_counts, signing_key, signing_key_on
from bienestar.registers.beneficiaries.choices import ENDED
from bienestar.registers.beneficiaries.queries import CardError
from bienestar.web.cards.forms import NewKeyForm, TypedForm
from bienestar.web.cards.links import card_links, card_tabs
from bienestar.web.notices import say
from bienestar.web.page import Link


@require_safe
def keys(request: HttpRequest) -> HttpResponse:
    """Every key: fingerprint, dates, cards, and which one signs today."""
    require(request.actor, Permission.MANAGE_KEYS, ROOT)
    signs = signing_key_on(timezone.localdate())
    context = {
        "rows": [_row(key, counts, signs) for key, counts in keys_with_counts()],
        "signs": signs,
        "tabs": card_tabs(request, "card_keys"),
        "crumbs": card_links(Link(_("Keys"))),
    }
    return render(request, "cards/keys.html", context)


def _row(key: Any, counts: dict[str, int], signs: Any) -> dict[str, Any]:
    """A key, its stage, and its cards: all of them, and those that still hold."""
    ended = sum(counts.get(stage, 0) for stage in ENDED)
    if key.compromised_on:
        stage = "compromised"
    elif key.retired_on:
        stage = "retired"
    else:
        stage = "signs" if key == signs else "waits" if key.valid_from > timezone.localdate() else "rests"
    return {
        "key": key,
        "fingerprint": fingerprint(key),
        "stage": stage,
        "cards": sum(counts.values()),
        "holding": sum(counts.values()) - ended,
    }


def new_key(request: HttpRequest) -> HttpResponse:
    """Make a key."""
    require(request.actor, Permission.MANAGE_KEYS, ROOT)
    form = NewKeyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            key = make_key(by=request.actor, valid_from=form.cleaned_data["valid_from"])
        except CardError as error:
            form.add_error(None, str(error))
        else:
            say(request, _("The key %(kid)s is made. Keep a copy of its file in a safe place.") % {"kid": key.kid})
            return redirect("card_keys")
    context = {
        "form": form,
        "title": _("Make a key"),
        "explained": _("From its first day on the new key signs. Cards of earlier keys still hold."),
        "button": _("Make the key"),
        "crumbs": _crumbs(_("Make a key")),
    }
    return render(request, "cards/form.html", context)


def step(request: HttpRequest, kid: str, code: str) -> HttpResponse:
    """Retire a key, or give it up as compromised: its id is typed to confirm."""
    require(request.actor, Permission.MANAGE_KEYS, ROOT)
    key = signing_key(kid)
    if code not in {"retire", "compromise"}:
        raise Http404
    form = TypedForm(request.POST or None, expected=key.kid)
    if request.method == "POST" and form.is_valid():
        try:
            (retire_key if code == "retire" else compromise_key)(by=request.actor, key=key)
        except CardError as error:
            form.add_error(None, str(error))
        else:
            say(request, _done(code) % {"kid": key.kid})
            return redirect("card_keys")
    counts = next((found for one, found in keys_with_counts() if one == key), {})
    row = _row(key, counts, None)
    context = {
        "form": form,
        "title": _("Retire a key") if code == "retire" else _("Give up a compromised key"),
        "explained": _explained(code),
        "warning": code == "compromise",
        "facts": [
            (_("Key"), key.kid),
            (_("Fingerprint"), row["fingerprint"]),
            (_("Signs from"), key.valid_from),
            (_("Cards that it signed"), row["cards"]),
            (_("Of these, not ended"), row["holding"]),
        ],
        "button": _("Retire the key") if code == "retire" else _("Give up the key"),
        "crumbs": _crumbs(_("Retire") if code == "retire" else _("Give up")),
    }
    return render(request, "cards/form.html", context)


def _explained(code: str) -> str:
    if code == "retire":
        return _("It signs no more. The cards that it signed still hold.")
    return _(
        "Do this when somebody else may have the private key. No card that it ever signed is believed from now on, "
        "and each must be replaced. Its file is deleted. This cannot be undone."
    )


def _done(code: str) -> str:
    if code == "retire":
        return _("The key %(kid)s signs no more.")
    return _("The key %(kid)s is given up. Its unprinted cards wait to be signed again; replace the others.")


def _crumbs(here: str) -> list[Link]:
    return card_links(Link(_("Keys"), reverse("card_keys")), Link(here))
