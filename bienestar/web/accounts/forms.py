"""The sign-in form."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.forms import AuthenticationForm
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from bienestar.foundation.accounts.actions import note_failed_sign_in
from bienestar.web.accounts.throttle import count_failure, forget_failures, must_wait


class SignInForm(AuthenticationForm):
    """Name and password; after ten failures the password is not even looked at until the wait is over."""

    error_messages = {
        **AuthenticationForm.error_messages,
        "invalid_login": _("The user name or the password is not right. Mind capital letters."),
        "wait": _("Too many attempts with this name. Wait 15 minutes and try again."),
    }

    def __init__(self, request: Any = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(request, *args, **kwargs)
        self.fields["username"].label = _("User name")
        self.fields["password"].label = _("Password")
        for field in self.fields.values():
            field.widget.attrs.pop("autofocus", None)

    def clean(self) -> dict[str, Any]:
        """Ask the throttle before and tell it after."""
        name, address = self.cleaned_data.get("username") or "", self.request.META.get("REMOTE_ADDR", "")
        if must_wait(name, address):
            raise ValidationError(self.error_messages["wait"], code="wait")
        try:
            cleaned = super().clean()
        except ValidationError:
            waits = count_failure(name, address)
            note_failed_sign_in(by=self.request.actor, username=name, waits=waits)
            raise
        forget_failures(name, address)
        return cleaned
