"""Who holds which role over which territory; giving and ending roles; what each role may do."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bienestar.foundation.accounts.actions import create_user, end_grant, grant_role
from bienestar.foundation.accounts.choices import Permission
from bienestar.foundation.accounts.queries import (
    access_of,
    grant_visible_to,
    grants_visible_to,
    require,
    require_anywhere,
    roles,
)
from bienestar.foundation.storage.words import holding
from bienestar.web.access.forms import MAY_MAKE_ACCOUNTS, AccountForm, EndForm, GrantForm
from bienestar.web.access.places import place_names
from bienestar.web.notices import say
from bienestar.web.page import Link

PAGE = 50


@require_safe
def grant_list(request: HttpRequest) -> HttpResponse:
    """Roles given where the reader manages access; open ones unless all are asked for."""
    require_anywhere(request.actor, Permission.MANAGE_ACCESS)
    today = timezone.localdate()
    found = grants_visible_to(request.actor)
    words, shown = request.GET.get("q", "").strip(), request.GET.get("show", "open")
    if words:
        found = found.filter(holding(("user__username", "user__display_name"), words))
    if shown != "all":
        found = found.filter(Q(valid_to=None) | Q(valid_to__gte=today))
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    places = place_names(request.actor, Permission.MANAGE_ACCESS, {row.area_path for row in page})
    rows = [
        {
            "grant": row,
            "place": places[row.area_path],
            "ended": row.valid_to is not None and row.valid_to < today,
            "later": row.valid_from > today,
        }
        for row in page
    ]
    context = {
        "page": page,
        "rows": rows,
        "words": words,
        "shown": shown,
        "may_make_accounts": access_of(request.actor).can(*MAY_MAKE_ACCOUNTS),
    }
    return render(request, "access/grants.html", context)


def give(request: HttpRequest) -> HttpResponse:
    """Give a role."""
    require_anywhere(request.actor, Permission.MANAGE_ACCESS)
    form = GrantForm(request.POST or None, by=request.actor, initial={"username": request.GET.get("to", "")})
    if request.method == "POST" and form.is_valid():
        wanted = form.cleaned_data
        grant = grant_role(
            by=request.actor,
            user=wanted["username"],
            role=wanted["role"],
            area_path=wanted["place"],
            valid_from=wanted["valid_from"],
            valid_to=wanted["valid_to"],
        )
        say(request, _("%(name)s has the role now.") % {"name": grant.user.display_name})
        return redirect("access")
    crumbs = [Link(_("Access"), reverse("access")), Link(_("Give a role"))]
    return render(request, "access/give.html", {"form": form, "crumbs": crumbs})


def end(request: HttpRequest, pk: int) -> HttpResponse:
    """End a grant on a day; the row stays, so that what was allowed then can be told later."""
    grant = grant_visible_to(request.actor, pk)
    form = EndForm(request.POST or None, first_day=grant.valid_from)
    if request.method == "POST" and form.is_valid():
        end_grant(by=request.actor, grant=grant, on=form.cleaned_data["on"])
        say(request, _("The role of %(name)s has its last day now.") % {"name": grant.user.display_name})
        return redirect("access")
    place = place_names(request.actor, Permission.MANAGE_ACCESS, [grant.area_path])[grant.area_path]
    crumbs = [Link(_("Access"), reverse("access")), Link(_("End a role"))]
    return render(request, "access/end.html", {"form": form, "grant": grant, "place": place, "crumbs": crumbs})


def new_account(request: HttpRequest) -> HttpResponse:
    """Make an account; its role is given on the next page."""
    require(request.actor, *MAY_MAKE_ACCOUNTS)
    form = AccountForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        user = create_user(by=request.actor, **form.cleaned_data)
        say(request, _("The account is made. It may do nothing until you give it a role."))
        return redirect(f"{reverse('grant_give')}?to={user.username}")
    crumbs = [Link(_("Access"), reverse("access")), Link(_("Make an account"))]
    return render(request, "access/new_account.html", {"form": form, "crumbs": crumbs})


@require_safe
def role_policy(request: HttpRequest) -> HttpResponse:
    """What each role may do, in words. Open to all: who may do what is no secret."""
    require_anywhere(request.actor, Permission.VIEW_PUBLISHED)
    english = request.LANGUAGE_CODE == "en"
    found = []
    for role in roles():
        held = {row.permission for row in role.permissions.all()}
        found.append(
            {
                "name": role.name_en if english else role.name_es,
                "purpose": role.purpose_en if english else role.purpose_es,
                "held": held,
                "words": [permission.label for permission in Permission if permission in held],
            }
        )
    matrix = [(permission.label, [permission in role["held"] for role in found]) for permission in Permission]
    crumbs = [Link(_("Roles and what each may do"))]
    return render(request, "access/roles.html", {"roles": found, "matrix": matrix, "crumbs": crumbs})
