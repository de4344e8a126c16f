"""Reading enrolment modules: those that somebody may see, and those near a person."""

from __future__ import annotations

from django.db.models import QuerySet

from bienestar.foundation.accounts.choices import Permission
from bienestar.foundation.accounts.queries import Actor, access_of
from bienestar.operations.enrolment.models import Module
from bienestar.registers.beneficiaries.models import Card, Person

STATE_PARTS = 2  # "MX/13/": country and state


def modules_visible_to(by: Actor, permission: Permission = Permission.VIEW_CARDS) -> QuerySet[Module]:
    """Modules where ``by`` holds ``permission``, by code; closed ones too, because their cards remain."""
    found = Module.objects.filter(access_of(by).within(permission))
    return found.select_related("municipality", "unit").order_by("code")


def module_visible_to(by: Actor, code: str, permission: Permission = Permission.VIEW_CARDS) -> Module:
    """The module of that code; Module.DoesNotExist where ``by`` may not see it."""
    return modules_visible_to(by, permission).get(code=code)


def modules_near(path: str) -> list[Module]:
    """Open modules of the state in which ``path`` lies, the nearest in the tree of areas first, then by name.

    A card may be asked for and collected at any of them. ``path`` is a person's, a unit's or an area's.
    """
    state = "/".join(path.split("/")[:STATE_PARTS]) + "/"
    found = Module.objects.filter(path__startswith=state, closed_on=None).select_related("municipality", "unit")
    return sorted(found, key=lambda module: (-_shared(module.path, path), module.name, module.code))


def module_of(card: Card) -> Module:
    """The module that serves a card: its folio begins with the module's code."""
    return Module.objects.select_related("municipality").get(code=card.folio[:6])


def nearest_module(person: Person) -> Module | None:
    """Where a card of this person is served unless somebody says otherwise; None in a state without a module."""
    return next(iter(modules_near(person.path)), None)


def _shared(one: str, other: str) -> int:
    """How many steps two paths go together."""
    count = 0
    for here, there in zip(one.split("/"), other.split("/"), strict=False):
        if here != there or not here:
            break
        count += 1
    return count
