"""Which rolls of institutions are here, how old they are, and whether they still say that somebody is not covered."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bienestar.foundation.accounts.choices import Permission
from bienestar.foundation.accounts.queries import access_of
from bienestar.foundation.definitions.people import Institution, people_rules
from bienestar.operations.enrolment.queries import last_day_of_roll
from bienestar.registers.beneficiaries.queries import current_rolls, rolls_visible_to, sees_rolls
from bienestar.web.page import Link


@require_safe
def rolls(request: HttpRequest) -> HttpResponse:
    """Per institution the cut in force and those before it: days and counts, and nobody's entry."""
    if not sees_rolls(request.actor):
        raise PermissionDenied("rolls")
    received = defaultdict(list)
    for roll in rolls_visible_to(request.actor):
        received[roll.institution].append(roll)
    current, rules = current_rolls(), people_rules()
    told = [institution_row(code, rule, current.get(code), received[code]) for code, rule in rules.institutions.items()]
    reviews = access_of(request.actor).paths(Permission.REVIEW_MATCH)
    above = [Link(_("Pairs to review"), reverse("review"))] if reviews else []
    context = {
        "institutions": told,
        "valid_days": rules.eligibility.roll_valid_days.value,
        "crumbs": [*above, Link(_("Rolls of the institutions"))],
    }
    return render(request, "rolls/overview.html", context)


def institution_row(code: str, rule: Institution, current: Any, received: list[Any]) -> dict[str, Any]:
    """What the page says of one institution; ``received``: its rolls, the newest cut first."""
    language, today = get_language() or "es", timezone.localdate()
    row: dict[str, Any] = {
        "code": code,
        "name": rule.name.in_language(language),
        "long": rule.long.in_language(language),
        "required": rule.required,
        "current": current,
        "history": [roll for roll in received if current is None or roll.pk != current.pk],
    }
    if current:
        until = last_day_of_roll(current)
        row |= {"days": (today - current.cut_off).days, "until": until, "old": today > until}
        row["matched_on"] = _day(current.matched_at)
    for roll in row["history"]:
        roll.matched_on = _day(roll.matched_at)
        roll.is_ahead = roll.cut_off > today
    return row


def _day(moment: dt.datetime | None) -> dt.date | None:
    return timezone.localdate(moment) if moment else None
