"""The journal: who did what, where and when."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from bienestar.foundation.accounts.choices import Permission
from bienestar.foundation.accounts.queries import journal_visible_to, require_anywhere
from bienestar.web.access.forms import JournalFilter
from bienestar.web.access.places import place_names

PAGE = 50
ACTION_WORDS = {
    "accounts.create_user": gettext_lazy("Account made"),
    "accounts.end_grant": gettext_lazy("Role ended"),
    "accounts.end_tokens": gettext_lazy("API token ended"),
    "accounts.grant_role": gettext_lazy("Role given"),
    "accounts.issue_token": gettext_lazy("API token issued"),
    "accounts.move_grants": gettext_lazy("Roles moved with their unit"),
    "accounts.seal_journal": gettext_lazy("Journal sealed"),
    "accounts.set_password": gettext_lazy("Password changed"),
    "accounts.set_up_access": gettext_lazy("Roles set up"),
    "census.accept_visits": gettext_lazy("Visits accepted"),
    "census.close_round": gettext_lazy("Census round closed"),
    "census.expect_units": gettext_lazy("Units added to a census round"),
    "census.open_round": gettext_lazy("Census round opened"),
    "census.record_visits": gettext_lazy("Visits recorded"),
    "census.refuse_visits": gettext_lazy("Visits refused"),
    "equipment.put_counts": gettext_lazy("Equipment register changed"),
    "facilities.put_capacities": gettext_lazy("Rooms, beds and utilities changed"),
    "facilities.put_catchmentcells": gettext_lazy("Catchment loaded"),
    "facilities.put_catchmentgroups": gettext_lazy("Catchment by sex and age loaded"),
    "facilities.mark_outside": gettext_lazy("Units outside their municipality marked"),
    "facilities.put_hours": gettext_lazy("Opening hours changed"),
    "facilities.put_units": gettext_lazy("Units changed"),
    "facilities.tie_keys": gettext_lazy("Old and new keys of units tied"),
    "gaps.publish_run": gettext_lazy("Diagnosis published"),
    "gaps.run_diagnosis": gettext_lazy("Diagnosis made"),
    "planning.delete_scenario": gettext_lazy("Scenario deleted"),
    "planning.make_scenario": gettext_lazy("Scenario saved"),
    "planning.rename_scenario": gettext_lazy("Scenario renamed"),
    "territory.put_areas": gettext_lazy("Areas changed"),
    "territory.put_boundaries": gettext_lazy("Boundaries changed"),
    "territory.put_figures": gettext_lazy("Figures about areas changed"),
    "workforce.put_counts": gettext_lazy("Staff register changed"),
}


@require_safe
def journal(request: HttpRequest) -> HttpResponse:
    """Journal rows of the territories where the reader may read it, newest first."""
    require_anywhere(request.actor, Permission.VIEW_JOURNAL)
    form = JournalFilter(request.GET)
    form.fields["action"].choices = [
        ("", _("Anything")),
        *sorted(ACTION_WORDS.items(), key=lambda row: str(row[1])),
    ]
    form.is_valid()
    page = Paginator(_filtered(request, form), PAGE).get_page(request.GET.get("page"))
    places = place_names(request.actor, Permission.VIEW_JOURNAL, {row.area_path for row in page})
    rows = [
        {
            "entry": entry,
            "words": ACTION_WORDS.get(entry.action, entry.action),
            "subject": subject_words(entry.subject),
            "place": places[entry.area_path],
        }
        for entry in page
    ]
    return render(request, "access/journal.html", {"form": form, "page": page, "rows": rows})


def subject_words(subject: str) -> str:
    """A bulk subject, such as "12 counts", in the reader's language; any other is a code and stays as it is."""
    match subject.split(" "):
        case [number, "counts"] if number.isdecimal():
            return ngettext("%(n)s count", "%(n)s counts", int(number)) % {"n": number}
        case [number, "rows"] if number.isdecimal():
            return ngettext("%(n)s row", "%(n)s rows", int(number)) % {"n": number}
        case [number, "visits"] if number.isdecimal():
            return ngettext("%(n)s visit", "%(n)s visits", int(number)) % {"n": number}
    return subject


def _filtered(request: HttpRequest, form: JournalFilter) -> Any:
    """The rows asked for; a filter that cannot be understood is shown as an error and leaves the rows as they are."""
    found, asked = journal_visible_to(request.actor), form.cleaned_data
    if asked.get("action"):
        found = found.filter(action=asked["action"])
    if asked.get("words"):
        found = found.filter(Q(actor__icontains=asked["words"]) | Q(subject__icontains=asked["words"]))
    if asked.get("since"):
        found = found.filter(at__gte=_midnight(asked["since"]))
    if asked.get("until"):
        found = found.filter(at__lt=_midnight(asked["until"]) + dt.timedelta(days=1))
    return found


def _midnight(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time.min))
