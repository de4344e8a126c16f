"""The sets of values: which there are, and publishing one after a look at what it changes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from bienestar.foundation.accounts.choices import Permission
from bienestar.foundation.accounts.queries import ROOT, access_of, require
from bienestar.insight.indicators.actions import publish_values
from bienestar.insight.indicators.choices import SetStage
from bienestar.insight.indicators.queries.values import (
    definitions_of,
    newest_set,
    published_sets,
    sets_visible_to,
    values_at,
)
from bienestar.web.notices import say
from bienestar.web.page import Link
from bienestar.web.pulso.sets import provenance, pulso_tabs, set_with
from bienestar.web.pulso.words import Figure, figure_of, in_order

if TYPE_CHECKING:
    from bienestar.insight.indicators.models import ValueSet

PAGE = 50


@dataclass(frozen=True)
class Change:
    """An indicator in two sets; ``before`` is None where the older set does not have it."""

    now: Figure
    before: Figure | None

    @property
    def same(self) -> bool:
        """Whether a reader would see no difference."""
        return self.before is not None and self.before.words == self.now.words

    @property
    def rule_changed(self) -> bool:
        """Whether the two were reckoned by different versions of the rule."""
        return self.before is not None and self.before.value.version != self.now.value.version


@require_safe
def all_sets(request: HttpRequest) -> HttpResponse:
    """Every cut-off; officials see drafts too, and who may publishes them from here."""
    found = sets_visible_to(request.actor)
    official = bool(access_of(request.actor).paths(Permission.VIEW_INDICATORS))
    newest = newest_set(request.actor)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "noted": any(one.note for one in page),
        "official": official,
        "may_publish": access_of(request.actor).can(Permission.PUBLISH_INDICATORS, ROOT),
        "newest": newest,
        "in_force": {one.pk for one in published_sets()},
        "tabs": pulso_tabs("pulso_sets"),
    }
    return render(request, "pulso/sets.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def publish(request: HttpRequest, number: int) -> HttpResponse:
    """Show what publishing a set changes for everybody, then do it."""
    require(request.actor, Permission.PUBLISH_INDICATORS, ROOT)
    value_set = set_with(request, number)
    assert value_set is not None
    if request.method == "POST":
        publish_values(by=request.actor, value_set=value_set)
        say(request, _("Set %(number)s is published.") % {"number": value_set.number})
        return redirect("pulso_report", value_set.number)  # which makes the report, in a request of its own
    against = _against(value_set)
    changes = _changes(request, value_set, against)
    context = {
        "set": value_set,
        "published": value_set.stage == SetStage.PUBLISHED,
        "against": against,
        "changed": [one for one in changes if not one.same],
        "same": sum(one.same for one in changes),
        "provenance": provenance(value_set),
        "crumbs": [
            Link(_("The Pulso: the country"), reverse("pulso")),
            Link(_("Cut-offs"), reverse("pulso_sets")),
            Link(_("Publish")),
        ],
    }
    return render(request, "pulso/publish.html", context)


def _against(value_set: ValueSet) -> ValueSet | None:
    """The published set that a reader would otherwise see: that of the same day, else the newest before it."""
    earlier = [one for one in published_sets() if one.cut_off <= value_set.cut_off and one.pk != value_set.pk]
    return earlier[-1] if earlier else None


def _changes(request: HttpRequest, value_set: ValueSet, against: ValueSet | None) -> list[Change]:
    definitions = definitions_of(value_set)
    before = values_at(request.actor, against) if against else {}
    old = definitions_of(against) if against else {}
    values = values_at(request.actor, value_set)
    return [
        Change(
            figure_of(value_set, values[name], definitions[name]),
            figure_of(against, before[name], old[name]) if against and name in before else None,
        )
        for name in in_order(values)
    ]
