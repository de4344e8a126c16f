"""What every page knows: who is reading, in which language, where in the territory, and where figures come from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bienestar.foundation.accounts.choices import Permission
from bienestar.foundation.accounts.queries import Access, Actor, PublicUser, access_of

Words = str | Promise


@dataclass(frozen=True)
class Link:
    """Words and an address; no address for the page that the reader is on."""

    label: Words
    url: str = ""


# Sections of the product: words, URL name, and the permission without which the link is not shown.
SECTIONS: tuple[tuple[Words, str, Permission], ...] = (
    (_("The Pulso"), "pulso", Permission.VIEW_PUBLISHED),
    (_("Territory"), "home", Permission.VIEW_UNITS),
    (_("Counter"), "counter", Permission.VIEW_PERSONS),
    (_("Cards"), "cards", Permission.VIEW_CARDS),
    (_("Review desk"), "review", Permission.REVIEW_MATCH),
    (_("Verifier"), "verifier", Permission.VIEW_CARDS),
    (_("Plans"), "scenarios", Permission.VIEW_PLANS),
    (_("Census"), "census_rounds", Permission.VIEW_UNITS),
    (_("Standards"), "standards", Permission.VIEW_PUBLISHED),
    (_("Published diagnoses"), "public_home", Permission.VIEW_PUBLISHED),
    (_("Access"), "access", Permission.MANAGE_ACCESS),
    (_("Journal"), "journal", Permission.VIEW_JOURNAL),
)


def page_context(request: HttpRequest) -> dict[str, Any]:
    """Context of every template."""
    actor = getattr(request, "actor", None) or PublicUser()
    access = access_of(actor)
    language = getattr(request, "LANGUAGE_CODE", settings.LANGUAGE_CODE)
    return {
        "demo": settings.DEMO,
        "actor": actor,
        "role_names": access.role_names(language),
        "sections": sections(access, request.path),
        "this_page": "" if request.method == "POST" else request.get_full_path(),
    }


def sections(access: Access, path: str) -> list[dict[str, Any]]:
    """Links of the header that this reader may follow, the current one marked."""
    found = []
    for label, name, permission in SECTIONS:
        url = address(name)
        if url and access.paths(permission):
            here = path == url if name == "home" else path.startswith(url)
            found.append({"label": label, "url": url, "here": here or (name == "home" and _in_territory(path))})
    return found


def address(name: str, *args: Any) -> str:
    """The address of a page by its name, or "" where the product does not have that page."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


def area_links(by: Actor, area: Any, *, last: bool = False) -> list[Link]:
    """The breadcrumb country → … → ``area``; ``last``: the area is the page itself, so it is not a link.

    What the reader may not see stands as words without a link.
    """
    chain = []
    step = area
    while step is not None:
        chain.append(step)
        step = step.parent
    access = access_of(by)
    links = [
        Link(found.name, address("area", found.code) if access.can(Permission.VIEW_UNITS, found.path) else "")
        for found in reversed(chain)
    ]
    return [*links[:-1], Link(area.name)] if last else links


def unit_links(by: Actor, unit: Any, key: str, *, last: bool = False) -> list[Link]:
    """The breadcrumb country → state → municipality → unit."""
    return [*area_links(by, unit.municipality), Link(unit.name, "" if last else address("unit", key))]


def _in_territory(path: str) -> bool:
    return path.startswith(("/areas/", "/units/"))
