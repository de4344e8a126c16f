"""People of the invented state: registered, compared, decided on, with cards on every stretch of the way."""

from __future__ import annotations

from collections import Counter

import pytest

from bienestar.calculations.cards.tokens import Verdict
from bienestar.cli.demo import bring_roll
from bienestar.demo.accounts import personas, store_personas
from bienestar.demo.build import build_state
from bienestar.demo.enrolment import enrol
from bienestar.demo.enrolment.whole import FEWEST
from bienestar.demo.make import CannotMix, check_room, is_made, make
from bienestar.demo.scales import Scale
from bienestar.demo.size import Size
from bienestar.foundation.accounts.queries import user_named
from bienestar.foundation.facilities.queries import unit_visible_to
from bienestar.foundation.journal.models import JournalEntry
from bienestar.operations.enrolment.models import (
    CardBatch,
    EligibilityCheck,
    MatchDecision,
    MatchRun,
    Module,
    StockCount,
)
from bienestar.operations.enrolment.queries import balance_of, pairs_for, read_token, reconciliation, token_of
from bienestar.registers.beneficiaries.models import Card, CardEvent, Person, Roll
from bienestar.registers.beneficiaries.queries import persons_visible_to

PEOPLE = 1600
SIZE = Size(municipalities=5, units=24, hospitals=1, people=60_000)


@pytest.fixture(autouse=True)
def _own_home(settings, tmp_path) -> None:
    settings.HOME = tmp_path


@pytest.fixture
def enrolled(system):
    built = build_state(by=system, size=SIZE)
    counter = unit_visible_to(system, built.counter)
    store_personas(system, personas(built.path, "MX/52/", counter.path, counter.path))
    enrol(by=system, built=built, seed=1, people=PEOPLE, bring=bring_roll)
    return built


def counted() -> dict[str, int]:
    models = (Person, Roll, EligibilityCheck, MatchDecision, Card, CardEvent, CardBatch, Module, JournalEntry)
    return {model.__name__: model.objects.count() for model in models}


def test_the_state_has_people_and_all_that_is_done_with_them(system, enrolled) -> None:
    operator, supervisor = user_named("demo-operator"), user_named("demo-supervisor")
    assert Person.objects.count() == PEOPLE
    assert Person.objects.values("home").distinct().count() == 5
    assert 50 < persons_visible_to(operator).count() < persons_visible_to(supervisor).count() <= PEOPLE
    assert {roll.institution for roll in Roll.objects.all()} == {"imss", "issste", "pemex"}

    results = Counter(EligibilityCheck.objects.filter(is_current=True).values_list("result", flat=True))
    assert 0.2 < results["covered"] / PEOPLE < 0.35
    assert results["eligible"] > PEOPLE / 2
    assert results["contested"] == 2
    assert MatchRun.objects.count() == 1

    verdicts = set(MatchDecision.objects.values_list("kind", "verdict"))
    assert {("persons", "same"), ("persons", "different")} <= verdicts
    assert Person.objects.exclude(merged_into=None).count() == 1
    assert pairs_for(supervisor).exists(), "some wait to be decided"

    assert {batch.stage for batch in CardBatch.objects.all()} == {"open", "printed", "shipped", "received", "closed"}
    stages = set(Card.objects.values_list("stage", flat=True))
    assert stages >= {"requested", "validated", "printed", "shipped", "received", "delivered", "active"}
    assert stages >= {"replaced", "revoked", "cancelled"}
    assert StockCount.objects.get().missed == 1
    for stage, verdict in (("active", Verdict.VALID), ("revoked", Verdict.REVOKED)):
        card = Card.objects.filter(stage=stage).exclude(key_id="").first()
        assert read_token(token_of(card)).verdict == verdict
    total = reconciliation(supervisor).total
    assert total.adds_up
    assert min(total.delivered, total.stock, total.returned, total.spoiled, total.missing, total.way, total.press) > 0
    assert all(balance_of(batch).adds_up for batch in CardBatch.objects.all())

    # Each did their own part.
    done = Counter(JournalEntry.objects.values_list("actor", "action"))
    assert done["demo-operator", "enrolment.deliver"] > 20
    assert done["demo-supervisor", "enrolment.decide_pair"] > 3
    assert done[system.username, "enrolment.match"] == 1
    assert not done["demo-operator", "enrolment.make_batch"]

    # Made again, nothing changes.
    before = counted()
    enrol(by=system, built=enrolled, seed=1, people=PEOPLE, bring=bring_roll)
    assert counted() == before


def test_people_need_the_accounts_and_enough_of_them(system) -> None:
    built = build_state(by=system, size=SIZE)
    with pytest.raises(ValueError, match="accounts"):
        enrol(by=system, built=built, seed=1, people=PEOPLE, bring=bring_roll)
    with pytest.raises(ValueError, match="at least"):
        enrol(by=system, built=built, seed=1, people=10, bring=bring_roll)
    assert not Person.objects.exists()


def test_a_demo_with_people_is_no_real_data(system) -> None:
    scale = Scale("state", 3, {"51": SIZE}, {})
    make(system, scale, lambda done, total, step: None, plans=False, people=FEWEST, bring=bring_roll)
    assert is_made(scale, plans=False, people=FEWEST)
    assert not is_made(scale, plans=True, people=FEWEST)
    check_room(system, scale)
    with pytest.raises(CannotMix, match="another demo"):
        check_room(system, Scale("state", 4, {"51": SIZE}, {}))


def test_without_people_nobody_is_registered(system) -> None:
    make(system, Scale("state", 3, {"51": SIZE}, {}), lambda done, total, step: None, plans=False)
    assert not Person.objects.exists()
    assert not Card.objects.exists()
