"""Requests for cards that wait to be validated: which they are, and what stands in the way of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils import timezone

from bienestar.calculations.cards.tokens import card_name
from bienestar.foundation.accounts.choices import Permission
from bienestar.foundation.accounts.queries import Actor
from bienestar.foundation.definitions.people import CardCheck, people_rules
from bienestar.operations.enrolment.choices import Result
from bienestar.operations.enrolment.models import CardPiece, EligibilityCheck, Module
from bienestar.operations.enrolment.queries.keys import compromised_kids
from bienestar.registers.beneficiaries.choices import ENDED, CardStage
from bienestar.registers.beneficiaries.models import Card
from bienestar.registers.beneficiaries.queries import Holder, cards_visible_to, holders

CHUNK = 900
UNIT_LETTERS = 120


@dataclass(frozen=True, slots=True)
class Look:
    """What was found when a request was looked at: the holder, the codes of checks that fail, whether one stops it."""

    card: Card
    holder: Holder
    fails: tuple[str, ...]
    stops: bool

    @property
    def name_on_card(self) -> str:
        """What the code will say of the person: nothing unless they agreed."""
        return (card_name(self.holder.full_name) or "") if self.holder.name_agreed else ""

    @property
    def unit_name(self) -> str:
        """What is printed as the unit."""
        return self.holder.unit_name[:UNIT_LETTERS]


def waiting_requests(by: Actor, module: Module | None = None) -> QuerySet[Card]:
    """Cards to validate where ``by`` manages cards, the oldest request first.

    Requested or observed ones, and those not printed yet whose key is no longer trusted: they are signed again.
    """
    found = cards_visible_to(by, Permission.MANAGE_CARDS)
    if module:
        found = found.filter(folio__startswith=module.code)
    stages = Q(stage__in=[CardStage.REQUESTED, CardStage.OBSERVED])
    again = Q(stage=CardStage.VALIDATED, key_id__in=compromised_kids())
    unprinted = ~Q(
        pk__in=CardPiece.objects.filter(card__stage=CardStage.VALIDATED, batch__closed_at=None).values("card")
    )
    return found.filter(stages | (again & unprinted)).order_by("requested_at", "pk")


def cards_to_replace(by: Actor, kid: str) -> QuerySet[Card]:
    """Cards that a key signed and that have not ended, by folio: to be replaced once the key is compromised."""
    found = cards_visible_to(by, Permission.MANAGE_CARDS).filter(key_id=kid)
    return found.exclude(stage__in=ENDED)


def look_at(cards: Sequence[Card]) -> list[Look]:
    """What stands in the way of each card, in a number of questions that does not grow with the cards."""
    whose = holders({card.person_id for card in cards})
    checks = current_checks([holder.person_id for holder in whose.values()])
    rules = people_rules().card.checks
    found = []
    for card in cards:
        holder = whose[card.person_id]
        fails = tuple(code for code, holds in _checked(holder, checks.get(holder.person_id)).items() if not holds)
        found.append(Look(card, holder, fails, any(rule_of(rules, code).fail == "observe" for code in fails)))
    return found


def rule_of(rules: object, code: str) -> CardCheck:
    """The rule of one check."""
    rule: CardCheck = getattr(rules, code)
    return rule


def current_checks(person_ids: Sequence[int]) -> dict[int, EligibilityCheck]:
    """The eligibility check that counts now, by person."""
    found: dict[int, EligibilityCheck] = {}
    for start in range(0, len(person_ids), CHUNK):
        rows = EligibilityCheck.objects.filter(person_id__in=person_ids[start : start + CHUNK], is_current=True)
        found |= {check.person_id: check for check in rows}
    return found


def _checked(holder: Holder, check: EligibilityCheck | None) -> dict[str, bool]:
    """Each check by its code and whether it holds; the codes are those of ``card.checks`` in people.yaml."""
    today = timezone.localdate()
    return {
        "identity": holder.identified and bool(holder.full_name),
        "birth": holder.born,
        "alive": holder.alive,
        "notice": holder.noticed,
        "eligibility": check is not None,
        "current": check is None or check.valid_until is None or check.valid_until >= today,
        "covered": check is None or check.result != Result.COVERED,
    }
