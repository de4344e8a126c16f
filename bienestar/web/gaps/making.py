"""Making a diagnosis and publishing one: the two writes that start from a territory's pages."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bienestar.foundation.accounts.choices import Permission
from bienestar.foundation.accounts.queries import require
from bienestar.foundation.definitions.standards import standards
from bienestar.foundation.territory.queries import area_visible_to
from bienestar.insight.gaps.actions import NothingToDiagnose, publish_run, run_diagnosis
from bienestar.insight.gaps.queries.listed import run_visible_to
from bienestar.web.notices import say
from bienestar.web.page import Link, address
from bienestar.web.territory.views import area_links


class DiagnosisForm(forms.Form):
    """The day whose registers a diagnosis reads."""

    as_of = forms.DateField(
        label=gettext_lazy("As of"),
        help_text=gettext_lazy("What the registers said at the end of that day. Not later than today."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def clean_as_of(self) -> object:
        """A day that has not come has no records."""
        day = self.cleaned_data["as_of"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("That day has not come yet."))
        return day


def make_diagnosis(request: HttpRequest, code: str) -> HttpResponse:
    """Say the day, then diagnose: some seconds for a state, under half a minute for the country."""
    area = area_visible_to(request.actor, code, Permission.RUN_DIAGNOSIS)
    require(request.actor, Permission.RUN_DIAGNOSIS, area.path)
    form = DiagnosisForm(request.POST or None, initial={"as_of": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        try:
            run = run_diagnosis(by=request.actor, area=area, as_of=form.cleaned_data["as_of"])
        except NothingToDiagnose as error:
            form.add_error("as_of", str(error))
        else:
            say(request, _("Diagnosis %(number)d is made and frozen.") % {"number": run.pk})
            return redirect("area", code)
    crumbs = [
        *area_links(request.actor, area),
        Link(_("Diagnoses"), address("area_runs", code)),
        Link(_("Make a diagnosis")),
    ]
    context = {"area": area, "form": form, "version": standards().version, "crumbs": crumbs}
    return render(request, "gaps/make.html", context)


def publish_diagnosis(request: HttpRequest, code: str, run: int) -> HttpResponse:
    """Say what publishing does, then do it."""
    area = area_visible_to(request.actor, code, Permission.PUBLISH_DIAGNOSIS)
    found = run_visible_to(request.actor, run)
    require(request.actor, Permission.PUBLISH_DIAGNOSIS, found.area.path)
    if request.method == "POST":
        publish_run(by=request.actor, run=found)
        say(request, _("Diagnosis %(number)d is published.") % {"number": found.pk})
        return redirect("area_runs", code)
    crumbs = [*area_links(request.actor, area), Link(_("Diagnoses"), address("area_runs", code)), Link(_("Publish"))]
    return render(request, "gaps/publish.html", {"area": area, "run": found, "crumbs": crumbs})
