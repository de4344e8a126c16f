"""Breadcrumbs and tabs of the pages about cards."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from bienestar.foundation.accounts.choices import Permission
from bienestar.foundation.accounts.queries import ROOT, access_of
from bienestar.web.page import Link, Words


def card_links(*more: Link) -> list[Link]:
    """The breadcrumb cards → …; the last link is the page itself."""
    if not more:
        return [Link(_("Cards"))]
    return [Link(_("Cards"), reverse("cards")), *more]


def batch_links(batch: Any, here: Words = "") -> list[Link]:
    """The breadcrumb cards → batch → ``here``."""
    if not here:
        return card_links(Link(batch_name(batch)))
    return card_links(Link(batch_name(batch), reverse("card_batch", args=[batch.pk])), Link(here))


def module_links(module: Any, here: Words = "") -> list[Link]:
    """The breadcrumb cards → modules → module → ``here``."""
    modules = Link(_("Modules"), reverse("card_modules"))
    if not here:
        return card_links(modules, Link(module.name))
    return card_links(modules, Link(module.name, reverse("card_module", args=[module.code])), Link(here))


def batch_name(batch: Any) -> str:
    """What people call a batch: its module's code and its number there."""
    return _("Batch %(name)s") % {"name": f"{batch.module.code}-{batch.number}"}


def card_tabs(request: HttpRequest, here: str) -> list[Link]:
    """The parts of the section that this reader may open; ``here`` is the name of the one that is open."""
    access = access_of(request.actor)
    parts: list[tuple[str, Words, bool]] = [
        ("cards", _("Batches"), True),
        ("card_requests", _("Waiting requests"), bool(access.paths(Permission.MANAGE_CARDS))),
        ("card_reconciliation", _("Reconciliation"), True),
        ("card_modules", _("Modules"), True),
        ("card_keys", _("Keys"), access.can(Permission.MANAGE_KEYS, ROOT)),
    ]
    return [Link(words, "" if name == here else reverse(name)) for name, words, shown in parts if shown]
