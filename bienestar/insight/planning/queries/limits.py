"""Limits of a plan as a planner writes them, checked and made ready for the optimiser.

Shape, every part optional: ``{"money": {"payroll": pesos or null, …}, "hires": {"staff.general_physician": people,
…}, "equity": [{"degrees": [4, 5], "share": 0.4}], "locked_in": [[uid, service], …], "locked_out": […], "uncounted":
"buy" or "leave"}``. "uncounted" says what to do about what nobody counted (definitions/planning.yaml). Without
"equity" the floors of definitions/planning.yaml hold, each no higher than the share of all needs that lies in those
municipalities; ``"equity": []`` asks for none.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bienestar.calculations.optimiser.ledger import PlanInfeasible
from bienestar.calculations.optimiser.problem import SHARE_PARTS, EquityFloor, Limits
from bienestar.foundation.definitions.catalogue import catalogue, resource_name
from bienestar.foundation.definitions.planning import DEGREES, planning_rules
from bienestar.insight.planning.choices import Money
from bienestar.insight.planning.queries.problems import RunProblem

PARTS = ("money", "hires", "equity", "locked_in", "locked_out", "uncounted")
MOST_PESOS = Decimal(10) ** 13


class PlanRefused(ValueError):
    """A plan that cannot be made as asked; the message is one sentence for the planner."""


def cents_of(amount: Any, what: str) -> int:
    """Pesos as cents; PlanRefused when it is not an amount of money."""
    try:
        pesos = Decimal(str(amount))
    except InvalidOperation:
        pesos = Decimal(-1)
    if isinstance(amount, bool) or not pesos.is_finite() or not 0 <= pesos <= MOST_PESOS:
        raise PlanRefused(_("%(what)s must be an amount of pesos, 0 or more.") % {"what": what})
    return int(round(pesos * 100))


def read_limits(data: Mapping[str, Any], budget: Any, found: RunProblem) -> Limits:
    """The limits for the optimiser. Raises PlanRefused with a sentence for the first thing that is wrong."""
    if not isinstance(data, Mapping):
        raise PlanRefused(_("The limits must be an object with money, hires, equity and locks."))
    unknown = sorted(set(data) - set(PARTS))
    if unknown:
        raise PlanRefused(_("There is no limit called “%(name)s”.") % {"name": unknown[0]})
    locked_in, locked_out = _locks(data, "locked_in", found), _locks(data, "locked_out", found)
    if locked_in & locked_out:
        service = found.problem.services[min(locked_in & locked_out)]
        raise PlanRefused(_("“%(service)s” is locked in and locked out in one unit.") % {"service": service.service})
    return Limits(
        budget=cents_of(budget, _("The budget")),
        money=_money(data.get("money") or {}),
        hires=_hires(data.get("hires"), found),
        equity=_equity(data.get("equity"), found),
        locked_in=frozenset(locked_in),
        locked_out=frozenset(locked_out),
    )


def read_uncounted(data: Mapping[str, Any]) -> str:
    """What to do about what nobody counted: "buy" or "leave". PlanRefused for anything else."""
    policy = data.get("uncounted") or planning_rules().uncounted.policy
    if policy not in ("buy", "leave"):
        raise PlanRefused(_("What was not counted can be bought (“buy”) or left (“leave”)."))
    return str(policy)


def written_limits(data: Mapping[str, Any], limits: Limits) -> dict[str, Any]:
    """The limits as they were kept, to be frozen with a scenario: defaults are written out."""
    return {
        "uncounted": read_uncounted(data),
        "money": {kind: cents / 100 for kind, cents in sorted(limits.money.items())},
        "hires": dict(sorted(limits.hires.items())),
        "equity": [{"degrees": sorted(floor.groups), "share": floor.share} for floor in limits.equity],
        "locked_in": [list(pair) for pair in data.get("locked_in") or []],
        "locked_out": [list(pair) for pair in data.get("locked_out") or []],
    }


def infeasible_sentence(error: PlanInfeasible) -> str:
    """Why what is locked in cannot be kept, in the language of the reader."""
    kind, _sep, key = error.scarce.partition(":")
    figures = {"needed": f"{error.needed:,.0f}", "allowed": f"{error.allowed:,.0f}"}
    if kind == "all":
        sentence = _("What is locked in costs %(needed)s pesos and the budget is %(allowed)s.")
        return sentence % figures
    if kind == "money":
        sentence = _("What is locked in takes %(needed)s pesos of “%(money)s” and the limit is %(allowed)s.")
        return sentence % (figures | {"money": Money(key).label})
    if kind == "hires":
        sentence = _("What is locked in takes %(needed)s people of “%(category)s” and %(allowed)s can be hired.")
        return sentence % (figures | {"category": resource_name(key, get_language() or "es")})
    return _("What is locked in cannot be kept together with the equity floor and the other limits.")


def _money(data: Any) -> dict[str, int]:
    if not isinstance(data, Mapping):
        raise PlanRefused(_("Money must be an object with a limit for each kind."))
    found = {}
    for kind, amount in data.items():
        if kind not in Money.values:
            raise PlanRefused(_("There is no kind of money called “%(name)s”.") % {"name": kind})
        if amount is not None:
            found[str(kind)] = cents_of(amount, str(Money(kind).label))
    return found


def _hires(data: Any, found: RunProblem) -> dict[str, float]:
    given = found.rules.hires.limits if data is None else data
    if not isinstance(given, Mapping):
        raise PlanRefused(_("Hires must be an object with the people for each category."))
    known = catalogue().resources
    limits = {}
    for code, people in given.items():
        if code not in known or known[code].group != "staff":
            raise PlanRefused(_("There is no category of staff called “%(name)s”.") % {"name": code})
        if people is None:
            continue
        if isinstance(people, bool) or not isinstance(people, int | float) or not 0 <= people < math.inf:
            raise PlanRefused(_("The people to hire of “%(name)s” must be a number, 0 or more.") % {"name": code})
        limits[str(code)] = float(people)
    return limits


def _equity(data: Any, found: RunProblem) -> tuple[EquityFloor, ...]:
    if data is None:
        return default_floors(found)
    if not isinstance(data, list | tuple):
        raise PlanRefused(_("Equity must be a list of floors, each with degrees and a share."))
    return tuple(_floor(floor) for floor in data)


def _floor(data: Any) -> EquityFloor:
    if not isinstance(data, Mapping) or set(data) != {"degrees", "share"}:
        raise PlanRefused(_("An equity floor has degrees and a share."))
    degrees, share = data["degrees"], data["share"]
    if not isinstance(degrees, list | tuple) or not degrees or not set(degrees) <= set(DEGREES):
        raise PlanRefused(_("The degrees of an equity floor go from 1 (very low) to 5 (very high)."))
    if isinstance(share, bool) or not isinstance(share, int | float) or not 0 <= share <= 1:
        raise PlanRefused(_("The share of an equity floor goes from 0 to 1."))
    return EquityFloor(frozenset(degrees), round(share * SHARE_PARTS) / SHARE_PARTS)


def default_floors(found: RunProblem) -> tuple[EquityFloor, ...]:
    """The floors of planning.yaml, none above the share of all needs that lies in its municipalities.

    A state in which little is missing where marginalisation is high could otherwise spend almost nothing.
    """
    floors = []
    services = found.problem.services
    total = found.problem.used_by_cents(range(len(services)))
    for rule in found.rules.equity_floors:
        inside = [i for i, service in enumerate(services) if service.group in rule.degrees]
        most = found.problem.used_by_cents(inside) * SHARE_PARTS // total if total else 0
        share = min(round(rule.share * SHARE_PARTS), most) / SHARE_PARTS
        if share > 0:
            floors.append(EquityFloor(frozenset(rule.degrees), share))
    return tuple(floors)


def _locks(data: Mapping[str, Any], part: str, found: RunProblem) -> set[int]:
    pairs = data.get(part) or []
    positions = set()
    if not isinstance(pairs, list | tuple):
        raise PlanRefused(_("Locks must be a list of pairs: the unit's key and the service."))
    refused = {(item.unit, item.service): item for item in found.refused}
    for pair in pairs:
        if not isinstance(pair, list | tuple) or len(pair) != 2:
            raise PlanRefused(_("Locks must be a list of pairs: the unit's key and the service."))
        uid, service = pair
        key = (found.units.get(str(uid), 0), str(service))
        if key in found.position:
            positions.add(found.position[key])
        elif part == "locked_in" or key not in refused:
            values = {"unit": uid, "service": service, "why": ""}
            if key in refused:
                values["why"] = refused[key].reason.label
                raise PlanRefused(_("“%(service)s” of unit %(unit)s cannot be locked in: %(why)s.") % values)
            raise PlanRefused(
                _("“%(service)s” of unit %(unit)s is not among the services held back in this diagnosis.") % values
            )
    return positions
