"""Forms of access: give a role, end a grant, make an account, change one's password."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from bienestar.foundation.accounts.choices import Permission
from bienestar.foundation.accounts.queries import ROOT, access_of, roles, user_named
from bienestar.web.access.places import path_of_code

#: Held by nobody in person: what is not signed in, and what runs the commands.
NOT_GIVEN = {"public", "system_operator"}


def day_box() -> forms.DateInput:
    """The browser's own calendar; its value is always 2026-11-30."""
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class GrantForm(forms.Form):
    """A role for a person over a territory and a period."""

    username = forms.CharField(
        label=_("User name"), help_text=_("The name that the person signs in with."), max_length=150
    )
    role = forms.ChoiceField(label=_("Role"))
    place = forms.CharField(
        label=_("Territory"),
        help_text=_("MX for the country, 13 for a state, 13048 for a municipality, or the key of a unit."),
        max_length=20,
    )
    valid_from = forms.DateField(label=_("First day"), widget=day_box())
    valid_to = forms.DateField(
        label=_("Last day"),
        help_text=_("Leave it empty while the role has no end."),
        required=False,
        widget=day_box(),
    )

    def __init__(self, *args: Any, by: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by
        english = (get_language() or "es").startswith("en")
        named = [(r.key, r.name_en if english else r.name_es) for r in roles() if r.key not in NOT_GIVEN]
        self.fields["role"].choices = [("", _("Choose a role")), *named]
        self.fields["valid_from"].initial = timezone.localdate()

    def clean_username(self) -> Any:
        """The account of that name."""
        user = user_named(self.cleaned_data["username"].strip())
        if user is None:
            raise ValidationError(_("There is no account with this name. Make it first, or check the spelling."))
        return user

    def clean_place(self) -> str:
        """The path of the territory, which must be one where the giver manages access."""
        try:
            path = path_of_code(self.by, Permission.MANAGE_ACCESS, self.cleaned_data["place"])
        except ObjectDoesNotExist:
            raise ValidationError(
                _("There is no such area or unit in the territory where you manage access.")
            ) from None
        # The country's page is open to whoever manages one state; a role over the country is not theirs to give.
        if not access_of(self.by).can(Permission.MANAGE_ACCESS, path):
            raise ValidationError(_("You do not manage access over the whole of this territory."))
        return path

    def clean(self) -> dict[str, Any]:
        """The period in order."""
        first, last = self.cleaned_data.get("valid_from"), self.cleaned_data.get("valid_to")
        if first and last and last < first:
            self.add_error("valid_to", _("The last day is before the first day."))
        return self.cleaned_data


class EndForm(forms.Form):
    """The last day of a grant."""

    on = forms.DateField(label=_("Last day"), widget=day_box())

    def __init__(self, *args: Any, first_day: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.first_day = first_day
        self.fields["on"].initial = max(timezone.localdate(), first_day)

    def clean_on(self) -> dt.date:
        """Not before the grant's first day."""
        if self.cleaned_data["on"] < self.first_day:
            raise ValidationError(_("The role cannot end before its first day."))
        return self.cleaned_data["on"]


class AccountForm(forms.Form):
    """A new account, which may do nothing until it is given a role."""

    username = forms.CharField(
        label=_("User name"), help_text=_("Small letters, figures, dots and hyphens."), max_length=150
    )
    display_name = forms.CharField(label=_("Name shown on the pages"), max_length=200)
    password = forms.CharField(
        label=_("First password"),
        help_text=_("At least 10 characters. The person changes it under “My account”."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        strip=False,
    )

    def clean_username(self) -> str:
        """Not taken, and easy to type."""
        name = self.cleaned_data["username"].strip()
        if not all(c.islower() and c.isascii() or c.isdigit() or c in ".-" for c in name):
            raise ValidationError(_("Use only small letters without accents, figures, dots and hyphens."))
        if user_named(name):
            raise ValidationError(_("There is already an account with this name."))
        return name

    def clean_password(self) -> str:
        """Long enough and not a common one."""
        validate_password(self.cleaned_data["password"])
        return self.cleaned_data["password"]


class PasswordForm(forms.Form):
    """One's own password: the old one, the new one twice."""

    old = forms.CharField(
        label=_("Present password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        strip=False,
    )
    new = forms.CharField(
        label=_("New password"),
        help_text=_("At least 10 characters; several words are easier to remember and harder to guess."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        strip=False,
    )
    again = forms.CharField(
        label=_("New password, once more"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        strip=False,
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_old(self) -> str:
        """It is the one in force."""
        if not self.user.check_password(self.cleaned_data["old"]):
            raise ValidationError(_("This is not your present password."))
        return self.cleaned_data["old"]

    def clean_new(self) -> str:
        """Long enough and not a common one."""
        validate_password(self.cleaned_data["new"], self.user)
        return self.cleaned_data["new"]

    def clean(self) -> dict[str, Any]:
        """Twice the same."""
        new, again = self.cleaned_data.get("new"), self.cleaned_data.get("again")
        if new and again and new != again:
            self.add_error("again", _("The two new passwords are not the same."))
        return self.cleaned_data


class JournalFilter(forms.Form):
    """What to look for in the journal; nothing is required."""

    action = forms.ChoiceField(label=_("What was done"), required=False)
    words = forms.CharField(label=_("Person or subject"), required=False, max_length=100)
    since = forms.DateField(label=_("From"), required=False, widget=day_box())
    until = forms.DateField(label=_("To"), required=False, widget=day_box())


MAY_MAKE_ACCOUNTS = (Permission.MANAGE_ACCESS, ROOT)
