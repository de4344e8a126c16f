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
    "accounts.note_failed_sign_in": gettext_lazy("Sign-in that failed"),
    "accounts.note_sign_in": gettext_lazy("Signed in"),
    "accounts.note_sign_out": gettext_lazy("Signed out"),
    "accounts.seal_journal": gettext_lazy("Journal sealed"),
    "accounts.set_password": gettext_lazy("Password changed"),
    "accounts.set_up_access": gettext_lazy("Roles set up"),
    "beneficiaries.activate_card": gettext_lazy("Card active"),
    "beneficiaries.cancel_card": gettext_lazy("Card cancelled"),
    "beneficiaries.cards_cancelled": gettext_lazy("Cards cancelled"),
    "beneficiaries.cards_printed": gettext_lazy("Cards printed"),
    "beneficiaries.cards_received": gettext_lazy("Cards at their module"),
    "beneficiaries.cards_shipped": gettext_lazy("Cards shipped"),
    "beneficiaries.cards_validated": gettext_lazy("Cards wait for a second piece"),
    "beneficiaries.close_affiliations": gettext_lazy("Affiliations ended or prolonged"),
    "beneficiaries.correct_person": gettext_lazy("Record of a person corrected"),
    "beneficiaries.deliver_card": gettext_lazy("Card delivered"),
    "beneficiaries.export_persons": gettext_lazy("List of people downloaded"),
    "beneficiaries.give_folio": gettext_lazy("Temporary folio given"),
    "beneficiaries.mark_matched": gettext_lazy("Rolls compared with people"),
    "beneficiaries.merge_persons": gettext_lazy("Two records made one person"),
    "beneficiaries.move_person": gettext_lazy("Person moved to another unit"),
    "beneficiaries.observe_cards": gettext_lazy("Requests for cards stopped"),
    "beneficiaries.open_affiliations": gettext_lazy("Affiliations begun"),
    "beneficiaries.prune_rolls": gettext_lazy("Entries of replaced rolls deleted"),
    "beneficiaries.put_persons": gettext_lazy("People registered from a file"),
    "beneficiaries.read_person": gettext_lazy("Record of a person seen"),
    "beneficiaries.receive_roll": gettext_lazy("Roll of an institution received"),
    "beneficiaries.record_consent": gettext_lazy("Consent recorded"),
    "beneficiaries.record_death": gettext_lazy("Death recorded"),
    "beneficiaries.register_person": gettext_lazy("Person registered"),
    "beneficiaries.replace_card": gettext_lazy("Card replaced"),
    "beneficiaries.request_card": gettext_lazy("Card requested"),
    "beneficiaries.request_cards": gettext_lazy("Cards requested"),
    "beneficiaries.revoke_card": gettext_lazy("Card revoked"),
    "beneficiaries.search_persons": gettext_lazy("People searched"),
    "beneficiaries.unmerge_person": gettext_lazy("Two records made two people again"),
    "beneficiaries.take_back_death": gettext_lazy("Recorded death taken back"),
    "beneficiaries.validate_cards": gettext_lazy("Cards signed"),
    "beneficiaries.withdraw_affiliations": gettext_lazy("Affiliations taken back"),
    "census.accept_visits": gettext_lazy("Visits accepted"),
    "census.close_round": gettext_lazy("Census round closed"),
    "census.expect_units": gettext_lazy("Units added to a census round"),
    "census.open_round": gettext_lazy("Census round opened"),
    "census.record_visits": gettext_lazy("Visits recorded"),
    "census.refuse_visits": gettext_lazy("Visits refused"),
    "enrolment.activate": gettext_lazy("Card scanned for the first time"),
    "enrolment.ask_eligibility": gettext_lazy("Eligibility asked"),
    "enrolment.begin_count": gettext_lazy("Stock count begun"),
    "enrolment.begin_printing": gettext_lazy("Printing begun"),
    "enrolment.cancel": gettext_lazy("Card and its piece cancelled"),
    "enrolment.check_eligibility": gettext_lazy("Eligibility concluded"),
    "enrolment.close_batch": gettext_lazy("Batch closed"),
    "enrolment.close_module": gettext_lazy("Enrolment module closed"),
    "enrolment.compromise_key": gettext_lazy("Signing key given up as compromised"),
    "enrolment.decide_pair": gettext_lazy("Pair decided"),
    "enrolment.decide_pairs": gettext_lazy("Pairs decided"),
    "enrolment.deliver": gettext_lazy("Piece handed over"),
    "enrolment.drop_batch": gettext_lazy("Batch taken apart"),
    "enrolment.finish_count": gettext_lazy("Stock count finished"),
    "enrolment.make_batch": gettext_lazy("Batch put together"),
    "enrolment.make_key": gettext_lazy("Signing key made"),
    "enrolment.match": gettext_lazy("People compared with the rolls"),
    "enrolment.note_death": gettext_lazy("Death noted and card stopped"),
    "enrolment.open_module": gettext_lazy("Enrolment module opened"),
    "enrolment.print_batch": gettext_lazy("Batch printed"),
    "enrolment.receive_batch": gettext_lazy("Batch received"),
    "enrolment.replace": gettext_lazy("Card and its piece replaced"),
    "enrolment.request_card": gettext_lazy("Folio given"),
    "enrolment.request_cards": gettext_lazy("Folios given"),
    "enrolment.retire_key": gettext_lazy("Signing key retired"),
    "enrolment.return_pieces": gettext_lazy("Pieces returned"),
    "enrolment.revoke": gettext_lazy("Card and its piece revoked"),
    "enrolment.ship_batch": gettext_lazy("Batch shipped"),
    "enrolment.spoil_pieces": gettext_lazy("Pieces spoiled"),
    "enrolment.undo_decision": gettext_lazy("Decision on a pair undone"),
    "enrolment.validate_requests": gettext_lazy("Requests for cards looked at"),
    "equipment.put_counts": gettext_lazy("Equipment register changed"),
    "facilities.mark_outside": gettext_lazy("Units outside their municipality marked"),
    "facilities.put_capacities": gettext_lazy("Rooms, beds and utilities changed"),
    "facilities.put_catchmentcells": gettext_lazy("Catchment loaded"),
    "facilities.put_catchmentgroups": gettext_lazy("Catchment by sex and age loaded"),
    "facilities.put_hours": gettext_lazy("Opening hours changed"),
    "facilities.put_units": gettext_lazy("Units changed"),
    "facilities.tie_keys": gettext_lazy("Old and new keys of units tied"),
    "gaps.publish_run": gettext_lazy("Diagnosis published"),
    "gaps.run_diagnosis": gettext_lazy("Diagnosis made"),
    "indicators.compute_values": gettext_lazy("Indicators reckoned"),
    "indicators.export_records": gettext_lazy("Records behind an indicator downloaded"),
    "indicators.publish_values": gettext_lazy("Indicators published"),
    "indicators.read_records": gettext_lazy("Records of people behind an indicator seen"),
    "planning.delete_scenario": gettext_lazy("Scenario deleted"),
    "planning.make_scenario": gettext_lazy("Scenario saved"),
    "planning.rename_scenario": gettext_lazy("Scenario renamed"),
    "snapshots.take_snapshot": gettext_lazy("Registers frozen"),
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
        case [number, "persons"] if number.isdecimal():
            return ngettext("%(n)s person", "%(n)s persons", int(number)) % {"n": number}
        case [number, "cards"] if number.isdecimal():
            return ngettext("%(n)s card", "%(n)s cards", int(number)) % {"n": number}
        case [number, "counts"] if number.isdecimal():
            return ngettext("%(n)s count", "%(n)s counts", int(number)) % {"n": number}
        case [number, "rows"] if number.isdecimal():
            return ngettext("%(n)s row", "%(n)s rows", int(number)) % {"n": number}
        case [number, "pairs"] if number.isdecimal():
            return ngettext("%(n)s pair", "%(n)s pairs", int(number)) % {"n": number}
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
