"""Signing in and out, and the language of the pages."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from bienestar.foundation.accounts.actions import note_sign_in, note_sign_out, set_language
from bienestar.foundation.accounts.choices import Permission
from bienestar.foundation.accounts.queries import ROOT, PublicUser, access_of, accounts_named_like
from bienestar.insight.indicators.queries.values import newest_set
from bienestar.web.accounts.forms import SignInForm
from bienestar.web.page import address

YEAR = 365 * 24 * 3600


class SignIn(LoginView):
    """The sign-in page; the demo's lists its ready accounts."""

    template_name = "accounts/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def get_default_redirect_url(self) -> str:
        return reverse("home")

    def form_valid(self, form: Any) -> HttpResponse:
        """Sign in and leave a row of it."""
        answer = super().form_valid(form)
        note_sign_in(by=form.get_user())
        return answer

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        if settings.DEMO:
            language = self.request.LANGUAGE_CODE
            context["demo_password"] = settings.DEMO_PASSWORD
            context["demo_accounts"] = [
                {
                    "username": user.username,
                    "roles": access_of(user).role_names(language),
                    "name": user.display_name,
                }
                for user in accounts_named_like("demo-")
            ]
        return context


class SignOut(LogoutView):
    """POST only; then the sign-in page."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Leave a row of it and sign out."""
        if not isinstance(request.actor, PublicUser):
            note_sign_out(by=request.actor)
        return super().post(request, *args, **kwargs)

    def get_success_url(self) -> str:
        return reverse("sign_in")


@require_POST
def change_language(request: HttpRequest) -> HttpResponse:
    """Keep the language in this browser, and with the account of who is signed in; stay on the same page."""
    language = request.POST.get("language", "")
    if language not in dict(settings.LANGUAGES):
        return HttpResponseBadRequest()
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}):
        back = reverse("home")
    if not isinstance(request.actor, PublicUser):
        set_language(by=request.actor, language=language)
    response = HttpResponseRedirect(back)
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=YEAR,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return response


def home(request: HttpRequest) -> HttpResponse:
    """The page of the territory that the reader works in, down to one unit; at a counter, the counter."""
    access = access_of(request.actor)
    if access.paths(Permission.REGISTER_PERSON) and not access.paths(Permission.VIEW_GAPS):
        return redirect("counter")
    paths = access.paths(Permission.VIEW_UNITS)
    if not paths:
        return redirect("pulso" if newest_set(request.actor) else address("public_home") or "sign_in")
    if ROOT in paths:
        return redirect("area", "MX")
    last = paths[0].rstrip("/").split("/")[-1]
    return redirect("unit", last[2:]) if last.startswith("U-") else redirect("area", last)
