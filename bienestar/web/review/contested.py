"""Conclusions that a person or a document contradicts: a supervisor decides what holds."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from bienestar.foundation.accounts.choices import Permission
from bienestar.foundation.accounts.queries import access_of, require_anywhere
from bienestar.foundation.definitions.people import people_rules
from bienestar.operations.enrolment.actions import EligibilityError, settle_eligibility
from bienestar.operations.enrolment.queries import contested_for, found_words, institution_name
from bienestar.registers.beneficiaries.actions import read_person
from bienestar.registers.beneficiaries.queries import affiliations_of, person_visible_to
from bienestar.web.notices import say
from bienestar.web.page import Link
from bienestar.web.review.queue import desk_tabs

PAGE = 50


class SettleForm(forms.Form):
    """What holds, and which institution covers where no affiliation says it."""

    answer = forms.ChoiceField(
        label=gettext_lazy("What holds"),
        choices=(
            ("covered", gettext_lazy("An institution covers this person")),
            ("not_covered", gettext_lazy("No institution covers this person: the entry is somebody else's or wrong")),
        ),
        widget=forms.RadioSelect,
    )
    institution = forms.ChoiceField(
        label=gettext_lazy("Which institution"),
        required=False,
        help_text=gettext_lazy("Only where no roll says it. It then counts until the next check."),
    )
    note = forms.CharField(
        label=gettext_lazy("What was seen"),
        required=False,
        max_length=250,
        help_text=gettext_lazy("For example: certificate of end of affiliation. No names and no CURP."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = [(code, institution_name(code)) for code in people_rules().institutions]
        self.fields["institution"].choices = [("", "—"), *known]


@require_safe
def contested_list(request: HttpRequest) -> HttpResponse:
    """Contested conclusions, those that wait longest first; without names."""
    require_anywhere(request.actor, Permission.REVIEW_MATCH)
    page = Paginator(contested_for(request.actor), PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [(check, _covering(check)) for check in page],
        "tabs": desk_tabs(request.actor, "review_contested"),
        "crumbs": [Link(_("Pairs to review"), reverse("review")), Link(_("Contested"))],
    }
    return render(request, "review/contested.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def settle(request: HttpRequest, uid: str) -> HttpResponse:
    """One contested conclusion: what each roll says, what was noted, and the decision."""
    require_anywhere(request.actor, Permission.REVIEW_MATCH)
    person = person_visible_to(request.actor, uid, Permission.REVIEW_MATCH)
    check = contested_for(request.actor).filter(person_id=person.pk).first()
    if check is None:
        say(request, _("Nothing is contested of this person, or somebody decided it meanwhile."))
        return redirect("review_contested")
    form = SettleForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            settle_eligibility(
                by=request.actor,
                person=person,
                covered=told["answer"] == "covered",
                institution=told["institution"],
                note=told["note"],
            )
        except EligibilityError as error:
            form.add_error(None, str(error))
        else:
            say(request, _("Decided. The conclusion is on the person's record."))
            return redirect("review_contested")
    read_person(by=request.actor, person=person, purpose="review")
    context = {
        "person": person,
        "person_url": reverse("person", args=[person.uid])
        if access_of(request.actor).can(Permission.VIEW_PERSONS, person.path)
        else "",
        "name": " ".join(part for part in (person.given_names, person.first_surname, person.second_surname) if part),
        "check": check,
        "evidence": [_told(*row) for row in check.evidence],
        "affiliations": [(institution_name(one.institution), one) for one in affiliations_of(person)],
        "form": form,
        "crumbs": [
            Link(_("Pairs to review"), reverse("review")),
            Link(_("Contested"), reverse("review_contested")),
            Link(_("Decide")),
        ],
    }
    return render(request, "review/settle.html", context)


def _covering(check: Any) -> str:
    """The institutions whose roll has the person, as far as the conclusion says it."""
    return ", ".join(institution_name(code) for code, _cut_off, found in check.evidence if found == "yes")


def _told(institution: str, cut_off: str | None, found: str) -> tuple[str, str, dt.date | None]:
    day = dt.date.fromisoformat(cut_off) if cut_off else None
    return institution_name(institution), found_words(found), day
