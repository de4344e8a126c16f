"""Pages for everybody: what the service is, published diagnoses, medical units. Read as the public, whoever reads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bienestar.foundation.accounts.choices import Permission
from bienestar.foundation.accounts.queries import ROOT, PublicUser
from bienestar.foundation.definitions.catalogue import typologies
from bienestar.foundation.facilities.queries import keys_of, newest_hours, operating_units, units_visible_to
from bienestar.foundation.storage.words import holding
from bienestar.foundation.territory.choices import Level
from bienestar.foundation.territory.queries import area_visible_to, areas_under
from bienestar.insight.gaps.queries.listed import (
    PUBLISHED_LEVELS,
    runs_visible_to,
    service_totals_visible_to,
    totals_visible_to,
)
from bienestar.insight.gaps.queries.pages import UnitCounts, people_of_area, units_in
from bienestar.web.facilities.standard import frozen_standards
from bienestar.web.facilities.views import opening
from bienestar.web.page import Link
from bienestar.web.public.rows import Cell, ResourceRow, ServiceRow, grouped, people, resource_rows, service_rows

PAGE = 25


@dataclass(frozen=True)
class Published:
    """A published diagnosis as it tells of one territory."""

    area: Any
    run: Any

    def rows(self, language: str) -> tuple[list[ResourceRow], list[ServiceRow]]:
        """Totals of resources and of services."""
        reader = PublicUser()
        totals = totals_visible_to(reader, self.run).filter(area=self.area)
        services = service_totals_visible_to(reader, self.run).filter(area=self.area)
        return resource_rows(totals, language), service_rows(services, frozen_standards(self.run), language)

    def units(self) -> UnitCounts:
        """Units of the territory in the diagnosis."""
        return units_in(self.run, self.area)


def published_runs(area: Any) -> Any:
    """Published diagnoses that tell of a territory: its own or the whole country's, newest first."""
    runs = runs_visible_to(PublicUser()).filter(area__path__in=[area.path, ROOT])
    return runs.order_by("-published_at", "-pk")


def published_of(code: str, run: int) -> Published:
    """One published diagnosis of the country or of a state; 404 when there is none of that number."""
    area = _area(code)
    try:
        return Published(area, published_runs(area).get(pk=run))
    except ObjectDoesNotExist:
        raise Http404(code) from None


def _area(code: str) -> Any:
    """The country or a state: smaller territories are not published, because they are close to single units."""
    try:
        area = area_visible_to(PublicUser(), code, Permission.VIEW_PUBLISHED)
    except ObjectDoesNotExist:
        raise Http404(code) from None
    if area.level not in PUBLISHED_LEVELS:
        raise Http404(code)
    return area


def public_tabs(here: str) -> list[Link]:
    """The pages for everybody."""
    pages = (
        ("pulso", _("The Pulso")),
        ("public_home", _("Published diagnoses")),
        ("public_units", _("Medical units")),
        ("public_people", _("People with a record")),
        ("published_claims", _("Published figures")),
        ("verifier", _("Check a card")),
    )
    return [Link(words, "" if name == here else reverse(name)) for name, words in pages]


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What the service is, and the newest published diagnosis of each state."""
    states = list(areas_under(ROOT, Level.STATE))
    newest = _newest_by_path()
    rows = [(state, run) for state in states if (run := newest.get(state.path) or newest.get(ROOT))]
    context = {
        "rows": rows,
        "without": len(states) - len(rows),
        "country": newest.get(ROOT),
        "tabs": public_tabs("public_home"),
    }
    return render(request, "public/home.html", context)


def _newest_by_path() -> dict[str, Any]:
    """The newest published run of each territory; a run of the whole country counts where it is the newer one."""
    found: dict[str, Any] = {}
    for run in runs_visible_to(PublicUser()).order_by("published_at", "pk"):
        if run.area.path == ROOT:
            found = {}
        found[run.area.path] = run
    return found


@require_safe
def newest(request: HttpRequest, code: str) -> HttpResponse:
    """The newest published diagnosis of a state."""
    area = _area(code)
    run = published_runs(area).first()
    if run is None:
        raise Http404(code)
    return _page(request, Published(area, run))


@require_safe
def published(request: HttpRequest, code: str, run: int) -> HttpResponse:
    """One published diagnosis at its permanent address."""
    return _page(request, published_of(code, run))


def _page(request: HttpRequest, found: Published) -> HttpResponse:
    resources, services = found.rows(request.LANGUAGE_CODE)
    units, run = found.units(), found.run
    living = people_of_area(found.area, run.as_of)
    context = {
        "area": found.area,
        "run": run,
        "newest": published_runs(found.area).first(),
        "units": units,
        "living": living,
        "people": people(living.value),
        "groups": grouped(resources),
        "services": services,
        "staff_gap": _gap_of(resources, "staff"),
        "equipment_gap": _gap_of(resources, "equipment"),
        "link": request.build_absolute_uri(reverse("public_run", args=[found.area.code, run.pk])),
        "crumbs": [Link(_("Published diagnoses"), reverse("public_home")), Link(found.area.name)],
        "provenance": _provenance(run),
    }
    return render(request, "public/state.html", context)


def _gap_of(resources: list[ResourceRow], group: str) -> Cell:
    """The known gaps of one group added up; not known when none is."""
    known = [row.gap.value for row in resources if row.group == group and row.gap.value is not None]
    return Cell(sum(known) if known else None)


def _provenance(run: Any) -> list[str]:
    return [
        _("Version %(version)s of the standards. Hash: %(hash)s")
        % {"version": run.standards.version, "hash": run.standards.sha256},
        _("Hash of the lines of the diagnosis: %(hash)s") % {"hash": run.records_sha256},
    ]


@require_safe
def units(request: HttpRequest) -> HttpResponse:
    """Medical units that give care and operate today: name, type, municipality, hours, key."""
    care = [code for code, kind in typologies().unit_types.items() if kind.care]
    today = timezone.localdate()
    visible = units_visible_to(PublicUser(), Permission.VIEW_PUBLISHED)
    found = visible.filter(pk__in=operating_units(ROOT, today).order_by().values("pk"), unit_type__in=care)
    words, state = request.GET.get("q", "").strip(), request.GET.get("state", "")
    keyed = visible.filter(identifiers__value__iexact=words).order_by()
    if words:
        found = found.filter(holding(("name", "municipality__name"), words) | Q(pk__in=keyed.values("pk")))
    states = list(areas_under(ROOT, Level.STATE))
    path = next((area.path for area in states if area.code == state), "")
    found = found.filter(path__startswith=path) if path else found
    page = Paginator(found.select_related("municipality__parent"), PAGE).get_page(request.GET.get("page"))
    ids = [unit.pk for unit in page]
    keys, hours = keys_of(ids), {pk: opening([row])[0] for pk, row in newest_hours(ids).items()}
    context = {
        "page": page,
        "rows": [(unit, keys.get(unit.pk, unit.uid), hours.get(unit.pk)) for unit in page],
        "words": words,
        "state": state,
        "states": states,
        "tabs": public_tabs("public_units"),
    }
    return render(request, "public/units.html", context)
