"""The reader's own account: roles held, language, password."""

from __future__ import annotations

from django.contrib.auth import update_session_auth_hash
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from bienestar.foundation.accounts.actions import set_password
from bienestar.foundation.accounts.choices import Permission
from bienestar.foundation.accounts.queries import grants_of
from bienestar.web.access.forms import PasswordForm
from bienestar.web.access.places import place_names
from bienestar.web.notices import say


def account(request: HttpRequest) -> HttpResponse:
    """What I may do and where; change my password."""
    if not request.actor.is_authenticated:
        raise PermissionDenied("nobody is signed in")
    form = PasswordForm(request.POST or None, user=request.actor)
    if request.method == "POST" and form.is_valid():
        set_password(by=request.actor, password=form.cleaned_data["new"])
        # Other sessions of the account end with the old password; this one goes on.
        update_session_auth_hash(request, request.actor)
        say(request, _("Your password is changed. Other devices must sign in again."))
        return redirect("account")
    return render(request, "access/account.html", {"form": form, "rows": _grants(request)})


def _grants(request: HttpRequest) -> list[dict[str, object]]:
    english, today = request.LANGUAGE_CODE == "en", timezone.localdate()
    held = list(grants_of(request.actor))
    places = place_names(request.actor, Permission.VIEW_PUBLISHED, {row.area_path for row in held})
    return [
        {
            "role": row.role.name_en if english else row.role.name_es,
            "purpose": row.role.purpose_en if english else row.role.purpose_es,
            "place": places[row.area_path],
            "grant": row,
            "ended": row.valid_to is not None and row.valid_to < today,
        }
        for row in held
    ]
